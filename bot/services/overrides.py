"""Going on against the verdict: overrides are asked for, take effect, are approved or denied."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from bot.domain.calendar import today_in
from bot.domain.decisions import acts, may
from bot.domain.decisions.approvals import (
    may_be_answered_by,
    needs_approval,
    number_in_a_row,
    values_named,
)
from bot.domain.errors import AnswerProblem, AnswersRejected, ApprovalBarred, NobodyApproves
from bot.domain.names import clean_text
from bot.domain.nudges import Reader
from bot.domain.overrides import (
    approve,
    ask,
    closed_by,
    deny,
    due_to_ask,
    has_lapsed,
    kill_date_problem,
    take_effect,
    would_close,
)
from bot.domain.people import Action, MemberId, roles
from bot.domain.prospects import Fear, Grounds, Override, OverrideId, Prospect, ProspectId
from bot.domain.workspace import Settings, Workspace
from bot.services.ports import Caller, Clock, NewId
from bot.services.transaction.action import Actor, Click, OpenAction, acting, standing
from bot.services.transaction.announcements import (
    announce_override_news,
    announce_request,
    rewrite_request,
)
from bot.services.transaction.planning import call_to_answer, zone_of
from bot.services.transaction.settings import barred_managers
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class OverrideInput:
    """What somebody entered for an override, unchecked."""

    fear: str | None
    new_fact: str
    reason: str
    kill_criterion: str
    kill_on: date | None


class OverrideService:
    """Lets members pursue prospects although the verdict says otherwise.

    Every method that takes a click raises what `acting` raises.
    """

    def __init__(self, units: UnitsOfWork, clock: Clock, new_id: NewId) -> None:
        self._units = units
        self._clock = clock
        self._acting = partial(acting, units, clock)
        self._new_id = new_id

    async def needs_approval(
        self, caller: Caller, prospect: Prospect, *, is_asked: bool = False
    ) -> bool:
        """Tell whether an override by the caller would wait for a manager.

        Raises NotFullMember, and NobodyApproves if the caller removed a manager and no other one
        could answer. If the dialog is already open (`is_asked`), it says so only when it is
        submitted.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.OVERRIDE)
            approval = await _approval(work, who, prospect, self._clock())
            if approval.refused_until is not None and not is_asked:
                raise NobodyApproves(approval.refused_until)
            return approval.waits

    async def override(self, caller: Caller, click: Click, plea: OverrideInput) -> Prospect:
        """Override the verdict, or ask a manager whether one may.

        If a manager must approve it and there is no other one, it takes effect at once. Raises
        AnswersRejected with everything that is missing, or wrong with the kill date.
        """
        async with self._acting(caller, click, Action.OVERRIDE) as it:
            approval = await _approval(it.work, it.who, it.prospect, it.now)
            until, waits = approval.refused_until, approval.waits
            refused = AnswerProblem("kill_on", "nobody_approves_until", {"day": until})
            problems = [] if until is None else [refused]
            grounds = _grounds(plea, it.today, it.who.workspace.settings, problems)
            wish = Override(OverrideId(self._new_id()), grounds, caller.member_id, it.now)
            if waits:
                prospect = ask(
                    it.prospect,
                    wish,
                    today=it.today,
                    calendar=it.calendar,
                    spans=it.who.workspace.settings.spans,
                )
            else:
                prospect = take_effect(it.prospect, wish)
            asked = acts.OverrideAsked(wish.id, grounds, waits, approval.alone)
            prospect = await it.record(prospect, asked)
            if waits:
                await call_to_answer(it.work, it.who.workspace, it.now)
            return prospect

    async def approve(self, caller: Caller, click: Click) -> Prospect:
        """Let the requested override take effect.

        Raises KillDatePassed if it would be over at once, WrongStage if there is nothing left to
        override, and ApprovalBarred for somebody who recently removed another manager.
        """
        async with self._acting(caller, click, Action.APPROVE_OVERRIDE) as it:
            barred = await barred_managers(it.work, it.who.workspace, it.now)
            if caller.member_id in barred:
                raise ApprovalBarred(barred[caller.member_id])
            approved = approve(it.prospect, by=caller.member_id, now=it.now, today=it.today)
            return await _answered(it, approved, None)

    async def deny(self, caller: Caller, click: Click, refusal: str) -> Prospect:
        """Deny the requested override. Raises AnswersRejected without a sentence."""
        refusal = clean_text(refusal)
        if not refusal:
            raise AnswersRejected([AnswerProblem("refusal", "missing")])
        async with self._acting(caller, click, Action.DENY_OVERRIDE) as it:
            denied = deny(it.prospect, refusal, by=caller.member_id, now=it.now, working=it.working)
            return await _answered(it, denied, refusal)


class _Approval(NamedTuple):
    """What an override needs to take effect."""

    waits: bool
    """Whether it waits for a manager."""
    alone: int | None = None
    """Which in a row it is, if it should wait but there is nobody to wait for."""
    refused_until: date | None = None
    """The last day on which it is refused: the asker removed a manager, and no other is left."""


async def _approval(work: UnitOfWork, who: Actor, prospect: Prospect, now: datetime) -> _Approval:
    barred = await barred_managers(work, who.workspace, now)
    history = await work.history.of(prospect.id)
    number = number_in_a_row(prospect, history)
    screened = await work.qualifications.values_of(prospect.id)
    values = values_named(prospect, history, screened)
    settings, until = who.workspace.settings, barred.get(who.member.id)
    if until is None and not needs_approval(number, values, settings):
        return _Approval(waits=False)
    if await can_be_approved(work, who, barred, prospect.facts.owner):
        return _Approval(waits=True)
    if until is not None:
        return _Approval(waits=True, refused_until=until)
    return _Approval(waits=False, alone=number)


async def can_be_approved(
    work: UnitOfWork, who: Actor, barred: Collection[MemberId], owner: MemberId | None = None
) -> bool:
    """Tell whether a manager could answer the actor; those not known yet count as able to."""
    managers = who.workspace.manager_ids
    for manager in sorted(managers - {who.member.id, owner, *barred}):
        cached = await work.members.get(manager)
        if cached is None:
            return True
        held = roles(cached.member, managers=managers, asked_by=who.member.id, owner=owner)
        if may(Action.APPROVE_OVERRIDE, held):
            return True
    return False


async def announce_closed(
    work: UnitOfWork, who: Actor, before: Prospect, after: Prospect, today: date
) -> None:
    """Tell everybody concerned, except the actor, what an action ended or withdrew.

    Messages that asked for an answer are rewritten.
    """
    await rewrite_request(work, after, before.request)
    await _announce(work, who, after, closed_by(before, after, today))


async def announce_restored(
    work: UnitOfWork, who: Actor, prospect: Prospect, today: date, now: datetime
) -> None:
    """Tell everybody concerned, except the actor, what an action brought back.

    A request waits as if it had never been gone: messages that asked for an answer get their
    buttons back, and whoever has not been asked yet, or only once, will be.
    """
    await _announce(work, who, prospect, would_close(prospect, today))
    if prospect.request is not None:
        await call_to_answer(work, who.workspace, now)


async def _announce(
    work: UnitOfWork, who: Actor, prospect: Prospect, overrides: Sequence[Override]
) -> None:
    managers = who.workspace.manager_ids
    for override in overrides:
        concerned = {*managers, override.asked_by, prospect.facts.owner} - {who.member.id}
        await announce_override_news(work, prospect, concerned, override)


async def _answered(it: OpenAction, prospect: Prospect, refusal: str | None) -> Prospect:
    """Record an answer, and tell the asker and the owner, except whoever answered.

    Without a refusal, it is approved. Others who were asked find the answer where they were asked.
    """
    request = it.prospect.request
    assert request is not None, prospect.id  # noqa: S101 - `actions.check` says so
    act = (
        acts.OverrideApproved(request.id, request.asked_by)
        if refusal is None
        else acts.OverrideDenied(request.id, request.asked_by, refusal)
    )
    prospect = await it.record(prospect, act)
    await rewrite_request(it.work, prospect, request)
    concerned = {request.asked_by, prospect.facts.owner} - {it.who.member.id}
    await announce_override_news(it.work, prospect, concerned, request)
    return prospect


def _grounds(
    plea: OverrideInput, today: date, settings: Settings, known: Sequence[AnswerProblem]
) -> Grounds:
    """Return the grounds; raises AnswersRejected with everything that is wrong.

    Of two problems with one field the later is shown, so what is `known` comes first.
    """
    fear = _fear(plea.fear)
    texts = {
        "new_fact": clean_text(plea.new_fact) if fear is Fear.NEW_FACT else None,
        "reason": clean_text(plea.reason),
        "kill_criterion": clean_text(plea.kill_criterion),
    }
    empty = [AnswerProblem(field, "missing") for field, text in texts.items() if text == ""]
    problems = [*known, *empty]
    if fear is None:
        problems.append(AnswerProblem("fear", "missing"))
    wrong_day = kill_date_problem(
        plea.kill_on, today=today, calendar=settings.calendar, spans=settings.spans
    )
    if wrong_day is not None:
        problems.append(wrong_day)
    if problems or fear is None or plea.kill_on is None:
        raise AnswersRejected(problems)
    return Grounds(
        fear=fear,
        reason=texts["reason"] or "",
        kill_criterion=texts["kill_criterion"] or "",
        kill_on=plea.kill_on,
        new_fact=texts["new_fact"],
    )


def _fear(chosen: str | None) -> Fear | None:
    return next((fear for fear in Fear if fear == chosen), None)


async def ask_manager(
    work: UnitOfWork, workspace: Workspace, reader: Reader, now: datetime
) -> Collection[ProspectId]:
    """Ask a manager about every override that waits for one; return about which they were.

    Nobody but managers is asked.
    """
    waiting = await _waiting_for(work, workspace, reader, now)
    return {
        prospect.id
        for prospect, due, _ in waiting
        if due and await _ask(work, reader.id, prospect, due)
    }


async def next_to_ask(
    work: UnitOfWork,
    workspace: Workspace,
    reader: Reader,
    now: datetime,
    asked: Collection[ProspectId],
) -> datetime | None:
    """Return when to ask a manager next: at once if they were not asked about something due."""
    waiting = await _waiting_for(work, workspace, reader, now)
    times = [now if due and prospect.id not in asked else then for prospect, due, then in waiting]
    return min(filter(None, times), default=None)


async def _waiting_for(
    work: UnitOfWork, workspace: Workspace, reader: Reader, now: datetime
) -> Sequence[tuple[Prospect, int, datetime | None]]:
    """Return what a manager may answer, how often to ask by now, and when to ask next."""
    managers = workspace.manager_ids
    if reader.id not in managers:
        return ()
    waiting = []
    for prospect in await work.prospects.asking():
        if prospect.request is None or await _has_lapsed(work, workspace, prospect, now):
            continue
        if not may_be_answered_by(reader.id, prospect.request, prospect, managers):
            continue
        due = due_to_ask(prospect.request, reader, now, workspace.settings.spans)
        waiting.append((prospect, *due))
    return waiting


async def _ask(work: UnitOfWork, manager: MemberId, prospect: Prospect, n: int) -> bool:
    """Ask, unless it was just answered; return False if somebody is acting on the prospect.

    The prospect is locked, so that whoever answers next finds the message and has it rewritten.
    """
    locked = await work.prospects.unless_busy([prospect.id])
    if locked is None:
        return False
    for each in locked:
        await announce_request(work, manager, each, n)
    return True


async def _has_lapsed(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, now: datetime
) -> bool:
    """Tell whether a request has lapsed, even if the round that says so is still to come."""
    zone = await zone_of(work, workspace, prospect.facts.owner)
    return has_lapsed(prospect, today_in(zone, now))
