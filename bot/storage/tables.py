"""The tables: what is unique, what must exist, what may stand in a column.

Every table has `workspace_id`, and every foreign key takes it along, so that a row of one
workspace can never point to another's. Members are no parents of anything: they are a
cache of what Slack knows, and may be forgotten. What the clock works with is in `clock_tables`,
overrides are in `override_tables`, what lapsed in `lapse_tables`, what managers choose in
`settings_tables`.
"""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.domain.people import Action
from bot.domain.prospect import DueReason, EndedBy, Stage
from bot.domain.rules import Verdict
from bot.domain.workspace import OverrideApproval
from bot.services.ports import MessageKind
from bot.storage import (  # noqa: F401 - of the same metadata
    clock_tables,
    lapse_tables,
    outcome_tables,
    override_tables,
    pause_tables,
    settings_tables,
)
from bot.storage.append_only import refuse_changes
from bot.storage.columns import Money, RowId, UtcDateTime
from bot.storage.constraints import (
    AT_COMMIT,
    in_workspace,
    inside_workspace,
    key,
    one_of,
    partial_index,
    required,
)
from bot.storage.constraints import metadata as metadata


class RowState(StrEnum):
    """What became of an outbox row so far."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"


_UNFINISHED: Final = "state IN ('pending', 'claimed')"
_NOT_FINISHED: Final = "state NOT IN ('sent', 'dead')"
"""The same in other words: so nobody looks for the rest of a lane in the index of what is due.

PostgreSQL takes both for equally small until it has counted anew, and then reads all that is due
for each row that is due.
"""
FINISHED: Final[list[ColumnElement[str]]] = [literal_column("'sent'"), literal_column("'dead'")]
UNFINISHED: Final[list[ColumnElement[str]]] = [
    literal_column("'pending'"),
    literal_column("'claimed'"),
]
"""Literals, or the partial indexes would not be used."""
_RECORDED: Final = [action for action in Action if action is not Action.DECLINE_MESSAGE]
"""What can stand in a history: drafting that message changes no prospect."""


def _facts() -> tuple[Column[Any], ...]:
    return (
        required("name"),
        required("owner"),
        required("first_contact", Date),
        Column("expected_value", Money),
    )


workspaces = Table(
    "workspaces",
    metadata,
    key("workspace_id"),
    required("verdict_channel"),
    required("managers", JSON),
    required("language"),
    Column("country", Text),
    required("zone"),
    required("currency"),
    required("override_approval"),
    one_of("override_approval", OverrideApproval),
)

user_groups = Table(
    "user_groups",
    metadata,
    key("workspace_id"),
    key("group_id"),
    key("member_id"),
    in_workspace(),
)

members = Table(
    "members",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("name"),
    required("zone"),
    Column("locale", Text),
    required("is_guest", Boolean),
    required("is_foreign", Boolean),
    required("is_bot", Boolean),
    required("is_deactivated", Boolean),
    required("fetched_at", UtcDateTime),
    in_workspace(),
)

checklist_versions = Table(
    "checklist_versions",
    metadata,
    key("workspace_id"),
    key("version_id"),
    required("checklist_id"),
    required("number", Integer),
    required("content_hash"),
    required("content"),
    required("first_used_at", UtcDateTime),
    in_workspace(),
    UniqueConstraint("workspace_id", "checklist_id", "number"),
    UniqueConstraint("workspace_id", "checklist_id", "content_hash"),
)

prospects = Table(
    "prospects",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    *_facts(),
    required("name_key"),
    required("qualification_id"),
    required("verdict"),
    required("verdict_on", Date),
    Column("decide_within", Integer),
    Column("due_on", Date),
    Column("due_reason", Text),
    required("stage"),
    Column("decision_action", Text),
    Column("decision_by", Text),
    Column("decision_at", UtcDateTime),
    Column("decision_day", Date),
    Column("decision_ended_by", Text),
    Column("decision_sentence", Text),
    required("revision", Integer),
    required("created_at", UtcDateTime),
    required("chases", Integer),
    required("nudges", Integer),
    Column("nudged_on", Date),
    Column("snoozed_until", Date),
    required("snoozes", Integer),
    Column("not_before", Date),
    in_workspace(),
    inside_workspace(
        "qualification_id", "qualifications.qualification_id", use_alter=True, **AT_COMMIT
    ),
    one_of("verdict", Verdict),
    one_of("due_reason", DueReason),
    one_of("stage", Stage),
    one_of("decision_action", _RECORDED),
    one_of("decision_ended_by", EndedBy),
    CheckConstraint("(due_on IS NULL) = (due_reason IS NULL)", name="due"),
    CheckConstraint(
        "(stage = 'open') = (decision_action IS NULL)"
        " AND (decision_action IS NULL) = (decision_by IS NULL)"
        " AND (decision_action IS NULL) = (decision_at IS NULL)",
        name="decision",
    ),
    Index("ix_prospects_name_key", "workspace_id", "name_key"),
    Index("ix_prospects_qualification", "workspace_id", "qualification_id"),
    partial_index("ix_prospects_open", "workspace_id", "owner", "due_on", only="stage = 'open'"),
)

conditions = Table(
    "conditions",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("what"),
    required("due_on", Date),
    Column("met_at", UtcDateTime),
    Column("met_by", Text),
    Column("brought", Text),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="met"),
)

drafts = Table(
    "drafts",
    metadata,
    key("workspace_id"),
    key("draft_id"),
    required("member_id"),
    required("version_id"),
    *_facts(),
    required("name_key"),
    required("answers", JSON),
    required("step", Integer),
    required("cleared", JSON),
    Column("prospect_id", Text),
    Column("settled_name", Text),
    required("updated_at", UtcDateTime),
    in_workspace(),
    inside_workspace("version_id", "checklist_versions.version_id"),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    UniqueConstraint("workspace_id", "member_id", "name_key"),
)

qualifications = Table(
    "qualifications",
    metadata,
    key("workspace_id"),
    key("qualification_id"),
    required("prospect_id"),
    required("draft_id"),
    required("version_id"),
    required("member_id"),
    required("at", UtcDateTime),
    required("verdict"),
    Column("decide_within", Integer),
    required("answers", JSON),
    required("reasons", JSON),
    *_facts(),
    required("conditions", JSON),
    Column("before_id", Text),
    Column("card_channel", Text),
    Column("card_ts", Text),
    in_workspace(),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    inside_workspace("version_id", "checklist_versions.version_id"),
    inside_workspace(
        "before_id", "qualifications.qualification_id", name="fk_qualifications_before"
    ),
    UniqueConstraint("workspace_id", "draft_id"),
    UniqueConstraint("workspace_id", "before_id"),
    Index("ix_qualifications_prospect", "workspace_id", "prospect_id"),
    one_of("verdict", Verdict),
    CheckConstraint("(card_channel IS NULL) = (card_ts IS NULL)", name="card"),
)

history = Table(
    "history",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    required("action"),
    required("by"),
    required("at", UtcDateTime),
    required("detail", JSON),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    one_of("action", _RECORDED),
)
refuse_changes(history)

outbox = Table(
    "outbox",
    metadata,
    Column("row_id", RowId, Identity(), primary_key=True),
    required("workspace_id"),
    required("kind"),
    required("recipient"),
    required("dedupe_key"),
    Column("prospect_id", Text),
    Column("qualification_id", Text),
    Column("revision", Integer),
    required("detail", JSON),
    required("state"),
    required("due_at", Double),
    required("fence", Integer),
    required("attempts", Integer),
    required("may_be_out", Boolean),
    Column("cause", Text),
    Column("channel", Text),
    Column("ts", Text),
    Column("sent_at", Double),
    required("may_be_twice", Boolean),
    required("written_at", Double),
    in_workspace(),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    inside_workspace("qualification_id", "qualifications.qualification_id", **AT_COMMIT),
    UniqueConstraint("workspace_id", "dedupe_key"),
    one_of("kind", MessageKind),
    one_of("state", RowState),
    CheckConstraint(
        "(state = 'sent') = (sent_at IS NOT NULL)"
        " AND (sent_at IS NULL) = (channel IS NULL) AND (channel IS NULL) = (ts IS NULL)",
        name="sent",
    ),
    partial_index("ix_outbox_due", "due_at", only=_UNFINISHED),
    partial_index("ix_outbox_lane", "workspace_id", "recipient", "row_id", only=_NOT_FINISHED),
    Index("ix_outbox_prospect", "workspace_id", "prospect_id"),
    Index("ix_outbox_qualification", "workspace_id", "qualification_id"),
    sqlite_autoincrement=True,
)
"""Messages; their times are seconds since 1970 by the database's clock.

A claimed row is due again when its lease ends, so one column says when a row needs somebody.
SQLite reads whatever points to a prospect or a qualification when one is added: hence an index for
each way there.
"""

lanes = Table(
    "lanes",
    metadata,
    key("workspace_id"),
    key("recipient"),
    required("not_before", Double),
    required("turn", Integer),
    in_workspace(),
)
"""When the next message may go to a channel or person, on the clock of `outbox.due_at`.

The turn grows when a message gets through, and when what died is sent again.
"""
