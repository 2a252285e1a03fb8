"""`$metadata` with everything that CSDL allows: each set stands alone, each type gets a schema."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.plugin_base import JSONSchemaValidator
from singer_sdk.singerlib import Catalog

from tap_epicor_kinetic.catalog.declarations import Declaration
from tap_epicor_kinetic.catalog.offers import offer
from tap_epicor_kinetic.exceptions import ODataResponseError
from tap_epicor_kinetic.odata.literals import literal
from tap_epicor_kinetic.odata.metadata import parse_metadata
from tap_epicor_kinetic.odata.properties import Property, json_schema, property_from_schema
from tap_epicor_kinetic.odata.queries import Source
from tap_epicor_kinetic.stream import EpicorStream
from tap_epicor_kinetic.tap import TapEpicorKinetic
from target_looker_staging.staging.shape import table_shape
from tests.tap.runs import config_for, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.epicor.messages import Request
    from sandbox.epicor.server import EpicorServer
    from tap_epicor_kinetic.odata.metadata import EntityType


def entity(body: str, *schemas: str, around: str = "") -> EntityType:
    """Return the type of the set `S` of type `N.T`, whose declaration is given."""
    document = (
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
        f'{around}<edmx:DataServices><Schema Namespace="N" Alias="Self" '
        'xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{body}<EntityContainer Name="C"><EntitySet Name="S" EntityType="N.T"/></EntityContainer>'
        f"</Schema>{''.join(schemas)}</edmx:DataServices></edmx:Edmx>"
    )
    return parse_metadata("service", document.encode()).entity_set("S", is_baq=False)


def a_type(properties: str, name: str = "T", key: str = "", base: str = "") -> str:
    """Return the declaration of an entity type."""
    based = f' BaseType="{base}"' if base else ""
    keys = f"<Key>{key}</Key>" if key else ""
    return f'<EntityType Name="{name}"{based}>{keys}{properties}</EntityType>'


def a_property(name: str, edm_type: str = "Edm.String", more: str = "") -> str:
    """Return the declaration of a property."""
    return f'<Property Name="{name}" Type="{edm_type}" {more}/>'


# Names


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_two_schemas_with_the_same_type_name(*, first: bool) -> None:
    """The qualified name decides, wherever the other type stands."""
    other = f'<Schema Namespace="Other">{a_type(a_property("Wrong"))}</Schema>'
    ours = a_type(a_property("Right"))
    document = (
        "<Edmx>{}<Schema Namespace='N'>{}<EntityContainer>"
        "<EntitySet Name='S' EntityType='N.T'/></EntityContainer></Schema>{}</Edmx>"
    ).format(other if first else "", ours, "" if first else other)
    found = parse_metadata("service", document.encode()).entity_set("S", is_baq=False)
    assert list(found.properties) == ["Right"]


@pytest.mark.parametrize("base", ["M.Base", "B.Base", "Outer.Base"])
def test_base_type_in_another_schema(base: str) -> None:
    """By namespace, by the schema's alias, and by an alias of a reference."""
    declared = a_type(a_property("Id"), name="Base", key='<PropertyRef Name="Id"/>')
    there = f'<Schema Namespace="M" Alias="B">{declared}</Schema>'
    decoy = a_type(a_property("Wrong"), name="Base")
    around = '<Reference Uri="x"><Include Namespace="M" Alias="Outer"/></Reference>'
    found = entity(decoy + a_type(a_property("Own"), base=base), there, around=around)
    assert list(found.properties) == ["Id", "Own"]
    assert found.key == ("Id",)


@pytest.mark.parametrize("name", ["Self.T", "T", "Wrong.T", "Deep.Wrong.T"])
def test_set_whose_type_is_named_otherwise(name: str) -> None:
    """An alias stands for the namespace; where nothing fits, the local name does."""
    document = (
        "<Edmx><Schema Namespace='N' Alias='Self'>"
        f"{a_type(a_property('Right'))}<EntityContainer>"
        f"<EntitySet Name='S' EntityType='{name}'/></EntityContainer></Schema></Edmx>"
    )
    found = parse_metadata("service", document.encode()).entity_set("S", is_baq=False)
    assert list(found.properties) == ["Right"]


def test_type_in_a_schema_that_is_named_otherwise() -> None:
    """Where neither namespace nor alias leads to a base type, its local name does."""
    there = f'<Schema Namespace="M">{a_type(a_property("Id"), name="Base")}</Schema>'
    found = entity(a_type(a_property("Own"), base="Lost.Base"), there)
    assert list(found.properties) == ["Id", "Own"]


def test_types_based_on_each_other() -> None:
    """A circle of base types ends, and each part of the key is there once."""
    key = '<PropertyRef Name="A"/>'
    found = entity(
        a_type(a_property("A"), base="N.U", key=key) + a_type(a_property("B"), "U", base="N.T")
    )
    assert set(found.properties) == {"A", "B"}
    assert found.key == ("A",)


# Keys


def offered(entity_type: EntityType, **changes: Any) -> tuple[str, ...]:
    """Return the key that a set of this type is offered with."""
    declaration = Declaration("s", Source("service", "S"))
    return offer(replace(declaration, **changes), entity_type, "all").key


PATH_KEY = a_type(
    a_property("Id") + a_property("Address", "N.Address"),
    key='<PropertyRef Name="Address/City" Alias="c"/>',
)


def test_key_that_is_a_path_is_an_error_of_its_set() -> None:
    """It says what to set, and is none of the errors that end discovery."""
    with pytest.raises(ODataResponseError, match=r"Address/City is no column of it.*primary_keys"):
        offered(entity(PATH_KEY))
    assert offered(entity(PATH_KEY), key=("Id",), key_is_set=True) == ("Company", "Id")
    with pytest.raises(ConfigValidationError):
        offered(entity(PATH_KEY), key=("Di",), key_is_set=True)


@pytest.mark.parametrize("name", ["RowIdent", "BitFlag", "RowMod", "SpecifiedProperties"])
def test_key_that_is_named_like_noise(name: str) -> None:
    """What tells rows apart is no noise."""
    found = entity(a_type(a_property(name), key=f'<PropertyRef Name="{name}" Alias="k"/>'))
    assert offered(found) == ("Company", name)


def turned(change: Callable[[str], str], server: EpicorServer, patch: pytest.MonkeyPatch) -> None:
    """Have the `$metadata` of vendors changed on its way."""
    honest = server.respond

    def respond(request: Request) -> Any:
        response, fault = honest(request)
        if response is not None and request.path.endswith("VendorSvc/$metadata"):
            response = replace(response, body=change(response.body.decode()).encode())
        return response, fault

    patch.setattr(server, "respond", respond)


def offered_streams(epicor: EpicorServer) -> set[str]:
    """Return the streams that have columns; one that cannot be offered has none."""
    streams = TapEpicorKinetic(config=config_for(epicor)).streams.values()
    return {each.name for each in streams if isinstance(each, EpicorStream)}


@pytest.mark.parametrize(
    ("wanted", "instead"),
    [
        pytest.param(
            '<PropertyRef Name="VendorNum"/>', '<PropertyRef Name="A/B" Alias="c"/>', id="path"
        ),
        pytest.param(
            '<PropertyRef Name="VendorNum"/>', '<PropertyRef Name="Lacking"/>', id="lacking"
        ),
        pytest.param(r'EntityType="[^"]*\.Vendor"', 'EntityType="No.Where"', id="no type"),
    ],
)
def test_odd_set_leaves_the_others(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch, wanted: str, instead: str
) -> None:
    """A set that cannot be offered is one stream less, and no other."""
    everything = offered_streams(epicor)
    turned(lambda text: re.sub(wanted, instead, text), epicor, monkeypatch)
    assert everything - offered_streams(epicor) == {"vendors"}


# Types

DECLARED = (
    '<TypeDefinition Name="Amount" UnderlyingType="Edm.Decimal" Precision="18" Scale="4"/>'
    '<TypeDefinition Name="Day" UnderlyingType="Edm.Date"/>'
    '<EnumType Name="Color"><Member Name="Red"/></EnumType>'
    '<ComplexType Name="Address"><Property Name="City" Type="Edm.String"/></ComplexType>'
)
TYPES = [
    pytest.param("N.Amount", [12.5, None], "numeric", id="type definition"),
    pytest.param("Self.Day", ["2026-01-31", None], "date", id="type definition of days"),
    pytest.param("N.Color", ["Red", "Red,Blue", None], "text", id="enumeration"),
    pytest.param("N.Address", [{"City": "x"}, None], "jsonb", id="complex"),
    pytest.param("Collection(N.Address)", [[{"City": "x"}], []], "jsonb", id="complex ones"),
    pytest.param("Collection(Edm.String)", [["x"], []], "jsonb", id="texts"),
    pytest.param("Edm.Untyped", [{"a": 1}, [1], "x", 1, 1.5, True, None], "jsonb", id="anything"),
    pytest.param("Edm.PrimitiveType", ["x", 1, 1.5, False, None], "jsonb", id="any scalar"),
    pytest.param("Edm.ComplexType", [{}, None], "jsonb", id="any complex"),
    pytest.param(
        "Edm.GeographyPoint", [{"type": "Point", "coordinates": [1.5, 2]}], "jsonb", id="a place"
    ),
    pytest.param("Edm.GeometryCollection", [{"geometries": []}], "jsonb", id="shapes"),
    pytest.param("Edm.Stream", ["AAE=", None], "text", id="stream"),
    pytest.param("Edm.Duration", ["PT1H30M", None], "text", id="duration"),
    pytest.param("Edm.TimeOfDay", ["10:20:30.5", None], "text", id="time of day"),
    pytest.param("Edm.Binary", ["AAAAAAAAAAE=", None], "text", id="binary"),
    pytest.param("Edm.Double", [1.5, 1e300, None], "numeric", id="double"),
    pytest.param("Edm.SByte", [-1, None], "bigint", id="byte"),
    pytest.param("Edm.Guid", ["7d0c1a52-0000-4000-8000-000000004101"], "uuid", id="guid"),
    pytest.param("Edm.Foo", [{"a": 1}, "x", 1, None], "jsonb", id="unheard of"),
    pytest.param("Lost.Type", [{"a": 1}, "x", 1, None], "jsonb", id="not declared"),
]


@pytest.mark.parametrize(("edm_type", "values", "pg_type"), TYPES)
def test_values_fit_their_schema(edm_type: str, values: list[Any], pg_type: str) -> None:
    """Each type's values fit what is promised of them, and the staging column that it becomes."""
    found = entity(DECLARED + a_type(a_property("P", edm_type, 'MaxLength="8"')))
    schema = json_schema(found.properties["P"])
    validator = JSONSchemaValidator(schema)
    assert [value for value in values if list(validator.iter_errors(value))] == []
    shape = table_shape("s", {"properties": {"P": schema}}, [])
    assert shape.columns[0].pg_type.value == pg_type


def test_facets_of_a_type_definition() -> None:
    """They are the property's, unless it has its own."""
    found = entity(
        DECLARED + a_type(a_property("A", "N.Amount") + a_property("B", "N.Amount", 'Scale="2"'))
    )
    assert [(prop.precision, prop.scale) for prop in found.properties.values()] == [
        (18, 4),
        (18, 2),
    ]


@pytest.mark.parametrize(
    ("edm_type", "value", "written"),
    [
        pytest.param("Edm.Date", "2026-05-26T00:00:00Z", "2026-05-26", id="day"),
        pytest.param("Edm.DateTimeOffset", "2026-05-26", "2026-05-26T00:00:00Z", id="date-time"),
        pytest.param("Edm.TimeOfDay", "10:20:30", "10:20:30", id="time"),
        pytest.param("Edm.Duration", "PT1H", "duration'PT1H'", id="duration"),
        pytest.param("Edm.Binary", "AAE=", "binary'AAE='", id="binary"),
        pytest.param("Edm.Guid", "7d0c1a52", "7d0c1a52", id="guid"),
        pytest.param("Edm.String", "a'b", "'a''b'", id="text"),
    ],
)
def test_type_survives_the_catalog(edm_type: str, value: str, written: str) -> None:
    """A filter has the literal of the server's type also where a catalog stands in for metadata."""
    schema = {
        "properties": {"P": json_schema(Property("P", edm_type, date_only=edm_type == "Edm.Date"))}
    }
    entry = {"tap_stream_id": "s", "schema": schema, "metadata": []}
    again = Catalog.from_dict({"streams": [entry]}).to_dict()["streams"][0]["schema"]
    prop = property_from_schema("P", again["properties"]["P"])
    assert literal(value, prop) == written


def test_edm_date_in_filters_of_a_run(
    epicor: EpicorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column of days by its type is asked for as one, with `start_date` too."""
    honest = epicor.respond

    def respond(request: Request) -> Any:
        if "OrderDate ge " in request.query.replace("%20", " "):
            assert "2026-06-01T" not in request.query
            query = request.query.replace("2026-06-01", "2026-06-01T00:00:00Z")
            return honest(replace(request, query=query))
        response, fault = honest(request)
        if response is not None and request.path.endswith("POSvc/$metadata"):
            pattern = rb'(Name="OrderDate" Type=)"[^"]*"'
            body = re.sub(pattern, rb'\1"Edm.Date"', response.body)
            response = replace(response, body=body)
        return response, fault

    monkeypatch.setattr(epicor, "respond", respond)
    done = run(epicor, "purchase_orders", start_date="2026-06-01")
    assert done.error is None
    days = [row[0] for row in epicor.store.rows("POHeader", ["OrderDate"], "EPIC06")]
    assert len(done.records("purchase_orders")) == sum(day >= "2026-06-01" for day in days)


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-8-sig", "utf-8"),
        ("utf-8", "utf-16"),
        ("utf-16", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
    ],
)
def test_metadata_in_any_encoding(encoding: str, stated: str) -> None:
    """The bytes tell, not what the document states: .NET states UTF-16 of much that is none."""
    text = (
        f'<?xml version="1.0" encoding="{stated}"?><Schema Namespace="N">'
        f'{a_type(a_property("Größe_c"))}<EntitySet Name="S" EntityType="N.T"/></Schema>'
    )
    found = parse_metadata("service", text.encode(encoding)).entity_set("S", is_baq=False)
    assert list(found.properties) == ["Größe_c"]
