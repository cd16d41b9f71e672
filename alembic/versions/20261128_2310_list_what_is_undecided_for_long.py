"""Keep which message lists which prospects as undecided for long."""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "managers_listings",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id", "day"],
            [
                "managers_messages.workspace_id",
                "managers_messages.member_id",
                "managers_messages.day",
            ],
            name=op.f("fk_managers_listings_managers_messages"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name=op.f("fk_managers_listings_prospects"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "day", "position", name=op.f("pk_managers_listings")
        ),
    )
    op.create_index(
        "ix_managers_listings_prospect",
        "managers_listings",
        ["workspace_id", "prospect_id", "member_id", "day"],
    )


def downgrade() -> None:
    op.drop_table("managers_listings")
