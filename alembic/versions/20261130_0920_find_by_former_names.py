"""Find a prospect by the names that it had before a correction.

Otherwise whoever corrects a name could screen the old one afresh, as if nobody had. The keys of
these names are written by `walkaway migrate` afterwards, as rules of ours make them.
"""

import sqlalchemy as sa

from alembic import op

revision = "0035_for_0032"
down_revision = "0034_for_0032"
branch_labels = None
depends_on = None

KEY = ("workspace_id", "prospect_id", "revision")
FORMER = {
    "sqlite": "json_extract(detail, '$.name.from')",
    "postgresql": "detail #>> '{name,from}'",
}


def upgrade() -> None:
    op.create_table(
        "former_names",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name="pk_former_names"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name="fk_former_names_prospects",
        ),
    )
    op.create_index("ix_former_names_name_key", "former_names", ["workspace_id", "name_key"])
    former = sa.literal_column(FORMER[op.get_bind().dialect.name], sa.Text)
    history = sa.table("history", *map(sa.column, (*KEY, "action")))
    renamed = sa.select(*(history.c[each] for each in KEY), former, sa.literal("")).where(
        history.c.action == "correct", former != ""
    )
    table = sa.table("former_names", *map(sa.column, (*KEY, "name", "name_key")))
    op.execute(sa.insert(table).from_select([each.name for each in table.c], renamed))


def downgrade() -> None:
    op.drop_table("former_names")
