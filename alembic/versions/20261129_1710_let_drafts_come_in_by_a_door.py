"""Let drafts come in by a door: its secret, what came in, and which messages speak of it.

SQLite cannot change a CHECK constraint, and adds a column only behind the constraints, so there the
outbox and the drafts are made anew, with their indexes and triggers.
"""

import sqlalchemy as sa

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NEW_KINDS = "'intake', 'intake_rewrite'"
LAST_KIND = "'retention'"
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line', "
    "'closing_line', 'nudge', 'nudge_rewrite', 'outcome', 'managers', 'managers_rewrite', "
    "'handed_over', 'override_asked', 'override_rewrite', 'override_news', 'override_lapsed', "
    "'request_line', 'kill_date_line', 'undeliverable', 'settings_changed', 'digest', "
    "'digest_line', 'erasure', 'private_erasure', 'retention')"
)
MORE_KINDS = KINDS.replace(f"{LAST_KIND})", f"{LAST_KIND}, {NEW_KINDS})")
UPDATED = "\n\tupdated_at DATETIME NOT NULL, "
CAME_IN = "\n\tcame_at DATETIME, \n\twaits_since DATETIME, "
COLUMNS = ("came_at", "waits_since")
TABLES = (
    "managers_drafts",
    "nudge_drafts",
    "intake_messages",
    "intakes",
    "intake_history",
    "intake_doors",
)
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"


def upgrade() -> None:
    if on_postgresql():
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        change_kinds(MORE_KINDS)
        for column in COLUMNS:
            op.add_column("drafts", sa.Column(column, sa.DateTime(timezone=True)))
    else:
        make_anew("outbox", f"{LAST_KIND})", f"{LAST_KIND}, {NEW_KINDS})")
        make_anew("drafts", UPDATED, UPDATED + CAME_IN)
    is_waiting = sa.text("waits_since IS NOT NULL")
    op.create_index(
        "ix_drafts_waiting",
        "drafts",
        ["workspace_id", "member_id"],
        sqlite_where=is_waiting,
        postgresql_where=is_waiting,
    )
    create_door()
    create_intakes()
    create_items("nudge")
    create_items("managers")


def downgrade() -> None:
    """What waits without an owner is lost: the older version knows no draft of nobody."""
    for table in TABLES:
        op.drop_table(table)
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_intake_history()")
    op.execute("DELETE FROM drafts WHERE member_id = ''")
    op.execute(f"DELETE FROM outbox WHERE kind IN ({NEW_KINDS})")  # noqa: S608 - words of ours
    op.drop_index("ix_drafts_waiting", "drafts")
    if on_postgresql():
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        change_kinds(KINDS)
        for column in COLUMNS:
            op.drop_column("drafts", column)
    else:
        make_anew("outbox", f"{LAST_KIND}, {NEW_KINDS})", f"{LAST_KIND})")
        make_anew("drafts", CAME_IN, "")


def create_door() -> None:
    op.create_table(
        "intake_doors",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text()),
        sa.Column("window_began", sa.DateTime(timezone=True)),
        sa.Column("taken", sa.Integer(), nullable=False),
        in_workspace("intake_doors"),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_intake_doors"),
        sa.UniqueConstraint("secret_hash", name="uq_intake_doors_secret_hash"),
    )
    op.create_table(
        "intake_history",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        in_workspace("intake_history"),
        sa.PrimaryKeyConstraint("workspace_id", "number", name="pk_intake_history"),
        sa.CheckConstraint(
            "act IN ('opened', 'replaced', 'closed')", name=op.f("ck_intake_history_act")
        ),
        sqlite_with_rowid=False,
    )
    guard("intake_history", ("workspace_id", "number"))


def create_intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        in_workspace("intakes"),
        sa.PrimaryKeyConstraint("workspace_id", "intake_id", name="pk_intakes"),
        sa.UniqueConstraint("workspace_id", "key_hash", name="uq_intakes_workspace_id_key_hash"),
    )
    op.create_index("ix_intakes_draft", "intakes", ["workspace_id", "draft_id"])
    op.create_index("ix_intakes_name", "intakes", ["workspace_id", "name_key"])
    op.create_index("ix_intakes_at", "intakes", ["workspace_id", "at"])
    op.create_table(
        "intake_messages",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        in_workspace("intake_messages"),
        sa.PrimaryKeyConstraint("workspace_id", "dedupe_key", name="pk_intake_messages"),
    )
    op.create_index("ix_intake_messages_draft", "intake_messages", ["workspace_id", "draft_id"])


def create_items(audience: str) -> None:
    """Make the table of the drafts that the messages to an audience list."""
    table, messages = f"{audience}_drafts", f"{audience}_messages"
    message = ["workspace_id", "member_id", "day"]
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            message, [f"{messages}.{each}" for each in message], name=f"fk_{table}_{messages}"
        ),
        sa.PrimaryKeyConstraint(*message, "draft_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_draft", table, ["workspace_id", "draft_id"])


def in_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.workspace_id"], name=f"fk_{table}_workspaces"
    )


def guard(table: str, key: tuple[str, ...]) -> None:
    """Let a table only be added to."""
    if on_postgresql():
        op.execute(
            f"CREATE FUNCTION refuse_to_change_{table}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for trigger, verbs, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("never_truncated", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_is_{trigger} BEFORE {verbs} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{table}()"
            )
        return
    for verb in ("update", "delete"):
        op.execute(f"CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb} ON {table} {REFUSED}")
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    is_taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(
        f"CREATE TRIGGER {table}_is_never_replaced BEFORE insert ON {table}"
        f" WHEN {is_taken} {REFUSED}"
    )


def change_kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_outbox_kind"), "outbox", type_="check")
    op.create_check_constraint(op.f("ck_outbox_kind"), "outbox", kinds)


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
