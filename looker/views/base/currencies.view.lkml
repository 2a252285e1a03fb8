# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: currencies {
  sql_table_name: @{STAGING_SCHEMA}.currencies ;;
  label: "Curr Encies"

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

  dimension: basecurr {
    label: "Base Curr"
    type: yesno
    sql: ${TABLE}.basecurr ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: currdesc {
    label: "Curr Desc"
    type: string
    sql: ${TABLE}.currdesc ;;
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if currencies.source_url._value %}{{ currencies.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: currencyid {
    label: "Currency ID"
    type: string
    sql: ${TABLE}.currencyid ;;
  }

  dimension: currname {
    label: "Curr Name"
    type: string
    sql: ${TABLE}.currname ;;
  }

  dimension: currsymbol {
    label: "Curr Symbol"
    type: string
    sql: ${TABLE}.currsymbol ;;
  }

  dimension: decimalscost {
    label: "Decimals Cost"
    type: number
    sql: ${TABLE}.decimalscost ;;
    value_format_name: id
  }

  dimension: decimalsgeneral {
    label: "Decimals General"
    type: number
    sql: ${TABLE}.decimalsgeneral ;;
    value_format_name: id
  }

  dimension: decimalsprice {
    label: "Decimals Price"
    type: number
    sql: ${TABLE}.decimalsprice ;;
    value_format_name: id
  }

  dimension: inactive {
    label: "Inactive"
    type: yesno
    sql: ${TABLE}.inactive ;;
  }

  dimension: isocurrcode {
    label: "ISO Curr Code"
    type: string
    sql: ${TABLE}.isocurrcode ;;
  }

  dimension: reportcurr {
    label: "Report Curr"
    type: yesno
    sql: ${TABLE}.reportcurr ;;
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
