"""Telling the facts that figures are counted from: what changed since they were told last."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version

from bot.domain.workspace import Settings, WorkspaceId
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

RULES = 1
"""The number of the rules by which facts are told: with another one all are told anew."""


async def tell_facts(units: UnitsOfWork, workspace_id: WorkspaceId) -> None:
    """Tell all facts of a workspace that are due, in pieces, so that nobody waits for long."""
    async with units.reading(workspace_id) as work:
        workspace = await work.workspaces.get()
        if workspace is None:
            return
        is_same = await work.facts.told_by() == told_by(workspace.settings)
        if is_same and not await work.facts.are_due():
            return
    is_more, wrote = True, None
    while is_more:
        async with units(workspace_id) as work:
            workspace = await work.workspaces.get()
            if workspace is None or await _is_told_otherwise(work, workspace.settings, wrote):
                return
            is_more = await tell_some(work, workspace.settings)
            wrote = told_by(workspace.settings)


async def _is_told_otherwise(work: UnitOfWork, settings: Settings, wrote: str | None) -> bool:
    """Whether a process of another version began anew meanwhile: both would do so for ever."""
    return wrote == told_by(settings) and await work.facts.told_by() != wrote


async def tell_some(work: UnitOfWork, settings: Settings) -> bool:
    """Tell some of them; return whether there may be more."""
    return await work.facts.tell(told_by(settings), settings.calendar)


def told_by(settings: Settings) -> str:
    """Return a word for all that facts depend on beside what happened: another one, other facts."""
    known = (
        RULES,
        _days_known_by(),
        settings.zone.key,
        settings.country,
        sorted(settings.weekdays),
        sorted(settings.observed),
        settings.free_days.stored,
        settings.worked_days.stored,
    )
    return sha256(repr(known).encode()).hexdigest()[:16]


@cache
def _days_known_by() -> str:
    """The version of what knows the holidays; another one may know better."""
    return version("holidays")
