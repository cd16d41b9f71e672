"""The tables of doors, of arrivals, and of the messages about them."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from bot.domain.delivery import payloads
from bot.domain.intake import DoorAct
from bot.storage.delivery.mornings import items_table
from bot.storage.managers import managers_messages
from bot.storage.nudges import nudge_messages
from bot.storage.schema import columns

intake_doors = sa.Table(
    "intake_doors",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("secret_hash", sa.Text),
    sa.Column("window_began", columns.UtcDateTime),
    columns.required("taken", sa.Integer),
    columns.in_workspace(),
    sa.UniqueConstraint("secret_hash"),
)
"""Of the secret only its hash is kept; null: the door is off."""

intake_history = sa.Table(
    "intake_history",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("at", columns.UtcDateTime),
    columns.required("by"),
    columns.required("act"),
    columns.in_workspace(),
    columns.one_of("act", DoorAct),
)
columns.refuse_changes(intake_history)

intakes = sa.Table(
    "intakes",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("intake_id"),
    sa.Column("key_hash", sa.Text),
    columns.required("at", columns.UtcDateTime),
    columns.required("draft_id"),
    columns.required("name_key"),
    columns.required("answer", sa.JSON),
    columns.in_workspace(),
    sa.UniqueConstraint("workspace_id", "key_hash"),
    sa.Index("ix_intakes_draft", "workspace_id", "draft_id"),
    sa.Index("ix_intakes_name", "workspace_id", "name_key"),
    sa.Index("ix_intakes_at", "workspace_id", "at"),
)
"""What came in, and what was answered: a repetition with the same key gets the same answer."""

intake_messages = sa.Table(
    "intake_messages",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("dedupe_key"),
    columns.required("draft_id"),
    columns.in_workspace(),
    sa.Index("ix_intake_messages_draft", "workspace_id", "draft_id"),
)
"""Which messages of the outbox tell somebody of a draft that came in."""

nudge_drafts = items_table(
    "nudge_drafts",
    nudge_messages,
    columns.key("draft_id"),
    sa.Index("ix_nudge_drafts_draft", "workspace_id", "draft_id"),
)
managers_drafts = items_table(
    "managers_drafts",
    managers_messages,
    columns.key("draft_id"),
    sa.Index("ix_managers_drafts_draft", "workspace_id", "draft_id"),
)

MORNINGS: Mapping[type[payloads.Morning], tuple[sa.Table, sa.Table]] = MappingProxyType(
    {
        payloads.OwnersMorning: (nudge_drafts, nudge_messages),
        payloads.ManagersMorning: (managers_drafts, managers_messages),
    }
)
"""What lists drafts, and the messages that do, by the kind of morning."""
