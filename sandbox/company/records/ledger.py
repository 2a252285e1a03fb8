"""Journals of the general ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.accounts import Account


class Entry(NamedTuple):
    """A line of a journal; amounts are positive for debit, negative for credit."""

    account: Account
    doc_amount: int
    amount: int
    text: str
    ap_invoice: str = ""
    ar_invoice: int = 0
    check: int = 0


class Journal(NamedTuple):
    """A posted GL journal, balanced in document and in book currency."""

    code: str
    num: int
    year: int
    period: int
    day: date
    currency: str
    text: str
    module: str
    entries: tuple[Entry, ...]
    vendor_num: int = 0
    cust_num: int = 0
    person: str = ""
    reverse: bool = False
