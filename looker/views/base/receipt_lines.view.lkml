# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: receipt_lines {
  sql_table_name: @{STAGING_SCHEMA}.receipt_lines ;;
  label: "Receipt Lines"

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

  dimension: binnum {
    label: "Bin Num"
    type: string
    sql: ${TABLE}.binnum ;;
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

  dimension: invoiced {
    label: "Invoiced"
    type: yesno
    sql: ${TABLE}.invoiced ;;
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

  dimension: ium {
    label: "IUM"
    type: string
    sql: ${TABLE}.ium ;;
  }

  dimension: jobnum {
    label: "Job Num"
    type: string
    sql: ${TABLE}.jobnum ;;
  }

  dimension: lotnum {
    label: "Lot Num"
    type: string
    sql: ${TABLE}.lotnum ;;
  }

  dimension: ourqty {
    label: "Our Qty"
    type: number
    sql: ${TABLE}.ourqty ;;
  }

  dimension: ourunitcost {
    label: "Our Unit Cost"
    type: number
    sql: ${TABLE}.ourunitcost ;;
  }

  dimension: packline {
    label: "Pack Line"
    type: number
    sql: ${TABLE}.packline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if receipt_lines.source_url._value %}{{ receipt_lines.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: packslip {
    label: "Pack Slip"
    type: string
    sql: ${TABLE}.packslip ;;
  }

  dimension: partdescription {
    label: "Part Description"
    type: string
    sql: ${TABLE}.partdescription ;;
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

  dimension: pum {
    label: "PUM"
    type: string
    sql: ${TABLE}.pum ;;
  }

  dimension: purpoint {
    label: "Pur Point"
    type: string
    sql: ${TABLE}.purpoint ;;
  }

  dimension: received {
    label: "Received"
    type: yesno
    sql: ${TABLE}.received ;;
  }

  dimension: receivedto {
    label: "Received To"
    type: string
    sql: ${TABLE}.receivedto ;;
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

  dimension: vendorqty {
    label: "Vendor Qty"
    type: number
    sql: ${TABLE}.vendorqty ;;
  }

  dimension: vendorunitcost {
    label: "Vendor Unit Cost"
    type: number
    sql: ${TABLE}.vendorunitcost ;;
  }

  dimension: warehousecode {
    label: "Warehouse Code"
    type: string
    sql: ${TABLE}.warehousecode ;;
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

  dimension_group: receipt {
    label: "Receipt"
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
    sql: ${TABLE}.receiptdate ;;
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
