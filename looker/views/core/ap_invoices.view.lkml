# Accounts payable: open balances and ageing. "Payable" is what stands on the payables account of the ledger:
# posted invoices and debit memos, without prepayments.

include: "/views/base/ap_invoices.view.lkml"

view: +ap_invoices {
  label: "AP Invoice"

  dimension: company { hidden: yes }
  dimension: vendornum { hidden: yes }
  dimension: is_payable {
    label: "Is Payable (Yes / No)"
    description: "Posted, not a prepayment, and applied to the ledger on or before the as-of date."
    type: yesno
    sql: ${TABLE}.posted AND NOT coalesce(${TABLE}.prepayment, false) AND coalesce(${TABLE}.applydate, ${TABLE}.invoicedate) <= ${as_of.day} ;;
  }

  dimension: balance {
    hidden: yes
    description: "Open balance at the end of the as-of date, company currency: later payments are added back."
    type: number
    sql: (${TABLE}.invoicebal + coalesce(${ap_later_payments.amount}, 0)) ;;
  }

  dimension: days_past_due {
    label: "Days Past Due"
    description: "Days from due date to as-of date; negative when not due."
    type: number
    sql: (${as_of.day} - ${TABLE}.duedate) ;;
    value_format_name: decimal_0
  }

  dimension: is_past_due {
    label: "Is Past Due (Yes / No)"
    description: "Due before the as-of date."
    type: yesno
    sql: ${days_past_due} > 0 ;;
  }

  dimension: ageing_bucket {
    label: "Ageing"
    description: "How long the invoice has been due on the as-of date."
    type: string
    order_by_field: ageing_order
    sql:
      CASE WHEN ${days_past_due} > 90 THEN 'Over 90 days'
           WHEN ${days_past_due} > 60 THEN '61-90 days'
           WHEN ${days_past_due} > 30 THEN '31-60 days'
           WHEN ${days_past_due} > 0 THEN '1-30 days'
           ELSE 'Not due' END ;;
  }

  dimension: ageing_order {
    hidden: yes
    type: number
    sql:
      CASE WHEN ${days_past_due} > 90 THEN 5 WHEN ${days_past_due} > 60 THEN 4
           WHEN ${days_past_due} > 30 THEN 3 WHEN ${days_past_due} > 0 THEN 2 ELSE 1 END ;;
  }

  dimension: is_due_next_week {
    label: "Is Due in 7 Days (Yes / No)"
    description: "Due on the as-of date or within the seven days after it."
    type: yesno
    sql: ${TABLE}.duedate BETWEEN ${as_of.day} AND ${as_of.day} + 7 ;;
  }

  dimension: is_held {
    label: "Is Held (Yes / No)"
    description: "The invoice or its payment is on hold."
    type: yesno
    sql: coalesce(${TABLE}.invoiceheld, false) OR coalesce(${TABLE}.payhold, false) ;;
  }

  dimension: is_last_12_months {
    label: "Is in Last 12 Months (Yes / No)"
    description: "Invoice date within the 365 days that end on the as-of date."
    type: yesno
    sql: ${TABLE}.invoicedate > ${as_of.day} - 365 AND ${TABLE}.invoicedate <= ${as_of.day} ;;
  }

  dimension: is_unposted {
    label: "Is Unposted (Yes / No)"
    description: "Entered but not posted to the ledger."
    type: yesno
    sql: NOT coalesce(${TABLE}.posted, false) ;;
  }

  measure: invoice_count {
    label: "Invoices"
    description: "Number of invoices."
    type: count
    drill_fields: [detail*]
  }

  measure: open_invoice_count {
    label: "Open Invoices"
    description: "Payable invoices with a balance."
    type: count
    filters: [is_payable: "yes", balance: "NOT 0"]
    drill_fields: [detail*]
  }

  measure: invoiced_amount {
    label: "Invoiced Amount"
    description: "Posted invoices, tax included, without prepayments; reporting currency."
    type: sum
    sql: ${TABLE}.invoiceamt * ${company_currencies.rate} ;;
    filters: [is_payable: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: open_balance {
    label: "Open Balance"
    description: "What is owed on the as-of date; reporting currency. Equals the payables account of the ledger."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: past_due_balance {
    label: "Past Due"
    description: "Open balance that was due before the as-of date."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", is_past_due: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: not_due {
    group_label: "Ageing"
    label: "Not Due"
    description: "Open balance not due on the as-of date."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", ageing_bucket: "Not due"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: overdue_1_30 {
    group_label: "Ageing"
    label: "1-30 Days"
    description: "Open balance due for 1 to 30 days."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", ageing_bucket: "1-30 days"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: overdue_31_60 {
    group_label: "Ageing"
    label: "31-60 Days"
    description: "Open balance due for 31 to 60 days."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", ageing_bucket: "31-60 days"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: overdue_61_90 {
    group_label: "Ageing"
    label: "61-90 Days"
    description: "Open balance due for 61 to 90 days."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", ageing_bucket: "61-90 days"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: overdue_over_90 {
    group_label: "Ageing"
    label: "Over 90 Days"
    description: "Open balance due for more than 90 days."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", ageing_bucket: "Over 90 days"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: ageing_total {
    hidden: yes
    type: number
    sql: ${not_due} + ${overdue_1_30} + ${overdue_31_60} + ${overdue_61_90} + ${overdue_over_90} ;;
  }

  measure: past_due_share {
    label: "Past Due %"
    description: "Past due as a share of the open balance."
    type: number
    sql: 1.0 * ${past_due_balance} / nullif(${open_balance}, 0) ;;
    value_format_name: percent_1
  }

  measure: due_next_week {
    label: "Due in 7 Days"
    description: "Open balance that falls due on the as-of date or within seven days."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", is_due_next_week: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: held_balance {
    label: "Held"
    description: "Open balance of invoices on hold."
    type: sum
    sql: ${balance} * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", is_held: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: unposted_amount {
    label: "Unposted"
    description: "Amount of invoices that are entered but not posted."
    type: sum
    sql: ${TABLE}.invoiceamt * ${company_currencies.rate} ;;
    filters: [is_unposted: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: invoiced_last_12_months {
    label: "Invoiced, Last 12 Months"
    description: "Invoiced amount of the 365 days that end on the as-of date."
    type: sum
    sql: ${TABLE}.invoiceamt * ${company_currencies.rate} ;;
    filters: [is_payable: "yes", is_last_12_months: "yes"]
    value_format_name: decimal_0
  }

  measure: days_payable_outstanding {
    label: "Days Payable Outstanding"
    description: "Open balance / invoiced in the last 365 days x 365."
    type: number
    sql: 365.0 * ${open_balance} / nullif(${invoiced_last_12_months}, 0) ;;
    value_format_name: decimal_1
  }

  set: detail {
    fields: [company_currencies.company, vendors.vendorid, vendors.name, invoicenum, invoice_date, due_date, ageing_bucket, docinvoiceamt, docinvoicebal, currencycode]
  }

  set: header {
    fields: [company, vendornum, invoicenum, source_url, is_deleted, invoice_date, invoice_month, invoice_quarter, invoice_year, due_date, currencycode, is_payable, is_last_12_months]
  }
}
