"""Let messages that ask for an answer to a request be rewritten, and know which one it is.

Those that were written before tell it by their keys: `asked:REQUEST:MANAGER:N`. SQLite cannot
change a CHECK constraint: there the table of messages is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE, AFTER = "'override_asked', ", "'override_asked', 'override_rewrite', "
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line',"
    " 'closing_line', 'nudge', 'nudge_rewrite', 'outcome', 'managers', 'managers_rewrite',"
    " 'handed_over', 'override_asked', 'override_news', 'override_lapsed', 'request_line',"
    " 'kill_date_line', 'undeliverable')"
)
OUTBOX = sa.table(
    "outbox",
    sa.column("row_id", sa.Integer()),
    sa.column("kind", sa.Text()),
    sa.column("dedupe_key", sa.Text()),
    sa.column("detail", sa.JSON()),
)


def upgrade() -> None:
    if on_postgresql():
        change_kinds(KINDS.replace(BEFORE, AFTER))
    else:
        make_anew("outbox", BEFORE, AFTER)
    name_requests()


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind = 'override_rewrite'")
    if on_postgresql():
        change_kinds(KINDS)
    else:
        make_anew("outbox", AFTER, BEFORE)


def name_requests() -> None:
    connection = op.get_bind()
    asked = sa.select(OUTBOX.c.row_id, OUTBOX.c.dedupe_key).where(OUTBOX.c.kind == "override_asked")
    for row in connection.execute(asked).all():
        detail = {"request": row.dedupe_key.split(":")[1]}
        its_row = OUTBOX.c.row_id == row.row_id
        connection.execute(sa.update(OUTBOX).where(its_row).values(detail=detail))


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_kinds(kinds: str) -> None:
    constraint = op.f("ck_outbox_kind")
    op.drop_constraint(constraint, "outbox", type_="check")
    op.create_check_constraint(constraint, "outbox", kinds)


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
    op.drop_table(table)
    connection.exec_driver_sql(create.replace(before, after))
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
