"""`check` finds what the API user lacks, and changes nothing by looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.looker.faults import Fault, Kind
from sandbox.looker.instance import Connection, Datagroup, Folder, User
from sandbox.looker.polling import poll
from target_looker_staging.check.findings import Answer
from target_looker_staging.check.instance import inspect_looker
from target_looker_staging.postgres.settings import PostgresSettings

if TYPE_CHECKING:
    from sandbox.looker.server import LookerServer
    from tests.looker.conftest import SettingsFactory
    from tests.looker.times import FakeClock

STAGING = "epicor_kinetic::staging"
STOCK = "epicor_kinetic::stock_by_day"
EVERYTHING = {
    "datagroups": [STAGING, "22"],
    "pdt_builds": [STOCK],
    "scheduled_plans": ["31"],
    "dashboards_folder": "Shared",
}
WAREHOUSE = PostgresSettings("warehouse.example.com", 5432, "loader", "analytics")


class Look:
    """What a check of the test's Looker found."""

    def __init__(self, make: SettingsFactory, clock: FakeClock, **changes: Any) -> None:
        """Look."""
        findings, self.calls = inspect_looker(make(**changes), WAREHOUSE, clock)
        self.answers = {each.subject: each.answer for each in findings}
        self.notes = {each.subject: each.note for each in findings}

    def missing(self) -> list[str]:
        """Return what is not as it must be."""
        return [each for each, answer in self.answers.items() if answer is Answer.NO]


def test_everything_is_there(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """With all rights everything has its tick, for one log-in and a call or two a thing."""
    look = Look(settings, clock, **EVERYTHING)
    assert list(look.answers) == [
        *(f"Looker {looker.base_url}", "Looker's API"),
        *(f"datagroup {STAGING}", "datagroup 22", "model epicor_kinetic"),
        *(f"PDT build {STOCK}", "scheduled plan 31", "dashboards folder Shared"),
        "connection warehouse",
    ]
    assert set(look.answers.values()) == {Answer.YES}
    assert looker.operations() == [
        *("login", "me", "versions", "all_datagroups", "update_datagroup", "update_datagroup"),
        *("lookml_model", "lookml_model_explore", "graph_derived_tables_for_view", "connection"),
        *("scheduled_plan", "search_folders", "test_connection", "logout"),
    ]
    assert look.calls == len(looker.calls)


def test_looking_changes_nothing(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """No datagroup is triggered, no table built, no mail sent, no dashboard made."""
    Look(settings, clock, **EVERYTHING)
    told = [(each.stale_before, each.triggered_at) for each in looker.instance.datagroups]
    assert set(told) == {(None, None)}
    assert (looker.instance.builds, looker.instance.deliveries) == ({}, [])
    assert looker.instance.dashboards == []


def test_notes_say_what_was_found(settings: SettingsFactory, clock: FakeClock) -> None:
    """Names stand beside ids, so that people see whether it is the right one."""
    look = Look(settings, clock, **EVERYTHING)
    assert look.notes["Looker's API"] == "Looker 26.12.3, API 4.0"
    assert look.notes["datagroup 22"] == "epicor_kinetic::payables"
    assert look.notes["scheduled plan 31"] == "'AP ageing, Monday mail'"
    assert look.notes["dashboards folder Shared"] == "folder 'Shared' (id 1)"
    assert look.notes["connection warehouse"] == "Looker reaches warehouse.example.com/analytics"


@pytest.mark.parametrize(
    ("changes", "subject", "words"),
    [
        pytest.param(
            {"datagroups": ["epicor_kinetic::sales"]},
            "datagroup epicor_kinetic::sales",
            "this user sees epicor_kinetic::general_ledger",
            id="datagroup",
        ),
        pytest.param(
            {"datagroups": ["99"]}, "datagroup 99", "deployed to production", id="datagroup-id"
        ),
        pytest.param(
            {"pdt_builds": ["epicor_kinetic::nothing"]},
            "PDT build epicor_kinetic::nothing",
            "`develop`",
            id="pdt",
        ),
        pytest.param(
            {"scheduled_plans": ["99"]}, "scheduled plan 99", "check the id", id="no-plan"
        ),
        pytest.param(
            {"scheduled_plans": ["33"]}, "scheduled plan 33", "plans of its own", id="other-owner"
        ),
        pytest.param(
            {"dashboards_folder": "77"}, "dashboards folder 77", "Manage Access", id="folder-id"
        ),
        pytest.param(
            {"dashboards_folder": "shared"},
            "dashboards folder shared",
            "id or name",
            id="folder-name",
        ),
    ],
)
def test_what_is_missing(
    settings: SettingsFactory, clock: FakeClock, changes: dict[str, Any], subject: str, words: str
) -> None:
    """Each thing that is not there, or not for this user, has its cross and says whom to ask."""
    look = Look(settings, clock, **changes)
    assert look.missing() == [subject]
    assert look.notes[subject].startswith("not found or not permitted")
    assert words in look.notes[subject]


def test_datagroup_of_another_model(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A model that the user's role does not cover is as good as none."""
    looker.instance.models.append("other")
    looker.instance.datagroups.append(Datagroup("51", "other", "staging", 1))
    look = Look(settings, clock, datagroups=["other::staging"])
    assert look.missing() == ["datagroup other::staging", "model other"]
    assert "model set" in look.notes["model other"]


def test_datagroup_that_may_only_be_seen(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """Seeing a datagroup is not enough: the right to update it is tried with an empty update."""
    looker.instance.users.append(User("9", "weak", "pw", frozenset({"see_datagroups"})))
    look = Look(settings, clock, client_id="weak", client_secret="pw", datagroups=[STAGING])
    assert look.missing() == [f"datagroup {STAGING}"]
    assert "ask the Looker administrator for update_datagroups" in look.notes[look.missing()[0]]


def test_least_rights_are_enough(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A user who may do just what the settings ask for has no cross: the rest is unknown."""
    rights = frozenset({"see_datagroups", "update_datagroups"})
    looker.instance.users.append(User("9", "least", "pw", rights))
    look = Look(settings, clock, client_id="least", client_secret="pw", datagroups=[STAGING])
    assert look.missing() == []
    assert look.answers["connection warehouse"] is Answer.UNKNOWN
    assert "press Test" in look.notes["connection warehouse"]


def test_model_that_may_not_be_looked_into(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """Where the datagroup is seen the model is there, even if Looker does not show it."""
    looker.faults.add(Fault(Kind.STATUS, "lookml_model", status=404))
    look = Look(settings, clock, datagroups=[STAGING])
    assert look.answers["model epicor_kinetic"] is Answer.UNKNOWN
    assert look.missing() == []


@pytest.mark.parametrize("status", [400, 422])
def test_empty_update_that_is_refused_as_empty(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, status: int
) -> None:
    """A Looker that dislikes an empty update has let the user send one."""
    looker.faults.add(Fault(Kind.STATUS, "update_datagroup", status=status))
    assert Look(settings, clock, datagroups=[STAGING]).missing() == []


def test_plan_that_would_be_sent_twice(settings: SettingsFactory, clock: FakeClock) -> None:
    """A plan that Looker sends with a datagroup must not be run by the target as well."""
    look = Look(settings, clock, scheduled_plans=["32"])
    assert look.missing() == ["scheduled plan 32"]
    assert "would be delivered twice" in look.notes["scheduled plan 32"]


def test_tables_that_may_not_be_built(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A connection without PDT API Control refuses builds, and check says so before a load does."""
    looker.instance.connections = [Connection("warehouse", pdt_api_control=False)]
    look = Look(settings, clock, pdt_builds=[STOCK])
    assert look.missing() == [f"PDT build {STOCK}"]
    assert "PDT API Control" in look.notes[f"PDT build {STOCK}"]


def test_user_who_may_not_develop(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """Without develop no table can be built."""
    looker.instance.users.append(User("9", "weak", "pw"))
    look = Look(settings, clock, client_id="weak", client_secret="pw", pdt_builds=[STOCK])
    assert "ask the Looker administrator for develop" in look.notes[f"PDT build {STOCK}"]


def test_looker_does_not_reach_the_warehouse(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """What Looker's own connection test says is passed on."""
    looker.instance.connections = [Connection("warehouse", works=False)]
    look = Look(settings, clock, datagroups=[STAGING])
    assert look.missing() == ["connection warehouse"]
    assert "Connection refused" in look.notes["connection warehouse"]


def test_looker_reaches_another_database(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A connection to a database of another name is worth a question."""
    looker.instance.connections = [Connection("warehouse", jdbc="jdbc:postgresql://db:5432/old")]
    look = Look(settings, clock, datagroups=[STAGING])
    assert look.notes["connection warehouse"] == (
        "Looker reaches db/old; is that the same as warehouse.example.com/analytics?"
    )


@pytest.mark.parametrize("wanted", ["Team", "41"])
def test_folder_that_may_only_be_read(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, wanted: str
) -> None:
    """A folder into which the user may not save is no use."""
    looker.instance.folders.append(Folder("41", "Team", "1", "1", read_only=True))
    look = Look(settings, clock, dashboards_folder=wanted)
    assert "may not save into it" in look.notes[f"dashboards folder {wanted}"]


def test_two_folders_of_one_name(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A name that is not unique is not guessed at."""
    looker.instance.folders += [Folder("41", "Team", "1", "1"), Folder("42", "Team", "27", "1")]
    look = Look(settings, clock, dashboards_folder="Team")
    assert "one of 41 (in 1), 42 (in 27)" in look.notes["dashboards folder Team"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"client_secret": "wrong"}, "refused the client id and secret", id="secret"),
        pytest.param({"client_id": "nobody"}, "refused the client id and secret", id="client-id"),
    ],
)
def test_refused_log_in(
    looker: LookerServer,
    settings: SettingsFactory,
    clock: FakeClock,
    changes: dict[str, str],
    words: str,
) -> None:
    """After a refused log-in nothing more is asked, and no account is locked by repeats."""
    look = Look(settings, clock, **{**EVERYTHING, **changes})
    assert look.missing() == list(look.answers) == [f"Looker {looker.base_url}"]
    assert words in look.notes[f"Looker {looker.base_url}"]
    assert looker.operations() == ["login"]


def test_wrong_address(looker: LookerServer, settings: SettingsFactory, clock: FakeClock) -> None:
    """Where no Looker API answers it is the address that is wrong, not the secret."""
    looker.faults.add(Fault(Kind.HTML, "login", status=404))
    look = Look(settings, clock)
    assert "no Looker API answers there" in look.notes[f"Looker {looker.base_url}"]


def test_looker_is_not_there(settings: SettingsFactory, clock: FakeClock) -> None:
    """Whoever sits and waits is soon told that nothing answers, and why."""
    look = Look(settings, clock, base_url="http://127.0.0.1:1")
    assert look.notes == {
        "Looker http://127.0.0.1:1": "Looker cannot be reached (NewConnectionError)"
    }
    assert sum(clock.waits) <= 3


def test_slash_at_the_end_of_the_address(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A trailing slash does no harm."""
    look = Look(settings, clock, base_url=f"{looker.base_url}/", datagroups=[STAGING])
    assert look.missing() == []
    assert {call.path[:9] for call in looker.calls if call.operation != "logout"} == {"/api/4.0/"}


@pytest.mark.parametrize("named", [STAGING, "21"])
def test_datagroup_with_a_trigger_of_its_own(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, named: str
) -> None:
    """A datagroup that Looker watches by itself must not be triggered by the target as well."""
    poll(looker.instance, lambda _: "2026-11-27")
    assert Look(settings, clock, datagroups=[named]).missing() == []
    looker.instance.datagroups[0].sql_trigger = "SELECT 1"
    poll(looker.instance, lambda _: "2026-11-27")
    look = Look(settings, clock, datagroups=[named, "epicor_kinetic::payables"])
    assert look.missing() == [f"datagroup {named}"]
    assert "fire twice for one load" in look.notes[f"datagroup {named}"]


def test_trigger_that_fails(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock
) -> None:
    """A trigger that fails is one, too, and it is said that it does."""
    looker.instance.datagroups[0].trigger_error = "relation does not exist"
    look = Look(settings, clock, datagroups=[STAGING])
    assert look.missing() == [f"datagroup {STAGING}"]
    assert "that trigger fails" in look.notes[f"datagroup {STAGING}"]


@pytest.mark.parametrize(
    ("jdbc", "ours", "expected"),
    [
        pytest.param("replica:5432", "warehouse.example.com", Answer.UNKNOWN, id="host"),
        pytest.param(
            "Warehouse.example.com:5433", "warehouse.example.com", Answer.UNKNOWN, id="port"
        ),
        pytest.param("Warehouse.example.com", "warehouse.EXAMPLE.com", Answer.YES, id="same"),
        pytest.param("localhost:5432", "127.0.0.1", Answer.YES, id="loopback"),
        pytest.param("db:port", "db", Answer.UNKNOWN, id="odd-port"),
    ],
)
def test_reader_on_a_replica(
    looker: LookerServer, settings: SettingsFactory, clock: FakeClock, jdbc: str, ours: str,
    expected: Answer,
) -> None:  # fmt: skip
    """A connection to another server may be a replica, which lags behind what Looker is told."""
    url = f"jdbc:postgresql://{jdbc}/analytics"
    looker.instance.connections = [Connection("warehouse", jdbc=url)]
    postgres = PostgresSettings(ours, 5432, "loader", "analytics")
    findings, _ = inspect_looker(settings(datagroups=[STAGING]), postgres, clock)
    [found] = [each for each in findings if each.subject == "connection warehouse"]
    assert found.answer is expected
    assert ("replica" in found.note) == (expected is Answer.UNKNOWN)
