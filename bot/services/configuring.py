"""What the managers of a workspace choose in Slack; the other settings come at each start."""

from dataclasses import dataclass

from bot.domain.errors import NotAllowed
from bot.domain.people import Errand, may
from bot.domain.referrals import referrals_of
from bot.services.membership import standing
from bot.services.ports import Caller, UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen in Slack."""

    referrals: tuple[str, ...]


class Configuring:
    """Shows managers their settings, and changes them. Everybody else gets NotAllowed."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def chosen(self, caller: Caller) -> Chosen:
        """Return the settings as they are."""
        async with self._units.reading(caller.workspace_id) as work:
            await _check(work, caller)
            return Chosen(tuple(await work.referrals.listed()))

    async def change(self, caller: Caller, referrals: str) -> Chosen:
        """Keep what was typed; raises AnswersRejected for what cannot be kept."""
        async with self._units(caller.workspace_id) as work:
            await _check(work, caller)
            chosen = Chosen(referrals_of(referrals))
            await work.referrals.replace(chosen.referrals)
        return chosen


async def _check(work: UnitOfWork, caller: Caller) -> None:
    who = await standing(work, caller, Errand.CHANGE_SETTINGS)
    if not may(Errand.CHANGE_SETTINGS, who.roles()):
        raise NotAllowed(Errand.CHANGE_SETTINGS, owner=None)
