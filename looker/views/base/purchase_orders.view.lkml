# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: purchase_orders {
  sql_table_name: @{STAGING_SCHEMA}.purchase_orders ;;
  label: "Purchase Orders"

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

  dimension: approvalstatus {
    label: "Approval Status"
    type: string
    sql: ${TABLE}.approvalstatus ;;
  }

  dimension: approve {
    label: "Approve"
    type: yesno
    sql: ${TABLE}.approve ;;
  }

  dimension: approvedamount {
    label: "Approved Amount"
    type: number
    sql: ${TABLE}.approvedamount ;;
    value_format_name: decimal_2
  }

  dimension: approvedby {
    label: "Approved By"
    type: string
    sql: ${TABLE}.approvedby ;;
  }

  dimension: buyerid {
    label: "Buyer ID"
    type: string
    sql: ${TABLE}.buyerid ;;
  }

  dimension: changedby {
    label: "Changed By"
    type: string
    sql: ${TABLE}.changedby ;;
  }

  dimension: character01 {
    label: "Character 01"
    type: string
    sql: ${TABLE}.character01 ;;
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

  dimension: commenttext {
    label: "Comment Text"
    type: string
    sql: ${TABLE}.commenttext ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: confirmed {
    label: "Confirmed"
    type: yesno
    sql: ${TABLE}.confirmed ;;
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: doctotalorder {
    label: "Doc Total Order"
    type: number
    sql: ${TABLE}.doctotalorder ;;
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

  dimension: fob {
    label: "FOB"
    type: string
    sql: ${TABLE}.fob ;;
  }

  dimension: openorder {
    label: "Open Order"
    type: yesno
    sql: ${TABLE}.openorder ;;
  }

  dimension: orderheld {
    label: "Order Held"
    type: yesno
    sql: ${TABLE}.orderheld ;;
  }

  dimension: ponum {
    label: "PO Num"
    type: number
    sql: ${TABLE}.ponum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if purchase_orders.source_url._value %}{{ purchase_orders.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: potype {
    label: "PO Type"
    type: string
    sql: ${TABLE}.potype ;;
  }

  dimension: projectcode_c {
    hidden: no
    label: "Project Code"
    type: string
    sql: ${TABLE}.projectcode_c ;;
  }

  dimension: purpoint {
    label: "Pur Point"
    type: string
    sql: ${TABLE}.purpoint ;;
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

  dimension: totalmisccharges {
    label: "Total Misc Charges"
    type: number
    sql: ${TABLE}.totalmisccharges ;;
    value_format_name: decimal_2
  }

  dimension: totalorder {
    label: "Total Order"
    type: number
    sql: ${TABLE}.totalorder ;;
  }

  dimension: totaltax {
    label: "Total Tax"
    type: number
    sql: ${TABLE}.totaltax ;;
    value_format_name: decimal_2
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id
  }

  dimension: voidorder {
    label: "Void Order"
    type: yesno
    sql: ${TABLE}.voidorder ;;
  }

  dimension_group: approved {
    label: "Approved"
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
    sql: ${TABLE}.approveddate ;;
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

  dimension_group: promise {
    label: "Promise"
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
    sql: ${TABLE}.promisedate ;;
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
