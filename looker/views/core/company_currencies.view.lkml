# What a unit of each company's base currency is worth in the reporting currency, at the latest staged rate.
# One rate for all days keeps trends free of currency moves and a trial balance at zero.

view: company_currencies {
  label: "Company"
  fields_hidden_by_default: yes

  derived_table: {
    sql:
      SELECT c.company1 AS company,
             c.name,
             c.basecurrcode AS currency,
             CASE WHEN c.basecurrcode = '@{REPORTING_CURRENCY}' THEN 1 ELSE r.rate END AS rate,
             r.effectivedate
      FROM @{STAGING_SCHEMA}.companies c
      LEFT JOIN LATERAL (
        SELECT CASE WHEN x.sourcecurrcode = c.basecurrcode THEN x.currentrate ELSE 1 / x.currentrate END AS rate,
               x.effectivedate
        FROM @{STAGING_SCHEMA}.exchange_rates x
        WHERE x.currentrate <> 0 AND x._sdc_deleted_at IS NULL
          AND (x.sourcecurrcode, x.targetcurrcode) IN
              ((c.basecurrcode, '@{REPORTING_CURRENCY}'), ('@{REPORTING_CURRENCY}', c.basecurrcode))
        ORDER BY x.effectivedate DESC, x.sourcecurrcode = c.basecurrcode DESC, x.company, x.rategrpcode
        LIMIT 1
      ) r ON true
      WHERE c._sdc_deleted_at IS NULL ;;
  }

  dimension: company {
    primary_key: yes
    hidden: no
    label: "Company"
    description: "Company code in Epicor Kinetic."
    type: string
    sql: ${TABLE}.company ;;
  }

  dimension: company_name {
    hidden: no
    label: "Company Name"
    description: "Name of the company."
    type: string
    sql: ${TABLE}.name ;;
  }

  dimension: currency {
    hidden: no
    label: "Company Currency"
    description: "Base currency of the company."
    type: string
    sql: ${TABLE}.currency ;;
  }

  dimension: rate {
    hidden: no
    label: "Rate to Reporting Currency"
    description: "What amounts of this company are multiplied with. Empty: no rate is staged, and sums leave the company out."
    type: number
    sql: ${TABLE}.rate ;;
    value_format_name: decimal_4
  }

  measure: companies_without_rate {
    hidden: no
    label: "Companies without Rate"
    description: "Companies whose amounts cannot be converted; should be zero."
    type: count
    filters: [rate: "NULL"]
  }
}
