# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: gl_accounts {
  sql_table_name: @{STAGING_SCHEMA}.gl_accounts ;;
  label: "GL Account S"

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

  dimension: accountdesc {
    label: "Account Desc"
    type: string
    sql: ${TABLE}.accountdesc ;;
  }

  dimension: active {
    label: "Active"
    type: yesno
    sql: ${TABLE}.active ;;
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

  dimension: glaccount1 {
    label: "GL Account 1"
    type: string
    sql: ${TABLE}.glaccount1 ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if gl_accounts.source_url._value %}{{ gl_accounts.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: multicompany {
    label: "Multi Company"
    type: yesno
    sql: ${TABLE}.multicompany ;;
  }

  dimension: parentglaccount {
    label: "Parent GL Account"
    type: string
    sql: ${TABLE}.parentglaccount ;;
  }

  dimension: segvalue1 {
    label: "Natural Account Code"
    type: string
    sql: ${TABLE}.segvalue1 ;;
  }

  dimension: segvalue10 {
    hidden: yes
    label: "Seg Value 10"
    type: string
    sql: ${TABLE}.segvalue10 ;;
  }

  dimension: segvalue11 {
    hidden: yes
    label: "Seg Value 11"
    type: string
    sql: ${TABLE}.segvalue11 ;;
  }

  dimension: segvalue12 {
    hidden: yes
    label: "Seg Value 12"
    type: string
    sql: ${TABLE}.segvalue12 ;;
  }

  dimension: segvalue13 {
    hidden: yes
    label: "Seg Value 13"
    type: string
    sql: ${TABLE}.segvalue13 ;;
  }

  dimension: segvalue14 {
    hidden: yes
    label: "Seg Value 14"
    type: string
    sql: ${TABLE}.segvalue14 ;;
  }

  dimension: segvalue15 {
    hidden: yes
    label: "Seg Value 15"
    type: string
    sql: ${TABLE}.segvalue15 ;;
  }

  dimension: segvalue16 {
    hidden: yes
    label: "Seg Value 16"
    type: string
    sql: ${TABLE}.segvalue16 ;;
  }

  dimension: segvalue17 {
    hidden: yes
    label: "Seg Value 17"
    type: string
    sql: ${TABLE}.segvalue17 ;;
  }

  dimension: segvalue18 {
    hidden: yes
    label: "Seg Value 18"
    type: string
    sql: ${TABLE}.segvalue18 ;;
  }

  dimension: segvalue19 {
    hidden: yes
    label: "Seg Value 19"
    type: string
    sql: ${TABLE}.segvalue19 ;;
  }

  dimension: segvalue2 {
    label: "Department Code"
    type: string
    sql: ${TABLE}.segvalue2 ;;
  }

  dimension: segvalue20 {
    hidden: yes
    label: "Seg Value 20"
    type: string
    sql: ${TABLE}.segvalue20 ;;
  }

  dimension: segvalue3 {
    label: "Division Code"
    type: string
    sql: ${TABLE}.segvalue3 ;;
  }

  dimension: segvalue4 {
    label: "Project Code"
    type: string
    sql: ${TABLE}.segvalue4 ;;
  }

  dimension: segvalue5 {
    hidden: yes
    label: "Seg Value 5"
    type: string
    sql: ${TABLE}.segvalue5 ;;
  }

  dimension: segvalue6 {
    hidden: yes
    label: "Seg Value 6"
    type: string
    sql: ${TABLE}.segvalue6 ;;
  }

  dimension: segvalue7 {
    hidden: yes
    label: "Seg Value 7"
    type: string
    sql: ${TABLE}.segvalue7 ;;
  }

  dimension: segvalue8 {
    hidden: yes
    label: "Seg Value 8"
    type: string
    sql: ${TABLE}.segvalue8 ;;
  }

  dimension: segvalue9 {
    hidden: yes
    label: "Seg Value 9"
    type: string
    sql: ${TABLE}.segvalue9 ;;
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

  dimension_group: efffrom {
    label: "Eff From"
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
    sql: ${TABLE}.efffrom ;;
  }

  dimension_group: effto {
    label: "Eff To"
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
    sql: ${TABLE}.effto ;;
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
