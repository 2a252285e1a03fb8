# Vendor spend: what posted invoice lines cost, without tax and prepayments.

include: "/views/base/ap_invoice_lines.view.lkml"

view: +ap_invoice_lines {
  label: "Spend"

  dimension: company { hidden: yes }
  dimension: vendornum { hidden: yes }
  dimension: vendor_key {
    hidden: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.vendornum) ;;
  }

  dimension: has_order {
    label: "Has Purchase Order (Yes / No)"
    description: "The line was bought on a purchase order."
    type: yesno
    sql: coalesce(${TABLE}.ponum, 0) <> 0 ;;
  }

  measure: spend {
    label: "Spend"
    description: "Posted invoice lines without tax and prepayments; reporting currency."
    type: sum
    sql: ${TABLE}.extcost * ${company_currencies.rate} ;;
    filters: [ap_invoices.is_payable: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: spend_last_12_months {
    label: "Spend, Last 12 Months"
    description: "Spend of the 365 days that end on the as-of date, by invoice date."
    type: sum
    sql: ${TABLE}.extcost * ${company_currencies.rate} ;;
    filters: [ap_invoices.is_payable: "yes", ap_invoices.is_last_12_months: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: spend_on_orders {
    label: "Spend on Purchase Orders"
    description: "Spend of lines that name a purchase order."
    type: sum
    sql: ${TABLE}.extcost * ${company_currencies.rate} ;;
    filters: [ap_invoices.is_payable: "yes", has_order: "yes"]
    value_format_name: decimal_0
  }

  measure: order_share {
    label: "Spend on Purchase Orders %"
    description: "Share of spend that was bought on a purchase order."
    type: number
    sql: 1.0 * ${spend_on_orders} / nullif(${spend}, 0) ;;
    value_format_name: percent_1
  }

  measure: active_vendors {
    label: "Active Vendors"
    description: "Vendors with posted invoice lines."
    type: count_distinct
    sql: ${vendor_key} ;;
    filters: [ap_invoices.is_payable: "yes"]
    drill_fields: [vendors.vendorid, vendors.name, spend]
  }

  set: detail {
    fields: [company_currencies.company, vendors.name, invoicenum, invoiceline, ap_invoices.invoice_date, description, partnum, extcost]
  }
}
