"""The facts of a copy are those of the original, but for what changed since they were stored."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.figures.facts import (
    Fact,
    Facts,
    FactsInMemory,
    FirstScreened,
    WalkAwayFact,
    What,
    WonFact,
)
from bot.domain.figures.scope import Period, Scope
from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.figures.facts import FactsRepository, Found, InTurn, Unstored
from bot.storage.figures.stored import KINDS
from bot.storage.figures.tables import facts
from bot.storage.figures.timelines import TimelineRepository

Counted = TypeVar("Counted")


class FactsAside(FactsRepository):
    """The stored facts of one workspace, but those of some prospects as they were told aside."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        timelines: TimelineRepository,
        aside: Unstored,
    ) -> None:
        super().__init__(connection, workspace_id, timelines)
        self._aside = aside
        self._gone: Sequence[Fact] = ()
        """What is stored of these prospects now."""

    async def counted(
        self, count: Callable[[Facts], Found], in_turn: dict[MemberId | None, InTurn] | None = None
    ) -> Found:
        """Return what is counted, in a thread; none of what is stored of them counts."""
        self._gone = await self._stored(lambda its: its.prospect_id.in_(self._aside.ids))
        return await super().counted(count, in_turn)

    @property
    def _screened_otherwise(self) -> sa.ColumnElement[bool]:
        """Whether a fact is of the first verdict on a prospect whose facts weren't told aside."""
        of_others = facts.c.prospect_id.not_in(self._aside.ids)
        return sa.and_(self._in(facts.c, FirstScreened), of_others)

    async def _count(self, kind: type[Any], *part: Any) -> Counter[What]:
        stored = await super()._count(kind, *part)
        return self._mended(stored, part, lambda told, scope: told.count(kind, scope))

    async def _judged(self, kind: type[What], *part: Any) -> Counter[tuple[date, What]]:
        stored = await super()._judged(kind, *part)
        return self._mended(stored, part, lambda told, scope: Counter(dict(told.judged(scope))))

    async def _screened_of(self, kind: type[What], *part: Any) -> Counter[MemberId]:
        stored = await super()._screened_of(kind, *part)
        return self._mended(stored, part, lambda told, scope: told.screened_of(scope))

    async def _first_day(self) -> date | None:
        first = sa.select(facts.c.day).where(self._screened_otherwise).order_by(facts.c.day)
        days = await self._connection.scalar(first.limit(1)), self._told().first_day()
        return min((each for each in days if each is not None), default=None)

    async def _checklists(self) -> frozenset[str]:
        query = sa.select(facts.c.checklist).where(self._screened_otherwise).distinct()
        found = frozenset(await self._connection.scalars(query))
        return found | self._told().checklists()

    async def _in_turn(
        self, owner: MemberId | None, first: date, without: Collection[MemberId] = ()
    ) -> InTurn:
        """Go through the ends of the owners of those prospects apart from all others."""
        ends = [each for each in (*self._gone, *self._aside.facts) if isinstance(each.what, _ENDS)]
        theirs = {each.owner for each in ends if each.owner is not None}
        if owner is not None:
            theirs &= {owner}
        rows: list[Any] = []
        if not theirs or owner is None:
            rows += (await super()._in_turn(owner, first, [*without, *theirs])).rows
        if theirs:
            others = await self._stored(
                lambda its: sa.and_(
                    its.kind.in_([KINDS[each] for each in _ENDS]),
                    its.owner.in_(theirs),
                    its.prospect_id.not_in(self._aside.ids),
                )
            )
            told = [each for each in self._aside.facts if each.owner in theirs]
            rows += self._turns([*others, *told], first)
        return InTurn(first, rows)

    def _turns(self, told: Sequence[Fact], first: date) -> Iterator[tuple[Any, ...]]:
        every = FactsInMemory(told)
        for checklist in {each.checklist for each in told}:
            scope = Scope(date.max, self._aside.calendar, Period(first, date.max), None, checklist)
            for (day, following), n in every.next_clients(scope).items():
                yield checklist, day, following, n

    def _mended(
        self,
        stored: Counter[Counted],
        part: tuple[Any, ...],
        count: Callable[[FactsInMemory, Scope], Counter[Any]],
    ) -> Counter[Counted]:
        """Return what is counted with these prospects as they were told, not as they are stored."""
        period, owner, checklist = part
        scope = Scope(date.max, self._aside.calendar, period, owner, checklist)
        stored.update(count(self._told(owner), scope))
        stored.subtract(count(_of(self._gone, owner), scope))
        return +stored

    def _told(self, owner: MemberId | None = None) -> FactsInMemory:
        return _of(self._aside.facts, owner)


_ENDS: Final = (WalkAwayFact, WonFact)


def _of(told: Sequence[Fact], owner: MemberId | None) -> FactsInMemory:
    return FactsInMemory(each for each in told if owner is None or each.owner == owner)


@dataclass(frozen=True, slots=True)
class FactsElsewhere:
    """Where the facts of a copy's original are."""

    database: Database
    instead: Facts | Unstored | None = None
    """What counts in place of what is stored there: of all prospects, or of some."""
    in_turn: dict[MemberId | None, InTurn] = field(default_factory=dict)
    """The walk-aways that were gone through for the first digest; those after it begin later."""


class FactsForCopy(FactsRepository):
    """The facts of one workspace, seen from a copy of it that has none."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        timelines: TimelineRepository,
        original: FactsElsewhere,
    ) -> None:
        super().__init__(connection, workspace_id, timelines)
        self._original = original

    async def counted(
        self, count: Callable[[Facts], Found], in_turn: dict[MemberId | None, InTurn] | None = None
    ) -> Found:
        """Return what is counted, in a thread, from the facts of the original."""
        instead = self._original.instead
        if instead is not None and not isinstance(instead, Unstored):
            return await asyncio.to_thread(count, instead)
        async with self._original.database.reading() as connection:
            its = connection, self._workspace_id, self._timelines
            there = FactsRepository(*its) if instead is None else FactsAside(*its, instead)
            return await there.counted(count, in_turn or self._original.in_turn)
