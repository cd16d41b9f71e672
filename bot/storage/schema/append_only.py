"""What cannot be changed, not even by a mistake of ours: the database itself refuses.

Rows can be added, and that is all. PostgreSQL has one trigger for single rows, and one for all at
once (TRUNCATE). SQLite deletes a row without asking a trigger where another with its key replaces
it: so a key that is taken is refused before that, and such a table has no row number, which would
be a second key.

Whoever owns the database can take the triggers away. Nothing of the bot does, but for a migration.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import DDL, Table, event

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
