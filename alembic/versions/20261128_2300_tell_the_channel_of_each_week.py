"""Keep which digest is to come and where the posted ones stand, and let messages be digests.

SQLite cannot change a CHECK constraint: there the table of messages is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WORKSPACE = (["workspace_id"], ["workspaces.workspace_id"])
BEFORE, AFTER = "'settings_changed'", "'settings_changed', 'digest', 'digest_line'"
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line',"
    " 'closing_line', 'nudge', 'nudge_rewrite', 'outcome', 'managers', 'managers_rewrite',"
    " 'handed_over', 'override_asked', 'override_rewrite', 'override_news', 'override_lapsed',"
    " 'request_line', 'kill_date_line', 'undeliverable', 'settings_changed')"
)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name=op.f("ck_digests_posted")),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_digests_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "monday", name="pk_digests"),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_digests_due_at", "digests", ["due_at"], sqlite_where=is_due, postgresql_where=is_due
    )
    change_kinds(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind IN ('digest', 'digest_line')")
    change_kinds(AFTER, BEFORE)
    op.drop_table("digests")


def change_kinds(before: str, after: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        make_anew("outbox", before, after)
        return
    constraint = op.f("ck_outbox_kind")
    op.drop_constraint(constraint, "outbox", type_="check")
    kinds = KINDS.replace(BEFORE, AFTER) if after is AFTER else KINDS
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
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
