"""Three runs under Meltano: everything, what changed on one working day, and nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tap_epicor_kinetic.catalog.entities import ENTITIES
from tests.line.comparison import difference

if TYPE_CHECKING:
    from tests.e2e.conftest import Chapter

pytestmark = pytest.mark.timeout(400)  # the story is lived through in the first test's time

FIRST, SECOND, THIRD = range(3)


@pytest.mark.parametrize("chapter", [FIRST, SECOND, THIRD])
def test_every_value_is_staged_as_it_is(story: list[Chapter], chapter: int) -> None:
    """After each run, each value of each stream is the source's: digits, dates, empty or null."""
    seen = story[chapter]
    wrong = [
        f"{name} {found}"
        for name, rows in seen.source.items()
        for key, row in rows.items()
        if (found := difference(key, row, seen.staging[name]))
    ]
    assert wrong == []


def test_every_stream_is_staged(story: list[Chapter]) -> None:
    """Each built-in stream has a table, and each of its core columns is there."""
    staged = story[FIRST].staging
    missing = []
    for entity in ENTITIES:
        rows = staged.get(entity.name)
        if not rows:
            missing.append(entity.name)
            continue
        columns = next(iter(rows.values())).keys()
        missing += [
            f"{entity.name}.{name}" for name in entity.columns if name.lower() not in columns
        ]
    assert missing == []


def test_first_run_stages_nothing_but_the_source(story: list[Chapter]) -> None:
    """After the first run no table holds a row that the source does not have."""
    seen = story[FIRST]
    extra = {name: seen.staging[name].keys() - rows.keys() for name, rows in seen.source.items()}
    assert {name for name, keys in extra.items() if keys} == set()


def test_second_run_moves_only_what_changed(story: list[Chapter]) -> None:
    """The second run inserts and updates exactly the rows that the working day touched."""
    before, after = story[FIRST].source, story[SECOND].source
    for name, rows in after.items():
        inserted = rows.keys() - before[name].keys()
        updated = {
            key for key in rows.keys() & before[name].keys() if rows[key] != before[name][key]
        }
        _, told_inserted, told_updated, _ = story[SECOND].counts.get(name, (0, 0, 0, 0))
        assert (told_inserted, told_updated) == (len(inserted), len(updated)), name


def test_second_run_changes_a_fraction(story: list[Chapter]) -> None:
    """Of the largest stream the second run changes a small part, and finds the rest unchanged.

    It reads what may have been committed late during the first load, which is all of a small table.
    """
    first = story[FIRST].counts["gl_transactions"][0]
    received, new, changed, same = story[SECOND].counts["gl_transactions"]
    assert 0 < new + changed < first / 5
    assert received == new + changed + same <= first + new


def test_third_run_changes_nothing(story: list[Chapter]) -> None:
    """A run after which nothing had happened changes no row, and says so."""
    _, status, rows_changed, *_ = story[THIRD].run
    assert (status, rows_changed) == ("complete", 0)
    assert story[THIRD].staging == story[SECOND].staging


def test_each_run_goes_on_from_the_last(story: list[Chapter]) -> None:
    """Meltano keeps the state: each run begins with the bookmarks that the last one ended with."""
    assert not story[FIRST].run[3].get("bookmarks")
    for earlier, later in pairwise(story):
        assert later.run[3]["bookmarks"] == earlier.run[4]["bookmarks"]


def test_looker_is_told_once_after_each_change(story: list[Chapter]) -> None:
    """Each run that changed something triggers the datagroup once; the one that did not, never."""
    assert [len(chapter.refreshed) for chapter in story] == [1, 1, 0]
