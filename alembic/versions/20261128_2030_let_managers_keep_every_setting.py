"""Let managers keep every setting, and keep its history and the variables seen.

The working days and referrals that were chosen before stand with the others from now on. Their own
tables stay for the processes of the version before, and are dropped a release later.
"""

from collections import defaultdict

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE, AFTER = (
    "'kill_date_line', 'undeliverable'",
    ("'kill_date_line', 'undeliverable', 'settings_changed'"),
)
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line',"
    " 'closing_line', 'nudge', 'nudge_rewrite', 'outcome', 'managers', 'managers_rewrite',"
    " 'handed_over', 'override_asked', 'override_rewrite', 'override_news', 'override_lapsed',"
    " 'request_line', 'kill_date_line', 'undeliverable')"
)
CURRENCY = "\n\tcurrency TEXT NOT NULL, "
CHOSEN = "\n\tchosen JSON DEFAULT '{}' NOT NULL, "
HISTORY = "settings_history"
HISTORY_KEY = ("workspace_id", "number")
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
WORKSPACES = sa.table(
    "workspaces", sa.column("workspace_id", sa.Text()), sa.column("chosen", sa.JSON())
)


def upgrade() -> None:
    if on_postgresql():
        chosen = sa.Column("chosen", sa.JSON(), nullable=False, server_default="{}")
        op.add_column("workspaces", chosen)
    else:
        make_anew("workspaces", CURRENCY, CURRENCY + CHOSEN)
    keep_what_was_chosen()
    create_history()
    op.create_table(
        "variables_seen",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("variable", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_variables_seen_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "variable", name="pk_variables_seen"),
    )
    if on_postgresql():
        change_kinds(KINDS.replace(BEFORE, AFTER))
    else:
        make_anew("outbox", BEFORE, AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind = 'settings_changed'")
    if on_postgresql():
        change_kinds(KINDS)
    else:
        make_anew("outbox", AFTER, BEFORE)
    op.drop_table("variables_seen")
    op.drop_table(HISTORY)
    if on_postgresql():
        op.execute(f"DROP FUNCTION refuse_to_change_{HISTORY}()")
    if on_postgresql():
        op.drop_column("workspaces", "chosen")
    else:
        make_anew("workspaces", CHOSEN, "")


def keep_what_was_chosen() -> None:
    connection = op.get_bind()
    chosen: dict[str, dict[str, object]] = defaultdict(dict)
    weeks = sa.text("SELECT workspace_id, weekdays FROM working_weeks WHERE weekdays != '01234'")
    for row in connection.execute(weeks).all():
        chosen[row.workspace_id]["weekdays"] = [int(day) for day in row.weekdays]
    lines: dict[str, list[str]] = defaultdict(list)
    listed = sa.text("SELECT workspace_id, line FROM referrals ORDER BY workspace_id, position")
    for row in connection.execute(listed).all():
        lines[row.workspace_id].append(row.line)
    for workspace_id, referrals in lines.items():
        chosen[workspace_id]["referrals"] = referrals
    for workspace_id, settings in chosen.items():
        its_row = WORKSPACES.c.workspace_id == workspace_id
        connection.execute(sa.update(WORKSPACES).where(its_row).values(chosen=settings))


def create_history() -> None:
    op.create_table(
        HISTORY,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name=f"fk_{HISTORY}_workspaces"
        ),
        sa.PrimaryKeyConstraint(*HISTORY_KEY, name=f"pk_{HISTORY}"),
        sqlite_with_rowid=False,
    )
    if on_postgresql():
        op.execute(
            f"CREATE FUNCTION refuse_to_change_{HISTORY}() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for trigger, verbs, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("never_truncated", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {HISTORY}_is_{trigger} BEFORE {verbs} ON {HISTORY}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_{HISTORY}()"
            )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {HISTORY}_is_never_{verb}d BEFORE {verb} ON {HISTORY} {REFUSED}"
        )
    same = " AND ".join(f"{column} = NEW.{column}" for column in HISTORY_KEY)
    is_taken = f"EXISTS (SELECT 1 FROM {HISTORY} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(
        f"CREATE TRIGGER {HISTORY}_is_never_replaced BEFORE insert ON {HISTORY}"
        f" WHEN {is_taken} {REFUSED}"
    )


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
