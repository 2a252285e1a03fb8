"""The books agree with the documents, and a fault would be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.company.reconciliation import Check, contradictions, find_faults, read_checks

if TYPE_CHECKING:
    from sandbox.epicor.store import Store


@pytest.mark.parametrize("check", [pytest.param(check, id=check.claim) for check in read_checks()])
def test_claim_holds(company: Store, check: Check) -> None:
    """No row contradicts what the data promises."""
    assert contradictions(company, check) == []


@pytest.mark.parametrize(
    ("spoil", "claim"),
    [
        pytest.param(
            "UPDATE POHeader SET TotalOrder = '1.000' WHERE rowid = 3",
            "order's total",
            id="order total",
        ),
        pytest.param(
            "DELETE FROM RcvDtl WHERE rowid = 5", "release has received", id="receipt gone"
        ),
        pytest.param(
            "UPDATE PORel SET InvoicedQty = '0.5' WHERE rowid = 4",
            "is invoiced for",
            id="invoiced quantity",
        ),
        pytest.param(
            "UPDATE APInvHed SET InvoiceBal = '0.010' WHERE rowid = 9",
            "balance is its amount",
            id="balance",
        ),
        pytest.param(
            "DELETE FROM APTran WHERE rowid = 11", "sum of its applications", id="application"
        ),
        pytest.param(
            "UPDATE GLJrnDtl SET BookDebitAmount = '0.010' WHERE rowid = 90",
            "journal balances",
            id="journal",
        ),
        pytest.param(
            "DELETE FROM GLAccount WHERE GLAccount1 = '1000-000-00'", "in the chart", id="account"
        ),
        pytest.param(
            "UPDATE PartWhse SET OnHandQty = '123456.0' WHERE rowid = 2", "signed sum", id="stock"
        ),
        pytest.param(
            "UPDATE PartCost SET StdMaterialCost = '9.99000' WHERE rowid = 2",
            "standard cost",
            id="standard cost",
        ),
        pytest.param(
            "UPDATE PartTran SET ExtCost = '0.010' WHERE TranType = 'PUR-STK' AND rowid % 7 = 0",
            "inventory accounts",
            id="inventory",
        ),
        pytest.param(
            "UPDATE PartBin SET OnhandQty = '7.0' WHERE rowid = 2", "bins of a warehouse", id="bin"
        ),
        pytest.param("DELETE FROM TranGLC WHERE rowid = 3", "linked to the journal", id="link"),
        pytest.param("DELETE FROM InvcDtl WHERE rowid = 4", "has shipped", id="shipment"),
        pytest.param("DELETE FROM Vendor WHERE VendorNum = 101", "does not exist", id="orphans"),
    ],
)
def test_fault_is_found(own_company: Store, spoil: str, claim: str) -> None:
    """One wrong row makes the check that speaks of it fail."""
    own_company.connection().execute(spoil)

    assert any(claim in fault.claim for fault in find_faults(own_company))
