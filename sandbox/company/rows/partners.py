"""Vendors and customers as rows of Epicor's tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company import chance, names
from sandbox.company.amounts import divide, money_text
from sandbox.company.calendar import (
    FIRST_DAY,
    TODAY,
    stamp,
    stamp_or_none,
)
from sandbox.company.habits import vendor_habit

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Customer, Vendor

Row = dict[str, Any]
_COUNTRY_NUMBERS = {
    "USA": 1,
    "Canada": 2,
    "Mexico": 3,
    "Germany": 49,
    "France": 33,
    "Italy": 39,
    "Spain": 34,
    "Austria": 43,
    "Netherlands": 31,
    "United Kingdom": 44,
    "Poland": 48,
    "China": 86,
}


def vendor_row(firm: Firm, vendor: Vendor) -> Row:
    """Return the Vendor row."""
    rng = chance.source(firm.seed, firm.company, "vendor row", vendor.num)
    habit = vendor_habit(firm.seed, firm.company, vendor.num)
    contract_end = TODAY + timedelta(days=rng.randrange(-400, 900)) if rng.random() < 0.5 else None
    place = vendor.place
    return {
        "Company": firm.company,
        "VendorNum": vendor.num,
        "VendorID": vendor.vendor_id,
        "Name": vendor.name,
        "LegalName": vendor.name if rng.random() < 0.3 else "",
        "Address1": vendor.street,
        "Address2": 'c/o "Front Desk"' if rng.random() < 0.05 else "",
        "City": place.city,
        "State": place.state,
        "ZIP": place.postal_code,
        "Country": place.country,
        "CountryNum": _COUNTRY_NUMBERS[place.country],
        "TaxPayerID": f"{rng.randrange(10, 99)}-{rng.randrange(10**6, 10**7)}",
        "TermsCode": vendor.terms,
        "GroupCode": vendor.group,
        "CurrencyCode": place.currency,
        "PurPoint": vendor.purchase_point,
        "PhoneNum": f"+{_COUNTRY_NUMBERS[place.country]} {rng.randrange(10**8, 10**9)}",
        "FaxNum": "",
        "EMailAddress": f"orders@v{vendor.num}.example.com" if rng.random() < 0.8 else "",
        "VendURL": f"https://v{vendor.num}.example.com/?a=1&b=2#top" if rng.random() < 0.3 else "",
        "Comment": names.remark(rng),
        "ShipViaCode": "",
        "DefaultFOB": "",
        "PMUID": 1,
        "Inactive": vendor.inactive,
        "PayHold": vendor.pay_hold,
        "OneCheck": True,
        "Approved": True,
        "GlobalVendor": False,
        "MinOrderValue": money_text(divide(rng.randrange(0, 50_000), 5_000) * 5_000),
        "ExternalId": "",
        "SupplierRating_c": round(habit.on_time * 100) if vendor.num % 4 else None,
        "ContractEnd_c": stamp_or_none(contract_end),
        "ShortChar01": rng.choice(("", "A", "B", "C/1")),
        "Number01": f"{rng.randrange(10_000)}.{rng.randrange(10**9):09d}",
        **vendor.revised,
    }


def _some_day(rng: Random) -> date | None:
    return FIRST_DAY + timedelta(days=rng.randrange(729)) if rng.random() < 0.7 else None


def customer_row(firm: Firm, customer: Customer) -> Row:
    """Return the Customer row; the postal code is spelled `Zip` here."""
    rng = chance.source(firm.seed, firm.company, "customer row", customer.num)
    place = customer.place
    return {
        "Company": firm.company,
        "CustNum": customer.num,
        "CustID": customer.cust_id,
        "Name": customer.name,
        "BTName": "",
        "Address1": customer.street,
        "City": place.city,
        "State": place.state,
        "Zip": place.postal_code,
        "Country": place.country,
        "CountryNum": _COUNTRY_NUMBERS[place.country],
        "TermsCode": customer.terms,
        "GroupCode": "OEM" if customer.num % 2 else "DIST",
        "TerritoryID": "",
        "SalesRepCode": "REP01",
        "CurrencyCode": place.currency,
        "CustomerType": "CUS",
        "ShipToNum": "",
        "EMailAddress": f"ap@c{customer.num}.example.com",
        "PhoneNum": f"+{_COUNTRY_NUMBERS[place.country]} {rng.randrange(10**8, 10**9)}",
        "CreditHold": rng.random() < 0.03,
        "CreditLimit": money_text(rng.randrange(1, 40) * 1_000_000),
        "EstDate": stamp(FIRST_DAY - timedelta(days=rng.randrange(4_000))),
        "KeyAccount_c": None if rng.random() < 0.2 else customer.weight > 3,
        "ChangedBy": "sales",
        "ChangeDate": stamp(FIRST_DAY + timedelta(days=rng.randrange(729))),
        "ChangeTime": rng.randrange(86_400),
        "ShortChar01": rng.choice(("", "east", "wést")),
        "CheckBox01": rng.random() < 0.5,
        "Date01": stamp_or_none(_some_day(rng)),
        **customer.revised,
    }
