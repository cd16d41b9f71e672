"""Note which tables were swept of what was forgotten.

A process of the version before sweeps only the tables that it knows, and then removes its row from
`sweeps`. A trigger counts what it erased, so that a newer one sweeps the others. Wherever anything
was forgotten before, each table is swept once more: who swept it may not have known them all.
"""

import sqlalchemy as sa

from alembic import op

revision = "0039_for_0032"
down_revision = "0038_for_0032"
branch_labels = None
depends_on = None

COUNT = (
    "INSERT INTO sweeps_due (workspace_id, number, since)"
    " VALUES (NEW.workspace_id, 1, NEW.since) ON CONFLICT (workspace_id)"
    " DO UPDATE SET number = sweeps_due.number + 1, since = excluded.since"
)
ERASED_BEFORE = """
INSERT INTO sweeps_due (workspace_id, number, since)
SELECT workspace_id, 1, MAX(at)
FROM (
    SELECT workspace_id, since AS at FROM sweeps
    UNION ALL SELECT workspace_id, at FROM forgettings
    UNION ALL SELECT workspace_id, at FROM remembered_forgettings
) AS erased
GROUP BY workspace_id
"""


def upgrade() -> None:
    op.create_table(
        "sweeps_due",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_sweeps_due_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_sweeps_due"),
    )
    op.create_table(
        "swept_tables",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_swept_tables_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "table_name", name="pk_swept_tables"),
    )
    count_sweeps()
    op.execute(ERASED_BEFORE)


def downgrade() -> None:
    if on_postgresql():
        op.execute("DROP TRIGGER sweeps_are_counted ON sweeps")
        op.execute("DROP FUNCTION count_sweeps()")
    else:
        for verb in ("insert", "update"):
            op.execute(f"DROP TRIGGER sweeps_are_counted_on_{verb}")
    op.drop_table("swept_tables")
    op.drop_table("sweeps_due")


def count_sweeps() -> None:
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION count_sweeps() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {COUNT}; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER sweeps_are_counted AFTER INSERT OR UPDATE ON sweeps"
            " FOR EACH ROW EXECUTE FUNCTION count_sweeps()"
        )
        return
    for verb in ("insert", "update"):
        name = f"sweeps_are_counted_on_{verb}"
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON sweeps BEGIN {COUNT}; END")


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
