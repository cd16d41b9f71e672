"""Keep of which digests everybody is known whom they name.

Those of before have no row for whom they praise, and the oldest have none at all. SQLite adds a
column only behind the constraints, so there the table is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0034_for_0032"
down_revision = "0033_for_0032"
branch_labels = None
depends_on = None

TS = "\n\tts TEXT, "
KNOWN = "\n\tnames_known BOOLEAN DEFAULT 0 NOT NULL, "


def upgrade() -> None:
    if on_postgresql():
        known = sa.Column("names_known", sa.Boolean(), server_default=sa.false(), nullable=False)
        op.add_column("digests", known)
    else:
        make_anew("digests", TS, TS + KNOWN)


def downgrade() -> None:
    if on_postgresql():
        op.drop_column("digests", "names_known")
    else:
        make_anew("digests", KNOWN, "")


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
