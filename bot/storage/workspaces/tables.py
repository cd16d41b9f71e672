"""The tables of workspaces and of the user groups that manage."""

from sqlalchemy import JSON, Column, Table, Text

from bot.domain.workspace.workspace import OverrideApproval
from bot.storage.schema.columns import in_workspace, key, one_of, required
from bot.storage.schema.columns import metadata as metadata

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
