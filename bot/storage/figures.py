"""What happened to prospects, told for the figures: a handful of statements for all of them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.answers import from_document
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.history import HistoryEntry
from bot.domain.figures.timeline import JudgedQualification, Timeline, timeline_of
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome, OutcomeQuestion, outcome_of
from bot.domain.people import MemberId
from bot.domain.prospects import Fear, ProspectId
from bot.domain.screening import VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository
from bot.storage.outcomes import QUESTION_KEY, answer_of, key_of, outcome_answers, outcome_questions
from bot.storage.overrides import overrides
from bot.storage.people import members
from bot.storage.prospects.history import entry_of, history
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import qualifications
from bot.storage.workspaces import workspaces

_QUALIFICATION = (
    qualifications.c.prospect_id,
    qualifications.c.qualification_id,
    qualifications.c.version_id,
    qualifications.c.owner,
    qualifications.c.verdict,
    qualifications.c.reasons,
    qualifications.c.answers,
)


class TimelineRepository:
    """The timelines of one workspace's prospects."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions

    async def all(self, owner: MemberId | None = None) -> Sequence[Timeline]:
        """Return the timelines of a member's prospects, or of everybody's, oldest first."""
        return await self._told() if owner is None else await self._told(prospects.c.owner == owner)

    async def of_fear(self, fear: Fear) -> Sequence[Timeline]:
        """Return the timelines of prospects whose override or request named this fear."""
        named = sa.select(overrides.c.prospect_id).where(
            overrides.c.workspace_id == self._workspace_id, overrides.c.fear == fear
        )
        return await self._told(prospects.c.prospect_id.in_(named))

    async def _told(self, *which: sa.ColumnElement[bool]) -> list[Timeline]:
        own = (prospects.c.workspace_id == self._workspace_id, *which)
        query = sa.select(prospects.c.prospect_id, prospects.c.owner, prospects.c.first_contact)
        order = (prospects.c.created_at, prospects.c.prospect_id)
        rows = (await self._connection.execute(query.where(*own).order_by(*order))).all()
        if not rows:
            return []
        these = sa.select(prospects.c.prospect_id).where(*own)
        entries, judged = await self._history(these), await self._judged(these)
        outcomes, zone_of = await self._outcomes(), await self._zones()
        return [
            timeline_of(
                ProspectId(row.prospect_id),
                MemberId(row.owner),
                row.first_contact,
                entries.get(row.prospect_id, ()),
                judged,
                zone_of,
                outcomes.get(row.prospect_id, NO_ANSWER),
            )
            for row in rows
        ]

    async def _history(self, these: sa.Select[Any]) -> Mapping[str, Sequence[HistoryEntry]]:
        query = (
            sa.select(history)
            .where(history.c.workspace_id == self._workspace_id, history.c.prospect_id.in_(these))
            .order_by(history.c.prospect_id, history.c.revision)
        )
        rows = await self._connection.execute(query)
        by_prospect = groupby(rows, key=lambda row: row.prospect_id)
        return {key: [entry_of(row) for row in group] for key, group in by_prospect}

    async def _judged(self, these: sa.Select[Any]) -> Mapping[str, JudgedQualification]:
        query = sa.select(*_QUALIFICATION).where(
            qualifications.c.workspace_id == self._workspace_id,
            qualifications.c.prospect_id.in_(these),
        )
        rows = (await self._connection.execute(query)).all()
        checklists = {
            version_id: await self._checklist(VersionId(version_id))
            for version_id in {row.version_id for row in rows}
        }
        return {row.qualification_id: _judged(row, checklists[row.version_id]) for row in rows}

    async def _checklist(self, version_id: VersionId) -> Checklist:
        version = await self._versions.get(version_id)
        assert version is not None, version_id  # noqa: S101 - a foreign key says so
        return version.checklist

    async def _outcomes(self) -> Mapping[str, Outcome]:
        """Return what was said about the ends that stand, by prospect."""
        columns = ("workspace_id", *QUESTION_KEY)
        same = sa.and_(*(outcome_answers.c[name] == outcome_questions.c[name] for name in columns))
        query = (
            sa.select(outcome_answers)
            .join(outcome_questions, same)
            .where(
                outcome_questions.c.workspace_id == self._workspace_id,
                outcome_questions.c.is_dropped.is_(False),
            )
            .order_by(*(outcome_answers.c[name] for name in (*QUESTION_KEY, "position")))
        )
        rows = await self._connection.execute(query)
        questions = [
            OutcomeQuestion(
                key.prospect_id,
                key.ending,
                key.ended_on,
                key.after,
                answers=tuple(map(answer_of, group)),
            )
            for key, group in groupby(rows, key=key_of)
        ]
        by_prospect = groupby(questions, key=lambda each: each.prospect_id)
        return {prospect_id: outcome_of(group) for prospect_id, group in by_prospect}

    async def _zones(self) -> Callable[[MemberId], ZoneInfo]:
        """Return each member's zone; the workspace's zone for members we do not know."""
        workspace = sa.select(workspaces.c.zone).where(
            workspaces.c.workspace_id == self._workspace_id
        )
        usual = ZoneInfo((await self._connection.execute(workspace)).scalar_one())
        query = sa.select(members.c.member_id, members.c.zone).where(
            members.c.workspace_id == self._workspace_id
        )
        rows = await self._connection.execute(query)
        zones = {row.member_id: ZoneInfo(row.zone) for row in rows}
        return lambda member_id: zones.get(member_id, usual)


def _judged(row: sa.Row[*tuple[Any, ...]], checklist: Checklist) -> JudgedQualification:
    answers = from_document(checklist, row.answers)
    return JudgedQualification(
        MemberId(row.owner), Verdict(row.verdict), row.reasons[0], answers, checklist
    )
