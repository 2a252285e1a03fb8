"""A data server that is never the bottleneck: OData pages cut out of rows rendered beforehand.

`python -m bench.source [--latency-ms N]` prints its base URL and serves until it is ended. It knows
two entity sets, `Wides` (62 columns, about 1.4 kB of JSON a row) and `Giants` (500 columns), and of
OData what a tap needs to page: `$select`, `$top`, `$skip`, `$count`, and a lower bound on
`SysRevID`.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

FIRST_VERSION = 4_294_967_296
SERVICE = "Bench.BO.WideSvc"
ROWS = {"Wides": 2_000_000, "Giants": 20_000}

_CHUNK = 500
_KEPT_CHUNKS = 400
_BOUND = re.compile(r"SysRevID ge (\d+)")
_KINDS = (
    # name, Edm type, JSON text; `%d` stands for the row's number
    ("Amt", "Edm.Decimal", b"%d.12345"),
    ("Code", "Edm.String", b'"C-%d"'),
    ("Date", "Edm.DateTimeOffset", b'"2026-05-26T00:00:00"'),
    ("Text", "Edm.String", b'"forty characters of text, more or less %d"'),
    ("Flag", "Edm.Boolean", b"true"),
    ("Note", "Edm.String", b'""'),
    ("Qty", "Edm.Decimal", b"12.50000000"),
    ("Num", "Edm.Int32", b"%d"),
)


def columns(entity_set: str) -> dict[str, tuple[str, bytes]]:
    """Return the columns of a set: name to Edm type and JSON text."""
    width = {"Wides": 62, "Giants": 500}[entity_set]
    found = {
        "Company": ("Edm.String", b'"EPIC06"'),
        "WideNum": ("Edm.Int32", b"%d"),
        "SysRevID": ("Edm.Int64", b"%d"),
        "SysRowID": ("Edm.Guid", b'"00000000-0000-4000-8000-%012d"'),
    }
    for index in range(width - len(found)):
        name, edm_type, text = _KINDS[index % len(_KINDS)]
        found[f"Col{index:03d}{name}"] = (edm_type, text)
    return found


class Rendered:
    """Rows of one selection, rendered as far as they were asked for."""

    def __init__(self, texts: dict[str, bytes]) -> None:
        """Prepare the template of a row; `texts` are the columns' JSON texts by name."""
        members = [b'"%s":%s' % (name.encode(), text) for name, text in texts.items()]
        self._template = b"{%s}" % b",".join(members)
        self._offsets = [
            FIRST_VERSION if name == "SysRevID" else 0
            for name, text in texts.items()
            if b"%" in text
        ]
        self._chunks: dict[int, list[bytes]] = {}

    def page(self, first: int, last: int) -> bytes:
        """Return rows `first` to `last` (exclusive) with commas between them."""
        rows: list[bytes] = []
        while first < last:
            chunk, offset = divmod(first, _CHUNK)
            end = min(last - first + offset, _CHUNK)
            rows += self._chunk(chunk)[offset:end]
            first += end - offset
        return b",".join(rows)

    def _chunk(self, chunk: int) -> list[bytes]:
        found = self._chunks.get(chunk)
        if found is None:
            found = [self._row(chunk * _CHUNK + offset) for offset in range(_CHUNK)]
            if chunk < _KEPT_CHUNKS:
                self._chunks[chunk] = found
        return found

    def _row(self, number: int) -> bytes:
        return self._template % tuple(number + offset for offset in self._offsets)


class Handler(BaseHTTPRequestHandler):
    """Answers GET, and nothing else."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    latency_seconds = 0.0
    rows: ClassVar[dict[str, int]] = dict(ROWS)
    rendered: ClassVar[dict[str, Rendered]] = {}
    lock = threading.Lock()

    def do_GET(self) -> None:
        """Answer metadata or a page."""
        if self.latency_seconds:
            time.sleep(self.latency_seconds)
        url = urlsplit(self.path)
        if url.path.endswith("$metadata"):
            self._answer("application/xml", metadata())
            return
        options = parse_qs(url.query)
        entity_set = url.path.rpartition("/")[2]
        total = self.rows[entity_set]
        bound = _BOUND.search(options.get("$filter", [""])[0])
        start = max(0, int(bound[1]) - FIRST_VERSION) if bound else 0
        if "desc" in options.get("$orderby", [""])[0]:
            start = total - 1
        first = min(total, start + int(options.get("$skip", ["0"])[0]))
        last = min(total, first + int(options.get("$top", ["100"])[0]))
        page = self._rendered(entity_set, options).page(first, last)
        count = b'"@odata.count":%d,' % (total - start) if "$count" in options else b""
        self._answer("application/json", b'{"@odata.context":"x",%s"value":[%s]}' % (count, page))

    def _rendered(self, entity_set: str, options: dict[str, list[str]]) -> Rendered:
        select = options.get("$select", [""])[0]
        with self.lock:
            if entity_set + select not in self.rendered:
                known = columns(entity_set)
                names = select.split(",") if select else list(known)
                texts = {name: known[name][1] for name in names}
                self.rendered[entity_set + select] = Rendered(texts)
            return self.rendered[entity_set + select]

    def _answer(self, content_type: str, body: bytes) -> None:
        self.send_response_only(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_parts: object) -> None:
        """Say nothing."""


def metadata() -> bytes:
    """Return the CSDL document of both sets."""
    types, sets = [], []
    for entity_set in ROWS:
        properties = "".join(
            f'<Property Name="{name}" Type="{edm_type}"/>'
            for name, (edm_type, _) in columns(entity_set).items()
        )
        types.append(
            f'<EntityType Name="{entity_set}Row"><Key><PropertyRef Name="Company"/>'
            f'<PropertyRef Name="WideNum"/></Key>{properties}</EntityType>'
        )
        sets.append(f'<EntitySet Name="{entity_set}" EntityType="Bench.{entity_set}Row"/>')
    return (
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        '<edmx:DataServices><Schema Namespace="Bench" '
        'xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{"".join(types)}<EntityContainer Name="C">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--rows", type=int, default=200_000)
    arguments = parser.parse_args()
    Handler.latency_seconds = arguments.latency_ms / 1000
    Handler.rows["Wides"] = arguments.rows
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}/Bench", flush=True)
    sys.stdout.close()
    server.serve_forever()


if __name__ == "__main__":
    main()
