"""Create the first tables.

Prospects and qualifications point to each other. SQLite takes a foreign key to a table that
is still to come, and can add none later; PostgreSQL is the other way round.
"""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state IN ('pending', 'claimed')")
VERDICTS = "verdict IN ('pursue', 'problem', 'walk_away')"
ACTIONS = "('qualify', 'requalify', 'walk_away', 'won', 'lost', 'undo', 'condition_met', 'details')"
WORKSPACE = (["workspace_id"], ["workspaces.workspace_id"])
PROSPECT = (
    ["workspace_id", "prospect_id"],
    ["prospects.workspace_id", "prospects.prospect_id"],
)
QUALIFICATION = (
    ["workspace_id", "qualification_id"],
    ["qualifications.workspace_id", "qualifications.qualification_id"],
)
VERSION = (
    ["workspace_id", "version_id"],
    ["checklist_versions.workspace_id", "checklist_versions.version_id"],
)


def upgrade() -> None:
    create_workspaces()
    create_user_groups()
    create_members()
    create_checklist_versions()
    create_prospects()
    create_conditions()
    create_drafts()
    create_qualifications()
    if on_postgresql():
        op.create_foreign_key(
            "fk_prospects_qualifications",
            "prospects",
            "qualifications",
            ["workspace_id", "qualification_id"],
            ["workspace_id", "qualification_id"],
            initially="DEFERRED",
            deferrable=True,
        )
    create_history()
    keep_history_from_changes()
    create_outbox()
    create_lanes()


def downgrade() -> None:
    for table in ("lanes", "outbox", "history", "drafts", "conditions"):
        op.drop_table(table)
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_history()")
        op.drop_constraint("fk_prospects_qualifications", "prospects", type_="foreignkey")
    for table in ("qualifications", "prospects", "checklist_versions"):
        op.drop_table(table)
    for table in ("members", "user_groups", "workspaces"):
        op.drop_table(table)


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def create_workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("verdict_channel", sa.Text(), nullable=False),
        sa.Column("managers", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_workspaces"),
    )


def create_user_groups() -> None:
    op.create_table(
        "user_groups",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_user_groups_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "group_id", "member_id", name="pk_user_groups"),
    )


def create_members() -> None:
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text()),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_deactivated", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_members_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name="pk_members"),
    )


def create_checklist_versions() -> None:
    op.create_table(
        "checklist_versions",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("checklist_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_checklist_versions_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "version_id", name="pk_checklist_versions"),
        sa.UniqueConstraint(
            "workspace_id",
            "checklist_id",
            "content_hash",
            name="uq_checklist_versions_workspace_id_checklist_id_content_hash",
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "checklist_id",
            "number",
            name="uq_checklist_versions_workspace_id_checklist_id_number",
        ),
    )


def create_prospects() -> None:
    op.create_table(
        "prospects",
        *prospect_columns(),
        *prospect_checks(),
        sa.ForeignKeyConstraint(
            *QUALIFICATION,
            name="fk_prospects_qualifications",
            initially="DEFERRED",
            deferrable=True,
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_prospects_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", name="pk_prospects"),
    )
    op.create_index("ix_prospects_name_key", "prospects", ["workspace_id", "name_key"])
    op.create_index(
        "ix_prospects_open",
        "prospects",
        ["workspace_id", "owner", "due_on"],
        sqlite_where=sa.text("stage = 'open'"),
        postgresql_where=sa.text("stage = 'open'"),
    )


def prospect_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("first_contact", sa.Date(), nullable=False),
        sa.Column("expected_value", sa.BigInteger()),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("qualification_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("verdict_on", sa.Date(), nullable=False),
        sa.Column("decide_within", sa.Integer()),
        sa.Column("due_on", sa.Date()),
        sa.Column("due_reason", sa.Text()),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("decision_action", sa.Text()),
        sa.Column("decision_by", sa.Text()),
        sa.Column("decision_at", sa.DateTime(timezone=True)),
        sa.Column("decision_day", sa.Date()),
        sa.Column("decision_ended_by", sa.Text()),
        sa.Column("decision_sentence", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def prospect_checks() -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "(stage = 'open') = (decision_action IS NULL)"
            " AND (decision_action IS NULL) = (decision_by IS NULL)"
            " AND (decision_action IS NULL) = (decision_at IS NULL)",
            name=op.f("ck_prospects_decision"),
        ),
        sa.CheckConstraint(
            f"decision_action IN {ACTIONS}", name=op.f("ck_prospects_decision_action")
        ),
        sa.CheckConstraint(
            "decision_ended_by IN ('them', 'us')", name=op.f("ck_prospects_decision_ended_by")
        ),
        sa.CheckConstraint(
            "due_reason IN ('verdict', 'condition')", name=op.f("ck_prospects_due_reason")
        ),
        sa.CheckConstraint(
            "stage IN ('open', 'walked_away', 'won', 'lost')", name=op.f("ck_prospects_stage")
        ),
        sa.CheckConstraint(VERDICTS, name=op.f("ck_prospects_verdict")),
        sa.CheckConstraint(
            "(due_on IS NULL) = (due_reason IS NULL)", name=op.f("ck_prospects_due")
        ),
    )


def create_conditions() -> None:
    op.create_table(
        "conditions",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True)),
        sa.Column("met_by", sa.Text()),
        sa.Column("brought", sa.Text()),
        sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name=op.f("ck_conditions_met")),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_conditions_prospects"),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", "position", name="pk_conditions"),
    )


def create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("first_contact", sa.Date(), nullable=False),
        sa.Column("expected_value", sa.BigInteger()),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("cleared", sa.JSON(), nullable=False),
        sa.Column("prospect_id", sa.Text()),
        sa.Column("settled_name", sa.Text()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_drafts_prospects"),
        sa.ForeignKeyConstraint(*VERSION, name="fk_drafts_checklist_versions"),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_drafts_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "draft_id", name="pk_drafts"),
        sa.UniqueConstraint(
            "workspace_id",
            "member_id",
            "name_key",
            name="uq_drafts_workspace_id_member_id_name_key",
        ),
    )


def create_qualifications() -> None:
    op.create_table(
        "qualifications",
        *qualification_columns(),
        sa.CheckConstraint(VERDICTS, name=op.f("ck_qualifications_verdict")),
        sa.CheckConstraint(
            "(card_channel IS NULL) = (card_ts IS NULL)", name=op.f("ck_qualifications_card")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "before_id"],
            ["qualifications.workspace_id", "qualifications.qualification_id"],
            name="fk_qualifications_before",
        ),
        sa.ForeignKeyConstraint(
            *PROSPECT, name="fk_qualifications_prospects", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(*VERSION, name="fk_qualifications_checklist_versions"),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_qualifications_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "qualification_id", name="pk_qualifications"),
        sa.UniqueConstraint(
            "workspace_id", "before_id", name="uq_qualifications_workspace_id_before_id"
        ),
        sa.UniqueConstraint(
            "workspace_id", "draft_id", name="uq_qualifications_workspace_id_draft_id"
        ),
    )


def qualification_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("qualification_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decide_within", sa.Integer()),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("first_contact", sa.Date(), nullable=False),
        sa.Column("expected_value", sa.BigInteger()),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("before_id", sa.Text()),
        sa.Column("card_channel", sa.Text()),
        sa.Column("card_ts", sa.Text()),
    )


def create_history() -> None:
    op.create_table(
        "history",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"action IN {ACTIONS}", name=op.f("ck_history_action")),
        sa.ForeignKeyConstraint(*PROSPECT, name="fk_history_prospects"),
        sa.PrimaryKeyConstraint("workspace_id", "prospect_id", "revision", name="pk_history"),
    )


def keep_history_from_changes() -> None:
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON history"
            " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER history_is_never_{verb}d BEFORE {verb} ON history"
            " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        *outbox_columns(),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)"
            " AND (sent_at IS NULL) = (channel IS NULL) AND (channel IS NULL) = (ts IS NULL)",
            name=op.f("ck_outbox_sent"),
        ),
        sa.CheckConstraint(
            "kind IN ('card', 'card_rewrite', 'thread_line', 'owner_chosen', 'undeliverable')",
            name=op.f("ck_outbox_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sent', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            *PROSPECT, name="fk_outbox_prospects", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            *QUALIFICATION, name="fk_outbox_qualifications", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_outbox_workspaces"),
        sa.PrimaryKeyConstraint("row_id", name="pk_outbox"),
        sa.UniqueConstraint("workspace_id", "dedupe_key", name="uq_outbox_workspace_id_dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
    )
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["workspace_id", "recipient", "row_id"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def outbox_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column(
            "row_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(),
            nullable=False,
        ),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text()),
        sa.Column("qualification_id", sa.Text()),
        sa.Column("revision", sa.Integer()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("may_be_out", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text()),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("sent_at", sa.Double()),
    )


def create_lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(*WORKSPACE, name="fk_lanes_workspaces"),
        sa.PrimaryKeyConstraint("workspace_id", "recipient", name="pk_lanes"),
    )
