"""The company's codes: sites, warehouses, buyers, groups, classes, payment terms."""

from __future__ import annotations

SIZE_SHARE = {"EPIC06": 0.82, "EPIC07": 0.18}
PLANTS = {"EPIC06": ("MAIN", "WEST"), "EPIC07": ("KASSEL",)}
WAREHOUSES = {
    "MAIN": ("RM", "FG", "SVC"),
    "WEST": ("WRM", "WFG", "WSVC"),
    "KASSEL": ("K-RM", "K-FG", "K-SVC"),
}
BUYERS = {"EPIC06": ("JDOE", "MGARCIA", "TNGUYEN", "LROSSI"), "EPIC07": ("HSCHMIDT", "AÖZDEMIR")}
VENDOR_GROUPS = {
    "PROD": "Production Material",
    "MRO": "MRO & Supplies",
    "SERV": "Services",
    "UTIL": "Utilities, Rent",
}
PART_CLASSES = {
    "RAW": "Raw Material",
    "CMP": "Purchased Components",
    "FAST": "Fasteners (per 100)",
    "FG": "Finished Goods",
    "OBS": "Slow & Obsolete",
    "SVC": "Service Parts",
    "MRO": "Maintenance, Repair, Operations",
    "SERV": "External Services",
    "IT": "IT Equipment",
}
PRODUCT_GROUPS = {
    "PG10": "Industrial Cylinders",
    "PG20": "Mobile Valves",
    "PG30": "Spare & Service Kits",
}
TERMS = {
    "N30": (30, 0, 0),
    "N45": (45, 0, 0),
    "N60": (60, 0, 0),
    "210": (30, 10, 2),
    "COD": (0, 0, 0),
}
"""Payment terms: days until due, days until the discount ends, discount in per cent."""
