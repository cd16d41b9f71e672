"""Keep since when nothing was done about a prospect, and how often its owner was asked about it.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew, with its
indexes and triggers; and it adds a column only behind the constraints.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ACTIONS = (
    "('qualify', 'requalify', 'walk_away', 'override', 'approve_override', 'deny_override', "
    "'won', 'lost', 'undo', 'condition_met', 'sign_of_life', 'chased', 'snooze', 'hand_over', "
    "'end_client', 'correct', 'details')"
)
MORE_ACTIONS = ACTIONS.replace("'details'", "'still_open', 'details'")
KEPT = "action <> 'still_open'"
QUIET = ("quiet_since", "quiet_asked", "quiet_asked_on", "quiet_answered_on")
ITEMS = {
    "nudge_items": "\n\tnumber INTEGER NOT NULL, ",
    "managers_items": "\n\tproposed_on DATE NOT NULL, ",
}
"""What their new column stands behind, on SQLite."""
BEFORE_QUIET = "\n\tquestion_freed_on DATE, "
IN_PROSPECTS = (
    "\n\tquiet_since DATE, \n\tquiet_asked INTEGER DEFAULT '0' NOT NULL, "
    "\n\tquiet_asked_on DATE, \n\tquiet_answered_on DATE, "
)
IN_ITEMS = "\n\tis_question BOOLEAN DEFAULT 0 NOT NULL, "


def upgrade() -> None:
    if on_postgresql():
        for table, column in (("history", "action"), ("prospects", "decision_action")):
            allow(table, column, MORE_ACTIONS)
        for name in QUIET:
            is_count = name == "quiet_asked"
            kind, default = (sa.Integer(), "0") if is_count else (sa.Date(), None)
            column = sa.Column(name, kind, nullable=not is_count, server_default=default)
            op.add_column("prospects", column)
        for table in ITEMS:
            column = sa.Column(
                "is_question", sa.Boolean(), nullable=False, server_default=sa.false()
            )
            op.add_column(table, column)
    else:
        make_anew("history", {ACTIONS: MORE_ACTIONS})
        make_anew("prospects", {ACTIONS: MORE_ACTIONS, BEFORE_QUIET: BEFORE_QUIET + IN_PROSPECTS})
        for table, before in ITEMS.items():
            make_anew(table, {before: before + IN_ITEMS})
    op.execute(
        "UPDATE prospects SET quiet_since = COALESCE((SELECT date(MAX(history.at)) FROM history"
        " WHERE history.workspace_id = prospects.workspace_id"
        " AND history.prospect_id = prospects.prospect_id), verdict_on)"
    )
    look_at_what_can_be_asked()


def downgrade() -> None:
    for table in ITEMS:
        op.execute(f"DELETE FROM {table} WHERE is_question")  # noqa: S608 - words of ours
    if on_postgresql():
        op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
        op.execute(f"DELETE FROM history WHERE NOT {KEPT}")  # noqa: S608 - words of ours
        op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
        for table, column in (("history", "action"), ("prospects", "decision_action")):
            allow(table, column, ACTIONS)
        for name in QUIET:
            op.drop_column("prospects", name)
        for table in ITEMS:
            op.drop_column(table, "is_question")
    else:
        make_anew("history", {MORE_ACTIONS: ACTIONS}, only=KEPT)
        make_anew("prospects", {MORE_ACTIONS: ACTIONS, IN_PROSPECTS: ""})
        for table in ITEMS:
            make_anew(table, {IN_ITEMS: ""})


def look_at_what_can_be_asked() -> None:
    """Let the clock look at once at every open *pursue*; it finds out when its question is due."""
    is_open = "FROM prospects WHERE stage = 'open' AND verdict = 'pursue'"
    op.execute(
        "INSERT INTO looks (workspace_id, prospect_id, owner, on_day, is_lapse)"
        f" SELECT workspace_id, prospect_id, owner, '2000-01-01', false {is_open}"
        " ON CONFLICT DO NOTHING"
    )
    op.execute(
        "INSERT INTO rounds (workspace_id, member_id, due_at)"
        f" SELECT workspace_id, owner, '2000-01-01 00:00:00.000000' {is_open}"
        " GROUP BY workspace_id, owner ON CONFLICT (workspace_id, member_id)"
        " DO UPDATE SET due_at = excluded.due_at"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def allow(table: str, column: str, actions: str) -> None:
    constraint = op.f(f"ck_{table}_{column}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, f"{column} IN {actions}")


def make_anew(table: str, words: Mapping[str, str], *, only: str = "true") -> None:
    """Make a table of SQLite anew, with words replaced; of its rows `only` some are kept."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    for before, after in words.items():
        if before not in create:
            raise LookupError(before)
        create = create.replace(before, after)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}"))  # noqa: S608
    kept = columns_of("kept_rows")
    op.drop_table(table)
    connection.exec_driver_sql(create)
    both = ", ".join(column for column in columns_of(table) if column in kept)
    op.execute(sa.text(f"INSERT INTO {table} ({both}) SELECT {both} FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)


def columns_of(table: str) -> list[str]:
    rows = op.get_bind().exec_driver_sql(f"PRAGMA table_info({table})")
    return [row.name for row in rows]
