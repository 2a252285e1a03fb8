# Looker runs these against the warehouse: Develop > Run LookML tests.

test: ap_invoice_key_is_unique {
  explore_source: ap_invoices {
    column: source_id { field: ap_invoices.source_id }
    column: invoice_count { field: ap_invoices.invoice_count }
    sorts: [ap_invoices.invoice_count: desc]
    limit: 1
  }
  assert: one_row_per_key { expression: ${ap_invoices.invoice_count} = 1 ;; }
}

test: no_invoice_without_vendor {
  explore_source: ap_invoices {
    column: invoice_count { field: ap_invoices.invoice_count }
    filters: [vendors.vendorid: "NULL"]
  }
  assert: none { expression: ${ap_invoices.invoice_count} = 0 ;; }
}

test: ageing_adds_up {
  explore_source: ap_invoices {
    column: open_balance { field: ap_invoices.open_balance }
    column: ageing_total { field: ap_invoices.ageing_total }
  }
  assert: buckets_are_the_balance { expression: round(${ap_invoices.open_balance}, 2) = round(${ap_invoices.ageing_total}, 2) ;; }
}

test: debits_are_credits {
  explore_source: gl_transactions {
    column: company { field: company_currencies.company }
    column: net { field: gl_transactions.net }
  }
  assert: trial_balance_is_zero { expression: round(${gl_transactions.net}, 2) = 0 ;; }
}

test: every_company_has_a_rate {
  explore_source: ap_invoices {
    column: companies_without_rate { field: company_currencies.companies_without_rate }
  }
  assert: none { expression: ${company_currencies.companies_without_rate} = 0 ;; }
}
