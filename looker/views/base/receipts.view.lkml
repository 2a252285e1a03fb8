# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: receipts {
  sql_table_name: @{STAGING_SCHEMA}.receipts ;;
  label: "Receipts"

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

  dimension: character01 {
    label: "Character 01"
    type: string
    sql: ${TABLE}.character01 ;;
  }

  dimension: checkbox05 {
    label: "Check Box 05"
    type: yesno
    sql: ${TABLE}.checkbox05 ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: entryperson {
    label: "Entry Person"
    type: string
    sql: ${TABLE}.entryperson ;;
  }

  dimension: invoiced {
    label: "Invoiced"
    type: yesno
    sql: ${TABLE}.invoiced ;;
  }

  dimension: legalnumber {
    label: "Legal Number"
    type: string
    sql: ${TABLE}.legalnumber ;;
  }

  dimension: packslip {
    label: "Pack Slip"
    type: string
    sql: ${TABLE}.packslip ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if receipts.source_url._value %}{{ receipts.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: ponum {
    label: "PO Num"
    type: number
    sql: ${TABLE}.ponum ;;
    value_format_name: id
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

  dimension: receiveperson {
    label: "Receive Person"
    type: string
    sql: ${TABLE}.receiveperson ;;
  }

  dimension: shipviacode {
    label: "Ship Via Code"
    type: string
    sql: ${TABLE}.shipviacode ;;
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

  dimension_group: entry {
    label: "Entry"
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
    sql: ${TABLE}.entrydate ;;
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
