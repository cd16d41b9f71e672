"""Let workspaces adopt checklists of their own.

A workspace that has screened adopts what it used last, as its default. One that has not adopts
ours with its first screening.
"""

import sqlalchemy as sa

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HISTORY = "checklist_history"
HISTORY_KEY = ("workspace_id", "number")
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"


def upgrade() -> None:
    op.create_table(
        "adopted_checklists",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.workspace_id"],
            name=op.f("fk_adopted_checklists_workspaces"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "version_id"],
            ["checklist_versions.workspace_id", "checklist_versions.version_id"],
            name=op.f("fk_adopted_checklists_checklist_versions"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "checklist_id", name=op.f("pk_adopted_checklists")),
    )
    op.create_table(
        "checklist_choices",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.workspace_id"],
            name=op.f("fk_checklist_choices_workspaces"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name=op.f("pk_checklist_choices")),
    )
    create_history()
    adopt_what_was_used_last()


def downgrade() -> None:
    op.drop_table(HISTORY)
    if on_postgresql():
        op.execute(f"DROP FUNCTION refuse_to_change_{HISTORY}()")
    op.drop_table("checklist_choices")
    op.drop_table("adopted_checklists")


def adopt_what_was_used_last() -> None:
    op.execute(
        """
        INSERT INTO adopted_checklists
            (workspace_id, checklist_id, version_id, is_default, is_shipped, at, "by")
        SELECT workspace_id, checklist_id, version_id, TRUE, TRUE, first_used_at, NULL
        FROM checklist_versions AS used
        WHERE NOT EXISTS (
            SELECT 1 FROM checklist_versions AS later
            WHERE later.workspace_id = used.workspace_id
                AND (later.first_used_at > used.first_used_at
                    OR (later.first_used_at = used.first_used_at
                        AND later.version_id > used.version_id))
        )
        """
    )


def create_history() -> None:
    op.create_table(
        HISTORY,
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
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
