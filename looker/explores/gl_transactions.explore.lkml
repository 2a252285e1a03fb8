# General ledger: one row per journal line of the main book.

include: "/views/base/chart_segments.view.lkml"

explore: gl_transactions {
  group_label: "Epicor Kinetic"
  label: "General Ledger"
  description: "Actuals by account, department, project and any other segment of the chart, by fiscal period, with the year before."
  extends: [chart_segments]
  sql_always_where: NOT ${gl_transactions.is_deleted} AND coalesce(${gl_books.mainbook}, true) ;;
  persist_with: general_ledger

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${gl_transactions.company} ;;
  }
  join: gl_books {
    type: left_outer
    relationship: many_to_one
    sql_on: ${gl_books.company} = ${gl_transactions.company}
      AND ${gl_books.bookid} = ${gl_transactions.bookid} ;;
  }
  join: gl_accounts {
    type: left_outer
    relationship: many_to_one
    sql_on: ${gl_accounts.company} = ${gl_transactions.company}
      AND ${gl_accounts.coacode} = ${gl_transactions.coacode}
      AND ${gl_accounts.glaccount1} = ${gl_transactions.glaccount} ;;
  }
  join: fiscal_today {
    type: left_outer
    relationship: many_to_one
    sql_on: ${fiscal_today.company} = ${gl_transactions.company}
      AND ${fiscal_today.fiscalcalendarid} = ${gl_transactions.fiscalcalendarid} ;;
  }
  join: account {
    type: left_outer
    relationship: many_to_one
    sql_on: ${account.company} = ${gl_transactions.company}
      AND ${account.coacode} = ${gl_transactions.coacode}
      AND ${account.segmentnbr} = @{ACCOUNT_SEGMENT}
      AND ${account.segmentcode} = ${gl_transactions.account_code} ;;
  }
  join: department {
    type: left_outer
    relationship: many_to_one
    sql_on: ${department.company} = ${gl_transactions.company}
      AND ${department.coacode} = ${gl_transactions.coacode}
      AND ${department.segmentnbr} = @{DEPARTMENT_SEGMENT}
      AND ${department.segmentcode} = ${gl_transactions.department_code} ;;
  }
  join: ledger_project {
    type: left_outer
    relationship: many_to_one
    sql_on: ${ledger_project.company} = ${gl_transactions.company}
      AND ${ledger_project.coacode} = ${gl_transactions.coacode}
      AND ${ledger_project.segmentnbr} = @{PROJECT_SEGMENT}
      AND ${ledger_project.segmentcode} = ${gl_transactions.project_code} ;;
  }
}
