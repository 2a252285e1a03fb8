"""Keys: rows are told apart, by company too, or nothing is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from singer_sdk.exceptions import ConfigValidationError

from tap_epicor_kinetic.tap import TapEpicorKinetic
from tests.tap.runs import catalog_of, config_for, run

if TYPE_CHECKING:
    from sandbox.epicor.server import EpicorServer

BOTH: dict[str, Any] = {"companies": ["EPIC06", "EPIC07"], "company": None}
BANKS = {"name": "banks", "service": "Erp.BO.BankAcctSvc", "entity_set": "BankAccts"}
STOCK = {"id": "zStockByWarehouse", "name": "stock"}


def declare(server: EpicorServer, service: str, pattern: str, instead: str) -> None:
    """Let a service's `$metadata` say something else in one place."""
    answer = requests.get(
        f"{server.base_url}/api/v2/odata/EPIC06/{service}/$metadata",
        auth=("sandbox", "sandbox-password"),
        headers={"x-api-key": "sandbox-api-key", "Accept": "application/xml"},
        timeout=10,
    )
    document, changes = re.subn(pattern, instead, answer.text)
    assert changes
    server.faults.add(
        "body",
        path=rf"{service}/\$metadata$",
        message=document,
        content_type="application/xml",
        times=None,
    )


def lacks_company(server: EpicorServer, *, in_rows: bool) -> None:
    """Let the key of bank accounts, and if asked for their rows, hold no company."""
    key = '<PropertyRef Name="Company"/>'
    column = '|<Property Name="Company"[^>]*/>' if in_rows else ""
    declare(server, "Erp.BO.BankAcctSvc", key + column, "")


def give_both_companies_the_same_accounts(server: EpicorServer) -> int:
    """Make the accounts of both companies have the same IDs; return how many there are."""
    names = [row[0] for row in server.store.rows("BankAcct", ["BankAcctID"], "EPIC06")]
    for company in ("EPIC06", "EPIC07"):
        present = {row[0] for row in server.store.rows("BankAcct", ["BankAcctID"], company)}
        server.store.insert(
            "BankAcct",
            [{"Company": company, "BankAcctID": name} for name in {*names, "X"} - present],
        )
    return sum(server.store.count("BankAcct", company) for company in ("EPIC06", "EPIC07"))


@pytest.mark.parametrize("in_rows", [False, True], ids=["key", "key and rows"])
def test_company_joins_a_key_that_lacks_it(epicor: EpicorServer, *, in_rows: bool) -> None:
    """Rows of two companies with the same key stay two, and each tells its company."""
    count = give_both_companies_the_same_accounts(epicor)
    lacks_company(epicor, in_rows=in_rows)
    done = run(epicor, "banks", streams=[BANKS], **BOTH)
    assert done.error is None
    rows = done.records("banks")
    [schema] = [item for item in done.messages if item["type"] == "SCHEMA"]
    key = schema["key_properties"]
    assert key == ["Company", "BankAcctID"]
    assert len({tuple(row[name] for name in key) for row in rows}) == len(rows) == count
    assert {row["Company"] for row in rows} == {"EPIC06", "EPIC07"}
    assert schema["schema"]["x-source"]["company"] == "Company"


def test_row_of_all_companies_has_no_id_of_its_own(epicor: EpicorServer) -> None:
    """Where rows do not tell their company, one row comes in each, so its GUID is no identity."""
    lacks_company(epicor, in_rows=True)
    done = run(epicor, "banks", streams=[BANKS], **BOTH)
    assert done.schema("banks")["x-source"]["id"] is None
    columns = epicor.log[-1].query.partition("$select=")[2].partition("&")[0].split(",")
    assert "Company" not in columns


def test_company_joins_a_key_of_the_settings(epicor: EpicorServer) -> None:
    """A key that the settings name is completed as well."""
    count = give_both_companies_the_same_accounts(epicor)
    done = run(epicor, "banks", streams=[{**BANKS, "primary_keys": ["BankAcctID"]}], **BOTH)
    keys = {(row["Company"], row["BankAcctID"]) for row in done.records("banks")}
    assert len(keys) == count
    [schema] = [item for item in done.messages if item["type"] == "SCHEMA"]
    assert schema["key_properties"] == ["Company", "BankAcctID"]


def test_list_of_companies_keeps_its_own_key(epicor: EpicorServer) -> None:
    """The same companies come in each company's call; they are one row each, by their own ID."""
    epicor.configure(companies_set="all")
    done = run(epicor, "companies", **BOTH)
    [schema] = [item for item in done.messages if item["type"] == "SCHEMA"]
    assert schema["key_properties"] == ["Company1"]
    assert {row["Company1"] for row in done.records("companies")} == {"EPIC06", "EPIC07"}
    assert not [row for row in done.records("companies") if "Company" in row]


def test_catalog_whose_key_lacks_the_company(epicor: EpicorServer) -> None:
    """A key that was cut by hand is refused when several companies are read."""
    catalog = catalog_of(epicor, ["vendors"])
    [entry] = [item for item in catalog["streams"] if item["stream"] == "vendors"]
    entry["key_properties"] = ["VendorNum"]
    with pytest.raises(ConfigValidationError) as caught:
        run(epicor, catalog=catalog, **BOTH)
    assert "several companies would fall together" in caught.value.errors[0]
    assert run(epicor, catalog=catalog).error is None


def test_baq_appends_if_it_says_so(epicor: EpicorServer) -> None:
    """Without a key each run sends all rows again, which `append: true` allows."""
    done = run(epicor, "stock", baqs=[{**STOCK, "append": True}])
    [schema] = [item for item in done.messages if item["type"] == "SCHEMA"]
    assert schema["key_properties"] == []
    assert len(done.records("stock")) == epicor.store.count("PartWhse", "EPIC06")


def test_company_named_in_the_key_of_a_baq(epicor: EpicorServer) -> None:
    """Its `Company` comes from the address, and may be named in its key all the same."""
    keys = ["Company", "PartWhse_PartNum", "PartWhse_WarehouseCode"]
    done = run(epicor, "stock", baqs=[{**STOCK, "primary_keys": keys}])
    [schema] = [item for item in done.messages if item["type"] == "SCHEMA"]
    assert schema["key_properties"] == keys


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        pytest.param({}, "has no key, so each run would add its rows once more", id="no key"),
        pytest.param({"append": True}, "", id="append"),
        pytest.param({"primary_keys": ["BankAcctID"]}, "", id="key of the settings"),
    ],
)
def test_set_without_a_key(epicor: EpicorServer, entry: dict[str, Any], words: str) -> None:
    """A set whose `$metadata` declares no key needs one, or `append: true`."""
    declare(epicor, "Erp.BO.BankAcctSvc", "<Key>.*?</Key>", "")
    config = config_for(epicor, streams=[{**BANKS, **entry}])
    if not words:
        assert TapEpicorKinetic(config=config).streams["banks"].schema["properties"]
        return
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config=config)
    assert words in caught.value.errors[0]


def test_append_where_there_is_a_key(epicor: EpicorServer) -> None:
    """A set with a key is merged by it; `append` would not be what happens."""
    with pytest.raises(ConfigValidationError) as caught:
        TapEpicorKinetic(config=config_for(epicor, streams=[{**BANKS, "append": True}]))
    assert "has the key Company, BankAcctID" in caught.value.errors[0]


def test_old_catalog_of_a_baq_without_a_key(epicor: EpicorServer) -> None:
    """A key that the settings gained after the catalog was made is missed, not passed over."""
    old = catalog_of(epicor, ["stock"], baqs=[{**STOCK, "append": True}])
    keys = ["PartWhse_PartNum", "PartWhse_WarehouseCode"]
    with pytest.raises(ConfigValidationError) as caught:
        run(epicor, catalog=old, baqs=[{**STOCK, "primary_keys": keys}])
    assert "discover again" in caught.value.errors[0]
