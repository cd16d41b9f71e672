"""The door of a workspace: managers open it, give it another secret, and close it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.intake import Door, DoorAct, DoorChange, hashed
from bot.domain.people import OtherAction
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import permitted
from bot.services.transaction.intake import note_door
from bot.storage.unit_of_work import UnitsOfWork

REMEMBERED = 10
"""How many changes are shown."""


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """The door as a manager sees it."""

    is_open: bool
    changes: Sequence[DoorChange]
    """The newest first."""
    zone: ZoneInfo
    """The workspace's time zone."""
    is_served: bool
    """Whether anything sent to its address reaches us."""


class DoorService:
    """Shows managers the door, and changes it. Anybody else gets NotAllowed."""

    def __init__(
        self,
        units: UnitsOfWork,
        clock: Clock,
        new_secret: Callable[[], str],
        base: str,
        *,
        is_served: bool,
    ) -> None:
        """Set up the service with a source of secrets, and the base of the door's address.

        Without a port for the door, it is not `is_served`.
        """
        self._units = units
        self._clock = clock
        self._new_secret = new_secret
        self._base = base
        self._is_served = is_served

    async def seen(self, caller: Caller) -> DoorSeen:
        """Return the state of the door."""
        async with self._units.reading(caller.workspace_id) as work:
            who = await permitted(work, caller, OtherAction.CHANGE_SETTINGS)
            is_open = _is_open(await work.intake.door())
            changes = await work.intake.history(REMEMBERED)
        return DoorSeen(is_open, changes, who.workspace.settings.zone, self._is_served)

    async def renew(self, caller: Caller) -> str:
        """Open the door, or give it another secret: the previous one no longer opens it.

        Returns the address with the secret, of which only the hash is stored.
        """
        secret = self._new_secret()
        async with self._units(caller.workspace_id) as work:
            await work.workspaces.get_to_change()
            who = await permitted(work, caller, OtherAction.CHANGE_SETTINGS)
            was_open = _is_open(await work.intake.door_to_change())
            await work.intake.set_secret(hashed(secret))
            act = DoorAct.REPLACED if was_open else DoorAct.OPENED
            await note_door(work, who.workspace, DoorChange(act, who.member.id, self._clock()))
        return f"{self._base}{secret}"

    async def close(self, caller: Caller) -> None:
        """Close the door; nothing happens if it is already closed."""
        async with self._units(caller.workspace_id) as work:
            await work.workspaces.get_to_change()
            who = await permitted(work, caller, OtherAction.CHANGE_SETTINGS)
            if _is_open(await work.intake.door_to_change()):
                await work.intake.set_secret(None)
                change = DoorChange(DoorAct.CLOSED, who.member.id, self._clock())
                await note_door(work, who.workspace, change)


def _is_open(door: Door | None) -> bool:
    return door is not None and door.is_open
