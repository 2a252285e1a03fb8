"""Sales: orders, shipments from stock, AR invoices, customers' payments, credit memos."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company import chance, names
from sandbox.company.accounts import CASH, CURRENCY_RESULT, OUTPUT_VAT, RECEIVABLE, Account
from sandbox.company.amounts import RATE_ONE, convert, divide, extend, share
from sandbox.company.calendar import next_day_after, season
from sandbox.company.codes import TERMS, WAREHOUSES
from sandbox.company.inventory import move
from sandbox.company.parts import daily_orders, round_up
from sandbox.company.records.ledger import Entry
from sandbox.company.records.sales import BilledLine, CustomerInvoice, Sale, SaleLine

if TYPE_CHECKING:
    from random import Random

    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Part

_REPS = ("REP01", "REP02", "HAUS", "WEB")
_VAT_PERCENT = 19


def take_orders(firm: Firm, day: date) -> None:
    """Book the sales orders that come in on `day`."""
    rng = firm.chance("sales", day)
    made = [part for part in firm.parts if part.is_made and part.line_quantity]
    if not made or not firm.customers:
        return
    buyers = [customer.weight for customer in firm.customers]
    demand = [part.demand for part in made]
    for _ in range(chance.poisson(rng, daily_orders(firm) * season(day))):
        customer = rng.choices(firm.customers, buyers)[0]
        sale = Sale(
            num=firm.numbers.take("sale"),
            customer=customer,
            day=day,
            currency=customer.currency,
            rate=firm.rate_on(customer.currency, day),
            customer_order=rng.choice(
                (
                    "",
                    f"PO-{rng.randrange(90_000)}",
                    f"4500{rng.randrange(99_999):06d}",
                    "verbal / Bob",
                )
            ),
            plant=made[0].plant,
            rep=rng.choice(_REPS),
            comment=names.remark(rng),
            changed=day,
            changed_second=rng.randrange(25_000, 64_000),
        )
        firm.sales.append(sale)
        for part in rng.choices(
            made, demand, k=rng.choices((1, 2, 3, 4, 6), (35, 32, 18, 10, 5))[0]
        ):
            _add_line(firm, rng, sale, part)
        sale.plant = sale.lines[0].part.plant


def _add_line(firm: Firm, rng: Random, sale: Sale, part: Part) -> None:
    quantity = round_up(part.line_quantity * rng.uniform(0.3, 1.9), 100)
    price = int(part.price * rng.choice((1.0, 1.0, 1.0, 0.95, 0.9)))
    doc_price = price if sale.rate == RATE_ONE else divide(price * RATE_ONE, sale.rate)
    doc_amount = extend(quantity, doc_price)
    line = SaleLine(
        order=sale,
        num=len(sale.lines) + 1,
        part=part,
        quantity=quantity,
        doc_price=doc_price,
        price=price,
        doc_amount=doc_amount,
        amount=convert(doc_amount, sale.rate),
        need_by=sale.day + timedelta(days=rng.randrange(3, 26)),
    )
    sale.lines.append(line)
    plan_shipment(firm, line, next_day_after(sale.day))


def plan_shipment(firm: Firm, line: SaleLine, not_before: date) -> None:
    """Put the shipment of a line on the agenda: mostly a little early, sometimes late."""
    rng = firm.plan("ship", line.order.num, line.num)
    days = rng.randrange(-2, 1) if rng.random() < 0.9 else rng.randrange(1, 9)
    firm.shipping.add(line.need_by + timedelta(days=days), line, not_before)


def ship(firm: Firm, day: date) -> None:
    """Ship what is due and on hand, and invoice it the same day, one invoice per order."""
    shipped: dict[int, tuple[Sale, list[tuple[SaleLine, int]]]] = {}
    for line in firm.shipping.take(day):
        warehouse, quantity = _find_stock(firm, line)
        if quantity < line.quantity - line.shipped:
            firm.shipping.add(day + timedelta(days=3), line, next_day_after(day))
        if quantity:
            shipped.setdefault(line.order.num, (line.order, []))[1].append((line, quantity))
            _issue(firm, day, line, warehouse, quantity)
    for sale, lines in shipped.values():
        _invoice(firm, day, sale, lines)


def _find_stock(firm: Firm, line: SaleLine) -> tuple[str, int]:
    """Return the warehouse to ship from and how much of the open quantity it can give."""
    wanted = line.quantity - line.shipped
    service = WAREHOUSES[line.part.plant][2]
    for warehouse in (service, line.part.warehouse):
        if firm.stock[line.part.num, warehouse] >= wanted:
            return warehouse, wanted
    on_hand = firm.stock[line.part.num, line.part.warehouse]
    return line.part.warehouse, on_hand if on_hand * 2 >= wanted else 0


def _issue(firm: Firm, day: date, line: SaleLine, warehouse: str, quantity: int) -> None:
    value = move(
        firm,
        day,
        line.part,
        warehouse,
        "STK-CUS",
        "I",
        quantity,
        sale=(line.order.num, line.num, 1),
        cust_num=line.order.customer.num,
    )
    firm.pool[Account("5000", "410", line.part.division)] += value
    line.shipped += quantity
    sale = line.order
    sale.changed = day
    sale.open = any(other.shipped < other.quantity for other in sale.lines)


def _invoice(firm: Firm, day: date, sale: Sale, shipped: list[tuple[SaleLine, int]]) -> None:
    rate = firm.rate_on(sale.currency, day)
    invoice = _new_invoice(firm, day, sale, rate)
    for line, quantity in shipped:
        doc_amount = share(line.doc_amount, quantity, line.quantity)
        invoice.lines.append(
            BilledLine(
                len(invoice.lines) + 1, line, quantity, doc_amount, convert(doc_amount, rate)
            )
        )
    _post(firm, invoice)
    for when, percent in receipt_plan(firm, invoice):
        firm.cash.add(when, (invoice, percent), next_day_after(day))
    if firm.plan("return", invoice.num).random() < 0.01:
        firm.returns.add(day + timedelta(days=14), invoice, next_day_after(day))


def _new_invoice(firm: Firm, day: date, sale: Sale, rate: int) -> CustomerInvoice:
    number = firm.numbers.take("customer invoice")
    due = day + timedelta(days=TERMS[sale.customer.terms][0])
    invoice = CustomerInvoice(
        number,
        sale,
        day,
        due,
        0,
        0,
        0,
        0,
        0,
        0,
        rate,
        changed=day,
        changed_second=30_000 + number * 61 % 30_000,
    )
    firm.customer_invoices.append(invoice)
    return invoice


def _post(firm: Firm, invoice: CustomerInvoice) -> None:
    """Add up an AR invoice and post it: receivable against sales by division and VAT."""
    doc_net = sum(line.doc_amount for line in invoice.lines)
    if firm.company == "EPIC07" and invoice.sale.customer.place.country == "Germany":
        invoice.doc_tax = divide(doc_net * _VAT_PERCENT, 100)
        invoice.tax = convert(invoice.doc_tax, invoice.rate)
    invoice.doc_amount = invoice.doc_balance = doc_net + invoice.doc_tax
    invoice.amount = invoice.balance = sum(line.amount for line in invoice.lines) + invoice.tax
    entries = [
        Entry(RECEIVABLE, invoice.doc_amount, invoice.amount, "Receivable", ar_invoice=invoice.num)
    ]
    natural = "4900" if invoice.credit_memo else "4000"
    for line in invoice.lines:
        account = Account(natural, "300", line.line.part.division)
        entries.append(
            Entry(account, -line.doc_amount, -line.amount, "Sales", ar_invoice=invoice.num)
        )
    entries.append(
        Entry(OUTPUT_VAT, -invoice.doc_tax, -invoice.tax, "VAT 19%", ar_invoice=invoice.num)
    )
    invoice.journal = firm.post(
        "SJ",
        invoice.day,
        f"AR invoice {invoice.num}",
        merge(entries),
        module="AR",
        currency=invoice.sale.currency,
        cust_num=invoice.sale.customer.num,
    )


def merge(entries: list[Entry]) -> list[Entry]:
    """Return the entries with those on one account added up."""
    found: dict[tuple[Account, str], Entry] = {}
    for entry in entries:
        key = entry.account, entry.text
        old = found.get(key)
        found[key] = (
            entry
            if old is None
            else old._replace(
                doc_amount=old.doc_amount + entry.doc_amount, amount=old.amount + entry.amount
            )
        )
    return list(found.values())


def receipt_plan(firm: Firm, invoice: CustomerInvoice) -> list[tuple[date, int]]:
    """Return on which days which share of an AR invoice's open balance comes in."""
    rng = firm.plan("cash", invoice.num)
    delay = rng.choices(
        (rng.randrange(-5, 6), rng.randrange(6, 35), rng.randrange(35, 150)), (62, 32, 6)
    )[0]
    when = invoice.due + timedelta(days=delay)
    if rng.random() < 0.03:
        return [(when, 60), (when + timedelta(days=30), 100)]
    return [(when, 100)]


def collect(firm: Firm, day: date) -> None:
    """Book the customers' payments of `day`, and credit what they send back."""
    for invoice, percent in firm.cash.take(day):
        if invoice.doc_balance:
            _receive_cash(firm, day, invoice, percent)
    for invoice in firm.returns.take(day):
        _credit(firm, day, invoice)


def _receive_cash(firm: Firm, day: date, invoice: CustomerInvoice, percent: int) -> None:
    doc_part = invoice.doc_balance if percent == 100 else divide(invoice.doc_balance * percent, 100)
    part = share(invoice.balance, doc_part, invoice.doc_balance)
    received = convert(doc_part, firm.rate_on(invoice.sale.currency, day))
    received = part if invoice.sale.currency == firm.currency else received
    entries = [
        Entry(CASH, doc_part, received, "Cash receipt", ar_invoice=invoice.num),
        Entry(RECEIVABLE, -doc_part, -part, "Cash receipt", ar_invoice=invoice.num),
        Entry(
            CURRENCY_RESULT,
            0,
            part - received,
            "Realized currency difference",
            ar_invoice=invoice.num,
        ),
    ]
    firm.post(
        "CR",
        day,
        f"Cash receipt for {invoice.num}",
        entries,
        module="AR",
        currency=invoice.sale.currency,
        cust_num=invoice.sale.customer.num,
    )
    invoice.doc_balance -= doc_part
    invoice.balance -= part
    invoice.changed = day
    invoice.closed = None if invoice.doc_balance else day


def _credit(firm: Firm, day: date, returned: CustomerInvoice) -> None:
    """Issue a credit memo for a part of the first line; it is paid out a month later."""
    first = returned.lines[0]
    memo = _new_invoice(firm, day, returned.sale, returned.rate)
    memo.credit_memo = True
    doc_amount = -max(1, divide(first.doc_amount * 8, 100))
    memo.lines.append(BilledLine(1, first.line, 0, doc_amount, convert(doc_amount, memo.rate)))
    _post(firm, memo)
    firm.cash.add(day + timedelta(days=30), (memo, 100), next_day_after(day))
