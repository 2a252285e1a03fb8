# Purchasing: one row per purchase order release.

explore: purchase_orders {
  group_label: "Epicor Kinetic"
  label: "Purchase Orders"
  description: "Open and past-due orders, on time and in full, lead time, price against standard cost."
  view_name: purchase_order_releases
  sql_always_where: NOT ${purchase_order_releases.is_deleted} ;;
  persist_with: purchasing

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${purchase_order_releases.company} ;;
  }
  join: purchase_orders {
    type: left_outer
    relationship: many_to_one
    sql_on: ${purchase_orders.company} = ${purchase_order_releases.company}
      AND ${purchase_orders.ponum} = ${purchase_order_releases.ponum} ;;
  }
  join: purchase_order_lines {
    type: left_outer
    relationship: many_to_one
    sql_on: ${purchase_order_lines.company} = ${purchase_order_releases.company}
      AND ${purchase_order_lines.ponum} = ${purchase_order_releases.ponum}
      AND ${purchase_order_lines.poline} = ${purchase_order_releases.poline} ;;
  }
  join: release_deliveries {
    type: left_outer
    relationship: one_to_one
    sql_on: ${release_deliveries.company} = ${purchase_order_releases.company}
      AND ${release_deliveries.ponum} = ${purchase_order_releases.ponum}
      AND ${release_deliveries.poline} = ${purchase_order_releases.poline}
      AND ${release_deliveries.porelnum} = ${purchase_order_releases.porelnum} ;;
  }
  join: vendors {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendors.company} = ${purchase_orders.company}
      AND ${vendors.vendornum} = ${purchase_orders.vendornum} ;;
  }
  join: vendor_groups {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendor_groups.company} = ${vendors.company}
      AND ${vendor_groups.groupcode} = ${vendors.groupcode} ;;
  }
  join: buyers {
    type: left_outer
    relationship: many_to_one
    sql_on: ${buyers.company} = ${purchase_orders.company}
      AND ${buyers.buyerid} = ${purchase_orders.buyerid} ;;
  }
  join: parts {
    type: left_outer
    relationship: many_to_one
    sql_on: ${parts.company} = ${purchase_order_lines.company}
      AND ${parts.partnum} = ${purchase_order_lines.partnum} ;;
  }
  join: part_classes {
    type: left_outer
    relationship: many_to_one
    sql_on: ${part_classes.company} = ${purchase_order_lines.company}
      AND ${part_classes.classid} = ${purchase_order_lines.classid} ;;
  }
  join: plants {
    type: left_outer
    relationship: many_to_one
    sql_on: ${plants.company} = ${purchase_order_releases.company}
      AND ${plants.plant1} = ${purchase_order_releases.plant} ;;
  }
  join: part_costs {
    type: left_outer
    relationship: many_to_one
    sql_on: ${part_costs.company} = ${purchase_order_lines.company}
      AND ${part_costs.partnum} = ${purchase_order_lines.partnum}
      AND ${part_costs.costid} = ${plants.plantcostid} ;;
  }
}
