"""Statements on the tables of a schema, whatever the schema is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg2 import sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_looker_staging.postgres.types import Cursor


@dataclass(frozen=True, slots=True)
class SchemaSql:
    """Runs statements in which `{schema}` stands for one schema.

    Attributes:
        schema: The schema's name, which may hold any character.
    """

    schema: str

    def execute(
        self,
        cursor: Cursor,
        statement: str,
        values: Sequence[object] | Mapping[str, object] = (),
        **names: sql.Composable,
    ) -> None:
        """Run a statement.

        Args:
            cursor: In a transaction.
            statement: SQL with `{schema}`, with a placeholder in braces for each of `names`, and
                with psycopg2's `%s` or `%(name)s` for each of `values`.
            values: Values.
            names: What else there is to be named.
        """
        # psycopg2 looks for its placeholders in names as well, and reads `%%` as `%`.
        schema = sql.Identifier(self.schema.replace("%", "%%"))
        cursor.execute(sql.SQL(statement).format(schema=schema, **names), values)
