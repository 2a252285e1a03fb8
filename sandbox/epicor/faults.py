"""Faults by plan: which requests fail, how, from which one on and how often.

A rule looks at each request that reaches the server; the first rule that matches and is not used up
decides its fate.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import typing
from dataclasses import dataclass
from urllib.parse import unquote_plus

KINDS = (
    "status",  # an error answer: status, shape, message, error_type, details, retry_after
    "licence",  # 400 with LicenseAccessException
    "delay",  # the right answer, `seconds` late
    "drip",  # the right answer, `size` bytes at a time, `seconds` apart
    "hang",  # no answer until the client gives up or the server stops
    "reset",  # the connection is reset without an answer
    "cut",  # the connection closes in the middle of the right body
    "truncated_json",  # a complete answer whose JSON ends in the middle
    "html_200",  # a page of HTML with status 200
    "redirect",  # 302 to `location`
    "gzip",  # the right answer, compressed
    "bomb",  # `size` zeros, compressed to next to nothing
    "empty_page",  # a page without rows
    "first_page",  # the first page again, whatever $skip and $filter say
    "page_before",  # the answer that was given before this one, to whatever request
    "thinned",  # the right page without `size` rows of its middle, counted as if they were there
    "next_link",  # the right page with an @odata.nextLink to `location`
    "body",  # 200 with `message` as the body
    "revoke_tokens",  # every token given out is void; then as usual
)


@dataclass(slots=True)
class Fault:
    """One rule of the plan.

    Attributes:
        kind: What happens, one of `KINDS`.
        path: A regular expression searched in the decoded path.
        query: A text that the decoded query string must hold.
        method: The method, or any if empty.
        nth: The rule begins at the nth matching request, counted from 1.
        times: How many requests it hits; None for all.
        status: For `status`: the status.
        message: For `status` and `body`: the text.
        content_type: For `body`: its type.
        error_type: For `status`: Epicor's type of error, without its namespace.
        details: For `status`: messages of the single rows or fields, in place of the one message.
        shape: For `status`: `epicor`, `odata`, `html` or `empty`; None for the server's own.
        retry_after: For `status`: the header Retry-After, seconds or a date.
        location: For `redirect` and `next_link`: the URL.
        seconds: For `delay`: the time; for `drip`: the time between two pieces.
        size: For `bomb`: the bytes it unpacks to; for `drip`: those of a piece; for `thinned`: the
            rows that are left out.
        part: For `drip`: what drips, the `body`, the `chunks` of one, or the `headers`.
    """

    kind: str
    path: str = ""
    query: str = ""
    method: str = ""
    nth: int = 1
    times: int | None = 1
    status: int = 503
    message: str = ""
    content_type: str = "application/json"
    error_type: str = "Exception"
    details: tuple[str, ...] = ()
    shape: str | None = None
    retry_after: str | None = None
    location: str = ""
    seconds: float = 0
    size: int = 0
    part: str = "body"
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist."""
        if self.kind not in KINDS:
            msg = f"There is no fault {self.kind!r}; the faults are {', '.join(KINDS)}."
            raise ValueError(msg)

    def hit_by(self, method: str, path: str, query: str) -> bool:
        """Tell whether this request is one that the rule hits, and count it."""
        if self.method and self.method != method:
            return False
        if not re.search(self.path, path) or self.query not in query:
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


class FaultPlan:
    """The rules in force, in the order in which they were added."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, kind: str, **settings: typing.Any) -> Fault:
        """Add a rule and return it; its `hits` tell later how often it struck.

        Raises:
            ValueError: There is no such kind of fault.
            TypeError: A setting has no such name.
        """
        rule = Fault(kind, **settings)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Drop all rules."""
        with self._lock:
            self._rules.clear()

    def rules(self) -> list[dict[str, typing.Any]]:
        """Return the rules with their counts, as plain data."""
        with self._lock:
            return [dataclasses.asdict(rule) for rule in self._rules]

    def fault_for(self, method: str, path: str, query: str) -> Fault | None:
        """Return the rule that this request falls under, if any."""
        if not self._rules:
            return None
        text = unquote_plus(query)
        with self._lock:
            return next(
                (rule for rule in self._rules if rule.hit_by(method, unquote_plus(path), text)),
                None,
            )
