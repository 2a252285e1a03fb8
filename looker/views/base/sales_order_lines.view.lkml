# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: sales_order_lines {
  sql_table_name: @{STAGING_SCHEMA}.sales_order_lines ;;
  label: "Sales Order Lines"

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

  dimension: custnum {
    label: "Cust Num"
    type: number
    sql: ${TABLE}.custnum ;;
    value_format_name: id
  }

  dimension: discountpercent {
    label: "Discount Percent"
    type: number
    sql: ${TABLE}.discountpercent ;;
  }

  dimension: docextpricedtl {
    label: "Doc Ext Price Dtl"
    type: number
    sql: ${TABLE}.docextpricedtl ;;
  }

  dimension: docunitprice {
    label: "Doc Unit Price"
    type: number
    sql: ${TABLE}.docunitprice ;;
  }

  dimension: extpricedtl {
    label: "Ext Price Dtl"
    type: number
    sql: ${TABLE}.extpricedtl ;;
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

  dimension: openline {
    label: "Open Line"
    type: yesno
    sql: ${TABLE}.openline ;;
  }

  dimension: orderline {
    label: "Order Line"
    type: number
    sql: ${TABLE}.orderline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if sales_order_lines.source_url._value %}{{ sales_order_lines.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: ordernum {
    label: "Order Num"
    type: number
    sql: ${TABLE}.ordernum ;;
    value_format_name: id
  }

  dimension: orderqty {
    label: "Order Qty"
    type: number
    sql: ${TABLE}.orderqty ;;
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

  dimension: revisionnum {
    label: "Revision Num"
    type: string
    sql: ${TABLE}.revisionnum ;;
  }

  dimension: salesum {
    label: "Sales UM"
    type: string
    sql: ${TABLE}.salesum ;;
  }

  dimension: sellingquantity {
    label: "Selling Quantity"
    type: number
    sql: ${TABLE}.sellingquantity ;;
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

  dimension: unitprice {
    label: "Unit Price"
    type: number
    sql: ${TABLE}.unitprice ;;
  }

  dimension: voidline {
    label: "Void Line"
    type: yesno
    sql: ${TABLE}.voidline ;;
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

  dimension_group: needby {
    label: "Need By"
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
    sql: ${TABLE}.needbydate ;;
  }

  dimension_group: request {
    label: "Request"
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
    sql: ${TABLE}.requestdate ;;
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
