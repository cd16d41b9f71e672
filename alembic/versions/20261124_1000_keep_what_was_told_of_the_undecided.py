"""Keep what owners were told of the undecided.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew: from its own
statement with the new words in it, filled again before the transaction ends, when its foreign
keys are looked at.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REASONS = "due_reason IN ('verdict', 'condition')"
MORE_REASONS = "due_reason IN ('verdict', 'condition', 'sign_of_life')"


def upgrade() -> None:
    change_checks("prospects", {"ck_prospects_due_reason": (REASONS, MORE_REASONS)})


def downgrade() -> None:
    op.execute("UPDATE prospects SET due_reason = 'verdict' WHERE due_reason = 'sign_of_life'")
    change_checks("prospects", {"ck_prospects_due_reason": (MORE_REASONS, REASONS)})


def change_checks(table: str, checks: Mapping[str, tuple[str, str]]) -> None:
    """Put the second expression in place of the first, for each constraint that is named."""
    if op.get_bind().dialect.name == "postgresql":
        for name, (_, after) in checks.items():
            op.drop_constraint(op.f(name), table, type_="check")
            op.create_check_constraint(op.f(name), table, after)
    else:
        make_anew(table, checks.values())


def make_anew(table: str, words: Collection[tuple[str, str]]) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and `words` replaced."""
    connection = op.get_bind()
    statements = connection.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    )
    create, *others = statements.scalars().all()
    for before, after in words:
        if before not in create:
            raise LookupError(before)
        create = create.replace(before, after)
    fill = sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows")  # noqa: S608 - a name of ours
    keep = sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}")  # noqa: S608 - likewise
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(keep)
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(fill)
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
