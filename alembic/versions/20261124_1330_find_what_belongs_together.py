"""Find the rest of a lane, and what belongs to a prospect, each by an index of its own.

PostgreSQL looked for the rest of a lane in the index of what is due. SQLite read all of the outbox
and all prospects whenever a prospect was filed: it looks for what points to a new row.
"""

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LANE = ["workspace_id", "recipient", "row_id"]
INDEXES = (
    ("ix_prospects_qualification", "prospects", "qualification_id"),
    ("ix_qualifications_prospect", "qualifications", "prospect_id"),
    ("ix_outbox_prospect", "outbox", "prospect_id"),
    ("ix_outbox_qualification", "outbox", "qualification_id"),
)


def upgrade() -> None:
    make_lane_anew("state NOT IN ('sent', 'dead')")
    for name, table, column in INDEXES:
        op.create_index(name, table, ["workspace_id", column])


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    make_lane_anew("state IN ('pending', 'claimed')")


def make_lane_anew(only: str) -> None:
    where = sa.text(only)
    op.drop_index("ix_outbox_lane", "outbox")
    op.create_index("ix_outbox_lane", "outbox", LANE, sqlite_where=where, postgresql_where=where)
