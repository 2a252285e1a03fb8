# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: jobs {
  sql_table_name: @{STAGING_SCHEMA}.jobs ;;
  label: "Jobs"

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

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: createdby {
    label: "Created By"
    type: string
    sql: ${TABLE}.createdby ;;
  }

  dimension: ium {
    label: "IUM"
    type: string
    sql: ${TABLE}.ium ;;
  }

  dimension: jobclosed {
    label: "Job Closed"
    type: yesno
    sql: ${TABLE}.jobclosed ;;
  }

  dimension: jobcomplete {
    label: "Job Complete"
    type: yesno
    sql: ${TABLE}.jobcomplete ;;
  }

  dimension: jobengineered {
    label: "Job Engineered"
    type: yesno
    sql: ${TABLE}.jobengineered ;;
  }

  dimension: jobfirm {
    label: "Job Firm"
    type: yesno
    sql: ${TABLE}.jobfirm ;;
  }

  dimension: jobheld {
    label: "Job Held"
    type: yesno
    sql: ${TABLE}.jobheld ;;
  }

  dimension: jobnum {
    label: "Job Num"
    type: string
    sql: ${TABLE}.jobnum ;;

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if jobs.source_url._value %}{{ jobs.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: jobreleased {
    label: "Job Released"
    type: yesno
    sql: ${TABLE}.jobreleased ;;
  }

  dimension: jobtype {
    label: "Job Type"
    type: string
    sql: ${TABLE}.jobtype ;;
  }

  dimension: lastchangedby {
    label: "Last Changed By"
    type: string
    sql: ${TABLE}.lastchangedby ;;
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
  }

  dimension: prodqty {
    label: "Prod Qty"
    type: number
    sql: ${TABLE}.prodqty ;;
  }

  dimension: projectid {
    label: "Project ID"
    type: string
    sql: ${TABLE}.projectid ;;
  }

  dimension: qtycompleted {
    label: "Qty Completed"
    type: number
    sql: ${TABLE}.qtycompleted ;;
  }

  dimension: revisionnum {
    label: "Revision Num"
    type: string
    sql: ${TABLE}.revisionnum ;;
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

  dimension_group: closed {
    label: "Closed"
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
    sql: ${TABLE}.closeddate ;;
  }

  dimension_group: create {
    label: "Create"
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
    sql: ${TABLE}.createdate ;;
  }

  dimension_group: due {
    label: "Due"
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
    sql: ${TABLE}.duedate ;;
  }

  dimension_group: jobcompletion {
    label: "Job Completion"
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
    sql: ${TABLE}.jobcompletiondate ;;
  }

  dimension_group: lastchangedon {
    label: "Last Changed On"
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
    sql: ${TABLE}.lastchangedon ;;
  }

  dimension_group: reqdue {
    label: "Req Due"
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
    sql: ${TABLE}.reqduedate ;;
  }

  dimension_group: start {
    label: "Start"
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
    sql: ${TABLE}.startdate ;;
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
