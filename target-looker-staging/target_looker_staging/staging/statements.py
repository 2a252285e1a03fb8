"""The SQL of a load, composed once per stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.staging.columns import METADATA_COLUMNS
from target_looker_staging.staging.temporaries import temporary_name
from target_looker_staging.staging.types import PgType
from target_looker_staging.staging.versions import is_older

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.staging.shape import TableShape

# Times that say when a row was loaded wait in the stage as text: most rows are already there as
# they are, and then nobody needs them.
_TIMES = frozenset(
    column.name for column in METADATA_COLUMNS if column.pg_type is PgType.TIMESTAMPTZ
)


@dataclass(frozen=True, slots=True)
class LoadStatements:
    """The statements of one stream's loads, on its staging table and on a temporary one, the stage.

    Attributes:
        create_stage: Makes the stage, emptied by every commit.
        create_lasting_stage: Makes the stage, emptied by nobody.
        copy_stage: COPY into the stage.
        copy_table: COPY straight into the table.
        lock: Keeps other writers, not readers, out of the table until the commit.
        is_empty: Whether the table has no row.
        has_earlier: Whether a key is in the stage more than once.
        drop_earlier: Removes all but the last row of each key from the stage.
        shared_source_id: Finds out whether records of two keys of the stage, or of two companies,
            bear one source id.
        drop_outrun: Removes rows of the stage whose source record is in the table under another
            key, and was read later there.
        drop_moved: Removes rows of the table whose source record is in the stage under another key.
        insert: Adds the rows of the stage that the table does not have.
        update: Overwrites rows of the table that differ from the stage, unless they were read
            later; returns how many keys of the stage the table has, how many of them differ and
            are newer, how many rows were overwritten, and how many keys differ and are older.
        insert_all: Adds all rows of the stage.
        create_seen: Makes a temporary table of keys, versions and companies.
        note_seen: Adds those of the stage to it.
    """

    create_stage: sql.Composed
    create_lasting_stage: sql.Composed
    copy_stage: sql.Composed
    copy_table: sql.Composed
    lock: sql.Composed
    is_empty: sql.Composed
    has_earlier: sql.Composed
    drop_earlier: sql.Composed
    shared_source_id: sql.Composed
    drop_outrun: sql.Composed
    drop_moved: sql.Composed
    insert: sql.Composed
    update: sql.Composed
    insert_all: sql.Composed
    create_seen: sql.Composed
    note_seen: sql.Composed


def load_statements(
    schema: str, shape: TableShape, copy_columns: Sequence[str], stage: str, seen: str
) -> LoadStatements:
    """Return the statements for a stream.

    Args:
        schema: Postgres schema of the staging table.
        shape: The staging table.
        copy_columns: The columns that a line of COPY text fills, in order.
        stage: Name for the stage.
        seen: Name for the temporary table of keys.
    """
    types = {column.name: column.pg_type for column in shape.all_columns}
    sql_types = {column.name: column.sql_type for column in shape.all_columns}
    names = {
        "table": sql.Identifier(schema, shape.name),
        "stage": temporary_name(stage),
        "seen": temporary_name(seen),
        "columns": _list(copy_columns),
        "definitions": sql.SQL(", ").join(
            sql.SQL("{} {}").format(
                sql.Identifier(name), sql.SQL("text" if name in _TIMES else sql_types[name])
            )
            for name in copy_columns
        ),
        "staged": sql.SQL(", ").join(_as_in_table(name, types[name]) for name in copy_columns),
        "key": _list(shape.key),
        "key_t": _list(shape.key, "t"),
        "key_s": _list(shape.key, "s"),
        "same_key": same_key(shape.key),
        "seen_columns": _list(seen_columns(shape)),
        "assignments": sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), _as_in_table(name, types[name], "s"))
            for name in copy_columns
            if name not in shape.key
        ),
        "other_company": sql.SQL("false"),
        "differs": _differs([n for n in copy_columns if _is_compared(n, shape.key)], types),
        "older": is_older(shape, copy_columns),
    }

    if "_source_company" in copy_columns:
        names["other_company"] = sql.SQL("t._source_company <> s._source_company")

    def compose(text: str) -> sql.Composed:
        return sql.SQL(text).format(**names)

    return LoadStatements(
        create_stage=compose(
            "CREATE TEMPORARY TABLE {stage} ({definitions}) ON COMMIT DELETE ROWS"
        ),
        create_lasting_stage=compose("CREATE TEMPORARY TABLE {stage} ({definitions})"),
        copy_stage=compose("COPY {stage} ({columns}) FROM STDIN"),
        copy_table=compose("COPY {table} ({columns}) FROM STDIN"),
        lock=compose("LOCK TABLE ONLY {table} IN SHARE ROW EXCLUSIVE MODE"),
        is_empty=compose("SELECT NOT EXISTS (SELECT FROM ONLY {table})"),
        has_earlier=compose(
            "SELECT EXISTS (SELECT FROM {stage} GROUP BY {key} HAVING count(*) > 1)"
        ),
        # Rows of an append-only heap lie in the order of COPY, so ctid tells which came last.
        drop_earlier=compose(
            "DELETE FROM {stage} WHERE ctid IN (SELECT earlier FROM (SELECT ctid AS earlier, "
            "row_number() OVER (PARTITION BY {key} ORDER BY ctid DESC) AS place FROM {stage}) x "
            "WHERE place > 1)"
        ),
        shared_source_id=compose(
            "SELECT EXISTS (SELECT FROM {stage} GROUP BY _source_id HAVING count(*) > 1) "
            "OR EXISTS (SELECT FROM {stage} AS s JOIN ONLY {table} AS t "
            "ON t._source_id = s._source_id WHERE {other_company})"
        ),
        drop_outrun=compose(
            "DELETE FROM {stage} AS s USING ONLY {table} AS t WHERE t._source_id = s._source_id "
            "AND ROW({key_t}) IS DISTINCT FROM ROW({key_s}) AND {older}"
        ),
        drop_moved=compose(
            "DELETE FROM ONLY {table} AS t USING {stage} AS s WHERE t._source_id = s._source_id "
            "AND ROW({key_t}) IS DISTINCT FROM ROW({key_s})"
        ),
        insert=compose(
            "INSERT INTO {table} ({columns}) SELECT {staged} FROM {stage} "
            "ON CONFLICT ({key}) DO NOTHING"
        ),
        # Rows are looked up and compared once; what differs is then found by its place, which the
        # lock keeps as it is.
        update=compose(
            "WITH known AS MATERIALIZED (SELECT t.ctid AS place, s.ctid AS staged, "
            "CASE WHEN NOT ({differs}) THEN 'same' WHEN {older} THEN 'older' ELSE 'newer' END "
            "AS version FROM {stage} AS s JOIN ONLY {table} AS t ON {same_key}), "
            "changed AS (UPDATE ONLY {table} AS t SET {assignments} FROM known AS k "
            "JOIN {stage} AS s ON s.ctid = k.staged "
            "WHERE k.version = 'newer' AND t.ctid = k.place RETURNING 1) "
            "SELECT count(*), count(*) FILTER (WHERE version = 'newer'), "
            "(SELECT count(*) FROM changed), count(*) FILTER (WHERE version = 'older') FROM known"
        ),
        insert_all=compose("INSERT INTO {table} ({columns}) SELECT {staged} FROM {stage}"),
        create_seen=compose(
            "CREATE TEMPORARY TABLE IF NOT EXISTS {seen} AS SELECT {seen_columns} "
            "FROM ONLY {table} LIMIT 0"
        ),
        note_seen=compose("INSERT INTO {seen} ({seen_columns}) SELECT {seen_columns} FROM {stage}"),
    )


def seen_columns(shape: TableShape) -> tuple[str, ...]:
    """Return what is kept of a row to know later that it came: key, version, and its company."""
    others = ["_sdc_table_version"]
    if shape.source.company_property:
        others.append("_source_company")
    return (*shape.key, *others)


def same_key(key: Sequence[str]) -> sql.Composed:
    """Return the condition that `t` and `s` have the same key."""
    return _pairs("t.{0} = s.{0}", key, " AND ")


def _is_compared(name: str, key: Sequence[str]) -> bool:
    """Return whether a column makes a row a changed one: not the key, not when it was loaded."""
    return name not in key and (not name.startswith("_sdc_") or name == "_sdc_deleted_at")


def _differs(names: Sequence[str], types: dict[str, PgType]) -> sql.Composable:
    """Return the condition that `t` and `s` differ in what the source wrote.

    To `IS DISTINCT FROM`, 1.0 is 1.00, alone and within jsonb. The image of a record tells them
    apart (PostgreSQL manual, "Composite Type Comparison"), but is slower for the other types.
    """
    exact = [name for name in names if types[name] in {PgType.NUMERIC, PgType.JSONB}]
    plain = [name for name in names if name not in exact]
    conditions = []
    if plain:
        rows = _list(plain, "t"), _list(plain, "s")
        conditions.append(sql.SQL("ROW({}) IS DISTINCT FROM ROW({})").format(*rows))
    if exact:
        rows = _list(exact, "t"), _list(exact, "s")
        conditions.append(sql.SQL("NOT record_image_eq(ROW({}), ROW({}))").format(*rows))
    return sql.SQL(" OR ").join(conditions)


def _as_in_table(name: str, type_: PgType, alias: str = "") -> sql.Composable:
    """Return a column of the stage with the type that it has in the table."""
    column = _column(name, alias)
    if name not in _TIMES:
        return column
    return sql.SQL("{}::{}").format(column, sql.SQL(type_.value))


def _column(name: str, alias: str = "") -> sql.Identifier:
    return sql.Identifier(alias, name) if alias else sql.Identifier(name)


def _list(names: Sequence[str], alias: str = "") -> sql.Composed:
    return sql.SQL(", ").join(_column(name, alias) for name in names)


def _pairs(template: str, names: Sequence[str], separator: str) -> sql.Composed:
    parts = [sql.SQL(template).format(sql.Identifier(name)) for name in names]
    return sql.SQL(separator).join(parts)
