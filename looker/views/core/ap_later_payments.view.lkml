# Payments and discounts applied after the as-of date, by invoice. Voided applications bear the opposite sign.

view: ap_later_payments {
  fields_hidden_by_default: yes

  derived_table: {
    sql:
      SELECT company, vendornum, invoicenum, sum(tranamt + discamt) AS amount
      FROM @{STAGING_SCHEMA}.ap_payment_applications
      WHERE trandate > COALESCE(({% date_start as_of.as_of_date %})::date, @{TODAY}) AND _sdc_deleted_at IS NULL
      GROUP BY 1, 2, 3 ;;
  }

  dimension: source_id {
    primary_key: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.vendornum, ${TABLE}.invoicenum) ;;
  }
  dimension: company { type: string sql: ${TABLE}.company ;; }
  dimension: vendornum { type: number sql: ${TABLE}.vendornum ;; }
  dimension: invoicenum { type: string sql: ${TABLE}.invoicenum ;; }
  dimension: amount { type: number sql: ${TABLE}.amount ;; }
}
