# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: parts {
  sql_table_name: @{STAGING_SCHEMA}.parts ;;
  label: "Parts"

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

  dimension: character01 {
    label: "Character 01"
    type: string
    sql: ${TABLE}.character01 ;;
  }

  dimension: character10 {
    label: "Character 10"
    type: string
    sql: ${TABLE}.character10 ;;
  }

  dimension: checkbox01 {
    label: "Check Box 01"
    type: yesno
    sql: ${TABLE}.checkbox01 ;;
  }

  dimension: checkbox03 {
    label: "Check Box 03"
    type: yesno
    sql: ${TABLE}.checkbox03 ;;
  }

  dimension: checkbox04 {
    label: "Check Box 04"
    type: yesno
    sql: ${TABLE}.checkbox04 ;;
  }

  dimension: checkbox05 {
    label: "Check Box 05"
    type: yesno
    sql: ${TABLE}.checkbox05 ;;
  }

  dimension: checkbox06 {
    label: "Check Box 06"
    type: yesno
    sql: ${TABLE}.checkbox06 ;;
  }

  dimension: checkbox07 {
    label: "Check Box 07"
    type: yesno
    sql: ${TABLE}.checkbox07 ;;
  }

  dimension: checkbox09 {
    label: "Check Box 09"
    type: yesno
    sql: ${TABLE}.checkbox09 ;;
  }

  dimension: checkbox10 {
    label: "Check Box 10"
    type: yesno
    sql: ${TABLE}.checkbox10 ;;
  }

  dimension: checkbox11 {
    label: "Check Box 11"
    type: yesno
    sql: ${TABLE}.checkbox11 ;;
  }

  dimension: checkbox12 {
    label: "Check Box 12"
    type: yesno
    sql: ${TABLE}.checkbox12 ;;
  }

  dimension: checkbox15 {
    label: "Check Box 15"
    type: yesno
    sql: ${TABLE}.checkbox15 ;;
  }

  dimension: checkbox19 {
    label: "Check Box 19"
    type: yesno
    sql: ${TABLE}.checkbox19 ;;
  }

  dimension: checkbox20 {
    label: "Check Box 20"
    type: yesno
    sql: ${TABLE}.checkbox20 ;;
  }

  dimension: classid {
    label: "Class ID"
    type: string
    sql: ${TABLE}.classid ;;
  }

  dimension: co2kg_c {
    hidden: no
    label: "Co 2 Kg"
    type: number
    sql: ${TABLE}.co2kg_c ;;
  }

  dimension: commoditycode {
    label: "Commodity Code"
    type: string
    sql: ${TABLE}.commoditycode ;;
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

  dimension: createdby {
    label: "Created By"
    type: string
    sql: ${TABLE}.createdby ;;
  }

  dimension: inactive {
    label: "Inactive"
    type: yesno
    sql: ${TABLE}.inactive ;;
  }

  dimension: internalunitprice {
    label: "Internal Unit Price"
    type: number
    sql: ${TABLE}.internalunitprice ;;
  }

  dimension: ium {
    label: "IUM"
    type: string
    sql: ${TABLE}.ium ;;
  }

  dimension: method {
    label: "Method"
    type: yesno
    sql: ${TABLE}.method ;;
  }

  dimension: mfgcomment {
    label: "Mfg Comment"
    type: string
    sql: ${TABLE}.mfgcomment ;;
  }

  dimension: netweight {
    label: "Net Weight"
    type: number
    sql: ${TABLE}.netweight ;;
  }

  dimension: nonstock {
    label: "Non Stock"
    type: yesno
    sql: ${TABLE}.nonstock ;;
  }

  dimension: number02 {
    label: "Number 02"
    type: number
    sql: ${TABLE}.number02 ;;
  }

  dimension: partdescription {
    label: "Part Description"
    type: string
    sql: ${TABLE}.partdescription ;;
  }

  dimension: partnum {
    label: "Part Num"
    type: string
    sql: ${TABLE}.partnum ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if parts.source_url._value %}{{ parts.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: prodcode {
    label: "Prod Code"
    type: string
    sql: ${TABLE}.prodcode ;;
  }

  dimension: pum {
    label: "PUM"
    type: string
    sql: ${TABLE}.pum ;;
  }

  dimension: purcomment {
    label: "Pur Comment"
    type: string
    sql: ${TABLE}.purcomment ;;
  }

  dimension: qtybearing {
    label: "Qty Bearing"
    type: yesno
    sql: ${TABLE}.qtybearing ;;
  }

  dimension: salesum {
    label: "Sales UM"
    type: string
    sql: ${TABLE}.salesum ;;
  }

  dimension: searchword {
    label: "Search Word"
    type: string
    sql: ${TABLE}.searchword ;;
  }

  dimension: shortchar01 {
    label: "Short Char 01"
    type: string
    sql: ${TABLE}.shortchar01 ;;
  }

  dimension: shortchar02 {
    label: "Short Char 02"
    type: string
    sql: ${TABLE}.shortchar02 ;;
  }

  dimension: shortchar03 {
    label: "Short Char 03"
    type: string
    sql: ${TABLE}.shortchar03 ;;
  }

  dimension: shortchar04 {
    label: "Short Char 04"
    type: string
    sql: ${TABLE}.shortchar04 ;;
  }

  dimension: shortchar05 {
    label: "Short Char 05"
    type: string
    sql: ${TABLE}.shortchar05 ;;
  }

  dimension: shortchar06 {
    label: "Short Char 06"
    type: string
    sql: ${TABLE}.shortchar06 ;;
  }

  dimension: shortchar07 {
    label: "Short Char 07"
    type: string
    sql: ${TABLE}.shortchar07 ;;
  }

  dimension: shortchar08 {
    label: "Short Char 08"
    type: string
    sql: ${TABLE}.shortchar08 ;;
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

  dimension: tracklots {
    label: "Track Lots"
    type: yesno
    sql: ${TABLE}.tracklots ;;
  }

  dimension: trackserialnum {
    label: "Track Serial Num"
    type: yesno
    sql: ${TABLE}.trackserialnum ;;
  }

  dimension: typecode {
    label: "Type Code"
    type: string
    sql: ${TABLE}.typecode ;;
  }

  dimension: unitprice {
    label: "Unit Price"
    type: number
    sql: ${TABLE}.unitprice ;;
  }

  dimension: uomclassid {
    label: "UOM Class ID"
    type: string
    sql: ${TABLE}.uomclassid ;;
  }

  dimension_group: changedon {
    label: "Changed On"
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
    sql: ${TABLE}.changedon ;;
  }

  dimension_group: createdon {
    label: "Created On"
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
    sql: ${TABLE}.createdon ;;
  }

  dimension_group: date01 {
    label: "Date 01"
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
    sql: ${TABLE}.date01 ;;
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
