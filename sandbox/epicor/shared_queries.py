"""The Business Activity Queries that someone at the made-up company has designed and shared."""

from __future__ import annotations

from sandbox.epicor.baqs import Baq, Parameter
from sandbox.epicor.model import UPDATED_ON


def _columns(alias: str, names: str) -> tuple[str, ...]:
    return tuple(f"{alias}.{name}" for name in names.split())


BAQS: dict[str, Baq] = {
    baq.id: baq
    for baq in (
        Baq(
            id="zAP-OpenInvoices",
            tables={"APInvHed": "APInvHed", "Vendor": "Vendor"},
            joins=(
                "APInvHed JOIN Vendor ON Vendor.Company = APInvHed.Company "
                "AND Vendor.VendorNum = APInvHed.VendorNum"
            ),
            columns=(
                *_columns(
                    "APInvHed", "Company VendorNum InvoiceNum InvoiceDate DueDate CurrencyCode"
                ),
                *_columns("APInvHed", "InvoiceAmt InvoiceBal DocInvoiceBal InvoiceHeld"),
                *_columns("Vendor", "VendorID Name"),
            ),
            calculated={
                "DaysOverdue": (
                    "Edm.Int32",
                    "CAST(julianday('now') - julianday(APInvHed.DueDate) AS INTEGER)",
                ),
                UPDATED_ON: ("Edm.DateTimeOffset", "max(APInvHed.UpdatedOn, Vendor.UpdatedOn)"),
            },
            where="APInvHed.OpenPayable = 1",
            parameters=(
                Parameter("VendorNum", "Edm.Int32", "APInvHed.VendorNum IN (?)"),
                Parameter("DueBefore", "Edm.DateTimeOffset", "APInvHed.DueDate < ?"),
            ),
        ),
        Baq(
            id="zOpenPOLines",
            tables={
                "PORel": "PORel",
                "PODetail": "PODetail",
                "POHeader": "POHeader",
                "Vendor": "Vendor",
            },
            joins=(
                "PORel JOIN PODetail ON PODetail.Company = PORel.Company "
                "AND PODetail.PONUM = PORel.PONum AND PODetail.POLine = PORel.POLine "
                "JOIN POHeader ON POHeader.Company = PORel.Company "
                "AND POHeader.PONum = PORel.PONum "
                "LEFT JOIN Vendor ON Vendor.Company = POHeader.Company "
                "AND Vendor.VendorNum = POHeader.VendorNum"
            ),
            columns=(
                *_columns(
                    "PORel", "Company PONum POLine PORelNum DueDate RelQty ReceivedQty Plant"
                ),
                *_columns("PODetail", "PartNum LineDesc UnitCost"),
                *_columns("POHeader", "OrderDate BuyerID CurrencyCode"),
                *_columns("Vendor", "VendorNum VendorID Name"),
                "PORel.UpdatedOn",
            ),
            calculated={
                "OpenQty": (
                    "Edm.Decimal",
                    "printf('%.5f', CAST(PORel.RelQty AS REAL) - CAST(PORel.ReceivedQty AS REAL))",
                ),
            },
            where="PORel.OpenRelease = 1",
            parameters=(
                Parameter("Plant", "Edm.String", "PORel.Plant IN (?)"),
                Parameter("DueBefore", "Edm.DateTimeOffset", "PORel.DueDate < ?"),
            ),
        ),
        Baq(
            id="zPartBinStock",
            tables={"PartBin": "PartBin", "Part": "Part", "Warehse": "Warehse"},
            joins=(
                "PartBin LEFT JOIN Part ON Part.Company = PartBin.Company "
                "AND Part.PartNum = PartBin.PartNum "
                "LEFT JOIN Warehse ON Warehse.Company = PartBin.Company "
                "AND Warehse.WarehouseCode = PartBin.WarehouseCode"
            ),
            columns=(
                *_columns(
                    "PartBin", "Company PartNum WarehouseCode BinNum LotNum OnhandQty AllocatedQty"
                ),
                *_columns("Part", "PartDescription IUM ClassID NonStock"),
                *_columns("Warehse", "Description Plant"),
                "PartBin.UpdatedOn",
            ),
            calculated={},
        ),
        Baq(
            id="zStockByWarehouse",
            tables={
                "PartWhse": "PartWhse",
                "Part": "Part",
                "Warehse": "Warehse",
                "PartCost": "PartCost",
            },
            joins=(
                "PartWhse LEFT JOIN Part ON Part.Company = PartWhse.Company "
                "AND Part.PartNum = PartWhse.PartNum "
                "LEFT JOIN Warehse ON Warehse.Company = PartWhse.Company "
                "AND Warehse.WarehouseCode = PartWhse.WarehouseCode "
                "LEFT JOIN PartCost ON PartCost.Company = PartWhse.Company "
                "AND PartCost.PartNum = PartWhse.PartNum AND PartCost.CostID = '1'"
            ),
            columns=(
                *_columns("PartWhse", "Company PartNum WarehouseCode Plant OnHandQty DemandQty"),
                *_columns("Part", "PartDescription IUM ClassID ChangedOn"),
                *_columns("Warehse", "Description"),
                *_columns("PartCost", "StdMaterialCost"),
                "PartWhse.UpdatedOn",
            ),
            calculated={},
            parameters=(Parameter("Plant", "Edm.String", "PartWhse.Plant IN (?)"),),
        ),
        Baq(
            id="zVendorSpend",
            tables={"APInvDtl": "APInvDtl", "APInvHed": "APInvHed", "Vendor": "Vendor"},
            joins=(
                "APInvDtl JOIN APInvHed ON APInvHed.Company = APInvDtl.Company "
                "AND APInvHed.VendorNum = APInvDtl.VendorNum "
                "AND APInvHed.InvoiceNum = APInvDtl.InvoiceNum "
                "JOIN Vendor ON Vendor.Company = APInvDtl.Company "
                "AND Vendor.VendorNum = APInvDtl.VendorNum"
            ),
            columns=(
                *_columns("Vendor", "Company VendorNum VendorID Name GroupCode Country"),
                *_columns("APInvHed", "FiscalYear FiscalPeriod"),
            ),
            calculated={
                "Spend": ("Edm.Decimal", "printf('%.5f', sum(CAST(APInvDtl.ExtCost AS REAL)))"),
                "Lines": ("Edm.Int32", "count(*)"),
                UPDATED_ON: ("Edm.DateTimeOffset", "max(APInvDtl.UpdatedOn)"),
            },
            grouped=True,
            parameters=(Parameter("FiscalYear", "Edm.Int32", "APInvHed.FiscalYear = ?"),),
        ),
        Baq(
            id="zVendorChanges",
            tables={"Vendor": "Vendor"},
            joins="Vendor",
            columns=(
                *_columns(
                    "Vendor",
                    "Company VendorNum VendorID Name City Country TermsCode GroupCode CurrencyCode",
                ),
                *_columns("Vendor", "Inactive SupplierRating_c ContractEnd_c UpdatedOn"),
            ),
            calculated={},
        ),
        Baq(
            id="zPartTranLedger",
            tables={"PartTran": "PartTran", "Part": "Part"},
            joins=(
                "PartTran LEFT JOIN Part ON Part.Company = PartTran.Company "
                "AND Part.PartNum = PartTran.PartNum"
            ),
            columns=(
                *_columns("PartTran", "Company SysDate SysTime TranNum PartNum TranType"),
                *_columns("PartTran", "TranDate TranQty MtlUnitCost ExtCost"),
                *_columns("PartTran", "WareHouseCode Plant PONum POLine JobNum"),
                *_columns("Part", "PartDescription ClassID"),
            ),
            calculated={
                "TranKey": ("Edm.String", "PartTran.Company || '-' || PartTran.TranNum"),
                UPDATED_ON: ("Edm.DateTimeOffset", "PartTran.UpdatedOn"),
            },
            parameters=(
                Parameter(
                    "FromDate", "Edm.DateTimeOffset", "PartTran.TranDate >= ?", required=True
                ),
                Parameter("ToDate", "Edm.DateTimeOffset", "PartTran.TranDate <= ?"),
            ),
        ),
        Baq(
            id="zGLByPeriod",
            tables={"GLJrnDtl": "GLJrnDtl"},
            joins="GLJrnDtl",
            columns=_columns(
                "GLJrnDtl", "Company BookID FiscalYear FiscalPeriod SegValue1 SegValue2 SegValue3"
            ),
            calculated={
                "Debit": (
                    "Edm.Decimal",
                    "printf('%.2f', sum(CAST(GLJrnDtl.BookDebitAmount AS REAL)))",
                ),
                "Credit": (
                    "Edm.Decimal",
                    "printf('%.2f', sum(CAST(GLJrnDtl.BookCreditAmount AS REAL)))",
                ),
                "Lines": ("Edm.Int32", "count(*)"),
            },
            grouped=True,
            parameters=(Parameter("FiscalYear", "Edm.Int32", "GLJrnDtl.FiscalYear = ?"),),
        ),
        Baq(
            id="zTranGLCLink",
            tables={"TranGLC": "TranGLC", "GLAccount": "GLAccount"},
            joins=(
                "TranGLC LEFT JOIN GLAccount ON GLAccount.Company = TranGLC.Company "
                "AND GLAccount.COACode = TranGLC.COACode "
                "AND GLAccount.GLAccount1 = TranGLC.GLAccount"
            ),
            columns=(
                *_columns("TranGLC", "Company RelatedToFile Key1 Key2 Key3 TGLCTranNum"),
                *_columns("TranGLC", "SysGLControlType GLAcctContext"),
                *_columns(
                    "TranGLC", "TranDate BookID COACode GLAccount BookDebitAmount BookCreditAmount"
                ),
                *_columns("TranGLC", "JournalCode JournalNum JournalLine FiscalYear FiscalPeriod"),
                *_columns("GLAccount", "AccountDesc"),
                "TranGLC.UpdatedOn",
            ),
            calculated={},
        ),
    )
}
