# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: part_transactions {
  sql_table_name: @{STAGING_SCHEMA}.part_transactions ;;
  label: "Part Trans Actions"

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

  dimension: acttranqty {
    label: "Act Tran Qty"
    type: number
    sql: ${TABLE}.acttranqty ;;
  }

  dimension: afterqty {
    label: "After Qty"
    type: number
    sql: ${TABLE}.afterqty ;;
  }

  dimension: beginqty {
    label: "Begin Qty"
    type: number
    sql: ${TABLE}.beginqty ;;
  }

  dimension: binnum {
    label: "Bin Num"
    type: string
    sql: ${TABLE}.binnum ;;
  }

  dimension: burunitcost {
    label: "Bur Unit Cost"
    type: number
    sql: ${TABLE}.burunitcost ;;
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

  dimension: entryperson {
    label: "Entry Person"
    type: string
    sql: ${TABLE}.entryperson ;;
  }

  dimension: extcost {
    label: "Ext Cost"
    type: number
    sql: ${TABLE}.extcost ;;
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

  dimension: gltrans {
    label: "GL Trans"
    type: yesno
    sql: ${TABLE}.gltrans ;;
  }

  dimension: inventorytrans {
    label: "Inventory Trans"
    type: yesno
    sql: ${TABLE}.inventorytrans ;;
  }

  dimension: invoicenum {
    label: "Invoice Num"
    type: string
    sql: ${TABLE}.invoicenum ;;
  }

  dimension: jobnum {
    label: "Job Num"
    type: string
    sql: ${TABLE}.jobnum ;;
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

  dimension: lbrunitcost {
    label: "Lbr Unit Cost"
    type: number
    sql: ${TABLE}.lbrunitcost ;;
  }

  dimension: lotnum {
    label: "Lot Num"
    type: string
    sql: ${TABLE}.lotnum ;;
  }

  dimension: mtlburunitcost {
    label: "Mtl Bur Unit Cost"
    type: number
    sql: ${TABLE}.mtlburunitcost ;;
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

  dimension: packline {
    label: "Pack Line"
    type: number
    sql: ${TABLE}.packline ;;
    value_format_name: id
  }

  dimension: packslip {
    label: "Pack Slip"
    type: string
    sql: ${TABLE}.packslip ;;
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: poline {
    label: "PO Line"
    type: number
    sql: ${TABLE}.poline ;;
    value_format_name: id
  }

  dimension: ponum {
    label: "PO Num"
    type: number
    sql: ${TABLE}.ponum ;;
    value_format_name: id
  }

  dimension: porelnum {
    label: "PO Rel Num"
    type: number
    sql: ${TABLE}.porelnum ;;
    value_format_name: id
  }

  dimension: postedtogl {
    label: "Posted To GL"
    type: yesno
    sql: ${TABLE}.postedtogl ;;
  }

  dimension: subunitcost {
    label: "Sub Unit Cost"
    type: number
    sql: ${TABLE}.subunitcost ;;
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

  dimension: systime {
    label: "Sys Time"
    type: number
    sql: ${TABLE}.systime ;;
    value_format_name: id
  }

  dimension: tranclass {
    label: "Tran Class"
    type: string
    sql: ${TABLE}.tranclass ;;
  }

  dimension: trannum {
    label: "Tran Num"
    type: number
    sql: ${TABLE}.trannum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if part_transactions.source_url._value %}{{ part_transactions.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: tranqty {
    label: "Tran Qty"
    type: number
    sql: ${TABLE}.tranqty ;;
  }

  dimension: tranreference {
    label: "Tran Reference"
    type: string
    sql: ${TABLE}.tranreference ;;
  }

  dimension: trantype {
    label: "Tran Type"
    type: string
    sql: ${TABLE}.trantype ;;
  }

  dimension: um {
    label: "UM"
    type: string
    sql: ${TABLE}.um ;;
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id
  }

  dimension: warehousecode {
    label: "Warehouse Code"
    type: string
    sql: ${TABLE}.warehousecode ;;
  }

  dimension_group: sys {
    label: "Sys"
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
    sql: ${TABLE}.sysdate ;;
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
