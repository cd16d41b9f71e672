"""Handing over at once everything left behind by an owner who is gone, or has paused."""

from collections.abc import Sequence

from bot.domain import errors
from bot.domain.calendar import WorkingTime
from bot.domain.decisions import acts, hand_over
from bot.domain.delivery.contents import GoneOwner
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect
from bot.services.overviews import away_owner, gone_owner, names_of
from bot.services.people import Membership, chosen_owner
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Actor, permitted, taken_up
from bot.services.transaction.announcements import announce_handed_over, rewrite_mornings
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


class HandoverService:
    """Moves every open prospect of somebody who can't decide any more; managers only.

    For somebody who has paused, it moves those that are due, or will be. Every method raises
    NotAllowed for anybody else, and NothingToHandOver if somebody else was faster, or the owner is
    back.
    """

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock

    async def left_behind(self, caller: Caller, before: MemberId) -> tuple[GoneOwner, str]:
        """Return what such an owner left behind, and their name."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await permitted(work, caller, Action.HAND_OVER)
            gone = await self._gone_owner(work, who, before)
            names = await names_of(work, [before])
        return gone, names.get(before, before)

    async def hand_all_over(
        self, caller: Caller, before: MemberId, owner: MemberId | None
    ) -> Sequence[Prospect]:
        """Give everything to a new owner, who is told once. Raises AnswersRejected."""
        owner = await chosen_owner(self._membership, caller, owner)
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, Action.HAND_OVER)
            gone = await self._gone_owner(work, who, before)
            prospects = [
                each
                for each in await work.prospects.all_open_to_change(before)
                if gone.away_until is None or each.due is not None
            ]
            if not prospects:
                raise errors.NothingToHandOver(before, is_back=False)
            given = await self._give(work, who, prospects, owner)
            offers = await work.managers.latest_offers(before)
            await rewrite_mornings(work, offers, f"{given[0].id}:{given[0].revision}")
            if owner != caller.member_id:
                await announce_handed_over(work, given, by=caller.member_id, before=before)
        return given

    async def _give(
        self, work: UnitOfWork, who: Actor, prospects: Sequence[Prospect], owner: MemberId
    ) -> list[Prospect]:
        now = self._clock()
        working = WorkingTime(who.workspace.settings.calendar, await who.zone_of(work, owner))
        morning = working.next_morning(now)
        given = []
        for prospect in prospects:
            it = await taken_up(work, who, prospect, now)
            moved = hand_over(it.prospect, owner, morning=morning)
            act = acts.OwnerChanged(prospect.facts.owner, owner)
            given.append(await it.record(moved, act))
        return given

    async def _gone_owner(self, work: UnitOfWork, who: Actor, before: MemberId) -> GoneOwner:
        gone = await gone_owner(work, before)
        if gone.is_back:
            gone = await away_owner(work, who.workspace, before, self._clock())
        if gone.is_back or not gone.total:
            raise errors.NothingToHandOver(before, is_back=gone.is_back)
        return gone
