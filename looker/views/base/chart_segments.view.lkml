# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: chart_segment_1 {
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;

  dimension: source_id {
    primary_key: yes
    hidden: yes
    type: string
    sql: ${TABLE}._source_id ;;
  }

  dimension: company {
    hidden: yes
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: coacode {
    hidden: yes
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: segmentnbr {
    hidden: yes
    type: number
    sql: ${TABLE}.segmentnbr ;;
  }

  dimension: segmentcode {
    hidden: yes
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: code {
    label: "Natural Account Code"
    description: "Code of segment 1 of the chart of accounts."
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: name {
    label: "Natural Account"
    description: "Name of segment 1 of the chart of accounts."
    type: string
    sql: coalesce(nullif(${TABLE}.segmentname, ''), ${TABLE}.segmentcode) ;;
  }
}

view: chart_segment_2 {
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;

  dimension: source_id {
    primary_key: yes
    hidden: yes
    type: string
    sql: ${TABLE}._source_id ;;
  }

  dimension: company {
    hidden: yes
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: coacode {
    hidden: yes
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: segmentnbr {
    hidden: yes
    type: number
    sql: ${TABLE}.segmentnbr ;;
  }

  dimension: segmentcode {
    hidden: yes
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: code {
    label: "Department Code"
    description: "Code of segment 2 of the chart of accounts."
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: name {
    label: "Department"
    description: "Name of segment 2 of the chart of accounts."
    type: string
    sql: coalesce(nullif(${TABLE}.segmentname, ''), ${TABLE}.segmentcode) ;;
  }
}

view: chart_segment_3 {
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;

  dimension: source_id {
    primary_key: yes
    hidden: yes
    type: string
    sql: ${TABLE}._source_id ;;
  }

  dimension: company {
    hidden: yes
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: coacode {
    hidden: yes
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: segmentnbr {
    hidden: yes
    type: number
    sql: ${TABLE}.segmentnbr ;;
  }

  dimension: segmentcode {
    hidden: yes
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: code {
    label: "Division Code"
    description: "Code of segment 3 of the chart of accounts."
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: name {
    label: "Division"
    description: "Name of segment 3 of the chart of accounts."
    type: string
    sql: coalesce(nullif(${TABLE}.segmentname, ''), ${TABLE}.segmentcode) ;;
  }
}

view: chart_segment_4 {
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;

  dimension: source_id {
    primary_key: yes
    hidden: yes
    type: string
    sql: ${TABLE}._source_id ;;
  }

  dimension: company {
    hidden: yes
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: coacode {
    hidden: yes
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: segmentnbr {
    hidden: yes
    type: number
    sql: ${TABLE}.segmentnbr ;;
  }

  dimension: segmentcode {
    hidden: yes
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: code {
    label: "Project Code"
    description: "Code of segment 4 of the chart of accounts."
    type: string
    sql: ${TABLE}.segmentcode ;;
  }

  dimension: name {
    label: "Project"
    description: "Name of segment 4 of the chart of accounts."
    type: string
    sql: coalesce(nullif(${TABLE}.segmentname, ''), ${TABLE}.segmentcode) ;;
  }
}

explore: chart_segments {
  extension: required
  view_name: gl_transactions

  join: chart_segment_1 {
    view_label: "Chart Segments"
    type: left_outer
    relationship: many_to_one
    sql_on: ${chart_segment_1.company} = ${gl_transactions.company}
AND ${chart_segment_1.coacode} = ${gl_transactions.coacode}
AND ${chart_segment_1.segmentnbr} = 1
AND ${chart_segment_1.segmentcode} = ${gl_transactions.segvalue1} ;;
  }

  join: chart_segment_2 {
    view_label: "Chart Segments"
    type: left_outer
    relationship: many_to_one
    sql_on: ${chart_segment_2.company} = ${gl_transactions.company}
AND ${chart_segment_2.coacode} = ${gl_transactions.coacode}
AND ${chart_segment_2.segmentnbr} = 2
AND ${chart_segment_2.segmentcode} = ${gl_transactions.segvalue2} ;;
  }

  join: chart_segment_3 {
    view_label: "Chart Segments"
    type: left_outer
    relationship: many_to_one
    sql_on: ${chart_segment_3.company} = ${gl_transactions.company}
AND ${chart_segment_3.coacode} = ${gl_transactions.coacode}
AND ${chart_segment_3.segmentnbr} = 3
AND ${chart_segment_3.segmentcode} = ${gl_transactions.segvalue3} ;;
  }

  join: chart_segment_4 {
    view_label: "Chart Segments"
    type: left_outer
    relationship: many_to_one
    sql_on: ${chart_segment_4.company} = ${gl_transactions.company}
AND ${chart_segment_4.coacode} = ${gl_transactions.coacode}
AND ${chart_segment_4.segmentnbr} = 4
AND ${chart_segment_4.segmentcode} = ${gl_transactions.segvalue4} ;;
  }
}
