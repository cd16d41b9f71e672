"""Column types that neither database has as we need them."""
# ruff: noqa: ARG002 - SQLAlchemy tells these methods the dialect, and they need not know

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.types import TypeDecorator

_MINOR_UNITS: Final = 100
_LARGEST_MONEY: Final = Decimal(10) ** 12


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware when it goes in, in UTC when it comes out.

    SQLite keeps no zone, and would give back naive times.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time that does not say in which zone it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what was kept is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount below a million millions with two decimals, kept as an integer of hundredths.

    SQLite has no decimal numbers; hundredths are exact, and are sorted and added as
    numbers on both databases.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse what would have to be rounded."""
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= _LARGEST_MONEY:
            raise ValueError("an amount that is too large to be kept")
        hundredths = value * _MINOR_UNITS
        if hundredths != hundredths.to_integral_value():
            raise ValueError("an amount with more than two decimals cannot be kept")
        return int(hundredths)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Make hundredths an amount again."""
        return None if value is None else Decimal(value).scaleb(-2)


RowId = BigInteger().with_variant(Integer, "sqlite")
"""A number that grows with each row; SQLite numbers only INTEGER keys by itself."""


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


_REFUSED: Final = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"


def refuse_changes(table: Table) -> None:
    """Let whoever creates the table create the triggers that guard it."""
    table.dialect_options["sqlite"]["with_rowid"] = False
    for dialect, statements in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        for statement in statements(table):
            ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def _sqlite(table: Table) -> Iterator[str]:
    name = table.name
    for verb in ("update", "delete"):
        yield f"CREATE TRIGGER {name}_is_never_{verb}d BEFORE {verb} ON {name} {_REFUSED}"
    same = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    is_taken = f"EXISTS (SELECT 1 FROM {name} WHERE {same})"  # noqa: S608 - names of ours
    yield (
        f"CREATE TRIGGER {name}_is_never_replaced BEFORE insert ON {name}"
        f" WHEN {is_taken} {_REFUSED}"
    )


def _postgresql(table: Table) -> Iterator[str]:
    name = table.name
    yield (
        f"CREATE FUNCTION refuse_to_change_{name}() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
    )
    for trigger, verbs, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_truncated", "TRUNCATE", "STATEMENT"),
    ):
        yield (
            f"CREATE TRIGGER {name}_is_{trigger} BEFORE {verbs} ON {name}"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{name}()"
        )
