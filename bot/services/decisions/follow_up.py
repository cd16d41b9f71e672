"""While nobody decides: signs of life, chases, snoozes, a new owner; and one's own pause."""

from datetime import date, timedelta

from bot.domain import errors
from bot.domain.calendar import WorkingTime, today_in
from bot.domain.decisions import (
    chase,
    check,
    check_today,
    hand_over,
    note_sign_of_life,
    snooze,
    snooze_choices,
)
from bot.domain.names import clean_text
from bot.domain.nudges import pause_until
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect
from bot.services.people import Membership, owner_problem
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Click, checked, record, standing, zone_of
from bot.services.transaction.announcements import announce_new_owner, rewrite_for_managers
from bot.storage.unit_of_work import UnitsOfWork

LONGEST_PAUSE = 366
"""Days; whoever is away for longer hands their prospects over."""


class FollowUpService:
    """Notes what is done about a prospect while nobody decides.

    Every method that takes a click raises UnknownProspect, and what `actions.check` and
    `actions.check_today` raise.
    """

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock

    async def sign_of_life(self, caller: Caller, click: Click, what: str) -> Prospect:
        """Note what the prospect did. Raises AnswersRejected if nothing is said."""
        what = clean_text(what)
        if not what:
            raise errors.AnswersRejected([errors.AnswerProblem("sign", "missing")])
        async with self._units(caller.workspace_id) as work:
            now = self._clock()
            who, prospect, today = await checked(work, caller, click, Action.SIGN_OF_LIFE, now)
            check_today(prospect, Action.SIGN_OF_LIFE, today)
            calendar = who.workspace.settings.calendar
            prospect = note_sign_of_life(prospect, on=today, calendar=calendar)
            detail = {"sign": what}
            return await record(work, who, prospect, Action.SIGN_OF_LIFE, detail, now=now)

    async def chased(self, caller: Caller, click: Click) -> Prospect:
        """Count an attempt of ours that got no answer."""
        async with self._units(caller.workspace_id) as work:
            now = self._clock()
            who, prospect, today = await checked(work, caller, click, Action.CHASED, now)
            check_today(prospect, Action.CHASED, today)
            prospect = chase(prospect)
            detail = {"chases": prospect.chases}
            return await record(work, who, prospect, Action.CHASED, detail, now=now)

    async def may_snooze(self, caller: Caller, click: Click) -> tuple[Prospect, tuple[int, ...]]:
        """Return the prospect, and for how many working days the caller may snooze it.

        Raises SnoozeRefused for who may not at all.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.SNOOZE)
            prospect = await work.prospects.get(click.prospect_id)
            if prospect is None:
                raise errors.UnknownProspect
            held = who.roles(prospect)
            check(prospect, Action.SNOOZE, held, revision=click.revision)
            today = today_in(await zone_of(work, prospect.facts.owner, who), self._clock())
        check_today(prospect, Action.SNOOZE, today)
        choices = snooze_choices(prospect, held)
        if not choices:
            raise errors.SnoozeRefused(prospect)
        return prospect, choices

    async def snooze(self, caller: Caller, click: Click, days: int) -> Prospect:
        """Let the next nudge come so many working days from now. Raises SnoozeRefused."""
        async with self._units(caller.workspace_id) as work:
            now = self._clock()
            who, prospect, today = await checked(work, caller, click, Action.SNOOZE, now)
            check_today(prospect, Action.SNOOZE, today)
            calendar = who.workspace.settings.calendar
            held = who.roles(prospect)
            prospect = snooze(prospect, days, held, today=today, calendar=calendar)
            until = prospect.told.snoozed_until
            detail = {"days": days, "until": until and until.isoformat()}
            return await record(work, who, prospect, Action.SNOOZE, detail, now=now)

    async def hand_over(self, caller: Caller, click: Click, owner: MemberId | None) -> Prospect:
        """Give a prospect to a new owner. Raises AnswersRejected for who cannot be one."""
        if owner is None:
            raise errors.AnswersRejected([errors.AnswerProblem("owner", "missing")])
        problem = await owner_problem(self._membership, caller, owner)
        if problem is not None:
            raise errors.AnswersRejected([problem])
        async with self._units(caller.workspace_id) as work:
            now = self._clock()
            who, prospect, _ = await checked(work, caller, click, Action.HAND_OVER, now)
            before = prospect.facts.owner
            if owner == before:
                raise errors.AnswersRejected([errors.AnswerProblem("owner", "same_owner")])
            calendar = who.workspace.settings.calendar
            working = WorkingTime(calendar, await zone_of(work, owner, who))
            prospect = hand_over(prospect, owner, morning=working.next_morning(now))
            detail = {"from": before, "to": owner}
            prospect = await record(work, who, prospect, Action.HAND_OVER, detail, now=now)
            if owner != caller.member_id:
                await announce_new_owner(work, prospect)
            offers = await work.managers.latest_offers(before)
            await rewrite_for_managers(work, offers, f"{prospect.id}:{prospect.revision}")
            return prospect

    async def paused_until(self, caller: Caller) -> date | None:
        """Return the first day on which the caller wants nudges again; None without a pause.

        Raises NotFullMember.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            until = await work.members.paused_until(caller.member_id)
        is_over = until is None or until <= today_in(who.member.zone, self._clock())
        return None if is_over else until

    async def pause(self, caller: Caller, until: date | None) -> date | None:
        """Send the caller no nudges until this day, or again if it is over or None.

        Returns the first day on which nudges come again; None if nothing holds them back.
        What waits comes with the morning of that day, and never on the same day. The clock looks
        anew at once, because a pause that got shorter brings its next round forward.
        """
        async with self._units(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            today = today_in(who.member.zone, self._clock())
            if until is not None and (until - today).days > LONGEST_PAUSE:
                raise errors.AnswersRejected(
                    [
                        errors.AnswerProblem(
                            "until", "too_late", {"latest": today + timedelta(days=LONGEST_PAUSE)}
                        )
                    ]
                )
            running = await work.members.paused_until(caller.member_id)
            if until is None and (running is None or running <= today):
                return None
            again = pause_until(until or today, today)
            await work.members.pause(caller.member_id, again)
            await work.nudges.call(caller.member_id, self._clock())
            if caller.member_id in who.workspace.manager_ids:
                await work.managers.call(caller.member_id, self._clock())
        return again
