"""The built-in streams of production, inventory, the general ledger and reference data."""

from __future__ import annotations

from tap_epicor_kinetic.catalog.entity import Entity, entity

_SEGMENTS = " ".join(f"SegValue{number}" for number in range(1, 21))

BOOKS: tuple[Entity, ...] = (
    # Production
    entity(
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
    entity(
        "parts",
        "Part/Parts",
        "Company PartNum",
        "PartDescription SearchWord ClassID ProdCode TypeCode IUM PUM SalesUM CostMethod "
        "UOMClassID CommodityCode MfgComment PurComment UnitPrice InternalUnitPrice NetWeight "
        "NonStock InActive TrackLots TrackSerialNum Method QtyBearing CreatedBy CreatedOn "
        "ChangedOn",
    ),
    entity(
        "part_plants",
        "Part/PartPlants",
        "Company PartNum Plant",
        "PrimWhse BuyerID PersonID VendorNum LeadTime SourceType CostMethod MinimumQty MaximumQty "
        "SafetyQty MinOrderQty NonStock QtyBearing",
        twin="PartPlantSearch/PartPlantSearches",
        parent="Parts PartNum",
    ),
    entity(
        "part_warehouses",
        "Part/PartWhses",
        "Company PartNum Plant WarehouseCode",
        "OnHandQty AllocatedQty DemandQty ReservedQty NonNettableQty BuyToOrderQty SalesDemandQty "
        "JobDemandQty MinimumQty MaximumQty SafetyQty KBCode CountedDate",
        twin="PartWhseSearch/PartWhseSearches",
        parent="Parts PartNum PartPlants",
    ),
    entity(
        "part_classes",
        "PartClass/PartClasses",
        "Company ClassID",
        "Description BuyerID CommodityCode PurchCode PartLeadTime MtlBurRate "
        "ConsolidatedPurchasing "
        "RcvInspectionReq Inactive",
    ),
    entity(
        "product_groups",
        "ProdGrup/ProdGrups",
        "Company ProdCode",
        "Description PersonID Plant TaxCatID ProdFamilyID TerritoryID",
    ),
    entity(
        "part_costs",
        "PartCostSearch/PartCostSearches",
        "Company PartNum CostID",
        "StdMaterialCost StdLaborCost StdBurdenCost StdSubContCost StdMtlBurCost AvgMaterialCost "
        "AvgLaborCost AvgBurdenCost AvgSubContCost AvgMtlBurCost LastMaterialCost LastLaborCost "
        "LastBurdenCost LastSubContCost LastMtlBurCost TotalQtyAvg",
    ),
    entity(
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
    entity(
        "warehouses",
        "Warehse/Warehses",
        "Company WarehouseCode",
        "Description Name Plant Address1 City State Zip Country CountryNum ManagerName "
        "WarehouseType IsHoldWarehouse",
    ),
    entity(
        "plants",
        "Plant/Plants",
        "Company Plant1",
        "Name Address1 City State Zip CountryNum PhoneNum ManagerName PlantCostID CalendarID "
        "TimeZoneID",
    ),
    # General ledger
    entity(
        "gl_accounts",
        "GLAccount/GLAccounts",
        "Company COACode GLAccount1",
        f"AccountDesc Active MultiCompany EffFrom EffTo ParentGLAccount {_SEGMENTS}",
    ),
    entity(
        "gl_transactions",
        "GLJrnDtl/GLJrnDtls",
        "Company BookID FiscalYear FiscalYearSuffix JournalCode JournalNum JournalLine",
        "FiscalPeriod FiscalCalendarID JEDate PostedDate PostedBy CreateDate GroupID Description "
        f"SourceModule COACode GLAccount {_SEGMENTS} CurrencyCode DebitAmount CreditAmount "
        "BookDebitAmount BookCreditAmount VendorNum APInvoiceNum CheckNum CustNum ARInvoiceNum "
        "BankAcctID CorrAccUID ABTUID Posted Reverse MultiCompany",
        business_date="JEDate",
    ),
    entity(
        "gl_books",
        "GLBook/GLBooks",
        "Company BookID",
        "Description MainBook CurrencyCode BookType FiscalCalendarID REAccount Inactive",
    ),
    entity(
        "coa_segments",
        "COA/COASegments",
        "Company COACode SegmentNbr",
        "SegmentName Abbreviation MaxLength MinLength Dynamic UseRefEntity RefEntity EntryControl "
        "Level DisplayOrder",
        parent="COAs COACode",
    ),
    entity(
        "coa_segment_values",
        "COASegValues/COASegValues",
        "Company COACode SegmentNbr SegmentCode",
        "SegmentName SegmentDesc SegmentAbbrev Category NormalBalance RefEntityType Statistical "
        "ActiveFlag CurrAcct EffectiveFrom EffectiveTo",
    ),
    entity(
        "fiscal_periods",
        "FiscalCal/FiscalPers",
        "Company FiscalCalendarID FiscalYear FiscalYearSuffix FiscalPeriod",
        "StartDate EndDate FAClosedPeriod",
        parent="FiscalCals FiscalCalendarID FiscalYrs",
    ),
    # Reference
    entity("departments", "JCDept/JCDepts", "Company JCDept1", "Description GlobalJCDept"),
    entity(
        "projects",
        "Project/Projects",
        "Company ProjectID",
        "Description ActiveProject StartDate EndDate ClosedDate ConCustNum ConProjMgr ConTotValue "
        "CurrencyCode WarehouseCode ProdCode",
    ),
    entity(
        "currencies",
        "Currency/Currencies",
        "Company CurrencyCode",
        "CurrDesc CurrName CurrSymbol CurrencyID ISOCurrCode DecimalsGeneral DecimalsPrice "
        "DecimalsCost BaseCurr ReportCurr Inactive",
    ),
    entity(
        "exchange_rates",
        "CurrExRate/CurrExRates",
        "Company RateGrpCode SourceCurrCode TargetCurrCode EffectiveDate",
        "CurrentRate",
    ),
    entity(
        "companies",
        "Company/Companies",
        "Company1",
        "Name LegalName Address1 City State Zip Country CountryNum PhoneNum FEIN CurrentFiscalYear "
        "FiscalCalendarID CalendarID BaseCurrCode",
    ),
)
