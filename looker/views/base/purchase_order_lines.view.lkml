# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: purchase_order_lines {
  sql_table_name: @{STAGING_SCHEMA}.purchase_order_lines ;;
  label: "Purchase Order Lines"

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

  dimension: classid {
    label: "Class ID"
    type: string
    sql: ${TABLE}.classid ;;
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

  dimension: costpercode {
    label: "Cost Per Code"
    type: string
    sql: ${TABLE}.costpercode ;;
  }

  dimension: docextcost {
    label: "Doc Ext Cost"
    type: number
    sql: ${TABLE}.docextcost ;;
    value_format_name: decimal_2
  }

  dimension: docunitcost {
    label: "Doc Unit Cost"
    type: number
    sql: ${TABLE}.docunitcost ;;
  }

  dimension: extcost {
    label: "Ext Cost"
    type: number
    sql: ${TABLE}.extcost ;;
    value_format_name: decimal_2
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

  dimension: poline {
    label: "PO Line"
    type: number
    sql: ${TABLE}.poline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if purchase_order_lines.source_url._value %}{{ purchase_order_lines.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: ponum {
    label: "PO Num"
    type: number
    sql: ${TABLE}.ponum ;;
    value_format_name: id
  }

  dimension: pum {
    label: "PUM"
    type: string
    sql: ${TABLE}.pum ;;
  }

  dimension: purchcode {
    label: "Purch Code"
    type: string
    sql: ${TABLE}.purchcode ;;
  }

  dimension: revisionnum {
    label: "Revision Num"
    type: string
    sql: ${TABLE}.revisionnum ;;
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

  dimension: unitcost {
    label: "Unit Cost"
    type: number
    sql: ${TABLE}.unitcost ;;
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id
  }

  dimension: venpartnum {
    label: "Ven Part Num"
    type: string
    sql: ${TABLE}.venpartnum ;;
  }

  dimension: voidline {
    label: "Void Line"
    type: yesno
    sql: ${TABLE}.voidline ;;
  }

  dimension: xorderqty {
    label: "X Order Qty"
    type: number
    sql: ${TABLE}.xorderqty ;;
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
