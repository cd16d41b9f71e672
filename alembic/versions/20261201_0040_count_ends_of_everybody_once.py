"""Count clients and walk-aways of everybody together as well, and go through each owner's in turn.

They were counted for each owner, and hardly any owner has two that are equal: whoever asked for all
of them read a row for each. The sums by owner stay, since a process of the version before reads
them. On PostgreSQL nobody tells or forgets facts meanwhile.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from alembic import op

revision = "0040_for_0032"
down_revision = "0039_for_0032"
branch_labels = None
depends_on = None

TABLE = "facts_counted"
KEY = ("workspace_id", "kind", "day", "owner", "checklist", "what")
LISTED = ", ".join(KEY)
COUNTED = ("screened", "judged", "in_time", "waiting", "won", "left", "feared")
BY_OWNER = ("won", "left")
EVERY = "every_"
SAME = " AND ".join(f"facts_counted.{each} = gone.{each}" for each in KEY)
BEFORE = {"": COUNTED}
NOW = {"": COUNTED, EVERY: BY_OWNER}
"""Which kinds of facts are counted, by what is put before the kind of their sums."""


def upgrade() -> None:
    if on_postgresql():
        op.execute("LOCK TABLE facts IN SHARE ROW EXCLUSIVE MODE")
        for verb, work in on_postgresql_work(NOW):
            op.execute(replaced(verb, work))
    else:
        for statement in on_sqlite_counting({EVERY: BY_OWNER}):
            op.execute(statement)
    op.execute(
        f"INSERT INTO {TABLE} ({LISTED}, n) SELECT * FROM {equal('facts', {EVERY: BY_OWNER})}"  # noqa: S608 - words of ours
        f" ORDER BY {LISTED}"
    )
    in_turn = ["workspace_id", "owner", "day", "kind", "checklist", "n"]
    replace_index("ix_facts_counted_owner", "ix_facts_counted_in_turn", in_turn)


def downgrade() -> None:
    if on_postgresql():
        op.execute("LOCK TABLE facts IN SHARE ROW EXCLUSIVE MODE")
        for verb, work in on_postgresql_work(BEFORE):
            op.execute(replaced(verb, work))
    else:
        for verb in ("insert", "delete"):
            op.execute(f"DROP TRIGGER {EVERY}facts_count_on_{verb}")
    every = tuple(f"{EVERY}{kind}" for kind in BY_OWNER)
    op.execute(f"DELETE FROM {TABLE} WHERE kind IN {every}")  # noqa: S608 - words of ours
    by_owner = ["workspace_id", "kind", "owner", "day"]
    replace_index("ix_facts_counted_in_turn", "ix_facts_counted_owner", by_owner)


def replace_index(old: str, new: str, columns: list[str]) -> None:
    """Put one index of what has an owner in the place of another."""
    op.drop_index(old, TABLE)
    is_owned = sa.text("owner <> ''")
    op.create_index(new, TABLE, columns, sqlite_where=is_owned, postgresql_where=is_owned)


def key_of(row: str, prefix: str) -> str:
    """Return the key under which a fact is counted."""
    owner = f"CASE WHEN {row}.kind IN {BY_OWNER} THEN coalesce({row}.owner, '') ELSE '' END"
    its = {"owner": owner} if not prefix else {"owner": "''", "kind": f"'{prefix}' || {row}.kind"}
    return ", ".join(f"{its[name]} AS {name}" if name in its else f"{row}.{name}" for name in KEY)


def equal(rows: str, ways: dict[str, tuple[str, ...]]) -> str:
    """Return rows of facts added up, as the table `gone`."""
    added_up = (
        f"SELECT {key_of(rows, prefix)}, count(*) AS n FROM {rows} WHERE {rows}.kind IN {kinds}"  # noqa: S608 - words of ours
        " GROUP BY 1, 2, 3, 4, 5, 6"
        for prefix, kinds in ways.items()
    )
    return f"({' UNION ALL '.join(added_up)}) AS gone"


def on_sqlite_counting(ways: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for verb, row in (("insert", "NEW"), ("delete", "OLD")):
        for prefix, kinds in ways.items():
            its = f"({LISTED}) = (SELECT {key_of(row, prefix)})"
            work = (
                f"INSERT INTO facts_counted ({LISTED}, n) SELECT {key_of(row, prefix)}, 1"
                f" WHERE true ON CONFLICT ({LISTED}) DO UPDATE SET n = n + 1"
                if row == "NEW"
                else f"UPDATE facts_counted SET n = n - 1 WHERE {its};"  # noqa: S608 - words of ours
                f" DELETE FROM facts_counted WHERE {its} AND n = 0"
            )
            yield (
                f"CREATE TRIGGER {prefix}facts_count_on_{verb} AFTER {verb.upper()} ON facts"
                f" WHEN {row}.kind IN {kinds} BEGIN {work}; END"
            )


def on_postgresql_work(ways: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    gone = equal("changed", ways)
    added = (
        f"INSERT INTO facts_counted ({LISTED}, n) SELECT * FROM {gone} ORDER BY {LISTED}"  # noqa: S608 - words of ours
        f" ON CONFLICT ({LISTED}) DO UPDATE SET n = facts_counted.n + excluded.n"
    )
    removed = (
        f"UPDATE facts_counted SET n = facts_counted.n - gone.n FROM {gone} WHERE {SAME};"  # noqa: S608 - words of ours
        f" DELETE FROM facts_counted USING {gone} WHERE {SAME} AND facts_counted.n = 0"
    )
    yield from (("insert", added), ("delete", removed))


def replaced(verb: str, work: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION count_facts_on_{verb}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {work}; RETURN NULL; END $$"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
