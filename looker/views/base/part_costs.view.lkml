# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: part_costs {
  sql_table_name: @{STAGING_SCHEMA}.part_costs ;;
  label: "Part Costs"

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

  dimension: avgburdencost {
    label: "Avg Burden Cost"
    type: number
    sql: ${TABLE}.avgburdencost ;;
  }

  dimension: avglaborcost {
    label: "Avg Labor Cost"
    type: number
    sql: ${TABLE}.avglaborcost ;;
  }

  dimension: avgmaterialcost {
    label: "Avg Material Cost"
    type: number
    sql: ${TABLE}.avgmaterialcost ;;
  }

  dimension: avgmtlburcost {
    label: "Avg Mtl Bur Cost"
    type: number
    sql: ${TABLE}.avgmtlburcost ;;
  }

  dimension: avgsubcontcost {
    label: "Avg Sub Cont Cost"
    type: number
    sql: ${TABLE}.avgsubcontcost ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: costid {
    label: "Cost ID"
    type: string
    sql: ${TABLE}.costid ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if part_costs.source_url._value %}{{ part_costs.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: lastburdencost {
    label: "Last Burden Cost"
    type: number
    sql: ${TABLE}.lastburdencost ;;
  }

  dimension: lastlaborcost {
    label: "Last Labor Cost"
    type: number
    sql: ${TABLE}.lastlaborcost ;;
  }

  dimension: lastmaterialcost {
    label: "Last Material Cost"
    type: number
    sql: ${TABLE}.lastmaterialcost ;;
  }

  dimension: lastmtlburcost {
    label: "Last Mtl Bur Cost"
    type: number
    sql: ${TABLE}.lastmtlburcost ;;
  }

  dimension: lastsubcontcost {
    label: "Last Sub Cont Cost"
    type: number
    sql: ${TABLE}.lastsubcontcost ;;
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;
  }

  dimension: stdburdencost {
    label: "Std Burden Cost"
    type: number
    sql: ${TABLE}.stdburdencost ;;
  }

  dimension: stdlaborcost {
    label: "Std Labor Cost"
    type: number
    sql: ${TABLE}.stdlaborcost ;;
  }

  dimension: stdmaterialcost {
    label: "Std Material Cost"
    type: number
    sql: ${TABLE}.stdmaterialcost ;;
  }

  dimension: stdmtlburcost {
    label: "Std Mtl Bur Cost"
    type: number
    sql: ${TABLE}.stdmtlburcost ;;
  }

  dimension: stdsubcontcost {
    label: "Std Sub Cont Cost"
    type: number
    sql: ${TABLE}.stdsubcontcost ;;
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

  dimension: totalqtyavg {
    label: "Total Qty Avg"
    type: number
    sql: ${TABLE}.totalqtyavg ;;
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
