- dashboard: purchasing
  title: Purchasing
  description: "Open and past-due orders, delivery performance, prices against standard."
  preferred_slug: c9eMdvmD8feiER8do6e5hF
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
    explore: purchase_orders
    field: as_of.as_of_date
  - name: Company
    title: Company
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: purchase_orders
    field: company_currencies.company
  - name: Vendor
    title: Vendor
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: purchase_orders
    field: vendors.name
  - name: Buyer
    title: Buyer
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: purchase_orders
    field: buyers.name
  elements:
  - name: open_orders
    title: Open Orders
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.open_orders]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 0
    width: 4
    height: 3
  - name: open_order_value
    title: Open Order Value
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.open_value]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 4
    width: 4
    height: 3
  - name: past_due_releases
    title: Past-due Releases
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.past_due_releases]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 8
    width: 4
    height: 3
  - name: on_time_in_full_share
    title: On Time in Full %
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.otif_share]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 12
    width: 4
    height: 3
  - name: average_lead_time
    title: Average Lead Time
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.average_lead_time]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 16
    width: 4
    height: 3
  - name: purchase_price_variance
    title: Purchase Price Variance
    type: single_value
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.price_variance]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 0
    col: 20
    width: 4
    height: 3
  - name: open_value_by_due_month
    title: Open Value by Due Month
    type: looker_column
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.due_month, purchase_order_releases.open_value, purchase_order_releases.past_due_value]
    sorts: [purchase_order_releases.due_month]
    filters:
      purchase_order_releases.is_open: "Yes"
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 3
    col: 0
    width: 12
    height: 7
  - name: delivery_by_due_month
    title: Delivery by Due Month
    type: looker_line
    model: epicor_kinetic
    explore: purchase_orders
    fields: [purchase_order_releases.due_month, purchase_order_releases.on_time_share, purchase_order_releases.in_full_share, purchase_order_releases.otif_share]
    sorts: [purchase_order_releases.due_month]
    filters:
      purchase_order_releases.is_measured: "Yes"
    limit: 36
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 3
    col: 12
    width: 12
    height: 7
  - name: past_due_releases_by_vendor
    title: Past-due Releases by Vendor
    type: looker_grid
    model: epicor_kinetic
    explore: purchase_orders
    fields: [vendors.name, purchase_order_releases.past_due_releases, purchase_order_releases.past_due_value]
    sorts: [purchase_order_releases.past_due_value desc]
    filters:
      purchase_order_releases.is_past_due: "Yes"
    limit: 25
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 10
    col: 0
    width: 12
    height: 8
  - name: delivery_by_vendor
    title: Delivery by Vendor
    type: looker_grid
    model: epicor_kinetic
    explore: purchase_orders
    fields: [vendors.name, purchase_order_releases.due_releases, purchase_order_releases.on_time_share, purchase_order_releases.in_full_share, purchase_order_releases.otif_share, purchase_order_releases.average_lead_time]
    sorts: [purchase_order_releases.due_releases desc]
    limit: 25
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 10
    col: 12
    width: 12
    height: 8
  - name: price_variance_by_part_class
    title: Price Variance by Part Class
    type: looker_bar
    model: epicor_kinetic
    explore: purchase_orders
    fields: [part_classes.description, purchase_order_releases.price_variance]
    sorts: [purchase_order_releases.price_variance desc]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Vendor: vendors.name
      Buyer: buyers.name
    row: 18
    col: 0
    width: 24
    height: 6
