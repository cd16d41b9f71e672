"""What a manager sees who forgets a prospect."""

from collections.abc import Iterator
from typing import Final

from bot.domain.people import Errand
from bot.domain.prospects import Prospect
from bot.domain.read_models import Left
from bot.slack import kit
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

LONGEST_NAME: Final = 80
MOST_LINKS: Final = 20
"""Links that are shown; what people wrote beside them stands in the same threads."""


def forget_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return what asks for the name, as a sign that it is meant."""
    name = kit.markup_name(prospect.facts.name)
    lines = [
        texts(
            "Name, texts and amounts of {name} are deleted for good, and so are my messages about "
            "it. Where a message names others too, only {name} goes.",
            name=name,
        ),
        texts(
            "Counts in reports stay, and so does that you did it and when. What people wrote in "
            "Slack stays too: only they can delete it."
        ),
    ]
    field = kit.labelled(
        ids.CONFIRM,
        texts("Type the name to confirm"),
        kit.text_input(None, longest=LONGEST_NAME),
        hint=texts("You can't undo this."),
    )
    return kit.modal(
        texts("Forget for good"),
        [*kit.paragraphs(lines), field],
        callback_id=Errand.FORGET,
        metadata=str(target),
        submit=texts("Forget"),
        close=texts("Cancel"),
    )


def forgotten_view(left: Left, texts: Texts) -> kit.Block:
    """Return what follows: what people wrote themselves, and where."""
    lines = list(_what_stays(left, texts))
    return kit.modal(
        texts("Forgotten"), kit.paragraphs(lines), callback_id=ids.NOTICE, close=texts("Close")
    )


def on_its_way(texts: Texts) -> kit.Block:
    """Return what is said while everything is put together."""
    sentence = texts(
        "Your export comes as a ZIP file in our direct messages. Treat it as confidential: it has "
        "everything, and I can't take it back."
    )
    return kit.notice_view(texts("Export"), sentence, texts)


def not_sent(why: str, texts: Texts) -> kit.Block:
    """Return what is said where it could not be sent, as markup: it can be asked for again."""
    return kit.notice_view(texts("Export"), why, texts)


def gone_view(texts: Texts) -> kit.Block:
    """Return what takes the place of the details of a prospect that is forgotten."""
    return kit.notice_view(texts("Details"), texts("This prospect has been forgotten."), texts)


def _what_stays(left: Left, texts: Texts) -> Iterator[str]:
    yield texts("It's gone here. My messages about it go within a minute.")
    shown = left.links[:MOST_LINKS]
    if shown:
        yield texts("What people wrote about it stays. They can delete it:")
        yield "\n".join(
            f"• <{kit.escape(each)}|{texts('Message {n}', n=n)}>"
            for n, each in enumerate(shown, start=1)
        )
    if left.count > len(shown):
        yield texts.plural(
            "And {n} more in the same threads.",
            "And {n} more in the same threads.",
            left.count - len(shown),
        )
    if left.is_hidden:
        yield texts("I couldn't look for what people wrote in its threads.")
    yield texts("CSV files and backups that exist already still have it.")
