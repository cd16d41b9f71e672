"""Who acts, as the database knows them inside a unit of work."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.errors import DirectoryUnavailable, NotFullMember
from bot.domain.people import Action, Errand, Member, MemberId, Role, roles
from bot.domain.prospects.prospect import Prospect
from bot.domain.workspace.workspace import Workspace
from bot.services.ports import Caller
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """Who acts, and what they are, as the database knows it inside a unit of work."""

    workspace: Workspace
    member: Member

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


async def standing(work: UnitOfWork, caller: Caller, action: Action | Errand) -> Standing:
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
    return Standing(workspace, cached.member)


async def known_member(work: UnitOfWork, member_id: MemberId, who: Standing) -> Member | None:
    """Return a member as far as they are known; who acts is known already."""
    if member_id == who.member.id:
        return who.member
    cached = await work.members.get(member_id)
    return None if cached is None else cached.member


async def zone_of(work: UnitOfWork, member_id: MemberId, who: Standing) -> ZoneInfo:
    """Return the time zone of a member; the workspace's if they are not known."""
    member = await known_member(work, member_id, who)
    return who.workspace.settings.zone if member is None else member.zone
