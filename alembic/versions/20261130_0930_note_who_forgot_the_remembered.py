"""Note who forgot somebody remembered, and since when it is told that the remembered go by age.

Where a workspace was told before that only what was decided goes, it has to be told again. SQLite
adds a column only behind the constraints, so there the table is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0036_for_0032"
down_revision = "0035_for_0032"
branch_labels = None
depends_on = None

EXPORTED_AT = "\n\texported_at DATETIME, "
REMEMBERED_TOO = "\n\tremembered_too_on DATE, "
TABLE = "remembered_forgettings"
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"


def upgrade() -> None:
    create_table()
    if on_postgresql():
        op.add_column("keepings", sa.Column("remembered_too_on", sa.Date()))
    else:
        make_anew("keepings", EXPORTED_AT, EXPORTED_AT + REMEMBERED_TOO)


def downgrade() -> None:
    if on_postgresql():
        op.drop_column("keepings", "remembered_too_on")
        op.drop_table(TABLE)
        op.execute(f"DROP FUNCTION refuse_to_change_{TABLE}()")
    else:
        make_anew("keepings", REMEMBERED_TOO, "")
        op.drop_table(TABLE)


def create_table() -> None:
    op.create_table(
        TABLE,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("remembered_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text()),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=f"fk_{TABLE}_workspaces"
        ),
        sa.CheckConstraint("why IN ('asked', 'age')", name=op.f(f"ck_{TABLE}_why")),
        sa.PrimaryKeyConstraint("workspace_id", "remembered_id", name=f"pk_{TABLE}"),
        sqlite_with_rowid=False,
    )
    if on_postgresql():
        op.execute(
            f"CREATE FUNCTION refuse_to_change_{TABLE}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for trigger, verbs, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("never_truncated", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {TABLE}_is_{trigger} BEFORE {verbs} ON {TABLE}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{TABLE}()"
            )
        return
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {TABLE}_is_never_{verb}d BEFORE {verb} ON {TABLE} {REFUSED}")
    op.execute(
        f"CREATE TRIGGER {TABLE}_is_never_replaced BEFORE insert ON {TABLE}"  # noqa: S608
        f" WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE workspace_id = NEW.workspace_id"
        f" AND remembered_id = NEW.remembered_id) {REFUSED}"
    )


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
