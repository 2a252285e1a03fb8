"""A company read back from the database, ready for its next day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.company.amounts import parse_scaled
from sandbox.company.calendar import fiscal_period
from sandbox.company.firm import Firm, Numbers
from sandbox.company.ledger import settled_accounts

if TYPE_CHECKING:
    from datetime import date

    from sandbox.epicor.store import Store
from sandbox.company.reader import Reader, money, quantity, read_day
from sandbox.company.stored_masters import read_customers, read_jobs, read_parts, read_vendors
from sandbox.company.stored_orders import plan_billing, read_orders, read_receipts
from sandbox.company.stored_payables import read_invoices, read_payments
from sandbox.company.stored_sales import read_sales

_RATE = 8
_JOURNAL_CODES = ("PJ", "CD", "IJ", "SJ", "CR", "GJ")


def last_day(store: Store, company: str) -> date:
    """Return the day up to which the data of a company goes: that of its newest exchange rates."""
    found = Reader(store, company).rows(
        "CurrExRate", "EffectiveDate", order='"EffectiveDate" DESC LIMIT 1'
    )
    if not found:
        message = f"No exchange rates for {company}: build it with sandbox.company.build first."
        raise ValueError(message)
    return read_day(found[0][0])


def read_firm(store: Store, company: str, seed: int, day: date) -> Firm:
    """Return the company as it stands on the morning of `day`, with its agenda."""
    reader = Reader(store, company)
    firm = Firm(
        company=company,
        seed=seed,
        lot="stored",
        numbers=_numbers(reader, day),
        last_day=day,
        has_prepaid=True,
    )
    for currency, effective, rate in reader.rows(
        "CurrExRate", "SourceCurrCode EffectiveDate CurrentRate", order='"EffectiveDate"'
    ):
        firm.rates.setdefault(currency, []).append((read_day(effective), parse_scaled(rate, _RATE)))
    _read_balances(reader, firm)
    vendors = {vendor.num: vendor for vendor in read_vendors(reader, firm)}
    firm.vendors = list(vendors.values())
    firm.customers = list(read_customers(reader, firm))
    parts = read_parts(reader, vendors)
    firm.parts = list(parts.values())
    for part_num, warehouse, on_hand in reader.rows("PartWhse", "PartNum WarehouseCode OnHandQty"):
        firm.stock[part_num, warehouse] = quantity(on_hand)
    read_jobs(reader, firm, parts, day)
    releases = read_orders(reader, firm, vendors, parts, day)
    receipts = read_receipts(reader, firm, vendors, releases)
    invoices = read_invoices(reader, firm, vendors, receipts, day)
    plan_billing(firm, day)
    read_payments(reader, firm, vendors, invoices, day)
    read_sales(reader, firm, parts, day)
    return firm


def _numbers(reader: Reader, day: date) -> Numbers:
    numbers = Numbers()
    for name, table, column in (
        ("order", "POHeader", "PONum"),
        ("sale", "OrderHed", "OrderNum"),
        ("payment", "CheckHed", "HeadNum"),
        ("check", "CheckHed", "CheckNum"),
        ("customer invoice", "InvcHead", "InvoiceNum"),
        ("move", "PartTran", "TranNum"),
    ):
        numbers.start(name, reader.highest(table, column) + 1)
    jobs = reader.rows("JobHead", "JobNum")
    numbers.start("job", max((int(num[-6:].lstrip("J/")) for (num,) in jobs), default=0) + 1)
    # Suppliers' own numbers are not ours to continue: each day has a range of its own.
    numbers.start("supplier invoice", day.toordinal() * 100_000)
    numbers.start("pack", day.toordinal() * 100_000)
    year = fiscal_period(reader.company, day)[0]
    for code in _JOURNAL_CODES:
        where = f'"JournalCode" = \'{code}\' AND "FiscalYear" = {year}'
        numbers.start(f"journal {code} {year}", reader.highest("GLJrnDtl", "JournalNum", where) + 1)
    return numbers


def _read_balances(reader: Reader, firm: Firm) -> None:
    """Read the balances of the accounts that the start of a month settles."""
    for account in settled_accounts():
        where = f"\"GLAccount\" = '{account.text}'"
        lines = reader.rows("GLJrnDtl", "BookDebitAmount BookCreditAmount", where)
        firm.balances[account] = sum(money(debit) - money(credit) for debit, credit in lines)
