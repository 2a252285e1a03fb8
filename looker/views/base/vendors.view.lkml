# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: vendors {
  sql_table_name: @{STAGING_SCHEMA}.vendors ;;
  label: "Vendor S"

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

  dimension: approved {
    label: "Approved"
    type: yesno
    sql: ${TABLE}.approved ;;
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

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: defaultfob {
    label: "Default FOB"
    type: string
    sql: ${TABLE}.defaultfob ;;
  }

  dimension: emailaddress {
    label: "Email Address"
    type: string
    sql: ${TABLE}.emailaddress ;;
  }

  dimension: externalid {
    label: "External Id"
    type: string
    sql: ${TABLE}.externalid ;;
  }

  dimension: faxnum {
    label: "Fax Num"
    type: string
    sql: ${TABLE}.faxnum ;;
  }

  dimension: globalvendor {
    label: "Global Vendor"
    type: yesno
    sql: ${TABLE}.globalvendor ;;
  }

  dimension: groupcode {
    label: "Group Code"
    type: string
    sql: ${TABLE}.groupcode ;;
  }

  dimension: inactive {
    label: "Inactive"
    type: yesno
    sql: ${TABLE}.inactive ;;
  }

  dimension: legalname {
    label: "Legal Name"
    type: string
    sql: ${TABLE}.legalname ;;
  }

  dimension: minordervalue {
    label: "Min Order Value"
    type: number
    sql: ${TABLE}.minordervalue ;;
    value_format_name: decimal_2
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

  dimension: number02 {
    label: "Number 02"
    type: number
    sql: ${TABLE}.number02 ;;
  }

  dimension: onecheck {
    label: "One Check"
    type: yesno
    sql: ${TABLE}.onecheck ;;
  }

  dimension: payhold {
    label: "Pay Hold"
    type: yesno
    sql: ${TABLE}.payhold ;;
  }

  dimension: phonenum {
    label: "Phone Num"
    type: string
    sql: ${TABLE}.phonenum ;;
  }

  dimension: pmuid {
    hidden: yes
    label: "PM UID"
    type: number
    sql: ${TABLE}.pmuid ;;
    value_format_name: id
  }

  dimension: primarybankid {
    label: "Primary Bank ID"
    type: string
    sql: ${TABLE}.primarybankid ;;
  }

  dimension: purpoint {
    label: "Pur Point"
    type: string
    sql: ${TABLE}.purpoint ;;
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

  dimension: state {
    label: "State"
    type: string
    sql: ${TABLE}.state ;;
  }

  dimension: supplierrating_c {
    hidden: no
    label: "Supplier Rating"
    type: number
    sql: ${TABLE}.supplierrating_c ;;
    value_format_name: id
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

  dimension: taxpayerid {
    label: "Taxpayer ID"
    type: string
    sql: ${TABLE}.taxpayerid ;;
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

  dimension: vendorid {
    label: "Vendor ID"
    type: string
    sql: ${TABLE}.vendorid ;;
  }

  dimension: vendornum {
    label: "Vendor Num"
    type: number
    sql: ${TABLE}.vendornum ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if vendors.source_url._value %}{{ vendors.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: vendurl {
    label: "Vend URL"
    type: string
    sql: ${TABLE}.vendurl ;;
  }

  dimension: zip {
    label: "ZIP"
    type: string
    sql: ${TABLE}.zip ;;
  }

  dimension_group: contractend_c {
    hidden: no
    label: "Contract End"
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
    sql: ${TABLE}.contractend_c ;;
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
