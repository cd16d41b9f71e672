"""Keep the words of each prospect's name, by which similar names are found.

They are filled in by `walkaway migrate` afterwards, with the keys: the rules that make them are
code and tables, which a migration does not import. Until then nothing is similar. SQLite adds a
column only behind the constraints, so there the table is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = "\n\tnot_before DATE, "
ADDED = "\n\tname_words TEXT DEFAULT '' NOT NULL, "


def upgrade() -> None:
    if on_postgresql():
        words = sa.Column("name_words", sa.Text(), nullable=False, server_default="")
        op.add_column("prospects", words)
    else:
        make_anew("prospects", BEFORE, BEFORE + ADDED)
    columns = ["workspace_id", sa.text("length(name_words)"), "name_words"]
    op.create_index("ix_prospects_name_words", "prospects", columns)


def downgrade() -> None:
    op.drop_index("ix_prospects_name_words", "prospects")
    if on_postgresql():
        op.drop_column("prospects", "name_words")
    else:
        make_anew("prospects", ADDED, "")


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
