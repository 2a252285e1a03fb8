"""Purchase orders and receipts that are not finished, read back from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.company.amounts import parse_scaled
from sandbox.company.purchasing import billing_day, expense_account, plan_arrivals
from sandbox.company.records import (
    OrderLine,
    Part,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Release,
    Vendor,
)

if TYPE_CHECKING:
    from datetime import date

    from sandbox.company.firm import Firm
from sandbox.company.reader import Reader, cost, money, quantity, read_day

_RATE = 8


ReleaseKey = tuple[int, int, int]


def read_orders(
    reader: Reader, firm: Firm, vendors: dict[int, Vendor], parts: dict[str, Part], day: date
) -> dict[ReleaseKey, Release]:
    """Read the orders that are not received or invoiced in full; plan what is to arrive."""
    pending = (
        '"{0}" IN (SELECT "PONum" FROM "POHeader" WHERE "Company" = :company AND "OpenOrder" = 1 '
        'UNION SELECT "PONum" FROM "RcvDtl" AS d WHERE "Company" = :company AND EXISTS '
        '(SELECT 1 FROM "RcvDtl" AS o '
        'WHERE o."Company" = d."Company" AND o."VendorNum" = d."VendorNum" AND o."PurPoint" '
        '= d."PurPoint" '
        'AND o."PackSlip" = d."PackSlip" AND o."Invoiced" = 0))'
    )
    orders: dict[int, PurchaseOrder] = {}
    columns = (
        "PONum VendorNum OrderDate BuyerID CurrencyCode ExchangeRate TermsCode ShipName "
        "CommentText Approve "
        "OpenOrder VoidOrder OrderHeld ChangeDate"
    )
    for (
        num,
        vendor,
        ordered,
        buyer,
        currency,
        rate,
        terms,
        plant,
        text,
        *flags,
        changed,
    ) in reader.rows("POHeader", columns, pending.format("PONum")):
        orders[num] = PurchaseOrder(
            num=num,
            vendor=vendors[vendor],
            day=read_day(ordered),
            buyer=buyer,
            currency=currency,
            rate=parse_scaled(rate, _RATE),
            terms=terms,
            plant=plant,
            project="",
            comment=text,
            approved=bool(flags[0]),
            open=bool(flags[1]),
            void=bool(flags[2]),
            held=bool(flags[3]),
            changed=read_day(changed),
            stored=True,
        )
    firm.orders.extend(orders.values())
    lines = _read_order_lines(reader, orders, parts, pending.format("PONUM"))
    releases: dict[ReleaseKey, Release] = {}
    columns = "PONum POLine PORelNum RelQty DueDate ReceivedQty InvoicedQty OpenRelease"
    for order_num, line_num, num, wanted, due, received, invoiced, is_open in reader.rows(
        "PORel", columns, pending.format("PONum"), '"PONum", "POLine", "PORelNum"'
    ):
        release = Release(
            lines[order_num, line_num],
            num,
            quantity(wanted),
            read_day(due),
            quantity(received),
            quantity(invoiced),
            bool(is_open),
            stored=True,
        )
        lines[order_num, line_num].releases.append(release)
        releases[order_num, line_num, num] = release
        if is_open and release.line.order.approved:
            plan_arrivals(firm, release, day)
    return releases


def _read_order_lines(
    reader: Reader, orders: dict[int, PurchaseOrder], parts: dict[str, Part], where: str
) -> dict[tuple[int, int], OrderLine]:
    lines: dict[tuple[int, int], OrderLine] = {}
    columns = (
        "PONUM POLine PartNum LineDesc ClassID OrderQty DocUnitCost UnitCost CostPerCode "
        "DocExtCost ExtCost "
        "DueDate OpenLine VoidLine"
    )
    for (
        order_num,
        num,
        part_num,
        text,
        part_class,
        wanted,
        *amounts,
        due,
        is_open,
        void,
    ) in reader.rows("PODetail", columns, where, '"PONUM", "POLine"'):
        order, part = orders[order_num], parts.get(part_num)
        line = OrderLine(
            order=order,
            num=num,
            part=part,
            part_num=part_num,
            description=text,
            part_class=part_class,
            quantity=quantity(wanted),
            doc_cost=cost(amounts[0]),
            cost=cost(amounts[1]),
            per=amounts[2],
            doc_amount=money(amounts[3]),
            amount=money(amounts[4]),
            due=read_day(due),
            open=bool(is_open),
            expense=None if part else expense_account(part_class, order_num),
            void=bool(void),
            stored=True,
        )
        order.lines.append(line)
        lines[order_num, num] = line
    return lines


ReceiptLineKey = tuple[int, str, int]


def read_receipts(
    reader: Reader, firm: Firm, vendors: dict[int, Vendor], releases: dict[ReleaseKey, Release]
) -> dict[ReceiptLineKey, ReceiptLine]:
    """Read the receipts of which a line waits for its invoice."""
    where = (
        'EXISTS (SELECT 1 FROM "RcvDtl" AS d WHERE d."Company" = "RcvHead"."Company" AND '
        'd."VendorNum" = '
        '"RcvHead"."VendorNum" AND d."PurPoint" = "RcvHead"."PurPoint" AND d."PackSlip" = '
        '"RcvHead"."PackSlip" AND d."Invoiced" = 0)'
    )
    receipts: dict[tuple[int, str], Receipt] = {}
    columns = "VendorNum PackSlip ReceiptDate PONum Plant EntryPerson"
    for vendor, slip, received, order, plant, person in reader.rows("RcvHead", columns, where):
        receipt = Receipt(
            vendors[vendor], slip, read_day(received), order, plant, person, stored=True
        )
        receipts[vendor, slip] = receipt
    firm.receipts.extend(receipts.values())
    lines: dict[ReceiptLineKey, ReceiptLine] = {}
    columns = (
        "VendorNum PackSlip PackLine PONum POLine PORelNum OurQty POTransValue WareHouseCode "
        "InvoiceNum "
        "InvoiceLine"
    )
    where = where.replace('"RcvHead"', '"RcvDtl"')
    for vendor, slip, num, *key, received, accrual, warehouse, invoice, invoice_line in reader.rows(
        "RcvDtl", columns, where, '"VendorNum", "PackSlip", "PackLine"'
    ):
        receipt = receipts[vendor, slip]
        line = ReceiptLine(
            receipt,
            num,
            releases[key[0], key[1], key[2]],
            quantity(received),
            money(accrual),
            warehouse,
            invoice,
            invoice_line,
            stored=True,
        )
        receipt.lines.append(line)
        lines[vendor, slip, num] = line
    return lines


def plan_billing(firm: Firm, day: date) -> None:
    """Plan the invoices of receipts that none has been entered for, not even an unposted one."""
    entered = {
        id(line.received) for invoice in firm.invoices for line in invoice.lines if line.received
    }
    for receipt in firm.receipts:
        if any(not line.invoice_num and id(line) not in entered for line in receipt.lines):
            firm.billing.add(billing_day(firm, receipt), receipt, day)
