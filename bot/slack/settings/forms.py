"""The door for incoming drafts, as managers open, renew and close it."""

from bot.slack import intake, kit
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.payloads import ids


async def open_door(it: Interaction) -> Reply:
    """Open the door's view, on top of the settings."""
    it.later(_open(it))
    return None


async def renew(it: Interaction) -> Reply:
    """Create an address, and show it only this once."""
    it.later(_renew(it))
    return None


async def close(it: Interaction) -> Reply:
    """Close the door."""
    it.later(_close(it))
    return None


async def _open(it: Interaction) -> None:
    await it.open(await _view(it, None))


async def _renew(it: Interaction) -> None:
    await _redraw(it, await it.surface.door.renew(it.caller))


async def _close(it: Interaction) -> None:
    await it.surface.door.close(it.caller)
    await _redraw(it, None)


async def _redraw(it: Interaction, address: str | None) -> None:
    await it.redraw(await _view(it, address), if_changed=True)


async def _view(it: Interaction, address: str | None) -> kit.Block:
    """Return the door as it stands, with its address if that is new."""
    seen = await it.surface.door.seen(it.caller)
    return intake.door_view(
        seen.changes,
        seen.zone,
        await it.texts(),
        is_open=seen.is_open,
        is_served=seen.is_served,
        address=address,
    )


LISTENERS = Listeners(
    elements={ids.INTAKE: open_door, ids.INTAKE_RENEW: renew, ids.INTAKE_CLOSE: close},
    changing_nothing=(ids.INTAKE, ids.INTAKE_RENEW, ids.INTAKE_CLOSE),
)
