"""The overrides and the requests for them: a row each, which is never deleted."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Table, Text, text

from bot.domain.override import Fear, OverrideState
from bot.storage.columns import UtcDateTime
from bot.storage.constraints import (
    AT_COMMIT,
    inside_workspace,
    key,
    metadata,
    one_of,
    required,
)


def _only_one(state: OverrideState) -> Index:
    """No prospect has two that stand, and none two that wait."""
    where = text(f"state = '{state}'")
    return Index(
        f"uq_overrides_{state}",
        "workspace_id",
        "prospect_id",
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


overrides = Table(
    "overrides",
    metadata,
    key("workspace_id"),
    key("override_id"),
    required("prospect_id"),
    required("qualification_id"),
    required("fear"),
    Column("new_fact", Text),
    required("reason"),
    required("kill_criterion"),
    required("kill_on", Date),
    required("asked_by"),
    required("asked_at", UtcDateTime),
    required("state"),
    Column("lapses_on", Date),
    required("holds_nudges", Boolean),
    Column("answered_by", Text),
    Column("answered_at", UtcDateTime),
    Column("refusal", Text),
    Column("over_at", UtcDateTime),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    inside_workspace("qualification_id", "qualifications.qualification_id", **AT_COMMIT),
    one_of("fear", Fear),
    one_of("state", OverrideState),
    CheckConstraint("(fear = 'new_fact') = (new_fact IS NOT NULL)", name="new_fact"),
    CheckConstraint(
        "(answered_by IS NULL) = (answered_at IS NULL)"
        " AND (state = 'denied') = (refusal IS NOT NULL)"
        " AND (state <> 'asked' OR answered_by IS NULL)"
        " AND (state IN ('asked', 'standing', 'denied')) = (over_at IS NULL)",
        name="its_state",
    ),
    Index("ix_overrides_qualification", "workspace_id", "qualification_id"),
    _only_one(OverrideState.ASKED),
    _only_one(OverrideState.STANDING),
)
