"""The warehouse is compared with the state that the tap goes on from, before anything is loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tap_epicor_kinetic.run.bookmarks import _OURS
from target_looker_staging.commands.cli import main
from target_looker_staging.exceptions import StagingDataError, WarehouseBehindError
from target_looker_staging.run.bookmarks import TAP_NOTES
from tests.target.conftest import record, schema, state, vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from click.testing import Result

    from tests.target.conftest import Staging

PARTS = schema("parts", {"properties": {"PartNum": {"type": "string"}}}, ["PartNum"])


def at(value: object, **more: Any) -> dict[str, Any]:
    """Return a bookmark by row version."""
    return {"replication_key": "SysRevID", "replication_key_value": value, **more}


def by_company(**bookmarks: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bookmark of a stream that is partitioned by company."""
    parts = [{"context": {"Company": name}, **each} for name, each in bookmarks.items()]
    return {"partitions": parts}


def tap_state(
    bookmarks: Mapping[str, Any], *streams: str, companies: Any = None, complete: bool = False
) -> dict[str, Any]:
    """Return a state of this project's tap, which says what the run reads."""
    told = {"status": "done" if complete else "pending"}
    run = {
        "tap": "tap-epicor-kinetic 0.1.0",
        "companies": companies,
        "complete": complete,
        "streams": {name: dict(told) for name in streams},
    }
    return {"type": "STATE", "value": {"bookmarks": bookmarks, "run": run}}


def load(
    staging: Staging, before: Mapping[str, Any], after: Mapping[str, Any], **settings: Any
) -> None:
    """Load two vendors and a part with this project's tap, from one state to another."""
    last = tap_state(after, "vendors", "parts", complete=True)
    counts = {"vendors": 2, "parts": 1}
    for name, told in last["value"]["run"]["streams"].items():
        told["records"] = counts[name]
    staging.sync(
        tap_state(before, "vendors", "parts"),
        *(schema(), vendor(1), vendor(2, Company="EPIC07")),
        *(PARTS, record("parts", PartNum="A")),
        last,
        **settings,
    )


def go_on(staging: Staging, bookmarks: Mapping[str, Any], **settings: Any) -> None:
    """Go on from a state with this project's tap; one more vendor would come."""
    staging.sync(
        tap_state(bookmarks, "vendors", "parts"),
        *(PARTS, record("parts", PartNum="new"), schema(), vendor(9)),
        tap_state(bookmarks, complete=True),
        **settings,
    )


def go_on_with_another_tap(staging: Staging, bookmarks: Mapping[str, Any], **settings: Any) -> None:
    """Go on from a state with a tap that does not say which streams it will read."""
    staging.sync(
        state(**bookmarks),
        *(PARTS, record("parts", PartNum="new"), schema(), vendor(9)),
        state(**bookmarks, seen=1),
        **settings,
    )


BOTH = {"vendors": at(20), "parts": at(7)}


def is_loaded(staging: Staging) -> bool:
    """Return whether the vendor that comes last is in its table."""
    return bool(staging.value("SELECT count(*) FROM vendors WHERE vendornum = 9"))


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
@pytest.mark.parametrize(
    "bookmarks",
    [
        pytest.param(BOTH, id="the-same"),
        pytest.param({}, id="none"),
        pytest.param({"vendors": at(20)}, id="a-stream-taken-out"),
        pytest.param({"vendors": at(19), "parts": at(7)}, id="set-back-by-hand"),
        pytest.param({"vendors": at(None), "parts": {}}, id="without-values"),
        pytest.param({**BOTH, "jobs": at(99)}, id="a-stream-that-is-not-read"),
        pytest.param({**BOTH, "buyers": {"source": "Erp.BO.BuyerSvc"}}, id="a-full-table"),
    ],
)
def test_state_that_this_warehouse_has(
    staging: Staging, tap: Callable[..., None], bookmarks: dict[str, Any]
) -> None:
    """A state passed on here, an older one, and one that skips nothing are loaded from."""
    load(staging, {}, BOTH)
    tap(staging, bookmarks)
    assert is_loaded(staging)


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
@pytest.mark.parametrize(
    "bookmarks",
    [
        pytest.param({"vendors": at(21), "parts": at(7)}, id="newer"),
        pytest.param({"vendors": {"page": 3}, "parts": at(7)}, id="not-comparable"),
        pytest.param({"vendors": {**at(20), "lsn": 5}, "parts": at(7)}, id="one-word-more"),
        pytest.param(
            {"vendors": {**at(20), "replication_key": "UpdatedOn"}, "parts": at(7)}, id="other-key"
        ),
        pytest.param({"vendors": by_company(EPIC06=at(20)), "parts": at(7)}, id="a-partition"),
    ],
)
def test_state_that_this_warehouse_has_not(
    staging: Staging, tap: Callable[..., None], bookmarks: dict[str, Any]
) -> None:
    """What was not committed here stops the run before anything is loaded, the stream named."""
    load(staging, {}, BOTH)
    before = staging.value("SELECT count(*) FROM parts")
    with pytest.raises(
        WarehouseBehindError, match=r"'vendors'.*looker-staging replay --behind"
    ) as e:
        tap(staging, bookmarks)
    assert "'parts'" not in str(e.value)
    assert not is_loaded(staging)
    assert staging.value("SELECT count(*) FROM parts") == before
    [(run_id, status, error)] = staging.rows(
        "SELECT run_id, status, error FROM _sync_runs ORDER BY started_at DESC LIMIT 1"
    )
    assert status == "failed"
    assert "'vendors'" in error
    # Not even the stream that comes first has begun.
    assert staging.rows("SELECT stream FROM _sync_run_streams WHERE run_id = %s", run_id) == []


def test_words_of_this_projects_tap() -> None:
    """What this project's tap keeps beside a cursor's value is known to skip no row by itself.

    The last two are kept beside the words that a bookmark forgets for a new first load.
    """
    ours = {*_OURS, "extent", "date_formats"}
    assert ours - {"replication_key", "replication_key_value"} == TAP_NOTES


T1, T2 = "2026-11-23T01:00:00Z", "2026-11-24T01:00:00.5Z"


@pytest.mark.parametrize(
    ("here", "goes_on_from", "is_behind"),
    [
        pytest.param(at(20, began_at=T1), at(20, began_at=T2), True, id="late-commits-lost"),
        pytest.param(at(20, began_at=T1), at(8, began_at=T2), True, id="source-restored-meanwhile"),
        pytest.param(at(20, began_at=T2), at(19, began_at=T1), False, id="older-reading"),
        pytest.param(at(20, began_at=T2), at(19, began_at=T2), False, id="value-set-back"),
        pytest.param(at(20, began_at=T2), at(20), False, id="only-the-value-kept"),
        pytest.param(
            at(20, began_at=T1, reading_from=15), at(20, began_at=T1), True, id="end-of-it-lost"
        ),
        pytest.param(
            at(20, began_at=T1, reading_from=15), at(14, began_at=T1), False, id="before-its-place"
        ),
        pytest.param(at(20), at(20, began_at=T2), True, id="newer-tap"),
        pytest.param(at(T1), at(T2), True, id="time"),
        pytest.param(at("2026-11-24T00:30:00-05:00"), at(T2), False, id="zones"),
        pytest.param(at("2026-11-24"), at("2026-11-23"), False, id="days"),
        pytest.param(at("b"), at("a"), True, id="texts"),
        pytest.param(at(20, reading_from=None), at(20), False, id="null"),
        pytest.param(at(value=True), at(value=False), True, id="truths"),
    ],
)
def test_older_and_newer_bookmarks(
    staging: Staging,
    here: dict[str, Any],
    goes_on_from: dict[str, Any],
    is_behind: bool,  # noqa: FBT001
) -> None:
    """A reading that began later brought what is not here, wherever its cursor is."""
    load(staging, {}, {"vendors": here})
    if is_behind:
        with pytest.raises(WarehouseBehindError, match="'vendors'"):
            go_on(staging, {"vendors": goes_on_from})
    else:
        go_on(staging, {"vendors": goes_on_from})
        assert is_loaded(staging)


def test_every_state_that_was_passed_on(
    staging: Staging, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state of the midst of a run is known, though the run went on from there."""
    pages = [{"vendors": {"page": number}} for number in (1, 2, 3)]
    messages = [each for n, page in enumerate(pages) for each in (vendor(n), state(**page))]
    staging.sync(schema(), *messages, checkpoint_seconds=0)
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["bookmarks"] for line in lines[:3]] == pages
    for page in pages:
        go_on_with_another_tap(staging, page)
    assert is_loaded(staging)


COMPANIES = {"vendors": by_company(EPIC06=at(20), EPIC07=at(21)), "parts": at(7)}


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
@pytest.mark.parametrize(
    ("damage", "named"),
    [
        pytest.param("DROP TABLE vendors", "'vendors' (EPIC06): table", id="dropped"),
        pytest.param("TRUNCATE vendors", "'vendors' (EPIC07): table", id="truncated"),
        pytest.param(
            "DROP TABLE vendors; CREATE TABLE vendors (LIKE parts)", "'vendors' (EPIC06)", id="new"
        ),
        pytest.param("ALTER TABLE vendors RENAME TO suppliers", "vendors is missing", id="renamed"),
        pytest.param(
            "DELETE FROM vendors WHERE company = 'EPIC07'", "'vendors' (EPIC07)", id="a-company"
        ),
    ],
)
def test_table_without_its_rows(
    staging: Staging, tap: Callable[..., None], damage: str, named: str
) -> None:
    """A table that had rows of a bookmark and has none stops the run, whatever the bookmark."""
    load(staging, {}, COMPANIES)
    staging.rows(damage)
    with pytest.raises(WarehouseBehindError) as error:
        tap(staging, COMPANIES)
    assert named in str(error.value)
    assert "'parts'" not in str(error.value)


def test_empty_warehouse(staging: Staging) -> None:
    """Another database, in which nothing is, is behind any bookmark; every stream is named."""
    with pytest.raises(WarehouseBehindError, match=r"'vendors': table .*'parts': table") as error:
        go_on(staging, BOTH)
    assert "epicor_staging.vendors is missing" in str(error.value)


@pytest.mark.parametrize("method", ["upsert", "append-only"])
def test_company_and_stream_added_later(staging: Staging, method: str) -> None:
    """What has no bookmark yet is no reason to stop."""
    first = {"vendors": by_company(EPIC06=at(20))}
    key: Any = {"key": ()} if method == "append-only" else {}
    staging.sync(tap_state({}, "vendors"), schema(**key), vendor(1), tap_state(first, complete=True),
                 load_method=method)  # fmt: skip
    staging.sync(
        tap_state({"vendors": by_company(EPIC06=at(20), EPIC07={})}, "vendors", "parts"),
        *(schema(**key), vendor(9), schema("parts", PARTS["schema"], ())),
        tap_state(BOTH, complete=True),
        load_method=method,
    )
    assert is_loaded(staging)


def test_companies_that_are_not_read(staging: Staging) -> None:
    """The bookmark of a company that this run leaves alone is not compared."""
    load(staging, {}, COMPANIES)
    staging.rows("DELETE FROM vendors WHERE company = 'EPIC07'")
    first = tap_state(COMPANIES, "vendors", companies=["EPIC06"])
    staging.sync(first, schema(), vendor(9), tap_state(COMPANIES, complete=True))
    assert is_loaded(staging)


def test_two_jobs_in_one_table(staging: Staging) -> None:
    """Each company's job has a state of its own; a state of neither is neither's."""
    one = {"vendors": by_company(EPIC06=at(20))}
    two = {"vendors": by_company(EPIC07=at(30))}
    for bookmarks, number, company in ((one, 1, "EPIC06"), (two, 2, "EPIC07")):
        staging.sync(
            tap_state({}, "vendors", companies=[company]),
            *(schema(), vendor(number, Company=company)),
            tap_state(bookmarks, complete=True),
        )
    go_on(staging, one)
    go_on(staging, two)
    with pytest.raises(WarehouseBehindError, match=r"\(EPIC06\)"):
        go_on(staging, {"vendors": by_company(EPIC06=at(30), EPIC07=at(30))})


def test_table_that_is_rightly_empty(staging: Staging) -> None:
    """A table that held no row when the bookmark was committed may hold none now."""
    nobody = {"vendors": {"__filter__": "VendorNum > 5"}}
    load(staging, {}, COMPANIES, stream_maps=nobody)
    assert staging.value("SELECT count(*) FROM vendors") == 0
    go_on(staging, COMPANIES, stream_maps=nobody)
    assert is_loaded(staging)


def test_table_from_which_all_is_gone(staging: Staging) -> None:
    """Rows that this target removed itself are not missed."""
    version = {"type": "ACTIVATE_VERSION", "stream": "vendors", "version": 2}
    last = tap_state({"vendors": at(20)}, "vendors", complete=True)
    last["value"]["run"]["streams"]["vendors"].update(records=0, source_count=0)
    first = [schema(), {**vendor(1), "version": 1}, tap_state({"vendors": at(20)}, complete=True)]
    staging.sync(tap_state({}, "vendors"), *first)
    staging.sync(
        tap_state({"vendors": at(20)}, "vendors"), schema(), version, last, hard_delete=True
    )
    assert staging.value("SELECT count(*) FROM vendors") == 0
    go_on(staging, {"vendors": at(20)})
    assert is_loaded(staging)


ORDERS = schema(
    "orders",
    {
        "properties": {
            "Company": {"type": "string"},
            "OrderNum": {"type": "integer"},
            "SysRevID": {"type": "integer"},
        }
    },
    ["Company", "OrderNum"],
)
RESTORED = "CREATE TABLE anew (LIKE orders INCLUDING ALL); INSERT INTO anew SELECT * FROM "
RENAMED = "; DROP TABLE orders; ALTER TABLE anew RENAME TO orders"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        pytest.param(f"{RESTORED} dump {RENAMED}", "made anew", id="restored-alone"),
        pytest.param(
            "TRUNCATE orders; INSERT INTO orders SELECT * FROM dump",
            "made anew",
            id="only-its-rows",
        ),
        pytest.param(f"{RESTORED} orders {RENAMED}", "", id="copied"),
        pytest.param("ALTER TABLE orders ALTER ordernum TYPE numeric", "", id="rewritten"),
        pytest.param("CLUSTER orders USING orders_pkey", "", id="clustered"),
        pytest.param(
            "UPDATE _sync_run_streams SET rows_deleted = 1; DELETE FROM orders WHERE ordernum = 2; "
            "ALTER TABLE orders ALTER ordernum TYPE numeric",
            "",
            id="last-row-deleted",
        ),
    ],
)
def test_table_that_was_restored_alone(staging: Staging, damage: str, named: str) -> None:
    """A table of an old dump beside a run log of today lacks rows; a copied or rewritten one not."""

    def load_orders(before: int | None, after: int, *numbers: int) -> None:
        rows = [
            record("orders", Company="EPIC06", OrderNum=number, SysRevID=number * 10)
            for number in numbers
        ]
        places = [{"orders": by_company(EPIC06=at(place))} for place in (before, after)]
        last = tap_state(places[1], complete=True)
        staging.sync(tap_state(places[0], "orders"), ORDERS, *rows, last)

    load_orders(None, 10, 1)
    staging.rows("CREATE TABLE dump AS SELECT * FROM orders")
    load_orders(10, 20, 2)
    staging.rows(damage)
    if named:
        with pytest.raises(WarehouseBehindError, match=rf"'orders' \(EPIC06\).*{named}"):
            load_orders(20, 30, 3)
        return
    for _ in range(2):
        load_orders(20, 30, 3)
    assert staging.value("SELECT count(*) FROM orders WHERE ordernum = 3") == 1


ALIAS = {"vendors": {"__alias__": "suppliers"}}


def test_stream_under_another_name(staging: Staging) -> None:
    """A stream map may give a stream another table, also one that a DBA has renamed."""
    load(staging, {}, BOTH, stream_maps=ALIAS)
    go_on(staging, BOTH, stream_maps=ALIAS)
    staging.rows("ALTER TABLE suppliers RENAME TO creditors")
    go_on(staging, BOTH, stream_maps={"vendors": {"__alias__": "creditors"}})
    assert staging.value("SELECT count(*) FROM creditors WHERE vendornum = 9") == 1


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
@pytest.mark.parametrize(
    "maps",
    [
        pytest.param(ALIAS, id="alias"),
        pytest.param({"suppliers": {"__source__": "vendors"}}, id="twice"),
    ],
)
def test_new_name_for_a_stream_that_goes_on(
    staging: Staging, tap: Callable[..., None], maps: dict[str, Any]
) -> None:
    """A stream whose records go to a table that is new has to begin anew."""
    load(staging, {}, BOTH)
    with pytest.raises(WarehouseBehindError, match="suppliers is missing"):
        tap(staging, BOTH, stream_maps=maps)


def test_stream_that_a_map_leaves_out(staging: Staging) -> None:
    """Where a stream map lets nothing of a stream through, nothing is compared."""
    maps = {"vendors": "__NULL__"}
    load(staging, {}, BOTH)
    staging.rows("DROP TABLE vendors")
    go_on(staging, {**BOTH, "vendors": at(21)}, stream_maps=maps)
    assert staging.value("SELECT count(*) FROM parts") == 2


def test_table_that_is_made_equal_to_what_comes(staging: Staging) -> None:
    """Load method overwrite needs no rows from before."""
    bookmarks: dict[str, Any] = {"vendors": {"version": 4}, "parts": {}}
    go_on_with_another_tap(staging, bookmarks, load_method="overwrite")
    assert is_loaded(staging)


def test_dropped_table_of_a_stream_that_another_tap_leaves_out(staging: Staging) -> None:
    """A table may be dropped once its stream is no longer read, though its bookmark stays."""
    load(staging, {}, BOTH)
    staging.rows("DROP TABLE parts")
    staging.sync(state(**BOTH), schema(), vendor(9), state(**BOTH, seen=1))
    staging.sync(tap_state(BOTH, "vendors"), schema(), vendor(9), tap_state(BOTH, complete=True))
    assert is_loaded(staging)


def test_bookmark_that_was_only_carried_along(staging: Staging) -> None:
    """A state also bears bookmarks of streams that a run leaves out, and commits none of them."""
    carried = {"vendors": at(20), "parts": at(7)}
    staging.sync(tap_state({"parts": at(7)}, "vendors"), schema(), vendor(1),
                 tap_state(carried, complete=True))  # fmt: skip
    staging.sync(PARTS, record("parts", PartNum="elsewhere"))
    with pytest.raises(WarehouseBehindError, match="'parts'"):
        go_on(staging, carried)


def test_half_a_first_load(staging: Staging) -> None:
    """Rows without a bookmark are no proof: the first load may have been under way in the dump."""
    with pytest.raises(Exception, match="VendorNum"):
        staging.sync(schema(), vendor(1), vendor(2**63), batch_size_rows=1)
    assert staging.value("SELECT count(*) FROM vendors") == 1
    with pytest.raises(WarehouseBehindError, match="'vendors'"):
        go_on(staging, {"vendors": at(20)})


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
def test_warehouse_of_an_earlier_version(staging: Staging, tap: Callable[..., None]) -> None:
    """The run log of an earlier version tells which states are this warehouse's."""
    load(staging, {}, COMPANIES)
    staging.rows("DROP TABLE _sync_bookmarks")
    tap(staging, COMPANIES)
    assert is_loaded(staging)
    staging.rows("DROP TABLE _sync_bookmarks")
    with pytest.raises(WarehouseBehindError, match=r"'vendors' \(EPIC07\)"):
        tap(staging, {"vendors": by_company(EPIC06=at(20), EPIC07=at(22))})
    staging.rows("DROP TABLE _sync_bookmarks; TRUNCATE vendors")
    with pytest.raises(WarehouseBehindError, match="holds no row"):
        tap(staging, COMPANIES)


@pytest.mark.parametrize("tap", [go_on, go_on_with_another_tap])
def test_tables_of_another_tool(staging: Staging, tap: Callable[..., None]) -> None:
    """Tables with rows of which no run log says anything are taken over, once and for all."""
    load(staging, {}, {})
    staging.rows("DROP TABLE _sync_bookmarks; TRUNCATE _sync_runs CASCADE")
    for _ in range(2):
        tap(staging, BOTH)
    assert is_loaded(staging)
    with pytest.raises(WarehouseBehindError, match="'vendors'"):
        tap(staging, {"vendors": at(21)})


def test_take_over_that_failed(staging: Staging) -> None:
    """A run that failed before its first state has not locked out the next one."""
    load(staging, {}, {})
    staging.rows("DROP TABLE _sync_bookmarks; TRUNCATE _sync_runs CASCADE")
    with pytest.raises(StagingDataError):
        staging.sync(tap_state(BOTH, "vendors", "parts"), schema(), vendor(2**63))
    go_on(staging, BOTH)
    assert is_loaded(staging)


def test_load_anyway(staging: Staging, caplog: pytest.LogCaptureFixture) -> None:
    """With `load_anyway` the run goes on, says what is lacking, and its states are known after."""
    go_on(staging, BOTH, when_warehouse_is_behind="load_anyway")
    assert is_loaded(staging)
    assert "'vendors': table epicor_staging.vendors is missing" in caplog.text
    go_on(staging, BOTH)


def test_replay_of_a_run_begins_where_that_began(staging: Staging) -> None:
    """The state before a logged run is known, whatever it holds and however long ago."""
    staging.sync(schema(), vendor(1), state(vendors={"page": 1}))
    last = state(vendors={"page": 2})
    staging.sync(state(vendors={"page": 1}), schema(), vendor(1), last, run_id="r")
    staging.rows("""DELETE FROM _sync_bookmarks WHERE bookmark = '{"page": 1}'""")
    with pytest.raises(WarehouseBehindError):
        go_on_with_another_tap(staging, {"vendors": {"page": 1}})
    go_on_with_another_tap(staging, {"vendors": {"page": 1}}, replay_of="r")
    assert is_loaded(staging)


def test_few_bookmarks_are_kept(staging: Staging) -> None:
    """The table does not grow with every checkpoint for ever."""
    messages = [each for n in range(130) for each in (vendor(n), state(vendors=at(n)))]
    staging.sync(schema(), *messages, checkpoint_seconds=0)
    assert staging.value("SELECT count(*) BETWEEN 100 AND 102 FROM _sync_bookmarks")


@pytest.fixture
def heal(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Result, Any]]:
    """Give `looker-staging replay --behind` without Meltano; it returns the state as well."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps(staging.config))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[Result, Any]:
        done = CliRunner().invoke(main, ["--config", str(path), "replay", "--behind", *arguments])
        written = tmp_path / "behind.state.json"
        return done, json.loads(written.read_text()) if written.exists() else None

    return run


def test_state_is_set_back(staging: Staging, heal: Callable[..., tuple[Result, Any]]) -> None:
    """Each bookmark is set back to what is here, or taken out; then a normal run goes on."""
    load(staging, {}, COMPANIES)
    staging.rows("DELETE FROM vendors WHERE company = 'EPIC07'")
    newer = {"vendors": by_company(EPIC06=at(25), EPIC07=at(21)), "parts": at(7), "jobs": at(3)}
    with pytest.raises(WarehouseBehindError):
        go_on(staging, newer)
    assert heal("--dry-run")[1] is None
    done, healed = heal()
    assert done.exit_code == 0, done.output
    assert healed == {
        "bookmarks": {
            "vendors": {
                "partitions": [
                    {"context": {"Company": "EPIC06"}, **at(20)},
                    {"context": {"Company": "EPIC07"}},
                ]
            },
            "parts": at(7),
            "jobs": {},
        }
    }
    assert "'vendors' (EPIC07): table epicor_staging.vendors holds no row of it" in done.output
    go_on(staging, healed["bookmarks"])
    assert is_loaded(staging)


def test_nothing_to_set_back(staging: Staging, heal: Callable[..., tuple[Result, Any]]) -> None:
    """A warehouse that has all that the state speaks of leaves the state as it is."""
    load(staging, {}, BOTH)
    go_on(staging, BOTH)
    done, healed = heal()
    assert "nothing to set back" in done.output
    assert healed == {"bookmarks": BOTH}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param((), "No run in the run log went on from a state", id="no-state"),
        pytest.param(("other",), "There is no run other", id="no-run"),
        pytest.param(("--load",), "--behind goes with neither", id="options"),
    ],
)
def test_what_cannot_be_set_back(
    staging: Staging, heal: Callable[..., tuple[Result, Any]], arguments: Any, words: str
) -> None:
    """The command says why it cannot help."""
    staging.sync(schema())
    done, _ = heal(*arguments)
    assert done.exit_code != 0
    assert words in done.output
