"""Ask owners what came of their clients and walk-aways.

What ended before is asked about as well, on the mornings that are still to come. SQLite cannot
change a CHECK constraint: there the table of messages is made anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE, AFTER = "'nudge_rewrite', ", "'nudge_rewrite', 'outcome', "
KINDS = (
    "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'lapse_line',"
    " 'closing_line', 'nudge', 'nudge_rewrite', 'managers', 'managers_rewrite', 'handed_over',"
    " 'override_asked', 'override_news', 'override_lapsed', 'request_line', 'kill_date_line',"
    " 'undeliverable')"
)
QUESTION = ("workspace_id", "prospect_id", "ending", "ended_on", "after")
MESSAGE = ("workspace_id", "member_id", "day")


def upgrade() -> None:
    if on_postgresql():
        change_kinds(KINDS.replace(BEFORE, AFTER))
    else:
        make_anew("outbox", BEFORE, AFTER)
    create_questions()
    create_answers()
    create_items()
    ask_about_what_ended()


def downgrade() -> None:
    for table in ("outcome_items", "outcome_answers", "outcome_questions"):
        op.drop_table(table)
    op.execute("DELETE FROM outbox WHERE kind = 'outcome'")
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_outcome_answers()")
        change_kinds(KINDS)
    else:
        make_anew("outbox", AFTER, BEFORE)


def key_of_question() -> list[sa.Column[object]]:
    return [
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("after", sa.Integer(), autoincrement=False, nullable=False),
    ]


def of_question(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        QUESTION,
        [f"outcome_questions.{name}" for name in QUESTION],
        name=f"fk_{table}_outcome_questions",
    )


def create_questions() -> None:
    op.create_table(
        "outcome_questions",
        *key_of_question(),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Date()),
        sa.Column("asked_on", sa.Date()),
        sa.Column("put_off_on", sa.Date()),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "ending IN ('won', 'walked_away')", name=op.f("ck_outcome_questions_ending")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name="fk_outcome_questions_prospects",
        ),
        sa.PrimaryKeyConstraint(*QUESTION, name="pk_outcome_questions"),
    )
    op.create_index(
        "ix_outcome_questions_owner", "outcome_questions", ["workspace_id", "owner", "is_waiting"]
    )


def create_answers() -> None:
    op.create_table(
        "outcome_answers",
        *key_of_question(),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ask IN ('paid', 'hours', 'again', 'regret')", name=op.f("ck_outcome_answers_ask")
        ),
        of_question("outcome_answers"),
        sa.PrimaryKeyConstraint(*QUESTION, "position", name="pk_outcome_answers"),
    )
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION refuse_to_change_outcome_answers() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER outcome_answers_is_append_only BEFORE UPDATE OR DELETE"
            " ON outcome_answers FOR EACH ROW"
            " EXECUTE FUNCTION refuse_to_change_outcome_answers()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER outcome_answers_is_never_{verb}d BEFORE {verb} ON outcome_answers"
            " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )


def create_items() -> None:
    op.create_table(
        "outcome_items",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            MESSAGE,
            [f"nudge_messages.{name}" for name in MESSAGE],
            name="fk_outcome_items_nudge_messages",
        ),
        of_question("outcome_items"),
        sa.PrimaryKeyConstraint(*MESSAGE, "position", name="pk_outcome_items"),
    )
    op.create_index(
        "ix_outcome_items_prospect", "outcome_items", ["workspace_id", "prospect_id", "day"]
    )


def ask_about_what_ended() -> None:
    """Let the clock look at once; the day of a walk-away is that of UTC."""
    day = "CAST(decision_at AT TIME ZONE 'UTC' AS DATE)" if on_postgresql() else "date(decision_at)"
    columns = "owner, is_refused, is_waiting, is_dropped"
    for after in (30, 90):
        op.execute(
            f"INSERT INTO outcome_questions ({', '.join(QUESTION)}, {columns})"  # noqa: S608
            f" SELECT workspace_id, prospect_id, stage, coalesce(decision_day, {day}), {after},"
            " owner, false, true, false FROM prospects WHERE stage IN ('won', 'walked_away')"
        )
    op.execute(
        "INSERT INTO rounds (workspace_id, member_id, due_at)"
        " SELECT workspace_id, owner, '2000-01-01 00:00:00.000000' FROM outcome_questions"
        " WHERE true GROUP BY workspace_id, owner"
        " ON CONFLICT (workspace_id, member_id) DO UPDATE SET due_at = excluded.due_at"
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
    op.drop_table(table)
    connection.exec_driver_sql(create.replace(before, after))
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
