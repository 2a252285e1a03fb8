# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ap_invoices {
  sql_table_name: @{STAGING_SCHEMA}.ap_invoices ;;
  label: "AP Invoices"

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

  dimension: approvedbycfo_c {
    hidden: no
    label: "Approved By CFO"
    type: yesno
    sql: ${TABLE}.approvedbycfo_c ;;
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

  dimension: debitmemo {
    label: "Debit Memo"
    type: yesno
    sql: ${TABLE}.debitmemo ;;
  }

  dimension: description {
    label: "Description"
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: discountamt {
    label: "Discount Amt"
    type: number
    sql: ${TABLE}.discountamt ;;
    value_format_name: decimal_2
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

  dimension: doctaxamt {
    label: "Doc Tax Amt"
    type: number
    sql: ${TABLE}.doctaxamt ;;
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

  dimension: fiscalcalendarid {
    label: "Fiscal Calendar ID"
    type: string
    sql: ${TABLE}.fiscalcalendarid ;;
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

  dimension: fiscalyearsuffix {
    label: "Fiscal Year Suffix"
    type: string
    sql: ${TABLE}.fiscalyearsuffix ;;
  }

  dimension: glposted {
    label: "GL Posted"
    type: yesno
    sql: ${TABLE}.glposted ;;
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

  dimension: invoiceheld {
    label: "Invoice Held"
    type: yesno
    sql: ${TABLE}.invoiceheld ;;
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: string
    sql: ${TABLE}.invoicenum ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ap_invoices.source_url._value %}{{ ap_invoices.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: invoiceref {
    label: "Invoice Ref"
    type: string
    sql: ${TABLE}.invoiceref ;;
  }

  dimension: journalcode {
    label: "Journal Code"
    type: string
    sql: ${TABLE}.journalcode ;;
  }

  dimension: journalnum {
    label: "Journal Num"
    type: number
    sql: ${TABLE}.journalnum ;;
    value_format_name: id
  }

  dimension: legalnumber {
    label: "Legal Number"
    type: string
    sql: ${TABLE}.legalnumber ;;
  }

  dimension: openpayable {
    label: "Open Payable"
    type: yesno
    sql: ${TABLE}.openpayable ;;
  }

  dimension: payhold {
    label: "Pay Hold"
    type: yesno
    sql: ${TABLE}.payhold ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: posted {
    label: "Posted"
    type: yesno
    sql: ${TABLE}.posted ;;
  }

  dimension: prepayment {
    label: "Pre Payment"
    type: yesno
    sql: ${TABLE}.prepayment ;;
  }

  dimension: refponum {
    label: "Ref PO Num"
    type: number
    sql: ${TABLE}.refponum ;;
    value_format_name: id
  }

  dimension: startup {
    label: "Start Up"
    type: yesno
    sql: ${TABLE}.startup ;;
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

  dimension: taxamt {
    label: "Tax Amt"
    type: number
    sql: ${TABLE}.taxamt ;;
    value_format_name: decimal_2
  }

  dimension: termscode {
    label: "Terms Code"
    type: string
    sql: ${TABLE}.termscode ;;
  }

  dimension: unpostedbal {
    label: "Unposted Bal"
    type: number
    sql: ${TABLE}.unpostedbal ;;
    value_format_name: decimal_2
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id
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

  dimension_group: discount {
    label: "Discount"
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
    sql: ${TABLE}.discountdate ;;
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
