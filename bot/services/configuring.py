"""What the managers of a workspace choose in Slack; the other settings come at each start."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.errors import NotAllowed
from bot.domain.people import Errand, may
from bot.domain.referrals import referrals_of
from bot.domain.workspace import OverrideApproval, Workspace, approval_of, weekdays_of
from bot.services.membership import Membership, standing
from bot.services.planning import call_managers
from bot.services.ports import Caller, Clock, UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen in Slack."""

    referrals: tuple[str, ...]
    weekdays: frozenset[int]
    approval: OverrideApproval
    """Who has to approve overrides."""


class Configuring:
    """Shows managers their settings, and changes them. Everybody else gets NotAllowed."""

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock

    async def chosen(self, caller: Caller) -> Chosen:
        """Return the settings as they are."""
        async with self._units.reading(caller.workspace_id) as work:
            workspace = await _checked(work, caller)
            listed = await work.referrals.listed()
            settings = workspace.settings
            return Chosen(tuple(listed), settings.weekdays, settings.override_approval)

    async def change(
        self,
        caller: Caller,
        referrals: str,
        weekdays: Collection[str] | None = None,
        approval: str | None = None,
    ) -> Chosen:
        """Keep what was typed; raises AnswersRejected for what cannot be kept.

        What is None was not asked for, and stays. So do due dates, and what waits for a manager.
        """
        async with self._units(caller.workspace_id) as work:
            workspace = await _checked(work, caller)
            before = workspace.settings
            chosen = Chosen(
                referrals_of(referrals),
                before.weekdays if weekdays is None else weekdays_of(weekdays),
                before.override_approval if approval is None else approval_of(approval),
            )
            await work.referrals.replace(chosen.referrals)
            if approval is not None:
                await work.workspaces.change_override_approval(chosen.approval)
            if weekdays is not None and await work.workspaces.change_weekdays(chosen.weekdays):
                await self._look_anew(work, workspace)
        self._membership.forget_greeted()
        return chosen

    async def _look_anew(self, work: UnitOfWork, workspace: Workspace) -> None:
        """Let the clock find out on which mornings things are to be said now."""
        now = self._clock()
        await work.nudges.look_at_all(now)
        await call_managers(work, workspace, now)


async def _checked(work: UnitOfWork, caller: Caller) -> Workspace:
    who = await standing(work, caller, Errand.CHANGE_SETTINGS)
    if not may(Errand.CHANGE_SETTINGS, who.roles()):
        raise NotAllowed(Errand.CHANGE_SETTINGS, owner=None)
    return who.workspace
