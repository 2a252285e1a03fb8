"""Names, addresses and remarks: mostly plain, some as awkward as the world writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random


class Place(NamedTuple):
    """Where a business partner is: city, state, postal code, country and currency."""

    city: str
    state: str
    postal_code: str
    country: str
    currency: str


HOME_PLACES = {
    "EPIC06": (
        Place("Milwaukee", "WI", "53202", "USA", "USD"),
        Place("Cleveland", "OH", "44114", "USA", "USD"),
        Place("Grand Rapids", "MI", "49503", "USA", "USD"),
        Place("Rockford", "IL", "61101", "USA", "USD"),
        Place("Coeur d'Alene", "ID", "83814", "USA", "USD"),
        Place("Charlotte", "NC", "28202", "USA", "USD"),
        Place("Reno", "NV", "89501", "USA", "USD"),
        Place("Houston", "TX", "77002", "USA", "USD"),
        Place("Cañon City", "CO", "81212", "USA", "USD"),
        Place("Boston", "MA", "02108", "USA", "USD"),
    ),
    "EPIC07": (
        Place("Kassel", "", "34117", "Germany", "EUR"),
        Place("Göttingen", "", "37073", "Germany", "EUR"),
        Place("Linz", "", "4020", "Austria", "EUR"),
        Place("Lyon", "", "69002", "France", "EUR"),
        Place("Eindhoven", "", "5611 AB", "Netherlands", "EUR"),
        Place("Brescia", "BS", "25121", "Italy", "EUR"),
        Place("Bilbao", "", "48001", "Spain", "EUR"),
    ),
}

FOREIGN_PLACES = {
    "EPIC06": (
        Place("Stuttgart", "", "70173", "Germany", "EUR"),
        Place("Torino", "TO", "10121", "Italy", "EUR"),
        Place("Sheffield", "", "S1 2HE", "United Kingdom", "GBP"),
        Place("Windsor", "ON", "N9A 1A1", "Canada", "CAD"),
        Place("Suzhou", "Jiangsu", "215000", "China", "CNY"),
        Place("Monterrey", "NL", "64000", "Mexico", "USD"),
    ),
    "EPIC07": (
        Place("Wrocław", "", "50-001", "Poland", "PLN"),
        Place("Sheffield", "", "S1 2HE", "United Kingdom", "GBP"),
        Place("Chicago", "IL", "60601", "USA", "USD"),
        Place("Wuxi", "Jiangsu", "214000", "China", "CNY"),
    ),
}

_STEMS = [
    "Acorn",
    "Allied",
    "Apex",
    "Atlas",
    "Badger",
    "Beacon",
    "Bluff",
    "Cascade",
    "Castle",
    "Cedar",
    "Cobalt",
    "Copper",
    "Crown",
    "Delta",
    "Dexter",
    "Eagle",
    "Ember",
    "Falcon",
    "Fox",
    "Granite",
    "Great_Lakes",
    "Harbor",
    "Heritage",
    "Hickory",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Keystone",
    "Lakeside",
    "Liberty",
    "Lincoln",
    "Maple",
    "Meridian",
    "Midland",
    "Monarch",
    "North_Star",
    "Oak_Ridge",
    "Orion",
    "Pinnacle",
    "Pioneer",
    "Prairie",
    "Quarry",
    "Raven",
    "Redwood",
    "River",
    "Sable",
    "Sentinel",
    "Summit",
    "Superior",
    "Sterling",
    "Titan",
    "Tri-County",
    "Union",
    "Valley",
    "Vanguard",
    "Western",
    "Willow",
    "Wolverine",
    "Zenith",
]
_TRADES = [
    "Bearings",
    "Castings",
    "Coatings",
    "Controls",
    "Couplings",
    "Die_&_Mold",
    "Electric",
    "Fasteners",
    "Filters",
    "Fittings",
    "Forge",
    "Freight",
    "Gear",
    "Gaskets",
    "Heat_Treat",
    "Hydraulics",
    "Industrial_Supply",
    "Logistics",
    "Machine",
    "Metals",
    "Motors",
    "Packaging",
    "Pipe",
    "Plastics",
    "Plating",
    "Pneumatics",
    "Precision",
    "Pumps",
    "Rubber",
    "Safety",
    "Seals",
    "Springs",
    "Staffing",
    "Stamping",
    "Steel",
    "Tool",
    "Tubing",
    "Utilities",
    "Valve",
    "Welding",
]
_FORMS = ("Inc.", "LLC", "Co.", "Corp.", "& Sons", "Group", "Ltd", "GmbH", "S.p.A.", "B.V.")

WORLD_VENDORS = (
    "Müller & Söhne Präzisionstechnik GmbH",
    "苏州精密液压有限公司",
    "O'Neill\tTool & Die",
    "Μεταλλουργία Αθηνών Α.Ε.",
    "ООО «Уралгидравлика»",
    'Smith "Bud" & Sons, Inc.',
    "شركة الخليج للصمامات",
    "Bolts 🔩 & Nuts 🥜 Online",
    "Back\\slash Industrial\\",
    "株式会社 東海ベアリング",
    "Łódzkie Zakłady Śrub Sp. z o.o.",
    "Façonnage Éts. Lefèvre",
    "NULL Logistics",
    "한빛정밀공업(주)",
    "Ångström Lager AB",
    "Kovárna Dvořák s.r.o.",
    "Şahin Döküm Sanayi A.Ş.",
    " Leading Space Supply",
    "Trailing Space Metals ",
    "50% Off Surplus; DROP SHIP--",
    "e\u0301coute Acoustique",
    "Zero\u200bWidth Filters",
    "Straße & Öl Handels-KG",
    "=HYPERLINK(Formula) Traders",
)

WORLD_CUSTOMERS = (
    "Hidráulica São João Ltda.",
    "Société d'Équipement Agricole",
    "Ελληνικά Ναυπηγεία",
    "АО «Северсталь-Монтаж»",
    "深圳机械设备股份公司",
    "日本建機サービス",
    "مصنع الرياض للمعدات",
    'The "Big Dig" Company',
    "Tab\tDelimited Machinery",
    "Farm 🚜 & Field",
    "Naïve Crane Works",
    "C:\\Equipment\\Rentals",
)

_STREETS = (
    "Main St",
    "Industrial Pkwy",
    "Harbor Rd",
    "Foundry Ln",
    "2nd Ave",
    "Railway Blvd",
    "Mill Rd",
)

REMARKS = (
    "Please confirm by return.",
    "Deliver to dock 4\nbetween 6:00 and 14:00",
    "Certs required:\tEN 10204 3.1",
    'Mark boxes "FRAGILE"',
    "See drawing C:\\dwg\\rev\\B.pdf",
    "Kühl & trocken lagern – 10 °C",
    "价格含税",
    "Line 1\r\nLine 2\r\n",
    "100% prepaid; don't ship short",
)


def business_name(rng: Random, number: int) -> str:
    """Return a plain company name that is unique for `number`."""
    stem = _STEMS[number % len(_STEMS)]
    trade = _TRADES[(number // len(_STEMS) + number * 7) % len(_TRADES)]
    repeat = number // (len(_STEMS) * len(_TRADES))
    suffix = f" {repeat + 1}" if repeat else ""
    return f"{stem} {trade} {rng.choice(_FORMS)}{suffix}".replace("_", " ")


def short_id(name: str, number: int, length: int) -> str:
    """Return what users type for a partner: letters of its name and its number."""
    tail = str(number)
    head = "".join(letter for letter in name.upper() if "A" <= letter <= "Z")
    return (head[: length - len(tail)] or "X") + tail


def street(rng: Random) -> str:
    """Return the first line of an address."""
    return f"{rng.randrange(1, 9800)} {rng.choice(_STREETS)}"


def remark(rng: Random) -> str:
    """Return a comment: nothing for three documents in four."""
    return rng.choice(REMARKS) if rng.random() < 0.25 else ""


def supplier_invoice_number(rng: Random, serial: int) -> str:
    """Return an invoice number in the way of some supplier: slashes, blanks, `#` included."""
    style = rng.randrange(12)
    return (
        f"{serial}",
        f"INV-{serial}",
        f"{serial:08d}",
        f"RE {serial}/26",
        f"{serial}/A",
        f"#{serial}",
        f"A&B {serial}",
        f"{serial}%20",
        f"F-{serial}.1",
        f"{serial}'1",
        f"№{serial}",
        f"INV\\{serial}",
    )[style]
