"""Note which tables were swept, and by which settings looks were planned.

Whoever changes settings can't see what others are planning by those of before. So each look says
which change of settings it knows of, and the clock finds those that know of none, or too few.

A process of the version before sweeps only the tables that it knows, and then removes its row from
`sweeps`. A trigger counts what it erased, so that a newer one sweeps the others. Wherever anything
was forgotten before, each table is swept once more: who swept it may not have known them all.

Tables are locked in the order in which who forgets a prospect locks them. SQLite adds a column only
behind the constraints, so there the table is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0039_for_0032"
down_revision = "0038_for_0032"
branch_labels = None
depends_on = None

IS_LAPSE = "\n\tis_lapse BOOLEAN NOT NULL, "
LATEST_CHANGE = "\n\tlatest_change INTEGER DEFAULT '0' NOT NULL, "
KNOW_THE_LATEST = """
UPDATE looks SET latest_change = (
    SELECT COALESCE(MAX(number), 0) FROM settings_history
    WHERE settings_history.workspace_id = looks.workspace_id
)
"""
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
    if on_postgresql():
        column = sa.Column("latest_change", sa.Integer(), nullable=False, server_default="0")
        op.add_column("looks", column)
    else:
        make_anew("looks", IS_LAPSE, IS_LAPSE + LATEST_CHANGE)
    op.execute(KNOW_THE_LATEST)
    op.create_index("ix_looks_latest_change", "looks", ["workspace_id", "latest_change"])
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
    op.drop_index("ix_looks_latest_change", table_name="looks")
    if on_postgresql():
        op.drop_column("looks", "latest_change")
    else:
        make_anew("looks", LATEST_CHANGE, "")


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


def make_anew(table: str, before: str, after: str) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and with words replaced."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    if before not in create:
        raise LookupError(before)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}"))  # noqa: S608
    kept = columns_of("kept_rows")
    op.drop_table(table)
    connection.exec_driver_sql(create.replace(before, after))
    both = ", ".join(column for column in columns_of(table) if column in kept)
    op.execute(sa.text(f"INSERT INTO {table} ({both}) SELECT {both} FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)


def columns_of(table: str) -> list[str]:
    return [row.name for row in op.get_bind().exec_driver_sql(f"PRAGMA table_info({table})")]
