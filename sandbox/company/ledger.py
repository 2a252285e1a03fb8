"""Manual journals: opening balance, payroll, depreciation, accruals and their reversal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company.accounts import (
    ACCRUED_EXPENSES,
    ACCRUED_PAYROLL,
    ACCUMULATED_DEPRECIATION,
    CAPITAL,
    CASH,
    FIXED_ASSETS,
    INPUT_VAT,
    OUTPUT_VAT,
    PAYROLL_DEPARTMENTS,
    Account,
)
from sandbox.company.calendar import is_month_end, is_month_start
from sandbox.company.parts import MADE_LOT_DAYS
from sandbox.company.records.ledger import Entry

if TYPE_CHECKING:
    from sandbox.company.firm import Firm

_PAYROLL_SHARE = 0.17


def expected_monthly_sales(firm: Firm) -> int:
    """Return the sales of an average month in cents, as the lots of the made parts imply."""
    daily = sum(
        part.order_quantity * part.price / MADE_LOT_DAYS for part in firm.parts if part.is_made
    )
    return max(1_000_000, int(daily * 21 / 100_000))


def _simple(account: Account, amount: int, text: str) -> Entry:
    return Entry(account, amount, amount, text)


def open_books(firm: Firm, day: date) -> None:
    """Post the opening balance: cash and equipment against capital."""
    sales = expected_monthly_sales(firm)
    cash, plant, worn = sales * 3, sales * 5, sales * 2
    firm.post(
        "GJ",
        day,
        "Opening balance",
        [
            _simple(CASH, cash, "Opening balance"),
            _simple(FIXED_ASSETS, plant, "Opening balance"),
            _simple(ACCUMULATED_DEPRECIATION, -worn, "Opening balance"),
            _simple(CAPITAL, worn - cash - plant, "Opening balance"),
        ],
        module="GL",
    )


def post_manual(firm: Firm, day: date) -> None:
    """Post what the accountants enter by hand on the first and the last working day of a month."""
    if is_month_end(day):
        _post_payroll(firm, day)
        _post_depreciation(firm, day)
        _post_accrual(firm, day, 1)
    elif is_month_start(day):
        _post_accrual(firm, day, -1)
        _pay_authorities(firm, day)


def _post_payroll(firm: Firm, day: date) -> None:
    rng = firm.chance("payroll", day)
    base = int(expected_monthly_sales(firm) * _PAYROLL_SHARE)
    shares = {"410": 26, "420": 24, "430": 10, "500": 9, "300": 9, "600": 8}
    entries = []
    for department in PAYROLL_DEPARTMENTS:
        wages = int(base * shares.get(department, 3) / 100 * rng.uniform(0.96, 1.05))
        entries.append(_simple(Account("6000", department, "10"), wages * 7 // 10, "Payroll"))
        entries.append(
            _simple(Account("6000", department, "20"), wages - wages * 7 // 10, "Payroll")
        )
        if department == "600":
            project = f"P100{rng.randrange(1, 6)}"
            entries.append(
                _simple(Account("6000", department, "10", project), wages // 5, "Project hours")
            )
    entries.append(
        _simple(Account("6010", "100", "00"), base * 18 // 100, "Payroll taxes and benefits")
    )
    total = sum(entry.amount for entry in entries)
    entries.append(_simple(CASH, -(total * 8 // 10), "Net pay"))
    entries.append(_simple(ACCRUED_PAYROLL, total * 8 // 10 - total, "Withheld"))
    firm.post("GJ", day, f"Payroll {day:%Y-%m}", entries, module="GL")


def _post_depreciation(firm: Firm, day: date) -> None:
    amount = expected_monthly_sales(firm) * 5 // 96
    entries = [
        _simple(Account("6900", department, "10"), amount // 3, "Depreciation")
        for department in ("410", "420", "500")
    ]
    entries.append(_simple(ACCUMULATED_DEPRECIATION, -(amount // 3) * 3, "Depreciation"))
    firm.post("GJ", day, f"Depreciation {day:%Y-%m}", entries, module="GL")


def _post_accrual(firm: Firm, day: date, sign: int) -> None:
    """Post the accrual of a month's end (`sign` 1) or reverse it in the next month (-1)."""
    month = day if sign > 0 else day.replace(day=1) - timedelta(days=1)
    rng = firm.plan("accrual", month.year, month.month)
    amount = sign * int(expected_monthly_sales(firm) * rng.uniform(0.004, 0.012))
    entries = [
        _simple(Account("6300", "900", "10"), amount, "Accrued utilities"),
        _simple(ACCRUED_EXPENSES, -amount, "Accrued utilities"),
    ]
    text = f"Accrual {month:%Y-%m}" + ("" if sign > 0 else " (reversal)")
    firm.post("GJ", day, text, entries, module="GL", reverse=sign < 0)


def settled_accounts() -> tuple[Account, ...]:
    """Return the accounts whose balance is settled in cash at the start of each month."""
    return (ACCRUED_PAYROLL, OUTPUT_VAT, INPUT_VAT)


def _pay_authorities(firm: Firm, day: date) -> None:
    """Pay what was withheld from wages, and the VAT that remains after input VAT."""
    entries = [
        _simple(account, -firm.balances[account], "Settled") for account in settled_accounts()
    ]
    entries.append(_simple(CASH, -sum(entry.amount for entry in entries), "Tax office"))
    if any(entry.amount for entry in entries):
        firm.post("GJ", day, f"Payroll taxes and VAT {day:%Y-%m}", entries, module="GL")
