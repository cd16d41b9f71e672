"""Remembers past clients and refusals one by one; whatever was saved stays saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import errors
from bot.domain.calendar import today_in
from bot.domain.figures.reports.memory import FromMemory, from_memory
from bot.domain.people import OtherAction, Role
from bot.domain.remembered.recall import (
    NAME,
    Remembered,
    RememberedForm,
    RememberedId,
    RememberedRef,
    form_of,
    read_recalled,
    remembered,
)
from bot.domain.screening import ChecklistVersion
from bot.domain.settings.checklists import default_of
from bot.services.ports import Caller
from bot.services.transaction.action import Actor, permitted
from bot.services.transaction.checklists import ShippedChecklists
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class Remembering:
    """What is asked next, and what has been remembered so far."""

    form: RememberedForm
    so_far: FromMemory
    saved: Remembered | None = None
    """Who was last saved in this form, and can be taken back."""
    removed: str | None = None
    """The name of whom was taken back just now."""
    removable: tuple[Remembered, ...] = ()
    """Whom the member may take back, the latest first."""


class RememberService:
    """Lets members enter whom they remember. Guests and the like get NotFullMember."""

    def __init__(self, units: UnitsOfWork, ours: ShippedChecklists) -> None:
        self._units = units
        self._ours = ours

    async def begin(self, caller: Caller) -> Remembering:
        """Ask about somebody, by the default checklist."""
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.REMEMBER)
            version = default_of(await self._ours.adopted_or_first(work)).version
            return await self._next(work, version, who)

    async def follow(
        self,
        caller: Caller,
        ref: RememberedRef,
        typed: Mapping[str, Any],
        saved: RememberedId | None = None,
    ) -> Remembering:
        """Ask what the answers so far call for; nothing is stored. `saved` was saved last."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.REMEMBER)
            version = await _version(work, ref)
            before = None if saved is None else await work.remembered.get(saved)
            return await _shown(work, who, form_of(ref, version.checklist, typed), before)

    async def remove(
        self,
        caller: Caller,
        ref: RememberedRef,
        typed: Mapping[str, Any],
        mistaken: RememberedId,
    ) -> Remembering:
        """Take back somebody entered by mistake, as if they had never been; the form stays.

        Only whoever entered them, or a manager, may do so; others get NotAllowed. Twice does no
        harm.
        """
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.REMEMBER)
            one = await work.remembered.get(mistaken)
            if one is not None:
                if not _may_remove(who, one):
                    raise errors.NotAllowed(OtherAction.REMEMBER, owner=one.by, name=one.name)
                await work.erasing.remove_remembered(mistaken, self._ours.clock())
            version = await _version(work, ref)
            shown = await _shown(work, who, form_of(ref, version.checklist, typed))
        return replace(shown, removed=None if one is None else one.name)

    async def save(
        self,
        caller: Caller,
        ref: RememberedRef,
        typed: Mapping[str, Any],
        drawn: Collection[str],
        saved: RememberedId | None = None,
    ) -> Remembering:
        """Save somebody, and ask about the next one; if submitted twice, they are saved once.

        A form submitted before it was redrawn is shown once more, with what its answers ask for:
        `drawn` are the inputs that it had, and `saved` is who was saved before.

        Raises:
            AnswersRejected: With what to say beside each field.
        """
        async with self._units(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.REMEMBER)
            await work.workspaces.get_to_change()
            version = await _version(work, ref)
            one = await work.remembered.get(ref.id)
            if one is None:
                form = form_of(ref, version.checklist, typed)
                if not form.asks <= set(drawn):
                    before = None if saved is None else await work.remembered.get(saved)
                    return await _shown(work, who, form, before)
                now = self._ours.clock()
                today = today_in(who.member.zone, now)
                recalled = read_recalled(form.checklist, form.typed, today)
                problem = await known_name(work, recalled.name)
                if problem is not None:
                    raise errors.AnswersRejected([problem])
                one = remembered(recalled, ref, now=now, by=caller.member_id)
                await work.remembered.add(one)
            return await self._next(work, version, who, saved=one)

    async def _next(
        self,
        work: UnitOfWork,
        version: ChecklistVersion,
        who: Actor,
        saved: Remembered | None = None,
    ) -> Remembering:
        ref = RememberedRef(RememberedId(self._ours.new_id()), version.id)
        return await _shown(work, who, form_of(ref, version.checklist, {}), saved)


async def _shown(
    work: UnitOfWork, who: Actor, form: RememberedForm, saved: Remembered | None = None
) -> Remembering:
    known = await work.remembered.all()
    removable = tuple(each for each in reversed(known) if each.name and _may_remove(who, each))
    return Remembering(form, from_memory(known), saved, removable=removable)


def _may_remove(who: Actor, one: Remembered) -> bool:
    return one.by == who.member.id or Role.MANAGER in who.roles()


async def known_name(work: UnitOfWork, name: str) -> errors.AnswerProblem | None:
    """Return why a name is refused: it was remembered, or screened, before."""
    before = await work.remembered.named(name)
    if before:
        return errors.AnswerProblem(NAME, "remembered_before", {"name": before[0].name})
    screened = await work.prospects.named(name, 1)
    if screened:
        return errors.AnswerProblem(NAME, "screened_before", {"name": screened[0].facts.name})
    return None


async def _version(work: UnitOfWork, ref: RememberedRef) -> ChecklistVersion:
    version = await work.checklist_versions.get(ref.version_id)
    if version is None:
        raise errors.DraftGone
    return version
