"""The standard target tests of the Singer SDK, and what the tables hold after each."""

from __future__ import annotations

import importlib.resources
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import MissingKeyPropertiesError, RecordsWithoutSchemaException
from singer_sdk.singerlib.exceptions import InvalidInputLine
from singer_sdk.testing import TargetTestRunner, get_target_test_class, target_test_streams

from target_looker_staging.target import TargetLookerStaging

if TYPE_CHECKING:
    from tests.fixtures.postgres import DatabaseSettings
    from tests.target.conftest import Staging


class TestStandard(get_target_test_class(TargetLookerStaging, config=None)):  # type: ignore[misc]  # made at run time
    """Runs the suite with a fresh database for each test."""

    @pytest.fixture
    def config(self, database: DatabaseSettings) -> dict[str, Any]:
        """Give the settings of the target."""
        return {**database}

    @pytest.fixture
    def runner(self, config: dict[str, Any]) -> Any:
        """Give the SDK's runner."""
        return TargetTestRunner(TargetLookerStaging, config=config)


def load(staging: Staging, name: str) -> None:
    """Run the target on one of the suite's files."""
    text = (importlib.resources.files(target_test_streams) / f"{name}.singer").read_text("utf8")
    staging.sync(*text.splitlines())


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        pytest.param(
            "array_data",
            "SELECT id, fruits FROM test_array_data ORDER BY id LIMIT 2",
            [(1, ["apple", "orange", "pear"]), (2, ["banana", "apple"])],
            id="array_data",
        ),
        pytest.param(
            "camelcase",
            "SELECT id, clientname FROM testcamelcase ORDER BY id",
            [("1", "Gitter Windows Desktop App"), ("2", "Gitter iOS App")],
            id="camelcase",
        ),
        pytest.param(
            "camelcase_complex_schema",
            "SELECT count(*) FROM forecastingtypetocategory",
            [(0,)],
            id="camelcase_complex_schema",
        ),
        pytest.param(
            "duplicate_records",
            "SELECT id, metric FROM test_duplicate_records ORDER BY id",
            [(1, 100), (2, 20)],
            id="duplicate_records",
        ),
        pytest.param(
            "encoded_string_data",
            "SELECT info FROM test_strings WHERE id IN (2, 6, 10, 11) ORDER BY id",
            [
                ("απλή συμβολοσειρά",),
                ('various " \\ / \n escape sequences',),
                (r"Double quoting: \u0000 \u0041 \u0001",),
                ("Control Characters in string: \ufffd A \x01",),
            ],
            id="encoded_string_data",
        ),
        pytest.param(
            "multiple_state_messages",
            "SELECT (SELECT count(*) FROM test_multiple_state_messages_a), count(*) "
            "FROM test_multiple_state_messages_b",
            [(6, 6)],
            id="multiple_state_messages",
        ),
        pytest.param(
            "no_primary_keys_append",
            "SELECT id, metric FROM test_no_pk ORDER BY id LIMIT 2",
            [(1, 101), (2, 202)],
            id="no_primary_keys_append",
        ),
        pytest.param(
            "no_primary_keys",
            "SELECT id, metric FROM test_no_pk ORDER BY id",
            [(1, 11), (2, 22), (3, 33)],
            id="no_primary_keys",
        ),
        pytest.param(
            "optional_attributes",
            "SELECT id, optional FROM test_optional_attributes ORDER BY id",
            [(1, "This is optional"), (2, None), (3, "Also optional"), (4, None)],
            id="optional_attributes",
        ),
        pytest.param(
            "pk_updates",
            "SELECT id, name, email FROM example_stream ORDER BY id",
            [(1, "Alice", "alice@example.com"), (2, "Bob", "bob@example.com")],
            id="pk_updates",
        ),
        pytest.param(
            "record_missing_fields",
            "SELECT id, optional FROM record_missing_fields ORDER BY id",
            [(1, "now you see me"), (2, None)],
            id="record_missing_fields",
        ),
        pytest.param(
            # `required` speaks of the tap's records; what Looker can do without is no reason to stop.
            "record_missing_required_property",
            "SELECT id, metric FROM test_record_missing_required_property",
            [(None, 3215)],
            id="record_missing_required_property",
        ),
        pytest.param(
            "schema_no_properties",
            "SELECT object_store FROM test_object_schema_no_properties ORDER BY 1",
            [({"id": 1, "metric": 1},), ({"id": 2, "metric": 2},)],
            id="schema_no_properties",
        ),
        pytest.param(
            "schema_updates",
            "SELECT id, a1, a2, a3, a4, a5, a6 FROM test_schema_updates ORDER BY id LIMIT 3",
            [
                (1, Decimal(101), "string1", None, None, None, None),
                (2, Decimal(102), "string2", True, None, None, None),
                (3, Decimal(103), "string3", False, {"id": 1, "value": 1}, ["banana", "apple"], None),
            ],
            id="schema_updates",
        ),
        pytest.param(
            "special_chars_in_attributes",
            'SELECT _id, d FROM "test:specialchars!in?attributes"',
            [("a2e98886", {"env": "prod", "agent:type": "desktop", "agent:os:version": "10.13.1"})],
            id="special_chars_in_attributes",
        ),
        pytest.param(
            "user_location_upsert_data",
            "SELECT id, name FROM test_users ORDER BY id LIMIT 2",
            [(1, "Johny"), (2, "George")],
            id="user_location_upsert_data",
        ),
    ],
)  # fmt: skip
def test_tables(staging: Staging, name: str, query: str, expected: list[tuple[Any, ...]]) -> None:
    """The suite asks for no more than that the target does not fail; this looks at its tables."""
    load(staging, name)
    assert staging.rows(query) == expected


def test_states_of_the_suite(staging: Staging, capsys: pytest.CaptureFixture[str]) -> None:
    """Each state that is due is passed on, in its order, with all that it covers in place."""
    text = importlib.resources.files(target_test_streams) / "multiple_state_messages.singer"
    lines = text.read_text("utf8").splitlines()
    staging.sync(*lines, checkpoint_seconds=0)
    states = [json.loads(line)["value"] for line in lines if '"STATE"' in line]
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        *states,
        states[-1],
    ]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("invalid_schema", InvalidInputLine, id="invalid_schema"),
        pytest.param("record_before_schema", RecordsWithoutSchemaException, id="before_schema"),
        pytest.param("record_missing_key_property", MissingKeyPropertiesError, id="missing_key"),
    ],
)
def test_refused(staging: Staging, name: str, error: type[Exception]) -> None:
    """What breaks the protocol ends the run with an error that names it, and stages nothing."""
    with pytest.raises(error):
        load(staging, name)
    assert (
        staging.rows(
            "SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        )
        == []
    )
