# A datagroup moves when rows of its streams changed and all of its streams are whole: the latest load of each brought all
# that the source had, none is being loaded, no record of one is in quarantine. A run that changed nothing leaves it, and
# with it every cached result, alone. Where the target triggers them instead, include /triggered, and not this file.

datagroup: staging {
  label: "Any staging table"
  description: "Any staging table: moves when rows changed and all of its streams are whole"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_change_at), 'epoch')
    FROM @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.last_change_at <= (
        SELECT max(r.whole_as_of) FROM @{STAGING_SCHEMA}._sync_runs r WHERE cardinality(r.unwhole_streams) = 0) ;;
}

datagroup: payables {
  label: "Accounts payable"
  description: "Accounts payable: moves when rows changed and all of its streams are whole"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_change_at), 'epoch')
    FROM (SELECT ARRAY[
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
      ] AS streams) AS mine, @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.stream = ANY (mine.streams)
      AND s.last_change_at <= (
        SELECT max(r.whole_as_of) FROM @{STAGING_SCHEMA}._sync_runs r WHERE NOT r.unwhole_streams && mine.streams) ;;
}

datagroup: purchasing {
  label: "Purchasing"
  description: "Purchasing: moves when rows changed and all of its streams are whole"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_change_at), 'epoch')
    FROM (SELECT ARRAY[
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
      ] AS streams) AS mine, @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.stream = ANY (mine.streams)
      AND s.last_change_at <= (
        SELECT max(r.whole_as_of) FROM @{STAGING_SCHEMA}._sync_runs r WHERE NOT r.unwhole_streams && mine.streams) ;;
}

datagroup: inventory {
  label: "Inventory"
  description: "Inventory: moves when rows changed and all of its streams are whole"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_change_at), 'epoch')
    FROM (SELECT ARRAY[
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
      ] AS streams) AS mine, @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.stream = ANY (mine.streams)
      AND s.last_change_at <= (
        SELECT max(r.whole_as_of) FROM @{STAGING_SCHEMA}._sync_runs r WHERE NOT r.unwhole_streams && mine.streams) ;;
}

datagroup: general_ledger {
  label: "General ledger"
  description: "General ledger: moves when rows changed and all of its streams are whole"
  max_cache_age: "12 hours"
  sql_trigger:
    SELECT coalesce(max(s.last_change_at), 'epoch')
    FROM (SELECT ARRAY[
        'companies',
        'exchange_rates',
        'gl_accounts',
        'gl_transactions',
        'gl_books',
        'coa_segments',
        'coa_segment_values',
        'fiscal_periods'
      ] AS streams) AS mine, @{STAGING_SCHEMA}._sync_run_streams s
    WHERE s.stream = ANY (mine.streams)
      AND s.last_change_at <= (
        SELECT max(r.whole_as_of) FROM @{STAGING_SCHEMA}._sync_runs r WHERE NOT r.unwhole_streams && mine.streams) ;;
}
