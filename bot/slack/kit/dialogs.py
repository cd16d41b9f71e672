"""The frame of a dialog, a notice, and a list of changes."""

from collections.abc import Sequence

from bot.domain.people import Action
from bot.slack.kit.blocks import Block, markup, modal, paragraphs, section
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

LONGEST_SENTENCE = 500
"""Characters of a sentence that a dialog asks for."""


def dialog(
    action: Action,
    title: str,
    blocks: list[Block],
    target: payloads.Target,
    texts: Texts,
    *,
    submit: str,
) -> Block:
    """Return a dialog about a prospect; ``submit`` names what it does."""
    return modal(
        title,
        blocks,
        callback_id=action,
        metadata=str(target),
        submit=submit,
        close=texts("Cancel"),
    )


def notice_view(title: str, sentence: str, texts: Texts) -> Block:
    """Return a modal with one message, as markup."""
    return modal(title, [section(markup(sentence))], callback_id=ids.NOTICE, close=texts("Close"))


def changes_view(lines: Sequence[str], texts: Texts) -> Block:
    """Return a modal that lists the latest changes, as markup."""
    return changes_modal(paragraphs(lines), texts)


def changes_modal(changes: Sequence[Block], texts: Texts) -> Block:
    """Return the same of changes that are drawn already."""
    none = paragraphs([texts("Nothing has been changed yet.")])
    return modal(texts("Changes"), changes or none, callback_id=ids.NOTICE, close=texts("Back"))
