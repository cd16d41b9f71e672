"""What is left of a message when Slack refuses how it looks."""

from bot.slack import kit
from bot.slack.client.error_codes import named_blocks


def plainer(said: kit.Rendered, error: Exception) -> kit.Rendered | None:
    """Return a message without what Slack refused, at last as text alone; None below that.

    Without all of 2026, if Slack names none of its blocks.
    """
    native = kit.native_in(said)
    plain = kit.classic(said, named_blocks(error, said.blocks) & native or native)
    if plain != said:
        return plain
    return kit.Rendered(said.text, []) if said.blocks else None
