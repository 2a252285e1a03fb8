"""JSON Schema to columns."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from target_looker_staging.exceptions import StagingSchemaError
from target_looker_staging.staging.shape import source_identity, table_shape
from target_looker_staging.staging.types import PgType, widest

DEFINITIONS: dict[str, Any] = {
    "type": "object",
    "$defs": {"a/b ~c": {"type": "string", "format": "uuid"}},
    "definitions": {
        "day": {"type": ["string", "null"], "format": "date"},
        "day_again": {"$ref": "#/definitions/day"},
        "circle": {"$ref": "#/definitions/round"},
        "round": {"$ref": "#/definitions/circle"},
        "list": [{}, {"type": "boolean"}],
        "big": {"type": "integer", "maximum": 2**65},
    },
}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param({"type": "integer"}, PgType.BIGINT, id="integer"),
        pytest.param({"type": ["null", "number"]}, PgType.NUMERIC, id="number"),
        pytest.param({"type": ["integer", "number"]}, PgType.NUMERIC, id="integer-or-number"),
        pytest.param({"type": ["boolean", "null"]}, PgType.BOOLEAN, id="boolean"),
        pytest.param({"type": "string", "maxLength": 8}, PgType.TEXT, id="string"),
        pytest.param({"type": "string", "format": "date"}, PgType.DATE, id="date"),
        pytest.param({"type": "string", "format": "date-time"}, PgType.TIMESTAMPTZ, id="date-time"),
        pytest.param({"type": "string", "format": "time"}, PgType.TEXT, id="time"),
        pytest.param({"type": "string", "format": "uuid"}, PgType.UUID, id="uuid"),
        pytest.param({"type": "string", "format": "singer.decimal"}, PgType.NUMERIC, id="decimal"),
        pytest.param({"type": "object"}, PgType.JSONB, id="object"),
        pytest.param({"type": ["null", "array"]}, PgType.JSONB, id="array"),
        pytest.param({}, PgType.JSONB, id="anything"),
        pytest.param(True, PgType.JSONB, id="true-schema"),
        pytest.param({"type": "null"}, PgType.JSONB, id="only-null"),
        pytest.param({"enum": ["a", None]}, PgType.TEXT, id="enum-of-strings"),
        pytest.param({"const": 1}, PgType.BIGINT, id="const-integer"),
        pytest.param({"type": ["string", "integer"]}, PgType.TEXT, id="mixed-scalars"),
        pytest.param({"type": ["string", "object"]}, PgType.JSONB, id="string-or-object"),
        pytest.param(
            {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            PgType.DATE,
            id="anyof-date-or-null",
        ),
        pytest.param(
            {"anyOf": [{"type": "string", "format": "date-time"}, {"type": ["string", "null"]}]},
            PgType.TEXT,
            id="anyof-date-time-or-any-string",
        ),
        pytest.param(
            {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, PgType.TEXT, id="oneof-scalars"
        ),
        pytest.param(
            {"type": "integer", "maximum": 2**63 - 1}, PgType.BIGINT, id="maximum-of-bigint"
        ),
        pytest.param({"type": "integer", "maximum": 2**63}, PgType.NUMERIC, id="beyond-bigint"),
        pytest.param(
            {"type": "integer", "minimum": -(2**63)}, PgType.BIGINT, id="minimum-of-bigint"
        ),
        pytest.param(
            {"type": "integer", "minimum": -(2**63) - 1}, PgType.NUMERIC, id="below-bigint"
        ),
        pytest.param(
            {"type": "integer", "exclusiveMaximum": 2**64}, PgType.NUMERIC, id="exclusive"
        ),
        pytest.param(
            {"type": "integer", "maximum": 9223372036854775807.0}, PgType.BIGINT, id="float-bound"
        ),
        pytest.param(
            {"type": "integer", "maximum": Decimal("1e30")}, PgType.NUMERIC, id="decimal-bound"
        ),
        pytest.param({"type": "integer", "exclusiveMaximum": True}, PgType.BIGINT, id="draft-4"),
        pytest.param({"type": "integer", "format": "uint64"}, PgType.NUMERIC, id="uint64"),
        pytest.param({"enum": [1, 2**70]}, PgType.NUMERIC, id="enum-beyond-bigint"),
        pytest.param({"const": -(2**70)}, PgType.NUMERIC, id="const-beyond-bigint"),
        pytest.param({"allOf": [{"type": "string"}, {"maxLength": 3}]}, PgType.TEXT, id="allof"),
        pytest.param(
            {"type": "string", "anyOf": [{"maxLength": 3}, {"pattern": "x"}]},
            PgType.TEXT,
            id="typed-branches",
        ),
        pytest.param(
            {"anyOf": [{"type": "string"}, {"maxLength": 3}]}, PgType.JSONB, id="untyped-branch"
        ),
        pytest.param({"$ref": "#/definitions/day"}, PgType.DATE, id="ref"),
        pytest.param({"$ref": "#/$defs/a~1b%20%7E0c"}, PgType.UUID, id="escaped-ref"),
        pytest.param(
            {"$ref": "#/definitions/day_again", "description": "x"}, PgType.DATE, id="ref-to-ref"
        ),
        pytest.param(
            {"anyOf": [{"$ref": "#/definitions/day"}, {"type": "null"}]},
            PgType.DATE,
            id="ref-in-branch",
        ),
        pytest.param(
            {"allOf": [{"$ref": "#/definitions/day"}], "default": None},
            PgType.DATE,
            id="ref-in-allof",
        ),
        pytest.param({"$ref": "#/definitions/list/1"}, PgType.BOOLEAN, id="ref-into-a-list"),
        pytest.param({"$ref": "#/definitions/big"}, PgType.NUMERIC, id="ref-to-bounds"),
        pytest.param({"$ref": "#/definitions/circle"}, PgType.JSONB, id="ref-to-itself"),
        pytest.param({"$ref": "#/definitions/absent"}, PgType.JSONB, id="ref-to-nothing"),
        pytest.param({"$ref": "https://example.com/a.json#/b"}, PgType.JSONB, id="ref-elsewhere"),
        pytest.param({"$ref": "#"}, PgType.JSONB, id="ref-to-the-whole"),
        pytest.param({"$ref": 5}, PgType.JSONB, id="ref-that-is-none"),
    ],
)
def test_type_of_a_property(definition: Any, expected: PgType) -> None:
    """A property's column holds every value that its schema allows."""
    shape = table_shape("s", {**DEFINITIONS, "properties": {"P": definition}}, [])
    assert shape.columns[0].pg_type is expected


def test_names_are_in_lower_case() -> None:
    """SQL need not quote the names of tables and columns."""
    shape = table_shape("Vendors", {"properties": {"VendorNum": {"type": "integer"}}}, [])
    assert (shape.name, shape.columns[0].name) == ("vendors", "vendornum")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        pytest.param(["VendorID", "VendorId"], "both become column 'vendorid'", id="clash"),
        pytest.param(["x" * 64], "longer than the 63 bytes", id="64-bytes"),
        pytest.param(["ä" * 32], "longer than the 63 bytes", id="64-bytes-of-32-characters"),
        pytest.param(["_Source_ID"], "every staging table has already", id="ours"),
        pytest.param(["xmin"], "every staging table has already", id="postgres's"),
        pytest.param([""], "is empty", id="empty"),
        pytest.param([f"c{i}" for i in range(1600)], "has 1600 properties", id="too-many"),
    ],
)
def test_refused_property_names(properties: list[str], message: str) -> None:
    """Names that Postgres would cut, confuse or refuse are refused before anything is written."""
    with pytest.raises(StagingSchemaError, match=message):
        table_shape("s", {"properties": {name: {"type": "string"} for name in properties}}, [])


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param("s" * 64, id="too-long"),
        pytest.param("_Sync_Runs", id="the-run-log's"),
        pytest.param("", id="empty"),
    ],
)
def test_refused_stream_names(stream: str) -> None:
    """A stream whose table could not have its name is refused."""
    with pytest.raises(StagingSchemaError):
        table_shape(stream, {"properties": {}}, [])


def test_key_outside_the_schema_is_refused() -> None:
    """A key that is deselected in the catalog is named."""
    with pytest.raises(StagingSchemaError, match=r"\['Id'\]"):
        table_shape("s", {"properties": {}}, ["Id"])


def test_only_the_key_is_not_null() -> None:
    """Columns are NOT NULL where the key says so, whatever `required` says."""
    shape = table_shape("s", {"properties": {"A": {}, "B": {}}, "required": ["A", "B"]}, ["B"])
    assert [column.name for column in shape.columns if column.required] == ["b"]


def test_metadata_of_the_tap_does_not_double_ours() -> None:
    """A tap that sends `_sdc_` columns itself gets the target's, once."""
    properties = {"_sdc_sequence": {"type": "integer"}, "_sdc_deleted_at": {"type": "string"}}
    names = [column.name for column in table_shape("s", {"properties": properties}, []).all_columns]
    assert sorted(names) == sorted(set(names))


def test_source_of_a_stream_without_declaration() -> None:
    """Any tap's stream is its own entity."""
    identity = source_identity("users", {"properties": {}})
    assert (identity.entity, identity.id_property, identity.company_property) == (
        "users",
        None,
        None,
    )


def test_source_properties_that_are_not_sent_do_not_count() -> None:
    """A deselected row id is no row id."""
    declared = {"entity": "E", "id": "SysRowID", "company": "Company"}
    identity = source_identity("v", {"properties": {"Company": {}}, "x-source": declared})
    assert (identity.id_property, identity.company_property) == (None, "Company")


@pytest.mark.parametrize(
    ("existing", "wanted", "expected"),
    [
        pytest.param(PgType.BIGINT, PgType.NUMERIC, PgType.NUMERIC, id="bigint-numeric"),
        pytest.param(PgType.NUMERIC, PgType.BIGINT, PgType.NUMERIC, id="numeric-keeps"),
        pytest.param(PgType.DATE, PgType.TIMESTAMPTZ, PgType.TIMESTAMPTZ, id="date-timestamptz"),
        pytest.param(PgType.NUMERIC, PgType.DATE, PgType.TEXT, id="numeric-date"),
        pytest.param(PgType.BOOLEAN, PgType.BIGINT, PgType.TEXT, id="boolean-bigint"),
        pytest.param(PgType.TEXT, PgType.UUID, PgType.TEXT, id="text-keeps"),
        pytest.param(PgType.TEXT, PgType.JSONB, PgType.JSONB, id="text-jsonb"),
    ],
)
def test_widest(existing: PgType, wanted: PgType, expected: PgType) -> None:
    """A column becomes no wider than both need."""
    assert widest(existing, wanted) is expected


def test_widening_ends() -> None:
    """However types alternate, a column that has been widened for both stays as it is."""
    for one, other in product(PgType, PgType):
        wide = widest(one, other)
        assert widest(wide, one) is widest(wide, other) is wide
