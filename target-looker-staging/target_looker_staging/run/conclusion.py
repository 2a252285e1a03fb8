"""How a load ends, complete or incomplete, and what Looker is told of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from target_looker_staging.exceptions import (
    LoadIncompleteError,
    LookerRefreshError,
    QuarantineError,
    StagingError,
)
from target_looker_staging.looker import TEST_STREAM
from target_looker_staging.quarantine.store import in_words
from target_looker_staging.run.completeness import began_at, judge, whole_streams
from target_looker_staging.run.last_lines import last_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from target_looker_staging.looker import LookerSettings
    from target_looker_staging.run.completeness import Verdict
    from target_looker_staging.run.debts import Debt
    from target_looker_staging.run.run import Run
    from target_looker_staging.staging.settings import LoadSettings

logger = logging.getLogger("target-looker-staging")


@dataclass(frozen=True, slots=True)
class InputEnd:
    """How the input ended.

    Attributes:
        state: The last state of the tap.
        records: Stream to RECORD messages, for every stream that sent a schema.
        is_covered: Whether no record came after the last state.
        is_empty: Whether nothing came at all.
        aliases: Stream of the tap to the streams that stream maps make of it, if they do.
    """

    state: Mapping[str, Any] | None
    records: Mapping[str, int]
    is_covered: bool
    is_empty: bool = False
    aliases: Mapping[str, Collection[str]] = field(default_factory=dict)


def conclude(
    run: Run, end: InputEnd, looker: LookerSettings | None, load: LoadSettings
) -> tuple[str, str, str]:
    """Delete or replace what is gone, close the run, and tell Looker if everything came.

    Args:
        run: A run to which everything that came has been handed over.
        end: How the input ended.
        looker: What there is to be told, if anything.
        load: Says whether what came is still to be put into the tables, and on what proof.

    Returns:
        What was loaded, what changed, and what is owed to Looker.

    Raises:
        StagingError: If the warehouse did not take everything.
        QuarantineError: If records are in quarantine.
        LoadIncompleteError: If the tap says itself that not everything came, or nothing did.
        LookerRefreshError: If Looker could not be told, unless `looker_on_error` is `warn`.
    """
    run.wait()
    overwrite = load.load_method == "overwrite"
    verdict = judge(end.state, end.records, may_be_cut=_may_be_cut(run, end, overwrite=overwrite))
    if overwrite:
        _check_proof(verdict, load)
        _replace_tables(run, end.state)
    else:
        run.versions.activate_announced(verdict, end.state)
    run.wait()
    quarantined = in_words(run.loads.in_quarantine())
    told = None if set(run.loads.tallies) == {TEST_STREAM} else looker
    whole = _whole(run, end, verdict)
    if verdict.complete and not quarantined:
        debts = run.close("complete", whole, told)
        if looker is not None and debts:
            run.refresh(looker, debts)
        return last_lines(run.loads.tallies, run.owed() if looker else ())
    reason = " ".join(filter(None, [verdict.reason, quarantined]))
    logger.warning("The load is incomplete, Looker is not told of what lacks: %s", reason)
    debts = run.close("incomplete", whole, told, reason)
    _end_incomplete(run, looker, debts, _error(end, verdict, reason, quarantined))
    return last_lines(run.loads.tallies, run.owed() if looker else (), reason)


def refuse_resumed(streams: Sequence[str]) -> NoReturn:
    """Refuse to make tables equal to what has changed since the last run.

    Raises:
        StagingError: In any case.
    """
    names = ", ".join(f"'{name}'" for name in streams)
    raise StagingError(
        f"The tables keep what they had: the tap goes on from a bookmark of {names}, so it sends "
        "only what has changed after its last state, and `load_method: overwrite` would delete all "
        "other rows. Let the tap read everything (`meltano run --full-refresh`, or a run without "
        "state), or set `load_method: upsert`."
    )


def _whole(run: Run, end: InputEnd, verdict: Verdict) -> dict[str, bool]:
    """Return the streams as the warehouse knows them, and whether all of each came."""
    whole: dict[str, bool] = {}
    for stream, came in whole_streams(end.state, end.records, verdict).items():
        for name in end.aliases.get(stream, (stream,)):
            # Several streams of the tap may fill one table.
            whole[name] = whole.get(name, True) and came
    # Rows of these that are gone from the source are still there.
    left = frozenset() if verdict.complete else run.versions.announced
    return {name: came and name not in left for name, came in whole.items()}


def _may_be_cut(run: Run, end: InputEnd, *, overwrite: bool) -> bool:
    """Return whether records came after the last state, so that no state speaks for them.

    A tap of the SDK sends no state again that it has sent already. Then nothing new is there, and
    what came changed nothing.
    """
    changed = any(tally.changed for tally in run.loads.tallies.values())
    return not end.is_covered and (changed or overwrite)


def _check_proof(verdict: Verdict, load: LoadSettings) -> None:
    """Refuse to replace tables by what may be a part of what the source has.

    Raises:
        StagingError: If it is not proven that everything came.
    """
    if verdict.contradicted:
        raise StagingError(
            f"The tables keep what they had, for the load is incomplete: {verdict.reason}"
        )
    if not (verdict.complete or load.overwrite_without_proof):
        raise StagingError(
            "The tables keep what they had, for nothing proves that everything came: "
            f"{verdict.reason} A tap that was killed looks the same. Use a tap that sends a state "
            "when it is through, or `load_method: upsert`. If this tap never sends one, and half a "
            "table is better than yesterday's, set `overwrite_without_proof`."
        )


def _replace_tables(run: Run, state: Mapping[str, Any] | None) -> None:
    """Put in place what was gathered for load method overwrite, then pass the state on."""
    run.loads.replace_tables(began_at(state))
    if state:
        run.pass_on(state)


def _error(
    end: InputEnd, verdict: Verdict, reason: str, quarantined: str
) -> QuarantineError | LoadIncompleteError | None:
    """Return how an incomplete run ends; None: well, for it is not known to lack anything."""
    if quarantined:
        return QuarantineError(
            f"{reason} All else that came is staged. Look at _rejected_records, mend the source, "
            "the table or the record, and run `looker-staging replay --rejected`; see the README, "
            "'Quarantine'."
        )
    if verdict.by_run_record:
        # A shell reports of a pipe how its last process ended.
        return LoadIncompleteError(
            f"Not everything came: {verdict.reason} What came is staged; the tap's log tells what "
            "went wrong. The next run goes on from there."
        )
    if end.is_empty:
        return LoadIncompleteError(
            "The tap wrote nothing: it ended before its first message. Its log tells why."
        )
    return None


def _end_incomplete(
    run: Run,
    looker: LookerSettings | None,
    debts: Sequence[Debt],
    error: QuarantineError | LoadIncompleteError | None,
) -> None:
    """Tell Looker of the streams that are whole all the same, then end as the load ended.

    Raises:
        QuarantineError: If records are in quarantine.
        LoadIncompleteError: If the tap says itself that not everything came, or nothing did.
        LookerRefreshError: If neither, and Looker could not be told.
    """
    try:
        if looker is not None and debts:
            run.refresh(looker, debts)
    except LookerRefreshError as refresh_error:
        if error is None:
            raise
        logger.warning("%s", refresh_error)
    if error is not None:
        raise error
