"""Keep what lapsed, and refuse every way there is to change what is kept.

Requests that lapsed before are kept with the rest; when a condition or a kill date was noted,
nobody knows any more. SQLite cannot take the row number from a table: there it is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEYS = {
    "history": ("workspace_id", "prospect_id", "revision"),
    "outcome_answers": (
        "workspace_id",
        "prospect_id",
        "ending",
        "ended_on",
        "after",
        "position",
    ),
}
LAPSE = ("workspace_id", "prospect_id", "what", "about")
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
WITHOUT_ROWID = "\n WITHOUT ROWID\n\n"


def upgrade() -> None:
    create_lapses()
    for table, key in KEYS.items():
        if on_postgresql():
            refuse_to_truncate(table)
        else:
            make_anew(table, with_rowid=False)
            refuse_to_replace(table, key)


def downgrade() -> None:
    for table in KEYS:
        if on_postgresql():
            op.execute(f"DROP TRIGGER {table}_is_never_truncated ON {table}")
        else:
            op.execute(f"DROP TRIGGER {table}_is_never_replaced")
            make_anew(table, with_rowid=True)
    op.drop_table("lapses")
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_lapses()")


def create_lapses() -> None:
    op.create_table(
        "lapses",
        *(sa.Column(name, sa.Text(), nullable=False) for name in LAPSE),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name="fk_lapses_prospects",
        ),
        sa.CheckConstraint(
            "what IN ('condition', 'request', 'override')", name=op.f("ck_lapses_what")
        ),
        sa.PrimaryKeyConstraint(*LAPSE, name="pk_lapses"),
        sqlite_with_rowid=False,
    )
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION refuse_to_change_lapses() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER lapses_is_append_only BEFORE UPDATE OR DELETE ON lapses"
            " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_lapses()"
        )
        refuse_to_truncate("lapses")
    else:
        for verb in ("update", "delete"):
            op.execute(f"CREATE TRIGGER lapses_is_never_{verb}d BEFORE {verb} ON lapses {REFUSED}")
        refuse_to_replace("lapses", LAPSE)
    op.execute(
        "INSERT INTO lapses (workspace_id, prospect_id, what, about, day, at, asked_by)"
        " SELECT workspace_id, prospect_id, 'request', override_id, lapses_on, over_at, asked_by"
        " FROM overrides WHERE state = 'lapsed'"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def refuse_to_truncate(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_{table}()"
    )


def refuse_to_replace(table: str, key: tuple[str, ...]) -> None:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    is_taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(
        f"CREATE TRIGGER {table}_is_never_replaced BEFORE insert ON {table}"
        f" WHEN {is_taken} {REFUSED}"
    )


def make_anew(table: str, *, with_rowid: bool) -> None:
    """Make a table of SQLite anew with its triggers, and with or without a number for each row."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    create = create.removesuffix(WITHOUT_ROWID) if with_rowid else create + WITHOUT_ROWID
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
