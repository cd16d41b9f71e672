"""Who acts, as the database knows them inside a unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.decisions import check
from bot.domain.decisions.history import HistoryEntry, Lapsed, lapses
from bot.domain.errors import DirectoryUnavailable, NotFullMember, UnknownProspect
from bot.domain.overrides import has_lapsed, lapse
from bot.domain.people import Action, Errand, Member, MemberId, Role, roles
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.workspace import Workspace, language_of
from bot.services.ports import Caller
from bot.services.transaction.announcements import (
    announce_decision,
    announce_kill_date,
    announce_lapse,
    announce_request_lapse,
)
from bot.services.transaction.planning import plan
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and what they are, as the database knows it inside a unit of work."""

    workspace: Workspace
    member: Member

    @property
    def language(self) -> str:
        """The language in which they read and write."""
        return language_of(self.member.locale, self.workspace.settings.language)

    def roles(self, prospect: Prospect | None = None) -> frozenset[Role]:
        """Return what the member is towards a prospect."""
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


async def standing(work: UnitOfWork, caller: Caller, action: Action | Errand) -> Actor:
    """Return who acts, inside the unit of work that will write.

    Raises:
        DirectoryUnavailable: Nothing is known of the member yet, so they have no rights yet.
        NotFullMember: They are a guest, from another organisation, or a bot.
    """
    workspace, cached = await work.workspaces.with_member(caller.member_id) or (None, None)
    if workspace is None or cached is None:
        raise DirectoryUnavailable
    if not cached.member.is_full:
        raise NotFullMember(action, owner=None)
    return Actor(workspace, cached.member)


async def known_member(work: UnitOfWork, member_id: MemberId, who: Actor) -> Member | None:
    """Return a member as far as they are known; who acts is known already."""
    if member_id == who.member.id:
        return who.member
    cached = await work.members.get(member_id)
    return None if cached is None else cached.member


async def zone_of(work: UnitOfWork, member_id: MemberId, who: Actor) -> ZoneInfo:
    """Return the time zone of a member; the workspace's if they are not known."""
    member = await known_member(work, member_id, who)
    return who.workspace.settings.zone if member is None else member.zone


@dataclass(frozen=True, slots=True)
class Click:
    """A button pressed: on which prospect, and as of which revision it was drawn."""

    prospect_id: ProspectId
    revision: int


async def checked(
    work: UnitOfWork, caller: Caller, click: Click, action: Action, now: datetime
) -> tuple[Actor, Prospect, date]:
    """Return who acts, on what, and today where its owner is; raises what `actions.check` raises.

    The prospect is locked until the end. What was over before is kept and said first, in case the
    clock is late; nothing of it is if the action is refused.
    """
    who = await standing(work, caller, action)
    prospect = await work.prospects.get_to_change(click.prospect_id)
    if prospect is None:
        raise UnknownProspect
    today = today_in(await zone_of(work, prospect.facts.owner, who), now)
    prospect = await catch_up(work, who.workspace, prospect, today, now)
    check(prospect, action, who.roles(prospect), revision=click.revision)
    return who, prospect, today


async def record(
    work: UnitOfWork,
    who: Actor,
    prospect: Prospect,
    action: Action,
    detail: Mapping[str, Any],
    *,
    now: datetime,
) -> Prospect:
    """Keep what an action made of a prospect, with its history, and let Slack be told."""
    await work.prospects.save(prospect)
    await work.history.append(
        HistoryEntry(
            prospect_id=prospect.id,
            action=action,
            by=who.member.id,
            at=now,
            revision=prospect.revision,
            detail=detail,
        )
    )
    zone = await zone_of(work, prospect.facts.owner, who)
    await plan(work, prospect, who.workspace, zone, now)
    await announce_decision(work, who.workspace, prospect)
    return prospect


async def catch_up(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, today: date, now: datetime
) -> Prospect:
    """Return a locked prospect after what is over by now; all of it is kept and said, once.

    The clock does so when it comes, and every action before anything else, in case the clock is
    late: afterwards nobody could tell any more. `today` is that of its owner.
    """
    new = [each for each in lapses(prospect, today, now) if await work.history.note(each)]
    request = prospect.request
    if request is not None and has_lapsed(prospect, today):
        prospect = lapse(prospect, now=now)
        await work.prospects.keep_overrides(prospect)
        await work.prospects.keep_told(prospect)
        await announce_request_lapse(work, workspace, prospect, request)
    for each in new:
        if each.what is Lapsed.CONDITION:
            await announce_lapse(work, workspace, prospect, each.day)
        elif each.what is Lapsed.OVERRIDE:
            await announce_kill_date(work, workspace, prospect, each.about)
    return prospect
