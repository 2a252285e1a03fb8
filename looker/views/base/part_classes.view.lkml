# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: part_classes {
  sql_table_name: @{STAGING_SCHEMA}.part_classes ;;
  label: "Part Class Es"

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

  dimension: buyerid {
    label: "Buyer ID"
    type: string
    sql: ${TABLE}.buyerid ;;
  }

  dimension: classid {
    label: "Class ID"
    type: string
    sql: ${TABLE}.classid ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if part_classes.source_url._value %}{{ part_classes.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: commoditycode {
    label: "Commodity Code"
    type: string
    sql: ${TABLE}.commoditycode ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: consolidatedpurchasing {
    label: "Consolidated Purchasing"
    type: yesno
    sql: ${TABLE}.consolidatedpurchasing ;;
  }

  dimension: description {
    label: "Description"
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: inactive {
    label: "Inactive"
    type: yesno
    sql: ${TABLE}.inactive ;;
  }

  dimension: mtlburrate {
    label: "Mtl Bur Rate"
    type: number
    sql: ${TABLE}.mtlburrate ;;
  }

  dimension: partleadtime {
    label: "Part Lead Time"
    type: number
    sql: ${TABLE}.partleadtime ;;
    value_format_name: id
  }

  dimension: purchcode {
    label: "Purch Code"
    type: string
    sql: ${TABLE}.purchcode ;;
  }

  dimension: rcvinspectionreq {
    label: "Rcv Inspection Req"
    type: yesno
    sql: ${TABLE}.rcvinspectionreq ;;
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
