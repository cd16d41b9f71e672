"""Tell the managers what is proposed for closing, and whose owner is gone.

SQLite cannot change a CHECK constraint, and writes a column that is added in a way of its own:
there the tables are made anew, as in the migration before.
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line',"
    " 'closing_line', 'nudge', 'nudge_rewrite', 'undeliverable')"
)
NEW_KINDS = "'managers', 'managers_rewrite', 'handed_over'"
MORE_KINDS = KINDS.replace("'undeliverable'", f"{NEW_KINDS}, 'undeliverable'")
WORKSPACE = (["workspace_id"], ["workspaces.workspace_id"])
PROSPECT = (
    ["workspace_id", "prospect_id"],
    ["prospects.workspace_id", "prospects.prospect_id"],
)
MESSAGE = (
    ["workspace_id", "member_id", "day"],
    ["managers_messages.workspace_id", "managers_messages.member_id", "managers_messages.day"],
)
TABLES = (
    "managers_offers",
    "managers_items",
    "managers_messages",
    "managers",
    "departures",
    "proposals",
)
TS = "ts TEXT, "
SENT_ON = "\n\tsent_on DATE, "


def upgrade() -> None:
    if on_postgresql():
        op.add_column("nudge_messages", sa.Column("sent_on", sa.Date()))
        change_kinds(MORE_KINDS)
    else:
        make_anew("nudge_messages", TS, TS + SENT_ON)
        make_anew("outbox", KINDS, MORE_KINDS)
    create_what_is_told()
    create_messages()
    propose_what_was_nudged_to_the_end()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute(f"DELETE FROM outbox WHERE kind IN ({NEW_KINDS})")  # noqa: S608 - words of ours
    if on_postgresql():
        change_kinds(KINDS)
        op.drop_column("nudge_messages", "sent_on")
    else:
        make_anew("outbox", MORE_KINDS, KINDS)
        make_anew("nudge_messages", SENT_ON, "")


def create_what_is_told() -> None:
    op.create_table(
        "proposals",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_proposals_prospects"),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", name="pk_proposals"),
    )
    op.create_table(
        "departures",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_departures_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name="pk_departures"),
    )
    op.create_table(
        "managers",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_managers_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name="pk_managers"),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_managers_due_at", "managers", ["due_at"], sqlite_where=is_due, postgresql_where=is_due
    )


def create_messages() -> None:
    op.create_table(
        "managers_messages",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("sent_on", sa.Date()),
        sa.CheckConstraint(
            "(channel IS NULL) = (ts IS NULL)", name=op.f("ck_managers_messages_posted")
        ),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_managers_messages_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", "day", name="pk_managers_messages"),
    )
    op.create_table(
        "managers_items",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(*MESSAGE, name="fk_managers_items_managers_messages"),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_managers_items_prospects"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "day", "position", name="pk_managers_items"
        ),
    )
    op.create_index(
        "ix_managers_items_prospect",
        "managers_items",
        ["workspace_id", "prospect_id", "member_id", "day"],
    )
    op.create_table(
        "managers_offers",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*MESSAGE, name="fk_managers_offers_managers_messages"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "day", "owner", name="pk_managers_offers"
        ),
    )
    op.create_index(
        "ix_managers_offers_owner",
        "managers_offers",
        ["workspace_id", "owner", "member_id", "day"],
    )


def propose_what_was_nudged_to_the_end() -> None:
    """Let the managers hear of it on their next morning; and of owners who are gone."""
    op.execute(
        "INSERT INTO proposals (workspace_id, prospect_id, on_day, at)"
        " SELECT workspace_id, prospect_id, nudged_on, '2000-01-01 00:00:00.000000' FROM prospects"
        " WHERE stage = 'open' AND nudges >= 3 AND nudged_on IS NOT NULL"
        " AND snoozed_until IS NULL"
    )
    op.execute(
        "INSERT INTO departures (workspace_id, member_id, at)"
        " SELECT workspace_id, member_id, '2000-01-01 00:00:00.000000' FROM members"
        " WHERE (is_guest OR is_foreign OR is_bot OR is_deactivated) AND EXISTS (SELECT 1"
        " FROM prospects WHERE prospects.workspace_id = members.workspace_id"
        " AND prospects.owner = members.member_id AND prospects.stage = 'open')"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_kinds(kinds: str) -> None:
    constraint = op.f("ck_outbox_kind")
    op.drop_constraint(constraint, "outbox", type_="check")
    op.create_check_constraint(constraint, "outbox", kinds)


def make_anew(table: str, before: str, after: str) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and with words replaced."""
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
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create.replace(before, after))
    kept = ", ".join(sorted(columns_of(table) & columns_of("kept_rows")))
    op.execute(sa.text(f"INSERT INTO {table} ({kept}) SELECT {kept} FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)


def columns_of(table: str) -> set[str]:
    rows = op.get_bind().exec_driver_sql(f"PRAGMA table_info({table})")
    return {row.name for row in rows}
