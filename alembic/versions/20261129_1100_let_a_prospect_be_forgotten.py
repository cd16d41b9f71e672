"""Let a prospect be forgotten: a stage of its own, who did it, and a door in what is append-only.

SQLite cannot change a CHECK constraint, so there a table that has one is made anew, with its
indexes and triggers.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STAGES = "('open', 'walked_away', 'won', 'lost', 'ended')"
MORE_STAGES = "('open', 'walked_away', 'won', 'lost', 'ended', 'forgotten')"
DECISION = "(stage = 'open') = (decision_action IS NULL)"
LATER_DECISION = (
    "(stage <> 'open' OR decision_action IS NULL)"
    " AND (stage IN ('open', 'forgotten') OR decision_action IS NOT NULL)"
)
REST = (
    " AND (decision_action IS NULL) = (decision_by IS NULL)"
    " AND (decision_action IS NULL) = (decision_at IS NULL)"
)
NEW_KINDS = "'erasure', 'private_erasure', 'retention'"
LAST_KIND = "'digest_line'"
DOORS = {"history": "detail", "lapses": "words"}
GUARDED = {
    "history": ("workspace_id", "prospect_id", "revision", "action", "by", "at"),
    "lapses": ("workspace_id", "prospect_id", "what", "about", "day", "at", "asked_by"),
}
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"
"""What earlier migrations changed in the same transaction may wait to be checked."""
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line', "
    "'closing_line', 'nudge', 'nudge_rewrite', 'outcome', 'managers', 'managers_rewrite', "
    "'handed_over', 'override_asked', 'override_rewrite', 'override_news', 'override_lapsed', "
    "'request_line', 'kill_date_line', 'undeliverable', 'settings_changed', 'digest', "
    "'digest_line')"
)
MORE_KINDS = KINDS.replace(f"{LAST_KIND})", f"{LAST_KIND}, {NEW_KINDS})")


def upgrade() -> None:
    create_tables()
    if on_postgresql():
        op.execute(CHECK_NOW)
        change_check("prospects", "stage", f"stage IN {MORE_STAGES}")
        change_check("prospects", "decision", LATER_DECISION + REST)
        change_check("outbox", "kind", MORE_KINDS)
    else:
        make_anew("prospects", [(STAGES, MORE_STAGES), (DECISION, LATER_DECISION)])
        make_anew("outbox", [(f"{LAST_KIND})", f"{LAST_KIND}, {NEW_KINDS})")])
    for table in DOORS:
        guard(table, has_door=True)


def downgrade() -> None:
    """What was forgotten is lost: the older version knows no other stage for it."""
    for table in DOORS:
        guard(table, has_door=False)
    op.execute(
        "UPDATE prospects SET stage = 'lost', decision_action = coalesce(decision_action, 'lost'),"
        " decision_by = coalesce(decision_by, owner),"
        " decision_at = coalesce(decision_at, created_at) WHERE stage = 'forgotten'"
    )
    op.execute(f"DELETE FROM outbox WHERE kind IN ({NEW_KINDS})")  # noqa: S608 - words of ours
    if on_postgresql():
        op.execute(CHECK_NOW)
        change_check("prospects", "stage", f"stage IN {STAGES}")
        change_check("prospects", "decision", DECISION + REST)
        change_check("outbox", "kind", KINDS)
        op.drop_table("forgettings")
        op.execute("DROP FUNCTION refuse_to_change_forgettings()")
    else:
        make_anew("prospects", [(MORE_STAGES, STAGES), (LATER_DECISION, DECISION)])
        make_anew("outbox", [(f"{LAST_KIND}, {NEW_KINDS})", f"{LAST_KIND})")])
        op.drop_table("forgettings")
    op.drop_table("digest_items")
    op.drop_table("sweeps")


def create_tables() -> None:
    op.create_table(
        "forgettings",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text()),
        sa.CheckConstraint("why IN ('asked', 'age')", name=op.f("ck_forgettings_why")),
        prospect_of("forgettings"),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", "why", name="pk_forgettings"),
        sqlite_with_rowid=False,
    )
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION refuse_to_change_forgettings() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        for trigger, verbs, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("never_truncated", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER forgettings_is_{trigger} BEFORE {verbs} ON forgettings"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_to_change_forgettings()"
            )
    else:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER forgettings_is_never_{verb}d BEFORE {verb} ON forgettings"
                f" {REFUSED}"
            )
        is_taken = (
            "EXISTS (SELECT 1 FROM forgettings WHERE workspace_id = NEW.workspace_id"
            " AND prospect_id = NEW.prospect_id AND why = NEW.why)"
        )
        op.execute(
            "CREATE TRIGGER forgettings_is_never_replaced BEFORE insert ON forgettings"
            f" WHEN {is_taken} {REFUSED}"
        )
    op.create_table(
        "sweeps",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_sweeps_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_sweeps"),
    )
    op.create_table(
        "digest_items",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        prospect_of("digest_items"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "monday"],
            ["digests.workspace_id", "digests.monday"],
            name="fk_digest_items_digests",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "monday", "prospect_id", name="pk_digest_items"),
    )
    op.create_index("ix_digest_items_prospect", "digest_items", ["workspace_id", "prospect_id"])


def prospect_of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "prospect_id"],
        ["prospects.workspace_id", "prospects.prospect_id"],
        name=f"fk_{table}_prospects",
    )


def guard(table: str, *, has_door: bool) -> None:
    """Let a table refuse changes, with a door for what is being forgotten or without one."""
    same = "IS NOT DISTINCT FROM" if on_postgresql() else "IS"
    unchanged = " AND ".join(f'NEW."{each}" {same} OLD."{each}"' for each in GUARDED[table])
    is_open = (
        f"{unchanged} AND EXISTS (SELECT 1 FROM forgettings AS noted JOIN prospects AS its"  # noqa: S608
        " ON its.workspace_id = noted.workspace_id AND its.prospect_id = noted.prospect_id"
        " WHERE noted.workspace_id = OLD.workspace_id AND noted.prospect_id = OLD.prospect_id"
        " AND its.stage <> 'forgotten')"
    )
    if on_postgresql():
        door = f"IF TG_OP = 'UPDATE' THEN IF {is_open} THEN RETURN NEW; END IF; END IF; "
        refusal = f"{door if has_door else ''}RAISE EXCEPTION 'append-only';"
        op.execute(
            f"CREATE OR REPLACE FUNCTION refuse_to_change_{table}() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ BEGIN {refusal} END $$"
        )
        return
    door = f" WHEN NOT ({is_open})" if has_door else ""
    op.execute(f"DROP TRIGGER {table}_is_never_updated")
    op.execute(f"CREATE TRIGGER {table}_is_never_updated BEFORE update ON {table}{door} {REFUSED}")


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def change_check(table: str, name: str, after: str) -> None:
    constraint = op.f(f"ck_{table}_{name}")
    op.drop_constraint(constraint, table, type_="check")
    op.create_check_constraint(constraint, table, after)


def make_anew(table: str, words: Iterable[tuple[str, str]]) -> None:
    """Make a table of SQLite anew, with its indexes and triggers, and with words replaced."""
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
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
