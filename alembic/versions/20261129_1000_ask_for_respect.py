"""Ask how a client respects us, and how a no was taken.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew, with its
indexes and triggers.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ASKS = "('paid', 'hours', 'again', 'regret')"
MORE_ASKS = "('paid', 'hours', 'again', 'respect', 'regret', 'taken')"
KEPT = "ask NOT IN ('respect', 'taken')"


def upgrade() -> None:
    change_words("outcome_answers", {"ask": (ASKS, MORE_ASKS)})


def downgrade() -> None:
    if on_postgresql():
        op.execute("ALTER TABLE outcome_answers DISABLE TRIGGER outcome_answers_is_append_only")
        op.execute(f"DELETE FROM outcome_answers WHERE NOT ({KEPT})")  # noqa: S608 - ours
        op.execute("ALTER TABLE outcome_answers ENABLE TRIGGER outcome_answers_is_append_only")
    change_words("outcome_answers", {"ask": (MORE_ASKS, ASKS)}, only=KEPT)


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_words(table: str, columns: dict[str, tuple[str, str]], *, only: str = "true") -> None:
    """Let columns take other words than before."""
    if not on_postgresql():
        make_anew(table, columns.values(), only)
        return
    for column, (_, after) in columns.items():
        constraint = op.f(f"ck_{table}_{column}")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, f"{column} IN {after}")


def make_anew(table: str, words: Iterable[tuple[str, str]], only: str) -> None:
    """Make a table of SQLite anew, with words replaced; of its rows `only` some are kept."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    for before, after in words:
        if before not in create:
            raise LookupError(before)
        create = create.replace(before, after)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
