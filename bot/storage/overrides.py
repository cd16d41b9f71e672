"""The overrides and the requests for them: a row each, which is never deleted."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Row, Table, Text, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import MemberId
from bot.domain.prospects import Fear, Grounds, Override, OverrideId, OverrideState, Prospect
from bot.domain.workspace import WorkspaceId
from bot.storage.schema.columns import (
    AT_COMMIT,
    UtcDateTime,
    inside_workspace,
    key,
    metadata,
    one_of,
    required,
)
from bot.storage.schema.dialects import upsert


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


_UNDER_WAY: Final = frozenset({OverrideState.ASKED, OverrideState.STANDING})
"""Kept last: two must never stand at once, not even until the next statement."""


async def overrides_by_qualification(
    connection: AsyncConnection, workspace_id: WorkspaceId, qualification_ids: Sequence[str]
) -> Mapping[str, tuple[Override, ...]]:
    """Return those of these verdicts, the first asked for first."""
    query = (
        select(overrides)
        .where(
            overrides.c.workspace_id == workspace_id,
            overrides.c.qualification_id.in_(qualification_ids),
        )
        .order_by(overrides.c.qualification_id, overrides.c.asked_at)
    )
    rows = await connection.execute(query)
    by_qualification = groupby(rows, key=lambda row: row.qualification_id)
    return {key: tuple(map(_override, group)) for key, group in by_qualification}


async def keep_overrides(
    connection: AsyncConnection, workspace_id: WorkspaceId, prospect: Prospect
) -> None:
    """Keep those of a prospect as they are now; none is ever deleted."""
    for override in sorted(prospect.overrides, key=lambda each: each.state in _UNDER_WAY):
        row = {
            "workspace_id": workspace_id,
            "override_id": override.id,
            "prospect_id": prospect.id,
            "qualification_id": prospect.qualification_id,
            **_row(override),
        }
        await upsert(connection, overrides, row, key=("workspace_id", "override_id"))


def _row(override: Override) -> dict[str, Any]:
    grounds = override.grounds
    return {
        "fear": grounds.fear,
        "new_fact": grounds.new_fact,
        "reason": grounds.reason,
        "kill_criterion": grounds.kill_criterion,
        "kill_on": grounds.kill_on,
        "asked_by": override.asked_by,
        "asked_at": override.asked_at,
        "state": override.state,
        "lapses_on": override.lapses_on,
        "holds_nudges": override.holds_nudges,
        "answered_by": override.answered_by,
        "answered_at": override.answered_at,
        "refusal": override.refusal,
        "over_at": override.over_at,
    }


def _override(row: Row[*tuple[Any, ...]]) -> Override:
    grounds = Grounds(
        Fear(row.fear), row.reason, row.kill_criterion, row.kill_on, new_fact=row.new_fact
    )
    return Override(
        id=OverrideId(row.override_id),
        grounds=grounds,
        asked_by=MemberId(row.asked_by),
        asked_at=row.asked_at,
        state=OverrideState(row.state),
        lapses_on=row.lapses_on,
        holds_nudges=row.holds_nudges,
        answered_by=None if row.answered_by is None else MemberId(row.answered_by),
        answered_at=row.answered_at,
        refusal=row.refusal,
        over_at=row.over_at,
    )
