"""Vendors, customers, parts and jobs, read back from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.company import names
from sandbox.company.amounts import divide, extend
from sandbox.company.master_data import MADE_LOT_DAYS, buyer_of, partner_weight
from sandbox.company.production import plan_finish
from sandbox.company.records import (
    Component,
    Customer,
    Job,
    Material,
    Part,
    Vendor,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sandbox.company.firm import Firm

from sandbox.company.reader import Reader, cost, quantity, read_day


def read_vendors(reader: Reader, firm: Firm) -> Iterator[Vendor]:
    """Yield all vendors."""
    columns = (
        "VendorNum VendorID Name City State ZIP Country CurrencyCode Address1 GroupCode "
        "TermsCode PurPoint "
        "Inactive PayHold"
    )
    for num, vendor_id, name, *place, street, group, terms, point, inactive, hold in reader.rows(
        "Vendor", columns
    ):
        yield Vendor(
            num=num,
            vendor_id=vendor_id,
            name=name,
            place=names.Place(*place),
            street=street,
            group=group,
            terms=terms,
            buyer=buyer_of(firm.company, num),
            weight=partner_weight(firm, "vendor", num),
            inactive=bool(inactive),
            pay_hold=bool(hold),
            purchase_point=point,
        )


def read_customers(reader: Reader, firm: Firm) -> Iterator[Customer]:
    """Yield all customers."""
    columns = "CustNum CustID Name City State Zip Country CurrencyCode Address1 TermsCode"
    for num, cust_id, name, *place, street, terms in reader.rows("Customer", columns):
        weight = partner_weight(firm, "customer", num)
        yield Customer(num, cust_id, name, names.Place(*place), street, terms, weight)


def read_parts(reader: Reader, vendors: dict[int, Vendor]) -> dict[str, Part]:
    """Return the parts by number, with bills of material as the newest jobs had them."""
    costs = {
        num: tuple(map(cost, values))
        for num, *values in reader.rows(
            "PartCost", "PartNum StdMaterialCost StdLaborCost StdBurdenCost"
        )
    }
    sites = {
        num: values
        for num, *values in reader.rows(
            "PartPlant",
            "PartNum Plant PrimWhse VendorNum LeadTime MinimumQty MinOrderQty MaximumQty",
        )
    }
    parts: dict[str, Part] = {}
    columns = "PartNum PartDescription ClassID ProdCode IUM PricePerCode UnitPrice"
    for num, text, part_class, product, unit, per, price in reader.rows("Part", columns):
        if num in sites and num in costs:
            described = [num, text, part_class, product, unit, per, cost(price)]
            parts[num] = _part(described, sites[num], costs[num], vendors)
    _read_components(reader, parts)
    return parts


def _part(
    described: Sequence[Any],
    site: Sequence[Any],
    costs: tuple[int, ...],
    vendors: dict[int, Vendor],
) -> Part:
    num, text, part_class, product, unit, per, price = described
    plant, warehouse, vendor_num, lead_days, minimum, ordered, maximum = site
    made = part_class == "FG"
    usual, lot_size = quantity(ordered), quantity(maximum) - quantity(minimum)
    per_order = lot_size / MADE_LOT_DAYS / usual if made and usual else float(quantity(minimum) > 0)
    return Part(
        num=num,
        description=text,
        part_class=part_class,
        product=product,
        plant=plant,
        warehouse=warehouse,
        unit=unit,
        step=10_000 if per == "C" else 50 if unit == "KG" else 100,
        std_material=costs[0],
        std_labor=costs[1],
        std_burden=costs[2],
        price=price,
        cost_per=per,
        vendor=vendors.get(vendor_num),
        lead_days=lead_days,
        reorder_at=quantity(minimum),
        order_quantity=lot_size,
        line_quantity=usual if made else 0,
        demand=per_order,
    )


def _read_components(reader: Reader, parts: dict[str, Part]) -> None:
    """Take the bill of material of each made part from its newest job."""
    newest = {
        part_num: (job, quantity(made))
        for job, part_num, made in reader.rows(
            "JobHead", "JobNum PartNum ProdQty", order='"CreateDate", rowid'
        )
    }
    wanted = {
        job: (parts[part_num], made)
        for part_num, (job, made) in newest.items()
        if part_num in parts
    }
    for job, part_num, required in reader.rows(
        "JobMtl", "JobNum PartNum RequiredQty", order='"JobNum", "MtlSeq"'
    ):
        if job in wanted and part_num in parts:
            part, made = wanted[job]
            part.components.append(
                Component(parts[part_num], divide(quantity(required) * 100, made))
            )


def read_jobs(reader: Reader, firm: Firm, parts: dict[str, Part], day: date) -> None:
    """Read the jobs that are not complete, and plan their start or finish."""
    materials: dict[str, list[Material]] = {}
    columns = "JobNum MtlSeq PartNum RequiredQty IssuedQty"
    where = (
        '"JobNum" IN (SELECT "JobNum" FROM "JobHead" WHERE "Company" = :company AND '
        '"JobComplete" = 0)'
    )
    for job, num, part_num, required, issued in reader.rows(
        "JobMtl", columns, where, '"JobNum", "MtlSeq"'
    ):
        line = Material(num, parts[part_num], quantity(required), quantity(issued))
        materials.setdefault(job, []).append(line)
    columns = "JobNum PartNum ProdQty CreateDate DueDate ProjectID LastChangedOn"
    for num, part_num, made, created, due, project, changed in reader.rows(
        "JobHead", columns, '"JobComplete" = 0'
    ):
        lines = materials.get(num, [])
        job = Job(
            num=num,
            part=parts[part_num],
            quantity=quantity(made),
            created=read_day(created),
            due=read_day(due),
            project=project,
            materials=lines,
            changed=read_day(changed),
            changed_second=25_200,
            stored=True,
        )
        job.wip = sum(extend(line.issued, line.part.standard_cost) for line in lines)
        firm.jobs.append(job)
        firm.in_production[part_num] += job.quantity
        if job.wip:
            plan_finish(firm, job, day)
        else:
            firm.starting.add(day, job, day)
