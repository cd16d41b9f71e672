"""The tables of webhooks, of their deliveries, and of their history."""

import sqlalchemy as sa

from bot.domain.webhooks.attempts import DeliveryState
from bot.domain.webhooks.webhooks import WebhookState
from bot.storage.schema import columns

webhooks = sa.Table(
    "webhooks",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("webhook_id"),
    columns.required("address"),
    columns.required("secret"),
    columns.required("events", sa.JSON),
    columns.required("state"),
    columns.required("added_at", columns.UtcDateTime),
    columns.required("added_by"),
    sa.Column("failing_since", columns.UtcDateTime),
    columns.in_workspace(),
    columns.one_of("state", WebhookState),
)
"""The secret stands here as it is: it has to sign."""

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("delivery_id"),
    columns.required("webhook_id"),
    columns.required("event"),
    sa.Column("prospect_id", sa.Text),
    sa.Column("body", sa.Text),
    columns.required("at", columns.UtcDateTime),
    columns.required("state"),
    sa.Column("due_at", columns.UtcDateTime),
    sa.Column("taken_until", sa.Double),
    columns.required("attempts", sa.Integer),
    sa.Column("first_tried_at", columns.UtcDateTime),
    sa.Column("tried_at", columns.UtcDateTime),
    sa.Column("status", sa.Integer),
    sa.Column("failure", sa.Text),
    sa.Column("took_ms", sa.Integer),
    columns.required("excerpt"),
    columns.in_workspace(),
    columns.inside_workspace("webhook_id", "webhooks.webhook_id"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    columns.one_of("state", DeliveryState),
    sa.CheckConstraint(
        "(state = 'pending') = (body IS NOT NULL) AND (body IS NULL) = (due_at IS NULL)",
        name="pending",
    ),
    columns.partial_index(
        "ix_webhook_deliveries_lane",
        "workspace_id",
        "webhook_id",
        "due_at",
        only="state = 'pending'",
    ),
    sa.Index("ix_webhook_deliveries_webhook", "workspace_id", "webhook_id", "at"),
    sa.Index("ix_webhook_deliveries_prospect", "workspace_id", "prospect_id"),
)
"""What is said stands here only until it arrived, or was given up.

Times go by our clock, but `taken_until` by the database's, in seconds since 1970.
"""

webhook_history = sa.Table(
    "webhook_history",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.required("act"),
    columns.required("host"),
    columns.required("events", sa.JSON),
    columns.in_workspace(),
)
"""Every change of a webhook; `by` is null where the clock switched it off."""
columns.refuse_changes(webhook_history)
