"""Plainer versions of a message, for when Slack refuses how it looks."""

from bot.slack import kit
from bot.slack.client.error_codes import named_blocks


def plainer(said: kit.Rendered, error: Exception) -> kit.Rendered | None:
    """Return a message without the blocks that Slack refused, in the end as plain text; then None.

    If Slack names no block, all kinds new in 2026 are left out.
    """
    native = kit.native_in(said)
    plain = kit.classic(said, named_blocks(error, said.blocks) & native or native)
    if plain != said:
        return plain
    return kit.Rendered(said.text, []) if said.blocks else None
