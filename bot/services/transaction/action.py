"""The transaction of an action: who acts on what, checked, and recorded with its consequences."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar, WorkingTime, today_in
from bot.domain.decisions import (
    HistoryEntry,
    Lapse,
    Lapsed,
    acted_on,
    acts,
    check,
    check_today,
    lapses,
    may,
)
from bot.domain.errors import (
    ClickedTwice,
    DirectoryUnavailable,
    NotAllowed,
    NotFullMember,
    StaleClick,
    UnknownProspect,
)
from bot.domain.overrides import has_lapsed, lapse
from bot.domain.people import Action, Member, MemberId, OtherAction, Role, roles
from bot.domain.prospects import Prospect, ProspectId, Stage, is_stalled
from bot.domain.workspace import Workspace, language_of
from bot.services.ports import Caller, Clock
from bot.services.transaction.announcements import (
    ChangedByClock,
    announce_by_clock,
    announce_decision,
    announce_request_lapse,
    due_passed,
    kill_date_reached,
    lapse_of,
)
from bot.services.transaction.planning import plan
from bot.services.transaction.webhooks import WebhookNotifier
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class Actor:
    """The member who acts and their workspace, as the database knows them in a unit of work."""

    workspace: Workspace
    member: Member

    @property
    def language(self) -> str:
        """The language in which they read and write."""
        return language_of(self.member.locale, self.workspace.settings.language)

    def roles(self, prospect: Prospect | None = None) -> frozenset[Role]:
        """Return the member's roles, for a prospect if one is given."""
        return roles(
            self.member,
            managers=self.workspace.manager_ids,
            owner=None if prospect is None else prospect.facts.owner,
            decided_by=None
            if prospect is None or prospect.decision is None
            else prospect.decision.by,
            asked_by=None
            if prospect is None or prospect.request is None
            else prospect.request.asked_by,
        )

    async def known(self, work: UnitOfWork, member_id: MemberId) -> Member | None:
        """Return a member as far as they are known; the one who acts is known already."""
        if member_id == self.member.id:
            return self.member
        cached = await work.members.get(member_id)
        return None if cached is None else cached.member

    async def zone_of(self, work: UnitOfWork, member_id: MemberId) -> ZoneInfo:
        """Return a member's time zone; the workspace's if nothing is known about them."""
        return self.workspace.zone_of(await self.known(work, member_id))


async def standing(work: UnitOfWork, caller: Caller, action: Action | OtherAction) -> Actor:
    """Return who acts, inside the unit of work that will write.

    Raises:
        DirectoryUnavailable: Nothing is known about the member yet, so they have no rights yet.
        NotFullMember: They are a guest, from another organisation, a bot, or deactivated.
    """
    workspace, cached = await work.workspaces.with_member(caller.member_id) or (None, None)
    if workspace is None or cached is None:
        raise DirectoryUnavailable
    if cached.member.outsider is not None:
        raise NotFullMember(action, cached.member.outsider)
    work.members.known[caller.member_id] = cached
    return Actor(workspace, cached.member)


async def permitted(work: UnitOfWork, caller: Caller, action: Action | OtherAction) -> Actor:
    """Return who acts, if they may whatever the prospect; also raises NotAllowed."""
    who = await standing(work, caller, action)
    if not may(action, who.roles()):
        nobody = not who.workspace.settings.managers
        raise NotAllowed(action, owner=None, nobody_manages=nobody)
    return who


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a button: on which prospect, and at which revision it was drawn."""

    prospect_id: ProspectId
    revision: int


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action under way in its unit of work, on a prospect that is locked until the end."""

    work: UnitOfWork
    who: Actor
    prospect: Prospect
    """The prospect as the action finds it, with all that has lapsed recorded and announced."""
    now: datetime
    zone: ZoneInfo
    """The owner's time zone."""

    @property
    def today(self) -> date:
        """The day in the owner's time zone."""
        return today_in(self.zone, self.now)

    @property
    def calendar(self) -> WorkingCalendar:
        """The workspace's working days."""
        return self.who.workspace.settings.calendar

    @property
    def working(self) -> WorkingTime:
        """The owner's working time."""
        return WorkingTime(self.calendar, self.zone)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of the acting member for the prospect."""
        return self.who.roles(self.prospect)

    async def record(self, prospect: Prospect, act: acts.Act) -> Prospect:
        """Save the prospect after the action, with its history, and queue what Slack is told."""
        work, workspace = self.work, self.who.workspace
        zone = await self.who.zone_of(work, prospect.facts.owner)
        prospect = acted_on(prospect, act.action, today_in(zone, self.now))
        await work.prospects.save(prospect)
        await work.history.append(
            HistoryEntry(prospect.id, act, self.who.member.id, self.now, prospect.revision)
        )
        await plan(work, prospect, workspace, zone, self.now)
        was_open = self.prospect.stage is Stage.OPEN
        await announce_decision(work, workspace, prospect, was_open=was_open)
        await WebhookNotifier(work, workspace, self.who.member.id, self.now).acted(prospect, act)
        return prospect


@asynccontextmanager
async def acting(
    units: UnitsOfWork, clock: Clock, caller: Caller, click: Click, action: Action
) -> AsyncIterator[OpenAction]:
    """Open the unit of work of an action that may be done now; its results are recorded in it.

    Raises UnknownProspect, and what `actions.check` and `actions.check_today` raise. Of two clicks
    at the same revision the first wins; the second gets StaleClick, or ClickedTwice if it repeats
    the member's own.
    """
    async with units(caller.workspace_id) as work:
        now = clock()
        who = await standing(work, caller, action)
        prospect = await work.prospects.get_to_change(click.prospect_id)
        if prospect is None:
            raise UnknownProspect
        it = await taken_up(work, who, prospect, now)
        try:
            check(it.prospect, action, it.roles, revision=click.revision)
        except StaleClick:
            if await _did_so(work, caller, click, action):
                raise ClickedTwice(it.prospect) from None
            raise
        check_today(it.prospect, action, it.today)
        yield it


async def _did_so(work: UnitOfWork, caller: Caller, click: Click, action: Action) -> bool:
    """Tell whether this button already led to this very action by the same member."""
    return any(
        (entry.revision - 1, entry.by, entry.action) == (click.revision, caller.member_id, action)
        for entry in await work.history.of(click.prospect_id)
    )


async def taken_up(work: UnitOfWork, who: Actor, prospect: Prospect, now: datetime) -> OpenAction:
    """Begin an action on a locked prospect, which catches up first in case the clock is late.

    If the action is refused, nothing of that is saved.
    """
    zone = await who.zone_of(work, prospect.facts.owner)
    caught_up = await catch_up(work, who.workspace, prospect, today_in(zone, now), now)
    return OpenAction(work, who, caught_up, now, zone)


async def foreseen(
    work: UnitOfWork, caller: Caller, click: Click, action: Action, now: datetime
) -> OpenAction:
    """Check an action before its dialog opens: nothing is locked or saved.

    Raises what `acting` raises.
    """
    who = await standing(work, caller, action)
    prospect = await work.prospects.get(click.prospect_id)
    if prospect is None:
        raise UnknownProspect
    zone = await who.zone_of(work, prospect.facts.owner)
    today = today_in(zone, now)
    if has_lapsed(prospect, today):
        prospect = lapse(prospect, now=now)
    check(prospect, action, who.roles(prospect), revision=click.revision)
    check_today(prospect, action, today)
    return OpenAction(work, who, prospect, now, zone)


async def catch_up(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, today: date, now: datetime
) -> Prospect:
    """Return a locked prospect after recording and announcing, once, everything that has lapsed.

    The clock does this when it comes, and every action does it before anything else, in case the
    clock is late: afterwards nobody could tell any more. `today` is the day in its owner's time
    zone.
    """
    (caught_up,) = await catch_up_all(work, workspace, [(prospect, today)], now)
    return caught_up


async def catch_up_all(
    work: UnitOfWork,
    workspace: Workspace,
    found: Sequence[tuple[Prospect, date]],
    now: datetime,
) -> list[Prospect]:
    """Do so with prospects of several owners at once, each with the day where its owner is."""
    over = [each for prospect, today in found for each in lapses(prospect, today, now)]
    new: dict[ProspectId, list[Lapse]] = {}
    for each in await work.history.note(over):
        new.setdefault(each.prospect_id, []).append(each)
    news: list[ChangedByClock] = []
    caught_up = []
    for prospect, today in found:
        request = prospect.request
        if request is not None and has_lapsed(prospect, today):
            await announce_by_clock(work, workspace, news)
            news = []
            prospect = lapse(prospect, now=now)
            await work.prospects.store_overrides(prospect)
            await work.prospects.store_nudge_records(prospect)
            await announce_request_lapse(work, workspace, prospect, request)
        news += _explained(prospect, new.get(prospect.id, ()))
        news += due_passed(prospect) if is_stalled(prospect, today) else ()
        caught_up.append(prospect)
    await announce_by_clock(work, workspace, news)
    return caught_up


def _explained(prospect: Prospect, new: Iterable[Lapse]) -> Iterator[ChangedByClock]:
    for each in new:
        if each.what is Lapsed.CONDITION:
            yield lapse_of(prospect, each.day)
        elif each.what is Lapsed.OVERRIDE:
            yield kill_date_reached(prospect, each.about)
