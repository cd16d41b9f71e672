"""What managers do about messages that did not arrive: fix the cause, and have all sent again."""

from bot.domain.people import OtherAction
from bot.services.ports import Caller
from bot.services.transaction.action import permitted
from bot.storage.unit_of_work import UnitsOfWork


class ResendService:
    """Sends again what a channel or a member did not get."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def send_again(self, caller: Caller, recipient: str) -> int:
        """Send what died at a channel or member, whatever the cause; return how many that is.

        A second click finds nothing more. What dies again is reported again, and what may be out is
        looked for first. Raises NotAllowed unless a manager asks for it.
        """
        async with self._units(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.SEND_AGAIN)
            return await work.outbox.send_again(recipient)
