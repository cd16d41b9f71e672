"""The tables of what managers hear of, and when."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)

from bot.storage.schema.columns import (
    UtcDateTime,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    partial_index,
    required,
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
