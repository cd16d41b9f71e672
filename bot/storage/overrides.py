"""Overrides and the requests for them: one row each, never deleted."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import MemberId
from bot.domain.prospects import Fear, Grounds, Override, OverrideId, OverrideState, Prospect
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.schema.dialects import upsert
from bot.storage.schema.statements import Among


def _only_one(state: OverrideState) -> sa.Index:
    """A prospect has at most one standing override, and at most one waiting request."""
    return columns.partial_index(
        f"uq_overrides_{state}",
        "workspace_id",
        "prospect_id",
        only=f"state = '{state}'",
        unique=True,
    )


overrides = sa.Table(
    "overrides",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("override_id"),
    columns.required("prospect_id"),
    columns.required("qualification_id"),
    columns.required("fear"),
    sa.Column("new_fact", sa.Text),
    columns.required("reason"),
    columns.required("kill_criterion"),
    columns.required("kill_on", sa.Date),
    columns.required("asked_by"),
    columns.required("asked_at", columns.UtcDateTime),
    columns.required("state"),
    sa.Column("lapses_on", sa.Date),
    columns.required("holds_nudges", sa.Boolean),
    sa.Column("answered_by", sa.Text),
    sa.Column("answered_at", columns.UtcDateTime),
    sa.Column("refusal", sa.Text),
    sa.Column("over_at", columns.UtcDateTime),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    columns.inside_workspace(
        "qualification_id", "qualifications.qualification_id", **columns.AT_COMMIT
    ),
    columns.one_of("fear", Fear),
    columns.one_of("state", OverrideState),
    sa.CheckConstraint("(fear = 'new_fact') = (new_fact IS NOT NULL)", name="new_fact"),
    sa.CheckConstraint(
        "(answered_by IS NULL) = (answered_at IS NULL)"
        " AND (state = 'denied') = (refusal IS NOT NULL)"
        " AND (state <> 'asked' OR answered_by IS NULL)"
        " AND (state IN ('asked', 'standing', 'denied')) = (over_at IS NULL)",
        name="its_state",
    ),
    sa.Index("ix_overrides_prospect", "workspace_id", "prospect_id"),
    sa.Index("ix_overrides_qualification", "workspace_id", "qualification_id"),
    _only_one(OverrideState.ASKED),
    _only_one(OverrideState.STANDING),
)


_UNDER_WAY = frozenset({OverrideState.ASKED, OverrideState.STANDING})
"""Kept last: two must never stand at once, not even until the next statement."""


_BY_QUALIFICATION = Among.rows_of(
    overrides.c.qualification_id, overrides.c.qualification_id, overrides.c.asked_at
)


async def overrides_by_qualification(
    connection: AsyncConnection, workspace_id: WorkspaceId, qualification_ids: Sequence[str]
) -> Mapping[str, tuple[Override, ...]]:
    """Return these verdicts' overrides, in order of their requests."""
    its = {"its_workspace": workspace_id}
    rows = await _BY_QUALIFICATION.rows(connection, qualification_ids, its)
    by_qualification = groupby(rows, key=lambda row: row.qualification_id)
    return {key: tuple(map(_override, group)) for key, group in by_qualification}


async def store_overrides(
    connection: AsyncConnection, workspace_id: WorkspaceId, prospect: Prospect
) -> None:
    """Store a prospect's overrides as they are now; none is ever deleted."""
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


def _override(row: sa.Row[*tuple[Any, ...]]) -> Override:
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
