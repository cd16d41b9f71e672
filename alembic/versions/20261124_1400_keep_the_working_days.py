"""Keep the working days that managers choose; where nothing stands it is Monday to Friday."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "working_weeks",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_working_weeks_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_working_weeks"),
    )


def downgrade() -> None:
    op.drop_table("working_weeks")
