"""The tables of what managers choose in Slack, beside the columns of the workspace itself."""

from sqlalchemy import Column, Integer, Table

from bot.storage.constraints import in_workspace, key, metadata, required

referrals = Table(
    "referrals",
    metadata,
    key("workspace_id"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("line"),
    in_workspace(),
)
"""Whom a workspace refers prospects to, in the order in which its managers listed them."""

working_weeks = Table(
    "working_weeks",
    metadata,
    key("workspace_id"),
    required("weekdays"),
    in_workspace(),
)
"""Which days of the week a workspace works on, such as "01234"; without a row Monday to Friday."""
