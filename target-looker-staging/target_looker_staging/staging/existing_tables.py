"""Tables as the catalogue has them: one query, however wide the table; types by their OID."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_looker_staging.staging.types import PgType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_looker_staging.postgres.types import Cursor

# OIDs of built-in types never change (PostgreSQL, src/include/catalog/pg_type.dat).
FLOATS = frozenset({700, 701})
MONEY = 790
_OURS = {
    16: PgType.BOOLEAN,
    20: PgType.BIGINT,
    1700: PgType.NUMERIC,
    1082: PgType.DATE,
    1184: PgType.TIMESTAMPTZ,
    2950: PgType.UUID,
    25: PgType.TEXT,
    1043: PgType.TEXT,
    3802: PgType.JSONB,
}
# Types that other tools give to columns and that ours include: the type of ours that a column of
# such a type is taken for, once it has been changed to that.
_FOREIGN = {
    21: PgType.BIGINT,
    23: PgType.BIGINT,
    26: PgType.BIGINT,
    700: PgType.NUMERIC,
    701: PgType.NUMERIC,
    MONEY: PgType.NUMERIC,
    1114: PgType.TIMESTAMPTZ,
    114: PgType.JSONB,
}


@dataclass(frozen=True, slots=True)
class ExistingColumn:
    """A column of a table.

    Attributes:
        pg_type: The type of ours whose values it holds; text for a type that we do not know.
        fits: Whether it holds every value of that type as it is, without limit or rounding.
        declared: Its type in SQL, where that is a domain or an enum that can stay.
        oid: The type that is stored: what a domain is based on.
        required: NOT NULL.
        has_default: Whether a row that does not name it gets a value.
        generated: Whether its values are computed, or an identity that nobody may write.
        inherited: Whether a parent table has it.
    """

    pg_type: PgType
    fits: bool
    declared: str = ""
    oid: int = 0
    required: bool = False
    has_default: bool = False
    generated: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class ExistingTable:
    """What the catalogue says about whatever has the table's name.

    Attributes:
        kind: `relkind`: `r` is a table.
        columns: By name.
        key: Columns of the primary key, in its order; empty if there is none.
        key_is_deferrable: Whether the primary key may be checked at the commit only.
        unique_source_id: Whether `_source_id` alone is unique.
        is_partition: Whether it is part of a partitioned table.
        is_unlogged: Whether a crash of the server empties it.
        has_policies: Whether row-level security restricts this role on it.
        rules: Names of rules that rewrite what is written to it.
    """

    kind: str
    columns: Mapping[str, ExistingColumn]
    key: tuple[str, ...]
    key_is_deferrable: bool
    unique_source_id: bool
    is_partition: bool
    is_unlogged: bool
    has_policies: bool
    rules: tuple[str, ...]


# Columns of INCLUDE are in an index, but not of its key.
_RELATION = """
SELECT c.oid, c.relkind, c.relispartition, c.relpersistence = 'u', row_security_active(c.oid),
    ARRAY(SELECT w.rulename::text FROM pg_rewrite w
          WHERE w.ev_class = c.oid AND w.ev_type <> '1' AND w.ev_enabled <> 'D' ORDER BY 1),
    ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE k.place <= i.indnkeyatts ORDER BY k.place),
    coalesce(NOT i.indimmediate, false),
    EXISTS (SELECT FROM pg_index u JOIN pg_attribute a ON a.attrelid = c.oid
            AND a.attname = '_source_id' AND a.attnum = u.indkey[0]
            WHERE u.indrelid = c.oid AND u.indisunique AND u.indnkeyatts = 1 AND u.indisvalid
            AND u.indimmediate AND u.indpred IS NULL)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relname = %s
"""
# A domain may be based on another one.
_COLUMNS = """
WITH RECURSIVE types (attnum, oid, modifier, steps) AS (
    SELECT a.attnum, a.atttypid, a.atttypmod, 0 FROM pg_attribute a
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT b.attnum, t.typbasetype, t.typtypmod, b.steps + 1
    FROM types b JOIN pg_type t ON t.oid = b.oid WHERE t.typtype = 'd'
)
SELECT a.attname, b.oid::int8, b.modifier, t.typtype, b.steps > 0,
    format_type(a.atttypid, a.atttypmod), coalesce(l.collisdeterministic, true), a.attnotnull,
    a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' OR a.attidentity = 'a',
    a.attinhcount > 0
FROM types b
JOIN pg_type t ON t.oid = b.oid AND t.typtype <> 'd'
JOIN pg_attribute a ON a.attrelid = %s AND a.attnum = b.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
ORDER BY a.attnum
"""


def look_up(cursor: Cursor, schema: str, table: str) -> ExistingTable | None:
    """Return the table as it is, or whatever else has its name; None if nothing has."""
    cursor.execute(_RELATION, (schema, table))
    found = cursor.fetchone()
    if found is None:
        return None
    oid, kind, is_partition, is_unlogged, policies, rules, key, deferrable, unique = found
    return ExistingTable(
        kind=kind,
        columns=columns_of(cursor, oid),
        key=tuple(key),
        key_is_deferrable=deferrable,
        unique_source_id=unique,
        is_partition=is_partition,
        is_unlogged=is_unlogged,
        has_policies=policies,
        rules=tuple(rules),
    )


def columns_of(cursor: Cursor, relation: int) -> dict[str, ExistingColumn]:
    """Return the columns of a relation, given by its OID, by name."""
    cursor.execute(_COLUMNS, (relation, relation))
    return dict(map(_column, cursor.fetchall()))


def _column(found: tuple[Any, ...]) -> tuple[str, ExistingColumn]:
    """Return the name of a column and what it is, from a row of `_COLUMNS`."""
    name, oid, modifier, kind, is_domain, declared, is_exact, *rest = found
    if kind == "e":
        pg_type, fits = PgType.TEXT, True
    else:
        pg_type = _OURS.get(oid) or _FOREIGN.get(oid) or PgType.TEXT
        # numeric(18,2), timestamptz(3) and varchar(30) would round or refuse what the source
        # sends; a collation that takes different texts for equal would lose one of them.
        fits = oid in _OURS and modifier == -1 and is_exact
    stays = declared if fits and (kind == "e" or is_domain) else ""
    return name, ExistingColumn(pg_type, fits, stays, oid, *rest)
