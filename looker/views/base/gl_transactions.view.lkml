# Made by `looker-staging lookml` from the staging tables: changes here are overwritten.
# Labels, measures and everything else belong into a refinement in views/core.

view: gl_transactions {
  sql_table_name: @{STAGING_SCHEMA}.gl_transactions ;;
  label: "GL Trans Actions"

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

  dimension: abtuid {
    hidden: yes
    label: "ABTUID"
    type: string
    sql: ${TABLE}.abtuid ;;
  }

  dimension: apinvoicenum {
    label: "AP Invoice Num"
    type: string
    sql: ${TABLE}.apinvoicenum ;;
  }

  dimension: arinvoicenum {
    label: "AR Invoice Num"
    type: number
    sql: ${TABLE}.arinvoicenum ;;
    value_format_name: id
  }

  dimension: bankacctid {
    label: "Bank Acct ID"
    type: string
    sql: ${TABLE}.bankacctid ;;
  }

  dimension: bookcreditamount {
    label: "Book Credit Amount"
    type: number
    sql: ${TABLE}.bookcreditamount ;;
    value_format_name: decimal_2
  }

  dimension: bookdebitamount {
    label: "Book Debit Amount"
    type: number
    sql: ${TABLE}.bookdebitamount ;;
    value_format_name: decimal_2
  }

  dimension: bookid {
    label: "Book ID"
    type: string
    sql: ${TABLE}.bookid ;;
  }

  dimension: checknum {
    label: "Check Num"
    type: number
    sql: ${TABLE}.checknum ;;
    value_format_name: id
  }

  dimension: coacode {
    label: "COA Code"
    type: string
    sql: ${TABLE}.coacode ;;
  }

  dimension: company {
    label: "Company"
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: corraccuid {
    hidden: yes
    label: "Corr Acc UID"
    type: number
    sql: ${TABLE}.corraccuid ;;
    value_format_name: id
  }

  dimension: creditamount {
    label: "Credit Amount"
    type: number
    sql: ${TABLE}.creditamount ;;
    value_format_name: decimal_2
  }

  dimension: currencycode {
    label: "Currency Code"
    type: string
    sql: ${TABLE}.currencycode ;;
  }

  dimension: custnum {
    label: "Cust Num"
    type: number
    sql: ${TABLE}.custnum ;;
    value_format_name: id
  }

  dimension: debitamount {
    label: "Debit Amount"
    type: number
    sql: ${TABLE}.debitamount ;;
    value_format_name: decimal_2
  }

  dimension: description {
    label: "Description"
    type: string
    sql: ${TABLE}.description ;;
  }

  dimension: fiscalcalendarid {
    label: "Fiscal Calendar ID"
    type: string
    sql: ${TABLE}.fiscalcalendarid ;;
  }

  dimension: fiscalperiod {
    label: "Fiscal Period"
    type: number
    sql: ${TABLE}.fiscalperiod ;;
    value_format_name: id
  }

  dimension: fiscalyear {
    label: "Fiscal Year"
    type: number
    sql: ${TABLE}.fiscalyear ;;
    value_format_name: id
  }

  dimension: fiscalyearsuffix {
    label: "Fiscal Year Suffix"
    type: string
    sql: ${TABLE}.fiscalyearsuffix ;;
  }

  dimension: glaccount {
    label: "GL Account"
    type: string
    sql: ${TABLE}.glaccount ;;
  }

  dimension: groupid {
    label: "Group ID"
    type: string
    sql: ${TABLE}.groupid ;;
  }

  dimension: journalcode {
    label: "Journal Code"
    type: string
    sql: ${TABLE}.journalcode ;;
  }

  dimension: journalline {
    label: "Journal Line"
    type: number
    sql: ${TABLE}.journalline ;;
    value_format_name: id

    link: {
      label: "Open in Epicor Kinetic"
      url: "{% if gl_transactions.source_url._value %}{{ gl_transactions.source_url._value }}{% elsif '@{KINETIC_BASE_URL}' != '' %}@{KINETIC_BASE_URL}/Apps/ERP/Home/{% endif %}"
    }
  }

  dimension: journalnum {
    label: "Journal Num"
    type: number
    sql: ${TABLE}.journalnum ;;
    value_format_name: id
  }

  dimension: multicompany {
    label: "Multi Company"
    type: yesno
    sql: ${TABLE}.multicompany ;;
  }

  dimension: posted {
    label: "Posted"
    type: yesno
    sql: ${TABLE}.posted ;;
  }

  dimension: postedby {
    label: "Posted By"
    type: string
    sql: ${TABLE}.postedby ;;
  }

  dimension: reverse {
    label: "Reverse"
    type: yesno
    sql: ${TABLE}.reverse ;;
  }

  dimension: segvalue1 {
    hidden: yes
    label: "Natural Account Code"
    type: string
    sql: ${TABLE}.segvalue1 ;;
  }

  dimension: segvalue10 {
    hidden: yes
    label: "Seg Value 10"
    type: string
    sql: ${TABLE}.segvalue10 ;;
  }

  dimension: segvalue11 {
    hidden: yes
    label: "Seg Value 11"
    type: string
    sql: ${TABLE}.segvalue11 ;;
  }

  dimension: segvalue12 {
    hidden: yes
    label: "Seg Value 12"
    type: string
    sql: ${TABLE}.segvalue12 ;;
  }

  dimension: segvalue13 {
    hidden: yes
    label: "Seg Value 13"
    type: string
    sql: ${TABLE}.segvalue13 ;;
  }

  dimension: segvalue14 {
    hidden: yes
    label: "Seg Value 14"
    type: string
    sql: ${TABLE}.segvalue14 ;;
  }

  dimension: segvalue15 {
    hidden: yes
    label: "Seg Value 15"
    type: string
    sql: ${TABLE}.segvalue15 ;;
  }

  dimension: segvalue16 {
    hidden: yes
    label: "Seg Value 16"
    type: string
    sql: ${TABLE}.segvalue16 ;;
  }

  dimension: segvalue17 {
    hidden: yes
    label: "Seg Value 17"
    type: string
    sql: ${TABLE}.segvalue17 ;;
  }

  dimension: segvalue18 {
    hidden: yes
    label: "Seg Value 18"
    type: string
    sql: ${TABLE}.segvalue18 ;;
  }

  dimension: segvalue19 {
    hidden: yes
    label: "Seg Value 19"
    type: string
    sql: ${TABLE}.segvalue19 ;;
  }

  dimension: segvalue2 {
    hidden: yes
    label: "Department Code"
    type: string
    sql: ${TABLE}.segvalue2 ;;
  }

  dimension: segvalue20 {
    hidden: yes
    label: "Seg Value 20"
    type: string
    sql: ${TABLE}.segvalue20 ;;
  }

  dimension: segvalue3 {
    hidden: yes
    label: "Division Code"
    type: string
    sql: ${TABLE}.segvalue3 ;;
  }

  dimension: segvalue4 {
    hidden: yes
    label: "Project Code"
    type: string
    sql: ${TABLE}.segvalue4 ;;
  }

  dimension: segvalue5 {
    hidden: yes
    label: "Seg Value 5"
    type: string
    sql: ${TABLE}.segvalue5 ;;
  }

  dimension: segvalue6 {
    hidden: yes
    label: "Seg Value 6"
    type: string
    sql: ${TABLE}.segvalue6 ;;
  }

  dimension: segvalue7 {
    hidden: yes
    label: "Seg Value 7"
    type: string
    sql: ${TABLE}.segvalue7 ;;
  }

  dimension: segvalue8 {
    hidden: yes
    label: "Seg Value 8"
    type: string
    sql: ${TABLE}.segvalue8 ;;
  }

  dimension: segvalue9 {
    hidden: yes
    label: "Seg Value 9"
    type: string
    sql: ${TABLE}.segvalue9 ;;
  }

  dimension: sourcemodule {
    label: "Source Module"
    type: string
    sql: ${TABLE}.sourcemodule ;;
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

  dimension_group: je {
    label: "JE"
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
    sql: ${TABLE}.jedate ;;
  }

  dimension_group: posteddate {
    label: "Posted"
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
    sql: ${TABLE}.posteddate ;;
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
