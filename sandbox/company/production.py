"""Jobs: material out of stock into work in process, finished parts back, the rest is variance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.company.accounts import WORK_IN_PROCESS, Account
from sandbox.company.amounts import divide, extend
from sandbox.company.calendar import next_day_after, season
from sandbox.company.inventory import move
from sandbox.company.parts import round_up
from sandbox.company.records.stock import Job, Material

if TYPE_CHECKING:
    from sandbox.company.firm import Firm
    from sandbox.company.records.masters import Part


def run_production(firm: Firm, day: date) -> None:
    """Finish and start the jobs of `day` and plan new ones for parts that run low."""
    for job in firm.finishing.take(day):
        _finish(firm, day, job)
    for job in firm.starting.take(day):
        _start(firm, day, job)
    for part in firm.parts:
        if part.is_made and part.components:
            at_hand = firm.stock[part.num, part.warehouse] + firm.in_production[part.num]
            if at_hand <= part.reorder_at * season(day):
                _plan(firm, day, part)


def _plan(firm: Firm, day: date, part: Part) -> None:
    rng = firm.chance("job", day, part.num)
    number = firm.numbers.take("job")
    job = Job(
        num=f"{'J' if number % 9 else 'U/'}{number:06d}",
        part=part,
        quantity=round_up(part.order_quantity * rng.uniform(0.8, 1.3), part.step),
        created=day,
        due=day + timedelta(days=rng.randrange(6, 18)),
        project=f"P100{rng.randrange(1, 6)}" if rng.random() < 0.03 else "",
        changed=day,
        changed_second=rng.randrange(21_600, 64_800),
    )
    job.materials = [
        Material(
            (index + 1) * 10, component.part, divide(component.quantity * job.quantity, 100), 0
        )
        for index, component in enumerate(part.components)
    ]
    firm.jobs.append(job)
    firm.in_production[part.num] += job.quantity
    firm.starting.add(day + timedelta(days=1 + rng.randrange(4)), job, next_day_after(day))


def _start(firm: Firm, day: date, job: Job) -> None:
    """Issue all material of a job, or look again in two days if some is short."""
    needs = [round_up(material.required, material.part.step) for material in job.materials]
    for material, need in zip(job.materials, needs, strict=True):
        if firm.stock[material.part.num, material.part.warehouse] < need:
            firm.starting.add(day + timedelta(days=2), job, next_day_after(day))
            return
    for index, need in enumerate(needs):
        material = job.materials[index]
        job.wip += move(
            firm,
            day,
            material.part,
            material.part.warehouse,
            "STK-MTL",
            "I",
            need,
            job=job.num,
            material=material.num,
        )
        job.materials[index] = material._replace(issued=need)
    firm.pool[WORK_IN_PROCESS] += job.wip
    job.changed = day
    plan_finish(firm, job, next_day_after(day))


def plan_finish(firm: Firm, job: Job, not_before: date) -> None:
    """Decide when a started job is finished: three to nine days after its start."""
    days = 3 + firm.plan("finish", job.num).randrange(7)
    firm.finishing.add((job.changed or job.created) + timedelta(days=days), job, not_before)


def _finish(firm: Firm, day: date, job: Job) -> None:
    """Take the finished parts into stock at standard cost and book what is left as variance."""
    rng, part = firm.plan("yield", job.num), job.part
    scrap = round_up(job.quantity * 0.03, 100) if job.quantity > 400 and rng.random() < 0.06 else 0
    job.completed = job.quantity - scrap
    value = move(firm, day, part, part.warehouse, "MFG-STK", "R", job.completed, job=job.num)
    absorbed = extend(job.quantity, part.std_labor + part.std_burden)
    firm.pool[WORK_IN_PROCESS] -= job.wip
    firm.pool[Account("5200", "420", part.division)] -= absorbed
    firm.pool[Account("5210", "420", part.division)] += job.wip + absorbed - value
    firm.in_production[part.num] -= job.quantity
    job.wip, job.finished, job.changed = 0, day, day
