"""Remember past clients and refusals, apart from the prospects that were screened."""

import sqlalchemy as sa

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remembered",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("remembered_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=True),
        sa.Column("regret", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('pursue', 'problem', 'walk_away')", name=op.f("ck_remembered_verdict")
        ),
        sa.CheckConstraint(
            "became IN ('won', 'ended', 'walked_away', 'lost')", name=op.f("ck_remembered_became")
        ),
        sa.CheckConstraint("again IN ('yes', 'no')", name=op.f("ck_remembered_again")),
        sa.CheckConstraint("regret IN ('yes', 'no')", name=op.f("ck_remembered_regret")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_remembered_workspaces")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "version_id"],
            ["checklist_versions.workspace_id", "checklist_versions.version_id"],
            name=op.f("fk_remembered_checklist_versions"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "remembered_id", name=op.f("pk_remembered")),
    )
    op.create_index("ix_remembered_name_key", "remembered", ["workspace_id", "name_key"])


def downgrade() -> None:
    op.drop_table("remembered")
