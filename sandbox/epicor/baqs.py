"""Business Activity Queries: joins that someone at the made-up company has designed and shared.

Columns are `{Alias}_{Field}` and `Calculated_{Name}`; rows are flat and, behind outer joins, any
column may be null. A row has no key, only a `RowIdent` that differs from call to call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.epicor.errors import bad_request
from sandbox.epicor.model import UPDATED_ON, Column, load_model
from sandbox.epicor.pages import Source
from sandbox.epicor.statements import quote
from sandbox.epicor.values import column_default, sql_literal

if TYPE_CHECKING:
    from sandbox.epicor.query import Query
    from sandbox.epicor.store import Store

_REFERENCE = re.compile(r"\b([A-Z]\w*)\.([A-Za-z]\w*)")
ROW_IDENT = Column("RowIdent", "Edm.String", stored=False)
_ROW_IDENT_SQL = (
    "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || hex(randomblob(2)) || '-' || "
    "hex(randomblob(2)) || '-' || hex(randomblob(6))))"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name in the query string, its type, and the condition it adds.

    `condition` holds one `?`, or `(?)` for a parameter that may be repeated. A parameter that is
    not `required` and not given adds nothing.
    """

    name: str
    edm_type: str
    condition: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Baq:
    """One query.

    Attributes:
        id: Its ID, as in the URL.
        tables: The tables by alias; the first one decides the company.
        joins: The SQL behind FROM, with `Alias.Column` for a column.
        columns: The fields shown, `Alias.Column` each.
        calculated: Edm type and SQL of each calculated field, by its name without `Calculated_`.
        where: A condition that always holds.
        grouped: Whether rows are grouped by `columns`, for `calculated` to sum up.
        parameters: What the caller may or must give.
    """

    id: str
    tables: dict[str, str]
    joins: str
    columns: tuple[str, ...]
    calculated: dict[str, tuple[str, str]]
    where: str = "1"
    grouped: bool = False
    parameters: tuple[Parameter, ...] = ()

    def properties(self) -> tuple[Column, ...]:
        """Return the columns of a row, `RowIdent` last."""
        tables = load_model(updated_on=True).tables
        shown = []
        for reference in self.columns:
            alias, name = reference.split(".")
            of = tables[self.tables[alias]].by_name[name]
            shown.append(
                Column(
                    f"{alias}_{name}", of.edm_type, date_only=of.date_only, max_length=of.max_length
                )
            )
        calculated = (
            Column(f"Calculated_{name}", edm_type)
            for name, (edm_type, _) in self.calculated.items()
        )
        return (*shown, *calculated, ROW_IDENT)

    def source(self, store: Store, company: str, query: Query) -> Source:
        """Return the rows of one company.

        Raises:
            errors.RefusalError: 400, a required parameter is missing or a value does not fit its
                type.
        """
        present = {alias: store.present_columns(table) for alias, table in self.tables.items()}
        conditions, values = self._conditions(query)
        base = next(iter(self.tables))
        terms = [
            f"{reference} AS {quote(reference.replace('.', '_'))}" for reference in self.columns
        ]
        terms += [
            f"{sql} AS {quote('Calculated_' + name)}" for name, (_, sql) in self.calculated.items()
        ]
        names = (quote(reference.replace(".", "_")) for reference in self.columns)
        group = f" GROUP BY {', '.join(names)}" if self.grouped else ""
        where = f"{base}.Company = ? AND {self.where}{conditions}"
        sql = f"SELECT {', '.join(terms)} FROM {self.joins} WHERE {where}{group}"
        columns = self.properties()
        found = {column.name: f"t.{quote(column.name)}" for column in columns}
        return Source(
            type_name=f"{self.id}.Data",
            columns=columns,
            terms={**found, ROW_IDENT.name: _ROW_IDENT_SQL},
            from_sql=f"({self._resolved(sql, present)}) AS t",
            from_values=(company, *values),
            has_rowid=False,
        )

    def _conditions(self, query: Query) -> tuple[str, tuple[str | int | float, ...]]:
        sql, values = "", []
        for parameter in self.parameters:
            given = query.values(parameter.name)
            if not given and parameter.required:
                message = f"Parameter '{parameter.name}' of query {self.id} is mandatory."
                raise bad_request(message)
            if not given:
                continue
            if "(?)" in parameter.condition:
                sql += " AND " + parameter.condition.replace(
                    "(?)", f"({', '.join('?' * len(given))})"
                )
            else:
                sql, given = f"{sql} AND {parameter.condition}", given[-1:]
            values += [_parameter_value(parameter, text) for text in given]
        return sql, tuple(values)

    def _resolved(self, sql: str, present: dict[str, frozenset[str]]) -> str:
        """Quote each `Alias.Column`; a column that no row ever brought becomes its default."""

        def replaced(match: re.Match[str]) -> str:
            alias, name = match.groups()
            if alias not in self.tables:
                return match[0]
            if name in present[alias]:
                return f"{alias}.{quote(name)}"
            default = column_default(load_model().tables[self.tables[alias]].by_name[name])
            return sql_literal(default)

        return _REFERENCE.sub(replaced, sql)


def _parameter_value(parameter: Parameter, text: str) -> str | int | float:
    try:
        if parameter.edm_type == "Edm.Int32":
            return int(text)
        if parameter.edm_type == "Edm.Decimal":
            return float(text)
    except ValueError as error:
        message = f"The value of parameter '{parameter.name}' is not a valid {parameter.edm_type}."
        raise bad_request(message) from error
    if parameter.edm_type == "Edm.DateTimeOffset":
        return text[:19].rstrip("Z") if "T" in text else f"{text}T00:00:00"
    return text


def _references(alias: str, names: str) -> tuple[str, ...]:
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
                *_references(
                    "APInvHed", "Company VendorNum InvoiceNum InvoiceDate DueDate CurrencyCode"
                ),
                *_references("APInvHed", "InvoiceAmt InvoiceBal DocInvoiceBal InvoiceHeld"),
                *_references("Vendor", "VendorID Name"),
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
                *_references(
                    "PORel", "Company PONum POLine PORelNum DueDate RelQty ReceivedQty Plant"
                ),
                *_references("PODetail", "PartNum LineDesc UnitCost"),
                *_references("POHeader", "OrderDate BuyerID CurrencyCode"),
                *_references("Vendor", "VendorNum VendorID Name"),
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
                *_references(
                    "PartBin", "Company PartNum WarehouseCode BinNum LotNum OnhandQty AllocatedQty"
                ),
                *_references("Part", "PartDescription IUM ClassID NonStock"),
                *_references("Warehse", "Description Plant"),
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
                *_references("PartWhse", "Company PartNum WarehouseCode Plant OnHandQty DemandQty"),
                *_references("Part", "PartDescription IUM ClassID ChangedOn"),
                *_references("Warehse", "Description"),
                *_references("PartCost", "StdMaterialCost"),
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
                *_references("Vendor", "Company VendorNum VendorID Name GroupCode Country"),
                *_references("APInvHed", "FiscalYear FiscalPeriod"),
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
                *_references(
                    "Vendor",
                    "Company VendorNum VendorID Name City Country TermsCode GroupCode CurrencyCode",
                ),
                *_references("Vendor", "Inactive SupplierRating_c ContractEnd_c UpdatedOn"),
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
                *_references("PartTran", "Company SysDate SysTime TranNum PartNum TranType"),
                *_references("PartTran", "TranDate TranQty MtlUnitCost ExtCost"),
                *_references("PartTran", "WareHouseCode Plant PONum POLine JobNum"),
                *_references("Part", "PartDescription ClassID"),
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
            columns=_references(
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
                *_references("TranGLC", "Company RelatedToFile Key1 Key2 Key3 TGLCTranNum"),
                *_references("TranGLC", "SysGLControlType GLAcctContext"),
                *_references(
                    "TranGLC", "TranDate BookID COACode GLAccount BookDebitAmount BookCreditAmount"
                ),
                *_references(
                    "TranGLC", "JournalCode JournalNum JournalLine FiscalYear FiscalPeriod"
                ),
                *_references("GLAccount", "AccountDesc"),
                "TranGLC.UpdatedOn",
            ),
            calculated={},
        ),
    )
}
