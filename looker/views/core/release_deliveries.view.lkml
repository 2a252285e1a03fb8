# First and last receipt of each purchase order release, as of the last load.

view: release_deliveries {
  fields_hidden_by_default: yes

  derived_table: {
    sql:
      SELECT company, ponum, poline, porelnum, min(receiptdate) AS first_receipt, max(receiptdate) AS last_receipt
      FROM @{STAGING_SCHEMA}.receipt_lines
      WHERE _sdc_deleted_at IS NULL AND ponum <> 0
      GROUP BY 1, 2, 3, 4 ;;
  }

  dimension: source_id {
    primary_key: yes
    type: string
    sql: concat_ws('~', ${TABLE}.company, ${TABLE}.ponum, ${TABLE}.poline, ${TABLE}.porelnum) ;;
  }
  dimension: company { type: string sql: ${TABLE}.company ;; }
  dimension: ponum { type: number sql: ${TABLE}.ponum ;; }
  dimension: poline { type: number sql: ${TABLE}.poline ;; }
  dimension: porelnum { type: number sql: ${TABLE}.porelnum ;; }
  dimension: first_receipt { type: date_raw sql: ${TABLE}.first_receipt ;; }
  dimension: last_receipt { type: date_raw sql: ${TABLE}.last_receipt ;; }
}
