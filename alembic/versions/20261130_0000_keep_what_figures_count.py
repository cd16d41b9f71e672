"""Keep what the figures count of each prospect, and mark what changes.

Nothing is filled in: as nobody has told the facts of a workspace yet, all of them are told anew.
"""

import sqlalchemy as sa

from alembic import op

revision = "0033_for_0032"
down_revision = "0032"
branch_labels = None
depends_on = None

CHANGES = (
    ("history_marks_on_insert", "history", "INSERT", ()),
    ("forgettings_marks_on_insert", "forgettings", "INSERT", ()),
    ("outcome_answers_marks_on_insert", "outcome_answers", "INSERT", ()),
    ("outcome_questions_marks_on_insert", "outcome_questions", "INSERT", ()),
    ("outcome_questions_marks_on_update", "outcome_questions", "UPDATE", ("asked_on",)),
    (
        "prospects_marks_on_update",
        "prospects",
        "UPDATE",
        ("owner", "first_contact", "expected_value"),
    ),
)
OF_MEMBERS = (
    ("members_marks_on_insert", "INSERT", ()),
    ("members_marks_on_update", "UPDATE", ("zone",)),
)
THEIRS = (
    "INSERT INTO facts_due (workspace_id, prospect_id)"
    " SELECT workspace_id, prospect_id FROM facts WHERE workspace_id = NEW.workspace_id"
    " AND kind = 'owned' AND owner = NEW.member_id"
    " UNION SELECT workspace_id, prospect_id FROM prospects"
    " WHERE workspace_id = NEW.workspace_id AND owner = NEW.member_id"
)
ITS = "INSERT INTO facts_due (workspace_id, prospect_id) VALUES (NEW.workspace_id, NEW.prospect_id)"
FUNCTIONS = {"mark_prospect": ITS, "mark_prospects_of_member": THEIRS}


def upgrade() -> None:
    create_tables()
    if on_postgresql():
        for name, work in FUNCTIONS.items():
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" {work}; RETURN NULL; END $$"
            )
    for name, table, verb, changed in CHANGES:
        create_trigger(name, table, verb, changed, "mark_prospect")
    for name, verb, changed in OF_MEMBERS:
        create_trigger(name, "members", verb, changed, "mark_prospects_of_member")


def downgrade() -> None:
    names = [(name, table) for name, table, *_ in CHANGES]
    for name, table in (*names, *((name, "members") for name, *_ in OF_MEMBERS)):
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql() else ""))
    if on_postgresql():
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("facts_told", "facts_due", "facts"):
        op.drop_table(table)


def create_tables() -> None:
    op.create_table(
        "facts",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name="fk_facts_prospects",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "kind", "day", "prospect_id", "position", name="pk_facts"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_facts_prospect", "facts", ["workspace_id", "prospect_id"])
    op.create_index("ix_facts_owner", "facts", ["workspace_id", "kind", "owner", "day"])
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "facts_due",
        sa.Column("row_id", row_id, sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_facts_due_workspaces"
        ),
        sa.PrimaryKeyConstraint("row_id", name="pk_facts_due"),
    )
    op.create_index("ix_facts_due_prospect", "facts_due", ["workspace_id", "prospect_id"])
    op.create_table(
        "facts_told",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_facts_told_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_facts_told"),
    )


def create_trigger(
    name: str, table: str, verb: str, changed: tuple[str, ...], function: str
) -> None:
    """Let a row that is new, or changed in some columns, call a function."""
    of = f" OF {', '.join(changed)}" if changed else ""
    if on_postgresql():
        when = " OR ".join(f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in changed)
        op.execute(
            f"CREATE TRIGGER {name} AFTER {verb}{of} ON {table} FOR EACH ROW"
            f"{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION {function}()"
        )
        return
    when = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in changed)
    op.execute(
        f"CREATE TRIGGER {name} AFTER {verb}{of} ON {table}{f' WHEN {when}' if when else ''}"
        f" BEGIN {FUNCTIONS[function]}; END"
    )


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
