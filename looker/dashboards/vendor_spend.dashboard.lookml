- dashboard: vendor_spend
  title: Vendor Spend
  description: "Where the money goes: vendors, groups, countries, buyers, classes."
  preferred_slug: V5ve9Giif5efT5G4dxALUB
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
    explore: vendor_spend
    field: as_of.as_of_date
  - name: Company
    title: Company
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: vendor_spend
    field: company_currencies.company
  - name: Vendor
    title: Vendor
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: vendor_spend
    field: vendors.name
  - name: Invoice Date
    title: Invoice Date
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: relative_timeframes, display: inline}
    model: epicor_kinetic
    explore: vendor_spend
    field: ap_invoices.invoice_date
  elements:
  - name: spend
    title: Spend
    type: single_value
    model: epicor_kinetic
    explore: vendor_spend
    fields: [ap_invoice_lines.spend]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 0
    col: 0
    width: 6
    height: 3
  - name: spend_last_12_months
    title: Spend Last 12 Months
    type: single_value
    model: epicor_kinetic
    explore: vendor_spend
    fields: [ap_invoice_lines.spend_last_12_months]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 0
    col: 6
    width: 6
    height: 3
  - name: spend_on_purchase_orders_share
    title: Spend on Purchase Orders %
    type: single_value
    model: epicor_kinetic
    explore: vendor_spend
    fields: [ap_invoice_lines.order_share]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 0
    col: 12
    width: 6
    height: 3
  - name: active_vendors
    title: Active Vendors
    type: single_value
    model: epicor_kinetic
    explore: vendor_spend
    fields: [ap_invoice_lines.active_vendors]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 0
    col: 18
    width: 6
    height: 3
  - name: spend_by_month
    title: Spend by Month
    type: looker_column
    model: epicor_kinetic
    explore: vendor_spend
    fields: [ap_invoices.invoice_month, ap_invoice_lines.spend]
    sorts: [ap_invoices.invoice_month]
    limit: 36
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 3
    col: 0
    width: 24
    height: 6
  - name: top_vendors
    title: Top Vendors
    type: looker_bar
    model: epicor_kinetic
    explore: vendor_spend
    fields: [vendors.name, ap_invoice_lines.spend]
    sorts: [ap_invoice_lines.spend desc]
    limit: 15
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 9
    col: 0
    width: 12
    height: 9
  - name: spend_by_vendor_group
    title: Spend by Vendor Group
    type: looker_bar
    model: epicor_kinetic
    explore: vendor_spend
    fields: [vendor_groups.groupdesc, ap_invoice_lines.spend]
    sorts: [ap_invoice_lines.spend desc]
    limit: 15
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 9
    col: 12
    width: 12
    height: 9
  - name: spend_by_country
    title: Spend by Country
    type: looker_bar
    model: epicor_kinetic
    explore: vendor_spend
    fields: [vendors.country, ap_invoice_lines.spend]
    sorts: [ap_invoice_lines.spend desc]
    limit: 15
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 18
    col: 0
    width: 8
    height: 7
  - name: spend_by_buyer
    title: Spend by Buyer
    type: looker_bar
    model: epicor_kinetic
    explore: vendor_spend
    fields: [buyers.name, ap_invoice_lines.spend]
    sorts: [ap_invoice_lines.spend desc]
    limit: 15
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 18
    col: 8
    width: 8
    height: 7
  - name: spend_by_part_class
    title: Spend by Part Class
    type: looker_bar
    model: epicor_kinetic
    explore: vendor_spend
    fields: [part_classes.description, ap_invoice_lines.spend]
    sorts: [ap_invoice_lines.spend desc]
    limit: 15
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Invoice Date: ap_invoices.invoice_date
    row: 18
    col: 16
    width: 8
    height: 7
