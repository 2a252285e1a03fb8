# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: part_warehouses {
  sql_table_name: @{STAGING_SCHEMA}.part_warehouses ;;
  label: "Part Warehouse S"

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

  dimension: allocatedqty {
    label: "Allocated Qty"
    type: number
    sql: ${TABLE}.allocatedqty ;;
  }

  dimension: buytoorderqty {
    label: "Buy To Order Qty"
    type: number
    sql: ${TABLE}.buytoorderqty ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: demandqty {
    label: "Demand Qty"
    type: number
    sql: ${TABLE}.demandqty ;;
  }

  dimension: jobdemandqty {
    label: "Job Demand Qty"
    type: number
    sql: ${TABLE}.jobdemandqty ;;
  }

  dimension: kbcode {
    label: "KB Code"
    type: string
    sql: ${TABLE}.kbcode ;;
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

  dimension: nonnettableqty {
    label: "Non Nettable Qty"
    type: number
    sql: ${TABLE}.nonnettableqty ;;
  }

  dimension: onhandqty {
    label: "On Hand Qty"
    type: number
    sql: ${TABLE}.onhandqty ;;
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;
  }

  dimension: plant {
    label: "Plant"
    type: string
    sql: ${TABLE}.plant ;;
  }

  dimension: reservedqty {
    label: "Reserved Qty"
    type: number
    sql: ${TABLE}.reservedqty ;;
  }

  dimension: safetyqty {
    label: "Safety Qty"
    type: number
    sql: ${TABLE}.safetyqty ;;
  }

  dimension: salesdemandqty {
    label: "Sales Demand Qty"
    type: number
    sql: ${TABLE}.salesdemandqty ;;
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

  dimension: warehousecode {
    label: "Warehouse Code"
    type: string
    sql: ${TABLE}.warehousecode ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if part_warehouses.source_url._value %}{{ part_warehouses.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension_group: counted {
    label: "Counted"
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
    sql: ${TABLE}.counteddate ;;
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
