"""Column types that neither database has in the form we need."""
# ruff: noqa: ARG002 - SQLAlchemy tells these methods the dialect, and they need not know

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

_MINOR_UNITS = 100
_LARGEST_MONEY = Decimal(10) ** 12


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware when stored, in UTC when read.

    SQLite stores no zone, and would return naive times.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the stored time as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount below a million millions with two decimals, stored as integer hundredths.

    SQLite has no decimal type. Hundredths are exact, and sort and add as numbers in both databases.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        """Refuse an amount that would have to be rounded."""
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= _LARGEST_MONEY:
            raise ValueError("an amount that is too large to be kept")
        hundredths = value * _MINOR_UNITS
        if hundredths != hundredths.to_integral_value():
            raise ValueError("an amount with more than two decimals cannot be kept")
        return int(hundredths)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Decimal | None:
        """Convert hundredths into an amount."""
        return None if value is None else Decimal(value).scaleb(-2)


RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A number that grows with each row; SQLite numbers only INTEGER keys by itself."""


NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
"""A migration has to name what it changes, the same on every database."""

metadata = sa.MetaData(naming_convention=NAMES)

AT_COMMIT: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}
"""A prospect and its latest qualification point to each other; they may come in any order."""


def required(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """Return a column that is never null."""
    return sa.Column(name, kind, nullable=False)


def key(name: str) -> sa.Column[Any]:
    """Return a column of the primary key."""
    return sa.Column(name, sa.Text, primary_key=True)


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """Return a constraint to these values; null is allowed unless the column is required."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def inside_workspace(
    column: str, target: str, *, name: str | None = None, **more: Any
) -> sa.ForeignKeyConstraint:
    """Return a foreign key that can't leave the workspace."""
    table = target.partition(".")[0]
    return sa.ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", target], name=name, **more
    )


def in_workspace() -> sa.ForeignKeyConstraint:
    """Return a foreign key to the workspace, which must exist first."""
    return sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"])


_ONLY = "only"


def partial_index(name: str, *columns: str, only: str, unique: bool = False) -> sa.Index:
    """Return an index of only the rows that are searched for; see `complete`."""
    return sa.Index(name, *columns, unique=unique, info={_ONLY: only})


def complete() -> None:
    """Tell each database which rows a partial index has, for whoever creates or compares tables.

    To name an option of a database loads all that SQLAlchemy knows of it, and a process that only
    reads and writes needs just its own.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if _ONLY in index.info:
                where = sa.text(index.info[_ONLY])
                index.dialect_kwargs.update(sqlite_where=where, postgresql_where=where)


def run_after_create(
    created: sa.Table | sa.MetaData, on_sqlite: Iterable[str], on_postgresql: Iterable[str]
) -> None:
    """Have each database run its own statements once a table, or the last of all, is created."""
    for dialect, statements in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        for statement in statements:
            ddl: sa.DDL = sa.DDL(statement)  # type: ignore[no-untyped-call]
            sa.event.listen(created, "after_create", ddl.execute_if(dialect=dialect))


_REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"

FORGOTTEN = "forgotten"
"""The stage of a prospect of which nothing is left but what figures count."""


def refuse_changes(table: sa.Table, *, door_for: str | None = None) -> None:
    """Create the triggers that make a table append-only, along with the table.

    There is one door: in a prospect's rows, the text in the column `door_for`, and nothing else,
    can be erased while the prospect is being forgotten. Opening it leaves a permanent row in
    `forgettings`, and it closes when the prospect reaches the stage of a forgotten one.
    """
    table.dialect_options["sqlite"]["with_rowid"] = False
    run_after_create(table, _sqlite(table, door_for), _postgresql(table, door_for))


def _sqlite(table: sa.Table, door_for: str | None) -> Iterator[str]:
    name = table.name
    door = "" if door_for is None else f" WHEN NOT ({_is_door_open(table, door_for, 'IS')})"
    yield f"CREATE TRIGGER {name}_is_never_updated BEFORE update ON {name}{door} {_REFUSED}"
    yield f"CREATE TRIGGER {name}_is_never_deleted BEFORE delete ON {name} {_REFUSED}"
    same = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    is_taken = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608 - names of ours
    yield (
        f"CREATE TRIGGER {name}_is_never_replaced BEFORE insert ON {name}"
        f" WHEN {is_taken} {_REFUSED}"
    )


def _postgresql(table: sa.Table, door_for: str | None) -> Iterator[str]:
    name, door = table.name, ""
    if door_for is not None:
        is_open = _is_door_open(table, door_for, "IS NOT DISTINCT FROM")
        door = f"IF TG_OP = 'UPDATE' THEN IF {is_open} THEN RETURN NEW; END IF; END IF; "
    yield (
        f"CREATE FUNCTION refuse_to_change_{name}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {door}RAISE EXCEPTION 'append-only'; END $$"
    )
    for trigger, verbs, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_truncated", "TRUNCATE", "STATEMENT"),
    ):
        yield (
            f"CREATE TRIGGER {name}_is_{trigger} BEFORE {verbs} ON {name}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{name}()"
        )


def _is_door_open(table: sa.Table, door_for: str, same: str) -> str:
    kept = (column.name for column in table.c if column.name != door_for)
    unchanged = " AND ".join(f'NEW."{each}" {same} OLD."{each}"' for each in kept)
    return (
        f"{unchanged} AND EXISTS (SELECT 1 FROM forgettings AS noted JOIN prospects AS its"  # noqa: S608
        " ON its.workspace_id = noted.workspace_id AND its.prospect_id = noted.prospect_id"
        " WHERE noted.workspace_id = OLD.workspace_id AND noted.prospect_id = OLD.prospect_id"
        f" AND its.stage <> '{FORGOTTEN}')"
    )
