"""Posted journals and GL accounts as rows of Epicor's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company.accounts import DEPARTMENTS, NATURAL
from sandbox.company.amounts import money_text
from sandbox.company.calendar import FISCAL_CALENDAR, stamp
from sandbox.company.payments import BANK_ACCOUNT

if TYPE_CHECKING:
    from sandbox.company.accounts import Account
    from sandbox.company.firm import Firm
    from sandbox.company.records.ledger import Entry, Journal

Row = dict[str, Any]
BOOK = "MAIN"
CHART = "MAIN"
_ZERO = "0.000"


def entry_row(firm: Firm, journal: Journal, line: int, entry: Entry) -> Row:
    """Return the GLJrnDtl row; book currency is in the columns that begin with `Book`."""
    account = entry.account
    return {
        "Company": firm.company,
        "BookID": BOOK,
        "FiscalYear": journal.year,
        "FiscalYearSuffix": "",
        "FiscalPeriod": journal.period,
        "FiscalCalendarID": FISCAL_CALENDAR[firm.company],
        "JournalCode": journal.code,
        "JournalNum": journal.num,
        "JournalLine": line,
        "Description": f"{journal.text}: {entry.text}"[:60],
        "JEDate": stamp(journal.day),
        "PostedDate": stamp(journal.day),
        "CreateDate": stamp(journal.day),
        "Posted": True,
        "PostedBy": journal.person,
        "GroupID": f"{journal.code}{journal.day:%m%d}",
        "SourceModule": journal.module,
        "Reverse": journal.reverse,
        "COACode": CHART,
        "GLAccount": account.text,
        "SegValue1": account.natural,
        "SegValue2": account.department,
        "SegValue3": account.division,
        "SegValue4": account.project,
        "CurrencyCode": journal.currency,
        "DebitAmount": money_text(entry.doc_amount) if entry.doc_amount > 0 else _ZERO,
        "CreditAmount": money_text(-entry.doc_amount) if entry.doc_amount < 0 else _ZERO,
        "BookDebitAmount": money_text(entry.amount) if entry.amount > 0 else _ZERO,
        "BookCreditAmount": money_text(-entry.amount) if entry.amount < 0 else _ZERO,
        "VendorNum": journal.vendor_num,
        "APInvoiceNum": entry.ap_invoice,
        "CustNum": journal.cust_num,
        "ARInvoiceNum": entry.ar_invoice,
        "CheckNum": entry.check,
        "BankAcctID": BANK_ACCOUNT[firm.company] if entry.check else "",
        "CorrAccUID": 0,
        "MultiCompany": False,
        "LegalNumber": "",
    }


def account_row(company: str, account: Account) -> Row:
    """Return the GLAccount row; the account string's column is spelled `GLAccount1` here."""
    return {
        "Company": company,
        "COACode": CHART,
        "GLAccount1": account.text,
        "AccountDesc": f"{NATURAL[account.natural][0]} / {DEPARTMENTS[account.department]}"[:50],
        "SegValue1": account.natural,
        "SegValue2": account.department,
        "SegValue3": account.division,
        "SegValue4": account.project,
        "ParentGLAccount": "",
        "Active": True,
        "MultiCompany": False,
        "EffFrom": None,
        "EffTo": None,
    }
