# A datagroup moves when rows of its streams changed, were committed, and a complete run ended after that.
# A run that changed nothing leaves it, and with it every cached result, alone.

datagroup: staging {
  label: "Any staging table"
  description: "Any staging table: moves at the end of a complete load that changed rows"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_commit_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
      AND s.last_commit_at <= (SELECT max(finished_at) FROM @{STAGING_SCHEMA}._sync_runs WHERE status = 'complete') ;;
}

datagroup: payables {
  label: "Accounts payable"
  description: "Accounts payable: moves at the end of a complete load that changed rows"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_commit_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
      AND s.last_commit_at <= (SELECT max(finished_at) FROM @{STAGING_SCHEMA}._sync_runs WHERE status = 'complete')
      AND s.stream IN (
        'companies',
        'exchange_rates',
        'vendors',
        'vendor_groups',
        'payment_terms',
        'ap_invoices',
        'ap_invoice_lines',
        'ap_invoice_expenses',
        'ap_payments',
        'ap_payment_applications',
        'purchase_orders',
        'purchase_order_lines',
        'buyers',
        'part_classes'
      ) ;;
}

datagroup: purchasing {
  label: "Purchasing"
  description: "Purchasing: moves at the end of a complete load that changed rows"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_commit_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
      AND s.last_commit_at <= (SELECT max(finished_at) FROM @{STAGING_SCHEMA}._sync_runs WHERE status = 'complete')
      AND s.stream IN (
        'companies',
        'exchange_rates',
        'vendors',
        'vendor_groups',
        'buyers',
        'purchase_orders',
        'purchase_order_lines',
        'purchase_order_releases',
        'receipts',
        'receipt_lines',
        'parts',
        'part_classes',
        'part_costs',
        'plants'
      ) ;;
}

datagroup: inventory {
  label: "Inventory"
  description: "Inventory: moves at the end of a complete load that changed rows"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_commit_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
      AND s.last_commit_at <= (SELECT max(finished_at) FROM @{STAGING_SCHEMA}._sync_runs WHERE status = 'complete')
      AND s.stream IN (
        'companies',
        'exchange_rates',
        'parts',
        'part_plants',
        'part_warehouses',
        'part_classes',
        'part_costs',
        'part_transactions',
        'warehouses',
        'plants'
      ) ;;
}

datagroup: general_ledger {
  label: "General ledger"
  description: "General ledger: moves at the end of a complete load that changed rows"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_commit_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.rows_inserted + s.rows_updated + s.rows_deleted > 0
      AND s.last_commit_at <= (SELECT max(finished_at) FROM @{STAGING_SCHEMA}._sync_runs WHERE status = 'complete')
      AND s.stream IN (
        'companies',
        'exchange_rates',
        'gl_accounts',
        'gl_transactions',
        'gl_books',
        'coa_segments',
        'coa_segment_values',
        'fiscal_periods'
      ) ;;
}
