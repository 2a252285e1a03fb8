# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: coa_segments {
  sql_table_name: @{STAGING_SCHEMA}.coa_segments ;;
  label: "COA Segments"

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

  dimension: abbreviation {
    label: "Abbreviation"
    type: string
    sql: ${TABLE}.abbreviation ;;
  }

  dimension: coacode {
    label: "COA Code"
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: displayorder {
    label: "Display Order"
    type: number
    sql: ${TABLE}.displayorder ;;
    value_format_name: id
  }

  dimension: dynamic {
    label: "Dynamic"
    type: yesno
    sql: ${TABLE}.dynamic ;;
  }

  dimension: entrycontrol {
    label: "Entry Control"
    type: string
    sql: ${TABLE}.entrycontrol ;;
  }

  dimension: level {
    label: "Level"
    type: number
    sql: ${TABLE}.level ;;
    value_format_name: id
  }

  dimension: maxlength {
    label: "Max Length"
    type: number
    sql: ${TABLE}.maxlength ;;
    value_format_name: id
  }

  dimension: minlength {
    label: "Min Length"
    type: number
    sql: ${TABLE}.minlength ;;
    value_format_name: id
  }

  dimension: refentity {
    label: "Ref Entity"
    type: string
    sql: ${TABLE}.refentity ;;
  }

  dimension: segmentname {
    label: "Segment Name"
    type: string
    sql: ${TABLE}.segmentname ;;
  }

  dimension: segmentnbr {
    label: "Segment Nbr"
    type: number
    sql: ${TABLE}.segmentnbr ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if coa_segments.source_url._value %}{{ coa_segments.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
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

  dimension: userefentity {
    label: "Use Ref Entity"
    type: yesno
    sql: ${TABLE}.userefentity ;;
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
