"""What managers do about a channel that took no messages: they mend it, and have all sent again."""

from bot.domain.people import Errand
from bot.services.delivery.looking import UNSEEN
from bot.services.people import CHANNEL_CLOSED
from bot.services.ports import Caller
from bot.services.transaction.action import permitted
from bot.storage.unit_of_work import UnitsOfWork

MENDABLE = CHANNEL_CLOSED | {"is_inactive", "missing_scope", "no_permission", UNSEEN}
"""Causes of death that a manager can do away with; what may be out is looked for all the same."""


class ResendService:
    """Sends again what a channel did not take."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def send_again(self, caller: Caller, channel: str) -> int:
        """Send what died at a channel, and return how many messages that is.

        A second click finds nothing more. What dies once more is told once more. Raises
        NotAllowed unless a manager asks for it.
        """
        async with self._units(caller.workspace_id) as work:
            await permitted(work, caller, Errand.SEND_AGAIN)
            return await work.outbox.send_again(channel, MENDABLE)
