"""Find the overrides and the drafts of a prospect by an index.

Without one, each change of a prospect on SQLite looked through all overrides there ever were.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_overrides_prospect", "overrides", ["workspace_id", "prospect_id"])
    op.create_index("ix_drafts_prospect", "drafts", ["workspace_id", "prospect_id"])


def downgrade() -> None:
    op.drop_index("ix_drafts_prospect", "drafts")
    op.drop_index("ix_overrides_prospect", "overrides")
