# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ar_invoices {
  sql_table_name: @{STAGING_SCHEMA}.ar_invoices ;;
  label: "AR Invoices"

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

  dimension: changedby {
    label: "Changed By"
    type: string
    sql: ${TABLE}.changedby ;;
  }

  dimension: changetime {
    label: "Change Time"
    type: number
    sql: ${TABLE}.changetime ;;
    value_format_name: id
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: creditmemo {
    label: "Credit Memo"
    type: yesno
    sql: ${TABLE}.creditmemo ;;
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: custnum {
    label: "Cust Num"
    type: number
    sql: ${TABLE}.custnum ;;
    value_format_name: id
  }

  dimension: docinvoiceamt {
    label: "Doc Invoice Amt"
    type: number
    sql: ${TABLE}.docinvoiceamt ;;
    value_format_name: decimal_2
  }

  dimension: docinvoicebal {
    label: "Doc Invoice Bal"
    type: number
    sql: ${TABLE}.docinvoicebal ;;
    value_format_name: decimal_2
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

  dimension: invoiceamt {
    label: "Invoice Amt"
    type: number
    sql: ${TABLE}.invoiceamt ;;
    value_format_name: decimal_2
  }

  dimension: invoicebal {
    label: "Invoice Bal"
    type: number
    sql: ${TABLE}.invoicebal ;;
    value_format_name: decimal_2
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: number
    sql: ${TABLE}.invoicenum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ar_invoices.source_url._value %}{{ ar_invoices.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: invoicetype {
    label: "Invoice Type"
    type: string
    sql: ${TABLE}.invoicetype ;;
  }

  dimension: legalnumber {
    label: "Legal Number"
    type: string
    sql: ${TABLE}.legalnumber ;;
  }

  dimension: openinvoice {
    label: "Open Invoice"
    type: yesno
    sql: ${TABLE}.openinvoice ;;
  }

  dimension: ordernum {
    label: "Order Num"
    type: number
    sql: ${TABLE}.ordernum ;;
    value_format_name: id
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: ponum {
    label: "PO Num"
    type: string
    sql: ${TABLE}.ponum ;;
  }

  dimension: posted {
    label: "Posted"
    type: yesno
    sql: ${TABLE}.posted ;;
  }

  dimension: salesreplist {
    label: "Sales Rep List"
    type: string
    sql: ${TABLE}.salesreplist ;;
  }

  dimension: soldtocustnum {
    label: "Sold To Cust Num"
    type: number
    sql: ${TABLE}.soldtocustnum ;;
    value_format_name: id
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

  dimension: termscode {
    label: "Terms Code"
    type: string
    sql: ${TABLE}.termscode ;;
  }

  dimension_group: apply {
    label: "Apply"
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
    sql: ${TABLE}.applydate ;;
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

  dimension_group: createdon {
    label: "Created On"
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
    sql: ${TABLE}.createdon ;;
  }

  dimension_group: due {
    label: "Due"
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
    sql: ${TABLE}.duedate ;;
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
