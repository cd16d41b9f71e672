"""The checklists that a workspace has adopted, and what managers change about them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Localized
from bot.domain.errors import ChecklistRefusal, ChecklistRefused
from bot.domain.people import MemberId, Role
from bot.domain.screening import ChecklistVersion, VersionId

MOST_ADOPTED = 10
"""The most checklists that a workspace can have in use."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A checklist in use, in the version that new screenings begin with."""

    version: ChecklistVersion
    is_default: bool
    is_shipped: bool
    """Whether its content is ours: then a new release brings its newer versions at start."""
    at: datetime
    """When this version was adopted."""
    by: MemberId | None
    """None for an operator, or the bot itself."""

    @property
    def checklist(self) -> Checklist:
        """The checklist itself."""
        return self.version.checklist


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A checklist that a manager looks at, and the one that it would replace."""

    checklist: Checklist
    before: Adopted | None
    """The version that is in use now."""
    refusal: ChecklistRefused | None
    """Why it can't be adopted, proved or not; None if it can."""

    @property
    def seen(self) -> VersionId | None:
        """The version in use now: whoever confirms later may find another one."""
        return None if self.before is None else self.before.version.id


class ChecklistAct(StrEnum):
    """What can happen to a checklist of the workspace."""

    ADOPTED = "adopted"
    """Taken into use, or replaced by another version."""
    RENEWED = "renewed"
    """Replaced by a version that an update of Walkaway brought."""
    MADE_DEFAULT = "made_default"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ChecklistChange:
    """What happened to a checklist, in stored form."""

    act: ChecklistAct
    checklist_id: str
    title: Localized
    number: int
    """The number of the version."""


@dataclass(frozen=True, slots=True)
class NotedChecklistChange:
    """A change as recorded in the history."""

    change: ChecklistChange
    by: MemberId | None
    at: datetime


def change_of(act: ChecklistAct, version: ChecklistVersion) -> ChecklistChange:
    """Return the record of a change."""
    found = version.checklist
    return ChecklistChange(act, found.id, found.title, version.number)


def default_of(adopted: Sequence[Adopted]) -> Adopted:
    """Return the default; there always is one."""
    return next(each for each in adopted if each.is_default)


def with_id(adopted: Sequence[Adopted], checklist_id: str) -> Adopted | None:
    """Return the checklist of this id, if it is adopted."""
    return next((each for each in adopted if each.checklist.id == checklist_id), None)


def judging(adopted: Sequence[Adopted], checklist_id: str) -> Adopted:
    """Return what judges prospects screened by a checklist before; the default if it is retired."""
    return with_id(adopted, checklist_id) or default_of(adopted)


def may_choose(held: Collection[Role]) -> bool:
    """Tell whether somebody may screen again by another checklist: nobody picks their own judge."""
    return Role.MANAGER in held and Role.OWNER not in held


def check_adoptable(
    checklist: Checklist, adopted: Sequence[Adopted], ours: Checklist | None
) -> None:
    """Raise ChecklistRefused if a checklist can't be adopted, proved or not.

    `ours` is the checklist that Walkaway comes with under the same id.
    """
    if ours is not None and ours.version != checklist.version:
        raise ChecklistRefused(ChecklistRefusal.SHIPPED_ID, checklist.id)
    before = with_id(adopted, checklist.id)
    if before is not None and before.checklist.version == checklist.version:
        raise ChecklistRefused(ChecklistRefusal.SAME, checklist.id)
    if before is None and len(adopted) >= MOST_ADOPTED:
        raise ChecklistRefused(ChecklistRefusal.TOO_MANY, checklist.id, limit=MOST_ADOPTED)


def warnings_about(
    checklist: Checklist, adopted: Sequence[Adopted], ours: Checklist | None
) -> Adoptable:
    """Return what a manager must know about a checklist before adopting it."""
    before = with_id(adopted, checklist.id)
    try:
        check_adoptable(checklist, adopted, ours)
    except ChecklistRefused as refusal:
        return Adoptable(checklist, before, refusal)
    return Adoptable(checklist, before, None)


def check_unchanged(adopted: Sequence[Adopted], checklist_id: str, seen: VersionId | None) -> None:
    """Raise ChecklistRefused if a version other than the one `seen` has been adopted since."""
    now = with_id(adopted, checklist_id)
    if (None if now is None else now.version.id) != seen:
        by = None if now is None else now.by
        raise ChecklistRefused(ChecklistRefusal.CHANGED_MEANWHILE, checklist_id, by=by)


def named(adopted: Sequence[Adopted], checklist_id: str) -> Adopted:
    """Return the checklist of this id; raises ChecklistRefused if it is not adopted."""
    found = with_id(adopted, checklist_id)
    if found is None:
        raise ChecklistRefused(ChecklistRefusal.UNKNOWN, checklist_id)
    return found


def retirable(adopted: Sequence[Adopted], checklist_id: str) -> Adopted:
    """Return a checklist that can be retired; raises ChecklistRefused for the default."""
    found = named(adopted, checklist_id)
    if found.is_default:
        raise ChecklistRefused(ChecklistRefusal.IS_DEFAULT, checklist_id)
    return found
