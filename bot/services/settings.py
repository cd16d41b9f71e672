"""What the managers of a workspace choose in Slack; the other settings come at each start."""

import logging
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.people import Errand
from bot.domain.workspace import (
    ChosenSettings,
    OverrideApproval,
    ShownSettings,
    Workspace,
    approval_of,
    merged,
    referrals_of,
    weekdays_of,
)
from bot.services.overrides import can_be_approved
from bot.services.people import Membership
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import permitted
from bot.services.transaction.planning import call_managers
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Saved:
    """What is chosen in Slack now that somebody saved it."""

    chosen: ChosenSettings
    approves_alone: bool
    """Whether overrides wait for a manager, and nobody could approve one of whoever saved it."""


class SettingsService:
    """Shows managers their settings, and changes them. Everybody else gets NotAllowed."""

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock

    async def chosen(self, caller: Caller) -> ChosenSettings:
        """Return the settings as they are."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await permitted(work, caller, Errand.CHANGE_SETTINGS)
            return await _chosen(work, who.workspace)

    async def change(
        self,
        caller: Caller,
        referrals: str,
        weekdays: Collection[str] | None = None,
        approval: str | None = None,
        *,
        shown: ShownSettings | None = None,
    ) -> Saved:
        """Keep what was typed over what was `shown`, if that is known.

        What is None was not asked for, and stays. So do due dates, and what waits for a manager.
        Raises AnswersRejected for what cannot be kept, and as `merged` does.
        """
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, Errand.CHANGE_SETTINGS)
            before = await _chosen(work, await work.workspaces.get_to_change() or who.workspace)
            chosen = ChosenSettings(
                referrals_of(referrals),
                before.weekdays if weekdays is None else weekdays_of(weekdays),
                before.approval if approval is None else approval_of(approval),
            )
            if shown is not None:
                chosen = merged(chosen, shown=shown, kept=before)
            await work.referrals.replace(chosen.referrals)
            await work.workspaces.change_override_approval(chosen.approval)
            if await work.workspaces.change_weekdays(chosen.weekdays):
                await self._look_anew(work, who.workspace)
            waits = chosen.approval is OverrideApproval.MANAGER
            saved = Saved(chosen, waits and not await can_be_approved(work, who))
        _note_approval(caller, before, chosen)
        self._membership.forget_greeted()
        return saved

    async def _look_anew(self, work: UnitOfWork, workspace: Workspace) -> None:
        """Let the clock find out on which mornings things are to be said now."""
        now = self._clock()
        await work.nudges.look_at_all(now)
        await call_managers(work, workspace, now)


async def _chosen(work: UnitOfWork, workspace: Workspace) -> ChosenSettings:
    settings = workspace.settings
    listed = await work.referrals.listed()
    return ChosenSettings(tuple(listed), settings.weekdays, settings.override_approval)


def _note_approval(caller: Caller, before: ChosenSettings, after: ChosenSettings) -> None:
    """Let whoever runs us find who changed by whom overrides have to be approved."""
    if after.approval is not before.approval:
        log.info(
            "member %s of workspace %s changed the approval of overrides from %s to %s",
            caller.member_id,
            caller.workspace_id,
            before.approval,
            after.approval,
        )
