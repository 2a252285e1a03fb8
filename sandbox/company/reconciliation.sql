-- What must agree in the company's data. Each statement returns the rows that contradict the claim above it.
-- cents(x) is a money amount or quantity times 100, costs(x) a unit cost times 100000, both as exact integers;
-- sign(TranClass) is -1 for issues (class I), which are stored positive, and 1 for receipts and adjustments.

-- claim: a purchase order's total is the sum of its lines
SELECT h.Company, h.PONum FROM POHeader AS h LEFT JOIN PODetail AS d
  ON d.Company = h.Company AND d.PONUM = h.PONum GROUP BY h.Company, h.PONum
HAVING cents(h.TotalOrder) <> IFNULL(SUM(cents(d.ExtCost)), 0)
    OR cents(h.DocTotalOrder) <> IFNULL(SUM(cents(d.DocExtCost)), 0);

-- claim: a purchase order line's quantity is the sum of its releases
SELECT d.Company, d.PONUM, d.POLine FROM PODetail AS d LEFT JOIN PORel AS r
  ON r.Company = d.Company AND r.PONum = d.PONUM AND r.POLine = d.POLine
GROUP BY d.Company, d.PONUM, d.POLine
HAVING cents(d.OrderQty) <> IFNULL(SUM(cents(r.RelQty)), 0);

-- claim: a release has received what its receipt lines say, and not more than was ordered
WITH got AS (SELECT Company, PONum, POLine, PORelNum, SUM(cents(OurQty)) AS quantity FROM RcvDtl
             GROUP BY Company, PONum, POLine, PORelNum)
SELECT r.Company, r.PONum, r.POLine, r.PORelNum FROM PORel AS r LEFT JOIN got AS g
  ON g.Company = r.Company AND g.PONum = r.PONum AND g.POLine = r.POLine AND g.PORelNum = r.PORelNum
WHERE cents(r.ReceivedQty) <> IFNULL(g.quantity, 0)
   OR cents(r.ReceivedQty) > cents(r.RelQty);

-- claim: a release is invoiced for what posted invoice lines say
WITH billed AS (SELECT d.Company, d.PONum, d.POLine, d.PORelNum, SUM(cents(d.OurQty)) AS quantity
                FROM APInvDtl AS d JOIN APInvHed AS h ON h.Company = d.Company AND h.VendorNum = d.VendorNum
                AND h.InvoiceNum = d.InvoiceNum WHERE d.LineType = 'R' AND h.Posted = 1
                GROUP BY d.Company, d.PONum, d.POLine, d.PORelNum)
SELECT r.Company, r.PONum, r.POLine, r.PORelNum FROM PORel AS r LEFT JOIN billed AS b
  ON b.Company = r.Company AND b.PONum = r.PONum AND b.POLine = r.POLine AND b.PORelNum = r.PORelNum
WHERE cents(r.InvoicedQty) <> IFNULL(b.quantity, 0);

-- claim: an order is open while a line is, a line while a release is
SELECT 'line', d.Company, d.PONUM, d.POLine FROM PODetail AS d JOIN PORel AS r
  ON r.Company = d.Company AND r.PONum = d.PONUM AND r.POLine = d.POLine
GROUP BY d.Company, d.PONUM, d.POLine HAVING d.OpenLine <> MAX(r.OpenRelease)
UNION ALL
SELECT 'order', h.Company, h.PONum, 0 FROM POHeader AS h JOIN PODetail AS d
  ON d.Company = h.Company AND d.PONUM = h.PONum
GROUP BY h.Company, h.PONum HAVING h.OpenOrder <> MAX(d.OpenLine);

-- claim: a receipt line is invoiced exactly when a posted invoice line names it
SELECT r.Company, r.VendorNum, r.PackSlip, r.PackLine FROM RcvDtl AS r LEFT JOIN APInvDtl AS d
  ON d.Company = r.Company AND d.VendorNum = r.VendorNum AND d.InvoiceNum = r.InvoiceNum
  AND d.InvoiceLine = r.InvoiceLine AND d.PackSlip = r.PackSlip AND d.PackLine = r.PackLine
WHERE r.Invoiced <> (d.InvoiceNum IS NOT NULL);

-- claim: an AP invoice's amount is the sum of its lines and its tax
SELECT h.Company, h.VendorNum, h.InvoiceNum FROM APInvHed AS h LEFT JOIN APInvDtl AS d
  ON d.Company = h.Company AND d.VendorNum = h.VendorNum AND d.InvoiceNum = h.InvoiceNum
WHERE h.PrePayment = 0 GROUP BY h.Company, h.VendorNum, h.InvoiceNum
HAVING cents(h.InvoiceAmt) <> SUM(cents(d.ExtCost)) + cents(h.TaxAmt)
    OR cents(h.DocInvoiceAmt) <> SUM(cents(d.DocExtCost)) + cents(h.DocTaxAmt);

-- claim: a miscellaneous invoice line is split into expenses without a rest
SELECT d.Company, d.VendorNum, d.InvoiceNum, d.InvoiceLine FROM APInvDtl AS d LEFT JOIN APInvExp AS e
  ON e.Company = d.Company AND e.VendorNum = d.VendorNum AND e.InvoiceNum = d.InvoiceNum
  AND e.InvoiceLine = d.InvoiceLine
WHERE d.LineType = 'M' GROUP BY d.Company, d.VendorNum, d.InvoiceNum, d.InvoiceLine
HAVING cents(d.ExtCost) <> IFNULL(SUM(cents(e.ExpAmt)), 0)
    OR cents(d.DocExtCost) <> IFNULL(SUM(cents(e.DocExpAmt)), 0);

-- claim: an AP invoice's balance is its amount less payments and discounts, voided ones included with their sign
WITH paid AS (SELECT Company, VendorNum, InvoiceNum,
                     SUM(cents(TranAmt) + cents(DiscAmt)) AS base,
                     SUM(cents(DocTranAmt) + cents(DocDiscAmt)) AS doc
              FROM APTran GROUP BY Company, VendorNum, InvoiceNum)
SELECT h.Company, h.VendorNum, h.InvoiceNum FROM APInvHed AS h LEFT JOIN paid AS p
  ON p.Company = h.Company AND p.VendorNum = h.VendorNum AND p.InvoiceNum = h.InvoiceNum
WHERE cents(h.InvoiceBal) <> cents(h.InvoiceAmt) - IFNULL(p.base, 0)
   OR cents(h.DocInvoiceBal) <> cents(h.DocInvoiceAmt) - IFNULL(p.doc, 0);

-- claim: an AP invoice is open exactly while it has a balance, and its balance never passes its amount
SELECT Company, VendorNum, InvoiceNum FROM APInvHed
WHERE OpenPayable <> (cents(DocInvoiceBal) <> 0)
   OR ABS(cents(DocInvoiceBal)) > ABS(cents(DocInvoiceAmt))
   OR cents(DocInvoiceBal) * cents(DocInvoiceAmt) < 0
   OR (cents(DocInvoiceBal) = 0) <> (cents(InvoiceBal) = 0);

-- claim: a payment's amount is the sum of its applications
SELECT c.Company, c.HeadNum FROM CheckHed AS c LEFT JOIN APTran AS t
  ON t.Company = c.Company AND t.HeadNum = c.HeadNum AND t.Voided = 0
GROUP BY c.Company, c.HeadNum
HAVING cents(c.DocCheckAmt) <> IFNULL(SUM(cents(t.DocTranAmt)), 0);

-- claim: a voided payment's applications add up to nothing
SELECT c.Company, c.HeadNum FROM CheckHed AS c JOIN APTran AS t
  ON t.Company = c.Company AND t.HeadNum = c.HeadNum
GROUP BY c.Company, c.HeadNum HAVING c.Voided <> (SUM(cents(t.DocTranAmt)) = 0);

-- claim: every journal balances, in document and in book currency
SELECT Company, JournalCode, JournalNum FROM GLJrnDtl
GROUP BY Company, BookID, FiscalYear, FiscalYearSuffix, JournalCode, JournalNum
HAVING SUM(cents(BookDebitAmount)) <> SUM(cents(BookCreditAmount))
    OR SUM(cents(DebitAmount)) <> SUM(cents(CreditAmount));

-- claim: a journal has one date, one period and one currency, and the period is that of the date
SELECT g.Company, g.JournalCode, g.JournalNum FROM GLJrnDtl AS g LEFT JOIN FiscalPer AS p
  ON p.Company = g.Company AND p.FiscalCalendarID = g.FiscalCalendarID AND p.FiscalYear = g.FiscalYear
  AND p.FiscalPeriod = g.FiscalPeriod AND g.JEDate BETWEEN p.StartDate AND p.EndDate
GROUP BY g.Company, g.BookID, g.FiscalYear, g.JournalCode, g.JournalNum
HAVING COUNT(DISTINCT g.JEDate) > 1 OR COUNT(DISTINCT g.CurrencyCode) > 1 OR COUNT(*) <> COUNT(p.FiscalPeriod);

-- claim: every account of the ledger is in the chart, and its segments have names
WITH used AS (SELECT DISTINCT Company, COACode, GLAccount, SegValue1, SegValue2, SegValue3, SegValue4
              FROM GLJrnDtl)
SELECT g.Company, g.GLAccount FROM used AS g
LEFT JOIN GLAccount AS a ON a.Company = g.Company AND a.COACode = g.COACode AND a.GLAccount1 = g.GLAccount
LEFT JOIN COASegValues AS s1 ON s1.Company = g.Company AND s1.SegmentNbr = 1 AND s1.SegmentCode = g.SegValue1
LEFT JOIN COASegValues AS s2 ON s2.Company = g.Company AND s2.SegmentNbr = 2 AND s2.SegmentCode = g.SegValue2
LEFT JOIN COASegValues AS s3 ON s3.Company = g.Company AND s3.SegmentNbr = 3 AND s3.SegmentCode = g.SegValue3
LEFT JOIN COASegValues AS s4 ON s4.Company = g.Company AND s4.SegmentNbr = 4 AND s4.SegmentCode = g.SegValue4
WHERE a.GLAccount1 IS NULL OR s1.SegmentName IS NULL OR s2.SegmentName IS NULL OR s3.SegmentName IS NULL
   OR (g.SegValue4 <> '' AND s4.SegmentName IS NULL);

-- claim: accounts payable (2000) is the open balance of posted invoices and debit memos
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('2000') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(InvoiceBal)) AS total FROM APInvHed WHERE Posted = 1 AND PrePayment = 0 GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> -1 * IFNULL(d.total, 0);

-- claim: prepayments (1410) are the open balance of prepayment documents
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('1410') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(InvoiceBal)) AS total FROM APInvHed WHERE PrePayment = 1 GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> -1 * IFNULL(d.total, 0);

-- claim: received not invoiced (2050) is what receipt lines without an invoice are worth
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('2050') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(POTransValue)) AS total FROM RcvDtl WHERE Invoiced = 0 GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> -1 * IFNULL(d.total, 0);

-- claim: accounts receivable (1100) is the open balance of AR invoices
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('1100') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(InvoiceBal)) AS total FROM InvcHead GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> 1 * IFNULL(d.total, 0);

-- claim: the inventory accounts (1300, 1310, 1320) are the signed cost of all stock moves
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('1300','1310','1320') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(t.ExtCost) * sign(t.TranClass)) AS total FROM PartTran AS t WHERE t.InventoryTrans = 1 GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> 1 * IFNULL(d.total, 0);

-- claim: work in process (1350) is the material issued to jobs that are not complete
WITH gl AS (SELECT Company, SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS balance
            FROM GLJrnDtl WHERE SegValue1 IN ('1350') GROUP BY Company),
     documents AS (SELECT Company, SUM(cents(t.ExtCost)) AS total FROM PartTran AS t JOIN JobHead AS j USING (Company, JobNum) WHERE t.TranType = 'STK-MTL' AND j.JobComplete = 0 GROUP BY Company)
SELECT c.Company1, gl.balance, d.total FROM Company AS c LEFT JOIN gl ON gl.Company = c.Company1
LEFT JOIN documents AS d ON d.Company = c.Company1
WHERE IFNULL(gl.balance, 0) <> 1 * IFNULL(d.total, 0);

-- claim: a day's inventory journal books the signed cost of the stock moves that name it
WITH moves AS (SELECT Company, FiscalYear, JournalNum, SUM(cents(t.ExtCost) * sign(t.TranClass)) AS total
               FROM PartTran AS t WHERE InventoryTrans = 1 GROUP BY Company, FiscalYear, JournalNum),
     lines AS (SELECT Company, FiscalYear, JournalNum,
                      SUM(cents(BookDebitAmount) - cents(BookCreditAmount)) AS total FROM GLJrnDtl
               WHERE JournalCode = 'IJ' AND SegValue1 IN ('1300', '1310', '1320')
               GROUP BY Company, FiscalYear, JournalNum)
SELECT m.Company, m.JournalNum FROM moves AS m LEFT JOIN lines AS l
  ON l.Company = m.Company AND l.FiscalYear = m.FiscalYear AND l.JournalNum = m.JournalNum
WHERE m.total <> IFNULL(l.total, 0);

-- claim: stock on hand is the signed sum of its moves, and never negative
WITH moved AS (SELECT Company, PartNum, WareHouseCode, SUM(cents(t.TranQty) * sign(t.TranClass)) AS quantity
               FROM PartTran AS t WHERE InventoryTrans = 1 GROUP BY Company, PartNum, WareHouseCode)
SELECT w.Company, w.PartNum, w.WarehouseCode FROM PartWhse AS w LEFT JOIN moved AS m
  ON m.Company = w.Company AND m.PartNum = w.PartNum AND m.WareHouseCode = w.WarehouseCode
WHERE cents(w.OnHandQty) <> IFNULL(m.quantity, 0) OR cents(w.OnHandQty) < 0
UNION ALL
SELECT m.Company, m.PartNum, m.WareHouseCode FROM moved AS m LEFT JOIN PartWhse AS w
  ON w.Company = m.Company AND w.PartNum = m.PartNum AND w.WarehouseCode = m.WareHouseCode
WHERE w.PartNum IS NULL;

-- claim: a move leads from its begin quantity to its after quantity
SELECT Company, TranNum FROM PartTran AS t WHERE InventoryTrans = 1
   AND cents(AfterQty) - cents(BeginQty) <> cents(t.TranQty) * sign(t.TranClass);

-- claim: stock on hand at standard cost is the signed cost of the part's moves, to the cent
WITH moved AS (SELECT Company, PartNum, SUM(cents(t.ExtCost) * sign(t.TranClass)) AS value
               FROM PartTran AS t WHERE InventoryTrans = 1 GROUP BY Company, PartNum),
     held AS (SELECT Company, PartNum, SUM(cents(OnHandQty)) AS quantity FROM PartWhse
              GROUP BY Company, PartNum)
SELECT c.Company, c.PartNum FROM PartCost AS c JOIN held AS h USING (Company, PartNum)
  LEFT JOIN moved AS m USING (Company, PartNum)
WHERE h.quantity * (costs(StdMaterialCost) + costs(StdLaborCost) + costs(StdBurdenCost))
   <> 100000 * IFNULL(m.value, 0);

-- claim: material issued to a job is what its issues say
WITH issued AS (SELECT Company, JobNum, JobSeq, SUM(cents(TranQty)) AS quantity FROM PartTran
                WHERE TranType = 'STK-MTL' GROUP BY Company, JobNum, JobSeq)
SELECT m.Company, m.JobNum, m.MtlSeq FROM JobMtl AS m LEFT JOIN issued AS i
  ON i.Company = m.Company AND i.JobNum = m.JobNum AND i.JobSeq = m.MtlSeq
WHERE cents(m.IssuedQty) <> IFNULL(i.quantity, 0);

-- claim: a job has completed what it has put into stock
WITH made AS (SELECT Company, JobNum, SUM(cents(TranQty)) AS quantity FROM PartTran
              WHERE TranType = 'MFG-STK' GROUP BY Company, JobNum)
SELECT j.Company, j.JobNum FROM JobHead AS j LEFT JOIN made AS m USING (Company, JobNum)
WHERE cents(j.QtyCompleted) <> IFNULL(m.quantity, 0);

-- claim: a sales order's total is the sum of its lines
SELECT h.Company, h.OrderNum FROM OrderHed AS h LEFT JOIN OrderDtl AS d
  ON d.Company = h.Company AND d.OrderNum = h.OrderNum GROUP BY h.Company, h.OrderNum
HAVING cents(h.OrderAmt) <> IFNULL(SUM(cents(d.ExtPriceDtl)), 0)
    OR cents(h.DocOrderAmt) <> IFNULL(SUM(cents(d.DocExtPriceDtl)), 0);

-- claim: a sales release has shipped what stock issues and invoices say, and not more than was ordered
WITH issued AS (SELECT Company, OrderNum, OrderLine, SUM(cents(TranQty)) AS quantity FROM PartTran
                WHERE TranType = 'STK-CUS' GROUP BY Company, OrderNum, OrderLine),
     billed AS (SELECT Company, OrderNum, OrderLine, SUM(cents(OurShipQty)) AS quantity FROM InvcDtl
                GROUP BY Company, OrderNum, OrderLine)
SELECT r.Company, r.OrderNum, r.OrderLine FROM OrderRel AS r
  LEFT JOIN issued AS i USING (Company, OrderNum, OrderLine)
  LEFT JOIN billed AS b USING (Company, OrderNum, OrderLine)
WHERE cents(r.OurStockShippedQty) <> IFNULL(i.quantity, 0)
   OR cents(r.OurStockShippedQty) <> IFNULL(b.quantity, 0)
   OR cents(r.OurStockShippedQty) > cents(r.OurReqQty)
   OR r.OpenRelease <> (cents(r.OurStockShippedQty) < cents(r.OurReqQty));

-- claim: an AR invoice's amount is what the ledger has on receivables for it when it was billed
WITH booked AS (SELECT Company, ARInvoiceNum, SUM(cents(BookDebitAmount) - cents(BookCreditAmount))
                AS amount FROM GLJrnDtl WHERE JournalCode = 'SJ' AND SegValue1 = '1100'
                GROUP BY Company, ARInvoiceNum)
SELECT h.Company, h.InvoiceNum FROM InvcHead AS h LEFT JOIN booked AS b
  ON b.Company = h.Company AND b.ARInvoiceNum = h.InvoiceNum
WHERE cents(h.InvoiceAmt) <> IFNULL(b.amount, 0);

-- claim: an AR invoice without VAT is the sum of its lines, one with VAT is 19 % more
SELECT h.Company, h.InvoiceNum, h.DocInvoiceAmt, SUM(cents(d.DocExtPrice)) AS net
FROM InvcHead AS h LEFT JOIN InvcDtl AS d ON d.Company = h.Company AND d.InvoiceNum = h.InvoiceNum
GROUP BY h.Company, h.InvoiceNum
HAVING cents(h.DocInvoiceAmt) <> net
   AND ABS(cents(h.DocInvoiceAmt) - ROUND(net * 1.19)) > 1;

-- claim: no document names a partner or part that does not exist
SELECT 'vendor', x.Company, x.VendorNum FROM (
  SELECT Company, VendorNum FROM POHeader UNION SELECT Company, VendorNum FROM RcvHead
  UNION SELECT Company, VendorNum FROM APInvHed UNION SELECT Company, VendorNum FROM CheckHed) AS x
LEFT JOIN Vendor AS v ON v.Company = x.Company AND v.VendorNum = x.VendorNum WHERE v.Name IS NULL
UNION ALL
SELECT 'customer', x.Company, x.CustNum FROM (
  SELECT Company, CustNum FROM OrderHed UNION SELECT Company, CustNum FROM InvcHead) AS x
LEFT JOIN Customer AS c ON c.Company = x.Company AND c.CustNum = x.CustNum WHERE c.Name IS NULL
UNION ALL
SELECT 'part', x.Company, x.PartNum FROM (
  SELECT Company, PartNum FROM OrderDtl UNION SELECT Company, PartNum FROM JobHead
  UNION SELECT Company, PartNum FROM PartTran WHERE InventoryTrans = 1) AS x
LEFT JOIN Part AS p ON p.Company = x.Company AND p.PartNum = x.PartNum WHERE p.PartDescription IS NULL;

-- claim: the bins of a warehouse hold what the warehouse holds, bin by bin the signed sum of the moves
WITH moved AS (SELECT Company, PartNum, WareHouseCode, BinNum, SUM(cents(t.TranQty) * sign(t.TranClass)) AS quantity
               FROM PartTran AS t WHERE InventoryTrans = 1 GROUP BY Company, PartNum, WareHouseCode, BinNum)
SELECT b.Company, b.PartNum, b.WarehouseCode, b.BinNum FROM PartBin AS b
  LEFT JOIN PartWhse AS w ON w.Company = b.Company AND w.PartNum = b.PartNum AND w.WarehouseCode = b.WarehouseCode
  LEFT JOIN moved AS m ON m.Company = b.Company AND m.PartNum = b.PartNum AND m.WareHouseCode = b.WarehouseCode
    AND m.BinNum = b.BinNum
WHERE cents(b.OnhandQty) <> IFNULL(cents(w.OnHandQty), 0) OR cents(b.OnhandQty) <> IFNULL(m.quantity, 0);

-- claim: every posted expense of an AP invoice is linked to the journal line with its account and amount
SELECT e.Company, e.VendorNum, e.InvoiceNum, e.InvoiceLine, e.InvExpSeq FROM APInvExp AS e
  JOIN APInvHed AS h ON h.Company = e.Company AND h.VendorNum = e.VendorNum AND h.InvoiceNum = e.InvoiceNum
  LEFT JOIN TranGLC AS t ON t.Company = e.Company AND t.RelatedToFile = 'APInvExp'
    AND t.Key1 = CAST(e.VendorNum AS TEXT) AND t.Key2 = e.InvoiceNum AND t.Key3 = CAST(e.InvoiceLine AS TEXT)
    AND t.Key4 = CAST(e.InvExpSeq AS TEXT)
  LEFT JOIN GLJrnDtl AS g ON g.Company = t.Company AND g.BookID = t.BookID AND g.FiscalYear = t.FiscalYear
    AND g.FiscalYearSuffix = t.FiscalYearSuffix AND g.JournalCode = t.JournalCode
    AND g.JournalNum = t.JournalNum AND g.JournalLine = t.JournalLine
WHERE h.Posted = 1 AND (g.GLAccount IS NULL OR g.GLAccount <> e.GLAccount
   OR cents(g.BookDebitAmount) - cents(g.BookCreditAmount) <> cents(e.ExpAmt)
   OR cents(g.DebitAmount) - cents(g.CreditAmount) <> cents(e.DocExpAmt));
