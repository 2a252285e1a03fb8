- dashboard: inventory
  title: Inventory
  description: "What is on the shelf, how fast it turns, what does not move."
  preferred_slug: zPpWLg69aUCrPBZU4k6rde
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
    explore: inventory
    field: as_of.as_of_date
  - name: Company
    title: Company
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: inventory
    field: company_currencies.company
  - name: Site
    title: Site
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: inventory
    field: plants.name
  - name: Part Class
    title: Part Class
    type: field_filter
    default_value: ""
    allow_multiple_values: true
    required: false
    ui_config: {type: tag_list, display: popover}
    model: epicor_kinetic
    explore: inventory
    field: part_classes.description
  elements:
  - name: inventory_value
    title: Inventory Value
    type: single_value
    model: epicor_kinetic
    explore: inventory
    fields: [part_warehouses.inventory_value]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 0
    col: 0
    width: 6
    height: 3
  - name: inventory_turns
    title: Inventory Turns
    type: single_value
    model: epicor_kinetic
    explore: inventory
    fields: [part_warehouses.turns]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 0
    col: 6
    width: 6
    height: 3
  - name: days_of_supply
    title: Days of Supply
    type: single_value
    model: epicor_kinetic
    explore: inventory
    fields: [part_warehouses.days_of_supply]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 0
    col: 12
    width: 6
    height: 3
  - name: slow_moving_value
    title: Slow-moving Value
    type: single_value
    model: epicor_kinetic
    explore: inventory
    fields: [part_warehouses.slow_value]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 0
    col: 18
    width: 6
    height: 3
  - name: value_by_part_class
    title: Value by Part Class
    type: looker_bar
    model: epicor_kinetic
    explore: inventory
    fields: [part_classes.description, part_warehouses.inventory_value, part_warehouses.slow_value]
    sorts: [part_warehouses.inventory_value desc]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 3
    col: 0
    width: 12
    height: 8
  - name: value_by_site
    title: Value by Site
    type: looker_bar
    model: epicor_kinetic
    explore: inventory
    fields: [plants.name, part_warehouses.inventory_value]
    sorts: [part_warehouses.inventory_value desc]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 3
    col: 12
    width: 12
    height: 8
  - name: turns_and_days_of_supply_by_class
    title: Turns and Days of Supply by Class
    type: looker_grid
    model: epicor_kinetic
    explore: inventory
    fields: [part_classes.description, part_warehouses.inventory_value, part_warehouses.usage, part_warehouses.turns, part_warehouses.days_of_supply]
    sorts: [part_warehouses.inventory_value desc]
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 11
    col: 0
    width: 12
    height: 8
  - name: slow_movers
    title: Slow Movers
    type: looker_grid
    model: epicor_kinetic
    explore: inventory
    fields: [parts.partnum, parts.partdescription, warehouses.description, part_usage.last_issue_date, part_warehouses.inventory_value]
    sorts: [part_warehouses.inventory_value desc]
    filters:
      part_warehouses.is_slow: "Yes"
    limit: 50
    listen:
      As-of Date: as_of.as_of_date
      Company: company_currencies.company
      Site: plants.name
      Part Class: part_classes.description
    row: 11
    col: 12
    width: 12
    height: 8
