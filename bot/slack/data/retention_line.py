"""The line that announces, before it first happens, that old prospects will be forgotten."""

from bot.domain.delivery.payloads import RetentionAhead
from bot.slack import kit
from bot.slack.texts import Texts


def retention_line(ahead: RetentionAhead, texts: Texts) -> kit.Rendered:
    """Return the line: from when on, and how many."""
    line = texts.plural(
        "From {day} on, I'll delete the name, texts and amounts of {n} prospect that was "
        "decided or entered from memory before {before}. Reports still count it.",
        "From {day} on, I'll delete the names, texts and amounts of {n} prospects that were "
        "decided or entered from memory before {before}. Reports still count them.",
        ahead.n,
        day=texts.day(ahead.acts_on, ahead.acts_on),
        before=texts.day(ahead.before, ahead.acts_on),
    )
    return kit.message(line, kit.paragraphs([line]))
