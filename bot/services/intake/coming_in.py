"""Turns what a form or another program posts into a draft, and tells somebody about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.domain.calendar import today_in
from bot.domain.checklist.wording import what_is_wrong
from bot.domain.errors import AnswerProblem, NotPermitted
from bot.domain.intake import (
    MOST_WAITING,
    NOBODY,
    Incoming,
    TooManyDrafts,
    admitted,
    answered,
    filled_up,
    hashed,
    read_for,
    read_incoming,
)
from bot.domain.people import Member, MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import ChecklistVersion, Draft, DraftId
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.people import Membership
from bot.services.transaction.checklists import ShippedChecklists
from bot.services.transaction.intake import announce_intake
from bot.storage.intake.doors import IntakeDoors
from bot.storage.intake.intake import Earlier
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

_LONGEST_ID: Final = 64
_MOST_NAMED: Final = 50
"""The most problems that an answer names; answers are stored, so they have to stay short."""
_FORGOTTEN: Final = {"note": "This came in before, and has been forgotten since."}


class DoorClosed(Exception):
    """The door was closed while something came in."""


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a request."""

    answer: Mapping[str, Any]
    """The answer as JSON: what was taken, what was not and why, and who was told."""
    is_repeated: bool
    """Whether the same key came before: then nothing was done, and this is the earlier answer."""


class IntakeService:
    """Accepts what comes in by the doors."""

    def __init__(
        self,
        units: UnitsOfWork,
        membership: Membership,
        ours: ShippedChecklists,
        doors: IntakeDoors,
    ) -> None:
        self._units = units
        self._membership = membership
        self._ours = ours
        self._doors = doors

    async def find(self, secret: str) -> WorkspaceId | None:
        """Return the workspace whose door a secret opens; None if it opens none."""
        return await self._doors.find(hashed(secret))

    async def admit(self, workspace_id: WorkspaceId) -> None:
        """Count a request, whatever it contains. Raises TooManyRequests and DoorClosed."""
        async with self._units(workspace_id) as work:
            door = await work.intake.door_to_change()
            if door is None or not door.is_open:
                raise DoorClosed
            await work.intake.count(admitted(door, self._ours.clock()))

    async def take(self, workspace_id: WorkspaceId, document: Mapping[str, object]) -> Received:
        """Make a draft of what came in, or add it to its owner's draft of that name.

        Raises DoorClosed, AnswersRejected for what can't be a draft, TooManyDrafts, and
        DirectoryUnavailable as long as its owner can't be identified.
        """
        incoming = read_incoming(document)
        key_hash = hashed(incoming.key) if incoming.key else None
        async with self._units.reading(workspace_id) as work:
            earlier = None if key_hash is None else await work.intake.answered(key_hash)
        if earlier is not None:
            return _received(earlier)
        owner, problem = await self._owner(workspace_id, incoming.owner)
        now, intake_id = self._ours.clock(), self._ours.new_id()
        async with self._units(workspace_id) as work:
            workspace = await work.workspaces.get_to_change()
            door = await work.intake.door()
            if workspace is None or door is None or not door.is_open:
                raise DoorClosed
            if not await work.intake.begin(intake_id, key_hash, now):
                return _received(await work.intake.answered(key_hash or ""))
            draft, version = await self._draft(work, workspace, owner, incoming.name, now)
            answers, odd = read_for(version.checklist, incoming.answers)
            draft, kept = filled_up(draft, answers, incoming.expected_value)
            await work.drafts.put(draft)
            readers = await announce_intake(work, workspace, draft, intake_id, now)
            named = [problem] if problem else []
            stays = [AnswerProblem(each, "kept") for each in kept]
            answer = {
                **_counted(draft, version, workspace, owner, now),
                "told": _readers_told(readers, owner),
                "taken": _taken(incoming, owner, answers, kept),
                "not_taken": _left_out([*incoming.problems, *named, *odd, *stays]),
            }
            await work.intake.finish(intake_id, draft.id, draft.facts.name, answer)
        return Received(answer, is_repeated=False)

    async def _owner(
        self, workspace_id: WorkspaceId, named: str
    ) -> tuple[Member | None, AnswerProblem | None]:
        """Return the owner; if it can't be the one named, nobody, and why."""
        if not named:
            return None, None
        try:
            member = await self._look_up(workspace_id, named)
        except NotPermitted:
            return None, AnswerProblem("owner", "owner_hidden")
        if member is None:
            return None, AnswerProblem("owner", "unknown_owner")
        if not member.is_full:
            return None, AnswerProblem("owner", "outside_owner")
        return member, None

    async def _look_up(self, workspace_id: WorkspaceId, named: str) -> Member | None:
        if "@" in named:
            return await self._membership.of_email(workspace_id, named)
        if not (named.isascii() and named.isalnum() and len(named) <= _LONGEST_ID):
            return None
        return await self._membership.member(workspace_id, MemberId(named))

    async def _draft(
        self,
        work: UnitOfWork,
        workspace: Workspace,
        owner: Member | None,
        name: str,
        now: datetime,
    ) -> tuple[Draft, ChecklistVersion]:
        """Return the draft to fill, new or the owner's of that name, and its checklist.

        The workspace is locked, so that of two requests for one name at the same moment, one sees
        the other.
        """
        member_id = NOBODY if owner is None else owner.id
        before = await work.drafts.of_name_to_change(member_id, name)
        if before is not None:
            version = await work.checklist_versions.get(before.version_id)
            assert version is not None  # noqa: S101 - a foreign key says so
            return replace(before, came_at=now, updated_at=now), version
        if await work.intake.count_waiting() >= MOST_WAITING:
            raise TooManyDrafts
        version = (await self._ours.adopted_or_first(work))[0].version
        facts = ProspectFacts(name, member_id, today_in(workspace.zone_of(owner), now))
        draft_id = DraftId(self._ours.new_id())
        new = Draft(draft_id, member_id, version.id, facts, now, came_at=now, waits_since=now)
        return new, version


def _received(earlier: Earlier | None) -> Received:
    answer = None if earlier is None else earlier.answer
    return Received(answer or _FORGOTTEN, is_repeated=True)


def _counted(
    draft: Draft,
    version: ChecklistVersion,
    workspace: Workspace,
    owner: Member | None,
    now: datetime,
) -> dict[str, Any]:
    given, asked = answered(draft, version.checklist, today_in(workspace.zone_of(owner), now))
    return {"draft": draft.id, "answered": given, "of": asked}


def _readers_told(readers: Sequence[MemberId], owner: Member | None) -> str:
    if owner is not None:
        return "owner"
    return "managers" if readers else "nobody"


def _taken(
    incoming: Incoming, owner: Member | None, answers: Mapping[str, Any], stored: list[str]
) -> list[str]:
    facts = {
        "name": True,
        "owner": owner is not None,
        "expected_value": incoming.expected_value is not None,
    }
    found = [*(each for each, is_there in facts.items() if is_there), *answers]
    return [each for each in found if each not in stored]


def _left_out(problems: list[AnswerProblem]) -> list[dict[str, str]]:
    named = [{"id": each.question, "why": what_is_wrong(each)} for each in problems[:_MOST_NAMED]]
    more = len(problems) - len(named)
    return [*named, {"id": "", "why": f"And {more} more."}] if more else named
