"""Keep of which digests everybody is known whom they name.

Those of before have no row for whom they praise, and the oldest have none at all.
"""

import sqlalchemy as sa

from alembic import op

revision = "0036"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "digests",
        sa.Column("names_known", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("digests", "names_known")
