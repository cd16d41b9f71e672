"""Keep who has paused for long, and which message told the managers of it."""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "long_pauses",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_long_pauses_workspaces")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name=op.f("pk_long_pauses")),
    )
    op.create_table(
        "managers_pauses",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id", "day"],
            [
                "managers_messages.workspace_id",
                "managers_messages.member_id",
                "managers_messages.day",
            ],
            name=op.f("fk_managers_pauses_managers_messages"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "day", "owner", name=op.f("pk_managers_pauses")
        ),
    )
    op.create_index(
        "ix_managers_pauses_owner", "managers_pauses", ["workspace_id", "owner", "member_id", "day"]
    )


def downgrade() -> None:
    op.drop_table("managers_pauses")
    op.drop_table("long_pauses")
