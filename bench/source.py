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
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FIRST_VERSION = 4_294_967_296
SERVICE = "Bench.BO.WideSvc"
ROWS = {"Wides": 2_000_000, "Giants": 20_000}

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


@dataclass
class Rendered:
    """Rows of one selection, rendered as far as they were asked for."""

    names: tuple[str, ...]
    texts: tuple[bytes, ...]
    chunks: dict[int, list[bytes]] = field(default_factory=dict)

    def page(self, first: int, last: int) -> bytes:
        """Return rows `first` to `last` (exclusive) with commas between them."""
        rows: list[bytes] = []
        while first < last:
            chunk, offset = divmod(first, 1000)
            end = min(last - first + offset, 1000)
            rows += self._chunk(chunk)[offset:end]
            first += end - offset
        return b",".join(rows)

    def _chunk(self, chunk: int) -> list[bytes]:
        # The second million repeats the first, but for the row version, so that memory stays small.
        if chunk not in self.chunks:
            self.chunks[chunk] = [self._row(chunk * 1000 + offset) for offset in range(1000)]
        return self.chunks[chunk]

    def _row(self, number: int) -> bytes:
        members = []
        for name, text in zip(self.names, self.texts, strict=True):
            value = FIRST_VERSION + number if name == "SysRevID" else number
            members.append(b'"%s":%s' % (name.encode(), text % value if b"%" in text else text))
        return b"{%s}" % b",".join(members)


class Handler(BaseHTTPRequestHandler):
    """Answers GET, and nothing else."""

    protocol_version = "HTTP/1.1"
    latency_seconds = 0.0
    rows = dict(ROWS)
    rendered: dict[str, Rendered] = {}  # noqa: RUF012 - one cache for all connections
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
                names = tuple(select.split(",")) if select else tuple(known)
                texts = tuple(known[name][1] for name in names)
                self.rendered[entity_set + select] = Rendered(names, texts)
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
