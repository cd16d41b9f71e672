"""Find what happened, and what was decided, lately by an index.

App Home and the digest tell of weeks, and read all that ever happened.
"""

from alembic import op

revision = "0030_for_0029"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_history_at", "history", ["workspace_id", "at"])
    decided = ["workspace_id", "decision_at", "prospect_id"]
    op.create_index("ix_prospects_decided", "prospects", decided)


def downgrade() -> None:
    op.drop_index("ix_prospects_decided", "prospects")
    op.drop_index("ix_history_at", "history")
