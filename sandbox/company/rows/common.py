"""Companies, sites, currencies and code tables as rows of Epicor's tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company import accounts
from sandbox.company.amounts import money_text, rate_text
from sandbox.company.calendar import (
    FIRST_DAY,
    FISCAL_CALENDAR,
    TODAY,
    stamp,
)
from sandbox.company.codes import (
    BUYERS,
    PART_CLASSES,
    PLANTS,
    PRODUCT_GROUPS,
    TERMS,
    VENDOR_GROUPS,
    WAREHOUSES,
)
from sandbox.company.firm import BASE_CURRENCY
from sandbox.company.payments import BANK_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.company.firm import Firm
from sandbox.company.rows.chart import Table, calendar_rows, chart_rows, table

Row = dict[str, Any]
COMPANY_NAMES = {
    "EPIC06": "Meridian Fluid Power Corp.",
    "EPIC07": "Meridian Hydraulik Süd GmbH & Co. KG",
}
_PLANT_NAMES = {"MAIN": "Milwaukee – Main", "WEST": "Reno – West", "KASSEL": "Werk Kassel"}
_CURRENCIES = {
    "USD": "US Dollar",
    "EUR": "Euro",
    "GBP": "Pound Sterling",
    "CAD": "Canadian Dollar",
    "CNY": "Renminbi 人民币",
    "PLN": "Złoty",
}
_BUYER_NAMES = {
    "JDOE": "Jane Doe",
    "MGARCIA": "María García",
    "TNGUYEN": "Thuý Nguyễn",
    "LROSSI": "Luca Rossi",
    "HSCHMIDT": "Heiko Schmidt",
    "AÖZDEMIR": "Ayşe Özdemir",
}
_COST_DEPARTMENTS = {
    "MACH": "Machining",
    "ASSY": "Assembly",
    "WELD": "Welding",
    "PAINT": "Paint & Coating",
    "QC": "Quality",
}


def common_rows(firm: Firm) -> Iterator[Table]:
    """Yield the tables that a company has once, however large it is."""
    company = firm.company
    parent = company == "EPIC06"
    yield "Company", [_company_row(company)]
    plants = [(plant, _PLANT_NAMES[plant], "1", 1 if parent else 49) for plant in PLANTS[company]]
    yield table(company, "Plant", "Plant1 Name PlantCostID CountryNum", plants)
    warehouses = [
        (code, f"{_PLANT_NAMES[plant]} {code}", plant)
        for plant in PLANTS[company]
        for code in WAREHOUSES[plant]
    ]
    yield table(company, "Warehse", "WarehouseCode Description Plant", warehouses)
    yield table(
        company,
        "Currency",
        "CurrencyCode CurrDesc CurrencyID ISOCurrCode BaseCurr Inactive",
        (
            (code, _CURRENCIES[code], code, code, code == firm.currency, False)
            for code in (firm.currency, *firm.rates)
        ),
    )
    yield table(
        company,
        "CurrExRate",
        "RateGrpCode SourceCurrCode TargetCurrCode EffectiveDate CurrentRate Reference",
        (
            ("MAIN", currency, firm.currency, stamp(day), rate_text(rate), "")
            for currency, days in firm.rates.items()
            for day, rate in days
        ),
    )
    yield from calendar_rows(company)
    yield from chart_rows(company)
    yield from _code_rows(company)


def _company_row(company: str) -> Row:
    parent = company == "EPIC06"
    return {
        "Company1": company,
        "Name": COMPANY_NAMES[company],
        "Address1": '1200 Harbor Dr\nBuilding "C"' if parent else "Königstraße 5",
        "City": "Milwaukee" if parent else "Kassel",
        "State": "WI" if parent else "",
        "Zip": "53202" if parent else "34117",
        "Country": "USA" if parent else "Germany",
        "CurrentFiscalYear": 2026 if parent else 2027,
        "FiscalCalendarID": FISCAL_CALENDAR[company],
        "ExternalID": "",
        "BaseCurrCode": BASE_CURRENCY[company],
    }


def _code_rows(company: str) -> Iterator[Table]:
    currency = BASE_CURRENCY[company]
    bank = "First National" if company == "EPIC06" else "Kasseler Sparkasse"
    yield table(
        company,
        "BankAcct",
        "BankAcctID Description BankName CurrencyCode",
        [(BANK_ACCOUNT[company], "Operating account", bank, currency)],
    )
    yield table(
        company,
        "PurTerms",
        "TermsCode Description DueDays DiscountDays DiscountPercent TermsType",
        (
            (code, _terms_text(days, early, percent), days, early, money_text(percent * 100), "D")
            for code, (days, early, percent) in TERMS.items()
        ),
    )
    yield table(
        company,
        "PurAgent",
        "BuyerID Name POLimit EMailAddress InActive",
        (
            (code, _BUYER_NAMES[code], "50000.000", f"{code.lower()}@example.com", False)
            for code in BUYERS[company]
        ),
    )
    yield table(company, "VendGrup", "GroupCode GroupDesc", VENDOR_GROUPS.items())
    yield table(
        company,
        "PartClass",
        "ClassID Description BuyerID Inactive",
        ((code, text, BUYERS[company][0], False) for code, text in PART_CLASSES.items()),
    )
    yield table(company, "ProdGrup", "ProdCode Description", PRODUCT_GROUPS.items())
    yield table(company, "JCDept", "JCDept1 Description", _COST_DEPARTMENTS.items())
    end = stamp(TODAY + timedelta(days=200))
    yield table(
        company,
        "Project",
        "ProjectID Description ActiveProject StartDate EndDate CurrencyCode CommentText",
        (
            (
                *(code, text, code != "P1004", stamp(FIRST_DAY)),
                *(end if code != "P1002" else None, currency, "Budget: see\tsheet 2"),
            )
            for code, text in accounts.PROJECTS.items()
        ),
    )


def _terms_text(days: int, early: int, percent: int) -> str:
    if percent:
        return f"{percent}% {early}, net {days}"
    return f"Net {days}" if days else "Cash on delivery"
