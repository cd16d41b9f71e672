"""The frame of a dialog, and a notice."""

from bot.domain.people import Action
from bot.slack.kit.blocks import Block, markup, modal, section
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
    """Return what asks for something about a prospect; ``submit`` says what is done then."""
    return modal(
        title,
        blocks,
        callback_id=action,
        metadata=str(target),
        submit=submit,
        close=texts("Cancel"),
    )


def notice_view(title: str, sentence: str, texts: Texts) -> Block:
    """Return a modal that says one thing; the sentence is markup."""
    return modal(title, [section(markup(sentence))], callback_id=ids.NOTICE, close=texts("Close"))
