"""Plainer versions of a message, for when Slack refuses how it looks."""

from bot.slack import kit
from bot.slack.client.error_codes import named_blocks


def plainer(rendered: kit.Rendered, error: Exception) -> kit.Rendered | None:
    """Return a message without the blocks that Slack refused, in the end as plain text; then None.

    If Slack names no block, all kinds new in 2026 are left out.
    """
    native = kit.native_in(rendered)
    plain = kit.classic(rendered, named_blocks(error, rendered.blocks) & native or native)
    if plain != rendered:
        return plain
    return kit.Rendered(rendered.text, []) if rendered.blocks else None
