"""The chart of accounts: segments, their values, and what each posting of the company goes to.

An account is a tuple of four segment values: natural account, department, division, project. The
project is empty for most. The account string joins them with `-` and drops empty ones at the end.
"""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    """A GL account by its segments."""

    natural: str
    department: str = "000"
    division: str = "00"
    project: str = ""

    @property
    def text(self) -> str:
        """The account as the server shows it, such as `6000-600-10-P1001`."""
        return "-".join(part for part in self if part)


SEGMENTS = (
    (1, "Natural Account", "Acct"),
    (2, "Department", "Dept"),
    (3, "Division", "Div"),
    (4, "Project", "Proj"),
)

NATURAL = {
    "1000": ("Cash - Operating", "CURRENT ASSETS", "D"),
    "1100": ("Accounts Receivable", "CURRENT ASSETS", "D"),
    "1300": ("Inventory - Raw Material", "CURRENT ASSETS", "D"),
    "1310": ("Inventory - Purchased Components", "CURRENT ASSETS", "D"),
    "1320": ("Inventory - Finished Goods", "CURRENT ASSETS", "D"),
    "1350": ("Work in Process", "CURRENT ASSETS", "D"),
    "1410": ("Prepayments to Vendors", "CURRENT ASSETS", "D"),
    "1450": ("Input VAT", "CURRENT ASSETS", "D"),
    "1500": ("Plant and Equipment", "FIXED ASSETS", "D"),
    "1590": ("Accumulated Depreciation", "FIXED ASSETS", "C"),
    "2000": ("Accounts Payable", "CURRENT LIABILITIES", "C"),
    "2050": ("Received Not Invoiced", "CURRENT LIABILITIES", "C"),
    "2100": ("Accrued Payroll", "CURRENT LIABILITIES", "C"),
    "2150": ("Accrued Expenses", "CURRENT LIABILITIES", "C"),
    "2200": ("Output VAT", "CURRENT LIABILITIES", "C"),
    "3000": ("Share Capital", "EQUITY", "C"),
    "3900": ("Retained Earnings", "EQUITY", "C"),
    "4000": ("Sales - Products", "INCOME", "C"),
    "4900": ("Sales Returns and Allowances", "INCOME", "D"),
    "5000": ("Cost of Goods Sold", "COST OF SALES", "D"),
    "5100": ("Purchase Price Variance", "COST OF SALES", "D"),
    "5150": ("Inventory Adjustments", "COST OF SALES", "D"),
    "5200": ("Absorbed Labor and Burden", "COST OF SALES", "C"),
    "5210": ("Manufacturing Variance", "COST OF SALES", "D"),
    "5220": ("Standard Cost Revaluation", "COST OF SALES", "D"),
    "6000": ("Salaries and Wages", "EXPENSE", "D"),
    "6010": ("Payroll Taxes and Benefits", "EXPENSE", "D"),
    "6100": ("Supplies and MRO", "EXPENSE", "D"),
    "6200": ("Freight In", "EXPENSE", "D"),
    "6300": ("Utilities", "EXPENSE", "D"),
    "6400": ("Rent", "EXPENSE", "D"),
    "6500": ("Professional Services", "EXPENSE", "D"),
    "6600": ("IT and Software", "EXPENSE", "D"),
    "6700": ("Travel & Entertainment", "EXPENSE", "D"),
    "6800": ("Marketing", "EXPENSE", "D"),
    "6900": ("Depreciation", "EXPENSE", "D"),
    "7000": ("Currency Gain or Loss", "OTHER INCOME AND EXPENSE", "D"),
    "7100": ("Purchase Discounts Earned", "OTHER INCOME AND EXPENSE", "C"),
}

DEPARTMENTS = {
    "000": "Balance Sheet",
    "100": "Administration",
    "200": "Finance",
    "300": "Sales",
    "410": "Machining",
    "420": "Assembly",
    "430": "Welding",
    "500": "Warehouse & Logistics",
    "600": "Engineering",
    "700": "Quality",
    "800": "IT",
    "900": "Maintenance",
}

DIVISIONS = {
    "EPIC06": {"00": "Corporate", "10": "Industrial", "20": "Mobile", "30": "Service"},
    "EPIC07": {
        "00": "Zentrale",
        "10": "Industrie",
        "20": "Mobilhydraulik",
        "30": "Ersatzteile & Service",
    },
}

PROJECTS = {
    "P1001": "Line 3 Expansion",
    "P1002": "ERP Upgrade – Phase 2",
    "P1003": 'Customer "Orion" Tooling',
    "P1004": "Energy Efficiency 50%",
    "P1005": "Prüfstand Neubau",
}

INVENTORY = {
    "RAW": "1300",
    "CMP": "1310",
    "FAST": "1310",
    "FG": "1320",
    "OBS": "1310",
    "SVC": "1320",
}
"""Natural account of the inventory of each part class."""

_EXPENSE_OF_CLASS = {"MRO": "6100", "SERV": "6500", "IT": "6600"}
CASH = Account("1000")
RECEIVABLE = Account("1100")
WORK_IN_PROCESS = Account("1350")
PREPAYMENTS = Account("1410")
INPUT_VAT = Account("1450")
FIXED_ASSETS = Account("1500")
ACCUMULATED_DEPRECIATION = Account("1590")
PAYABLE = Account("2000")
RECEIVED_NOT_INVOICED = Account("2050")
ACCRUED_PAYROLL = Account("2100")
ACCRUED_EXPENSES = Account("2150")
OUTPUT_VAT = Account("2200")
CAPITAL = Account("3000")
CURRENCY_RESULT = Account("7000", "200")
DISCOUNTS_EARNED = Account("7100", "200")
COUNT_DIFFERENCES = Account("5150", "500")
REVALUATION = Account("5220", "200")
PAYROLL_DEPARTMENTS = ("100", "200", "300", "410", "420", "430", "500", "600", "700", "800", "900")


def department_of(account_natural: str) -> str:
    """Return the department that usually bears an expense account."""
    usual = {
        "6200": "500",
        "6300": "900",
        "6400": "100",
        "6500": "100",
        "6600": "800",
        "6700": "300",
        "6800": "300",
    }
    return usual.get(account_natural, "900")


def expense_account(part_class: str, order_num: int, division: str = "") -> Account:
    """Return the account that a purchase without stock goes to."""
    department = ("900", "410", "420", "430", "800", "600", "500")[order_num % 7]
    return Account(
        _EXPENSE_OF_CLASS.get(part_class, "6100"), department, division or f"{order_num % 3 + 1}0"
    )
