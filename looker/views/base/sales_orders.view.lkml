# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: sales_orders {
  sql_table_name: @{STAGING_SCHEMA}.sales_orders ;;
  label: "Sales Orders"

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

  dimension: character01 {
    label: "Character 01"
    type: string
    sql: ${TABLE}.character01 ;;
  }

  dimension: character05 {
    label: "Character 05"
    type: string
    sql: ${TABLE}.character05 ;;
  }

  dimension: character10 {
    label: "Character 10"
    type: string
    sql: ${TABLE}.character10 ;;
  }

  dimension: checkbox01 {
    label: "Check Box 01"
    type: yesno
    sql: ${TABLE}.checkbox01 ;;
  }

  dimension: checkbox02 {
    label: "Check Box 02"
    type: yesno
    sql: ${TABLE}.checkbox02 ;;
  }

  dimension: checkbox03 {
    label: "Check Box 03"
    type: yesno
    sql: ${TABLE}.checkbox03 ;;
  }

  dimension: checkbox04 {
    label: "Check Box 04"
    type: yesno
    sql: ${TABLE}.checkbox04 ;;
  }

  dimension: checkbox05 {
    label: "Check Box 05"
    type: yesno
    sql: ${TABLE}.checkbox05 ;;
  }

  dimension: checkbox06 {
    label: "Check Box 06"
    type: yesno
    sql: ${TABLE}.checkbox06 ;;
  }

  dimension: checkbox07 {
    label: "Check Box 07"
    type: yesno
    sql: ${TABLE}.checkbox07 ;;
  }

  dimension: checkbox08 {
    label: "Check Box 08"
    type: yesno
    sql: ${TABLE}.checkbox08 ;;
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

  dimension: custnum {
    label: "Cust Num"
    type: number
    sql: ${TABLE}.custnum ;;
    value_format_name: id
  }

  dimension: docorderamt {
    label: "Doc Order Amt"
    type: number
    sql: ${TABLE}.docorderamt ;;
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

  dimension: number01 {
    label: "Number 01"
    type: number
    sql: ${TABLE}.number01 ;;
  }

  dimension: openorder {
    label: "Open Order"
    type: yesno
    sql: ${TABLE}.openorder ;;
  }

  dimension: orderamt {
    label: "Order Amt"
    type: number
    sql: ${TABLE}.orderamt ;;
    value_format_name: decimal_2
  }

  dimension: ordercomment {
    label: "Order Comment"
    type: string
    sql: ${TABLE}.ordercomment ;;
  }

  dimension: orderheld {
    label: "Order Held"
    type: yesno
    sql: ${TABLE}.orderheld ;;
  }

  dimension: ordernum {
    label: "Order Num"
    type: number
    sql: ${TABLE}.ordernum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if sales_orders.source_url._value %}{{ sales_orders.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
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

  dimension: salesreplist {
    label: "Sales Rep List"
    type: string
    sql: ${TABLE}.salesreplist ;;
  }

  dimension: shiptonum {
    label: "Ship To Num"
    type: string
    sql: ${TABLE}.shiptonum ;;
  }

  dimension: shipviacode {
    label: "Ship Via Code"
    type: string
    sql: ${TABLE}.shipviacode ;;
  }

  dimension: shortchar01 {
    label: "Short Char 01"
    type: string
    sql: ${TABLE}.shortchar01 ;;
  }

  dimension: shortchar02 {
    label: "Short Char 02"
    type: string
    sql: ${TABLE}.shortchar02 ;;
  }

  dimension: shortchar06 {
    label: "Short Char 06"
    type: string
    sql: ${TABLE}.shortchar06 ;;
  }

  dimension: shortchar07 {
    label: "Short Char 07"
    type: string
    sql: ${TABLE}.shortchar07 ;;
  }

  dimension: shortchar09 {
    label: "Short Char 09"
    type: string
    sql: ${TABLE}.shortchar09 ;;
  }

  dimension: shortchar10 {
    label: "Short Char 10"
    type: string
    sql: ${TABLE}.shortchar10 ;;
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

  dimension: totalcharges {
    label: "Total Charges"
    type: number
    sql: ${TABLE}.totalcharges ;;
    value_format_name: decimal_2
  }

  dimension: totaldiscount {
    label: "Total Discount"
    type: number
    sql: ${TABLE}.totaldiscount ;;
    value_format_name: decimal_2
  }

  dimension: totalmisc {
    label: "Total Misc"
    type: number
    sql: ${TABLE}.totalmisc ;;
  }

  dimension: totaltax {
    label: "Total Tax"
    type: number
    sql: ${TABLE}.totaltax ;;
    value_format_name: decimal_2
  }

  dimension: voidorder {
    label: "Void Order"
    type: yesno
    sql: ${TABLE}.voidorder ;;
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

  dimension_group: order {
    label: "Order"
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
    sql: ${TABLE}.orderdate ;;
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
