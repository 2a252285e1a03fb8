# Accounts payable: open balances, ageing, holds. One row per invoice.

explore: ap_invoices {
  group_label: "Epicor Kinetic"
  label: "Accounts Payable"
  description: "Open balances and ageing as of any day, what falls due, what is held."
  sql_always_where: NOT ${ap_invoices.is_deleted} ;;
  persist_with: payables

  join: as_of {
    relationship: one_to_one
    sql: ;;
  }
  join: company_currencies {
    type: left_outer
    relationship: many_to_one
    sql_on: ${company_currencies.company} = ${ap_invoices.company} ;;
  }
  join: ap_later_payments {
    type: left_outer
    relationship: one_to_one
    sql_on: ${ap_later_payments.company} = ${ap_invoices.company}
      AND ${ap_later_payments.vendornum} = ${ap_invoices.vendornum}
      AND ${ap_later_payments.invoicenum} = ${ap_invoices.invoicenum} ;;
  }
  join: vendors {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendors.company} = ${ap_invoices.company}
      AND ${vendors.vendornum} = ${ap_invoices.vendornum} ;;
  }
  join: vendor_groups {
    type: left_outer
    relationship: many_to_one
    sql_on: ${vendor_groups.company} = ${vendors.company}
      AND ${vendor_groups.groupcode} = ${vendors.groupcode} ;;
  }
  join: payment_terms {
    type: left_outer
    relationship: many_to_one
    sql_on: ${payment_terms.company} = ${ap_invoices.company}
      AND ${payment_terms.termscode} = ${ap_invoices.termscode} ;;
  }
}
