"""How constraints are named, and the few shapes that they and the columns take here."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Text, text

NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""A migration has to name what it changes, the same on every database."""

metadata: Final = MetaData(naming_convention=NAMES)

AT_COMMIT: Final[dict[str, Any]] = {"deferrable": True, "initially": "DEFERRED"}
"""A prospect and its latest qualification point to each other; they may come in any order."""


def required(name: str, kind: Any = Text) -> Column[Any]:
    """A column that is never null."""
    return Column(name, kind, nullable=False)


def key(name: str) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, Text, primary_key=True)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Nothing else may stand in the column; null may, unless it is required."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def inside_workspace(
    column: str, target: str, *, name: str | None = None, **more: Any
) -> ForeignKeyConstraint:
    """A foreign key that cannot leave the workspace."""
    table = target.partition(".")[0]
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", target], name=name, **more
    )


def in_workspace() -> ForeignKeyConstraint:
    """The workspace must be there first."""
    return ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"])


def partial_index(name: str, *columns: str, only: str) -> Index:
    """An index of those rows only that are looked for."""
    where = text(only)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
