"""The facts of one workspace's prospects: derived once, stored, and counted by the database.

Whatever changes a prospect marks it in the same transaction, by triggers. Before anyone counts, the
facts of marked prospects are derived anew and the marks removed.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calendar import CachedCalendar, WorkingCalendar
from bot.domain.figures.facts import (
    Fact,
    Facts,
    FactsInMemory,
    FirstScreened,
    Kind,
    VerdictFact,
    WalkAwayFact,
    What,
    WonFact,
    facts_of,
)
from bot.domain.figures.scope import ALL_TIME, Scope
from bot.domain.figures.timeline import Timeline
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.figures.counted import miscounted_days
from bot.storage.figures.locks import lock_facts
from bot.storage.figures.stored import KINDS, named_fact, to_fact, to_text
from bot.storage.figures.tables import (
    facts,
    facts_counted,
    facts_due,
    facts_told,
    of_everybody,
)
from bot.storage.figures.timelines import TimelineRepository
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.dialects import insert_all

PIECE: Final = 200
"""Prospects whose facts are told in one transaction."""

MANY: Final = 500
"""Different facts that it takes some time to count."""

MOST_ASIDE: Final = 500
"""Prospects whose facts may be told aside, with all others as they are stored."""

Found = TypeVar("Found")
_Question = tuple[Any, ...]


class InTurn(NamedTuple):
    """Walk-aways from a day on, counted by day and checklist, each with the day of the next win."""

    first: date
    rows: Sequence[sa.Row[str, date, date | None, int]]


class StoredFacts:
    """Facts as read so far; it notes which ones were asked for but not read.

    While it is rough, it withholds answers of many facts: what else will be asked for doesn't
    depend on them, and so they are counted only once.
    """

    def __init__(self, in_turn: dict[MemberId | None, InTurn]) -> None:
        """Take what was read of the walk-aways of each owner, or of everybody."""
        self.known: dict[_Question, Any] = {}
        self.missing: set[_Question] = set()
        self.in_turn = in_turn
        self.is_rough = True
        self.has_withheld = False

    def count(self, kind: type[Kind], scope: Scope) -> Counter[Kind]:
        """Return how often each fact of a kind occurs in a scope."""
        found: Counter[Kind] = self._known(("count", kind, *_part(scope)), Counter())
        return found

    def judged(self, scope: Scope) -> Counter[tuple[date, VerdictFact]]:
        """Return how often each verdict was given, by day."""
        found: Counter[tuple[date, VerdictFact]]
        found = self._known(("judged", VerdictFact, *_part(scope)), Counter())
        return found

    def next_clients(self, scope: Scope) -> Counter[tuple[date, date | None]]:
        """Return the days of walk-aways, each with the day of its owner's next client."""
        found: Counter[tuple[date, date | None]]
        found = self._known(("next_clients", WalkAwayFact, *_part(scope)), Counter())
        return found

    def screened_of(self, scope: Scope) -> Counter[MemberId]:
        """Return how many prospects each owner first screened in a scope."""
        found: Counter[MemberId]
        found = self._known(("screened_of", FirstScreened, *_part(scope)), Counter())
        return found

    def first_day(self) -> date | None:
        """Return the day of the first verdict ever."""
        found: date | None = self._known(("first_day",), None)
        return found

    def checklists(self) -> frozenset[str]:
        """Return the ids of all checklists that gave a first verdict."""
        found: frozenset[str] = self._known(("checklists",), frozenset())
        return found

    def _known(self, question: _Question, nothing: Any) -> Any:
        if question not in self.known:
            self.missing.add(question)
        found = self.known.get(question, nothing)
        if self.is_rough and isinstance(found, Counter) and len(found) > MANY:
            self.has_withheld = True
            return nothing
        return found


def _part(scope: Scope) -> tuple[Any, ...]:
    return scope.period, scope.owner, scope.checklist


class FactsRepository:
    """The facts of one workspace."""

    def __init__(
        self, connection: AsyncConnection, workspace_id: WorkspaceId, timelines: TimelineRepository
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._timelines = timelines

    async def fingerprint(self) -> str | None:
        """Return the calendar, zone and rules that facts were derived by; None without facts."""
        its = facts_told.c.workspace_id == self._workspace_id
        found: str | None
        found = await self._connection.scalar(sa.select(facts_told.c.told_by).where(its))
        return found

    async def are_due(self) -> bool:
        """Tell whether any facts are to be derived anew."""
        marks = sa.select(facts_due.c.row_id).where(facts_due.c.workspace_id == self._workspace_id)
        return await self._connection.scalar(marks.limit(1)) is not None

    async def derive(self, told_by: str, calendar: WorkingCalendar, most: int = PIECE) -> bool:
        """Derive the facts of some changed prospects; return whether there may be more.

        Transactions take turns, so that none overwrites newer facts with older ones.
        """
        await self._begin(told_by)
        its = facts_due.c.workspace_id == self._workspace_id
        marked = sa.select(facts_due.c.prospect_id).where(its).distinct()
        some = marked.order_by(facts_due.c.prospect_id).limit(most)
        ids = [ProspectId(each) for each in await self._connection.scalars(some)]
        if ids:
            about = sa.and_(its, facts_due.c.prospect_id.in_(ids))
            query = sa.select(facts_due.c.row_id).where(about)
            seen = (await self._connection.scalars(query)).all()
            timelines = await self._timelines.of(ids)
            rows = await asyncio.to_thread(_rows, timelines, calendar)
            await self._replace(ids, rows)
            done = sa.and_(its, facts_due.c.row_id.in_(seen))
            await self._connection.execute(sa.delete(facts_due).where(done))
        return len(ids) == most

    async def derive_unstored(
        self, told_by: str, calendar: WorkingCalendar
    ) -> "Facts | Unstored | None":
        """Return what changed as it is now, storing nothing; None if the stored facts hold.

        Where nearly all are derived anyway, all facts are returned.
        """
        its = facts.c.workspace_id == self._workspace_id
        changed = sa.select(facts_due.c.prospect_id).where(
            facts_due.c.workspace_id == self._workspace_id
        )
        if await self.fingerprint() != told_by:
            its, changed = sa.false(), self._every()
        in_order = changed.distinct().order_by(sa.column("prospect_id"))
        ids = [ProspectId(each) for each in await self._connection.scalars(in_order)]
        if not ids:
            return None
        found: list[Fact] = []
        for start in range(0, len(ids), PIECE):
            timelines = await self._timelines.of(ids[start : start + PIECE])
            found += await asyncio.to_thread(_derived, timelines, calendar)
        if len(ids) <= MOST_ASIDE:
            return Unstored(ids, found, calendar)
        others = sa.select(*_OF_FACT).where(its, facts.c.prospect_id.not_in(changed))
        return FactsInMemory([*await self._read(others), *found])

    async def _stored(self, which: Callable[[Any], sa.ColumnElement[bool]]) -> list[Fact]:
        """Return the few facts of which an index alone can tell that they are meant.

        Without statistics, SQLite would go through all facts of the workspace to spare itself the
        way from an index to their other columns.
        """
        its = facts.alias("its")
        is_it = sa.and_(*(its.c[each.name] == each for each in facts.primary_key))
        own = its.c.workspace_id == self._workspace_id
        return await self._read(
            sa.select(*_OF_FACT).join_from(its, facts, is_it).where(own, which(its.c))
        )

    async def _read(self, query: sa.Select[*tuple[Any, ...]]) -> list[Fact]:
        return list(starmap(_fact, (await self._connection.execute(query)).all()))

    async def checkable(self, first: str, most: int) -> Sequence[ProspectId]:
        """Return prospects with stored facts, from an id on; if none follow, those before it."""
        is_marked = sa.exists().where(
            facts_due.c.workspace_id == prospects.c.workspace_id,
            facts_due.c.prospect_id == prospects.c.prospect_id,
        )
        query = (
            sa.select(prospects.c.prospect_id)
            .where(prospects.c.workspace_id == self._workspace_id, ~is_marked)
            .order_by(prospects.c.prospect_id)
            .limit(most)
        )
        later = query.where(prospects.c.prospect_id >= first)
        found = (await self._connection.scalars(later)).all()
        found = found or (await self._connection.scalars(query)).all()
        return [ProspectId(each) for each in found]

    async def differing(
        self, ids: Sequence[ProspectId], calendar: WorkingCalendar
    ) -> Sequence[ProspectId]:
        """Return those of these prospects whose facts differ from what their history says.

        A fact differs, too, if equal ones of its day are not counted right.
        """
        told: dict[str, set[tuple[Any, ...]]] = {each: set() for each in ids}
        kept: dict[str, set[tuple[Any, ...]]] = {each: set() for each in ids}
        for row in _rows(await self._timelines.of(ids), calendar):
            told[row["prospect_id"]].add(tuple(row[name] for name in _COMPARED))
        query = sa.select(facts).where(
            facts.c.workspace_id == self._workspace_id, facts.c.prospect_id.in_(ids)
        )
        for found in (await self._connection.execute(query)).mappings():
            kept[found["prospect_id"]].add(tuple(found[name] for name in _COMPARED))
        days = {each: {day for _, day, *_ in kept[each]} for each in ids}
        every = frozenset[date]().union(*days.values())
        wrong = await miscounted_days(self._connection, self._workspace_id, every)
        return [each for each in ids if told[each] != kept[each] or wrong & days[each]]

    async def counted(
        self, count: Callable[[Facts], Found], in_turn: dict[MemberId | None, InTurn] | None = None
    ) -> Found:
        """Return what is counted, in a thread, from the facts that it asks for.

        Walk-aways that were read `in_turn` for an earlier count are not read again.
        """
        told = StoredFacts({} if in_turn is None else in_turn)
        while True:
            told.has_withheld = False
            found = await asyncio.to_thread(count, told)
            if not (told.missing or told.has_withheld):
                return found
            told.is_rough = bool(told.missing)
            questions = sorted(told.missing, key=repr)
            told.known |= await self._answers(questions, told.in_turn)
            told.missing.clear()

    async def _begin(self, told_by: str) -> None:
        """Wait for others who derive facts; mark everything if the rules for them have changed."""
        if await lock_facts(self._connection, self._workspace_id) == told_by:
            return
        its = facts_told.c.workspace_id == self._workspace_id
        every = self._every().add_columns(prospects.c.workspace_id)
        marks = facts_due.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.delete(facts_due).where(marks))
        names = ["prospect_id", "workspace_id"]
        await self._connection.execute(sa.insert(facts_due).from_select(names, every))
        await self._connection.execute(sa.update(facts_told).where(its).values(told_by=told_by))

    def _every(self) -> sa.Select[Any]:
        its = prospects.c.workspace_id == self._workspace_id
        return sa.select(prospects.c.prospect_id).where(its)

    async def _replace(self, ids: Sequence[ProspectId], rows: Sequence[dict[str, Any]]) -> None:
        its = sa.and_(facts.c.workspace_id == self._workspace_id, facts.c.prospect_id.in_(ids))
        await self._connection.execute(sa.delete(facts).where(its))
        if rows:
            key = {"workspace_id": self._workspace_id}
            await insert_all(self._connection, facts, [key | row for row in rows])

    async def _answers(
        self, questions: Sequence[_Question], in_turn: dict[MemberId | None, InTurn]
    ) -> Mapping[_Question, Any]:
        """Return the answer to each question; who had a next client is read once for all."""
        answers: Mapping[str, Callable[..., Awaitable[Any]]] = {
            "count": self._count,
            "judged": self._judged,
            "screened_of": self._screened_of,
            "first_day": self._first_day,
            "checklists": self._checklists,
        }
        found = {
            each: await answers[each[0]](*each[1:]) for each in questions if each[0] in answers
        }
        for question in questions:
            if question not in found:
                found[question] = await self._next_clients(question, questions, in_turn)
        return found

    async def _count(self, kind: type[What], *part: Any) -> Counter[What]:
        rows, n = self._equal(kind, *part)
        query = sa.select(rows.what, n).where(self._in(rows, kind, *part)).group_by(rows.what)
        found = await self._connection.execute(query)
        return Counter({to_fact(kind, what): n for what, n in found})

    async def _judged(self, kind: type[What], *part: Any) -> Counter[tuple[date, What]]:
        rows, n = self._equal(kind, *part)
        both = (rows.day, rows.what)
        query = sa.select(*both, n).where(self._in(rows, kind, *part)).group_by(*both)
        found = (await self._connection.execute(query)).all()
        known = {what: to_fact(kind, what) for what in {what for _, what, _ in found}}
        return Counter({(day, known[what]): n for day, what, n in found})

    async def _next_clients(
        self,
        question: _Question,
        others: Sequence[_Question],
        known: dict[MemberId | None, InTurn],
    ) -> Counter[tuple[date, date | None]]:
        _, _, period, owner, checklist = question
        if owner not in known or period.first < known[owner].first:
            first = min(each[2].first for each in others if each[0] == question[0])
            known[owner] = await self._in_turn(owner, first)
        counted = Counter[tuple[date, date | None]]()
        for which, day, later, n in known[owner].rows:
            if day in period and checklist in {None, which}:
                counted[day, later] += n
        return counted

    async def _in_turn(
        self, owner: MemberId | None, first: date, without: Collection[MemberId] = ()
    ) -> InTurn:
        """Go through the days of each owner, from the last one back to the first one asked for.

        Of one day, walk-aways come before wins: the next client is one of a later day.
        """
        rows = facts_counted.c
        left, won = KINDS[WalkAwayFact], KINDS[WonFact]
        its = [rows.workspace_id == self._workspace_id, rows.kind.in_((left, won))]
        its.append(rows.owner != "" if owner is None else rows.owner == owner)
        if first > ALL_TIME.first:
            its.append(rows.day >= first)
        if without:
            its.append(rows.owner.not_in(without))
        day_of_win = sa.case((rows.kind == won, rows.day))
        following = sa.func.min(day_of_win, type_=sa.Date()).over(
            partition_by=rows.owner, order_by=(rows.day.desc(), rows.kind), rows=(None, 0)
        )
        each = sa.select(
            rows.day, rows.kind, rows.checklist, rows.n, following.label("following")
        ).where(*its)
        found = each.subquery().c
        key = (found.checklist, found.day, found.following)
        query = sa.select(*key, sa.cast(sa.func.sum(found.n), sa.Integer))
        query = query.where(found.kind == left).group_by(*key)
        return InTurn(first, (await self._connection.execute(query)).all())

    async def _screened_of(self, kind: type[What], *part: Any) -> Counter[MemberId]:
        its = self._in(facts.c, kind, *part)
        query = sa.select(facts.c.owner, sa.func.count()).where(its)
        rows = await self._connection.execute(query.group_by(facts.c.owner))
        return Counter({MemberId(owner): n for owner, n in rows})

    async def _first_day(self) -> date | None:
        rows = facts_counted.c
        query = sa.select(sa.func.min(rows.day, type_=sa.Date()))
        found: date | None
        found = await self._connection.scalar(query.where(self._in(rows, FirstScreened)))
        return found

    async def _checklists(self) -> frozenset[str]:
        rows = facts_counted.c
        query = sa.select(rows.checklist).where(self._in(rows, FirstScreened)).distinct()
        return frozenset(await self._connection.scalars(query))

    def _equal(
        self, _kind: type[What], _period: Any, owner: MemberId | None, _checklist: str | None
    ) -> tuple[Any, sa.ColumnElement[int]]:
        """Return the columns to count equal facts from, and their number; one owner has few."""
        if owner is None:
            rows = facts_counted.c
            return rows, sa.cast(sa.func.sum(rows.n), sa.Integer)
        return facts.c, sa.func.count()

    def _in(
        self,
        rows: Any,
        kind: type[What],
        period: Any = ALL_TIME,
        owner: MemberId | None = None,
        checklist: str | None = None,
    ) -> sa.ColumnElement[bool]:
        name = of_everybody(KINDS[kind]) if rows is facts_counted.c else KINDS[kind]
        its = [rows.workspace_id == self._workspace_id, rows.kind == name]
        if period != ALL_TIME:
            its.append(rows.day.between(period.first, period.last))
        if owner is not None:
            its.append(rows.owner == owner)
        if checklist is not None:
            its.append(rows.checklist == checklist)
        return sa.and_(*its)


@dataclass(frozen=True, slots=True)
class Unstored:
    """The facts of some prospects as they were when they were told aside."""

    ids: Sequence[ProspectId]
    facts: Sequence[Fact]
    calendar: WorkingCalendar


_COMPARED = ("kind", "day", "position", "owner", "checklist", "what")


def _rows(timelines: Sequence[Timeline], calendar: WorkingCalendar) -> list[dict[str, Any]]:
    counted = CachedCalendar.of(calendar)
    return [
        {
            "prospect_id": timeline.prospect_id,
            "position": position,
            "kind": KINDS[type(each.what)],
            "day": each.day,
            "owner": each.owner,
            "checklist": each.checklist,
            "what": to_text(each.what),
        }
        for timeline in timelines
        for position, each in enumerate(facts_of(timeline, counted))
    ]


_OF_FACT = tuple(facts.c[name] for name in ("day", "owner", "checklist", "kind", "what"))


def _fact(day: date, owner: str | None, checklist: str, kind: str, what: str) -> Fact:
    return Fact(day, None if owner is None else MemberId(owner), checklist, named_fact(kind, what))


def _derived(timelines: Sequence[Timeline], calendar: WorkingCalendar) -> list[Fact]:
    counted = CachedCalendar.of(calendar)
    return [each for timeline in timelines for each in facts_of(timeline, counted)]
