"""The button of the message that tells a manager what did not arrive."""

from bot.slack import wire
from bot.slack.interaction import Answer, Interaction
from bot.slack.views import private


async def send_again(it: Interaction) -> Answer:
    """Send what a channel did not take, and say how much that is."""
    await it.person()
    channel = wire.channel_id(it.value)
    count = await it.surface.mending.send_again(it.caller, channel)
    it.later(it.say(private.sent_again(channel, count, await it.texts())))
    return None
