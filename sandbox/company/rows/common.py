"""Companies, sites, currencies and code tables as rows of Epicor's tables."""

from __future__ import annotations

from datetime import date, timedelta
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
from sandbox.company.rows.chart import calendar_rows, chart_rows

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


def common_rows(firm: Firm) -> Iterator[tuple[str, list[Row]]]:
    """Yield the tables that a company has once, however large it is."""
    company = firm.company
    yield "Company", [_company_row(company)]
    yield (
        "Plant",
        [
            {
                "Company": company,
                "Plant1": plant,
                "Name": _PLANT_NAMES[plant],
                "PlantCostID": "1",
                "CountryNum": 1 if company == "EPIC06" else 49,
            }
            for plant in PLANTS[company]
        ],
    )
    yield (
        "Warehse",
        [
            {
                "Company": company,
                "WarehouseCode": code,
                "Description": f"{_PLANT_NAMES[plant]} {code}",
                "Plant": plant,
            }
            for plant in PLANTS[company]
            for code in WAREHOUSES[plant]
        ],
    )
    yield "Currency", [_currency_row(company, code) for code in (company_currencies(firm))]
    yield (
        "CurrExRate",
        [
            rate_row(company, currency, day, rate)
            for currency, days in firm.rates.items()
            for day, rate in days
        ],
    )
    yield from calendar_rows(company)
    yield from chart_rows(company)
    yield from _code_rows(company)


def company_currencies(firm: Firm) -> list[str]:
    """Return the company's own currency and those it has rates for."""
    return [firm.currency, *firm.rates]


def _company_row(company: str) -> Row:
    return {
        "Company1": company,
        "Name": COMPANY_NAMES[company],
        "Address1": '1200 Harbor Dr\nBuilding "C"' if company == "EPIC06" else "Königstraße 5",
        "City": "Milwaukee" if company == "EPIC06" else "Kassel",
        "State": "WI" if company == "EPIC06" else "",
        "Zip": "53202" if company == "EPIC06" else "34117",
        "Country": "USA" if company == "EPIC06" else "Germany",
        "CurrentFiscalYear": 2026 if company == "EPIC06" else 2027,
        "FiscalCalendarID": FISCAL_CALENDAR[company],
        "ExternalID": "",
        "BaseCurrCode": BASE_CURRENCY[company],
    }


def _currency_row(company: str, code: str) -> Row:
    return {
        "Company": company,
        "CurrencyCode": code,
        "CurrDesc": _CURRENCIES[code],
        "CurrencyID": code,
        "ISOCurrCode": code,
        "BaseCurr": code == BASE_CURRENCY[company],
        "Inactive": False,
    }


def rate_row(company: str, currency: str, day: date, rate: int) -> Row:
    """Return a CurrExRate row: what one unit of `currency` is worth from `day` on."""
    return {
        "Company": company,
        "RateGrpCode": "MAIN",
        "SourceCurrCode": currency,
        "TargetCurrCode": BASE_CURRENCY[company],
        "EffectiveDate": stamp(day),
        "CurrentRate": rate_text(rate),
        "Reference": "",
    }


def _code_rows(company: str) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "BankAcct",
        [
            {
                "Company": company,
                "BankAcctID": BANK_ACCOUNT[company],
                "Description": "Operating account",
                "BankName": "First National" if company == "EPIC06" else "Kasseler Sparkasse",
                "CurrencyCode": BASE_CURRENCY[company],
            }
        ],
    )
    yield (
        "PurTerms",
        [
            {
                "Company": company,
                "TermsCode": code,
                "Description": _terms_text(days, early, percent),
                "DueDays": days,
                "DiscountDays": early,
                "DiscountPercent": money_text(percent * 100),
                "TermsType": "D",
            }
            for code, (days, early, percent) in TERMS.items()
        ],
    )
    yield (
        "PurAgent",
        [
            {
                "Company": company,
                "BuyerID": code,
                "Name": _BUYER_NAMES[code],
                "POLimit": money_text(5_000_000),
                "EMailAddress": f"{code.lower()}@example.com",
                "InActive": False,
            }
            for code in BUYERS[company]
        ],
    )
    yield (
        "VendGrup",
        [
            {"Company": company, "GroupCode": code, "GroupDesc": text}
            for code, text in VENDOR_GROUPS.items()
        ],
    )
    yield (
        "PartClass",
        [
            {
                "Company": company,
                "ClassID": code,
                "Description": text,
                "BuyerID": BUYERS[company][0],
                "Inactive": False,
            }
            for code, text in PART_CLASSES.items()
        ],
    )
    yield (
        "ProdGrup",
        [
            {"Company": company, "ProdCode": code, "Description": text}
            for code, text in PRODUCT_GROUPS.items()
        ],
    )
    yield (
        "JCDept",
        [
            {"Company": company, "JCDept1": code, "Description": text}
            for code, text in _COST_DEPARTMENTS.items()
        ],
    )
    yield (
        "Project",
        [
            {
                "Company": company,
                "ProjectID": code,
                "Description": text,
                "ActiveProject": code != "P1004",
                "StartDate": stamp(FIRST_DAY),
                "EndDate": stamp(TODAY + timedelta(days=200)) if code != "P1002" else None,
                "CurrencyCode": BASE_CURRENCY[company],
                "CommentText": "Budget: see\tsheet 2",
            }
            for code, text in accounts.PROJECTS.items()
        ],
    )


def _terms_text(days: int, early: int, percent: int) -> str:
    if percent:
        return f"{percent}% {early}, net {days}"
    return f"Net {days}" if days else "Cash on delivery"
