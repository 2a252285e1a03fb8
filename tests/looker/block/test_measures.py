"""Measures against SQL that was written without looking at the block: the cent must agree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.looker.block.conftest import LAST_DAY
from tests.looker.block.project import load

if TYPE_CHECKING:
    from tests.looker.block.conftest import Staged

BLOCK = load()
# Shares and money alike: far below a cent, above what divisions round.
CLOSE = Decimal("0.000001")
RATES = """
WITH euro AS (SELECT currentrate FROM exchange_rates
              WHERE sourcecurrcode = 'EUR' AND targetcurrcode = 'USD'
              ORDER BY effectivedate DESC LIMIT 1),
     rates AS (SELECT * FROM (VALUES ('EPIC06', 1::numeric),
                                     ('EPIC07', (SELECT currentrate FROM euro))) r (company, rate)
               WHERE company IN ({companies}))
"""
# The other way round than the block: what was invoiced less what was paid until that day.
AP = """FROM (SELECT i.*, invoiceamt - coalesce(p.paid, 0) AS owed FROM ap_invoices i LEFT JOIN
  (SELECT company, vendornum, invoicenum, sum(tranamt + discamt) AS paid
   FROM ap_payment_applications
   WHERE trandate <= {day} GROUP BY 1, 2, 3) p USING (company, vendornum, invoicenum)) i
JOIN rates USING (company) JOIN vendors v USING (company, vendornum)
WHERE posted AND NOT prepayment AND applydate <= {day}"""
LINES = """FROM ap_invoice_lines d JOIN rates USING (company)
JOIN ap_invoices h USING (company, vendornum, invoicenum) JOIN vendors v USING (company, vendornum)
LEFT JOIN vendor_groups g USING (company, groupcode)
LEFT JOIN purchase_orders o ON (o.company, o.ponum) = (d.company, d.ponum)
LEFT JOIN buyers b ON (b.company, b.buyerid) = (o.company, o.buyerid)
LEFT JOIN purchase_order_lines l
  ON (l.company, l.ponum, l.poline) = (d.company, d.ponum, d.poline)
LEFT JOIN part_classes k ON (k.company, k.classid) = (l.company, l.classid)
WHERE h.posted AND NOT h.prepayment AND h.applydate <= {day}"""
STOCK = """FROM part_warehouses w
JOIN part_costs c USING (company, partnum) JOIN rates USING (company)"""
COST = "(stdmaterialcost + stdlaborcost + stdburdencost + stdsubcontcost + stdmtlburcost)"
ISSUES = """FROM part_transactions t JOIN rates USING (company)
WHERE trantype IN ('STK-MTL', 'STK-CUS') AND trandate BETWEEN {day} - 364 AND {day}"""
RELEASES = """FROM purchase_order_releases r JOIN rates USING (company)
JOIN purchase_order_lines l USING (company, ponum, poline)
JOIN (SELECT o.*, vendorid FROM purchase_orders o JOIN vendors v USING (company, vendornum)) o
  USING (company, ponum)"""
OPEN = f"""{RELEASES}
WHERE r.openrelease AND NOT r.voidrelease AND o.openorder AND NOT o.voidorder AND o.approve"""
PER = "CASE costpercode WHEN 'C' THEN 100 WHEN 'M' THEN 1000 ELSE 1 END"
OPEN_VALUE = f"SELECT sum((relqty - receivedqty) * unitcost / {PER} * rate) {OPEN}"
RECEIPTS = """LEFT JOIN (SELECT company, ponum, poline, porelnum,
  min(receiptdate) AS first, max(receiptdate) AS last FROM receipt_lines GROUP BY 1, 2, 3, 4) x
  USING (company, ponum, poline, porelnum)"""
DUE = f"""{RELEASES} {RECEIPTS}
WHERE r.duedate <= {{day}} AND NOT r.voidrelease AND o.approve"""
SHARE = "SELECT avg(CASE WHEN {} THEN 1 ELSE 0 END)"
LEDGER = """FROM gl_transactions g JOIN rates USING (company)
JOIN coa_segment_values a ON a.company = g.company AND a.coacode = g.coacode
  AND a.segmentnbr = 1 AND a.segmentcode = g.segvalue1
JOIN fiscal_periods f ON f.company = g.company AND f.fiscalcalendarid = g.fiscalcalendarid
  AND {day} BETWEEN f.startdate AND f.enddate"""
JOIN_CLASS = """JOIN parts p USING (company, partnum)
LEFT JOIN part_classes k USING (company, classid) WHERE"""
SEGMENT = """LEFT JOIN coa_segment_values d ON d.company = g.company AND d.coacode = g.coacode
  AND d.segmentnbr = {0} AND d.segmentcode = g.segvalue{0}"""
NET = "(bookdebitamount - bookcreditamount) * rate"
NATURAL = f"{NET} * CASE normalbalance WHEN 'C' THEN -1 ELSE 1 END"
THIS_YEAR = "g.fiscalyear = f.fiscalyear AND g.fiscalperiod <= f.fiscalperiod"
PRIOR_YEAR = "g.fiscalyear = f.fiscalyear - 1 AND g.fiscalperiod <= f.fiscalperiod"


def _aged(condition: str) -> str:
    return f"SELECT sum(owed * rate) {AP} AND {condition}"


def _ledger(condition: str) -> str:
    return f"SELECT sum({NATURAL}) {LEDGER} WHERE {condition}"


def _counted(column: str) -> str:
    return f"SELECT sum({column}) FROM _sync_run_streams"


MEASURES = {
    "ap_invoices.open_balance": _aged("true"),
    "ap_invoices.past_due_balance": _aged("duedate < {day}"),
    "ap_invoices.past_due_share": f"SELECT sum(owed * rate) FILTER (WHERE duedate < {{day}}) "
    f"/ sum(owed * rate) {AP}",
    "ap_invoices.not_due": _aged("duedate >= {day}"),
    "ap_invoices.overdue_1_30": _aged("{day} - duedate BETWEEN 1 AND 30"),
    "ap_invoices.overdue_31_60": _aged("{day} - duedate BETWEEN 31 AND 60"),
    "ap_invoices.overdue_61_90": _aged("{day} - duedate BETWEEN 61 AND 90"),
    "ap_invoices.overdue_over_90": _aged("{day} - duedate > 90"),
    "ap_invoices.due_next_week": _aged("duedate - {day} BETWEEN 0 AND 7"),
    "ap_invoices.held_balance": _aged("(invoiceheld OR i.payhold)"),
    "ap_invoices.unposted_amount": "SELECT sum(invoiceamt * rate) FROM ap_invoices "
    "JOIN rates USING (company) WHERE NOT posted",
    "ap_invoices.invoiced_amount": f"SELECT sum(invoiceamt * rate) {AP}",
    "ap_invoices.days_payable_outstanding": "SELECT 365 * sum(owed * rate) / sum(CASE WHEN "
    f"invoicedate BETWEEN {{day}} - 364 AND {{day}} THEN invoiceamt * rate END) {AP}",
    "ap_invoice_lines.spend": f"SELECT sum(d.extcost * rate) {LINES}",
    "ap_invoice_lines.spend_last_12_months": f"SELECT sum(d.extcost * rate) {LINES} "
    "AND h.invoicedate BETWEEN {day} - 364 AND {day}",
    "ap_invoice_lines.order_share": "SELECT sum(d.extcost * rate) FILTER (WHERE d.ponum > 0) "
    f"/ sum(d.extcost * rate) {LINES}",
    "ap_invoice_lines.active_vendors": "SELECT count(*) FROM "
    f"(SELECT DISTINCT h.company, h.vendornum {LINES}) x",
    "purchase_order_releases.open_value": OPEN_VALUE,
    "purchase_order_releases.past_due_value": f"{OPEN_VALUE} AND r.duedate < {{day}}",
    "purchase_order_releases.past_due_releases": f"SELECT count(*) {OPEN} AND r.duedate < {{day}}",
    "purchase_order_releases.open_orders": "SELECT count(*) FROM "
    f"(SELECT DISTINCT company, ponum {OPEN}) o",
    "purchase_order_releases.due_releases": f"SELECT count(*) {DUE}",
    "purchase_order_releases.on_time_share": f"{SHARE.format('last <= r.duedate')} {DUE}",
    "purchase_order_releases.in_full_share": f"{SHARE.format('receivedqty >= relqty')} {DUE}",
    "purchase_order_releases.otif_share": SHARE.format(
        "last <= r.duedate AND receivedqty >= relqty"
    )
    + f" {DUE}",
    "purchase_order_releases.average_lead_time": "SELECT avg(first - o.orderdate) "
    f"{RELEASES} {RECEIPTS}",
    "purchase_order_releases.price_variance": "SELECT "
    f"sum((unitcost / {PER} - {COST}) * receivedqty * rate) {RELEASES} "
    "JOIN part_costs USING (company, partnum)",
    "part_warehouses.inventory_value": f"SELECT sum(onhandqty * {COST} * rate) {STOCK}",
    "part_warehouses.slow_value": f"SELECT sum(onhandqty * {COST} * rate) {STOCK} "
    "WHERE onhandqty > 0 AND NOT EXISTS (SELECT FROM part_transactions t WHERE "
    "t.company = w.company AND t.partnum = w.partnum AND t.warehousecode = w.warehousecode "
    "AND trantype IN ('STK-MTL', 'STK-CUS') AND trandate BETWEEN {day} - 180 AND {day})",
    "part_warehouses.usage": f"SELECT sum(extcost * rate) {ISSUES}",
    "part_warehouses.turns": f"SELECT (SELECT sum(extcost * rate) {ISSUES}) "
    f"/ sum(onhandqty * {COST} * rate) {STOCK}",
    "part_warehouses.days_of_supply": f"SELECT 365 * sum(onhandqty * {COST} * rate) "
    f"/ (SELECT sum(extcost * rate) {ISSUES}) {STOCK}",
    "gl_transactions.line_count": "SELECT count(*) FROM gl_transactions JOIN rates USING (company)",
    "gl_transactions.debits": "SELECT sum(bookdebitamount * rate) FROM gl_transactions "
    "JOIN rates USING (company)",
    "gl_transactions.credits": "SELECT sum(bookcreditamount * rate) FROM gl_transactions "
    "JOIN rates USING (company)",
    "gl_transactions.net": "SELECT 0 FROM rates LIMIT 1",
    "gl_transactions.balance_as_of": f"SELECT sum({NET}) FROM gl_transactions "
    "JOIN rates USING (company) WHERE jedate <= {day}",
    "gl_transactions.actual": _ledger("true"),
    "gl_transactions.actual_year_to_date": _ledger(THIS_YEAR),
    "gl_transactions.actual_prior_year_to_date": _ledger(PRIOR_YEAR),
    "gl_transactions.change": f"SELECT sum(CASE WHEN {THIS_YEAR} THEN 1 WHEN {PRIOR_YEAR} THEN -1 "
    f"ELSE 0 END * {NATURAL}) {LEDGER}",
    "gl_transactions.change_share": f"SELECT sum({NATURAL}) FILTER (WHERE {THIS_YEAR}) "
    f"/ sum({NATURAL}) FILTER (WHERE {PRIOR_YEAR}) - 1 {LEDGER}",
}
SYNC = {
    "sync_runs.failures": "SELECT count(*) FROM _sync_runs WHERE status <> 'complete'",
    "sync_runs.rows_changed": "SELECT sum(rows_inserted + rows_updated + rows_deleted) "
    "FROM _sync_run_streams",
    "sync_runs.hours_since_complete": "SELECT extract(epoch FROM now() - finished_at) / 3600 "
    "FROM _sync_runs",
    "sync_streams.hours_since_commit": "SELECT min(extract(epoch FROM now() - last_commit_at)) "
    "/ 3600 FROM _sync_run_streams",
    "sync_streams.records_received": _counted("records_received"),
    "sync_streams.rows_inserted": _counted("rows_inserted"),
    "sync_streams.rows_updated": _counted("rows_updated"),
    "sync_streams.rows_deleted": _counted("rows_deleted"),
    "sync_streams.rows_rejected": _counted("rows_rejected"),
    "looker_refreshes.owed": "SELECT count(*) FROM _looker_refreshes WHERE status <> 'done'",
}
EXPLORES = {e.get("view_name", name): name for name, e in BLOCK.explores.items()}
TILES = [element for board in BLOCK.dashboards for element in board["elements"]]


def _is_measure(field: str) -> bool:
    return bool(BLOCK.field(field)["kind"] == "measures")


def test_every_measure_of_a_dashboard_is_compared() -> None:
    """No tile shows a measure that is not held against the books."""
    shown = {field for tile in TILES for field in tile["fields"] if "as_of." not in field}
    views = {view for view in BLOCK.views if view in EXPLORES}
    measures = {f for f in shown if f.partition(".")[0] in views and _is_measure(f)}
    assert measures <= MEASURES.keys() | SYNC.keys()
    assert len(measures) > 45


@pytest.mark.parametrize(
    ("as_of", "company"),
    [
        pytest.param(None, None, id="today"),
        pytest.param("2026-06-29", None, id="day-of-payments"),
        pytest.param(None, "EPIC07", id="euro-company"),
        pytest.param("2025-12-31", "EPIC06", id="year-end-of-one"),
    ],
)
@pytest.mark.parametrize("measure", MEASURES)
def test_measure_is_what_the_books_say(
    measure: str, as_of: str | None, company: str | None, ask: Any, staged: Staged
) -> None:
    """A measure equals a statement on the staging tables, to the cent, on any day."""
    where = {"company_currencies__company": company} if company else {}
    companies = (company,) if company else ("EPIC06", "EPIC07")
    expected = staged.value(_statement(MEASURES[measure], as_of or LAST_DAY, companies))
    explore = EXPLORES[measure.partition(".")[0]]
    [[found]] = ask(explore, measure, as_of=as_of, **where)
    assert abs(found - (expected or 0)) < CLOSE


@pytest.mark.parametrize("measure", SYNC)
def test_sync_measure_is_what_the_run_log_says(measure: str, ask: Any, staged: Staged) -> None:
    """Counts are those of the run log; ages agree to the minute in which both are asked."""
    [[found]] = ask(EXPLORES[measure.partition(".")[0]], measure)
    assert abs(float(found) - float(staged.value(SYNC[measure]))) < 1 / 60


def _statement(text: str, day: str, companies: tuple[str, ...] = ("EPIC06", "EPIC07")) -> str:
    listed = ", ".join(f"'{company}'" for company in companies)
    return (RATES + text).replace("{companies}", listed).replace("{day}", f"DATE '{day}'")


def _spend(by: str) -> str:
    return f"SELECT {by}, sum(d.extcost * rate) {LINES} GROUP BY 1"


# Explore, dimensions and measure, and the same of the books.
GROUPS = {
    "ageing-by-vendor": (
        "ap_invoices vendors.vendorid company_currencies.company ap_invoices.overdue_over_90",
        (
            "SELECT vendorid, company, sum(owed * rate) FILTER (WHERE {day} - duedate > 90) "
            f"{AP} GROUP BY 1, 2"
        ),
    ),
    "ageing": (
        "ap_invoices ap_invoices.ageing_bucket ap_invoices.open_balance",
        "SELECT coalesce((ARRAY['Not due', '1-30 days', '31-60 days', '61-90 days', "
        "'Over 90 days'])[CASE WHEN duedate >= {day} THEN 1 ELSE least("
        "(({day} - duedate) + 29) / 30 + 1, 5) END], '?'), sum(owed * rate) " + AP + " GROUP BY 1",
    ),
    "invoiced-by-month": (
        "ap_invoices ap_invoices.invoice_month ap_invoices.invoiced_amount",
        f"SELECT to_char(invoicedate, 'YYYY-MM'), sum(invoiceamt * rate) {AP} GROUP BY 1",
    ),
    "spend-by-month": (
        "vendor_spend ap_invoices.invoice_month ap_invoice_lines.spend",
        _spend("to_char(h.invoicedate, 'YYYY-MM')"),
    ),
    "spend-by-group": (
        "vendor_spend vendor_groups.groupdesc ap_invoice_lines.spend",
        _spend("groupdesc"),
    ),
    "spend-by-country": (
        "vendor_spend vendors.country ap_invoice_lines.spend",
        _spend("v.country"),
    ),
    "spend-by-buyer": ("vendor_spend buyers.name ap_invoice_lines.spend", _spend("b.name")),
    "spend-by-class": (
        "vendor_spend part_classes.description ap_invoice_lines.spend",
        _spend("k.description"),
    ),
    "open-orders-by-month": (
        "purchase_orders purchase_order_releases.due_month purchase_order_releases.open_value",
        (
            f"SELECT to_char(r.duedate, 'YYYY-MM'), sum((relqty - receivedqty) * unitcost / {PER} "
            f"* rate) {OPEN} GROUP BY 1"
        ),
    ),
    "delivery-by-vendor": (
        (
            "purchase_orders vendors.vendorid company_currencies.company "
            "purchase_order_releases.otif_share"
        ),
        (
            "SELECT vendorid, company, avg(CASE WHEN last <= r.duedate AND receivedqty >= relqty "
            f"THEN 1 ELSE 0 END) {DUE} "
            "GROUP BY 1, 2"
        ),
    ),
    "stock-by-class": (
        "inventory part_classes.description part_warehouses.inventory_value",
        (
            f"SELECT k.description, sum(onhandqty * {COST} * rate) {STOCK} "
            "LEFT JOIN parts p USING (company, partnum) "
            "LEFT JOIN part_classes k USING (company, classid) GROUP BY 1"
        ),
    ),
    "turns-by-class": (
        "inventory part_classes.description part_warehouses.usage",
        (
            f"SELECT k.description, sum(t.extcost * rate) {ISSUES.replace('WHERE', JOIN_CLASS)} "
            "GROUP BY 1"
        ),
    ),
    "stock-by-site": (
        "inventory plants.name part_warehouses.inventory_value",
        (
            f"SELECT s.name, sum(onhandqty * {COST} * rate) {STOCK} "
            "JOIN warehouses h USING (company, warehousecode) "
            "JOIN plants s ON (s.company, s.plant1) = (w.company, h.plant) GROUP BY 1"
        ),
    ),
    "trial-balance": (
        (
            "gl_transactions gl_transactions.account_code company_currencies.company "
            "gl_transactions.balance_as_of"
        ),
        (
            f"SELECT segvalue1, company, sum({NET}) FILTER (WHERE jedate <= {{day}}) "
            "FROM gl_transactions JOIN rates USING (company) GROUP BY 1, 2"
        ),
    ),
    "ledger-by-department": (
        (
            "gl_transactions department.segmentname account.category "
            "gl_transactions.actual_year_to_date"
        ),
        (
            f"SELECT d.segmentname, a.category, sum({NATURAL.replace('normal', 'a.normal')}) "
            f"FILTER (WHERE {THIS_YEAR}) {LEDGER} {SEGMENT.format(2)} GROUP BY 1, 2"
        ),
    ),
    "ledger-by-project": (
        "gl_transactions ledger_project.segmentname gl_transactions.actual",
        (
            f"SELECT d.segmentname, sum({NATURAL.replace('normal', 'a.normal')}) {LEDGER} "
            f"{SEGMENT.format(4)} GROUP BY 1"
        ),
    ),
    "ledger-by-period": (
        "gl_transactions gl_transactions.period gl_transactions.actual",
        (
            "SELECT g.fiscalyear || '-' || right('0' || g.fiscalperiod, 2), "
            f"sum({NATURAL}) {LEDGER} GROUP BY 1"
        ),
    ),
}


@pytest.mark.parametrize("as_of", [LAST_DAY, "2026-03-31"])
@pytest.mark.parametrize("group", GROUPS)
def test_group_is_what_the_books_say(group: str, as_of: str, ask: Any, staged: Staged) -> None:
    """Every bar, line and row of a tile equals the same group of the books, to the cent."""
    asked, statement = GROUPS[group]
    explore, *fields = asked.split()
    found = {tuple(key): value for *key, value in ask(explore, *fields, as_of=as_of)}
    expected = {tuple(key): value for *key, value in staged.rows(_statement(statement, as_of))}
    differing = {
        key: (found.get(key), expected.get(key))
        for key in found.keys() | expected.keys()
        if abs((found.get(key) or 0) - (expected.get(key) or 0)) >= CLOSE
    }
    assert differing == {}
    assert len(expected) > 1


@pytest.mark.parametrize("company", ["EPIC06", "EPIC07"])
@pytest.mark.parametrize("as_of", [LAST_DAY, "2026-06-29", "2025-12-31"])
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
    assert abs(owed + ledger) < CLOSE


@pytest.mark.parametrize("company", ["EPIC06", "EPIC07"])
def test_inventory_is_the_inventory_accounts(company: str, ask: Any) -> None:
    """Stock at standard cost is what the ledger has on the inventory accounts of each company."""
    where = {"company_currencies__company": company}
    accounts = {**where, "gl_transactions__account_code": "1300, 1310, 1320"}
    ledger = ask("gl_transactions", "gl_transactions.balance_as_of", **accounts)[0][0]
    value = ask("inventory", "part_warehouses.inventory_value", **where)[0][0]
    assert abs(value - ledger) < CLOSE


@pytest.mark.parametrize("as_of", [LAST_DAY, "2026-03-31"])
def test_trial_balance_is_zero_per_company(as_of: str, ask: Any) -> None:
    """Debits less credits are nothing in every company, on any day."""
    fields = ("company_currencies.company", "gl_transactions.net", "gl_transactions.balance_as_of")
    rows = ask("gl_transactions", *fields, as_of=as_of)
    assert [(company, round(net, 2), round(then, 2)) for company, net, then in sorted(rows)] == [
        ("EPIC06", 0, 0),
        ("EPIC07", 0, 0),
    ]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_segments_have_the_names_of_their_chart(number: int, ask: Any, staged: Staged) -> None:
    """Each code of a segment comes with the name that its company's chart gives it."""
    view = f"chart_segment_{number}"
    fields = ("company_currencies.company", f"gl_transactions.segvalue{number}", f"{view}.name")
    found = ask("gl_transactions", *fields, "gl_transactions.line_count")
    names = {
        (company, code): name
        for company, code, name in staged.rows(
            "SELECT company, segmentcode, coalesce(nullif(segmentname, ''), segmentcode) "
            f"FROM coa_segment_values WHERE segmentnbr = {number}"
        )
    }
    assert {(company, code): name for company, code, name, _ in found if code} == {
        (company, code): names[company, code] for company, code, _, _ in found if code
    }
    assert len(found) > 1


@pytest.mark.parametrize(
    ("table", "explore", "measure"),
    [
        ("ap_invoices", "ap_invoices", "ap_invoices.open_balance"),
        ("ap_invoices", "vendor_spend", "ap_invoice_lines.spend"),
        ("ap_invoice_lines", "vendor_spend", "ap_invoice_lines.spend"),
        ("purchase_order_releases", "purchase_orders", "purchase_order_releases.open_value"),
        ("part_warehouses", "inventory", "part_warehouses.inventory_value"),
        ("part_transactions", "inventory", "part_warehouses.usage"),
        ("gl_transactions", "gl_transactions", "gl_transactions.debits"),
    ],
)
def test_rows_that_are_gone_count_no_more(
    table: str, explore: str, measure: str, ask: Any, staged: Staged
) -> None:
    """What is gone from Epicor is in no figure."""
    staged.cursor.execute(f"BEGIN; UPDATE {table} SET _sdc_deleted_at = now()")
    try:
        assert not ask(explore, measure)[0][0]
    finally:
        staged.cursor.execute("ROLLBACK")
