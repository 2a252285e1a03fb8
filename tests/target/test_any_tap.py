"""Any tap: random schemas and records, loaded, against what a plain model says must lie there."""

from __future__ import annotations

import io
import json
from contextlib import closing, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase as Steps
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.target.conftest import Staging, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

    from tests.fixtures.postgres import DatabaseSettings

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 offsets are reckoned by hand
MICROSECOND = timedelta(microseconds=1)

DEFINITIONS: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "decimal": {"type": ["string", "null"], "format": "singer.decimal"},
    "string": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "mixed": {"type": ["string", "integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "uuid": {"type": ["string", "null"], "format": "uuid"},
    "any": {},
    "date": {"type": ["string", "null"], "format": "date"},
    "date-time": {"type": ["string", "null"], "format": "date-time"},
}
# What a property may change into: anything, but days and times only into each other, for their
# text is Postgres's own.
FAMILIES = (tuple(DEFINITIONS)[:8], tuple(DEFINITIONS)[8:])
NAMES = ["Name", "VendorNum", "ünï", "q\"uo'te", "per%cent", "{brace}", "a b;--", "_x", "支払"]
KEYS = ["integer", "string", "number", "uuid", "date-time"]


@dataclass(frozen=True)
class Value:
    """A value as the tap writes it, and what it means.

    Attributes:
        json: What stands on the wire.
        meaning: The same, parsed.
    """

    json: str
    meaning: Any


NOTHING = Value("null", None)


def _text(text: str, *, ascii_only: bool) -> Value:
    is_half = any(0xD800 <= ord(each) < 0xE000 for each in text)
    written = json.dumps(text, ensure_ascii=ascii_only or is_half)
    # Two halves of a surrogate pair have become one character on the way.
    return Value(written, json.loads(written))


def _time(naive: datetime, minutes: int | None) -> Value:
    offset = ""
    if minutes is not None:
        offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return Value(f'"{naive.isoformat()}{offset}"', (naive, minutes or 0))


def _document(document: object, *, ascii_only: bool) -> Value:
    def number(value: object) -> object:
        return float(value) if isinstance(value, Decimal) else value

    text = json.dumps(document, ensure_ascii=ascii_only, default=number)
    return Value(text, json.loads(text, parse_float=Decimal, parse_int=Decimal))


INTEGERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
DECIMALS = st.decimals(-(10**40), 10**40) | st.sampled_from(
    [Decimal(each) for each in ("1.10", "1.1", "-0.00", "1E+30", "1E-30", "1234567890123456.789012345678")]
)  # fmt: skip
# Of all planes, U+0000 and surrogates without a partner included.
CHARACTERS = st.characters(exclude_categories=())
AWKWARD = st.text(st.sampled_from('\0\\"\n\t\r/\b\ud800\U0010ffff'), max_size=6)
WORDS = ["", "\\N", "\\.", "null", "\\u0041", "1"]
TEXTS = st.text(CHARACTERS, max_size=12) | AWKWARD | st.sampled_from(WORDS)
WHOLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | WHOLE,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(WHOLE, each, max_size=3),
    max_leaves=6,
)  # fmt: skip
VALUES: dict[str, SearchStrategy[Value]] = {
    "integer": INTEGERS.map(lambda n: Value(str(n), n)),
    "number": DECIMALS.map(lambda n: Value(str(n), n)),
    "decimal": DECIMALS.map(lambda n: Value(f'"{n}"', n)),
    "string": st.builds(_text, TEXTS, ascii_only=st.booleans()),
    "mixed": st.builds(_text, TEXTS, ascii_only=st.booleans())
    | INTEGERS.map(lambda n: Value(str(n), n)),
    "boolean": st.booleans().map(lambda b: Value(json.dumps(b), b)),
    "uuid": st.uuids().map(lambda u: Value(f'"{str(u).upper()}"', str(u))),
    "any": st.builds(_document, DOCUMENTS, ascii_only=st.booleans()),
    "date": st.dates().map(lambda d: Value(f'"{d}"', d)),
    "date-time": st.builds(_time, st.datetimes(), st.none() | st.integers(-14 * 60, 14 * 60)),
}


@dataclass
class Phase:
    """Records of one schema, in the order in which they come.

    Attributes:
        kinds: Property to kind of value.
        records: Property to value, key included; properties may be missing.
    """

    kinds: dict[str, str]
    records: list[dict[str, Value]]


@st.composite
def phases(draw: st.DrawFn, key: dict[str, str]) -> list[Phase]:
    """Return what a tap sends of a stream whose schema changes now and then."""
    families = {
        name: draw(st.sampled_from(FAMILIES))
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=6))
    }
    # Few keys, so that records of one key meet.
    keys = draw(
        st.lists(st.fixed_dictionaries({k: VALUES[kind] for k, kind in key.items()}), min_size=1, max_size=4)
    )  # fmt: skip
    found = []
    for _ in range(draw(st.integers(2, 4))):
        kinds = {
            name: draw(st.sampled_from(family))
            for name, family in families.items()
            if draw(st.integers(0, 4))
        }
        values = {name: VALUES[kind] for name, kind in kinds.items()}
        some = {name: st.just(NOTHING) | value for name, value in values.items()}
        one = st.builds(
            lambda key, values: {**values, **key},
            st.sampled_from(keys),
            st.fixed_dictionaries(values) | st.fixed_dictionaries({}, optional=some),
        )
        found.append(Phase({**key, **kinds}, draw(st.lists(one, min_size=2, max_size=6))))
    return found


# The model: what a table must hold, told without Postgres.


def wider(one: str, other: str) -> str:
    """Return the kind of column that holds two kinds of values."""
    kinds = {{"mixed": "string", "decimal": "number"}.get(kind, kind) for kind in (one, other)}
    if len(kinds) == 1:
        return kinds.pop()
    if "any" in kinds:
        return "any"
    if kinds == {"date", "date-time"}:
        return "date-time"
    return "number" if kinds == {"integer", "number"} else "string"


def clean(value: Any) -> Any:
    """Return a value without the characters that Postgres cannot hold."""
    if isinstance(value, str):
        return "".join(
            c if c != "\0" and not 0xD800 <= ord(c) < 0xE000 else "\ufffd" for c in value
        )
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): clean(each) for name, each in value.items()}
    return value


def digits(number: Decimal | int) -> str:
    """Return a number as Postgres writes it: all digits, no exponent, no minus before zero."""
    return format(abs(Decimal(number)) if not number else Decimal(number), "f")


def instant(meaning: tuple[datetime, int] | date) -> int:
    """Return microseconds since 1970 in UTC."""
    if isinstance(meaning, date):
        meaning = (datetime.combine(meaning, datetime.min.time()), 0)
    naive, minutes = meaning
    return (naive - EPOCH) // MICROSECOND - minutes * 60_000_000


@dataclass
class Model:
    """A staging table.

    Attributes:
        columns: Property to the kind of its column.
        rows: Key to property to what the column holds, as `shown` shows it.
    """

    columns: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def take(self, phase: Phase, key: list[str]) -> None:
        """Load what came under one schema."""
        for name, kind in phase.kinds.items():
            before = self.columns.get(name)
            after = self.columns[name] = wider(before or kind, kind)
            if before and after != before:
                for row in self.rows.values():
                    row[name] = converted(row.get(name), before, after)
        for record in phase.records:
            same = tuple(identity(record[name], phase.kinds[name]) for name in key)
            row = self.rows.setdefault(same, {})
            for name, kind in phase.kinds.items():
                row[name] = held(record.get(name, NOTHING), kind, self.columns[name])
            row.update(zip(key, same, strict=True))


def held(value: Value, kind: str, column: str) -> Any:
    """Return what a column of one kind holds of a value of another that comes."""
    meaning = clean(value.meaning)
    if meaning is None:
        return None
    if column == "any":
        document = json.loads(value.json, parse_float=Decimal, parse_int=Decimal)
        return ("json", shown_document(clean(document)))
    if column == "date-time":
        return instant(meaning)
    if column == "number":
        return digits(meaning)
    if column == "uuid" or (kind in {"string", "mixed"} and isinstance(meaning, str)):
        return meaning
    return value.json.strip('"')


def identity(value: Value, kind: str) -> Any:
    """Return what is the same for values that are the same key."""
    return without_scale(held(value, kind, kind), kind)


def without_scale(value: Any, kind: str) -> Any:
    """Return a number that is written with another scale in one form."""
    return value.rstrip("0").rstrip(".") if kind == "number" and "." in value else value


def converted(value: Any, before: str, after: str) -> Any:
    """Return what a column holds after it has been widened."""
    if value is None or after in {"number", "string"}:
        return value
    if after == "date-time":
        return instant(date.fromisoformat(value))
    if before in {"integer", "number"}:
        return ("json", shown_document(Decimal(value)))
    return ("json", value == "true" if before == "boolean" else value)


def shown_document(document: Any) -> Any:
    """Return a document whose numbers can be compared to the last digit."""
    if isinstance(document, bool) or document is None or isinstance(document, str):
        return document
    if isinstance(document, list):
        return [shown_document(each) for each in document]
    if isinstance(document, dict):
        return {name: shown_document(each) for name, each in document.items()}
    return (digits(document),)


def shown(value: Any, kind: str) -> Any:
    """Return what Postgres has as the model has it."""
    if value is None:
        return None
    if kind == "any":
        return ("json", shown_document(json.loads(value, parse_float=Decimal, parse_int=Decimal)))
    return int(Decimal(value) * 1_000_000) if kind == "date-time" else value


# The run


@pytest.fixture(scope="module")
def area(module_database: DatabaseSettings) -> Iterator[Staging]:
    """Give a staging area to all examples."""
    with closing(Staging(module_database)) as staging:
        yield staging


def lines(phase: Phase, key: list[str], draw: Any, states: list[int]) -> Iterator[str]:
    """Yield a phase on the wire: compact or with blanks, other streams and states in between."""
    definition = {"properties": {name: DEFINITIONS[kind] for name, kind in phase.kinds.items()}}
    yield json.dumps(schema("s", definition, key))
    for record in phase.records:
        blank = draw(st.sampled_from(["", "", " "]))
        pairs = [f"{json.dumps(name)}:{blank}{value.json}" for name, value in record.items()]
        text = f'"record":{{{f",{blank}".join(pairs)}}}'
        yield f'{{"type":{blank}"RECORD","stream":"s",{text}}}'
        if draw(st.booleans()):
            yield '{"type":"RECORD","stream":"t","record":{"Id":1}}'
        if draw(st.booleans()):
            states.append(len(states))
            yield json.dumps({"type": "STATE", "value": {"n": states[-1]}})


def stored(staging: Staging, columns: dict[str, str], key: dict[str, str]) -> dict[Any, Any]:
    """Return what lies in the table, in the form of `Model.rows`, and each row's version."""
    names = ['"' + name.lower().replace('"', '""').replace("%", "%%") + '"' for name in columns]
    parts = [
        f"extract(epoch FROM {name})::text" if kind == "date-time" else f"{name}::text"
        for name, kind in zip(names, columns.values(), strict=True)
    ]
    found = {}
    for version, *values in staging.rows(f"SELECT xmin::text, {', '.join(parts)} FROM s"):
        row = {
            name: shown(value, kind)
            for (name, kind), value in zip(columns.items(), values, strict=True)
        }
        same = tuple(without_scale(row[name], kind) for name, kind in key.items())
        row.update(zip(key, same, strict=True))
        found[same] = (row, version)
    return found


# Without making a failing example smaller, which takes longer than a test may.
@settings(max_examples=20, deadline=None, phases=[Steps.explicit, Steps.reuse, Steps.generate])
@given(data=st.data())
def test_table_is_what_the_tap_sent(area: Staging, data: st.DataObject) -> None:
    """Whatever a tap sends, in whatever batches and runs, the table holds each value of it."""
    draw = data.draw
    area.rows("DROP SCHEMA IF EXISTS epicor_staging CASCADE")
    key = draw(st.dictionaries(st.sampled_from(["Id", "Part"]), st.sampled_from(KEYS), min_size=1))
    sent = draw(phases(key))
    options = {
        "batch_size_rows": draw(st.integers(1, 5)),
        "checkpoint_seconds": 0,
        "stream_maps": {"s": {"__alias__": "s"}} if draw(st.booleans()) else {},
    }
    other = schema("t", {"properties": {"Id": {"type": "integer"}}}, ["Id"])
    model, states, out = Model(), list[int](), io.StringIO()
    messages: list[dict[str, Any] | str] = []
    for i, phase in enumerate(sent):
        model.take(phase, list(key))
        messages += lines(phase, list(key), draw, states)
        # The schema changes within a run, or between two.
        if i == len(sent) - 1 or draw(st.booleans()):
            with redirect_stdout(out):
                area.sync(other, *messages, **options)
            messages = []
    found = stored(area, model.columns, key)
    assert {k: row for k, (row, _) in found.items()} == {
        k: {name: row.get(name) for name in model.columns} for k, row in model.rows.items()
    }
    _check_accounts(area, len(found), sum(len(phase.records) for phase in sent))
    passed_on = [json.loads(line)["n"] for line in out.getvalue().splitlines()]
    assert passed_on == sorted(passed_on)
    assert passed_on[-1:] == states[-1:]

    # The last word of each key once more changes nothing.
    last = {tuple(identity(r[n], k) for n, k in key.items()): r for r in sent[-1].records}
    again = Phase(sent[-1].kinds, list(last.values()))
    with redirect_stdout(out):
        area.sync(other, *lines(again, list(key), draw, states), **options)
    assert stored(area, model.columns, key) == found


def _check_accounts(area: Staging, rows: int, records: int) -> None:
    """Check that the run log accounts for every record, and that ids are unique."""
    assert area.rows(
        "SELECT coalesce(sum(records_received), 0), coalesce(sum(rows_inserted), 0), "
        "coalesce(sum(records_received - rows_inserted - rows_updated - rows_unchanged "
        "- rows_superseded), 0) FROM _sync_run_streams WHERE stream = 's'"
    ) == [(records, rows, 0)]
    assert area.value("SELECT count(DISTINCT _source_id) FROM s") == rows
