"""What cannot be changed, not even by a mistake of ours: the database itself refuses."""

from typing import Final

from sqlalchemy import DDL, Table, event

_SQLITE: Final = (
    "CREATE TRIGGER %(table)s_is_never_{verb}d BEFORE {verb} ON %(table)s"
    " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
)
_POSTGRESQL_FUNCTION: Final = (
    "CREATE FUNCTION refuse_to_change_%(table)s() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
)
_POSTGRESQL_TRIGGER: Final = (
    "CREATE TRIGGER %(table)s_is_append_only BEFORE UPDATE OR DELETE ON %(table)s"
    " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_%(table)s()"
)
_STATEMENTS: Final = (
    ("sqlite", _SQLITE.format(verb="update")),
    ("sqlite", _SQLITE.format(verb="delete")),
    ("postgresql", _POSTGRESQL_FUNCTION),
    ("postgresql", _POSTGRESQL_TRIGGER),
)


def refuse_changes(table: Table) -> None:
    """Let whoever creates the table create the triggers that guard it."""
    for dialect, statement in _STATEMENTS:
        ddl: DDL = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
