# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: customers {
  sql_table_name: @{STAGING_SCHEMA}.customers ;;
  label: "Customer S"

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

  dimension: address2 {
    label: "Address 2"
    type: string
    sql: ${TABLE}.address2 ;;
  }

  dimension: address3 {
    label: "Address 3"
    type: string
    sql: ${TABLE}.address3 ;;
  }

  dimension: btname {
    label: "BT Name"
    type: string
    sql: ${TABLE}.btname ;;
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

  dimension: city {
    label: "City"
    type: string
    sql: ${TABLE}.city ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
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

  dimension: credithold {
    label: "Credit Hold"
    type: yesno
    sql: ${TABLE}.credithold ;;
  }

  dimension: creditlimit {
    label: "Credit Limit"
    type: number
    sql: ${TABLE}.creditlimit ;;
    value_format_name: decimal_2
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: custid {
    label: "Cust ID"
    type: string
    sql: ${TABLE}.custid ;;
  }

  dimension: custnum {
    label: "Cust Num"
    type: number
    sql: ${TABLE}.custnum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if customers.source_url._value %}{{ customers.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: customertype {
    label: "Customer Type"
    type: string
    sql: ${TABLE}.customertype ;;
  }

  dimension: emailaddress {
    label: "Email Address"
    type: string
    sql: ${TABLE}.emailaddress ;;
  }

  dimension: faxnum {
    label: "Fax Num"
    type: string
    sql: ${TABLE}.faxnum ;;
  }

  dimension: groupcode {
    label: "Group Code"
    type: string
    sql: ${TABLE}.groupcode ;;
  }

  dimension: keyaccount_c {
    hidden: no
    label: "Key Account"
    type: yesno
    sql: ${TABLE}.keyaccount_c ;;
  }

  dimension: name {
    label: "Name"
    type: string
    sql: ${TABLE}.name ;;
  }

  dimension: parentcustnum {
    label: "Parent Cust Num"
    type: number
    sql: ${TABLE}.parentcustnum ;;
    value_format_name: id
  }

  dimension: phonenum {
    label: "Phone Num"
    type: string
    sql: ${TABLE}.phonenum ;;
  }

  dimension: resaleid {
    label: "Resale ID"
    type: string
    sql: ${TABLE}.resaleid ;;
  }

  dimension: salesrepcode {
    label: "Sales Rep Code"
    type: string
    sql: ${TABLE}.salesrepcode ;;
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

  dimension: taxregioncode {
    label: "Tax Region Code"
    type: string
    sql: ${TABLE}.taxregioncode ;;
  }

  dimension: termscode {
    label: "Terms Code"
    type: string
    sql: ${TABLE}.termscode ;;
  }

  dimension: territoryid {
    label: "Territory ID"
    type: string
    sql: ${TABLE}.territoryid ;;
  }

  dimension: zip {
    label: "Zip"
    type: string
    sql: ${TABLE}.zip ;;
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

  dimension_group: est {
    label: "Est"
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
    sql: ${TABLE}.estdate ;;
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
