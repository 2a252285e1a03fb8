# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ap_payment_applications {
  sql_table_name: @{STAGING_SCHEMA}.ap_payment_applications ;;
  label: "AP Payment AP PL IC At I On S"

  dimension: sdc_sequence {
    hidden: yes
    type: number
    sql: ${TABLE}._sdc_sequence ;;
  }

  dimension: sdc_sync_started_at {
    hidden: yes
    type: number
    sql: ${TABLE}._sdc_sync_started_at ;;
  }

  dimension: sdc_table_version {
    hidden: yes
    type: number
    sql: ${TABLE}._sdc_table_version ;;
  }

  dimension: source_company {
    hidden: yes
    type: string
    sql: ${TABLE}._source_company ;;
  }

  dimension: source_entity {
    hidden: yes
    type: string
    sql: ${TABLE}._source_entity ;;
  }

  dimension: source_id {
    primary_key: yes
    hidden: yes
    type: string
    sql: ${TABLE}._source_id ;;
  }

  dimension: source_url {
    hidden: yes
    type: string
    sql: ${TABLE}._source_url ;;
  }

  dimension: is_deleted {
    hidden: yes
    type: yesno
    sql: ${TABLE}._sdc_deleted_at IS NOT NULL ;;
    description: "Gone from the source; explores leave such rows out."
  }

  dimension: aptranno {
    label: "AP Tran No"
    type: number
    sql: ${TABLE}.aptranno ;;
    value_format_name: id
  }

  dimension: changedby {
    label: "Changed By"
    type: string
    sql: ${TABLE}.changedby ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: discamt {
    label: "Disc Amt"
    type: number
    sql: ${TABLE}.discamt ;;
    value_format_name: decimal_2
  }

  dimension: docdiscamt {
    label: "Doc Disc Amt"
    type: number
    sql: ${TABLE}.docdiscamt ;;
    value_format_name: decimal_2
  }

  dimension: doctranamt {
    label: "Doc Tran Amt"
    type: number
    sql: ${TABLE}.doctranamt ;;
    value_format_name: decimal_2
  }

  dimension: fiscalperiod {
    label: "Fiscal Period"
    type: number
    sql: ${TABLE}.fiscalperiod ;;
    value_format_name: id
  }

  dimension: fiscalyear {
    label: "Fiscal Year"
    type: number
    sql: ${TABLE}.fiscalyear ;;
    value_format_name: id
  }

  dimension: headnum {
    label: "Head Num"
    type: number
    sql: ${TABLE}.headnum ;;
    value_format_name: id
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: string
    sql: ${TABLE}.invoicenum ;;
  }

  dimension: invoiceref {
    label: "Invoice Ref"
    type: string
    sql: ${TABLE}.invoiceref ;;
  }

  dimension: posted {
    label: "Posted"
    type: yesno
    sql: ${TABLE}.posted ;;
  }

  dimension: sysrevid {
    hidden: yes
    label: "Sys Rev ID"
    type: number
    sql: ${TABLE}.sysrevid ;;
    value_format_name: id
  }

  dimension: sysrowid {
    hidden: yes
    label: "Sys Row ID"
    type: string
    sql: ${TABLE}.sysrowid::text ;;
  }

  dimension: tranamt {
    label: "Tran Amt"
    type: number
    sql: ${TABLE}.tranamt ;;
    value_format_name: decimal_2
  }

  dimension: trantype {
    label: "Tran Type"
    type: string
    sql: ${TABLE}.trantype ;;
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id
  }

  dimension: voided {
    label: "Voided"
    type: yesno
    sql: ${TABLE}.voided ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ap_payment_applications.source_url._value %}{{ ap_payment_applications.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension_group: change {
    label: "Change"
    type: time
    timeframes: [
      raw,
      date,
      week,
      month,
      quarter,
      year,
    ]
    convert_tz: no
    datatype: date
    sql: ${TABLE}.changedate ;;
  }

  dimension_group: invoice {
    label: "Invoice"
    type: time
    timeframes: [
      raw,
      date,
      week,
      month,
      quarter,
      year,
    ]
    convert_tz: no
    datatype: date
    sql: ${TABLE}.invoicedate ;;
  }

  dimension_group: tran {
    label: "Tran"
    type: time
    timeframes: [
      raw,
      date,
      week,
      month,
      quarter,
      year,
    ]
    convert_tz: no
    datatype: date
    sql: ${TABLE}.trandate ;;
  }

  dimension_group: sdc_batched_at {
    hidden: yes
    label: "Sdc Batched At"
    type: time
    timeframes: [
      raw,
      time,
      date,
      week,
      month,
      quarter,
      year,
    ]
    datatype: timestamp
    sql: ${TABLE}._sdc_batched_at ;;
  }

  dimension_group: sdc_deleted_at {
    hidden: yes
    label: "Sdc Deleted At"
    type: time
    timeframes: [
      raw,
      time,
      date,
      week,
      month,
      quarter,
      year,
    ]
    datatype: timestamp
    sql: ${TABLE}._sdc_deleted_at ;;
  }

  dimension_group: sdc_extracted_at {
    hidden: yes
    label: "Sdc Extracted At"
    type: time
    timeframes: [
      raw,
      time,
      date,
      week,
      month,
      quarter,
      year,
    ]
    datatype: timestamp
    sql: ${TABLE}._sdc_extracted_at ;;
  }

  dimension_group: sdc_received_at {
    hidden: yes
    label: "Sdc Received At"
    type: time
    timeframes: [
      raw,
      time,
      date,
      week,
      month,
      quarter,
      year,
    ]
    datatype: timestamp
    sql: ${TABLE}._sdc_received_at ;;
  }
}
