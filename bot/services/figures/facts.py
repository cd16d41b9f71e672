"""Stores the facts that figures are counted from: what has changed since the last time."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version

from bot.domain.figures.facts import Facts
from bot.domain.workspace import Settings, WorkspaceId
from bot.storage.figures.facts import Unstored
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

RULES = 1
"""The number of the rules for deriving facts; if it changes, all facts are derived anew."""


async def derive_facts(units: UnitsOfWork, workspace_id: WorkspaceId) -> None:
    """Derive all facts of a workspace that are due, in pieces, so that nobody waits for long."""
    async with units.reading(workspace_id) as work:
        workspace = await work.workspaces.get()
        if workspace is None:
            return
        is_same = await work.facts.fingerprint() == fingerprint(workspace.settings)
        if is_same and not await work.facts.are_due():
            return
    is_more, wrote = True, None
    while is_more:
        async with units(workspace_id) as work:
            workspace = await work.workspaces.get()
            if workspace is None:
                return
            ours = fingerprint(workspace.settings)
            if wrote == ours and await work.facts.fingerprint() != ours:
                return  # a process of another version began anew, and both would do so for ever
            is_more = await work.facts.derive(ours, workspace.settings.calendar)
            wrote = ours


async def facts_for_reader(work: UnitOfWork, settings: Settings) -> Facts | Unstored | None:
    """Return what somebody who may not write counts in place of what is stored, if anything."""
    return await work.facts.derive_unstored(fingerprint(settings), settings.calendar)


def fingerprint(settings: Settings) -> str:
    """Return a fingerprint of all that facts depend on besides what happened."""
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
    """Return the version of the library of holidays; another one may know them better."""
    return version("holidays")
