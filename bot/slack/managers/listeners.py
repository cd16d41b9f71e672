"""Members who changed or left, and handing over what they left behind."""

from bot.domain.people import MemberId, OtherAction
from bot.slack.interaction import Interaction, Listeners, typed_member
from bot.slack.managers import messages, private
from bot.slack.payloads import ids, payloads


async def changed(it: Interaction) -> None:
    """Refresh a member who changed. A repeated event does no harm."""
    await it.surface.membership.note_changed(it.caller)


async def ask_who_takes_all(it: Interaction) -> None:
    """Ask who takes over everything that a gone owner left behind."""
    before = MemberId(payloads.readable_id(it.value))
    gone, name = await it.surface.handover.left_behind(it.caller, before)
    it.later(it.open(messages.hand_all_over_dialog(gone, name, await it.texts())))


async def submit_hand_all_over(it: Interaction) -> None:
    """Hand everything over."""
    before = MemberId(payloads.readable_id(it.view.get("private_metadata")))
    owner = typed_member(it.typed.get(ids.OWNER))
    await it.surface.handover.hand_all_over(it.caller, before, owner)


async def send_again(it: Interaction) -> None:
    """Resend what a channel or member didn't get, and say how much that is."""
    recipient = payloads.recipient_id(it.value)
    count = await it.surface.resend.send_again(it.caller, recipient)
    it.later(it.say(private.sent_again(recipient, count, await it.texts())))


LISTENERS = Listeners(
    elements={OtherAction.SEND_AGAIN: send_again, ids.HAND_ALL_OVER: ask_who_takes_all},
    submissions={ids.HAND_ALL_OVER: submit_hand_all_over},
    events={ids.USER_CHANGED: changed},
)
