"""Keep when a message died, and when it is tried again whether it can be sent.

SQLite adds a column only behind the constraints, so there the table is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BEFORE = "\n\twritten_at DOUBLE NOT NULL, "
ADDED = "\n\tdied_at DOUBLE, \n\task_at DOUBLE, "
ASKED = sa.text("ask_at IS NOT NULL")


def upgrade() -> None:
    if on_postgresql():
        op.add_column("outbox", sa.Column("died_at", sa.Double()))
        op.add_column("outbox", sa.Column("ask_at", sa.Double()))
    else:
        make_anew("outbox", BEFORE, BEFORE + ADDED)
    op.create_index(
        "ix_outbox_ask", "outbox", ["ask_at"], sqlite_where=ASKED, postgresql_where=ASKED
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_ask", table_name="outbox")
    if on_postgresql():
        op.drop_column("outbox", "ask_at")
        op.drop_column("outbox", "died_at")
    else:
        make_anew("outbox", ADDED, "")


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
