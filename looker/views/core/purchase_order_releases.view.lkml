# Purchase orders at the grain of what is delivered: the release.

include: "/views/base/purchase_order_releases.view.lkml"

view: +purchase_order_releases {
  label: "PO Release"

  dimension: company { hidden: yes }

  dimension: order_key {
    hidden: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.ponum) ;;
  }

  dimension: is_open {
    label: "Is Open (Yes / No)"
    description: "Release, line and order are open and not void, and the order is approved."
    type: yesno
    sql:
      ${TABLE}.openrelease AND NOT coalesce(${TABLE}.voidrelease, false)
      AND ${purchase_orders.openorder} AND NOT coalesce(${purchase_orders.voidorder}, false) AND ${purchase_orders.approve} ;;
  }

  dimension: is_past_due {
    label: "Is Past Due (Yes / No)"
    description: "Open, and due before the as-of date."
    type: yesno
    sql: ${is_open} AND ${TABLE}.duedate < ${as_of.day} ;;
  }

  dimension: days_late {
    label: "Days Late"
    description: "Days from due date to last receipt, or to the as-of date while open."
    type: number
    sql: CASE WHEN ${is_open} THEN ${as_of.day} ELSE ${release_deliveries.last_receipt} END - ${TABLE}.duedate ;;
  }

  dimension: unit_cost {
    hidden: yes
    description: "Cost of one unit in company currency: Epicor's costs are per each, hundred or thousand."
    type: number
    sql: ${purchase_order_lines.unitcost} / CASE ${purchase_order_lines.costpercode} WHEN 'C' THEN 100 WHEN 'M' THEN 1000 ELSE 1 END ;;
  }

  dimension: open_quantity {
    label: "Open Quantity"
    description: "Ordered and not received."
    type: number
    sql: CASE WHEN ${is_open} THEN greatest(${TABLE}.relqty - coalesce(${TABLE}.receivedqty, 0), 0) ELSE 0 END ;;
    value_format_name: decimal_2
  }

  dimension: is_measured {
    label: "Is Due (Yes / No)"
    description: "Due on or before the as-of date and not void: counts for on time and in full."
    type: yesno
    sql: ${TABLE}.duedate <= ${as_of.day} AND NOT coalesce(${TABLE}.voidrelease, false) AND ${purchase_orders.approve} ;;
  }

  dimension: is_on_time {
    label: "Is On Time (Yes / No)"
    description: "The last receipt came on or before the due date."
    type: yesno
    sql: ${release_deliveries.last_receipt} <= ${TABLE}.duedate ;;
  }

  dimension: is_in_full {
    label: "Is In Full (Yes / No)"
    description: "Received what was ordered."
    type: yesno
    sql: coalesce(${TABLE}.receivedqty, 0) >= ${TABLE}.relqty ;;
  }

  dimension: lead_time_days {
    label: "Lead Time (Days)"
    description: "Days from order to first receipt."
    type: number
    sql: ${release_deliveries.first_receipt} - ${purchase_orders.order_raw} ;;
  }

  measure: release_count {
    label: "Releases"
    description: "Number of purchase order releases."
    type: count
    drill_fields: [detail*]
  }

  measure: open_orders {
    label: "Open Orders"
    description: "Purchase orders with an open release."
    type: count_distinct
    sql: ${order_key} ;;
    filters: [is_open: "yes"]
    drill_fields: [detail*]
  }

  measure: past_due_releases {
    label: "Past-due Releases"
    description: "Open releases due before the as-of date."
    type: count
    filters: [is_past_due: "yes"]
    drill_fields: [detail*]
  }

  measure: open_value {
    label: "Open Order Value"
    description: "Open quantity at order cost; reporting currency."
    type: sum
    sql: ${open_quantity} * ${unit_cost} * ${company_currencies.rate} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: past_due_value {
    label: "Past-due Order Value"
    description: "Open order value that was due before the as-of date."
    type: sum
    sql: ${open_quantity} * ${unit_cost} * ${company_currencies.rate} ;;
    filters: [is_past_due: "yes"]
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  measure: due_releases {
    label: "Due Releases"
    description: "Releases due on or before the as-of date."
    type: count
    filters: [is_measured: "yes"]
  }

  measure: on_time_releases {
    hidden: yes
    type: count
    filters: [is_measured: "yes", is_on_time: "yes"]
  }

  measure: in_full_releases {
    hidden: yes
    type: count
    filters: [is_measured: "yes", is_in_full: "yes"]
  }

  measure: otif_releases {
    hidden: yes
    type: count
    filters: [is_measured: "yes", is_on_time: "yes", is_in_full: "yes"]
  }

  measure: on_time_share {
    label: "On Time %"
    description: "Due releases whose last receipt came by the due date."
    type: number
    sql: 1.0 * ${on_time_releases} / nullif(${due_releases}, 0) ;;
    value_format_name: percent_1
  }

  measure: in_full_share {
    label: "In Full %"
    description: "Due releases that were received in full."
    type: number
    sql: 1.0 * ${in_full_releases} / nullif(${due_releases}, 0) ;;
    value_format_name: percent_1
  }

  measure: otif_share {
    label: "On Time in Full %"
    description: "Due releases received in full by the due date."
    type: number
    sql: 1.0 * ${otif_releases} / nullif(${due_releases}, 0) ;;
    value_format_name: percent_1
  }

  measure: average_lead_time {
    label: "Average Lead Time (Days)"
    description: "Average days from order to first receipt."
    type: average
    sql: ${lead_time_days} ;;
    value_format_name: decimal_1
  }

  measure: price_variance {
    label: "Purchase Price Variance"
    description: "(Order cost - standard cost) x received quantity, stock parts only, at today's standards; reporting currency. Positive is dearer."
    type: sum
    sql: (${unit_cost} - ${part_costs.standard_cost}) * ${TABLE}.receivedqty * ${company_currencies.rate} ;;
    value_format_name: decimal_0
    drill_fields: [detail*]
  }

  set: detail {
    fields: [company_currencies.company, vendors.name, ponum, poline, porelnum, purchase_order_lines.partnum, purchase_order_lines.linedesc, due_date, relqty, receivedqty, days_late]
  }
}
