"""The nudge: one private message to an owner about all that they should have decided."""

from collections.abc import Iterator
from datetime import date

from bot.domain.dossier import NudgedProspect, NudgeMessage
from bot.domain.due import is_stalled, lapsed
from bot.domain.nudging import DEFAULT, is_talked_into_it
from bot.domain.prospect import Prospect, Stage
from bot.domain.rules import Verdict
from bot.slack.texts import Texts
from bot.slack.views import buttons, overrides
from bot.slack.views.blocks import Block, Rendered, header, message, paragraphs
from bot.slack.views.typed import bold, markup_name
from bot.slack.views.wording import due_sentence, ended_headline, headline

_DIVIDER: Block = {"type": "divider"}


def nudge_message(nudge: NudgeMessage, texts: Texts) -> Rendered:
    """Return the message as its prospects stand now.

    What is decided has no buttons any more, but who walked away finds the decline message here.
    """
    waiting = sum(1 for each in nudge.items if is_stalled(each.prospect, nudge.today))
    title = (
        texts.plural("{n} prospect waits for you", "{n} prospects wait for you", waiting)
        if waiting
        else texts("Nothing of this waits for you any more")
    )
    blocks = [header(title, level=2)]
    words = [f"{title}."]
    for place, item in enumerate(nudge.items):
        lines = list(_lines(item, nudge, texts))
        words += lines
        if place:
            blocks.append(_DIVIDER)
        blocks += paragraphs([bold(lines[0]), *lines[1:]])
        if is_stalled(item.prospect, nudge.today):
            blocks.append(buttons.on_nudge(item.prospect, nudge.today, texts))
        elif item.prospect.stage is Stage.WALKED_AWAY:
            blocks.append(buttons.after_walking_away(item.prospect, texts))
    return message("\n".join(words), blocks)


def _lines(item: NudgedProspect, nudge: NudgeMessage, texts: Texts) -> Iterator[str]:
    """Where the prospect stands; while it waits, why it is due and what has been tried."""
    prospect = item.prospect
    yield from where_it_stands(prospect, nudge.today, texts)
    if not is_stalled(prospect, nudge.today):
        return
    yield from why_overdue(prospect, nudge.today, texts)
    if item.number >= DEFAULT.most:
        yield texts(
            "This was the last nudge. In the thread of the card I have proposed to walk away."
        )


def where_it_stands(prospect: Prospect, today: date, texts: Texts) -> Iterator[str]:
    """Return the headline, and when an open one is due that is not overdue."""
    name = markup_name(prospect.facts.name)
    if prospect.decision is not None:
        yield ended_headline(prospect.decision, prospect.verdict, name, texts)
        return
    overridden = overrides.headline(prospect, today, name, texts)
    if overridden is not None:
        yield overridden
    elif prospect.verdict is Verdict.PURSUE and lapsed(prospect, today):
        yield texts("Problem, the condition has lapsed: {name}", name=name)
    else:
        yield headline(prospect.verdict, name, texts, on_condition=bool(prospect.unmet))
    if not is_stalled(prospect, today):
        yield due_sentence(prospect, texts) or texts("Nothing is due.")
        yield from overrides.in_nudge(prospect, today, texts)


def why_overdue(prospect: Prospect, today: date, texts: Texts) -> Iterator[str]:
    """Return why a stalled prospect was due, for how long it is open, and what has been tried."""
    overdue = texts("Overdue.")
    yield f"{overdue} {due_sentence(prospect, texts)}"
    yield from overrides.in_nudge(prospect, today, texts)
    days = (today - prospect.facts.first_contact).days
    since = texts.plural("Open for {n} day.", "Open for {n} days.", days)
    yield f"{since} {_chases(prospect, texts)}"
    if prospect.told.snoozed_until is not None:
        day = texts.date(prospect.told.snoozed_until)
        yield texts("Snoozed until {day}.", day=day)
    if is_talked_into_it(prospect):
        yield texts("This is talking them into it. Walk away.")


def _chases(prospect: Prospect, texts: Texts) -> str:
    if not prospect.chases:
        return texts("Not chased yet.")
    return texts.plural(
        "Chased once without an answer.", "Chased {n} times without an answer.", prospect.chases
    )
