"""Whether a load is whole, judged by what the tap said at its end; in doubt it is not.

A target cannot see that its tap failed: a pipe that closes early looks like one that closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the Singer SDK keeps in a bookmark only while its stream is being read.
_IN_PROGRESS = frozenset(
    {"starting_replication_value", "replication_key_signpost", "progress_markers"}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a load is whole, and if not, why.

    Attributes:
        complete: Proven to be whole.
        contradicted: Known not to be whole; False too if there is no knowing.
        by_run_record: The knowledge is from a run record as this project's tap writes it.
    """

    complete: bool
    reason: str = ""
    contradicted: bool = False
    by_run_record: bool = False


def tap_streams(state: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Any]]:
    """Return what the tap's run record says of each stream; nothing if there is no record."""
    run = (state or {}).get("run")
    streams = run.get("streams") if isinstance(run, dict) else None
    if not isinstance(streams, dict):
        return {}
    return {name: told for name, told in streams.items() if isinstance(told, dict)}


def began_at(state: Mapping[str, Any] | None) -> str | None:
    """Return when the tap began, as its run record has it; None if there is no such record."""
    run = (state or {}).get("run")
    moment = run.get("started_at") if isinstance(run, dict) else None
    return moment if isinstance(moment, str) else None


def judge(
    state: Mapping[str, Any] | None, received: Mapping[str, int], *, may_be_cut: bool = False
) -> Verdict:
    """Return whether everything that the tap set out to send has arrived.

    Args:
        state: The last state of the tap.
        received: Stream to RECORD messages, for every stream that sent a schema.
        may_be_cut: Whether records came of which no state speaks. A tap that goes on from an
            earlier run begins with that run's last state, in which every stream is done.
    """
    if not state:
        return Verdict(complete=False, reason="The tap sent no state.")
    if isinstance(state.get("run"), dict):
        reason = _missing_from_run(state["run"], tap_streams(state), received)
        return Verdict(
            complete=not reason,
            reason=reason,
            contradicted=bool(reason),
            by_run_record=isinstance(state["run"].get("complete"), bool),
        )
    if not received:
        # What it sent is the state that it goes on from; it may have died over its first stream.
        return Verdict(complete=False, reason="The tap sent a state and no stream.")
    if may_be_cut:
        reason = "The tap sent records after its last state; it may not have reached its end."
        return Verdict(complete=False, reason=reason, contradicted=True)
    # How taps that are older than the SDK mark the stream they are at; null when they are through.
    current = state.get("currently_syncing")
    if current is not None:
        reason = f"Stream '{current}' was still being read."
        return Verdict(complete=False, reason=reason, contradicted=True)
    return _judge_bookmarks(state.get("bookmarks"), received)


def whole_streams(
    state: Mapping[str, Any] | None, received: Mapping[str, int], verdict: Verdict
) -> dict[str, bool]:
    """Return each stream, and whether all of it came; also those that the tap never got to.

    Of a load that is not whole the run record may still prove some streams, if it shows what
    else is missing. Where it does not, none is taken for whole.

    Args:
        state: The last state of the tap.
        received: As for `judge`.
        verdict: What that returned.
    """
    told = tap_streams(state)
    names = {*received, *told}
    if verdict.complete:
        return dict.fromkeys(sorted(names), True)
    proven = {name: _is_proven(told[name], received.get(name, 0)) for name in told}
    if all(proven.values()):
        proven = {}
    return {name: proven.get(name, False) for name in sorted(names)}


def _is_proven(stream: Mapping[str, Any], came: int) -> bool:
    return stream.get("status") == "done" and stream.get("records") == came


def _missing_from_run(
    run: Mapping[str, Any], streams: Mapping[str, Mapping[str, Any]], received: Mapping[str, int]
) -> str:
    """Return what is missing by the run record of this project's tap; nothing if all came."""
    for name, stream in streams.items():
        status, sent, came = stream.get("status"), stream.get("records"), received.get(name, 0)
        if status != "done":
            return f"Stream '{name}' is not done but {status}."
        if sent != came:
            return f"Stream '{name}': the tap sent {sent} records, {came} arrived."
    return "" if run.get("complete") is True else "The tap did not reach its end."


def _judge_bookmarks(bookmarks: object, received: Mapping[str, int]) -> Verdict:
    """Judge by the state of any tap that is made with the Singer SDK."""
    if not isinstance(bookmarks, dict):
        return Verdict(complete=False, reason="The tap's state does not tell which streams ended.")
    for name in received:
        entry = bookmarks.get(name)
        if not isinstance(entry, dict):
            return Verdict(complete=False, reason=f"The tap's last state lacks stream '{name}'.")
        if any(_IN_PROGRESS & part.keys() for part in _parts(entry)):
            reason = f"Stream '{name}' was still being read."
            return Verdict(complete=False, reason=reason, contradicted=True)
    return Verdict(complete=True)


def _parts(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a stream's bookmark and those of its partitions."""
    yield entry
    partitions = entry.get("partitions")
    for partition in partitions if isinstance(partitions, list) else ():
        if isinstance(partition, dict):
            yield partition
