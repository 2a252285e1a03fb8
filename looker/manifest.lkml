project_name: "epicor_kinetic"

constant: CONNECTION_NAME {
  value: "warehouse"
  export: override_required
}

constant: STAGING_SCHEMA {
  value: "epicor_staging"
  export: override_optional
}

constant: REPORTING_CURRENCY {
  value: "USD"
  export: override_optional
}

constant: KINETIC_BASE_URL {
  value: ""
  export: override_optional
}

# The day that figures are as of when nobody chose one: a Postgres expression of type date.
# For a plant's day instead of UTC's: (now() AT TIME ZONE 'America/Chicago')::date
constant: TODAY {
  value: "CURRENT_DATE"
  export: override_optional
}

# Which segments of the chart of accounts are what: their numbers in the table coa_segments.
constant: ACCOUNT_SEGMENT {
  value: "1"
  export: override_optional
}

constant: DEPARTMENT_SEGMENT {
  value: "2"
  export: override_optional
}

constant: PROJECT_SEGMENT {
  value: "4"
  export: override_optional
}

# Categories of natural accounts that are operating expense: the column category of coa_segment_values.
constant: EXPENSE_CATEGORIES {
  value: "EXPENSE, EXPENSES, OPERATING EXPENSE, OPERATING EXPENSES"
  export: override_optional
}
