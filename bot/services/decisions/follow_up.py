"""What is done while nobody decides: signs of life, chases, snoozes, a new owner; and pauses."""

from datetime import date, timedelta
from functools import partial

from bot.domain import errors
from bot.domain.calendar import WorkingTime, today_in
from bot.domain.decisions import (
    acts,
    chase,
    confirm_open,
    hand_over,
    note_sign_of_life,
    snooze,
    snooze_choices,
)
from bot.domain.names import clean_text
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect
from bot.services.people import Membership, chosen_owner
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Click, acting, foreseen, standing
from bot.services.transaction.announcements import announce_new_owner, rewrite_mornings
from bot.services.transaction.pauses import start_pause
from bot.storage.unit_of_work import UnitsOfWork

LONGEST_PAUSE = 366
"""Days; somebody who is away for longer hands their prospects over."""


class FollowUpService:
    """Records what is done about a prospect while nobody decides.

    Every method that takes a click raises what `acting` raises.
    """

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock
        self._acting = partial(acting, units, clock)

    async def sign_of_life(self, caller: Caller, click: Click, what: str) -> Prospect:
        """Record what the prospect did. Raises AnswersRejected if nothing is said."""
        what = clean_text(what)
        if not what:
            raise errors.AnswersRejected([errors.AnswerProblem("sign", "missing")])
        async with self._acting(caller, click, Action.SIGN_OF_LIFE) as it:
            noted = note_sign_of_life(
                it.prospect,
                on=it.today,
                calendar=it.calendar,
                spans=it.who.workspace.settings.spans,
            )
            return await it.record(noted, acts.SignOfLife(what))

    async def chased(self, caller: Caller, click: Click) -> Prospect:
        """Count an attempt of ours that got no answer."""
        async with self._acting(caller, click, Action.CHASED) as it:
            chased = chase(it.prospect)
            return await it.record(chased, acts.Chased(chased.chases))

    async def still_open(self, caller: Caller, click: Click) -> Prospect:
        """Record the answer that an open *pursue* is still open."""
        async with self._acting(caller, click, Action.STILL_OPEN) as it:
            return await it.record(confirm_open(it.prospect, on=it.today), acts.StillOpenSaid())

    async def may_snooze(self, caller: Caller, click: Click) -> tuple[Prospect, tuple[int, ...]]:
        """Return the prospect, and for how many working days the caller may snooze it.

        Raises SnoozeRefused for anybody who may not snooze it at all.
        """
        async with self._units.reading(caller.workspace_id) as work:
            it = await foreseen(work, caller, click, Action.SNOOZE, self._clock())
        choices = snooze_choices(it.prospect, it.roles, it.who.workspace.settings.nudge_policy)
        if not choices:
            raise errors.SnoozeRefused(it.prospect)
        return it.prospect, choices

    async def snooze(self, caller: Caller, click: Click, days: int) -> Prospect:
        """Make the next nudge come this many working days from now. Raises SnoozeRefused."""
        async with self._acting(caller, click, Action.SNOOZE) as it:
            snoozed = snooze(
                it.prospect,
                days,
                it.roles,
                today=it.today,
                calendar=it.calendar,
                policy=it.who.workspace.settings.nudge_policy,
            )
            until = snoozed.nudge_record.snoozed_until
            assert until is not None, snoozed.id  # noqa: S101 - it was snoozed just now
            return await it.record(snoozed, acts.Snoozed(days, until))

    async def hand_over(self, caller: Caller, click: Click, owner: MemberId | None) -> Prospect:
        """Give a prospect to a new owner. Raises AnswersRejected for somebody who can't be one."""
        owner = await chosen_owner(self._membership, caller, owner)
        async with self._acting(caller, click, Action.HAND_OVER) as it:
            before = it.prospect.facts.owner
            if owner == before:
                raise errors.AnswersRejected([errors.AnswerProblem("owner", "same_owner")])
            working = WorkingTime(it.calendar, await it.who.zone_of(it.work, owner))
            given = hand_over(it.prospect, owner, morning=working.next_morning(it.now))
            given = await it.record(given, acts.OwnerChanged(before, owner))
            if owner != caller.member_id:
                await announce_new_owner(it.work, given)
            offers = await it.work.managers.latest_offers(before)
            await rewrite_mornings(it.work, offers, f"{given.id}:{given.revision}")
            return given

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
        """Pause the caller's nudges until this day; resume them if it has passed or is None.

        Returns the first day on which nudges come again; None if nothing holds them back. What
        waits comes on the morning of that day, and never on the day of asking. The clock looks
        again at once, because a shortened pause brings its next round forward.
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
            return await start_pause(work, who, until or today, today, self._clock())
