"""Answers that carry rows: pages of entity sets and BAQs, single records and counts."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

import orjson

from sandbox.epicor.errors import RefusalError, internal_error
from sandbox.epicor.messages import Response
from sandbox.epicor.query import parse_query
from sandbox.epicor.shared_queries import BAQS
from sandbox.epicor.sources import (
    entity_source,
    keyed_source,
    navigate,
    nested_sources,
    refuse_on_child_set,
    set_name,
)

if TYPE_CHECKING:
    from sandbox.epicor.baqs import Baq
    from sandbox.epicor.model import EntitySet
    from sandbox.epicor.options import EpicorOptions
    from sandbox.epicor.pages import Nested, Page, PageReader, Source
    from sandbox.epicor.query import Query
    from sandbox.epicor.sources import Call

_SEGMENT = re.compile(r"([^()]+)(?:\((.*)\))?", re.DOTALL)


def answer_entities(call: Call, service: str, rest: list[str]) -> Response:
    """Return the answer to `Set`, `Set(key)` or `Set(key)/Children`, lists also with `/$count`.

    Raises:
        errors.RefusalError: There is no such set or record, or the query is refused.
    """
    match = _SEGMENT.fullmatch(rest[0])
    entity_set = call.model.services[service].get(match[1]) if match else None
    if match is None or entity_set is None:
        raise _no_segment(rest[0])
    rest = [part for part in rest[1:] if part]
    if match[2] is None:
        source = entity_source(call, entity_set)
    else:
        source = keyed_source(call, entity_set, match[2])
        if not rest:
            return _record(call, entity_set, source)
        entity_set, source = navigate(call, entity_set, source, rest.pop(0))
    query = parse_query(call.request.query)
    refuse_on_child_set(call, entity_set, query)
    if rest == ["$count"]:
        return _count(call, source, query)
    if rest:
        raise _no_segment(rest[0])
    return _rows(call, entity_set, source, query)


def answer_baq(call: Call, name: str, rest: list[str]) -> Response:
    """Return the rows of a BAQ, or their number.

    Raises:
        errors.RefusalError: A parameter is missing, or the query is refused.
    """
    baq: Baq = BAQS[name]
    query = parse_query(call.request.query)
    source = baq.source(call.store, call.company, query)
    if rest == ["Data", "$count"]:
        return _count(call, source, query)
    if rest != ["Data"]:
        raise _no_segment(rest[0])
    return _page(call, f"BaqSvc/{name}/$metadata#Data", source, query)


def _no_segment(segment: str) -> RefusalError:
    return RefusalError(404, f"Resource not found for the segment '{segment}'.")


def _record(call: Call, entity_set: EntitySet, source: Source) -> Response:
    query = parse_query(call.request.query)
    nested = nested_sources(call, entity_set, query.expand)
    page = call.reader().page(call.connection(), source, replace(query, skip=0), 1, nested)
    if not page.rows:
        raise RefusalError(404, "Record not found.", "RecordNotFoundException")
    context = f"{call.base}/{entity_set.service}/$metadata#{entity_set.name}/$entity"
    head = f'{{"@odata.context":{_json_text(context)},'
    return Response(200, head.encode() + page.text[1:], rows=1)


def _count(call: Call, source: Source, query: Query) -> Response:
    if call.options.refuses_count:
        raise internal_error()
    found = call.reader().count(call.connection(), source, query)
    return Response(200, str(found).encode(), "text/plain")


def _rows(call: Call, entity_set: EntitySet, source: Source, query: Query) -> Response:
    options = call.options
    if options.refuse_sysrevid_order and any(name == "SysRevID" for name, _ in query.order):
        raise internal_error()
    if query.select is not None and options.adds_to_select:
        query = replace(query, select=(*query.select, *options.adds_to_select))
    _refuse_poisoned(call, set_name(entity_set), source, query)
    nested = nested_sources(call, entity_set, query.expand)
    context = f"{entity_set.service}/$metadata#{entity_set.name}"
    response = _page(call, context, source, query, nested)
    heavy = dict(options.heavy_sets)
    limit = heavy.get(set_name(entity_set), heavy.get(entity_set.service))
    if limit is not None and response.rows > limit:
        raise internal_error()
    return response


def _refuse_poisoned(call: Call, name: str, source: Source, query: Query) -> None:
    """Fail if the page would hold a row that the server cannot read."""
    limit = _limit(query, call.options)
    for poisoned, condition in call.options.poisoned:
        if poisoned == name and call.reader().holds(
            call.connection(), source, query, limit, condition
        ):
            raise internal_error()


def _page(
    call: Call, context: str, source: Source, query: Query, nested: tuple[Nested, ...] = ()
) -> Response:
    """Return one page of rows as the server writes it."""
    options, reader = call.options, call.reader()
    if options.refuses_count and query.count:
        raise internal_error()
    if options.deep_skip is not None and query.skip > options.deep_skip:
        raise RefusalError(504, "Gateway Time-out", shape="html")
    page = reader.page(call.connection(), source, query, _limit(query, options), nested)
    if options.row_microseconds:
        time.sleep(page.rows * options.row_microseconds / 1e6)
    shown = f"({','.join(query.select)})" if query.select else ""
    head = f'{{"@odata.context":{_json_text(f"{call.base}/{context}{shown}")},'
    if page.count is not None:
        head += f'"@odata.count":{page.count},'
    link = _next_link(call, reader, source, query, page)
    tail = f',"@odata.nextLink":{_json_text(link)}' if link else ""
    body = b"".join((head.encode(), b'"value":[', page.text, b"]", tail.encode(), b"}"))
    return Response(200, body, rows=page.rows)


def _limit(query: Query, options: EpicorOptions) -> int:
    limit = options.default_rows if query.top is None else query.top
    return limit if options.max_rows is None else min(limit, options.max_rows)


def _next_link(call: Call, reader: PageReader, source: Source, query: Query, page: Page) -> str:
    """Return the link to the rows behind this page; standard servers never give one."""
    if call.request.next_link or call.options.next_link == "none":
        return call.request.next_link
    total = page.count if page.count is not None else reader.count(call.connection(), source, query)
    skip = query.skip + page.rows
    if skip >= total:
        return ""
    origin = call.origin if call.options.next_link == "same" else call.options.next_link
    parts = (part for part in call.request.query.split("&") if part)
    kept = [part for part in parts if not unquote(part).startswith("$skip=")]
    return f"{origin}{call.request.path}?{'&'.join([*kept, f'$skip={skip}'])}"


def _json_text(value: str) -> str:
    return orjson.dumps(value).decode()
