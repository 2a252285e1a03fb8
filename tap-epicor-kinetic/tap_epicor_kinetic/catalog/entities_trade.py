"""The built-in streams of purchasing, payables, sales and receivables."""

from __future__ import annotations

from tap_epicor_kinetic.catalog.entity import Entity, entity

TRADE: tuple[Entity, ...] = (
    # Purchasing
    entity(
        "vendors",
        "Vendor/Vendors",
        "Company VendorNum",
        "VendorID Name LegalName Address1 Address2 Address3 City State ZIP Country CountryNum "
        "TaxPayerID TermsCode GroupCode CurrencyCode PurPoint PhoneNum FaxNum EMailAddress VendURL "
        "ShipViaCode DefaultFOB TaxRegionCode PrimaryBankID ExternalId PMUID Inactive PayHold "
        "OneCheck Approved GlobalVendor MinOrderValue",
    ),
    entity(
        "vendor_groups",
        "VendGrup/VendGrups",
        "Company GroupCode",
        "GroupDesc GlobalVendGrup GlobalLock",
    ),
    entity(
        "payment_terms",
        "PurTerms/PurTerms",
        "Company TermsCode",
        "Description TermsType DueDays DiscountDays DiscountPercent NumberOfPayments NumberOfDays "
        "MinimumDays DueOnDay NumberOfMonths DiscountType Monthly SysDefault",
    ),
    entity(
        "buyers",
        "PurAgent/PurAgents",
        "Company BuyerID",
        "Name InActive ApprovalPerson POLimit EMailAddress ConsolidatedPurchasing",
    ),
    entity(
        "purchase_orders",
        "PO/POes",
        "Company PONum",
        "VendorNum PurPoint OrderDate DueDate PromiseDate BuyerID EntryPerson TermsCode "
        "ShipViaCode FOB CurrencyCode ExchangeRate ApprovalStatus ApprovedBy ApprovedDate "
        "ApprovedAmount CommentText POType OpenOrder VoidOrder OrderHeld Approve Confirmed "
        "TotalCharges TotalMiscCharges TotalTax TotalOrder DocTotalOrder ChangedBy ChangeDate",
        business_date="OrderDate",
    ),
    entity(
        "purchase_order_lines",
        "PO/PODetails",
        "Company PONUM POLine",
        "VendorNum PartNum VenPartNum LineDesc RevisionNum OrderQty XOrderQty IUM PUM UnitCost "
        "DocUnitCost CostPerCode ExtCost DocExtCost ClassID TaxCatID PurchCode DueDate OpenLine "
        "VoidLine Confirmed ChangedBy ChangeDate",
        parent="POes PONum",
        business_date="DueDate",
    ),
    entity(
        "purchase_order_releases",
        "PO/PORels",
        "Company PONum POLine PORelNum",
        "DueDate PromiseDt NeedByDate RelQty XRelQty BaseQty ReceivedQty ArrivedQty InvoicedQty "
        "WarehouseCode Plant JobNum AssemblySeq JobSeq JobSeqType ProjectID TranType Status ReqNum "
        "ReqLine OpenRelease VoidRelease",
        twin="PORelSearch/PORelSearches",
        parent="POes PONum PODetails",
        business_date="DueDate",
    ),
    entity(
        "receipts",
        "Receipt/Receipts",
        "Company VendorNum PurPoint PackSlip",
        "PONum ReceiptDate EntryDate EntryPerson ReceivePerson ShipViaCode Plant LegalNumber "
        "Invoiced Received ChangedBy ChangeDate",
        business_date="ReceiptDate",
    ),
    entity(
        "receipt_lines",
        "Receipt/RcvDtls",
        "Company VendorNum PurPoint PackSlip PackLine",
        "PONum POLine PORelNum PartNum PartDescription ReceiptDate VendorQty PUM OurQty IUM "
        "OurUnitCost VendorUnitCost ReceivedTo WareHouseCode BinNum LotNum JobNum InvoiceNum "
        "InvoiceLine Invoiced Received ChangedBy ChangeDate",
        twin="RcvDtlSearch/RcvDtlSearches",
        parent="Receipts VendorNum,PurPoint,PackSlip",
        business_date="ReceiptDate",
    ),
    # Accounts payable
    entity(
        "ap_invoices",
        "APInvoice/APInvoices",
        "Company VendorNum InvoiceNum",
        "InvoiceDate DueDate DiscountDate ApplyDate FiscalYear FiscalYearSuffix FiscalPeriod "
        "FiscalCalendarID TermsCode GroupID EntryPerson REFPONum CurrencyCode ExchangeRate "
        "InvoiceAmt DocInvoiceAmt InvoiceBal DocInvoiceBal UnpostedBal TaxAmt DocTaxAmt "
        "DiscountAmt Description InvoiceRef JournalCode JournalNum LegalNumber Plant OpenPayable "
        "DebitMemo Posted GLPosted StartUp InvoiceHeld PayHold PrePayment ChangedBy ChangeDate",
        twin="APInvSearch/APInvSearches",
        business_date="InvoiceDate",
    ),
    entity(
        "ap_invoice_lines",
        "APInvoice/APInvDtls",
        "Company VendorNum InvoiceNum InvoiceLine",
        "LineType PartNum Description PONum POLine PORelNum JobNum AssemblySeq PackSlip PackLine "
        "PurPoint VendorQty PUM OurQty IUM UnitCost DocUnitCost ExtCost DocExtCost TotalMiscChrg "
        "LineDiscAmt TaxCatID PurchCode ChangedBy ChangeDate",
        twin="APInvDtlSearch/APInvDtlSearches",
        parent="APInvoices VendorNum,InvoiceNum",
    ),
    entity(
        "ap_invoice_expenses",
        "APInvoice/APInvExps",
        "Company VendorNum InvoiceNum InvoiceLine InvExpSeq",
        "ExpAmt DocExpAmt RefType RefCode RefCodeDesc ExtCompanyID GLAccount Plant",
        parent="APInvoices VendorNum,InvoiceNum APInvDtls",
    ),
    entity(
        "ap_payments",
        "PaymentEntry/PaymentEntries",
        "Company HeadNum",
        "CheckNum CheckDate BankAcctID GroupID CheckSrc VendorNum Name FiscalYear FiscalPeriod "
        "CurrencyCode ExchangeRate CheckAmt DocCheckAmt ClearedAmt ClearedDate PMUID EntryPerson "
        "LegalNumber Plant Posted Voided ClearedCheck ManualPrint ChangedBy ChangeDate",
        twin="CheckRecSearch/CheckRecSearches",
        business_date="CheckDate",
    ),
    entity(
        "ap_payment_applications",
        "PaymentEntry/APTrans",
        "Company HeadNum APTranNo InvoiceNum Voided",
        "VendorNum TranType TranDate InvoiceDate InvoiceRef FiscalYear FiscalPeriod CurrencyCode "
        "TranAmt DocTranAmt DiscAmt DocDiscAmt Posted ChangedBy ChangeDate",
        twin="APTranSearch/APTranSearches",
        parent="PaymentEntries HeadNum",
        business_date="TranDate",
    ),
    # Sales and accounts receivable
    entity(
        "customers",
        "Customer/Customers",
        "Company CustNum",
        "CustID Name Address1 Address2 Address3 City State Zip Country CountryNum ShipToNum "
        "SalesRepCode TerritoryID TermsCode GroupCode ShipViaCode CurrencyCode CustomerType "
        "PhoneNum FaxNum EMailAddress TaxRegionCode BTName ResaleID ParentCustNum CreditHold "
        "CreditLimit EstDate ChangedBy ChangeDate ChangeTime",
    ),
    entity(
        "sales_orders",
        "SalesOrder/SalesOrders",
        "Company OrderNum",
        "CustNum PONum OrderDate RequestDate NeedByDate EntryPerson ShipToNum TermsCode "
        "ShipViaCode CurrencyCode ExchangeRate SalesRepList OrderComment Plant OpenOrder VoidOrder "
        "OrderHeld TotalCharges TotalMisc TotalDiscount TotalTax OrderAmt DocOrderAmt ChangedBy "
        "ChangeDate ChangeTime",
        business_date="OrderDate",
    ),
    entity(
        "sales_order_lines",
        "SalesOrder/OrderDtls",
        "Company OrderNum OrderLine",
        "CustNum PartNum LineDesc RevisionNum OrderQty IUM SellingQuantity SalesUM UnitPrice "
        "DocUnitPrice ExtPriceDtl DocExtPriceDtl DiscountPercent ProdCode RequestDate NeedByDate "
        "OpenLine VoidLine ChangedBy ChangeDate ChangeTime",
        twin="OrderDtlSearch/OrderDtlSearches",
        parent="SalesOrders OrderNum",
        business_date="RequestDate",
    ),
    entity(
        "sales_order_releases",
        "SalesOrder/OrderRels",
        "Company OrderNum OrderLine OrderRelNum",
        "PartNum ReqDate NeedByDate OurReqQty SellingReqQty OurStockShippedQty OurJobShippedQty "
        "Plant WarehouseCode ShipToNum ShipViaCode OpenRelease VoidRelease Make BuyToOrder "
        "FirmRelease ChangedBy ChangeDate ChangeTime",
        twin="OrderRelSearch/OrderRelSearches",
        parent="SalesOrders OrderNum OrderDtls",
        business_date="ReqDate",
    ),
    entity(
        "ar_invoices",
        "ARInvoice/ARInvoices",
        "Company InvoiceNum",
        "InvoiceType CustNum SoldToCustNum OrderNum PONum InvoiceDate DueDate ApplyDate FiscalYear "
        "FiscalPeriod TermsCode GroupID CurrencyCode ExchangeRate InvoiceAmt DocInvoiceAmt "
        "InvoiceBal DocInvoiceBal SalesRepList LegalNumber Plant OpenInvoice CreditMemo Posted "
        "CreatedOn ChangedBy ChangeDate ChangeTime",
        twin="ARInvSearch/ARInvSearches",
        business_date="InvoiceDate",
    ),
    entity(
        "ar_invoice_lines",
        "ARInvoice/InvcDtls",
        "Company InvoiceNum InvoiceLine",
        "LineType PartNum LineDesc OrderNum OrderLine OrderRelNum PackNum PackLine SellingShipQty "
        "SalesUM OurShipQty IUM UnitPrice DocUnitPrice ExtPrice DocExtPrice Discount MtlUnitCost "
        "TaxCatID ProdCode ChangedBy ChangeDate ChangeTime",
        twin="ARInvcDtlSearch/ARInvcDtlSearches",
        parent="ARInvoices InvoiceNum",
    ),
)
