- dashboard: accounts_payable
  title: Accounts Payable
  description: "What is owed, how long it has been due, what falls due next."
  preferred_slug: NBTj56vc8Rf5aF47VU6H7d
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
    explore: ap_invoices
    field: as_of.as_of_date
  - name: Company
    title: Company
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: ap_invoices
    field: company_currencies.company
  - name: Vendor
    title: Vendor
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: ap_invoices
    field: vendors.name
  elements:
  - name: open_balance
    title: Open Balance
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.open_balance]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 0
    width: 4
    height: 3
  - name: past_due
    title: Past Due
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.past_due_balance]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 4
    width: 4
    height: 3
  - name: past_due_share
    title: Past Due %
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.past_due_share]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 8
    width: 4
    height: 3
  - name: due_in_7_days
    title: Due in 7 Days
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.due_next_week]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 12
    width: 4
    height: 3
  - name: held
    title: Held
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.held_balance]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 16
    width: 4
    height: 3
  - name: days_payable_outstanding
    title: Days Payable Outstanding
    type: single_value
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.days_payable_outstanding]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 0
    col: 20
    width: 4
    height: 3
  - name: ageing
    title: Ageing
    type: looker_column
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.ageing_bucket, ap_invoices.open_balance]
    sorts: [ap_invoices.ageing_bucket]
    filters:
      ap_invoices.is_payable: "Yes"
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 3
    col: 0
    width: 12
    height: 7
  - name: invoiced_by_month
    title: Invoiced by Month
    type: looker_column
    model: epicor_kinetic
    explore: ap_invoices
    fields: [ap_invoices.invoice_month, ap_invoices.invoiced_amount]
    sorts: [ap_invoices.invoice_month]
    filters:
      ap_invoices.is_payable: "Yes"
    limit: 36
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 3
    col: 12
    width: 12
    height: 7
  - name: ageing_by_vendor
    title: Ageing by Vendor
    type: looker_grid
    model: epicor_kinetic
    explore: ap_invoices
    fields: [vendors.name, company_currencies.company, ap_invoices.open_balance, ap_invoices.not_due, ap_invoices.overdue_1_30, ap_invoices.overdue_31_60, ap_invoices.overdue_61_90, ap_invoices.overdue_over_90]
    sorts: [ap_invoices.open_balance desc]
    limit: 50
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 10
    col: 0
    width: 24
    height: 9
  - name: held_invoices
    title: Held Invoices
    type: looker_grid
    model: epicor_kinetic
    explore: ap_invoices
    fields: [company_currencies.company, vendors.name, ap_invoices.invoicenum, ap_invoices.due_date, ap_invoices.open_balance]
    sorts: [ap_invoices.open_balance desc]
    filters:
      ap_invoices.is_held: "Yes"
      ap_invoices.is_payable: "Yes"
      ap_invoices.balance: "NOT 0"
    limit: 50
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
    row: 19
    col: 0
    width: 24
    height: 7
