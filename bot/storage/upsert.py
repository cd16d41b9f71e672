"""`INSERT ... ON CONFLICT`, which both databases know and SQLAlchemy keeps in two places."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = postgresql.Insert | sqlite.Insert


def insert(connection: AsyncConnection, table: Table) -> Insert:
    """Begin an INSERT that can say what to do on a conflict."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    connection: AsyncConnection, table: Table, row: Mapping[str, Any], key: Sequence[str]
) -> Insert:
    """Insert a row, or replace the one with the same `key`, which is unique."""
    changed = {name: value for name, value in row.items() if name not in key}
    return (
        insert(connection, table)
        .values(**row)
        .on_conflict_do_update(index_elements=key, set_=changed)
    )
