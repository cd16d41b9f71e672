"""Who somebody is: workspaces and members, first looked up in Slack, then stored."""

import logging
from datetime import date, timedelta

from cachetools import TTLCache

from bot.domain.errors import (
    AnswerProblem,
    AnswersRejected,
    DirectoryUnavailable,
    NotPermitted,
)
from bot.domain.people import CachedMember, Member, MemberId
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import Settings, Workspace, WorkspaceId, is_user_group
from bot.services.ports import Caller, Clock, Directory, Person
from bot.services.transaction.planning import note_departure
from bot.services.transaction.settings import adopt_variables
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(days=1)
"""How long we trust what Slack said about a member."""

REMEMBERED_FOR = timedelta(minutes=1)
"""How long a process remembers whom it greeted, for speaking to them; rights are always read."""

_NAMED = 12
"""How many missed holidays the log names."""

GREETED = 10_000
"""How many people a process remembers."""


class Membership:
    """Knows the members of every workspace."""

    def __init__(
        self, units: UnitsOfWork, directory: Directory, clock: Clock, first_values: FirstValues
    ) -> None:
        self._units = units
        self._directory = directory
        self._clock = clock
        self._first_values = first_values
        self._greeted: TTLCache[Caller, Person] = TTLCache(
            GREETED, REMEMBERED_FOR.total_seconds(), lambda: clock().timestamp()
        )

    async def greet(self, caller: Caller) -> Person:
        """Return who is calling; a workspace or member seen for the first time is stored.

        If Slack does not say in time who a new member is, the person has no member.
        """
        person = self._greeted.get(caller)
        if person is None:
            person = await self._get_to_know(caller)
            if person.member is not None:
                self._greeted[caller] = person
        return person

    async def confirm_member(self, caller: Caller) -> Person:
        """Return who somebody is, asking Slack, because it matters that they are still there."""
        self._greeted.pop(caller, None)
        return await self._get_to_know(caller, is_anew=True)

    async def note_changed(self, caller: Caller) -> None:
        """Look up a member again, if they are known; telling it twice does no harm."""
        async with self._units.reading(caller.workspace_id) as work:
            cached = await work.members.get(caller.member_id)
        if cached is not None:
            await self.confirm_member(caller)

    async def member(self, workspace_id: WorkspaceId, member_id: MemberId) -> Member | None:
        """Return a member; None if Slack does not know the id.

        Raises:
            DirectoryUnavailable: They are new to us, and Slack did not answer in time.
        """
        greeted = self._greeted.get(Caller(workspace_id, member_id))
        if greeted is not None:
            return greeted.member
        async with self._units.reading(workspace_id) as work:
            cached = await work.members.get(member_id)
        return await self._fresh(workspace_id, member_id, cached)

    async def of_email(self, workspace_id: WorkspaceId, email: str) -> Member | None:
        """Return the member with an e-mail address; None if Slack knows nobody with it.

        Raises NotPermitted, and DirectoryUnavailable if Slack did not answer in time.
        """
        member = await self._directory.look_up_email(workspace_id, email)
        if member is not None:
            async with self._units.reading(workspace_id) as work:
                cached = await work.members.get(member.id)
            await self._store(workspace_id, member, cached)
        return member

    async def adopt(self, workspace_id: WorkspaceId) -> None:
        """Apply what the environment says now, and resend what could not be delivered before.

        Cards that could not be posted are tried once more, in the present channel.
        """
        first = self._first_values
        async with self._units(workspace_id) as work:
            await self._add(work, workspace_id)
            settings = await adopt_variables(work, first, self._clock())
            revived = await work.outbox.revive_cards(settings.verdict_channel)
        self._greeted.clear()
        if revived:
            log.warning("%s verdict cards could not be posted before; trying again", revived)

    async def name_missed_holidays(self, workspace_id: WorkspaceId) -> None:
        """Log which holidays are worked on because no region is set; it takes some computing."""
        async with self._units.reading(workspace_id) as work:
            workspace = await work.workspaces.get()
        if workspace is not None:
            _warn_of_missed_holidays(workspace.settings, self._clock().date())

    def forget_greeted(self) -> None:
        """Forget everybody greeted, so that the workspace's settings are read again for each."""
        self._greeted.clear()

    async def refresh_groups(self, workspace_id: WorkspaceId) -> None:
        """Look up again who is in the user groups that manage."""
        async with self._units.reading(workspace_id) as work:
            workspace = await work.workspaces.get()
        if workspace is None:
            workspace = await self._welcome(workspace_id)
        for group in filter(is_user_group, workspace.settings.managers):
            members = await self._directory.group_members(workspace_id, group)
            async with self._units(workspace_id) as work:
                await work.workspaces.set_group_members(group, members)
                for member in sorted(set(members) - workspace.manager_ids):
                    await work.managers.call(member, self._clock())
                    await work.nudges.call(member, self._clock())
            self._greeted.clear()

    async def _get_to_know(self, caller: Caller, *, is_anew: bool = False) -> Person:
        async with self._units.reading(caller.workspace_id) as work:
            found = await work.workspaces.with_member(caller.member_id)
        workspace, cached = found or (await self._welcome(caller.workspace_id), None)
        ask = self._asked if is_anew else self._fresh
        try:
            member = await ask(caller.workspace_id, caller.member_id, cached)
        except NotPermitted as error:
            return Person(caller, workspace, None, lacks=error.permission)
        except DirectoryUnavailable:
            return Person(caller, workspace, None)
        return Person(caller, workspace, member, is_unknown=member is None)

    async def _welcome(self, workspace_id: WorkspaceId) -> Workspace:
        async with self._units(workspace_id) as work:
            workspace = await self._add(work, workspace_id)
        assert workspace is not None  # noqa: S101 - added just now
        return workspace

    async def _add(self, work: UnitOfWork, workspace_id: WorkspaceId) -> Workspace | None:
        """Add the workspace with its first values, unless it already exists."""
        first = self._first_values
        if await work.workspaces.add(Workspace(workspace_id, first.settings)):
            await work.workspaces.store_variables_seen(first.stored)
        return await work.workspaces.get()

    async def _fresh(
        self, workspace_id: WorkspaceId, member_id: MemberId, cached: CachedMember | None
    ) -> Member | None:
        if cached is not None and self._clock() - cached.fetched_at < FRESH_FOR:
            return cached.member
        return await self._asked(workspace_id, member_id, cached)

    async def _asked(
        self, workspace_id: WorkspaceId, member_id: MemberId, cached: CachedMember | None
    ) -> Member | None:
        """Return who somebody is according to Slack; as known before if it does not answer."""
        try:
            member = await self._directory.look_up(workspace_id, member_id)
        except DirectoryUnavailable:
            if cached is None:
                raise
            return cached.member
        if member is not None:
            await self._store(workspace_id, member, cached)
        return member

    async def _store(
        self, workspace_id: WorkspaceId, member: Member, cached: CachedMember | None
    ) -> None:
        """Store what Slack said about a member, with its consequences."""
        async with self._units(workspace_id) as work:
            await work.members.put(CachedMember(member, fetched_at=self._clock()))
            before = None if cached is None else cached.member
            await self._note_change(work, member, before)

    async def _note_change(self, work: UnitOfWork, member: Member, before: Member | None) -> None:
        """Have the clock look again at a member who changed time zone, left, or came back."""
        now = self._clock()
        if not member.is_full:
            workspace = await work.workspaces.get()
            if workspace is not None:
                await note_departure(work, workspace, member.id, now)
            return
        if before is None or (before.zone == member.zone and before.is_full):
            return
        await work.proposals.come_back(member.id)
        await work.nudges.call(member.id, now)
        workspace = await work.workspaces.get()
        if workspace is not None and member.id in workspace.manager_ids:
            await work.managers.call(member.id, now)


def _warn_of_missed_holidays(settings: Settings, today: date) -> None:
    missed = settings.missed_holidays(today)
    if missed:
        days = [f"{each.day} {each.name} ({', '.join(each.regions[:3])})" for each in missed]
        more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
        log.warning(
            "the holidays of %s differ by region, and no region is set (COUNTRY=%s-…), "
            "so these count as working days: %s%s",
            settings.country,
            settings.country,
            "; ".join(days[:_NAMED]),
            more,
        )


async def owner_problem(
    membership: Membership, caller: Caller, chosen: MemberId
) -> AnswerProblem | None:
    """Return why somebody can't own a prospect; None if they can. Raises NotPermitted."""
    try:
        owner = await membership.member(caller.workspace_id, chosen)
    except NotPermitted:
        raise
    except DirectoryUnavailable:
        return AnswerProblem("owner", "directory_unavailable")
    if owner is None:
        return AnswerProblem("owner", "unknown_member")
    return None if owner.is_full else AnswerProblem("owner", "not_full_member")


async def chosen_owner(membership: Membership, caller: Caller, chosen: MemberId | None) -> MemberId:
    """Return the chosen owner. Raises AnswersRejected if they can't be one."""
    if chosen is None:
        raise AnswersRejected([AnswerProblem("owner", "missing")])
    problem = await owner_problem(membership, caller, chosen)
    if problem is not None:
        raise AnswersRejected([problem])
    return chosen
