"""Imports every table, so that the metadata is complete wherever it's needed.

Each table has a `workspace_id`, which every foreign key includes, so that a row can never point
into another workspace. Members are nobody's parents: they are a cache of what Slack knows, and may
be dropped. Each table is defined beside its repository.
"""

from bot.storage import (
    checklists,
    digests,
    heartbeat,
    managers,
    nudges,
    outcomes,
    overrides,
    people,
    remembered,
    screening,
    workspaces,
)
from bot.storage.data import retention, sweeping
from bot.storage.delivery import pauses
from bot.storage.delivery import tables as delivery
from bot.storage.figures import tables as figures
from bot.storage.intake import tables as intake
from bot.storage.prospects import history, prospects
from bot.storage.schema.columns import complete, metadata
from bot.storage.webhooks import tables as webhooks

__all__ = [
    "checklists",
    "delivery",
    "digests",
    "figures",
    "heartbeat",
    "history",
    "intake",
    "managers",
    "metadata",
    "nudges",
    "outcomes",
    "overrides",
    "pauses",
    "people",
    "prospects",
    "remembered",
    "retention",
    "screening",
    "sweeping",
    "webhooks",
    "workspaces",
]

complete()
