"""The tables that the clock works with: when to look at what, and which messages came of it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from bot.storage.columns import UtcDateTime
from bot.storage.constraints import (
    AT_COMMIT,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    partial_index,
    required,
)

pauses = Table(
    "pauses",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("until", Date),
    in_workspace(),
)
"""Until when a member wants no nudges; a member may be forgotten, their pause not."""

looks = Table(
    "looks",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    required("owner"),
    required("on_day", Date),
    required("is_lapse", Boolean),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    Index("ix_looks_owner", "workspace_id", "owner", "on_day"),
)
"""Which prospects the clock must look at, and from which day of their owner on."""

rounds = Table(
    "rounds",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("due_at", UtcDateTime),
    in_workspace(),
    Index("ix_rounds_due_at", "due_at"),
)
"""When the clock must look at what a member owns: narrow, so that each second costs little."""

nudge_messages = Table(
    "nudge_messages",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("channel", Text),
    Column("ts", Text),
    Column("sent_on", Date),
    in_workspace(),
    CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
)
"""The key lets nobody get two on a day; what was held up over night counts for `sent_on`."""

nudge_items = Table(
    "nudge_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("number", Integer),
    ForeignKeyConstraint(
        ["workspace_id", "member_id", "day"],
        ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
    ),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    Index("ix_nudge_items_prospect", "workspace_id", "prospect_id", "day"),
)

proposals = Table(
    "proposals",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    required("on_day", Date),
    required("at", UtcDateTime),
    inside_workspace("prospect_id", "prospects.prospect_id"),
)
"""What is proposed for closing now, and by the last nudge of which day: that tells one proposal
from the next."""

departures = Table(
    "departures",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("at", UtcDateTime),
    in_workspace(),
)
"""Members who cannot decide any more, and since when we know."""

managers = Table(
    "managers",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("since", UtcDateTime),
    Column("due_at", UtcDateTime),
    in_workspace(),
    partial_index("ix_managers_due_at", "due_at", only="due_at IS NOT NULL"),
)
"""Since when we know that somebody manages, and when the clock must look at what is new to them."""

managers_messages = Table(
    "managers_messages",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    required("more", Integer),
    Column("channel", Text),
    Column("ts", Text),
    Column("sent_on", Date),
    in_workspace(),
    CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
)
"""The key lets no manager get two on a day."""


def _in_managers_message() -> ForeignKeyConstraint:
    columns = ("workspace_id", "member_id", "day")
    return ForeignKeyConstraint(columns, [f"managers_messages.{name}" for name in columns])


managers_items = Table(
    "managers_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("proposed_on", Date),
    _in_managers_message(),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    Index("ix_managers_items_prospect", "workspace_id", "prospect_id", "member_id", "day"),
)

managers_offers = Table(
    "managers_offers",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    key("owner"),
    _in_managers_message(),
    Index("ix_managers_offers_owner", "workspace_id", "owner", "member_id", "day"),
)
"""Which gone owners' prospects a message offers to hand over."""

heartbeats = Table(
    "heartbeats",
    metadata,
    key("workspace_id"),
    required("at", Double),
    in_workspace(),
)
"""When a clock last ticked for a workspace, in seconds since 1970 by the database's clock."""
