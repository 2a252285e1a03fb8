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

  dimension: checkbox01 {
    label: "Check Box 01"
    type: yesno
    sql: ${TABLE}.checkbox01 ;;
  }

  dimension: checkbox02 {
    label: "Check Box 02"
    type: yesno
    sql: ${TABLE}.checkbox02 ;;
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

  dimension: number01 {
    label: "Number 01"
    type: number
    sql: ${TABLE}.number01 ;;
  }

  dimension: number09 {
    label: "Number 09"
    type: number
    sql: ${TABLE}.number09 ;;
  }

  dimension: number10 {
    label: "Number 10"
    type: number
    sql: ${TABLE}.number10 ;;
  }

  dimension: number18 {
    label: "Number 18"
    type: number
    sql: ${TABLE}.number18 ;;
  }

  dimension: number19 {
    label: "Number 19"
    type: number
    sql: ${TABLE}.number19 ;;
  }

  dimension: number20 {
    label: "Number 20"
    type: number
    sql: ${TABLE}.number20 ;;
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

  dimension: shortchar08 {
    label: "Short Char 08"
    type: string
    sql: ${TABLE}.shortchar08 ;;
  }

  dimension: shortchar09 {
    label: "Short Char 09"
    type: string
    sql: ${TABLE}.shortchar09 ;;
  }

  dimension: shortchar10 {
    label: "Short Char 10"
    type: string
    sql: ${TABLE}.shortchar10 ;;
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

  dimension_group: date02 {
    label: "Date 02"
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
    sql: ${TABLE}.date02 ;;
  }

  dimension_group: date03 {
    label: "Date 03"
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
    sql: ${TABLE}.date03 ;;
  }

  dimension_group: date04 {
    label: "Date 04"
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
    sql: ${TABLE}.date04 ;;
  }

  dimension_group: date05 {
    label: "Date 05"
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
    sql: ${TABLE}.date05 ;;
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
