# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ap_payments {
  sql_table_name: @{STAGING_SCHEMA}.ap_payments ;;
  label: "AP Payments"

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

  dimension: bankacctid {
    label: "Bank Acct ID"
    type: string
    sql: ${TABLE}.bankacctid ;;
  }

  dimension: changedby {
    label: "Changed By"
    type: string
    sql: ${TABLE}.changedby ;;
  }

  dimension: checkamt {
    label: "Check Amt"
    type: number
    sql: ${TABLE}.checkamt ;;
    value_format_name: decimal_2
  }

  dimension: checknum {
    label: "Check Num"
    type: number
    sql: ${TABLE}.checknum ;;
    value_format_name: id
  }

  dimension: checksrc {
    label: "Check Src"
    type: string
    sql: ${TABLE}.checksrc ;;
  }

  dimension: clearedamt {
    label: "Cleared Amt"
    type: number
    sql: ${TABLE}.clearedamt ;;
    value_format_name: decimal_2
  }

  dimension: clearedcheck {
    label: "Cleared Check"
    type: yesno
    sql: ${TABLE}.clearedcheck ;;
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

  dimension: doccheckamt {
    label: "Doc Check Amt"
    type: number
    sql: ${TABLE}.doccheckamt ;;
    value_format_name: decimal_2
  }

  dimension: entryperson {
    label: "Entry Person"
    type: string
    sql: ${TABLE}.entryperson ;;
  }

  dimension: exchangerate {
    label: "Exchange Rate"
    type: number
    sql: ${TABLE}.exchangerate ;;
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

  dimension: groupid {
    label: "Group ID"
    type: string
    sql: ${TABLE}.groupid ;;
  }

  dimension: headnum {
    label: "Head Num"
    type: number
    sql: ${TABLE}.headnum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ap_payments.source_url._value %}{{ ap_payments.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: legalnumber {
    label: "Legal Number"
    type: string
    sql: ${TABLE}.legalnumber ;;
  }

  dimension: manualprint {
    label: "Manual Print"
    type: yesno
    sql: ${TABLE}.manualprint ;;
  }

  dimension: name {
    label: "Name"
    type: string
    sql: ${TABLE}.name ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: pmuid {
    hidden: yes
    label: "PM UID"
    type: number
    sql: ${TABLE}.pmuid ;;
    value_format_name: id
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

  dimension_group: check {
    label: "Check"
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
    sql: ${TABLE}.checkdate ;;
  }

  dimension_group: cleared {
    label: "Cleared"
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
    sql: ${TABLE}.cleareddate ;;
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
