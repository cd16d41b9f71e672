"""The table of workspaces into which Slack does not let us; a member's own pause is elsewhere."""

from sqlalchemy import Double, Table

from bot.storage.constraints import in_workspace, key, metadata, required

workspace_pauses = Table(
    "workspace_pauses",
    metadata,
    key("workspace_id"),
    required("cause"),
    required("until", Double),
    in_workspace(),
)
"""Why nothing is sent to a workspace, and when one message tries whether it may be again.

The time is in seconds since 1970 by the database's clock.
"""
