"""The few shapes that columns and constraints take here."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Text

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
