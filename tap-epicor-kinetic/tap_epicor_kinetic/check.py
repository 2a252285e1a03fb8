"""`--test`: a look at the server that stays cheap however big it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_epicor_kinetic.exceptions import EpicorError, ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_epicor_kinetic.stream import EpicorStream
    from tap_epicor_kinetic.unavailable import UnavailableStream

_HEADINGS = ("", "stream", "company", "read from", "cursor", "remark")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one stream's test in one company found."""

    stream: str
    company: str
    source: str = ""
    cursor: str = ""
    remark: str = ""
    works: bool = True

    def row(self) -> tuple[str, ...]:
        """Return the finding as a row of the table."""
        mark = "ok" if self.works else "FAILED"
        return (mark, self.stream, self.company, self.source, self.cursor, self.remark)


def examine(streams: Iterable[EpicorStream], companies: Iterable[str]) -> Iterator[Finding]:
    """Read one row of each stream in each company, by the route that a run would take.

    Yields:
        One finding for each, as it comes.

    Raises:
        ServerUnreachableError: If there is no server, which is no finding of a single stream.
    """
    companies = list(companies)
    for stream in streams:
        for company in companies:
            try:
                route, rows = stream.try_out(company)
            except ServerUnreachableError:
                raise
            except EpicorError as error:
                yield Finding(stream.name, company, remark=str(error), works=False)
            else:
                remark = "" if rows else "no rows"
                cursor = route.cursor or "none: whole table"
                yield Finding(stream.name, company, route.label, cursor, remark)


def unoffered(reasons: Iterable[tuple[UnavailableStream, EpicorError]]) -> Iterator[Finding]:
    """Yield one finding for each stream that cannot be offered in any company."""
    for stream, error in reasons:
        yield Finding(stream.name, "all", remark=str(error), works=False)


def table(findings: Iterable[Finding]) -> str:
    """Return findings as an aligned text table."""
    rows = [_HEADINGS, *(finding.row() for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)
