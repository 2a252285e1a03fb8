"""Which columns of a server are offered when nobody named them one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_USER_ROW_VERSION = "UD_SysRevID"
_OLD_USER_COLUMN = re.compile(r"(?:Character|ShortChar|Number|CheckBox|Date)\d\d\Z", re.ASCII)
# Names as a live server and the API description of another have them, and what is written alike.
_CONFIDENTIAL = re.compile(
    r"passwo?r?d|pass_?phrase|pwd|token|secret|credential|api_?key|private_?key|host_?user_?name"
    r"|cccsc|card_?num|card_?member_?name|card_?holder|card_?code|cvv"
    r"|expiration_?(?:month|year)"
    r"|bank_?(?:acct|account)_?n|(?:checking|corresp)_?acc|giro_?acc|routing_?num",
    re.IGNORECASE,
)
# Too short to be looked for in any letter case: `RecurPeriod`, `DistribAnalysis`, `ScorecardID`.
_CONFIDENTIAL_WORD = re.compile(r"IBAN|Iban|CURP|Card_?ID|Card_?P[Ii][Nn]|BankAccount\Z")


def is_confidential(name: str) -> bool:
    """Return whether a column holds a secret, card data or the number of a bank account.

    Only its name can tell: passwords of payment hosts, card numbers and their tokens, IBANs.
    """
    return bool(_CONFIDENTIAL.search(name) or _CONFIDENTIAL_WORD.search(name))


def is_user_column(name: str, siblings: Collection[str]) -> bool:
    """Return whether a column was added by the users of a site.

    It ends in `_c`, or is one of the fixed names of sites that came from older versions
    (`ShortChar01`), which a table has beside the row version of its user columns.

    Args:
        name: The column.
        siblings: All columns of its type.
    """
    if name.endswith("_c"):
        return True
    return _USER_ROW_VERSION in siblings and bool(_OLD_USER_COLUMN.match(name))


def spelling(name: str, available: Collection[str]) -> str:
    """Return the server's spelling of a column.

    Epicor writes a `1` behind a column that is named like its own entity type, in some places.
    """
    if name in available:
        return name
    for other in (name.removesuffix("1"), f"{name}1"):
        if other in available:
            return other
    return name
