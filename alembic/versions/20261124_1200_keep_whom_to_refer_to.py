"""Keep whom to refer to."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_referrals_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "position", name="pk_referrals"),
    )


def downgrade() -> None:
    op.drop_table("referrals")
