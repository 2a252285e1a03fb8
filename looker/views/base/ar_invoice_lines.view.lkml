# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ar_invoice_lines {
  sql_table_name: @{STAGING_SCHEMA}.ar_invoice_lines ;;
  label: "AR Invoice Lines"

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

  dimension: discount {
    label: "Discount"
    type: number
    sql: ${TABLE}.discount ;;
    value_format_name: decimal_2
  }

  dimension: docextprice {
    label: "Doc Ext Price"
    type: number
    sql: ${TABLE}.docextprice ;;
  }

  dimension: docunitprice {
    label: "Doc Unit Price"
    type: number
    sql: ${TABLE}.docunitprice ;;
  }

  dimension: extprice {
    label: "Ext Price"
    type: number
    sql: ${TABLE}.extprice ;;
  }

  dimension: invoiceline {
    label: "Invoice Line"
    type: number
    sql: ${TABLE}.invoiceline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ar_invoice_lines.source_url._value %}{{ ar_invoice_lines.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: number
    sql: ${TABLE}.invoicenum ;;
    value_format_name: id
  }

  dimension: ium {
    label: "IUM"
    type: string
    sql: ${TABLE}.ium ;;
  }

  dimension: linedesc {
    label: "Line Desc"
    type: string
    sql: ${TABLE}.linedesc ;;
  }

  dimension: linetype {
    label: "Line Type"
    type: string
    sql: ${TABLE}.linetype ;;
  }

  dimension: mtlunitcost {
    label: "Mtl Unit Cost"
    type: number
    sql: ${TABLE}.mtlunitcost ;;
  }

  dimension: orderline {
    label: "Order Line"
    type: number
    sql: ${TABLE}.orderline ;;
    value_format_name: id
  }

  dimension: ordernum {
    label: "Order Num"
    type: number
    sql: ${TABLE}.ordernum ;;
    value_format_name: id
  }

  dimension: orderrelnum {
    label: "Order Rel Num"
    type: number
    sql: ${TABLE}.orderrelnum ;;
    value_format_name: id
  }

  dimension: ourshipqty {
    label: "Our Ship Qty"
    type: number
    sql: ${TABLE}.ourshipqty ;;
  }

  dimension: packline {
    label: "Pack Line"
    type: number
    sql: ${TABLE}.packline ;;
    value_format_name: id
  }

  dimension: packnum {
    label: "Pack Num"
    type: number
    sql: ${TABLE}.packnum ;;
    value_format_name: id
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;
  }

  dimension: prodcode {
    label: "Prod Code"
    type: string
    sql: ${TABLE}.prodcode ;;
  }

  dimension: salesum {
    label: "Sales UM"
    type: string
    sql: ${TABLE}.salesum ;;
  }

  dimension: sellingshipqty {
    label: "Selling Ship Qty"
    type: number
    sql: ${TABLE}.sellingshipqty ;;
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

  dimension: taxcatid {
    label: "Tax Cat ID"
    type: string
    sql: ${TABLE}.taxcatid ;;
  }

  dimension: unitprice {
    label: "Unit Price"
    type: number
    sql: ${TABLE}.unitprice ;;
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
