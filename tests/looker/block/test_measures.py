"""Measures against SQL that was written without looking at the block: the cent must agree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.looker.block.conftest import Staged

CENT = Decimal("0.005")
DAY = "DATE '2026-10-30'"
RATES = """
WITH euro AS (SELECT currentrate FROM exchange_rates
              WHERE sourcecurrcode = 'EUR' AND targetcurrcode = 'USD'
              ORDER BY effectivedate DESC LIMIT 1),
     rates(company, rate) AS (VALUES ('EPIC06', 1::numeric)
                              UNION ALL SELECT 'EPIC07', currentrate FROM euro)
"""
AP = "FROM ap_invoices JOIN rates USING (company) WHERE posted AND NOT prepayment"
LINES = """FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum) WHERE h.posted AND NOT h.prepayment"""
STOCK = """FROM part_warehouses w
JOIN part_costs c USING (company, partnum) JOIN rates USING (company)"""
COST = "(stdmaterialcost + stdlaborcost + stdburdencost + stdsubcontcost + stdmtlburcost)"
ISSUES = f"""FROM part_transactions JOIN rates USING (company)
WHERE trantype IN ('STK-MTL', 'STK-CUS') AND trandate BETWEEN {DAY} - 364 AND {DAY}"""
OPEN = """FROM purchase_order_releases r JOIN rates USING (company)
JOIN purchase_order_lines l USING (company, ponum, poline)
JOIN purchase_orders o USING (company, ponum)
WHERE r.openrelease AND NOT r.voidrelease AND o.openorder AND NOT o.voidorder AND o.approve"""
COST_PER = "CASE costpercode WHEN 'C' THEN 100 WHEN 'M' THEN 1000 ELSE 1 END"
RECEIVED = """FROM purchase_order_releases r JOIN purchase_orders o USING (company, ponum)
LEFT JOIN LATERAL (SELECT max(receiptdate) AS last FROM receipt_lines x WHERE x.company = r.company
  AND x.ponum = r.ponum AND x.poline = r.poline AND x.porelnum = r.porelnum) x ON true
WHERE r.duedate <= DATE '2026-10-30' AND NOT r.voidrelease AND o.approve"""


def _aged(condition: str) -> str:
    return f"SELECT coalesce(sum(invoicebal * rate), 0) {AP} AND {condition}"


@pytest.mark.parametrize(
    ("explore", "measure", "statement"),
    [
        pytest.param("ap_invoices", m.rpartition(" ")[2], s, id=m.rpartition(" ")[2])
        for m, s in {
            "open_balance": f"SELECT sum(invoicebal * rate) {AP}",
            "not_due": _aged(f"duedate >= {DAY}"),
            "overdue_1_30": _aged(f"{DAY} - duedate BETWEEN 1 AND 30"),
            "overdue_31_60": _aged(f"{DAY} - duedate BETWEEN 31 AND 60"),
            "overdue_61_90": _aged(f"{DAY} - duedate BETWEEN 61 AND 90"),
            "overdue_over_90": _aged(f"{DAY} - duedate > 90"),
            "due_next_week": _aged(f"duedate - {DAY} BETWEEN 0 AND 7"),
            "held_balance": _aged("(invoiceheld OR payhold)"),
            "unposted_amount": "SELECT sum(invoiceamt * rate) FROM ap_invoices "
            "JOIN rates USING (company) WHERE NOT posted",
            "days_payable_outstanding": f"SELECT 365 * sum(invoicebal * rate) / sum(CASE WHEN "
            f"invoicedate >= {DAY} - 364 THEN invoiceamt * rate END) {AP}",
        }.items()
    ]
    + [
        pytest.param(
            "vendor_spend",
            "spend",
            f"SELECT sum(extcost * rate) {LINES}",
            id="spend",
        ),
        pytest.param(
            "vendor_spend",
            "active_vendors",
            f"SELECT count(*) FROM (SELECT DISTINCT company, vendornum {LINES}) v",
            id="active_vendors",
        ),
        pytest.param(
            "purchase_orders",
            "open_value",
            f"SELECT sum((relqty - receivedqty) * unitcost / {COST_PER} * rate) {OPEN}",
            id="open_value",
        ),
        pytest.param(
            "purchase_orders",
            "past_due_releases",
            f"SELECT count(*) {OPEN} AND r.duedate < {DAY}",
            id="past_due_releases",
        ),
        pytest.param(
            "purchase_orders",
            "otif_share",
            "SELECT avg(CASE WHEN last <= r.duedate AND receivedqty >= relqty THEN 1 ELSE 0 END) "
            + RECEIVED,
            id="otif_share",
        ),
        pytest.param(
            "purchase_orders",
            "price_variance",
            f"SELECT sum((unitcost / {COST_PER} - {COST}) * receivedqty * rate) "
            "FROM purchase_order_releases JOIN purchase_order_lines USING (company, ponum, poline) "
            "JOIN part_costs USING (company, partnum) JOIN rates USING (company)",
            id="price_variance",
        ),
        pytest.param(
            "inventory",
            "inventory_value",
            f"SELECT sum(onhandqty * {COST} * rate) {STOCK}",
            id="inventory_value",
        ),
        pytest.param(
            "inventory",
            "turns",
            f"SELECT (SELECT sum(extcost * rate) {ISSUES}) "
            f"/ sum(onhandqty * {COST} * rate) {STOCK}",
            id="turns",
        ),
        pytest.param("gl_transactions", "net", "SELECT 0 FROM rates LIMIT 1", id="trial_balance"),
    ],
)
def test_measure_is_what_the_books_say(
    explore: str, measure: str, statement: str, ask: Any, staged: Staged
) -> None:
    """A measure equals a statement on the staging tables, to the cent."""
    base = {
        "vendor_spend": "ap_invoice_lines",
        "purchase_orders": "purchase_order_releases",
        "inventory": "part_warehouses",
    }.get(explore, explore)
    expected = staged.value(RATES + statement)
    assert abs(ask(explore, f"{base}.{measure}")[0][0] - expected) < CENT


@pytest.mark.parametrize("company", ["EPIC06", "EPIC07"])
@pytest.mark.parametrize("as_of", ["2026-10-30", "2026-06-30", "2025-12-31"])
def test_open_balance_is_the_payables_account(company: str, as_of: str, ask: Any) -> None:
    """On any day the open balance is what the ledger has on accounts payable, in dollars."""
    where = {"company_currencies__company": company, "gl_transactions__account_code": "2000"}
    ledger = ask("gl_transactions", "gl_transactions.balance_as_of", as_of=as_of, **where)[0][0]
    owed = ask(
        "ap_invoices",
        "ap_invoices.open_balance",
        as_of=as_of,
        company_currencies__company=company,
    )[0][0]
    assert abs(owed + ledger) < CENT


def test_inventory_is_the_inventory_accounts(ask: Any) -> None:
    """Stock at standard cost is what the ledger has on the inventory accounts."""
    where = {"gl_transactions__account_code": "1300, 1310, 1320"}
    ledger = ask("gl_transactions", "gl_transactions.balance_as_of", **where)[0][0]
    assert abs(ask("inventory", "part_warehouses.inventory_value")[0][0] - ledger) < CENT


def test_trial_balance_is_zero_per_company(ask: Any) -> None:
    """Debits less credits are nothing in every company."""
    rows = ask("gl_transactions", "company_currencies.company", "gl_transactions.net")
    assert {company: round(net, 2) for company, net in rows} == {"EPIC06": 0, "EPIC07": 0}


def test_segments_have_names(ask: Any) -> None:
    """Department codes of both companies come with the names of their charts."""
    rows = ask("gl_transactions", "chart_segment_2.name", "gl_transactions.line_count")
    names = {name for name, _ in rows}
    assert "Balance Sheet" in names
    assert None not in names
