# Vendor spend: one row per invoice line.

explore: vendor_spend {
  group_label: "Epicor Kinetic"
  label: "Vendor Spend"
  description: "What was bought, from whom, by which buyer and of which class, on posted invoices without tax."
  view_name: ap_invoice_lines
  sql_always_where: NOT ${ap_invoice_lines.is_deleted} AND coalesce(NOT ${ap_invoices.is_deleted}, true) ;;
  persist_with: payables

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${ap_invoice_lines.company} ;;
  }
  join: ap_invoices {
    view_label: "Invoice"
    type: left_outer
    relationship: many_to_one
    fields: [ap_invoices.header*]
    sql_on: ${ap_invoices.company} = ${ap_invoice_lines.company}
      AND ${ap_invoices.vendornum} = ${ap_invoice_lines.vendornum}
      AND ${ap_invoices.invoicenum} = ${ap_invoice_lines.invoicenum} ;;
  }
  join: vendors {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendors.company} = ${ap_invoice_lines.company}
      AND ${vendors.vendornum} = ${ap_invoice_lines.vendornum} ;;
  }
  join: vendor_groups {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendor_groups.company} = ${vendors.company}
      AND ${vendor_groups.groupcode} = ${vendors.groupcode} ;;
  }
  join: purchase_orders {
    type: left_outer
    relationship: many_to_one
    sql_on: ${purchase_orders.company} = ${ap_invoice_lines.company}
      AND ${purchase_orders.ponum} = ${ap_invoice_lines.ponum} ;;
  }
  join: buyers {
    type: left_outer
    relationship: many_to_one
    sql_on: ${buyers.company} = ${purchase_orders.company}
      AND ${buyers.buyerid} = ${purchase_orders.buyerid} ;;
  }
  join: purchase_order_lines {
    type: left_outer
    relationship: many_to_one
    sql_on: ${purchase_order_lines.company} = ${ap_invoice_lines.company}
      AND ${purchase_order_lines.ponum} = ${ap_invoice_lines.ponum}
      AND ${purchase_order_lines.poline} = ${ap_invoice_lines.poline} ;;
  }
  join: part_classes {
    type: left_outer
    relationship: many_to_one
    sql_on: ${part_classes.company} = ${purchase_order_lines.company}
      AND ${part_classes.classid} = ${purchase_order_lines.classid} ;;
  }
}
