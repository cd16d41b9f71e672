"""The tables of what figures count, and their triggers.

Some mark a prospect in the transaction that changes it, whoever changes it. Others add up equal
facts in the transaction that writes or removes them, whoever does.
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

facts_counted = sa.Table(
    "facts_counted",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("kind"),
    sa.Column("day", sa.Date, primary_key=True),
    columns.key("owner"),
    columns.key("checklist"),
    columns.key("what"),
    columns.required("n", sa.Integer),
    columns.in_workspace(),
    columns.partial_index(
        "ix_facts_counted_in_turn",
        *("workspace_id", "owner", "day", "kind", "checklist", "n"),
        only="owner <> ''",
    ),
    sqlite_with_rowid=False,
)
"""How many equal facts there are of a day, so that nobody reads a row for each prospect.

The owner is empty, unless the next client of the same owner is looked for. That reads the index
alone, owner by owner.
"""

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

COUNTED: Final = ("screened", "judged", "in_time", "waiting", "won", "left", "feared")
"""The kinds of facts that are counted for everybody."""
BY_OWNER: Final = ("won", "left")
"""Those that are counted for each owner, and once more for everybody: hardly any owner has two."""


def of_everybody(kind: str) -> str:
    """Return the kind under which a kind of facts is counted for everybody together."""
    return f"{_EVERY}{kind}" if kind in BY_OWNER else kind


_EVERY: Final = "every_"
SUMS: Final = (*COUNTED, *map(of_everybody, BY_OWNER))
"""Each kind of sums."""

DERIVED: Final = frozenset({facts, facts_counted, facts_due, facts_told})
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
    columns.run_after_create(columns.metadata, _on_sqlite(), _on_postgresql())


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


_KEY: Final = ("workspace_id", "kind", "day", "owner", "checklist", "what")
_LISTED: Final = ", ".join(_KEY)
_SAME: Final = " AND ".join(f"facts_counted.{each} = gone.{each}" for each in _KEY)


def count_facts() -> None:
    """Create the triggers that add up facts, along with the last table."""
    columns.run_after_create(columns.metadata, _counting_on_sqlite(), _counting_on_postgresql())


def equal_facts(rows: str) -> str:
    """Return rows of facts added up, as an SQL table `gone` with the columns of `facts_counted`."""
    added_up = (
        f"SELECT {_key_of(rows, kind)}, count(*) AS n FROM {rows} WHERE {rows}.kind IN {kinds}"  # noqa: S608
        " GROUP BY 1, 2, 3, 4, 5, 6"
        for kind, kinds in _WAYS.items()
    )
    return f"({' UNION ALL '.join(added_up)}) AS gone"


_WAYS: Final = {"": COUNTED, _EVERY: BY_OWNER}
"""Which kinds of facts are counted, by what is put before the kind of their sums."""


def _key_of(row: str, prefix: str) -> str:
    """Return the key under which a fact is counted."""
    owner = f"CASE WHEN {row}.kind IN {BY_OWNER} THEN coalesce({row}.owner, '') ELSE '' END"
    its = {"owner": owner} if not prefix else {"owner": "''", "kind": f"'{prefix}' || {row}.kind"}
    return ", ".join(f"{its[name]} AS {name}" if name in its else f"{row}.{name}" for name in _KEY)


def _counting_on_sqlite() -> Iterator[str]:
    for verb, row in (("insert", "NEW"), ("delete", "OLD")):
        for prefix, kinds in _WAYS.items():
            its = f"({_LISTED}) = (SELECT {_key_of(row, prefix)})"
            work = (
                f"INSERT INTO facts_counted ({_LISTED}, n) SELECT {_key_of(row, prefix)}, 1"
                f" WHERE true ON CONFLICT ({_LISTED}) DO UPDATE SET n = n + 1"
                if row == "NEW"
                else f"UPDATE facts_counted SET n = n - 1 WHERE {its};"  # noqa: S608
                f" DELETE FROM facts_counted WHERE {its} AND n = 0"
            )
            yield (
                f"CREATE TRIGGER {prefix}facts_count_on_{verb} AFTER {verb.upper()} ON facts"
                f" WHEN {row}.kind IN {kinds} BEGIN {work}; END"
            )


def _counting_on_postgresql() -> Iterator[str]:
    """Add up a statement's rows first: many of them are equal."""
    gone = equal_facts("changed")
    added = (
        f"INSERT INTO facts_counted ({_LISTED}, n) SELECT * FROM {gone} ORDER BY {_LISTED}"  # noqa: S608
        f" ON CONFLICT ({_LISTED}) DO UPDATE SET n = facts_counted.n + excluded.n"
    )
    removed = (
        f"UPDATE facts_counted SET n = facts_counted.n - gone.n FROM {gone} WHERE {_SAME};"  # noqa: S608
        f" DELETE FROM facts_counted USING {gone} WHERE {_SAME} AND facts_counted.n = 0"
    )
    for verb, which, work in (("insert", "NEW", added), ("delete", "OLD", removed)):
        yield (
            f"CREATE FUNCTION count_facts_on_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" {work}; RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER facts_count_on_{verb} AFTER {verb.upper()} ON facts"
            f" REFERENCING {which} TABLE AS changed FOR EACH STATEMENT"
            f" EXECUTE FUNCTION count_facts_on_{verb}()"
        )


mark_changes()
count_facts()


def drop_triggers(connection: sa.Connection) -> None:
    """Drop the triggers in a SQLite database where nobody counts."""
    names = [name for name, *_ in _triggers()]
    for name in (*names, "members_marks_on_insert", "members_marks_on_update"):
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
