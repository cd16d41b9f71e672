"""Let delivery look before it sends again, tell of trouble once a turn, and wait for Slack.

What was written before has no time of its own: it is looked for among all that was ever said.
"""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SENT_AT = "sent_at DOUBLE, "
ADDED = """
\tmay_be_twice BOOLEAN NOT NULL,
\twritten_at DOUBLE NOT NULL, """

NOT_BEFORE = "not_before DOUBLE NOT NULL, "
TURN = """
\tturn INTEGER NOT NULL, """


def upgrade() -> None:
    if on_postgresql():
        add("outbox", "may_be_twice", sa.Boolean(), "false")
        add("outbox", "written_at", sa.Double(), "0")
        add("lanes", "turn", sa.Integer(), "0")
    else:
        make_anew(
            "outbox", {SENT_AT: SENT_AT + ADDED}, {"may_be_twice": "false", "written_at": "0"}
        )
        make_anew("lanes", {NOT_BEFORE: NOT_BEFORE + TURN}, {"turn": "0"})
    op.create_table(
        "workspace_pauses",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_workspace_pauses_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_workspace_pauses"),
    )


def downgrade() -> None:
    op.drop_table("workspace_pauses")
    if on_postgresql():
        op.drop_column("outbox", "may_be_twice")
        op.drop_column("outbox", "written_at")
        op.drop_column("lanes", "turn")
    else:
        make_anew("outbox", {ADDED: ""})
        make_anew("lanes", {TURN: ""})


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def add(table: str, column: str, kind: sa.types.TypeEngine[bool | float], filled: str) -> None:
    op.add_column(table, sa.Column(column, kind, nullable=False, server_default=sa.text(filled)))
    op.alter_column(table, column, server_default=None)


def make_anew(
    table: str,
    words: Mapping[str, str],
    added: Mapping[str, str] = MappingProxyType({}),
    *,
    only: str = "true",
) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and with `words` replaced.

    What stands in a column that is `added` is said with it; of the rows `only` some are kept.
    """
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    for before, after in words.items():
        if before not in create:
            raise LookupError(before)
        create = create.replace(before, after)
    keep = sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table} WHERE {only}")  # noqa: S608
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(keep)
    op.drop_table(table)
    connection.exec_driver_sql(create)
    columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    values = ", ".join(added.get(column, column) for column in columns)
    fill = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM kept_rows"  # noqa: S608
    op.execute(sa.text(fill))
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
