# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: part_plants {
  sql_table_name: @{STAGING_SCHEMA}.part_plants ;;
  label: "Part Plants"

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

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: costmethod {
    label: "Cost Method"
    type: string
    sql: ${TABLE}.costmethod ;;
  }

  dimension: leadtime {
    label: "Lead Time"
    type: number
    sql: ${TABLE}.leadtime ;;
    value_format_name: id
  }

  dimension: maximumqty {
    label: "Maximum Qty"
    type: number
    sql: ${TABLE}.maximumqty ;;
  }

  dimension: minimumqty {
    label: "Minimum Qty"
    type: number
    sql: ${TABLE}.minimumqty ;;
  }

  dimension: minorderqty {
    label: "Min Order Qty"
    type: number
    sql: ${TABLE}.minorderqty ;;
  }

  dimension: nonstock {
    label: "Non Stock"
    type: yesno
    sql: ${TABLE}.nonstock ;;
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;
  }

  dimension: personid {
    label: "Person ID"
    type: string
    sql: ${TABLE}.personid ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if part_plants.source_url._value %}{{ part_plants.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: primwhse {
    label: "Prim Whse"
    type: string
    sql: ${TABLE}.primwhse ;;
  }

  dimension: qtybearing {
    label: "Qty Bearing"
    type: yesno
    sql: ${TABLE}.qtybearing ;;
  }

  dimension: safetyqty {
    label: "Safety Qty"
    type: number
    sql: ${TABLE}.safetyqty ;;
  }

  dimension: sourcetype {
    label: "Source Type"
    type: string
    sql: ${TABLE}.sourcetype ;;
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
