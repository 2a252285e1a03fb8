# Inventory: stock on hand at standard cost, and what left it in the last 365 days.

include: "/views/base/*.view.lkml"

view: +part_warehouses {
  label: "Stock"

  dimension: company { hidden: yes }

  dimension: value {
    hidden: yes
    type: number
    sql: ${TABLE}.onhandqty * ${part_costs.standard_cost} * ${company_currencies.rate} ;;
  }

  dimension: is_slow {
    label: "Is Slow Moving (Yes / No)"
    description: "On hand, and nothing was issued in the 180 days before the as-of date."
    type: yesno
    sql: ${TABLE}.onhandqty > 0 AND coalesce(${part_usage.last_issue} < ${as_of.day} - 180, true) ;;
  }

  measure: stocked_parts {
    label: "Stocked Parts"
    description: "Parts in warehouses with stock on hand."
    type: count
    filters: [onhandqty: ">0"]
    drill_fields: [detail*]
  }

  measure: inventory_value {
    label: "Inventory Value"
    description: "Stock on hand now at standard cost; reporting currency."
    type: sum
    sql: ${value} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: slow_value {
    label: "Slow-moving Value"
    description: "Value of stock of which nothing was issued in 180 days."
    type: sum
    sql: ${value} ;;
    filters: [is_slow: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: usage {
    label: "Usage, Last 12 Months"
    description: "Cost of issues to jobs and customers in the 365 days that end on the as-of date; reporting currency."
    type: sum
    sql: ${part_usage.usage} * ${company_currencies.rate} ;;
    value_format_name: decimal_0
  }

  measure: turns {
    label: "Inventory Turns"
    description: "Usage of the last 12 months / inventory value."
    type: number
    sql: 1.0 * ${usage} / nullif(${inventory_value}, 0) ;;
    value_format_name: decimal_1
  }

  measure: days_of_supply {
    label: "Days of Supply"
    description: "How many days the stock lasts at the usage of the last 12 months."
    type: number
    sql: 365.0 * ${inventory_value} / nullif(${usage}, 0) ;;
    value_format_name: decimal_0
  }

  set: detail {
    fields: [company_currencies.company, parts.partnum, parts.partdescription, part_classes.description, warehouses.description, onhandqty, part_usage.last_issue_date, inventory_value]
  }
}

view: part_usage {
  label: "Stock"
  fields_hidden_by_default: yes

  derived_table: {
    sql:
      SELECT company, partnum, warehousecode, max(trandate) AS last_issue,
             sum(extcost) FILTER (WHERE trandate > COALESCE(({% date_start as_of.as_of_date %})::date, @{TODAY}) - 365) AS usage
      FROM @{STAGING_SCHEMA}.part_transactions
      WHERE inventorytrans AND trantype IN ('STK-MTL', 'STK-CUS') AND _sdc_deleted_at IS NULL
        AND trandate <= COALESCE(({% date_start as_of.as_of_date %})::date, @{TODAY})
      GROUP BY 1, 2, 3 ;;
  }

  dimension: source_id {
    primary_key: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.partnum, ${TABLE}.warehousecode) ;;
  }
  dimension: company { type: string sql: ${TABLE}.company ;; }
  dimension: partnum { type: string sql: ${TABLE}.partnum ;; }
  dimension: warehousecode { type: string sql: ${TABLE}.warehousecode ;; }
  dimension: usage { type: number sql: ${TABLE}.usage ;; }
  dimension: last_issue { type: date_raw sql: ${TABLE}.last_issue ;; }
  dimension: last_issue_date { hidden: no label: "Last Issue" description: "Day of the last issue to a job or customer." type: date datatype: date convert_tz: no sql: ${TABLE}.last_issue ;; }
}

view: +part_transactions {
  label: "Stock Move"

  dimension: company { hidden: yes }

  dimension: signed_cost {
    hidden: yes
    description: "Issues are stored positive; adjustments bear their own sign."
    type: number
    sql: ${TABLE}.extcost * CASE ${TABLE}.tranclass WHEN 'I' THEN -1 ELSE 1 END * ${company_currencies.rate} ;;
  }

  measure: move_count {
    label: "Moves"
    description: "Number of part transactions."
    type: count
    drill_fields: [company_currencies.company, tran_date, trantype, partnum, tranqty, extcost]
  }

  measure: net_change {
    label: "Change in Inventory Value"
    description: "Receipts less issues, with adjustments; reporting currency."
    type: sum
    sql: ${signed_cost} ;;
    filters: [inventorytrans: "yes"]
    value_format_name: decimal_0
  }

  measure: running_value {
    label: "Inventory Value, Running"
    description: "Change in inventory value added up; a value only when the query starts with the first move."
    type: running_total
    sql: ${net_change} ;;
    value_format_name: decimal_0
  }
}
