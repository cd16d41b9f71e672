"""The table of what lapsed or passed: the part of the history that nobody did."""

from sqlalchemy import Column, Date, Table, Text

from bot.domain.history import Lapsed
from bot.storage.append_only import refuse_changes
from bot.storage.columns import UtcDateTime
from bot.storage.constraints import inside_workspace, key, metadata, one_of, required

lapses = Table(
    "lapses",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    key("what"),
    key("about"),
    required("day", Date),
    required("at", UtcDateTime),
    Column("asked_by", Text),
    Column("words", Text),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    one_of("what", Lapsed),
)
refuse_changes(lapses)
