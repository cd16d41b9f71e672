"""The door by which drafts come in, as managers open, renew and close it."""

from bot.slack import intake
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.payloads import ids


async def open_door(it: Interaction) -> Reply:
    """Put the door on top of the settings."""
    it.later(_open(it))
    return None


async def renew(it: Interaction) -> Reply:
    """Make an address, and show it this once."""
    it.later(_renew(it))
    return None


async def close(it: Interaction) -> Reply:
    """Let nothing come in any more."""
    it.later(_close(it))
    return None


async def _open(it: Interaction) -> None:
    seen = await it.surface.door.seen(it.caller)
    texts = await it.texts()
    await it.open(intake.door_view(seen.changes, seen.zone, texts, is_open=seen.is_open))


async def _renew(it: Interaction) -> None:
    await _redraw(it, await it.surface.door.renew(it.caller))


async def _close(it: Interaction) -> None:
    await it.surface.door.close(it.caller)
    await _redraw(it, None)


async def _redraw(it: Interaction, address: str | None) -> None:
    seen = await it.surface.door.seen(it.caller)
    view = intake.door_view(
        seen.changes, seen.zone, await it.texts(), is_open=seen.is_open, address=address
    )
    await it.redraw(view, if_changed=True)


LISTENERS = Listeners(
    elements={ids.INTAKE: open_door, ids.INTAKE_RENEW: renew, ids.INTAKE_CLOSE: close},
    changing_nothing=(ids.INTAKE, ids.INTAKE_RENEW, ids.INTAKE_CLOSE),
)
