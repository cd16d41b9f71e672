"""The modals in which a manager forgets a prospect."""

from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.people import OtherAction
from bot.domain.prospects import ProspectId
from bot.domain.read_models import ForgetCandidate, NotErasable
from bot.domain.remembered.recall import RememberedId
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

LONGEST_NAME: Final = 80
SOUGHT: Final = "sought"
"""The field in which a manager types what they look for."""
MOST_FOUND: Final = 20
MOST_LINKS: Final = 20
"""Links that are shown; what people wrote beside them stands in the same threads."""


def search_dialog(texts: Texts) -> kit.Block:
    """Return the dialog that searches for what to forget, when there's no card to start from."""
    field = kit.labelled(
        SOUGHT, texts("Name"), kit.text_input(None, longest=LONGEST_NAME), hint=texts("Or its id.")
    )
    return kit.modal(
        texts("Delete for good"),
        [field],
        callback_id=OtherAction.FORGET,
        submit=texts("Find"),
        close=texts("Cancel"),
    )


def found_view(found: Sequence[ForgetCandidate], zone: ZoneInfo, texts: Texts) -> kit.Block:
    """Return every prospect with this name, each with a button that asks for confirmation."""
    blocks = [
        kit.section(
            kit.markup(_found(each, zone, texts)),
            accessory=kit.button(texts("Delete"), OtherAction.FORGET, _value(each)),
        )
        for each in found[:MOST_FOUND]
    ]
    if len(found) > MOST_FOUND:
        more = texts.plural("And {n} more.", "And {n} more.", len(found) - MOST_FOUND)
        blocks.append(kit.context([kit.plain(more)]))
    return kit.modal(
        texts("Delete for good"), blocks, callback_id=OtherAction.FORGET, close=texts("Close")
    )


def _found(found: ForgetCandidate, zone: ZoneInfo, texts: Texts) -> str:
    day = texts.date(found.at.astimezone(zone).date())
    who = [] if found.owner is None else [wording.mention(found.owner)]
    memory = [texts("From memory")] if found.is_remembered else []
    return " · ".join([kit.bold(kit.markup_name(found.name)), *memory, day, *who])


def _value(found: ForgetCandidate) -> str:
    if found.is_remembered:
        return payloads.value_of_remembered(RememberedId(found.id))
    return str(payloads.Target(ProspectId(found.id), 0))


def forget_dialog(
    prospect_name: str, metadata: str, texts: Texts, *, field_id: str = ids.CONFIRM
) -> kit.Block:
    """Return the dialog that asks for the name as confirmation."""
    name = kit.markup_name(prospect_name)
    lines = [
        texts(
            "This deletes the name, texts and amounts of {name} for good, and my messages "
            "about it. Where a message names others too, only {name} goes.",
            name=name,
        ),
        texts(
            "The counts in reports stay, and so does the note that you did this "
            "and when. What people wrote in Slack stays too: only they can delete it."
        ),
    ]
    field = kit.labelled(
        field_id,
        texts("Type the name to confirm"),
        kit.text_input(None, longest=LONGEST_NAME),
        hint=texts("You can't undo this."),
    )
    return kit.modal(
        texts("Delete for good"),
        [*kit.paragraphs(lines), field],
        callback_id=OtherAction.FORGET,
        metadata=metadata,
        submit=texts("Delete"),
        close=texts("Cancel"),
    )


def forgotten_view(left: NotErasable, texts: Texts) -> kit.Block:
    """Return what remains: messages that people wrote themselves, and where they are."""
    lines = list(_what_stays(left, texts))
    return kit.modal(
        texts("Deleted"), kit.paragraphs(lines), callback_id=ids.NOTICE, close=texts("Close")
    )


def on_its_way(texts: Texts) -> kit.Block:
    """Return the notice while the export is put together."""
    sentence = texts(
        "Your export comes as a ZIP file in our direct messages. Treat it as confidential: it has "
        "everything, and I can't take it back."
    )
    return kit.notice_view(texts("Export"), sentence, texts)


def not_sent(why: str, texts: Texts) -> kit.Block:
    """Return the notice if the export couldn't be sent, as markup; it can be asked for again."""
    return kit.notice_view(texts("Export"), why, texts)


def gone_view(texts: Texts) -> kit.Block:
    """Return the view that replaces a forgotten prospect's details."""
    return kit.notice_view(texts("Details"), texts("This prospect has been deleted."), texts)


def _what_stays(left: NotErasable, texts: Texts) -> Iterator[str]:
    yield texts("It's deleted here. My messages about it will be gone within a minute.")
    shown = left.links[:MOST_LINKS]
    if shown:
        yield texts("What people wrote about it stays. They can delete it:")
        named = [(texts("Message {n}", n=n), each) for n, each in enumerate(shown, start=1)]
        yield "\n".join(f"• <{kit.escape(each)}|{name}>" for name, each in named)
    if left.count > len(shown):
        yield texts.plural(
            "And {n} more in the same threads.",
            "And {n} more in the same threads.",
            left.count - len(shown),
        )
    if left.is_hidden:
        yield texts("I couldn't look for what people wrote in its threads.")
    yield texts("Existing CSV files and backups still have it.")
