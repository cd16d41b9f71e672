"""Forgetting one prospect, by a manager in Slack or by the operator: nothing undoes it."""

import asyncio
from collections.abc import Sequence

from bot.domain.decisions import Forgetting
from bot.domain.errors import AnswerProblem, AnswersRejected, UnknownProspect
from bot.domain.names import name_key
from bot.domain.people import OtherAction
from bot.domain.prospects import ProspectId
from bot.domain.read_models import ForgetCandidate, NotErasable, Overview
from bot.domain.remembered.recall import RememberedId
from bot.domain.workspace import WorkspaceId
from bot.services.overviews import latest_overview
from bot.services.ports import Caller, Clock, Replies, Threads
from bot.services.transaction.action import permitted
from bot.services.transaction.forgetting import forget
from bot.storage.unit_of_work import UnitsOfWork

CONFIRM = "confirm"
"""The field in which a manager types the name."""
SOUGHT = "sought"
"""The field in which they type what they are looking for."""

QUICK = 1.5
"""Seconds to ask Slack what members wrote while somebody waits for an answer."""


class ForgetService:
    """Forgets prospects. Anybody but managers gets NotAllowed."""

    def __init__(self, units: UnitsOfWork, threads: Threads, clock: Clock) -> None:
        self._units = units
        self._threads = threads
        self._clock = clock

    async def opened(self, caller: Caller, prospect_id: ProspectId) -> Overview:
        """Return what would be forgotten; raises UnknownProspect."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.FORGET)
            return await latest_overview(work, prospect_id, self._clock())

    async def search(self, caller: Caller, name: str) -> Sequence[ForgetCandidate]:
        """Return what a manager may mean by a name, even if they no longer see a card of it.

        Raises AnswersRejected if there is nothing with that name.
        """
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.FORGET)
            found = await work.erasing.find(name)
        if not found:
            raise AnswersRejected([AnswerProblem(SOUGHT, "nobody_found")])
        return found

    async def opened_remembered(
        self, caller: Caller, remembered_id: RememberedId
    ) -> ForgetCandidate:
        """Return what is remembered and would be forgotten; raises UnknownProspect."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.FORGET)
            for each in await work.erasing.find(remembered_id):
                if each.is_remembered and each.id == remembered_id:
                    return each
        raise UnknownProspect

    async def forget_remembered(
        self, caller: Caller, remembered_id: RememberedId, typed: str
    ) -> NotErasable:
        """Forget what is remembered about somebody whose name the manager typed.

        No message of ours names them. Raises AnswersRejected and UnknownProspect.
        """
        found = await self.opened_remembered(caller, remembered_id)
        if name_key(typed) != name_key(found.name):
            raise AnswersRejected([AnswerProblem(CONFIRM, "other_name")])
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.FORGET)
            asked, by = Forgetting.ASKED, who.member.id
            if not await work.erasing.erase_remembered(found.name, asked, by, self._clock()):
                raise UnknownProspect
        return NotErasable((), 0, is_hidden=False)

    async def forget(self, caller: Caller, prospect_id: ProspectId, typed: str) -> NotErasable:
        """Forget a prospect whose name the manager typed to show that they mean it.

        Returns what stays nevertheless. Raises AnswersRejected and UnknownProspect.
        """
        overview = await self.opened(caller, prospect_id)
        if name_key(typed) != name_key(overview.prospect.facts.name):
            raise AnswersRejected([AnswerProblem(CONFIRM, "other_name")])
        left = await self.what_stays(caller.workspace_id, prospect_id, within=QUICK)
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.FORGET)
            asked, by = Forgetting.ASKED, who.member.id
            if not await forget(work, prospect_id, asked, by, self._clock()):
                raise UnknownProspect
        return left

    async def find(self, workspace_id: WorkspaceId, name_or_id: str) -> Sequence[ForgetCandidate]:
        """Return the prospect with an id, or those with a name, for the operator.

        If there are none, return what is remembered of that name.
        """
        async with self._units.reading(workspace_id) as work:
            return await work.erasing.find(name_or_id)

    async def forget_as_operator(self, workspace_id: WorkspaceId, found: ForgetCandidate) -> bool:
        """Forget what was found for the operator, whom Slack doesn't know; False if it is gone."""
        asked, now = Forgetting.ASKED, self._clock()
        async with self._units(workspace_id) as work:
            if found.is_remembered:
                return await work.erasing.erase_remembered(found.name, asked, None, now)
            return await forget(work, ProspectId(found.id), asked, None, now)

    async def what_stays(
        self, workspace_id: WorkspaceId, prospect_id: ProspectId, *, within: float | None = None
    ) -> NotErasable:
        """Return what members wrote about a prospect in the threads of its cards.

        What Slack does not say `within` this many seconds counts as hidden.
        """
        async with self._units.reading(workspace_id) as work:
            cards = await work.erasing.cards(prospect_id)
        seen: list[Replies | None] = []
        try:
            async with asyncio.timeout(within):
                for each in cards:
                    seen.append(await self._threads.replies(workspace_id, each))  # noqa: PERF401
        except TimeoutError:
            seen.append(None)
        known = [each for each in seen if each is not None]
        return NotErasable(
            tuple(link for each in known for link in each.links),
            sum(each.count for each in known),
            is_hidden=None in seen,
        )
