"""Managers take over drafts that came in, give them to somebody, or discard them."""

from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import MessageKind
from bot.domain.errors import DraftGone, DraftTakenUp
from bot.domain.intake import filled_up, read_for
from bot.domain.people import MemberId, OtherAction
from bot.domain.screening import Draft, DraftId
from bot.services.people import Membership, chosen_owner
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import permitted
from bot.services.transaction.intake import (
    announce_draft,
    plan_draft,
    update_messages,
    was_discarded,
)
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


class AssigningService:
    """Gives drafts that came in to an owner, or discards them.

    Anybody but managers gets NotAllowed.
    """

    def __init__(self, units: UnitsOfWork, membership: Membership, clock: Clock) -> None:
        self._units = units
        self._membership = membership
        self._clock = clock

    async def assignable(self, caller: Caller, draft_id: DraftId) -> Draft:
        """Return a draft that a manager may give away. Raises DraftGone and DraftTakenUp."""
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.ASSIGN_DRAFT)
            return _waiting(await work.drafts.get(draft_id))

    async def assign(self, caller: Caller, draft_id: DraftId, chosen: MemberId | None) -> Draft:
        """Make a member the owner of a draft that nobody has gone on with, and tell them.

        If they already have a draft of that name, it is filled up with this one. Raises
        AnswersRejected for somebody who can't own it, DraftGone and DraftTakenUp.
        """
        to = await chosen_owner(self._membership, caller, chosen)
        now = self._clock()
        async with self._units(caller.workspace_id) as work:
            await work.workspaces.get_to_change()  # what comes in for them meanwhile waits
            who = await permitted(work, caller, OtherAction.ASSIGN_DRAFT)
            draft = _waiting(await work.drafts.get_to_change(draft_id))
            if draft.member_id == to:
                return draft
            given = await _given(work, draft, to, now)
            if to != who.member.id:
                key = f"{MessageKind.INTAKE}:{given.id}:{to}:{now.isoformat()}"
                await announce_draft(work, to, given.id, key)
            await update_messages(work, given.id, f"given:{now.isoformat()}")
            await plan_draft(work, who.workspace, given, now)
        return given

    async def throw_away(self, caller: Caller, draft_id: DraftId) -> None:
        """Delete a draft that nobody has gone on with. Raises DraftGone and DraftTakenUp."""
        async with self._units(caller.workspace_id) as work:
            await work.workspaces.get_to_change()
            await permitted(work, caller, OtherAction.ASSIGN_DRAFT)
            draft = _waiting(await work.drafts.get_to_change(draft_id))
            await work.drafts.remove(draft.id)
            await was_discarded(work, draft)


def _waiting(draft: Draft | None) -> Draft:
    if draft is None:
        raise DraftGone
    if draft.waits_since is None:
        raise DraftTakenUp(draft.member_id)
    return draft


async def _given(work: UnitOfWork, draft: Draft, to: MemberId, now: datetime) -> Draft:
    """Move a draft to its new owner, merging it into theirs of that name if there is one."""
    theirs = await work.drafts.of_name_to_change(to, draft.facts.name)
    await work.drafts.remove(draft.id)
    if theirs is None:
        facts = replace(draft.facts, owner=to)
        given = replace(draft, member_id=to, facts=facts, waits_since=now, updated_at=now)
    else:
        version = await work.checklist_versions.get(theirs.version_id)
        assert version is not None  # noqa: S101 - a foreign key says so
        answers, _ = read_for(version.checklist, draft.answers)
        given, _ = filled_up(theirs, answers, draft.facts.expected_value)
        given = replace(given, came_at=now, updated_at=now)
        await work.intake.move(draft.id, into=given.id)
    await work.drafts.put(given)
    return given
