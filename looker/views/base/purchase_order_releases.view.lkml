# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: purchase_order_releases {
  sql_table_name: @{STAGING_SCHEMA}.purchase_order_releases ;;
  label: "Purchase Order Releases"

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

  dimension: arrivedqty {
    label: "Arrived Qty"
    type: number
    sql: ${TABLE}.arrivedqty ;;
  }

  dimension: assemblyseq {
    label: "Assembly Seq"
    type: number
    sql: ${TABLE}.assemblyseq ;;
    value_format_name: id
  }

  dimension: baseqty {
    label: "Base Qty"
    type: number
    sql: ${TABLE}.baseqty ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: invoicedqty {
    label: "Invoiced Qty"
    type: number
    sql: ${TABLE}.invoicedqty ;;
  }

  dimension: jobnum {
    label: "Job Num"
    type: string
    sql: ${TABLE}.jobnum ;;
  }

  dimension: jobseq {
    label: "Job Seq"
    type: number
    sql: ${TABLE}.jobseq ;;
    value_format_name: id
  }

  dimension: jobseqtype {
    label: "Job Seq Type"
    type: string
    sql: ${TABLE}.jobseqtype ;;
  }

  dimension: openrelease {
    label: "Open Release"
    type: yesno
    sql: ${TABLE}.openrelease ;;
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

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if purchase_order_releases.source_url._value %}{{ purchase_order_releases.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: projectid {
    label: "Project ID"
    type: string
    sql: ${TABLE}.projectid ;;
  }

  dimension: receivedqty {
    label: "Received Qty"
    type: number
    sql: ${TABLE}.receivedqty ;;
  }

  dimension: relqty {
    label: "Rel Qty"
    type: number
    sql: ${TABLE}.relqty ;;
  }

  dimension: reqline {
    label: "Req Line"
    type: number
    sql: ${TABLE}.reqline ;;
    value_format_name: id
  }

  dimension: reqnum {
    label: "Req Num"
    type: number
    sql: ${TABLE}.reqnum ;;
    value_format_name: id
  }

  dimension: status {
    label: "Status"
    type: string
    sql: ${TABLE}.status ;;
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

  dimension: trantype {
    label: "Tran Type"
    type: string
    sql: ${TABLE}.trantype ;;
  }

  dimension: voidrelease {
    label: "Void Release"
    type: yesno
    sql: ${TABLE}.voidrelease ;;
  }

  dimension: warehousecode {
    label: "Warehouse Code"
    type: string
    sql: ${TABLE}.warehousecode ;;
  }

  dimension: xrelqty {
    label: "X Rel Qty"
    type: number
    sql: ${TABLE}.xrelqty ;;
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

  dimension_group: promisedt {
    label: "Promise Dt"
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
    sql: ${TABLE}.promisedt ;;
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
