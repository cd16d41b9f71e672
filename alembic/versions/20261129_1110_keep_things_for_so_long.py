"""Keep when the clock removes what is too old, and when managers exported last."""

import sqlalchemy as sa

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keepings",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acts_on", sa.Date()),
        sa.Column("exported_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_keepings_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_keepings"),
    )
    op.create_index("ix_keepings_due_at", "keepings", ["due_at"])


def downgrade() -> None:
    op.drop_table("keepings")
