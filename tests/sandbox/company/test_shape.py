"""The figures are believable and every awkward case that a loader must survive is there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sandbox.company.calendar import TODAY

if TYPE_CHECKING:
    from sandbox.epicor.store import Store


def _one(store: Store, sql: str) -> object:
    return store.connection().execute(sql).fetchone()[0]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(None, 0, id="not due"),
        pytest.param(1, 30, id="1-30"),
        pytest.param(31, 60, id="31-60"),
        pytest.param(61, 90, id="61-90"),
        pytest.param(91, None, id="over 90"),
    ],
)
def test_payables_age_into_every_bucket(
    company: Store, first: int | None, last: int | None
) -> None:
    """Open AP invoices are found in each bucket of the usual ageing."""
    newest = (TODAY - timedelta(days=first)).isoformat() if first is not None else "9999"
    oldest = (TODAY - timedelta(days=last)).isoformat() if last is not None else "0000"

    found = _one(
        company,
        "SELECT COUNT(*) FROM APInvHed WHERE OpenPayable = 1 "
        f"AND substr(DueDate, 1, 10) BETWEEN '{oldest}' AND '{newest}'",
    )

    assert found


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("APInvHed WHERE InvoiceHeld = 1", id="held invoice"),
        pytest.param("APInvHed WHERE DebitMemo = 1 AND PrePayment = 0", id="debit memo"),
        pytest.param("APInvHed WHERE PrePayment = 1", id="prepayment"),
        pytest.param("APInvHed WHERE Posted = 0", id="unposted invoice"),
        pytest.param(
            "APInvHed WHERE OpenPayable AND DocInvoiceBal <> DocInvoiceAmt", id="part paid"
        ),
        pytest.param("APInvHed WHERE CurrencyCode NOT IN ('USD', 'EUR')", id="third currency"),
        pytest.param("APTran WHERE InvoiceNum = ''", id="empty key part"),
        pytest.param("APTran WHERE CAST(DiscAmt AS REAL) <> 0", id="cash discount"),
        pytest.param("APTran WHERE Voided = 1", id="voided payment"),
        pytest.param(
            "APInvDtl AS d JOIN RcvDtl AS r USING (Company, VendorNum, PackSlip, PackLine) "
            "WHERE d.DocUnitCost <> r.DocVendorUnitCost",
            id="price variance",
        ),
        pytest.param("PORel WHERE OpenRelease = 0 AND ReceivedQty + 0 < RelQty + 0", id="short"),
        pytest.param("PORel WHERE OpenRelease = 1 AND DueDate < '2026-10-30'", id="overdue"),
        pytest.param("POHeader WHERE Approve = 0", id="draft order"),
        pytest.param("GLJrnDtl WHERE SegValue4 <> ''", id="project"),
        pytest.param("GLJrnDtl WHERE Reverse = 1", id="reversal"),
        pytest.param("PartTran WHERE TranType = 'ADJ-CST'", id="revaluation"),
        pytest.param("PartTran WHERE CAST(TranQty AS REAL) < 0", id="negative adjustment"),
        pytest.param("Vendor WHERE Name LIKE '%' || char(9) || '%'", id="tab"),
        pytest.param("Vendor WHERE Address1 LIKE '%' || char(10) || '%'", id="newline"),
        pytest.param("APInvHed WHERE InvoiceNum LIKE '%/%'", id="slash in key"),
        pytest.param("APInvHed WHERE InvoiceNum LIKE '%#%'", id="hash in key"),
        pytest.param("APInvHed WHERE InvoiceNum LIKE '%&%'", id="ampersand in key"),
        pytest.param("APInvHed WHERE InvoiceNum LIKE '%!%%' ESCAPE '!'", id="percent in key"),
        pytest.param("APInvHed WHERE instr(InvoiceNum, '\\')", id="backslash in key"),
        pytest.param("Vendor WHERE ContractEnd_c IS NULL", id="null user column"),
        pytest.param("PODetail WHERE CostPerCode = 'C'", id="price per hundred"),
        pytest.param("POHeader WHERE FOB = ''", id="empty text"),
    ],
)
def test_case_occurs(company: Store, sql: str) -> None:
    """A case that dashboards and loaders must handle is in the data."""
    assert _one(company, f"SELECT COUNT(*) FROM {sql}")


def test_names_come_in_many_scripts(company: Store) -> None:
    """Vendor names hold accents and at least two scripts besides Latin."""
    text = "".join(name for (name,) in company.rows("Vendor", ["Name"]))
    scripts = {
        "accent": range(0xC0, 0x180),
        "greek": range(0x370, 0x400),
        "cyrillic": range(0x400, 0x500),
        "arabic": range(0x600, 0x700),
        "cjk": range(0x3040, 0xA000),
        "emoji": range(0x1F300, 0x1FAFF),
    }

    found = {
        name for name, codes in scripts.items() if any(ord(letter) in codes for letter in text)
    }

    assert {"accent", "cjk", "cyrillic", "greek"} <= found


def test_change_dates_tie(company: Store) -> None:
    """Many rows share a change date, so a cursor by day cannot tell them apart."""
    most = _one(
        company, "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM APInvHed GROUP BY ChangeDate)"
    )

    assert isinstance(most, int)
    assert most > 5


def test_some_decimals_do_not_fit_a_double(company: Store) -> None:
    """At least one value loses digits when it is read as a binary double."""
    texts = [text for (text,) in company.rows("Part", ["Co2Kg_c"]) if text]
    texts += [text for (text,) in company.rows("PartCost", ["TotalQtyAvg"])]

    assert any(Decimal(text) != Decimal(repr(float(text))) for text in texts)


def test_parent_company_has_most_rows(company: Store) -> None:
    """EPIC06 does most of the business."""
    parent = company.count("PODetail", "EPIC06")

    assert parent > company.count("PODetail", "EPIC07")


def test_spend_has_a_long_tail(company: Store) -> None:
    """A fifth of the vendors get more than half of the money."""
    sums = company.connection().execute(
        "SELECT SUM(CAST(InvoiceAmt AS REAL)) AS s FROM APInvHed WHERE Company = 'EPIC06' "
        "GROUP BY VendorNum"
    )
    spend = sorted((amount for (amount,) in sums), reverse=True)

    assert sum(spend[: max(1, len(spend) // 5)]) > 0.5 * sum(spend)


def test_year_of_sales_makes_a_plausible_result(company: Store) -> None:
    """Sales of a year exceed their cost, and inventory turns between 1 and 30 times."""
    sums = dict(
        company.connection()
        .execute(
            "SELECT SegValue1, SUM(BookDebitAmount - BookCreditAmount) FROM GLJrnDtl "
            "WHERE Company = 'EPIC06' AND JEDate > '2025-10-30' GROUP BY SegValue1"
        )
        .fetchall()
    )
    stock = _one(
        company,
        "SELECT SUM(w.OnHandQty * (c.StdMaterialCost + c.StdLaborCost + c.StdBurdenCost)) "
        "FROM PartWhse AS w "
        "JOIN PartCost AS c USING (Company, PartNum) WHERE w.Company = 'EPIC06'",
    )

    assert isinstance(stock, float)
    assert -sums["4000"] > sums["5000"] > 0
    assert 1 < sums["5000"] / stock < 30
