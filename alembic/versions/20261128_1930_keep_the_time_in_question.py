"""Keep since when each prospect is in question, and its backstop.

What is there already counts from its present due date, ten working days of a week without holidays:
the earlier due dates are not known. SQLite adds a column only behind the constraints, so there the
table is made anew.
"""

from datetime import timedelta

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = "\n\tname_words TEXT DEFAULT '' NOT NULL, "
ADDED = (
    "\n\tis_discussed BOOLEAN DEFAULT 0 NOT NULL, "
    "\n\tquestion_revision INTEGER, "
    "\n\tquestion_first_due DATE, "
    "\n\tquestion_backstop DATE, "
    "\n\tquestion_left_at DATETIME, "
    "\n\tquestion_back_at DATETIME, "
    "\n\tquestion_freed_on DATE, "
)
IS_OPEN = sa.text("stage = 'open' AND question_backstop IS NOT NULL")
TWO_WEEKS = timedelta(days=14)


def upgrade() -> None:
    if on_postgresql():
        for column in new_columns():
            op.add_column("prospects", column)
    else:
        make_anew("prospects", BEFORE, BEFORE + ADDED)
    op.create_index(
        "ix_prospects_backstop",
        "prospects",
        ["workspace_id", "question_backstop"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    fill()


def downgrade() -> None:
    op.drop_index("ix_prospects_backstop", "prospects")
    if on_postgresql():
        for column in new_columns():
            op.drop_column("prospects", column.name)
    else:
        make_anew("prospects", ADDED, "")


def new_columns() -> list[sa.Column]:
    instant = sa.DateTime(timezone=True)
    return [
        sa.Column("is_discussed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("question_revision", sa.Integer()),
        sa.Column("question_first_due", sa.Date()),
        sa.Column("question_backstop", sa.Date()),
        sa.Column("question_left_at", instant),
        sa.Column("question_back_at", instant),
        sa.Column("question_freed_on", sa.Date()),
    ]


def fill() -> None:
    prospects = sa.table(
        "prospects",
        sa.column("due_on", sa.Date()),
        sa.column("question_revision", sa.Integer()),
        sa.column("question_first_due", sa.Date()),
        sa.column("question_backstop", sa.Date()),
    )
    connection = op.get_bind()
    due = prospects.c.due_on
    for day in connection.scalars(sa.select(due).where(due.is_not(None)).distinct()).all():
        values = {
            "question_revision": 1,
            "question_first_due": day,
            "question_backstop": day + TWO_WEEKS,
        }
        connection.execute(sa.update(prospects).where(due == day).values(values))


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
