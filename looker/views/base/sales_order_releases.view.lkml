# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: sales_order_releases {
  sql_table_name: @{STAGING_SCHEMA}.sales_order_releases ;;
  label: "Sales Order Releases"

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

  dimension: buytoorder {
    label: "Buy To Order"
    type: yesno
    sql: ${TABLE}.buytoorder ;;
  }

  dimension: changedby {
    label: "Changed By"
    type: string
    sql: ${TABLE}.changedby ;;
  }

  dimension: changetime {
    label: "Change Time"
    type: number
    sql: ${TABLE}.changetime ;;
    value_format_name: id
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: firmrelease {
    label: "Firm Release"
    type: yesno
    sql: ${TABLE}.firmrelease ;;
  }

  dimension: make {
    label: "Make"
    type: yesno
    sql: ${TABLE}.make ;;
  }

  dimension: openrelease {
    label: "Open Release"
    type: yesno
    sql: ${TABLE}.openrelease ;;
  }

  dimension: orderline {
    label: "Order Line"
    type: number
    sql: ${TABLE}.orderline ;;
    value_format_name: id
  }

  dimension: ordernum {
    label: "Order Num"
    type: number
    sql: ${TABLE}.ordernum ;;
    value_format_name: id
  }

  dimension: orderrelnum {
    label: "Order Rel Num"
    type: number
    sql: ${TABLE}.orderrelnum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if sales_order_releases.source_url._value %}{{ sales_order_releases.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: ourjobshippedqty {
    label: "Our Job Shipped Qty"
    type: number
    sql: ${TABLE}.ourjobshippedqty ;;
  }

  dimension: ourreqqty {
    label: "Our Req Qty"
    type: number
    sql: ${TABLE}.ourreqqty ;;
  }

  dimension: ourstockshippedqty {
    label: "Our Stock Shipped Qty"
    type: number
    sql: ${TABLE}.ourstockshippedqty ;;
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

  dimension: sellingreqqty {
    label: "Selling Req Qty"
    type: number
    sql: ${TABLE}.sellingreqqty ;;
  }

  dimension: shiptonum {
    label: "Ship To Num"
    type: string
    sql: ${TABLE}.shiptonum ;;
  }

  dimension: shipviacode {
    label: "Ship Via Code"
    type: string
    sql: ${TABLE}.shipviacode ;;
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

  dimension: voidrelease {
    label: "Void Release"
    type: yesno
    sql: ${TABLE}.voidrelease ;;
  }

  dimension: warehousecode {
    label: "Warehouse Code"
    type: string
    sql: ${TABLE}.warehousecode ;;
  }

  dimension_group: change {
    label: "Change"
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
    sql: ${TABLE}.changedate ;;
  }

  dimension_group: needby {
    label: "Need By"
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
    sql: ${TABLE}.needbydate ;;
  }

  dimension_group: req {
    label: "Req"
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
    sql: ${TABLE}.reqdate ;;
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
