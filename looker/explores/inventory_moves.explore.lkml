# Stock moves: one row per part transaction.

explore: inventory_moves {
  group_label: "Epicor Kinetic"
  label: "Stock Moves"
  description: "Receipts, issues and adjustments, and inventory value over time."
  view_name: part_transactions
  sql_always_where: NOT ${part_transactions.is_deleted} ;;
  persist_with: inventory

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${part_transactions.company} ;;
  }
  join: parts {
    type: left_outer
    relationship: many_to_one
    sql_on: ${parts.company} = ${part_transactions.company}
      AND ${parts.partnum} = ${part_transactions.partnum} ;;
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
    sql_on: ${warehouses.company} = ${part_transactions.company}
      AND ${warehouses.warehousecode} = ${part_transactions.warehousecode} ;;
  }
}
