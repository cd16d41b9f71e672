"""Let webhooks be added, and keep what is delivered to them."""

import sqlalchemy as sa

from alembic import op

revision = "0031"
down_revision = "0030_for_0029"
branch_labels = None
depends_on = None

REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"


def upgrade() -> None:
    add_webhooks()
    add_deliveries()
    add_history()


def downgrade() -> None:
    for table in ("webhook_history", "webhook_deliveries", "webhooks"):
        op.drop_table(table)
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_webhook_history()")


def add_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        in_workspace("webhooks"),
        sa.CheckConstraint(
            "state IN ('on', 'off', 'failed', 'gone')", name=op.f("ck_webhooks_state")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "webhook_id", name="pk_webhooks"),
    )


def add_deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("taken_until", sa.Double()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True)),
        sa.Column("tried_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Integer()),
        sa.Column("failure", sa.Text()),
        sa.Column("took_ms", sa.Integer()),
        sa.Column("excerpt", sa.Text(), nullable=False),
        in_workspace(table),
        sa.ForeignKeyConstraint(
            ["workspace_id", "webhook_id"],
            ["webhooks.workspace_id", "webhooks.webhook_id"],
            name=f"fk_{table}_webhooks",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name=f"fk_{table}_prospects",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'given_up', 'dropped')",
            name=op.f(f"ck_{table}_state"),
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (body IS NOT NULL) AND (body IS NULL) = (due_at IS NULL)",
            name=op.f(f"ck_{table}_pending"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id", name=f"pk_{table}"),
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        f"ix_{table}_lane",
        table,
        ["workspace_id", "webhook_id", "due_at"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index(f"ix_{table}_webhook", table, ["workspace_id", "webhook_id", "at"])
    op.create_index(f"ix_{table}_prospect", table, ["workspace_id", "prospect_id"])


def add_history() -> None:
    table = "webhook_history"
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        in_workspace(table),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
    guard(table)


def in_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.workspace_id"], name=f"fk_{table}_workspaces"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def guard(table: str) -> None:
    if on_postgresql():
        op.execute(
            f"CREATE FUNCTION refuse_to_change_{table}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for trigger, verbs, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("never_truncated", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_is_{trigger} BEFORE {verbs} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{table}()"
            )
        return
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb} ON {table} {REFUSED}")
    same = "workspace_id = NEW.workspace_id AND number = NEW.number"
    is_taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(
        f"CREATE TRIGGER {table}_is_never_replaced BEFORE insert ON {table}"
        f" WHEN {is_taken} {REFUSED}"
    )
