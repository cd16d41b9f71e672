"""The timelines of prospects for the figures, read in a handful of statements for all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.answers import from_document
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import HistoryEntry
from bot.domain.figures.facts import OwnershipFact
from bot.domain.figures.timeline import (
    JudgedQualification,
    Timeline,
    owners_in,
    timeline_of,
)
from bot.domain.outcomes.outcome import OutcomeAnswer, OutcomeKey, OutcomeQuestion
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.screening import VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository
from bot.storage.figures.stored import KINDS
from bot.storage.figures.tables import facts
from bot.storage.outcomes import QUESTION_KEY, answer_of, key_of, outcome_answers, outcome_questions
from bot.storage.people import members
from bot.storage.prospects.history import entry_of, forgettings, history
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.statements import Among
from bot.storage.screening import qualifications
from bot.storage.workspaces import workspaces

_PROSPECT = (
    prospects.c.prospect_id,
    prospects.c.owner,
    prospects.c.first_contact,
    prospects.c.expected_value,
)
_FORGOTTEN_AT = (
    sa.select(sa.func.min(forgettings.c.at, type_=forgettings.c.at.type))
    .where(
        forgettings.c.workspace_id == prospects.c.workspace_id,
        forgettings.c.prospect_id == prospects.c.prospect_id,
    )
    .scalar_subquery()
    .label("forgotten_at")
)
_QUALIFICATION = (
    qualifications.c.prospect_id,
    qualifications.c.qualification_id,
    qualifications.c.version_id,
    qualifications.c.owner,
    qualifications.c.verdict,
    qualifications.c.reasons,
    qualifications.c.answers,
    qualifications.c.expected_value,
)
_ZONES = Among(
    lambda ids: sa.select(members.c.member_id, members.c.zone).where(
        members.c.workspace_id == sa.bindparam("its_workspace"), members.c.member_id.in_(ids)
    )
)
_ANY_ZONE = timedelta(days=1)
"""A day begins nowhere earlier before it does in UTC."""

_Row = sa.Row[*tuple[Any, ...]]
_Known = Mapping[str, Sequence[HistoryEntry]]
_Qualified = Mapping[str, JudgedQualification]
_Which = Callable[[sa.Table], sa.ColumnElement[bool]]
"""Which rows of a table are read."""


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

    async def all(self) -> Sequence[Timeline]:
        """Return every prospect's timeline, oldest first.

        They are built in a thread, so that a large workspace keeps nobody else waiting.
        """
        return await self._told(lambda table: table.c.workspace_id == self._workspace_id)

    async def of(self, ids: Sequence[ProspectId]) -> Sequence[Timeline]:
        """Return these prospects' timelines, oldest first."""
        return await self._told(
            lambda table: sa.and_(
                table.c.workspace_id == self._workspace_id, table.c.prospect_id.in_(ids)
            )
        )

    async def after(self, prospect_id: str, most: int) -> Sequence[Timeline]:
        """Return the timelines of at most so many prospects after an id, ordered by id."""
        query = (
            sa.select(prospects.c.prospect_id)
            .where(
                prospects.c.workspace_id == self._workspace_id,
                prospects.c.prospect_id > prospect_id,
            )
            .order_by(prospects.c.prospect_id)
            .limit(most)
        )
        ids = [ProspectId(each) for each in await self._connection.scalars(query)]
        return sorted(await self.of(ids), key=lambda each: each.prospect_id) if ids else []

    async def in_pieces(self, size: int = 1000) -> AsyncIterator[Sequence[Timeline]]:
        """Yield everyone's timelines in pieces, so that a long past takes little memory."""
        some = await self.after("", size)
        while some:
            yield some
            some = await self.after(some[-1].prospect_id, size)

    async def owned_by(self, member_id: MemberId) -> Sequence[Timeline]:
        """Return the timelines of what somebody has ever owned, by the facts, oldest first."""
        owned = sa.select(facts.c.prospect_id).where(
            facts.c.workspace_id == self._workspace_id,
            facts.c.kind == KINDS[OwnershipFact],
            facts.c.owner == member_id,
        )
        return await self._told(
            lambda table: sa.and_(
                table.c.workspace_id == self._workspace_id, table.c.prospect_id.in_(owned)
            )
        )

    async def since(self, day: date) -> Sequence[Timeline]:
        """Return whole timelines of prospects with any event on or after a day.

        There may be a few more, since each owner's days begin and end in their own zone.
        """
        at = datetime.combine(day, time.min, UTC) - _ANY_ZONE
        lately = sa.select(history.c.prospect_id).where(
            history.c.workspace_id == self._workspace_id, history.c.at >= at
        )
        return await self._told(
            lambda table: sa.and_(
                table.c.workspace_id == self._workspace_id, table.c.prospect_id.in_(lately)
            )
        )

    async def _told(self, which: _Which) -> Sequence[Timeline]:
        order = (prospects.c.created_at, prospects.c.prospect_id)
        query = sa.select(*_PROSPECT, _FORGOTTEN_AT).where(which(prospects)).order_by(*order)
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return []
        entries, judged = await self._history(which), await self._judged(which)
        questions = await self._questions(which)

        def read() -> tuple[_Known, _Qualified, frozenset[MemberId]]:
            known = _by_prospect(entries)
            qualified = {row.qualification_id: _judged(row, checklist) for row, checklist in judged}
            owners = (owners_in(each, qualified) for each in known.values())
            return known, qualified, frozenset[MemberId]().union(*owners)

        known, qualified, owners = await asyncio.to_thread(read)
        zone_of = await self._zones(owners)

        def told() -> Sequence[Timeline]:
            return [
                timeline_of(
                    ProspectId(row.prospect_id),
                    MemberId(row.owner),
                    row.first_contact,
                    known.get(row.prospect_id, ()),
                    qualified,
                    zone_of,
                    questions.get(row.prospect_id, ()),
                    row.expected_value,
                    row.forgotten_at and row.forgotten_at.date(),
                )
                for row in rows
            ]

        return await asyncio.to_thread(told)

    async def _history(self, which: _Which) -> Sequence[_Row]:
        query = (
            sa.select(history)
            .where(which(history))
            .order_by(history.c.prospect_id, history.c.revision)
        )
        return (await self._connection.execute(query)).all()

    async def _judged(self, which: _Which) -> Sequence[tuple[_Row, Checklist]]:
        query = sa.select(*_QUALIFICATION).where(which(qualifications))
        rows = (await self._connection.execute(query)).all()
        checklists = {
            version_id: await self._checklist(VersionId(version_id))
            for version_id in {row.version_id for row in rows}
        }
        return [(row, checklists[row.version_id]) for row in rows]

    async def _checklist(self, version_id: VersionId) -> Checklist:
        version = await self._versions.get(version_id)
        assert version is not None, version_id  # noqa: S101 - a foreign key says so
        return version.checklist

    async def _questions(self, which: _Which) -> Mapping[str, Sequence[OutcomeQuestion]]:
        """Return the questions and answers about ends, by prospect.

        They include questions no longer asked since the prospect was screened again, as their
        answers stay.
        """
        order = [outcome_questions.c[name] for name in QUESTION_KEY]
        asked = sa.select(outcome_questions).where(which(outcome_questions))
        answers = await self._answers(which)
        questions = [
            OutcomeQuestion(
                *key_of(row), asked_on=row.asked_on, answers=answers.get(key_of(row), ())
            )
            for row in await self._connection.execute(asked.order_by(*order))
        ]
        by_prospect = groupby(questions, key=lambda each: each.prospect_id)
        return {prospect_id: tuple(group) for prospect_id, group in by_prospect}

    async def _answers(self, which: _Which) -> Mapping[OutcomeKey, tuple[OutcomeAnswer, ...]]:
        order = [outcome_answers.c[name] for name in (*QUESTION_KEY, "position")]
        query = sa.select(outcome_answers).where(which(outcome_answers))
        rows = await self._connection.execute(query.order_by(*order))
        return {key: tuple(map(answer_of, group)) for key, group in groupby(rows, key=key_of)}

    async def _zones(self, owners: Collection[MemberId]) -> Callable[[MemberId], ZoneInfo]:
        """Return the zone of each of these members; for unknown ones, the workspace's."""
        workspace = sa.select(workspaces.c.zone).where(
            workspaces.c.workspace_id == self._workspace_id
        )
        usual = ZoneInfo((await self._connection.execute(workspace)).scalar_one())
        its = {"its_workspace": self._workspace_id}
        rows = await _ZONES.rows(self._connection, sorted(owners), its)
        zones = {row.member_id: ZoneInfo(row.zone) for row in rows}
        return lambda member_id: zones.get(member_id, usual)


def _by_prospect(rows: Iterable[_Row]) -> Mapping[str, Sequence[HistoryEntry]]:
    by_prospect = groupby(rows, key=lambda row: row.prospect_id)
    return {key: [entry_of(row) for row in group] for key, group in by_prospect}


def _judged(row: _Row, checklist: Checklist) -> JudgedQualification:
    answers = from_document(checklist, row.answers)
    return JudgedQualification(
        MemberId(row.owner),
        Verdict(row.verdict),
        row.reasons[0],
        answers,
        checklist,
        row.expected_value,
    )
