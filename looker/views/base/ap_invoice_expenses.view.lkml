# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ap_invoice_expenses {
  sql_table_name: @{STAGING_SCHEMA}.ap_invoice_expenses ;;
  label: "AP Invoice Expenses"

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

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: docexpamt {
    label: "Doc Exp Amt"
    type: number
    sql: ${TABLE}.docexpamt ;;
    value_format_name: decimal_2
  }

  dimension: expamt {
    label: "Exp Amt"
    type: number
    sql: ${TABLE}.expamt ;;
    value_format_name: decimal_2
  }

  dimension: extcompanyid {
    label: "Ext Company ID"
    type: string
    sql: ${TABLE}.extcompanyid ;;
  }

  dimension: glaccount {
    label: "GL Account"
    type: string
    sql: ${TABLE}.glaccount ;;
  }

  dimension: invexpseq {
    label: "Inv Exp Seq"
    type: number
    sql: ${TABLE}.invexpseq ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ap_invoice_expenses.source_url._value %}{{ ap_invoice_expenses.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: invoiceline {
    label: "Invoice Line"
    type: number
    sql: ${TABLE}.invoiceline ;;
    value_format_name: id
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: string
    sql: ${TABLE}.invoicenum ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: refcode {
    label: "Ref Code"
    type: string
    sql: ${TABLE}.refcode ;;
  }

  dimension: refcodedesc {
    label: "Ref Code Desc"
    type: string
    sql: ${TABLE}.refcodedesc ;;
  }

  dimension: reftype {
    label: "Ref Type"
    type: string
    sql: ${TABLE}.reftype ;;
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
