-- The figures of the report, on the staging schema. Amounts are in one currency: each company's base currency at the
-- latest staged exchange rate. `part` is a beginning that figures share, `figure` names what comes out, `with` the parts
-- it begins with, `tables` what either reads.

-- part: rates
-- tables: companies exchange_rates
WITH rates AS (
  SELECT c.company1 AS company,
         CASE WHEN c.basecurrcode = %(currency)s THEN 1 ELSE r.rate END AS rate
  FROM companies c
  LEFT JOIN LATERAL (
    SELECT CASE WHEN x.sourcecurrcode = c.basecurrcode THEN x.currentrate
                ELSE 1 / x.currentrate END AS rate
    FROM exchange_rates x
    WHERE x.currentrate <> 0 AND x._sdc_deleted_at IS NULL
      AND (x.sourcecurrcode, x.targetcurrcode)
          IN ((c.basecurrcode, %(currency)s), (%(currency)s, c.basecurrcode))
    ORDER BY x.effectivedate DESC, x.sourcecurrcode = c.basecurrcode DESC, x.company, x.rategrpcode
    LIMIT 1
  ) r ON true
  WHERE c._sdc_deleted_at IS NULL
)

-- part: payables
-- tables: ap_invoices ap_payment_applications
, payables AS (
  SELECT i.company, i.vendornum, i.duedate, i.invoicedate, i.invoiceamt * rate AS amount,
         (i.invoicebal + coalesce(p.amount, 0)) * rate AS balance,
         coalesce(i.invoiceheld, false) OR coalesce(i.payhold, false) AS held,
         %(as_of)s - i.duedate AS days
  FROM ap_invoices i
  JOIN rates USING (company)
  LEFT JOIN (SELECT company, vendornum, invoicenum, sum(tranamt + discamt) AS amount
             FROM ap_payment_applications WHERE trandate > %(as_of)s AND _sdc_deleted_at IS NULL
             GROUP BY 1, 2, 3) p USING (company, vendornum, invoicenum)
  WHERE i.posted AND NOT coalesce(i.prepayment, false) AND coalesce(i.applydate, i.invoicedate) <= %(as_of)s
    AND i._sdc_deleted_at IS NULL
)

-- part: orders
-- tables: purchase_orders purchase_order_lines purchase_order_releases receipt_lines
, releases AS (
  SELECT r.company, o.vendornum, r.duedate, r.relqty, r.receivedqty, d.last_receipt,
         r.duedate <= %(as_of)s AND NOT coalesce(r.voidrelease, false) AND o.approve AS measured,
         r.openrelease AND NOT coalesce(r.voidrelease, false) AND o.openorder
           AND NOT coalesce(o.voidorder, false) AND o.approve AS open,
         o.ponum,
         greatest(r.relqty - coalesce(r.receivedqty, 0), 0) * l.unitcost * rate
           / CASE l.costpercode WHEN 'C' THEN 100 WHEN 'M' THEN 1000 ELSE 1 END AS open_value
  FROM purchase_order_releases r
  JOIN rates USING (company)
  JOIN purchase_order_lines l USING (company, ponum, poline)
  JOIN purchase_orders o USING (company, ponum)
  LEFT JOIN (SELECT company, ponum, poline, porelnum, max(receiptdate) AS last_receipt
             FROM receipt_lines WHERE _sdc_deleted_at IS NULL GROUP BY 1, 2, 3, 4) d
    USING (company, ponum, poline, porelnum)
  WHERE r._sdc_deleted_at IS NULL
)

-- part: stock
-- tables: part_warehouses parts part_classes warehouses plants part_costs part_transactions
, stock AS (
  SELECT coalesce(nullif(k.description, ''), p.classid, '') AS class, w.onhandqty * rate
           * (c.stdmaterialcost + c.stdlaborcost + c.stdburdencost + c.stdsubcontcost
              + c.stdmtlburcost) AS value,
         u.usage * rate AS usage,
         w.onhandqty > 0 AND coalesce(u.last_issue < %(as_of)s - 180, true) AS slow
  FROM part_warehouses w
  JOIN rates USING (company)
  LEFT JOIN parts p USING (company, partnum)
  LEFT JOIN part_classes k ON k.company = p.company AND k.classid = p.classid
  LEFT JOIN warehouses h ON h.company = w.company AND h.warehousecode = w.warehousecode
  LEFT JOIN plants s ON s.company = w.company
    AND s.plant1 = coalesce(nullif(w.plant, ''), h.plant)
  LEFT JOIN part_costs c ON c.company = w.company AND c.partnum = w.partnum
    AND c.costid = s.plantcostid
  LEFT JOIN (SELECT company, partnum, warehousecode, max(trandate) AS last_issue,
                    sum(extcost) FILTER (WHERE trandate > %(as_of)s - 365) AS usage
             FROM part_transactions
             WHERE inventorytrans AND trantype IN ('STK-MTL', 'STK-CUS')
               AND trandate <= %(as_of)s AND _sdc_deleted_at IS NULL
             GROUP BY 1, 2, 3) u
    ON u.company = w.company AND u.partnum = w.partnum AND u.warehousecode = w.warehousecode
  WHERE w._sdc_deleted_at IS NULL
)

-- figure: payables
-- with: rates payables
SELECT sum(balance) AS open_balance,
  sum(balance) FILTER (WHERE days > 0) AS past_due,
  sum(balance) FILTER (WHERE duedate BETWEEN %(as_of)s AND %(as_of)s + 7) AS due_next_week,
  sum(balance) FILTER (WHERE held) AS held,
  365.0 * sum(balance)
    / nullif(sum(amount) FILTER (WHERE invoicedate > %(as_of)s - 365), 0) AS days_outstanding
FROM payables

-- figure: ageing
-- with: rates payables
SELECT b.name AS bucket, coalesce(sum(balance), 0) AS amount
FROM (VALUES (1, 'Not due', NULL::int, 0), (2, '1–30 days', 1, 30),
             (3, '31–60 days', 31, 60), (4, '61–90 days', 61, 90),
             (5, 'Over 90 days', 91, NULL)) AS b (place, name, low, high)
LEFT JOIN payables ON coalesce(days, 0) BETWEEN coalesce(low, -999999) AND coalesce(high, 999999)
GROUP BY place, b.name ORDER BY place

-- figure: creditors
-- with: rates payables
-- tables: vendors
SELECT p.company, v.name, sum(balance) AS open_balance,
  coalesce(sum(balance) FILTER (WHERE coalesce(days, 0) <= 0), 0) AS not_due,
  coalesce(sum(balance) FILTER (WHERE days BETWEEN 1 AND 30), 0) AS d30,
  coalesce(sum(balance) FILTER (WHERE days BETWEEN 31 AND 60), 0) AS d60,
  coalesce(sum(balance) FILTER (WHERE days BETWEEN 61 AND 90), 0) AS d90,
  coalesce(sum(balance) FILTER (WHERE days > 90), 0) AS over
FROM payables p JOIN vendors v USING (company, vendornum)
GROUP BY 1, 2, v.vendornum ORDER BY 3 DESC, 2 LIMIT 10

-- figure: spend_by_month
-- with: rates
-- tables: ap_invoices ap_invoice_lines
SELECT to_char(date_trunc('month', h.invoicedate), 'YYYY-MM-DD') AS month,
  sum(d.extcost * rate) AS amount
FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum)
WHERE h.posted AND NOT coalesce(h.prepayment, false) AND coalesce(h.applydate, h.invoicedate) <= %(as_of)s AND h.invoicedate <= %(as_of)s
  AND h.invoicedate >= date_trunc('month', %(as_of)s) - interval '23 months'
  AND d._sdc_deleted_at IS NULL AND h._sdc_deleted_at IS NULL
GROUP BY 1 ORDER BY 1

-- figure: spend_by_vendor
-- with: rates
-- tables: ap_invoices ap_invoice_lines vendors
SELECT v.name, sum(d.extcost * rate) AS amount
FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum)
JOIN vendors v USING (company, vendornum)
WHERE h.posted AND NOT coalesce(h.prepayment, false) AND coalesce(h.applydate, h.invoicedate) <= %(as_of)s AND h.invoicedate <= %(as_of)s
  AND h.invoicedate > %(as_of)s - 365
  AND d._sdc_deleted_at IS NULL AND h._sdc_deleted_at IS NULL
GROUP BY v.company, v.vendornum, 1 ORDER BY 2 DESC, 1 LIMIT 10

-- figure: spend_by_group
-- with: rates
-- tables: ap_invoices ap_invoice_lines vendors vendor_groups
SELECT coalesce(nullif(k.groupdesc, ''), v.groupcode, '') AS name,
  sum(d.extcost * rate) AS amount
FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum)
JOIN vendors v USING (company, vendornum)
LEFT JOIN vendor_groups k ON k.company = v.company AND k.groupcode = v.groupcode
WHERE h.posted AND NOT coalesce(h.prepayment, false) AND coalesce(h.applydate, h.invoicedate) <= %(as_of)s AND h.invoicedate <= %(as_of)s
  AND h.invoicedate > %(as_of)s - 365
  AND d._sdc_deleted_at IS NULL AND h._sdc_deleted_at IS NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10

-- figure: spend
-- with: rates
-- tables: ap_invoices ap_invoice_lines
SELECT coalesce(sum(d.extcost * rate), 0) AS last_12_months,
  count(DISTINCT (d.company, d.vendornum)) AS vendors
FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum)
WHERE h.posted AND NOT coalesce(h.prepayment, false) AND coalesce(h.applydate, h.invoicedate) <= %(as_of)s AND h.invoicedate <= %(as_of)s
  AND h.invoicedate > %(as_of)s - 365
  AND d._sdc_deleted_at IS NULL AND h._sdc_deleted_at IS NULL

-- figure: orders
-- with: rates orders
SELECT coalesce(sum(open_value) FILTER (WHERE open), 0) AS open_value,
  count(DISTINCT (company, ponum)) FILTER (WHERE open) AS open_orders,
  count(*) FILTER (WHERE open AND duedate < %(as_of)s) AS past_due,
  1.0 * count(*) FILTER (WHERE measured AND last_receipt <= duedate AND receivedqty >= relqty)
    / nullif(count(*) FILTER (WHERE measured), 0) AS otif
FROM releases

-- figure: orders_by_month
-- with: rates orders
SELECT to_char(date_trunc('month', duedate), 'YYYY-MM-DD') AS month,
  CASE WHEN duedate < %(as_of)s THEN 'Past due' ELSE 'Not due yet' END AS state,
  sum(open_value) AS amount
FROM releases WHERE open GROUP BY 1, 2 ORDER BY 1, 2

-- figure: delivery_by_month
-- with: rates orders
, shares AS (
  SELECT to_char(date_trunc('month', duedate), 'YYYY-MM-DD') AS month,
    1.0 * count(*) FILTER (WHERE last_receipt <= duedate) / count(*) AS on_time,
    1.0 * count(*) FILTER (WHERE receivedqty >= relqty) / count(*) AS in_full,
    1.0 * count(*) FILTER (WHERE last_receipt <= duedate AND receivedqty >= relqty)
      / count(*) AS otif
  FROM releases
  WHERE measured AND duedate >= date_trunc('month', %(as_of)s) - interval '23 months'
  GROUP BY 1)
SELECT month, name, share FROM shares, LATERAL (VALUES ('On time', on_time),
  ('In full', in_full), ('On time in full', otif)) AS x (name, share)
ORDER BY month, name

-- figure: expenses
-- with: rates
-- tables: gl_transactions gl_books coa_segment_values fiscal_periods
, today AS (
  SELECT DISTINCT ON (company, fiscalcalendarid) company, fiscalcalendarid, fiscalyear AS year,
    fiscalperiod AS period FROM fiscal_periods
  WHERE startdate <= %(as_of)s AND _sdc_deleted_at IS NULL
  ORDER BY company, fiscalcalendarid, startdate DESC, fiscalperiod)
SELECT coalesce(d.segmentname, '') AS name,
  CASE WHEN g.fiscalyear = t.year THEN 'This year' ELSE 'Prior year' END AS year,
  sum((g.bookdebitamount - g.bookcreditamount) * rate) AS amount
FROM gl_transactions g JOIN rates USING (company)
JOIN today t USING (company, fiscalcalendarid)
LEFT JOIN gl_books b USING (company, bookid)
JOIN coa_segment_values a ON a.company = g.company AND a.coacode = g.coacode
  AND a.segmentnbr = 1 AND a.segmentcode = g.segvalue1
  AND a.normalbalance = 'D' AND upper(a.category) IN ('EXPENSE', 'EXPENSES', 'OPERATING EXPENSE', 'OPERATING EXPENSES')
LEFT JOIN coa_segment_values d ON d.company = g.company AND d.coacode = g.coacode
  AND d.segmentnbr = 2 AND d.segmentcode = g.segvalue2
WHERE g.fiscalyear IN (t.year, t.year - 1) AND g.fiscalperiod <= t.period
  AND coalesce(b.mainbook, true) AND g._sdc_deleted_at IS NULL
GROUP BY 1, 2 ORDER BY 1, 2 DESC

-- figure: ledger
-- with: rates
-- tables: gl_transactions gl_books
SELECT sum(g.bookdebitamount * rate) AS debits, sum(g.bookcreditamount * rate) AS credits
FROM gl_transactions g JOIN rates USING (company) LEFT JOIN gl_books b USING (company, bookid)
WHERE coalesce(b.mainbook, true) AND g._sdc_deleted_at IS NULL

-- figure: stock
-- with: rates stock
SELECT sum(value) AS value, sum(value) FILTER (WHERE slow) AS slow,
sum(usage) / nullif(sum(value), 0) AS turns,
365.0 * sum(value) / nullif(sum(usage), 0) AS days FROM stock

-- figure: stock_by_class
-- with: rates stock
SELECT class AS name, CASE WHEN slow THEN 'Slow moving' ELSE 'Moving' END AS state,
sum(value) AS amount FROM stock GROUP BY 1, 2 HAVING sum(value) <> 0 ORDER BY 1, 2

-- figure: runs
-- tables: _sync_runs
SELECT started_at, finished_at, status, rows_changed, coalesce(error, '') AS error
FROM _sync_runs ORDER BY started_at DESC LIMIT 5

-- figure: streams
-- tables: _sync_runs _sync_run_streams
SELECT stream, max(last_commit_at) AS last_commit_at,
  (array_agg(records_received ORDER BY r.started_at DESC))[1] AS received,
  (array_agg(rows_inserted + rows_updated + rows_deleted ORDER BY r.started_at DESC))[1]
    AS changed
FROM _sync_run_streams JOIN _sync_runs r USING (run_id)
GROUP BY stream ORDER BY 2, 1 LIMIT 8

-- figure: health
-- tables: _sync_runs _sync_run_streams _looker_refreshes
SELECT (SELECT max(finished_at) FROM _sync_runs WHERE status = 'complete') AS whole_at,
(SELECT count(*) FROM _sync_runs WHERE status IN ('failed', 'incomplete', 'interrupted')
 AND started_at > now() - interval '7 days') AS failures,
(SELECT count(*) FROM (SELECT DISTINCT ON (action, target) * FROM _looker_refreshes
   ORDER BY action, target, id DESC) l WHERE status IN ('owed', 'failed')
   OR status = 'begun' AND action <> 'scheduled_plan') AS owed,
(SELECT count(DISTINCT stream) FROM _sync_run_streams) AS streams

-- figure: rejects
-- tables: _sync_runs _sync_run_streams
SELECT coalesce(sum(rows_rejected), 0) AS rejected FROM _sync_run_streams
WHERE run_id = (SELECT run_id FROM _sync_runs ORDER BY started_at DESC LIMIT 1)

-- figure: unconverted
-- with: rates
SELECT company FROM rates WHERE rate IS NULL ORDER BY 1
