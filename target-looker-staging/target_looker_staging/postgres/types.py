"""psycopg2's connection and cursor, under names as classes have them in this package."""

from __future__ import annotations

from typing import TypeAlias

import psycopg2.extensions

Connection: TypeAlias = psycopg2.extensions.connection
Cursor: TypeAlias = psycopg2.extensions.cursor
