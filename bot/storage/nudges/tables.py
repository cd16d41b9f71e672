"""The tables that the clock works with: when to look at what, and which messages came of it."""

from sqlalchemy import (
    Boolean,
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
    AT_COMMIT,
    UtcDateTime,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    required,
)

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
