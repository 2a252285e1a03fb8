# General ledger: journal lines of the main book, in book currency converted to the reporting currency.

include: "/views/base/*.view.lkml"

view: +gl_transactions {
  label: "GL"

  dimension: company { hidden: yes }

  dimension: account_code {
    label: "Account Code"
    description: "Natural account: segment @{ACCOUNT_SEGMENT} of the chart."
    type: string
    sql: ${TABLE}.segvalue@{ACCOUNT_SEGMENT} ;;
  }

  dimension: department_code {
    label: "Department Code"
    description: "Segment @{DEPARTMENT_SEGMENT} of the chart."
    type: string
    sql: ${TABLE}.segvalue@{DEPARTMENT_SEGMENT} ;;
  }

  dimension: project_code {
    label: "Project Code"
    description: "Segment @{PROJECT_SEGMENT} of the chart."
    type: string
    sql: ${TABLE}.segvalue@{PROJECT_SEGMENT} ;;
  }

  dimension: period {
    label: "Fiscal Year and Period"
    description: "Such as 2026-09."
    type: string
    sql: ${TABLE}.fiscalyear::text || '-' || lpad(${TABLE}.fiscalperiod::text, 2, '0') ;;
  }

  dimension: is_year_to_date {
    label: "Is Fiscal Year to Date (Yes / No)"
    description: "In the fiscal year of the as-of date, up to its period."
    type: yesno
    sql: ${TABLE}.fiscalyear = ${fiscal_today.fiscalyear} AND ${TABLE}.fiscalperiod <= ${fiscal_today.fiscalperiod} ;;
  }

  dimension: is_prior_year_to_date {
    label: "Is Prior Fiscal Year to Date (Yes / No)"
    description: "In the same periods of the fiscal year before."
    type: yesno
    sql: ${TABLE}.fiscalyear = ${fiscal_today.fiscalyear} - 1 AND ${TABLE}.fiscalperiod <= ${fiscal_today.fiscalperiod} ;;
  }

  dimension: is_up_to_date {
    hidden: yes
    type: yesno
    sql: ${TABLE}.jedate <= ${as_of.day} ;;
  }

  dimension: is_expense {
    label: "Is Expense (Yes / No)"
    description: "The natural account's category is one of: @{EXPENSE_CATEGORIES}."
    type: yesno
    sql: upper(${account.category}) = ANY (string_to_array(upper('@{EXPENSE_CATEGORIES}'), ', ')) ;;
  }

  dimension: amount {
    hidden: yes
    type: number
    sql: (coalesce(${TABLE}.bookdebitamount, 0) - coalesce(${TABLE}.bookcreditamount, 0)) * ${company_currencies.rate} ;;
  }

  dimension: natural_amount {
    hidden: yes
    description: "Positive on the account's normal side: income and expense both read as they are spoken of."
    type: number
    sql: ${amount} * CASE WHEN ${account.normalbalance} = 'C' THEN -1 ELSE 1 END ;;
  }

  measure: line_count {
    label: "Journal Lines"
    description: "Number of journal lines."
    type: count
    drill_fields: [detail*]
  }

  measure: debits {
    label: "Debits"
    description: "Debits in the book; reporting currency."
    type: sum
    sql: ${TABLE}.bookdebitamount * ${company_currencies.rate} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: credits {
    label: "Credits"
    description: "Credits in the book; reporting currency."
    type: sum
    sql: ${TABLE}.bookcreditamount * ${company_currencies.rate} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: net {
    label: "Balance"
    description: "Debits - credits. Over all accounts of a company: zero."
    type: sum
    sql: ${amount} ;;
    value_format_name: decimal_2
    drill_fields: [detail*]
  }

  measure: balance_as_of {
    label: "Balance as of"
    description: "Debits - credits up to the as-of date."
    type: sum
    sql: ${amount} ;;
    filters: [is_up_to_date: "yes"]
    value_format_name: decimal_2
    drill_fields: [detail*]
  }

  measure: actual {
    label: "Actual"
    description: "Amount with the sign of the account's normal balance."
    type: sum
    sql: ${natural_amount} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: actual_year_to_date {
    label: "Actual, Year to Date"
    description: "Actual of the fiscal year of the as-of date, up to its period."
    type: sum
    sql: ${natural_amount} ;;
    filters: [is_year_to_date: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: actual_prior_year_to_date {
    label: "Actual, Prior Year to Date"
    description: "Actual of the same periods of the fiscal year before."
    type: sum
    sql: ${natural_amount} ;;
    filters: [is_prior_year_to_date: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: change {
    label: "Change on Prior Year"
    description: "Year to date less prior year to date."
    type: number
    sql: (${actual_year_to_date} - ${actual_prior_year_to_date}) ;;
    value_format_name: decimal_0
  }

  measure: change_share {
    label: "Change on Prior Year %"
    description: "Change as a share of the prior year to date."
    type: number
    sql: 1.0 * ${change} / nullif(abs(${actual_prior_year_to_date}), 0) ;;
    value_format_name: percent_1
  }

  set: detail {
    fields: [company_currencies.company, je_date, journalcode, journalnum, journalline, glaccount, description, bookdebitamount, bookcreditamount]
  }
}

# The names of three segments that dashboards use; Chart Segments holds all of them.
view: ledger_segment {
  extension: required
  sql_table_name: @{STAGING_SCHEMA}.coa_segment_values ;;
  label: "GL"
  fields_hidden_by_default: yes
  dimension: source_id { primary_key: yes type: string sql: ${TABLE}._source_id ;; }
  dimension: company { type: string sql: ${TABLE}.company ;; }
  dimension: coacode { type: string sql: ${TABLE}.coacode ;; }
  dimension: segmentnbr { type: number sql: ${TABLE}.segmentnbr ;; }
  dimension: segmentcode { type: string sql: ${TABLE}.segmentcode ;; }
  dimension: segmentname { type: string sql: ${TABLE}.segmentname ;; }
}

view: account {
  extends: [ledger_segment]
  fields_hidden_by_default: yes
  dimension: segmentname { hidden: no label: "Account" description: "Name of the natural account." }
  dimension: category { hidden: no label: "Account Category" description: "Category of the natural account, such as expense." type: string sql: ${TABLE}.category ;; }
  dimension: normalbalance { description: "D for debit, C for credit." type: string sql: ${TABLE}.normalbalance ;; }
}

view: department {
  extends: [ledger_segment]
  fields_hidden_by_default: yes
  dimension: segmentname { hidden: no label: "Department" description: "Name of the department." }
}

view: ledger_project {
  extends: [ledger_segment]
  fields_hidden_by_default: yes
  dimension: segmentname { hidden: no label: "Project" description: "Name of the project." }
}

# Fiscal year and period of the as-of date, by company and calendar.
view: fiscal_today {
  fields_hidden_by_default: yes

  derived_table: {
    sql:
      SELECT DISTINCT ON (company, fiscalcalendarid) company, fiscalcalendarid, fiscalyear, fiscalperiod
      FROM @{STAGING_SCHEMA}.fiscal_periods
      WHERE startdate <= COALESCE(({% date_start as_of.as_of_date %})::date, @{TODAY}) AND _sdc_deleted_at IS NULL
      ORDER BY company, fiscalcalendarid, startdate DESC, fiscalperiod ;;
  }

  dimension: source_id {
    primary_key: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.fiscalcalendarid) ;;
  }
  dimension: company { type: string sql: ${TABLE}.company ;; }
  dimension: fiscalcalendarid { type: string sql: ${TABLE}.fiscalcalendarid ;; }
  dimension: fiscalyear { type: number sql: ${TABLE}.fiscalyear ;; }
  dimension: fiscalperiod { type: number sql: ${TABLE}.fiscalperiod ;; }
}
