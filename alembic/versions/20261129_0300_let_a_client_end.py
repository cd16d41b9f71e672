"""Let a client end: a stage of its own, and an action that leads there.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew, with its
indexes and triggers.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ACTIONS = (
    "('qualify', 'requalify', 'walk_away', 'override', 'approve_override', 'deny_override', "
    "'won', 'lost', 'undo', 'condition_met', 'sign_of_life', 'chased', 'snooze', 'hand_over', "
    "'correct', 'details')"
)
MORE_ACTIONS = ACTIONS.replace("'correct'", "'end_client', 'correct'")
STAGES = "('open', 'walked_away', 'won', 'lost')"
MORE_STAGES = "('open', 'walked_away', 'won', 'lost', 'ended')"
KEPT = "action <> 'end_client'"


def upgrade() -> None:
    change_words("history", {"action": (ACTIONS, MORE_ACTIONS)})
    change_words(
        "prospects",
        {"decision_action": (ACTIONS, MORE_ACTIONS), "stage": (STAGES, MORE_STAGES)},
    )


def downgrade() -> None:
    """Who ended is a client again: the older version knows no other stage for it."""
    op.execute(
        "UPDATE prospects SET stage = 'won', decision_action = 'won', decision_ended_by = NULL "
        "WHERE stage = 'ended'"
    )
    if on_postgresql():
        op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
        op.execute(f"DELETE FROM history WHERE NOT {KEPT}")  # noqa: S608 - words of ours
        op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
    change_words("history", {"action": (MORE_ACTIONS, ACTIONS)}, only=KEPT)
    change_words(
        "prospects",
        {"decision_action": (MORE_ACTIONS, ACTIONS), "stage": (MORE_STAGES, STAGES)},
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_words(table: str, columns: dict[str, tuple[str, str]], *, only: str = "true") -> None:
    """Let columns take other words than before."""
    if not on_postgresql():
        make_anew(table, columns.values(), only)
        return
    for column, (_, after) in columns.items():
        constraint = op.f(f"ck_{table}_{column}")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, f"{column} IN {after}")


def make_anew(table: str, words: Iterable[tuple[str, str]], only: str) -> None:
    """Make a table of SQLite anew, with words replaced; of its rows `only` some are kept."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    for before, after in words:
        if before not in create:
            raise LookupError(before)
        create = create.replace(before, after)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
