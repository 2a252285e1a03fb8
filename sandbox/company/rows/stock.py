"""Parts, stock, moves and jobs as rows of Epicor's tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.company import chance
from sandbox.company.amounts import cost_text, money_text, quantity_text
from sandbox.company.calendar import FIRST_DAY, fiscal_columns, moment, stamp, stamp_or_none
from sandbox.company.codes import WAREHOUSES
from sandbox.company.inventory import bin_of

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Part
    from sandbox.company.records.stock import Job, Material, Move

Row = dict[str, Any]
HUGE_QUANTITY = "184467440737.09551615"
"""Twenty digits: more than a binary double holds."""


def part_row(firm: Firm, part: Part) -> Row:
    """Return the Part row."""
    rng = chance.source(firm.seed, firm.company, "part row", part.num)
    created = FIRST_DAY - timedelta(days=rng.randrange(30, 3_000))
    changed = FIRST_DAY + timedelta(days=rng.randrange(-20, 700))
    second = rng.randrange(86_400)
    footprint = rng.randrange(10**16, 10**17)
    return {
        "Company": firm.company,
        "PartNum": part.num,
        "SearchWord": part.num[:8].upper(),
        "PartDescription": part.description,
        "ClassID": part.part_class,
        "ProdCode": part.product,
        "TypeCode": "M" if part.is_made else "P",
        "IUM": part.unit,
        "PUM": part.unit,
        "SalesUM": part.unit,
        "UOMClassID": "WEIGHT" if part.unit == "KG" else "COUNT",
        "PricePerCode": part.cost_per,
        "CostMethod": "S",
        "UnitPrice": cost_text(part.price),
        "InternalUnitPrice": cost_text(part.standard_cost),
        "NetWeight": money_text(rng.randrange(0, 90_000)),
        "NonStock": False,
        "QtyBearing": True,
        "InActive": part.part_class == "OBS" and rng.random() < 0.3,
        "TrackLots": False,
        "TrackSerialNum": False,
        "Method": part.is_made,
        "CommodityCode": f"{rng.randrange(8_400, 8_490)}.{rng.randrange(10, 99)}",
        "MfgComment": "",
        "PurComment": "" if rng.random() < 0.9 else 'Cert "3.1" req\'d\tsee\\spec',
        "CreatedBy": "import",
        "CreatedOn": moment(created, second),
        "ChangedOn": f"{moment(changed, second)}.{rng.randrange(1, 1000):03d}".rstrip("0")
        if second % 3
        else moment(changed, second),
        "Co2Kg_c": None if second % 4 == 0 else f"{footprint // 100_000}.{footprint % 100_000:05d}",
        "Character01": rng.choice(("", "", "see drawing\nrev. B")),
        "ShortChar01": rng.choice(("", "ROHS", "REACH")),
        "Number02": f"{rng.randrange(100)}.{rng.randrange(10**9):09d}",
        "CheckBox01": rng.random() < 0.2,
        "Date01": stamp(created) if second % 5 else None,
        "UserDate1": stamp(changed) if second % 2 else None,
        "ExternalMESLastSync": moment(changed, second),
        **part.revised,
    }


def part_plant_row(firm: Firm, part: Part) -> Row:
    """Return the PartPlant row: where the part is used, who buys it, when to reorder.

    What is ordered or made at a time is `MaximumQty` less `MinimumQty`.
    """
    return {
        "Company": firm.company,
        "PartNum": part.num,
        "Plant": part.plant,
        "PrimWhse": part.warehouse,
        "MinimumQty": quantity_text(part.reorder_at),
        "MaximumQty": quantity_text(part.reorder_at + part.order_quantity),
        "SafetyQty": quantity_text(part.reorder_at // 3 // part.step * part.step),
        "MinOrderQty": quantity_text(part.line_quantity if part.is_made else part.order_quantity),
        "LeadTime": part.lead_days,
        "VendorNum": part.vendor.num if part.vendor else 0,
        "PurPoint": part.vendor.purchase_point if part.vendor else "",
        "BuyerID": part.vendor.buyer if part.vendor else "",
        "PersonID": "PLAN1" if part.is_made else "",
        "SourceType": "M" if part.is_made else "P",
        "CostMethod": "S",
        "NonStock": False,
        "QtyBearing": True,
    }


def part_cost_row(firm: Firm, part: Part) -> Row:
    """Return the PartCost row of cost set 1, the standard costs."""
    return {
        "Company": firm.company,
        "PartNum": part.num,
        "CostID": "1",
        "StdMaterialCost": cost_text(part.std_material),
        "StdLaborCost": cost_text(part.std_labor),
        "StdBurdenCost": cost_text(part.std_burden),
        "StdSubContCost": "0.00000",
        "StdMtlBurCost": "0.00000",
        "AvgMaterialCost": cost_text(part.std_material + 17),
        "LastMaterialCost": cost_text(part.std_material + 1_003),
        "TotalQtyAvg": HUGE_QUANTITY
        if part.part_class == "OBS"
        else quantity_text(part.order_quantity),
    }


def warehouses_of(firm: Firm, part: Part) -> list[str]:
    """Return the part's own warehouse, and any other that it was ever in."""
    return [
        warehouse
        for warehouse in WAREHOUSES[part.plant]
        if warehouse == part.warehouse or (part.num, warehouse) in firm.stock
    ]


def stock_row(firm: Firm, part: Part, warehouse: str) -> Row:
    """Return one PartWhse row."""
    return {
        "Company": firm.company,
        "PartNum": part.num,
        "Plant": part.plant,
        "WarehouseCode": warehouse,
        "MinimumQty": quantity_text(part.reorder_at),
        "SafetyQty": quantity_text(part.reorder_at // 3 // part.step * part.step),
        "KBCode": "",
        "CountedDate": None,
        "OnHandQty": quantity_text(firm.stock[part.num, warehouse]),
    }


def bin_row(firm: Firm, part: Part, warehouse: str) -> Row:
    """Return the PartBin row: a part has one bin in each warehouse."""
    return {
        "Company": firm.company,
        "PartNum": part.num,
        "WarehouseCode": warehouse,
        "BinNum": bin_of(part),
        "DimCode": part.unit,
        "LotNum": "",
        "PCID": "",
        "AllocatedQty": "0.00000000",
        "OnhandQty": quantity_text(firm.stock[part.num, warehouse]),
    }


def move_row(firm: Firm, move: Move) -> Row:
    """Return the PartTran row; the warehouse is spelled `WareHouseCode` here."""
    in_stock = move.part is not None
    return {
        "Company": firm.company,
        "SysDate": stamp(move.day),
        "SysTime": move.second,
        "TranNum": move.num,
        "PartNum": move.part_num,
        "PartDescription": move.description,
        "WareHouseCode": move.warehouse,
        "BinNum": move.bin,
        "WareHouse2": move.other_warehouse,
        "TranClass": move.tran_class,
        "TranType": move.kind,
        "InventoryTrans": in_stock,
        "TranDate": stamp(move.day),
        "TranQty": quantity_text(move.quantity),
        "ActTranQty": quantity_text(move.quantity),
        "UM": move.unit,
        "BeginQty": quantity_text(move.before),
        "AfterQty": quantity_text(move.after),
        "MtlUnitCost": cost_text(move.costs[0]),
        "LbrUnitCost": cost_text(move.costs[1]),
        "BurUnitCost": cost_text(move.costs[2]),
        "SubUnitCost": "0.00000",
        "MtlBurUnitCost": "0.00000",
        "ExtCost": money_text(move.amount),
        "CostMethod": "S",
        "CostID": "1",
        "JobNum": move.job,
        "JobSeq": move.material,
        "JobSeqType": "M" if move.material else "",
        "PONum": move.order[0],
        "POLine": move.order[1],
        "PORelNum": move.order[2],
        "POUnitCost": cost_text(move.order_cost),
        "VendorNum": move.vendor_num,
        "PackSlip": move.pack_slip,
        "PackLine": move.pack_line,
        "OrderNum": move.sale[0],
        "OrderLine": move.sale[1],
        "OrderRelNum": move.sale[2],
        "CustNum": move.cust_num,
        "InvoiceNum": "",
        "LotNum": "",
        "Plant": move.plant,
        "EntryPerson": ("stock1", "stock2", "Łukasz")[move.num % 3],
        "TranReference": "Opening balance"
        if move.day == FIRST_DAY and move.kind == "ADJ-QTY"
        else "",
        "GLTrans": True,
        "PostedToGL": True,
        "JournalCode": "IJ",
        "JournalNum": move.journal,
        **fiscal_columns(firm.company, move.day),
    }


def job_row(firm: Firm, job: Job) -> Row:
    """Return the JobHead row."""
    done = job.finished is not None
    return {
        "Company": firm.company,
        "JobNum": job.num,
        "PartNum": job.part.num,
        "RevisionNum": "A",
        "PartDescription": job.part.description,
        "ProdCode": job.part.product,
        "ProdQty": quantity_text(job.quantity),
        "IUM": job.part.unit,
        "JobType": "MFG",
        "Plant": job.part.plant,
        "ProjectID": job.project,
        "PersonID": "PLAN1",
        "JobFirm": True,
        "JobEngineered": True,
        "JobHeld": False,
        "StartDate": stamp(job.created),
        "DueDate": stamp(job.due),
        "ReqDueDate": stamp(job.due),
        "CreateDate": stamp(job.created),
        "CreatedBy": "planner",
        "JobReleased": done or any(material.issued for material in job.materials),
        "JobComplete": done,
        "JobClosed": done,
        "JobCompletionDate": stamp_or_none(job.finished),
        "ClosedDate": stamp_or_none(job.finished),
        "QtyCompleted": quantity_text(job.completed),
        "LastChangedBy": "mes" if done else "planner",
        "LastChangedOn": moment(job.changed or job.created, job.changed_second),
    }


def material_row(firm: Firm, job: Job, material: Material) -> Row:
    """Return the JobMtl row."""
    return {
        "Company": firm.company,
        "JobNum": job.num,
        "AssemblySeq": 0,
        "MtlSeq": material.num,
        "PartNum": material.part.num,
        "Description": material.part.description,
        "QtyPer": quantity_text(material.required * 100 // job.quantity),
        "RequiredQty": quantity_text(material.required),
        "IUM": material.part.unit,
        "WarehouseCode": material.part.warehouse,
        "Plant": job.part.plant,
        "ReqDate": stamp(job.created),
        "IssuedQty": quantity_text(material.issued),
        "IssuedComplete": material.issued > 0,
    }
