"""Let overrides be asked for, answered and stand.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew: from its own
statement with the new words in it, filled again before the transaction ends, when its foreign
keys are looked at.
"""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REASONS = "due_reason IN ('verdict', 'condition', 'sign_of_life')"
MORE_REASONS = "due_reason IN ('verdict', 'condition', 'override', 'sign_of_life')"
ACTIONS = (
    "('qualify', 'requalify', 'walk_away', 'won', 'lost', 'undo', 'condition_met', "
    "'sign_of_life', 'chased', 'snooze', 'hand_over', 'details')"
)
NEW_ACTIONS = "'override', 'approve_override', 'deny_override'"
MORE_ACTIONS = ACTIONS.replace("'won'", f"{NEW_ACTIONS}, 'won'")
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line', "
    "'closing_line', 'nudge', 'nudge_rewrite', 'managers', 'managers_rewrite', 'handed_over', "
    "'undeliverable')"
)
NEW_KINDS = "'override_asked', 'override_news', 'override_lapsed', 'request_line', 'kill_date_line'"
MORE_KINDS = KINDS.replace("'undeliverable'", f"{NEW_KINDS}, 'undeliverable'")
APPROVALS = "override_approval IN ('none', 'manager')"
CURRENCY = "currency TEXT NOT NULL, "
APPROVAL = "\n\toverride_approval TEXT NOT NULL, "
WORKSPACES_KEY = "CONSTRAINT pk_workspaces PRIMARY KEY (workspace_id)"
WORKSPACES_CHECK = f"CONSTRAINT ck_workspaces_override_approval CHECK ({APPROVALS})"
FEARS = "fear IN ('no_other_client', 'reputation', 'nobody_left', 'not_for_us', 'new_fact')"
STATES = "state IN ('asked', 'standing', 'denied', 'lapsed', 'withdrawn', 'ended', 'replaced')"
ITS_STATE = (
    "(answered_by IS NULL) = (answered_at IS NULL)"
    " AND (state = 'denied') = (refusal IS NOT NULL)"
    " AND (state <> 'asked' OR answered_by IS NULL)"
    " AND (state IN ('asked', 'standing', 'denied')) = (over_at IS NULL)"
)


def upgrade() -> None:
    if on_postgresql():
        approval = sa.Column("override_approval", sa.Text(), nullable=False, server_default="none")
        op.add_column("workspaces", approval)
        op.alter_column("workspaces", "override_approval", server_default=None)
        check = op.f("ck_workspaces_override_approval")
        op.create_check_constraint(check, "workspaces", APPROVALS)
        change_check("prospects", "due_reason", MORE_REASONS)
        change_check("prospects", "decision_action", f"decision_action IN {MORE_ACTIONS}")
        change_check("history", "action", f"action IN {MORE_ACTIONS}")
        change_check("outbox", "kind", MORE_KINDS)
    else:
        make_anew(
            "workspaces",
            {
                CURRENCY: CURRENCY + APPROVAL,
                WORKSPACES_KEY: f"{WORKSPACES_KEY}, \n\t{WORKSPACES_CHECK}",
            },
            {"override_approval": "'none'"},
        )
        make_anew("prospects", {REASONS: MORE_REASONS, ACTIONS: MORE_ACTIONS})
        make_anew("history", {ACTIONS: MORE_ACTIONS})
        make_anew("outbox", {KINDS: MORE_KINDS})
    create_overrides()


def downgrade() -> None:
    op.drop_table("overrides")
    op.execute(f"DELETE FROM outbox WHERE kind IN ({NEW_KINDS})")  # noqa: S608 - words of ours
    op.execute("UPDATE prospects SET due_reason = 'verdict' WHERE due_reason = 'override'")
    forget = f"DELETE FROM history WHERE action IN ({NEW_ACTIONS})"  # noqa: S608 - words of ours
    if on_postgresql():
        op.execute("ALTER TABLE history DISABLE TRIGGER history_is_append_only")
        op.execute(forget)
        op.execute("ALTER TABLE history ENABLE TRIGGER history_is_append_only")
        change_check("history", "action", f"action IN {ACTIONS}")
        change_check("outbox", "kind", KINDS)
        change_check("prospects", "decision_action", f"decision_action IN {ACTIONS}")
        change_check("prospects", "due_reason", REASONS)
        op.drop_column("workspaces", "override_approval")
    else:
        make_anew("outbox", {MORE_KINDS: KINDS})
        make_anew("history", {MORE_ACTIONS: ACTIONS}, only=f"action NOT IN ({NEW_ACTIONS})")
        make_anew("prospects", {MORE_REASONS: REASONS, MORE_ACTIONS: ACTIONS})
        make_anew("workspaces", {APPROVAL: "", f", \n\t{WORKSPACES_CHECK}": ""})


def create_overrides() -> None:
    op.create_table(
        "overrides",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("override_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("qualification_id", sa.Text(), nullable=False),
        sa.Column("fear", sa.Text(), nullable=False),
        sa.Column("new_fact", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kill_criterion", sa.Text(), nullable=False),
        sa.Column("kill_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lapses_on", sa.Date()),
        sa.Column("holds_nudges", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("refusal", sa.Text()),
        sa.Column("over_at", sa.DateTime(timezone=True)),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", f"{one}_id"],
                [f"{one}s.workspace_id", f"{one}s.{one}_id"],
                name=f"fk_overrides_{one}s",
                initially="DEFERRED",
                deferrable=True,
            )
            for one in ("prospect", "qualification")
        ),
        sa.CheckConstraint(FEARS, name=op.f("ck_overrides_fear")),
        sa.CheckConstraint(STATES, name=op.f("ck_overrides_state")),
        sa.CheckConstraint(
            "(fear = 'new_fact') = (new_fact IS NOT NULL)", name=op.f("ck_overrides_new_fact")
        ),
        sa.CheckConstraint(ITS_STATE, name=op.f("ck_overrides_its_state")),
        sa.PrimaryKeyConstraint("workspace_id", "override_id", name="pk_overrides"),
    )
    op.create_index("ix_overrides_qualification", "overrides", ["workspace_id", "qualification_id"])
    for state in ("asked", "standing"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_overrides_{state}",
            "overrides",
            ["workspace_id", "prospect_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
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
