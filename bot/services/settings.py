"""The settings of a workspace: shown to its managers, checked with Slack, changed, and recorded."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.calendar import today_in
from bot.domain.errors import (
    AnswerProblem,
    AnswersRejected,
    ChannelHidden,
    DirectoryUnavailable,
    NotAllowed,
    NotPermitted,
)
from bot.domain.people import MemberId, OtherAction
from bot.domain.settings.changes import (
    RecordedChange,
    SettingChange,
    Shown,
    channel_problem,
    fitting,
    gaps_of,
    merged,
    read,
    removed_managers,
)
from bot.domain.settings.fields import Typed
from bot.domain.settings.table import SettingId
from bot.domain.workspace import OverrideApproval, Settings, is_user_group
from bot.services.overrides import can_be_approved
from bot.services.people import Membership
from bot.services.ports import Caller, Clock, Directory
from bot.services.transaction.action import Actor, permitted, standing
from bot.services.transaction.settings import barred_managers, change_settings
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

REMEMBERED = 30
"""How many changes the history shows."""


_LOOKED_AT = 20
"""How many members of user groups are looked up."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings as somebody opens them."""

    settings: Settings
    today: date
    """The day in the workspace's time zone."""
    gaps: tuple[SettingId, ...] = ()
    """The missing settings without which nothing, or not everything, works."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The result of saving a page."""

    settings: Settings
    today: date
    changed: tuple[SettingChange, ...]
    approves_alone: bool
    """Whether overrides wait for a manager, and nobody could approve one by whoever saved it."""
    barred_until: date | None = None
    """The last day on which whoever saved it approves nothing, having removed a manager."""


class SettingsService:
    """Shows managers the settings, and changes them. Anybody else gets NotAllowed.

    While nobody manages yet, an admin or owner of the Slack workspace may do this, too.
    """

    def __init__(
        self, units: UnitsOfWork, membership: Membership, directory: Directory, clock: Clock
    ) -> None:
        self._units = units
        self._membership = membership
        self._directory = directory
        self._clock = clock

    async def opened(self, caller: Caller) -> Opened:
        """Return the present settings."""
        is_admin = await self._is_admin_unmanaged(caller)
        async with self._units.reading(caller.workspace_id) as work:
            who = await _may_change(work, caller, is_admin=is_admin)
        settings = who.workspace.settings
        return Opened(settings, today_in(settings.zone, self._clock()), gaps_of(settings))

    async def history(self, caller: Caller) -> Sequence[RecordedChange]:
        """Return the latest changes, the newest first."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.CHANGE_SETTINGS)
            return await work.workspaces.history(REMEMBERED)

    async def change(
        self,
        caller: Caller,
        typed: Mapping[SettingId, Typed],
        *,
        shown: Shown,
        may_be_shared: bool = False,
    ) -> SaveResult:
        """Save what was typed over what was `shown`; whatever was not asked for stays.

        So do dates that are already set, and what waits for a manager. Raises AnswersRejected for
        what can't be saved, and as `merged` does.
        """
        values = read(typed)
        is_admin = await self._is_admin_unmanaged(caller)
        async with self._units.reading(caller.workspace_id) as work:
            who = await _may_change(work, caller, is_admin=is_admin)
        wanted = merged(values, shown=shown, now=who.workspace.settings)
        groups = await self._check(caller, who.workspace.settings, wanted, may_be_shared)
        now = self._clock()
        try:
            async with self._units(caller.workspace_id) as work:
                who = await _may_change(work, caller, is_admin=is_admin)
                before = await work.workspaces.get_to_change() or who.workspace
                after = merged(values, shown=shown, now=before.settings)
                after = fitting(after, today_in(after.zone, now))
                for group, members in groups.items():
                    await work.workspaces.set_group_members(group, members)
                changed = await change_settings(work, before, after, by=caller.member_id, now=now)
                waits = after.override_approval is OverrideApproval.MANAGER
                barred = await barred_managers(work, replace(before, settings=after), now)
                is_alone = waits and not await _is_answerable(work, who, barred)
        finally:  # whoever never hears of the commit may have made it
            self._membership.forget_greeted()
        is_removal = any(removed_managers(each, caller.member_id) for each in changed)
        until = barred.get(caller.member_id) if is_removal else None
        return SaveResult(after, today_in(after.zone, now), changed, is_alone, until)

    async def _check(
        self, caller: Caller, before: Settings, wanted: Settings, may_be_shared: bool
    ) -> Mapping[str, Sequence[MemberId]]:
        """Ask Slack about what is new, and return who is in the user groups that manage.

        Raises AnswersRejected if Slack objects to something, or does not answer in time.
        """
        problems = []
        if wanted.verdict_channel != before.verdict_channel:
            problems.append(await self._channel_problem(caller, wanted, may_be_shared))
        groups: Mapping[str, Sequence[MemberId]] = {}
        if wanted.managers != before.managers:
            try:
                problem, groups = await self._look_at_managers(caller, wanted.managers)
            except NotPermitted as error:
                detail = {"scope": error.permission}
                problem = AnswerProblem(SettingId.MANAGERS, "not_permitted", detail)
            problems.append(problem)
        found = [each for each in problems if each is not None]
        if found:
            raise AnswersRejected(found)
        return groups

    async def _channel_problem(
        self, caller: Caller, wanted: Settings, may_be_shared: bool
    ) -> AnswerProblem | None:
        try:
            seen = await self._directory.channel(caller.workspace_id, wanted.verdict_channel)
        except ChannelHidden:
            return AnswerProblem(SettingId.VERDICT_CHANNEL, "channel_hidden")
        except DirectoryUnavailable:
            return AnswerProblem(SettingId.VERDICT_CHANNEL, "slack_slow")
        return channel_problem(seen, may_be_shared=may_be_shared)

    async def _look_at_managers(
        self, caller: Caller, managers: Sequence[str]
    ) -> tuple[AnswerProblem | None, Mapping[str, Sequence[MemberId]]]:
        """Return what is wrong with these managers: at least one must be a full member.

        Raises NotPermitted if the app may not look them up.
        """
        groups: dict[str, Sequence[MemberId]] = {}
        try:
            for group in filter(is_user_group, managers):
                groups[group] = await self._directory.group_members(caller.workspace_id, group)
            named = [MemberId(each) for each in managers if not is_user_group(each)]
            known = await asyncio.gather(
                *(self._membership.member(caller.workspace_id, each) for each in named)
            )
        except NotPermitted:
            raise
        except DirectoryUnavailable:
            return AnswerProblem(SettingId.MANAGERS, "managers_unknown"), {}
        odd = [each for each, member in zip(named, known, strict=True) if not member]
        if odd:
            return AnswerProblem(SettingId.MANAGERS, "unknown_manager", {"typed": odd[0]}), {}
        if not any(member.is_full for member in known if member):
            in_groups = list(dict.fromkeys(each for some in groups.values() for each in some))
            if not await self._has_full_member(caller, in_groups):
                return AnswerProblem(SettingId.MANAGERS, "no_manager"), {}
        return None, groups

    async def _has_full_member(self, caller: Caller, members: Sequence[MemberId]) -> bool:
        """Tell whether one of these can manage; if Slack is too slow to answer, assume so.

        They are looked up one after the other, since mostly the first one can.
        """
        for each in members[:_LOOKED_AT]:
            try:
                member = await self._membership.member(caller.workspace_id, each)
            except NotPermitted:
                raise
            except DirectoryUnavailable:
                return True
            if member is not None and member.is_full:
                return True
        return False

    async def _is_admin_unmanaged(self, caller: Caller) -> bool:
        """Tell whether nobody manages, and the caller is an admin or owner in Slack itself."""
        person = await self._membership.greet(caller)
        if person.workspace.settings.managers:
            return False
        person = await self._membership.confirm_member(caller)
        return person.member is not None and person.member.is_admin


async def _may_change(work: UnitOfWork, caller: Caller, *, is_admin: bool) -> Actor:
    """Return who changes settings; raises NotAllowed, and NotFullMember."""
    who = await standing(work, caller, OtherAction.CHANGE_SETTINGS)
    if is_admin and not who.workspace.settings.managers:
        return who
    if who.member.id not in who.workspace.manager_ids:
        nobody = not who.workspace.settings.managers
        raise NotAllowed(OtherAction.CHANGE_SETTINGS, owner=None, nobody_manages=nobody)
    return who


async def _is_answerable(work: UnitOfWork, who: Actor, barred: Collection[MemberId]) -> bool:
    workspace = await work.workspaces.get()
    if workspace is None:
        return False
    return await can_be_approved(work, replace(who, workspace=workspace), barred)
