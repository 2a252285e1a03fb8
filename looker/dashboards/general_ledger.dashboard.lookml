- dashboard: general_ledger
  title: General Ledger
  description: "Income, expenses and the trial balance, with the year before."
  preferred_slug: ZmcVsNXfXRMHtDnsH7eMbZ
  layout: newspaper
  preferred_viewer: dashboards-next
  crossfilter_enabled: true
  filters:
  - name: As-of Date
    title: As-of Date
    type: field_filter
    default_value: ""
    allow_multiple_values: false
    required: false
    ui_config: {type: day_picker, display: inline}
    model: epicor_kinetic
    explore: gl_transactions
    field: as_of.as_of_date
  - name: Company
    title: Company
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: gl_transactions
    field: company_currencies.company
  - name: Department
    title: Department
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: gl_transactions
    field: department.segmentname
  elements:
  - name: journal_lines
    title: Journal Lines
    type: single_value
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.line_count]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 0
    col: 0
    width: 6
    height: 3
  - name: debits
    title: Debits
    type: single_value
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.debits]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 0
    col: 6
    width: 6
    height: 3
  - name: credits
    title: Credits
    type: single_value
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.credits]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 0
    col: 12
    width: 6
    height: 3
  - name: trial_balance
    title: Trial Balance
    type: single_value
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.net]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 0
    col: 18
    width: 6
    height: 3
  - name: actual_by_category
    title: Actual by Category
    type: looker_grid
    model: epicor_kinetic
    explore: gl_transactions
    fields: [account.category, gl_transactions.actual_year_to_date, gl_transactions.actual_prior_year_to_date, gl_transactions.change, gl_transactions.change_share]
    sorts: [account.category]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 3
    col: 0
    width: 12
    height: 8
  - name: expense_by_department
    title: Expense by Department
    type: looker_bar
    model: epicor_kinetic
    explore: gl_transactions
    fields: [department.segmentname, gl_transactions.actual_year_to_date, gl_transactions.actual_prior_year_to_date]
    sorts: [gl_transactions.actual_year_to_date desc]
    filters:
      gl_transactions.is_expense: "Yes"
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 3
    col: 12
    width: 12
    height: 8
  - name: expense_by_period
    title: Expense by Period
    type: looker_line
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.period, gl_transactions.actual]
    sorts: [gl_transactions.period]
    filters:
      gl_transactions.is_expense: "Yes"
    limit: 48
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 11
    col: 0
    width: 12
    height: 7
  - name: expense_by_project
    title: Expense by Project
    type: looker_bar
    model: epicor_kinetic
    explore: gl_transactions
    fields: [ledger_project.segmentname, gl_transactions.actual]
    sorts: [gl_transactions.actual desc]
    filters:
      ledger_project.segmentname: "-NULL"
      gl_transactions.is_expense: "Yes"
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 11
    col: 12
    width: 12
    height: 7
  - name: trial_balance_by_account
    title: Trial Balance by Account
    type: looker_grid
    model: epicor_kinetic
    explore: gl_transactions
    fields: [gl_transactions.account_code, account.segmentname, gl_transactions.balance_as_of]
    sorts: [gl_transactions.account_code]
    limit: 500
    total: true
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Department: department.segmentname
    row: 18
    col: 0
    width: 24
    height: 12
