"""Members who change or are gone, and handing over what they left behind."""

from collections.abc import Mapping

from bot.domain.people import MemberId
from bot.slack.interaction.dialogs import carry_out
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.managers import messages, private
from bot.slack.payloads import ids, payloads, view_state


async def changed(it: Interaction) -> None:
    """Learn anew who it is that changed; told twice it does no harm."""
    await it.surface.membership.note_changed(it.caller)


async def ask_who_takes_all(it: Interaction) -> Reply:
    """Ask who takes over all that a gone owner left behind."""
    await it.person()
    before = MemberId(payloads.readable_id(it.value))
    gone, name = await it.surface.handover.left_behind(it.caller, before)
    it.later(it.open(messages.hand_all_over_dialog(gone, name, await it.texts())))
    return None


async def submit_hand_all_over(it: Interaction) -> Reply:
    """Hand all of it over."""

    async def hand_over(typed: Mapping[str, view_state.Typed]) -> None:
        before = MemberId(payloads.readable_id(it.view.get("private_metadata")))
        chosen = typed.get(ids.OWNER)
        owner = MemberId(chosen) if isinstance(chosen, str) else None
        await it.surface.handover.hand_all_over(it.caller, before, owner)

    return await carry_out(it, hand_over)


async def send_again(it: Interaction) -> Reply:
    """Send what a channel did not take, and say how much that is."""
    await it.person()
    channel = payloads.channel_id(it.value)
    count = await it.surface.resend.send_again(it.caller, channel)
    it.later(it.say(private.sent_again(channel, count, await it.texts())))
    return None
