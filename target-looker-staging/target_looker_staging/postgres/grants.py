"""Rights of those who read the staging tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg2 import sql

from target_looker_staging.exceptions import StagingSchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_looker_staging.postgres.types import Cursor


_LACKING = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'm')
AND c.relname <> '_rejected_records'
AND pg_has_role(c.relowner, 'USAGE') AND NOT has_table_privilege(%(role)s, c.oid, 'SELECT')
ORDER BY 1
"""


def grant_select(cursor: Cursor, schema: str, roles: Sequence[str]) -> None:
    """Let roles read the schema and its tables, present and future ones. The caller commits.

    Rejected records stay out: their content would get past any view that leaves columns out.
    Only what is lacking is granted, so that a run that changes nothing writes nothing.

    Raises:
        StagingSchemaError: If there is no such role.
    """
    for role in roles:
        cursor.execute("SELECT has_schema_privilege(rolname, %s, 'USAGE') FROM pg_roles "
                       "WHERE rolname = %s", (schema, role))  # fmt: skip
        found = cursor.fetchone()
        if found is None:
            raise StagingSchemaError(
                f"`grant_select_to` names '{role}', but the server has no such role."
            )
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
        if found != (True,):
            _grant_usage(cursor, schema, role, names)
        _grant_defaults(cursor, schema, role, names)
        cursor.execute(_LACKING, {"schema": schema, "role": role})
        for (table,) in cursor.fetchall():
            cursor.execute(
                sql.SQL("GRANT SELECT ON {table} TO {role}").format(
                    table=sql.Identifier(schema, table), **names
                )
            )


def _grant_usage(cursor: Cursor, schema: str, role: str, names: dict[str, sql.Identifier]) -> None:
    """Let the role into the schema, which only the schema's owner can.

    Postgres makes a mere warning of a grant by somebody else, and the role would read nothing.
    """
    cursor.execute(
        "SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = %s", (schema,)
    )
    if cursor.fetchone() != (True,):
        raise StagingSchemaError(
            f"`grant_select_to` names '{role}', which may not use the schema '{schema}', and that "
            f'belongs to another role. Let its owner run: GRANT USAGE ON SCHEMA "{schema}" TO '
            f'"{role}"'
        )
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))


def _grant_defaults(
    cursor: Cursor, schema: str, role: str, names: dict[str, sql.Identifier]
) -> None:
    """Let the role read tables that this session's role will make, if it may not already."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a "
        "WHERE d.defaclrole = current_user::regrole AND d.defaclobjtype = 'r' "
        "AND d.defaclnamespace = to_regnamespace(quote_ident(%s)) "
        "AND a.grantee = to_regrole(quote_ident(%s)) AND a.privilege_type = 'SELECT')",
        (schema, role),
    )
    if cursor.fetchone() != (True,):
        cursor.execute(
            sql.SQL(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}"
            ).format(**names)
        )
