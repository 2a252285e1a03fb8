# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: coa_segment_values {
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;
  label: "COA Segment Values"

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

  dimension: activeflag {
    label: "Active Flag"
    type: yesno
    sql: ${TABLE}.activeflag ;;
  }

  dimension: category {
    label: "Category"
    type: string
    sql: ${TABLE}.category ;;
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

  dimension: curracct {
    label: "Curr Acct"
    type: yesno
    sql: ${TABLE}.curracct ;;
  }

  dimension: normalbalance {
    label: "Normal Balance"
    type: string
    sql: ${TABLE}.normalbalance ;;
  }

  dimension: refentitytype {
    label: "Ref Entity Type"
    type: string
    sql: ${TABLE}.refentitytype ;;
  }

  dimension: segmentabbrev {
    label: "Segment Abbrev"
    type: string
    sql: ${TABLE}.segmentabbrev ;;
  }

  dimension: segmentcode {
    label: "Segment Code"
    type: string
    sql: ${TABLE}.segmentcode ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if coa_segment_values.source_url._value %}{{ coa_segment_values.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: segmentdesc {
    label: "Segment Desc"
    type: string
    sql: ${TABLE}.segmentdesc ;;
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
  }

  dimension: statistical {
    label: "Statistical"
    type: number
    sql: ${TABLE}.statistical ;;
    value_format_name: id
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

  dimension_group: effectivefrom {
    label: "Effective From"
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
    sql: ${TABLE}.effectivefrom ;;
  }

  dimension_group: effectiveto {
    label: "Effective To"
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
    sql: ${TABLE}.effectiveto ;;
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
