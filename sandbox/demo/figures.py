"""What the demo shows of the warehouse: SQL on the staging schema, and nothing else.

Amounts stay `Decimal` and dates `date`, as Postgres gives them.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[Any, ...]

RUNS = """
SELECT r.run_id, r.started_at, r.finished_at - r.started_at, r.status, r.rows_changed,
       coalesce(sum(s.records_received), 0)::bigint,
       coalesce(sum(s.rows_inserted), 0)::bigint,
       coalesce(sum(s.rows_updated), 0)::bigint,
       r.tap, r.target
FROM _sync_runs r
LEFT JOIN _sync_run_streams s USING (run_id)
GROUP BY r.run_id
ORDER BY r.started_at
"""

# One row per stream: rows in the table now, then what each of the two runs did.
STAGED = """
SELECT stream,
       max(records_received) FILTER (WHERE run_id = %(first)s),
       max(records_received) FILTER (WHERE run_id = %(second)s),
       max(rows_inserted)    FILTER (WHERE run_id = %(second)s),
       max(rows_updated)     FILTER (WHERE run_id = %(second)s),
       max(rows_unchanged)   FILTER (WHERE run_id = %(second)s)
FROM _sync_run_streams
GROUP BY stream
ORDER BY 2 DESC, 1
"""

REFRESHES = """
SELECT run_id, action, target, status, finished_at - requested_at, calls
FROM _looker_refreshes
ORDER BY requested_at, id
"""

# The last day on which the general ledger was posted to is the company's today.
AS_OF = "SELECT max(jedate) FROM gl_transactions"

AP_AGEING = """
SELECT i.company,
       c.basecurrcode,
       count(*),
       sum(i.invoicebal),
       sum(i.invoicebal) FILTER (WHERE i.duedate >= %(as_of)s OR i.duedate IS NULL),
       sum(i.invoicebal) FILTER (WHERE %(as_of)s - i.duedate BETWEEN 1 AND 30),
       sum(i.invoicebal) FILTER (WHERE %(as_of)s - i.duedate BETWEEN 31 AND 60),
       sum(i.invoicebal) FILTER (WHERE %(as_of)s - i.duedate BETWEEN 61 AND 90),
       sum(i.invoicebal) FILTER (WHERE %(as_of)s - i.duedate > 90)
FROM ap_invoices i
LEFT JOIN companies c ON c.company1 = i.company
WHERE i.openpayable AND i.posted
GROUP BY 1, 2
ORDER BY 1
"""

OPEN_ORDERS = """
SELECT o.company,
       v.vendorid,
       v.name,
       count(DISTINCT o.ponum),
       count(*),
       count(*) FILTER (WHERE r.duedate < %(as_of)s),
       min(r.duedate),
       -- Costs are per each, hundred or thousand.
       sum((r.relqty - r.receivedqty) * l.unitcost
           / CASE l.costpercode WHEN 'C' THEN 100 WHEN 'M' THEN 1000 ELSE 1 END)
FROM purchase_order_releases r
JOIN purchase_order_lines l
  ON l.company = r.company AND l.ponum = r.ponum AND l.poline = r.poline
JOIN purchase_orders o ON o.company = r.company AND o.ponum = r.ponum
JOIN vendors v ON v.company = o.company AND v.vendornum = o.vendornum
WHERE r.openrelease AND o.openorder AND NOT o.voidorder
GROUP BY 1, 2, 3
ORDER BY 6 DESC, 8 DESC, 2
LIMIT 8
"""


class Warehouse:
    """The staging schema, read as Looker reads it."""

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn = dsn
        self._schema = schema

    def query(self, statement: str, parameters: dict[str, Any] | None = None) -> list[Row]:
        """Return the rows of one statement on the staging schema.

        Raises:
            psycopg2.Error: If Postgres refuses it; most often a table is not there.
        """
        with closing(psycopg2.connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self._schema)))
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def count_rows(self, tables: Sequence[str]) -> dict[str, int]:
        """Return how many rows each of `tables` holds."""
        parts = [
            sql.SQL("SELECT {}, count(*) FROM {}").format(
                sql.Literal(table), sql.Identifier(self._schema, table)
            )
            for table in tables
        ]
        if not parts:
            return {}
        with closing(psycopg2.connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL(" UNION ALL ").join(parts))
            return dict(cursor.fetchall())


def drop_schema(dsn: str, schema: str) -> None:
    """Remove what an earlier demo left in the warehouse."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
