# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: ap_invoice_lines {
  sql_table_name: @{STAGING_SCHEMA}.ap_invoice_lines ;;
  label: "AP Invoice Lines"

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

  dimension: assemblyseq {
    label: "Assembly Seq"
    type: number
    sql: ${TABLE}.assemblyseq ;;
    value_format_name: id
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

  dimension: description {
    label: "Description"
    type: string
    sql: ${TABLE}.description ;;
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

  dimension: invoiceline {
    label: "Invoice Line"
    type: number
    sql: ${TABLE}.invoiceline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if ap_invoice_lines.source_url._value %}{{ ap_invoice_lines.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
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

  dimension: linediscamt {
    label: "Line Disc Amt"
    type: number
    sql: ${TABLE}.linediscamt ;;
    value_format_name: decimal_2
  }

  dimension: linetype {
    label: "Line Type"
    type: string
    sql: ${TABLE}.linetype ;;
  }

  dimension: ourqty {
    label: "Our Qty"
    type: number
    sql: ${TABLE}.ourqty ;;
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

  dimension: purchcode {
    label: "Purch Code"
    type: string
    sql: ${TABLE}.purchcode ;;
  }

  dimension: purpoint {
    label: "Pur Point"
    type: string
    sql: ${TABLE}.purpoint ;;
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

  dimension: totalmiscchrg {
    label: "Total Misc Chrg"
    type: number
    sql: ${TABLE}.totalmiscchrg ;;
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

  dimension: vendorqty {
    label: "Vendor Qty"
    type: number
    sql: ${TABLE}.vendorqty ;;
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
