# Example: people see only the companies of their user attribute. Make a user attribute `epicor_companies`
# (string filter, several values separated by commas) in Admin > User Attributes, give it a value for each group,
# then include this file in the model.

explore: +ap_invoices {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}

explore: +vendor_spend {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}

explore: +purchase_orders {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}

explore: +gl_transactions {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}

explore: +inventory {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}

explore: +inventory_moves {
  access_filter: {
    field: company_currencies.company
    user_attribute: epicor_companies
  }
}
