"""Keep what owners were told of the undecided.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew: from its own
statement with the new words in it, filled again before the transaction ends, when its foreign
keys are looked at.
"""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REASONS = "due_reason IN ('verdict', 'condition')"
MORE_REASONS = "due_reason IN ('verdict', 'condition', 'sign_of_life')"
ACTIONS = "('qualify', 'requalify', 'walk_away', 'won', 'lost', 'undo', 'condition_met', 'details')"
NEW_ACTIONS = "'sign_of_life', 'chased', 'snooze', 'hand_over'"
MORE_ACTIONS = ACTIONS.replace("'details'", f"{NEW_ACTIONS}, 'details'")
KINDS = "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'undeliverable')"
NEW_KINDS = "'lapse_line', 'closing_line', 'nudge', 'nudge_rewrite'"
MORE_KINDS = KINDS.replace("'undeliverable'", f"{NEW_KINDS}, 'undeliverable'")
WORKSPACE = (["workspace_id"], ["workspaces.workspace_id"])
PROSPECT = (
    ["workspace_id", "prospect_id"],
    ["prospects.workspace_id", "prospects.prospect_id"],
)
CREATED_AT = "created_at DATETIME NOT NULL, "
TOLD = """
\tchases INTEGER NOT NULL,
\tnudges INTEGER NOT NULL,
\tnudged_on DATE,
\tsnoozed_until DATE,
\tsnoozes INTEGER NOT NULL,
\tnot_before DATE, """
COUNTS = ("chases", "nudges", "snoozes")
DAYS = ("nudged_on", "snoozed_until", "not_before")


def upgrade() -> None:
    if on_postgresql():
        for column in ("chases", "nudges", "nudged_on", "snoozed_until", "snoozes", "not_before"):
            kind = sa.Integer() if column in COUNTS else sa.Date()
            default = "0" if column in COUNTS else None
            nullable = column in DAYS
            op.add_column(
                "prospects", sa.Column(column, kind, nullable=nullable, server_default=default)
            )
        for column in COUNTS:
            op.alter_column("prospects", column, server_default=None)
        change_check("prospects", "due_reason", MORE_REASONS)
        change_check("prospects", "decision_action", f"decision_action IN {MORE_ACTIONS}")
        change_check("history", "action", f"action IN {MORE_ACTIONS}")
        change_check("outbox", "kind", MORE_KINDS)
    else:
        make_anew(
            "prospects",
            {REASONS: MORE_REASONS, ACTIONS: MORE_ACTIONS, CREATED_AT: CREATED_AT + TOLD},
            dict.fromkeys(COUNTS, "0") | dict.fromkeys(DAYS, "NULL"),
        )
        make_anew("history", {ACTIONS: MORE_ACTIONS})
        make_anew("outbox", {KINDS: MORE_KINDS})
    op.create_table(
        "pauses",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_pauses_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name="pk_pauses"),
    )
    create_looks_and_rounds()
    create_nudges()
    op.create_table(
        "heartbeats",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_heartbeats_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_heartbeats"),
    )
    look_at_what_is_open()


def downgrade() -> None:
    for table in ("heartbeats", "nudge_items", "nudge_messages", "rounds", "looks", "pauses"):
        op.drop_table(table)
    op.execute(f"DELETE FROM outbox WHERE kind IN ({NEW_KINDS})")  # noqa: S608 - words of ours
    op.execute("UPDATE prospects SET due_reason = 'verdict' WHERE due_reason = 'sign_of_life'")
    forget = f"DELETE FROM history WHERE action IN ({NEW_ACTIONS})"  # noqa: S608 - words of ours
    if on_postgresql():
        op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
        op.execute(forget)
        op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
        change_check("history", "action", f"action IN {ACTIONS}")
        change_check("outbox", "kind", KINDS)
        change_check("prospects", "decision_action", f"decision_action IN {ACTIONS}")
        change_check("prospects", "due_reason", REASONS)
        for column in (*COUNTS, *DAYS):
            op.drop_column("prospects", column)
    else:
        make_anew("outbox", {MORE_KINDS: KINDS})
        make_anew("history", {MORE_ACTIONS: ACTIONS}, only=f"action NOT IN ({NEW_ACTIONS})")
        make_anew("prospects", {MORE_REASONS: REASONS, MORE_ACTIONS: ACTIONS, TOLD: ""})


def create_looks_and_rounds() -> None:
    op.create_table(
        "looks",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("is_lapse", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            *PROSPECT, name="fk_looks_prospects", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", name="pk_looks"),
    )
    op.create_index("ix_looks_owner", "looks", ["workspace_id", "owner", "on_day"])
    op.create_table(
        "rounds",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_rounds_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name="pk_rounds"),
    )
    op.create_index("ix_rounds_due_at", "rounds", ["due_at"])


def create_nudges() -> None:
    op.create_table(
        "nudge_messages",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.CheckConstraint(
            "(channel IS NULL) = (ts IS NULL)", name=op.f("ck_nudge_messages_posted")
        ),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_nudge_messages_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", "day", name="pk_nudge_messages"),
    )
    op.create_table(
        "nudge_items",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id", "day"],
            ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
            name="fk_nudge_items_nudge_messages",
        ),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_nudge_items_prospects"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "day", "position", name="pk_nudge_items"
        ),
    )
    op.create_index(
        "ix_nudge_items_prospect", "nudge_items", ["workspace_id", "prospect_id", "day"]
    )


def look_at_what_is_open() -> None:
    """Let the clock look at once at whatever is due some day; it finds out when that really is."""
    is_waiting = "FROM prospects WHERE stage = 'open' AND due_on IS NOT NULL"
    op.execute(
        "INSERT INTO looks (workspace_id, prospect_id, owner, on_day, is_lapse)"
        f" SELECT workspace_id, prospect_id, owner, '2000-01-01', false {is_waiting}"
    )
    op.execute(
        "INSERT INTO rounds (workspace_id, member_id, due_at)"
        f" SELECT workspace_id, owner, '2000-01-01 00:00:00.000000' {is_waiting}"
        " GROUP BY workspace_id, owner"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_check(table: str, name: str, expression: str) -> None:
    constraint = op.f(f"ck_{table}_{name}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, expression)


def make_anew(
    table: str,
    words: Mapping[str, str],
    added: Mapping[str, str] = MappingProxyType({}),
    *,
    only: str = "true",
) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and with `words` replaced.

    What stands in a column that is `added` is said with it; of the rows `only` some are kept.
    """
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
    keep = sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}")  # noqa: S608
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(keep)
    op.drop_table(table)
    connection.exec_driver_sql(create)
    columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    values = ", ".join(added.get(column, column) for column in columns)
    fill = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM kept_rows"  # noqa: S608
    op.execute(sa.text(fill))
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
