"""The button of the message that tells a manager what did not arrive."""

from bot.slack.interaction.interaction import Answer, Interaction
from bot.slack.managers import private
from bot.slack.payloads import payloads


async def send_again(it: Interaction) -> Answer:
    """Send what a channel did not take, and say how much that is."""
    await it.person()
    channel = payloads.channel_id(it.value)
    count = await it.surface.mending.send_again(it.caller, channel)
    it.later(it.say(private.sent_again(channel, count, await it.texts())))
    return None
