"""The tables of what figures count, and the triggers that mark changed prospects.

A mark is set in the transaction that changes a prospect, whoever changes it.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from bot.storage.schema import columns

facts = sa.Table(
    "facts",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("kind"),
    sa.Column("day", sa.Date, primary_key=True),
    columns.key("prospect_id"),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("owner", sa.Text),
    columns.required("checklist"),
    columns.required("what"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_facts_prospect", "workspace_id", "prospect_id"),
    sa.Index("ix_facts_owner", "workspace_id", "kind", "owner", "day"),
    sqlite_with_rowid=False,
)

facts_due = sa.Table(
    "facts_due",
    columns.metadata,
    sa.Column("row_id", columns.RowId, sa.Identity(), primary_key=True),
    columns.required("workspace_id"),
    columns.required("prospect_id"),
    columns.in_workspace(),
    sa.Index("ix_facts_due_prospect", "workspace_id", "prospect_id"),
)
"""Prospects whose facts are to be told anew; each change leaves a row of its own.

So nobody waits for who tells them, and what changes meanwhile stays marked.
"""

facts_told = sa.Table(
    "facts_told",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("told_by"),
    columns.in_workspace(),
)
"""By which calendar, zone and rules the facts of a workspace are told; by others: all anew."""

DERIVED: Final = frozenset({facts, facts_due, facts_told})
"""Tables that hold nothing which others do not say."""

CHANGES: Final[tuple[tuple[str, str, str | None], ...]] = (
    ("history", "INSERT", None),
    ("forgettings", "INSERT", None),
    ("outcome_answers", "INSERT", None),
    ("outcome_questions", "INSERT", None),
    ("outcome_questions", "UPDATE", "asked_on"),
    ("prospects", "UPDATE", "owner, first_contact, expected_value"),
)
"""What changes the facts of a prospect: a new row of a table, or another value of its columns."""


def mark_changes() -> None:
    """Create the triggers along with the last table."""
    for dialect, statements in (("sqlite", _on_sqlite), ("postgresql", _on_postgresql)):
        for statement in statements():
            ddl: sa.DDL = sa.DDL(statement)  # type: ignore[no-untyped-call]
            ddl = ddl.execute_if(dialect=dialect)
            sa.event.listen(columns.metadata, "after_create", ddl)


def _triggers() -> Iterator[tuple[str, str, str, str | None]]:
    for table, verb, changed in CHANGES:
        yield f"{table}_marks_on_{verb.lower()}", table, verb, changed


def _on_sqlite() -> Iterator[str]:
    for name, table, verb, changed in _triggers():
        of, when = "", ""
        if changed is not None:
            of = f" OF {changed}"
            when = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in changed.split(", "))
            when = f" WHEN {when}"
        yield (
            f"CREATE TRIGGER {name} AFTER {verb}{of} ON {table}{when} BEGIN"  # noqa: S608
            " INSERT INTO facts_due (workspace_id, prospect_id)"
            " VALUES (NEW.workspace_id, NEW.prospect_id); END"
        )
    for verb, when in (("INSERT", ""), ("UPDATE OF zone", " WHEN NEW.zone IS NOT OLD.zone")):
        name = f"members_marks_on_{verb.split()[0].lower()}"
        yield f"CREATE TRIGGER {name} AFTER {verb} ON members{when} BEGIN {_THEIRS}; END"


_THEIRS: Final = (
    "INSERT INTO facts_due (workspace_id, prospect_id)"
    " SELECT workspace_id, prospect_id FROM facts WHERE workspace_id = NEW.workspace_id"
    " AND kind = 'owned' AND owner = NEW.member_id"
    " UNION SELECT workspace_id, prospect_id FROM prospects"
    " WHERE workspace_id = NEW.workspace_id AND owner = NEW.member_id"
)
"""A day is one where the owner is. Facts that are being told are not seen yet, prospects are."""


def _on_postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION mark_prospect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO facts_due (workspace_id, prospect_id)"
        " VALUES (NEW.workspace_id, NEW.prospect_id); RETURN NULL; END $$"
    )
    yield (
        "CREATE FUNCTION mark_prospects_of_member() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" {_THEIRS}; RETURN NULL; END $$"
    )
    for name, table, verb, changed in _triggers():
        of, when = "", ""
        if changed is not None:
            of = f" OF {changed}"
            each = changed.split(", ")
            when = " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in each)
            when = f" WHEN ({when})"
        yield (
            f"CREATE TRIGGER {name} AFTER {verb}{of} ON {table}"
            f" FOR EACH ROW{when} EXECUTE FUNCTION mark_prospect()"
        )
    changed_zone = " WHEN (NEW.zone IS DISTINCT FROM OLD.zone)"
    for verb, when in (("INSERT", ""), ("UPDATE OF zone", changed_zone)):
        name = f"members_marks_on_{verb.split()[0].lower()}"
        yield (
            f"CREATE TRIGGER {name} AFTER {verb} ON members"
            f" FOR EACH ROW{when} EXECUTE FUNCTION mark_prospects_of_member()"
        )


mark_changes()


def keep_no_marks(connection: sa.Connection) -> None:
    """Drop the triggers in a SQLite database where nobody counts."""
    names = [name for name, *_ in _triggers()]
    for name in (*names, "members_marks_on_insert", "members_marks_on_update"):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
