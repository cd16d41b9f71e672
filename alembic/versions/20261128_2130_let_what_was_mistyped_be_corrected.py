"""Let a history tell that what was mistyped about a prospect was corrected.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew, with its
indexes and triggers.
"""

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACTIONS = (
    "('qualify', 'requalify', 'walk_away', 'override', 'approve_override', 'deny_override', "
    "'won', 'lost', 'undo', 'condition_met', 'sign_of_life', 'chased', 'snooze', 'hand_over', "
    "'details')"
)
MORE_ACTIONS = ACTIONS.replace("'details'", "'correct', 'details'")
KEPT = "action <> 'correct'"


def upgrade() -> None:
    change_actions("history", "action", ACTIONS, MORE_ACTIONS)
    change_actions("prospects", "decision_action", ACTIONS, MORE_ACTIONS)


def downgrade() -> None:
    if on_postgresql():
        op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
        op.execute(f"DELETE FROM history WHERE NOT {KEPT}")  # noqa: S608 - words of ours
        op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
    change_actions("history", "action", MORE_ACTIONS, ACTIONS, only=KEPT)
    change_actions("prospects", "decision_action", MORE_ACTIONS, ACTIONS)


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_actions(table: str, column: str, before: str, after: str, *, only: str = "true") -> None:
    if not on_postgresql():
        make_anew(table, before, after, only)
        return
    constraint = op.f(f"ck_{table}_{column}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, f"{column} IN {after}")


def make_anew(table: str, before: str, after: str, only: str) -> None:
    """Make a table of SQLite anew, with words replaced; of its rows `only` some are kept."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    if before not in create:
        raise LookupError(before)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create.replace(before, after))
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
