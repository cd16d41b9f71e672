"""What a change of the adopted checklists involves: the version, the history, and a line."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.checklist.model import Checklist
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.errors import ChecklistRefusal, ChecklistRefused
from bot.domain.people import MemberId
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.settings.checklists import (
    Adopted,
    ChecklistAct,
    change_of,
    check_adoptable,
    named,
    retirable,
    with_id,
)
from bot.domain.workspace import Workspace
from bot.services.ports import Clock, NewId
from bot.storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShippedChecklists:
    """The checklists that Walkaway comes with, and what is needed to adopt one."""

    default: Checklist
    """The checklist of a workspace that has not adopted any yet."""
    shipped: Callable[[str], Checklist | None]
    """Returns the one with an id, if there is one."""
    clock: Clock
    new_id: NewId
    ids: Sequence[str] = ()
    """The ids of all checklists that a workspace can choose from."""

    async def adopted_or_first(self, work: UnitOfWork) -> Sequence[Adopted]:
        """Lock the workspace and return what it has adopted; if that is nothing, adopt ours."""
        await work.workspaces.get_to_change()
        adopted = await work.adopted.all()
        if adopted:
            return adopted
        version = await self.numbered(work, self.default)
        first = Adopted(version, is_default=True, is_shipped=True, at=self.clock(), by=None)
        await work.adopted.put(first)
        return [first]

    async def numbered(self, work: UnitOfWork, checklist: Checklist) -> ChecklistVersion:
        """Return the version with this content, which gets a number if it is new here."""
        await work.checklist_versions.add(VersionId(self.new_id()), checklist, self.clock())
        version = await work.checklist_versions.find(checklist)
        assert version is not None  # noqa: S101 - added just now
        return version

    def offered(self, adopted: Sequence[Adopted]) -> list[Checklist]:
        """Return the checklists of ours whose ids are not in use."""
        ours = [self.shipped(each) for each in self.ids if with_id(adopted, each) is None]
        return [each for each in ours if each is not None]

    async def retired(self, work: UnitOfWork) -> list[ChecklistVersion]:
        """Return what a workspace had of its own and uses no more, each in its last version."""
        retired = await work.adopted.retired()
        return [each for each in retired if self.shipped(each.checklist.id) is None]

    def outdated(self, adopted: Sequence[Adopted]) -> list[tuple[Adopted, Checklist]]:
        """Return our adopted checklists whose shipped content has changed, with that content."""
        found = []
        for each in adopted:
            ours = self.shipped(each.checklist.id) if each.is_shipped else None
            if ours is not None and ours.version != each.checklist.version:
                found.append((each, ours))
        return found


@dataclass(frozen=True, slots=True)
class ChangingChecklists:
    """The adopted checklists of a workspace that is locked until the end.

    Its methods raise ChecklistRefused for changes that are not allowed.
    """

    work: UnitOfWork
    workspace: Workspace
    adopted: Sequence[Adopted]
    ours: ShippedChecklists
    by: MemberId | None
    """None for an operator, or the bot itself."""
    now: datetime

    async def adopt(self, checklist: Checklist, *, as_default: bool) -> Adopted:
        """Adopt a checklist, or its next version."""
        ours = self.ours.shipped(checklist.id)
        check_adoptable(checklist, self.adopted, ours)
        before = with_id(self.adopted, checklist.id)
        was_default = before is not None and before.is_default
        version = await self.ours.numbered(self.work, checklist)
        its = Adopted(version, was_default, ours is not None, self.now, self.by)
        await self.work.adopted.put(its)
        acts = [(ChecklistAct.ADOPTED, version)]
        if as_default and not was_default:
            await self.work.adopted.make_default(checklist.id)
            acts.append((ChecklistAct.MADE_DEFAULT, version))
        await self._note(acts)
        return its

    async def retired(self) -> Sequence[ChecklistVersion]:
        """Return what the workspace had of its own and uses no more."""
        return await self.ours.retired(self.work)

    async def version(self, checklist_id: str, number: int | None = None) -> ChecklistVersion:
        """Return a version that is or was in use, the last one without a number.

        Raises ChecklistRefused if there never was such a version.
        """
        found: ChecklistVersion | None
        if number is None:
            known = [each.version for each in self.adopted] + [*await self.work.adopted.retired()]
            found = next((each for each in known if each.checklist.id == checklist_id), None)
        else:
            found = await self.work.checklist_versions.numbered(checklist_id, number)
        if found is None:
            raise ChecklistRefused(ChecklistRefusal.NEVER_USED, checklist_id)
        return found

    async def make_default(self, checklist_id: str) -> Adopted:
        """Make new screenings begin with it; nothing happens if they already do."""
        found = named(self.adopted, checklist_id)
        if not found.is_default:
            await self.work.adopted.make_default(checklist_id)
            await self._note([(ChecklistAct.MADE_DEFAULT, found.version)])
        return found

    async def retire(self, checklist_id: str) -> Adopted:
        """Take it out of use."""
        found = retirable(self.adopted, checklist_id)
        await self.work.adopted.retire(checklist_id)
        await self._note([(ChecklistAct.RETIRED, found.version)])
        return found

    async def renew(self) -> None:
        """Adopt the new content of adopted checklists that an update of Walkaway brought."""
        acts = []
        for each, ours in self.ours.outdated(self.adopted):
            version = await self.ours.numbered(self.work, ours)
            await self.work.adopted.put(Adopted(version, each.is_default, True, self.now, None))
            acts.append((ChecklistAct.RENEWED, version))
            log.info("checklist %s is adopted in its version %s", ours.id, version.number)
        await self._note(acts)

    async def _note(self, acts: Sequence[tuple[ChecklistAct, ChecklistVersion]]) -> None:
        """Record it in the history, and post a line in the channel."""
        changes = tuple(change_of(act, version) for act, version in acts)
        await self.work.adopted.note(changes, self.by, self.now)
        channel = self.workspace.settings.verdict_channel
        if channel and changes:
            what = "+".join(f"{e.act}.{e.checklist_id}.{e.number}" for e in changes)
            await self.work.outbox.put(
                OutboxMessage(
                    kind=MessageKind.SETTINGS_CHANGED,
                    recipient=channel,
                    dedupe_key=f"checklists:{self.now.isoformat()}:{what}",
                    payload=payloads.ChecklistsChanged(changes, self.by),
                )
            )
