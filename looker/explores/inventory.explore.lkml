# Inventory: one row per part and warehouse.

explore: inventory {
  group_label: "Epicor Kinetic"
  label: "Inventory"
  description: "Value at standard cost, turns, days of supply, slow movers, by class and site."
  view_name: part_warehouses
  sql_always_where: NOT ${part_warehouses.is_deleted} ;;
  persist_with: inventory

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${part_warehouses.company} ;;
  }
  join: parts {
    type: left_outer
    relationship: many_to_one
    sql_on: ${parts.company} = ${part_warehouses.company}
      AND ${parts.partnum} = ${part_warehouses.partnum} ;;
  }
  join: part_classes {
    type: left_outer
    relationship: many_to_one
    sql_on: ${part_classes.company} = ${parts.company}
      AND ${part_classes.classid} = ${parts.classid} ;;
  }
  join: warehouses {
    type: left_outer
    relationship: many_to_one
    sql_on: ${warehouses.company} = ${part_warehouses.company}
      AND ${warehouses.warehousecode} = ${part_warehouses.warehousecode} ;;
  }
  join: plants {
    type: left_outer
    relationship: many_to_one
    sql_on: ${plants.company} = ${part_warehouses.company}
      AND ${plants.plant1} = coalesce(nullif(${part_warehouses.plant}, ''), ${warehouses.plant}) ;;
  }
  join: part_costs {
    type: left_outer
    relationship: many_to_one
    sql_on: ${part_costs.company} = ${part_warehouses.company}
      AND ${part_costs.partnum} = ${part_warehouses.partnum}
      AND ${part_costs.costid} = ${plants.plantcostid} ;;
  }
  join: part_usage {
    type: left_outer
    relationship: one_to_one
    sql_on: ${part_usage.company} = ${part_warehouses.company}
      AND ${part_usage.partnum} = ${part_warehouses.partnum}
      AND ${part_usage.warehousecode} = ${part_warehouses.warehousecode} ;;
  }
}
