# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: companies {
  sql_table_name: @{STAGING_SCHEMA}.companies ;;
  label: "Comp Anies"

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

  dimension: address1 {
    label: "Address 1"
    type: string
    sql: ${TABLE}.address1 ;;
  }

  dimension: basecurrcode {
    label: "Base Curr Code"
    type: string
    sql: ${TABLE}.basecurrcode ;;
  }

  dimension: calendarid {
    label: "Calendar ID"
    type: string
    sql: ${TABLE}.calendarid ;;
  }

  dimension: city {
    label: "City"
    type: string
    sql: ${TABLE}.city ;;
  }

  dimension: company1 {
    label: "Company 1"
    type: string
    sql: ${TABLE}.company1 ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if companies.source_url._value %}{{ companies.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: country {
    label: "Country"
    type: string
    sql: ${TABLE}.country ;;
  }

  dimension: countrynum {
    label: "Country Num"
    type: number
    sql: ${TABLE}.countrynum ;;
    value_format_name: id
  }

  dimension: currentfiscalyear {
    label: "Current Fiscal Year"
    type: number
    sql: ${TABLE}.currentfiscalyear ;;
    value_format_name: id
  }

  dimension: fein {
    label: "FEIN"
    type: string
    sql: ${TABLE}.fein ;;
  }

  dimension: fiscalcalendarid {
    label: "Fiscal Calendar ID"
    type: string
    sql: ${TABLE}.fiscalcalendarid ;;
  }

  dimension: legalname {
    label: "Legal Name"
    type: string
    sql: ${TABLE}.legalname ;;
  }

  dimension: name {
    label: "Name"
    type: string
    sql: ${TABLE}.name ;;
  }

  dimension: phonenum {
    label: "Phone Num"
    type: string
    sql: ${TABLE}.phonenum ;;
  }

  dimension: state {
    label: "State"
    type: string
    sql: ${TABLE}.state ;;
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

  dimension: zip {
    label: "Zip"
    type: string
    sql: ${TABLE}.zip ;;
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
