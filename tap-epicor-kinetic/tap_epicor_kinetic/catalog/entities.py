"""The built-in streams, one row each.

A row says where a table of Epicor is read, what identifies a record and which of its columns
people use. Types, user-defined `_c` columns and the columns that a server really has come from that
server's `$metadata`; nothing here is a type.

Sources: service, set, key and column names as the API description of a live Kinetic SaaS server
(2024) lists them; stored versus derived columns from the SQL tables of Epicor ERP 10.2.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parent:
    """A top-level set that returns a child set's rows under `$expand`.

    Attributes:
        entity_set: The top-level set, of the same service.
        key: Its key without the company.
        navigation: Navigation properties from its rows down to the child's.
    """

    entity_set: str
    key: tuple[str, ...]
    navigation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """Where a stream comes from and what it offers by default.

    Attributes:
        name: Stream name, a snake_case plural.
        service: Business object service, such as `Erp.BO.VendorSvc`.
        entity_set: Entity set of that service.
        key: Key properties in the order of the entity's URL.
        columns: Stored columns that `columns: core` offers beside key, cursor and `_c` columns.
        twin: Service and set of a search service with the same rows, for servers that refuse
            `$filter` or `$orderby` on a child set.
        parent: Where the rows stand under `$expand`; `None` for a top-level set.
        business_date: Date column that bounds the first load when the cursor is no date.
    """

    name: str
    service: str
    entity_set: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    twin: tuple[str, str] | None = None
    parent: Parent | None = None
    business_date: str | None = None


def _entity(
    name: str,
    source: str,
    key: str,
    columns: str,
    *,
    twin: str = "",
    parent: str = "",
    business_date: str | None = None,
) -> Entity:
    service, entity_set = source.split("/")
    twin_service, _, twin_set = twin.partition("/")
    parent_set, parent_key, *between = parent.split() or ["", ""]
    return Entity(
        name=name,
        service=f"Erp.BO.{service}Svc",
        entity_set=entity_set,
        key=tuple(key.split()),
        columns=tuple(columns.split()),
        twin=(f"Erp.BO.{twin_service}Svc", twin_set) if twin else None,
        parent=Parent(parent_set, tuple(parent_key.split(",")), (*between, entity_set))
        if parent
        else None,
        business_date=business_date,
    )


_SEGMENTS = " ".join(f"SegValue{number}" for number in range(1, 21))

ENTITIES: tuple[Entity, ...] = (
    # Purchasing
    _entity(
        "vendors",
        "Vendor/Vendors",
        "Company VendorNum",
        "VendorID Name LegalName Address1 Address2 Address3 City State ZIP Country CountryNum "
        "TaxPayerID TermsCode GroupCode CurrencyCode PurPoint PhoneNum FaxNum EMailAddress VendURL "
        "ShipViaCode DefaultFOB TaxRegionCode PrimaryBankID ExternalId PMUID Inactive PayHold "
        "OneCheck Approved GlobalVendor MinOrderValue",
    ),
    _entity(
        "vendor_groups",
        "VendGrup/VendGrups",
        "Company GroupCode",
        "GroupDesc GlobalVendGrup GlobalLock",
    ),
    _entity(
        "payment_terms",
        "PurTerms/PurTerms",
        "Company TermsCode",
        "Description TermsType DueDays DiscountDays DiscountPercent NumberOfPayments NumberOfDays "
        "MinimumDays DueOnDay NumberOfMonths DiscountType Monthly SysDefault",
    ),
    _entity(
        "buyers",
        "PurAgent/PurAgents",
        "Company BuyerID",
        "Name InActive ApprovalPerson POLimit EMailAddress ConsolidatedPurchasing",
    ),
    _entity(
        "purchase_orders",
        "PO/POes",
        "Company PONum",
        "VendorNum PurPoint OrderDate DueDate PromiseDate BuyerID EntryPerson TermsCode "
        "ShipViaCode FOB CurrencyCode ExchangeRate ApprovalStatus ApprovedBy ApprovedDate "
        "ApprovedAmount CommentText POType OpenOrder VoidOrder OrderHeld Approve Confirmed "
        "TotalCharges TotalMiscCharges TotalTax TotalOrder DocTotalOrder ChangedBy ChangeDate",
        business_date="OrderDate",
    ),
    _entity(
        "purchase_order_lines",
        "PO/PODetails",
        "Company PONUM POLine",
        "VendorNum PartNum VenPartNum LineDesc RevisionNum OrderQty XOrderQty IUM PUM UnitCost "
        "DocUnitCost CostPerCode ExtCost DocExtCost ClassID TaxCatID PurchCode DueDate OpenLine "
        "VoidLine Confirmed ChangedBy ChangeDate",
        parent="POes PONum",
        business_date="DueDate",
    ),
    _entity(
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
    _entity(
        "receipts",
        "Receipt/Receipts",
        "Company VendorNum PurPoint PackSlip",
        "PONum ReceiptDate EntryDate EntryPerson ReceivePerson ShipViaCode Plant LegalNumber "
        "Invoiced Received ChangedBy ChangeDate",
        business_date="ReceiptDate",
    ),
    _entity(
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
    _entity(
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
    _entity(
        "ap_invoice_lines",
        "APInvoice/APInvDtls",
        "Company VendorNum InvoiceNum InvoiceLine",
        "LineType PartNum Description PONum POLine PORelNum JobNum AssemblySeq PackSlip PackLine "
        "PurPoint VendorQty PUM OurQty IUM UnitCost DocUnitCost ExtCost DocExtCost TotalMiscChrg "
        "LineDiscAmt TaxCatID PurchCode ChangedBy ChangeDate",
        twin="APInvDtlSearch/APInvDtlSearches",
        parent="APInvoices VendorNum,InvoiceNum",
    ),
    _entity(
        "ap_invoice_expenses",
        "APInvoice/APInvExps",
        "Company VendorNum InvoiceNum InvoiceLine InvExpSeq",
        "ExpAmt DocExpAmt RefType RefCode RefCodeDesc ExtCompanyID GLAccount Plant",
        parent="APInvoices VendorNum,InvoiceNum APInvDtls",
    ),
    _entity(
        "ap_payments",
        "PaymentEntry/PaymentEntries",
        "Company HeadNum",
        "CheckNum CheckDate BankAcctID GroupID CheckSrc VendorNum Name FiscalYear FiscalPeriod "
        "CurrencyCode ExchangeRate CheckAmt DocCheckAmt ClearedAmt ClearedDate PMUID EntryPerson "
        "LegalNumber Plant Posted Voided ClearedCheck ManualPrint ChangedBy ChangeDate",
        twin="CheckRecSearch/CheckRecSearches",
        business_date="CheckDate",
    ),
    _entity(
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
    _entity(
        "customers",
        "Customer/Customers",
        "Company CustNum",
        "CustID Name Address1 Address2 Address3 City State Zip Country CountryNum ShipToNum "
        "SalesRepCode TerritoryID TermsCode GroupCode ShipViaCode CurrencyCode CustomerType "
        "PhoneNum FaxNum EMailAddress TaxRegionCode BTName ResaleID ParentCustNum CreditHold "
        "CreditLimit EstDate ChangedBy ChangeDate ChangeTime",
    ),
    _entity(
        "sales_orders",
        "SalesOrder/SalesOrders",
        "Company OrderNum",
        "CustNum PONum OrderDate RequestDate NeedByDate EntryPerson ShipToNum TermsCode "
        "ShipViaCode CurrencyCode ExchangeRate SalesRepList OrderComment Plant OpenOrder VoidOrder "
        "OrderHeld TotalCharges TotalMisc TotalDiscount TotalTax OrderAmt DocOrderAmt ChangedBy "
        "ChangeDate ChangeTime",
        business_date="OrderDate",
    ),
    _entity(
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
    _entity(
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
    _entity(
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
    _entity(
        "ar_invoice_lines",
        "ARInvoice/InvcDtls",
        "Company InvoiceNum InvoiceLine",
        "LineType PartNum LineDesc OrderNum OrderLine OrderRelNum PackNum PackLine SellingShipQty "
        "SalesUM OurShipQty IUM UnitPrice DocUnitPrice ExtPrice DocExtPrice Discount MtlUnitCost "
        "TaxCatID ProdCode ChangedBy ChangeDate ChangeTime",
        twin="ARInvcDtlSearch/ARInvcDtlSearches",
        parent="ARInvoices InvoiceNum",
    ),
    # Production
    _entity(
        "jobs",
        "JobEntry/JobEntries",
        "Company JobNum",
        "PartNum RevisionNum PartDescription IUM JobType Plant ProjectID PersonID ProdQty "
        "QtyCompleted StartDate DueDate ReqDueDate JobCompletionDate ClosedDate JobFirm "
        "JobEngineered JobReleased JobComplete JobClosed JobHeld CreatedBy CreateDate "
        "LastChangedBy LastChangedOn",
        business_date="CreateDate",
    ),
    # Inventory
    _entity(
        "parts",
        "Part/Parts",
        "Company PartNum",
        "PartDescription SearchWord ClassID ProdCode TypeCode IUM PUM SalesUM CostMethod "
        "UOMClassID CommodityCode MfgComment PurComment UnitPrice InternalUnitPrice NetWeight "
        "NonStock InActive TrackLots TrackSerialNum Method QtyBearing CreatedBy CreatedOn "
        "ChangedOn",
    ),
    _entity(
        "part_plants",
        "Part/PartPlants",
        "Company PartNum Plant",
        "PrimWhse BuyerID PersonID VendorNum LeadTime SourceType CostMethod MinimumQty MaximumQty "
        "SafetyQty MinOrderQty NonStock QtyBearing",
        twin="PartPlantSearch/PartPlantSearches",
        parent="Parts PartNum",
    ),
    _entity(
        "part_warehouses",
        "Part/PartWhses",
        "Company PartNum Plant WarehouseCode",
        "OnHandQty AllocatedQty DemandQty ReservedQty NonNettableQty BuyToOrderQty SalesDemandQty "
        "JobDemandQty MinimumQty MaximumQty SafetyQty KBCode CountedDate",
        twin="PartWhseSearch/PartWhseSearches",
        parent="Parts PartNum PartPlants",
    ),
    _entity(
        "part_classes",
        "PartClass/PartClasses",
        "Company ClassID",
        "Description BuyerID CommodityCode PurchCode PartLeadTime MtlBurRate "
        "ConsolidatedPurchasing "
        "RcvInspectionReq Inactive",
    ),
    _entity(
        "product_groups",
        "ProdGrup/ProdGrups",
        "Company ProdCode",
        "Description PersonID Plant TaxCatID ProdFamilyID TerritoryID",
    ),
    _entity(
        "part_costs",
        "PartCostSearch/PartCostSearches",
        "Company PartNum CostID",
        "StdMaterialCost StdLaborCost StdBurdenCost StdSubContCost StdMtlBurCost AvgMaterialCost "
        "AvgLaborCost AvgBurdenCost AvgSubContCost AvgMtlBurCost LastMaterialCost LastLaborCost "
        "LastBurdenCost LastSubContCost LastMtlBurCost TotalQtyAvg",
    ),
    _entity(
        "part_transactions",
        "PartTran/PartTrans",
        "Company SysDate SysTime TranNum",
        "TranDate PartNum WareHouseCode BinNum TranClass TranType TranQty ActTranQty UM BeginQty "
        "AfterQty MtlUnitCost LbrUnitCost BurUnitCost SubUnitCost MtlBurUnitCost ExtCost PONum "
        "POLine PORelNum PackSlip PackLine OrderNum OrderLine JobNum VendorNum CustNum InvoiceNum "
        "LotNum Plant FiscalYear FiscalPeriod JournalCode JournalNum EntryPerson TranReference "
        "InventoryTrans PostedToGL GLTrans",
        business_date="TranDate",
    ),
    _entity(
        "warehouses",
        "Warehse/Warehses",
        "Company WarehouseCode",
        "Description Name Plant Address1 City State Zip Country CountryNum ManagerName "
        "WarehouseType IsHoldWarehouse",
    ),
    _entity(
        "plants",
        "Plant/Plants",
        "Company Plant1",
        "Name Address1 City State Zip CountryNum PhoneNum ManagerName PlantCostID CalendarID "
        "TimeZoneID",
    ),
    # General ledger
    _entity(
        "gl_accounts",
        "GLAccount/GLAccounts",
        "Company COACode GLAccount1",
        f"AccountDesc Active MultiCompany EffFrom EffTo ParentGLAccount {_SEGMENTS}",
    ),
    _entity(
        "gl_transactions",
        "GLJrnDtl/GLJrnDtls",
        "Company BookID FiscalYear FiscalYearSuffix JournalCode JournalNum JournalLine",
        "FiscalPeriod FiscalCalendarID JEDate PostedDate PostedBy CreateDate GroupID Description "
        f"SourceModule COACode GLAccount {_SEGMENTS} CurrencyCode DebitAmount CreditAmount "
        "BookDebitAmount BookCreditAmount VendorNum APInvoiceNum CheckNum CustNum ARInvoiceNum "
        "BankAcctID CorrAccUID ABTUID Posted Reverse MultiCompany",
        business_date="JEDate",
    ),
    _entity(
        "gl_books",
        "GLBook/GLBooks",
        "Company BookID",
        "Description MainBook CurrencyCode BookType FiscalCalendarID REAccount Inactive",
    ),
    _entity(
        "coa_segments",
        "COA/COASegments",
        "Company COACode SegmentNbr",
        "SegmentName Abbreviation MaxLength MinLength Dynamic UseRefEntity RefEntity EntryControl "
        "Level DisplayOrder",
        parent="COAs COACode",
    ),
    _entity(
        "coa_segment_values",
        "COASegValues/COASegValues",
        "Company COACode SegmentNbr SegmentCode",
        "SegmentName SegmentDesc SegmentAbbrev Category NormalBalance RefEntityType Statistical "
        "ActiveFlag CurrAcct EffectiveFrom EffectiveTo",
    ),
    _entity(
        "fiscal_periods",
        "FiscalCal/FiscalPers",
        "Company FiscalCalendarID FiscalYear FiscalYearSuffix FiscalPeriod",
        "StartDate EndDate FAClosedPeriod",
        parent="FiscalCals FiscalCalendarID FiscalYrs",
    ),
    # Reference
    _entity("departments", "JCDept/JCDepts", "Company JCDept1", "Description GlobalJCDept"),
    _entity(
        "projects",
        "Project/Projects",
        "Company ProjectID",
        "Description ActiveProject StartDate EndDate ClosedDate ConCustNum ConProjMgr ConTotValue "
        "CurrencyCode WarehouseCode ProdCode",
    ),
    _entity(
        "currencies",
        "Currency/Currencies",
        "Company CurrencyCode",
        "CurrDesc CurrName CurrSymbol CurrencyID ISOCurrCode DecimalsGeneral DecimalsPrice "
        "DecimalsCost BaseCurr ReportCurr Inactive",
    ),
    _entity(
        "exchange_rates",
        "CurrExRate/CurrExRates",
        "Company RateGrpCode SourceCurrCode TargetCurrCode EffectiveDate",
        "CurrentRate",
    ),
    _entity(
        "companies",
        "Company/Companies",
        "Company1",
        "Name LegalName Address1 City State Zip Country CountryNum PhoneNum FEIN CurrentFiscalYear "
        "FiscalCalendarID CalendarID BaseCurrCode",
    ),
)

BY_NAME: dict[str, Entity] = {entity.name: entity for entity in ENTITIES}
