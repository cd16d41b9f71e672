"""Deciding about a prospect: walk away, won, lost, undo, condition met; and looking at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar, assert_never

from bot.domain.calendar import WorkingCalendar, today_in
from bot.domain.decisions import (
    acts,
    check,
    correct,
    end,
    last_day_to_undo,
    meet_conditions,
    reopen,
    take_back,
)
from bot.domain.decisions.decline import Declined, kind_reason
from bot.domain.errors import AnswerProblem, AnswersRejected, UnknownProspect
from bot.domain.names import clean_text
from bot.domain.overrides import closed_by, would_close
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, EndedBy, Prospect, ProspectFacts, ProspectId, Stage
from bot.domain.read_models import Overview
from bot.domain.screening import read_facts
from bot.services.overrides import announce_closed, announce_restored
from bot.services.overviews import latest_overview, links_of, with_details
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Click, OpenAction, acting, foreseen, standing
from bot.services.transaction.announcements import rewrite_outcomes
from bot.services.transaction.planning import drop_client_questions, is_client_asked
from bot.storage.unit_of_work import UnitsOfWork

_Value = TypeVar("_Value")

LISTED = 40
"""How many prospects a list shows."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A member's open prospects, the earliest due first."""

    prospects: tuple[Prospect, ...]
    is_cut: bool
    """Whether there are more than these."""
    today: date
    """The day in the member's time zone."""
    calendar: WorkingCalendar
    """The workspace's working days."""
    links: Mapping[ProspectId, str] = field(default_factory=dict)
    """The permalinks of their cards, as far as they are known."""


class DecisionService:
    """Moves prospects between their stages.

    Every method that takes a click raises what `acting` raises.
    """

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock
        self._acting = partial(acting, units, clock)

    async def may(self, caller: Caller, click: Click, action: Action) -> tuple[Prospect, date]:
        """Check an action before its dialog opens; return the prospect, and its owner's today."""
        async with self._units.reading(caller.workspace_id) as work:
            it = await foreseen(work, caller, click, action, self._clock())
        return it.prospect, it.today

    async def may_undo(self, caller: Caller, click: Click) -> tuple[Prospect, date, date]:
        """Check an undo before it is asked about once more.

        Returns the prospect, and today and the last day to undo for its owner.
        """
        async with self._units.reading(caller.workspace_id) as work:
            it = await foreseen(work, caller, click, Action.UNDO, self._clock())
        last = last_day_to_undo(it.prospect, calendar=it.calendar, zone=it.zone)
        return it.prospect, it.today, last

    async def walk_away(self, caller: Caller, click: Click) -> Prospect:
        """Walk away from a prospect."""
        return await self._end(caller, click, acts.WalkedAway())

    async def won(self, caller: Caller, click: Click, day: date) -> Prospect:
        """Win a client on a day. Raises AnswersRejected for a day in the future."""
        return await self._end(caller, click, acts.Won(day))

    async def lost(
        self, caller: Caller, click: Click, ended_by: EndedBy, sentence: str | None
    ) -> Prospect:
        """Lose a prospect."""
        said = clean_text(sentence or "") or None
        return await self._end(caller, click, acts.Lost(ended_by, said))

    async def end_client(
        self, caller: Caller, click: Click, day: date, ended_by: EndedBy, sentence: str | None
    ) -> Prospect:
        """End a client. Raises AnswersRejected for a day in the future, or before the win."""
        said = clean_text(sentence or "") or None
        async with self._acting(caller, click, Action.END_CLIENT) as it:
            won = it.prospect.decision
            earliest = None if won is None else won.day or today_in(it.zone, won.at)
            if earliest is not None and day < earliest:
                problem = AnswerProblem("day", "before_win", {"earliest": earliest})
                raise AnswersRejected([problem])
            return await _ended(it, acts.ClientEnded(day, ended_by, said))

    async def undo(self, caller: Caller, click: Click) -> Prospect:
        """Take back the decision that stands. Raises UndoTooLate after its time."""
        async with self._acting(caller, click, Action.UNDO) as it:
            prospect = await _before_decision(it)
            undone = it.prospect.decision
            assert undone is not None, prospect.id  # noqa: S101 - `undo_until` says so
            back = acts.touched(would_close(prospect, it.today))
            act = acts.Undone(undone.action, undone.by, overrides=back)
            if undone.action is Action.WON:
                await drop_client_questions(it.work, it.prospect, it.zone)
            prospect = await it.record(prospect, act)
            await announce_restored(it.work, it.who, prospect, it.today, it.now)
            return prospect

    async def condition_met(self, caller: Caller, click: Click, brought: str) -> Prospect:
        """Record what the prospect brought. Raises AnswersRejected if nothing is said."""
        brought = clean_text(brought)
        if not brought:
            raise AnswersRejected([AnswerProblem("brought", "missing")])
        async with self._acting(caller, click, Action.CONDITION_MET) as it:
            met = meet_conditions(
                it.prospect, brought=brought, by=caller.member_id, now=it.now, working=it.working
            )
            closed = acts.touched(closed_by(it.prospect, met, it.today))
            met = await it.record(met, acts.ConditionMet(brought, overrides=closed))
            await announce_closed(it.work, it.who, it.prospect, met, it.today)
            return met

    async def correct(self, caller: Caller, click: Click, typed: Mapping[str, Any]) -> Prospect:
        """Correct a name, expected value or first contact; the verdict and its dates stay.

        If nothing differs, nothing is recorded. Raises AnswersRejected, as the first step of a
        screening does.
        """
        async with self._acting(caller, click, Action.CORRECT) as it:
            before = it.prospect.facts
            facts, problems = read_facts(
                {**typed, "owner": before.owner},
                asker=before.owner,
                today=it.today,
                language=it.who.language,
            )
            if not typed.get("first_contact"):
                problems.append(AnswerProblem("first_contact", "missing"))
            if problems:
                raise AnswersRejected(problems)
            if facts == before:
                return it.prospect
            corrected = await it.record(correct(it.prospect, facts), _corrected(before, facts))
            await it.work.prospects.store_former_name(corrected, before.name)
            await rewrite_outcomes(it.work, corrected.id, f"corrected:{corrected.revision}")
            return corrected

    async def details(self, caller: Caller, prospect_id: ProspectId) -> Overview:
        """Return everything about a prospect. Raises NotFullMember or UnknownProspect."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            overview = await latest_overview(work, prospect_id, self._clock())
            return await with_details(work, overview, who.roles(overview.prospect))

    async def list_mine(self, caller: Caller) -> Listing:
        """Return the open prospects of the caller. Raises NotFullMember."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            found = await work.prospects.open_of(caller.member_id, LISTED + 1)
            zone = await who.zone_of(work, caller.member_id)
            listed = tuple(found[:LISTED])
            links = await links_of(work, listed)
        return Listing(
            listed,
            is_cut=len(found) > LISTED,
            today=today_in(zone, self._clock()),
            calendar=who.workspace.settings.calendar,
            links=links,
        )

    async def _end(
        self, caller: Caller, click: Click, act: acts.WalkedAway | acts.Won | acts.Lost
    ) -> Prospect:
        async with self._acting(caller, click, act.action) as it:
            return await _ended(it, act)


_End = acts.WalkedAway | acts.Won | acts.Lost | acts.ClientEnded


async def _ended(it: OpenAction, act: _End) -> Prospect:
    """Record an end, and tell those whose override ended with it."""
    decision = _decision(act, it.who.member.id, it.now)
    if decision.day is not None and decision.day > it.today:
        raise AnswersRejected([AnswerProblem("day", "future", {"latest": it.today})])
    ended = end(it.prospect, decision)
    if not isinstance(act, acts.ClientEnded):
        closed = acts.touched(closed_by(it.prospect, ended, it.today))
        act = replace(act, overrides=closed)
    ended = await it.record(ended, act)
    await announce_closed(it.work, it.who, it.prospect, ended, it.today)
    return ended


async def _before_decision(it: OpenAction) -> Prospect:
    """Return the prospect as it was before the decision that stands, if that may be undone."""
    prospect, history = it.prospect, await it.work.history.of(it.prospect.id)
    if prospect.stage is not Stage.ENDED:
        is_asked = await is_client_asked(it.work, prospect, it.zone)
        return reopen(
            prospect, it.roles, now=it.now, calendar=it.calendar, zone=it.zone, is_asked=is_asked
        )
    won = [each for each in history if isinstance(each.act, acts.Won)][-1]
    assert isinstance(won.act, acts.Won)  # noqa: S101 - as asked in the line above
    decision = _decision(won.act, won.by, won.at)
    return take_back(prospect, decision, it.roles, now=it.now, calendar=it.calendar, zone=it.zone)


def _decision(act: _End, by: MemberId, now: datetime) -> Decision:
    match act:
        case acts.WalkedAway():
            return Decision(act.action, by, now)
        case acts.Won(day):
            return Decision(act.action, by, now, day)
        case acts.Lost(ended_by, sentence):
            return Decision(act.action, by, now, ended_by=ended_by, sentence=sentence)
        case acts.ClientEnded(day, ended_by, sentence):
            return Decision(act.action, by, now, day, ended_by, sentence)
        case _:
            assert_never(act)


def _corrected(before: ProspectFacts, now: ProspectFacts) -> acts.Corrected:
    return acts.Corrected(
        _change(before.name, now.name),
        _change(before.expected_value, now.expected_value),
        _change(before.first_contact, now.first_contact),
    )


def _change(before: _Value, now: _Value) -> acts.CorrectedValue[_Value] | None:
    return None if before == now else acts.CorrectedValue(before, now)


class DeclineService:
    """Gathers what a decline message is drafted from."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def declined(self, caller: Caller, prospect_id: ProspectId) -> Declined:
        """Return what to say to a prospect, as of now.

        Raises UnknownProspect, and what `actions.check` raises; no revision is too old for this.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DECLINE_MESSAGE)
            prospect = await work.prospects.get(prospect_id)
            if prospect is None:
                raise UnknownProspect
            check(prospect, Action.DECLINE_MESSAGE, who.roles(prospect), revision=None)
            screened = await work.qualifications.get(prospect.qualification_id)
            version = screened and await work.checklist_versions.get(screened.version_id)
            if not screened or not version:
                raise UnknownProspect
            return Declined(
                name=prospect.facts.name,
                reason=kind_reason(version.checklist.id, screened.reasons[0], screened.answers),
                referrals=who.workspace.settings.referrals,
                sender=who.member.name,
            )
