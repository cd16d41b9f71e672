"""The dialogs of decisions, the details of a prospect, and a notice."""

import json
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.dossier import Dossier
from bot.domain.people import Action
from bot.domain.prospect import EndedBy, Prospect
from bot.slack import wire
from bot.slack.texts import Texts
from bot.slack.views import answers, happenings, inputs, lapses, outcomes, passages
from bot.slack.views.blocks import (
    LONGEST_FIELD,
    MOST_IN_MODAL,
    Block,
    context,
    fields,
    header,
    markup,
    modal,
    option,
    paragraphs,
    section,
)
from bot.slack.views.typed import bold, plain_name
from bot.slack.views.wording import condition_markup, mention

LONGEST_SENTENCE = 500
LONGEST_HISTORY = 30
"""Sections: as much as anybody scrolls through."""
LARGEST_DETAILS = 240_000
"""Bytes; Slack takes no view of more than a quarter of a megabyte."""


def won_dialog(prospect: Prospect, target: wire.Target, texts: Texts, *, today: date) -> Block:
    """Return what is asked when a client is won."""
    label = texts("When did {name} become a client?", name=plain_name(prospect.facts.name))
    day = inputs.labelled(wire.DAY, label, inputs.date_input(today))
    verb = texts("Mark as won")
    return dialog(Action.WON, verb, [day], target, texts, submit=verb)


def lost_dialog(prospect: Prospect, target: wire.Target, texts: Texts) -> Block:
    """Return what is asked when a prospect is lost."""
    options = [
        option(texts("They did"), EndedBy.THEM),
        option(texts("We did"), EndedBy.US),
    ]
    label = texts("Who ended the talks with {name}?", name=plain_name(prospect.facts.name))
    hint = texts(
        "“We did” means that we wanted them and broke it off all the same, for want of time, say. "
        "If we do not want them as a client, that is walking away: there is a button for it."
    )
    blocks = [
        inputs.labelled(wire.ENDED_BY, label, inputs.radio(options, None), hint=hint),
        inputs.labelled(
            wire.SENTENCE,
            texts("What happened?"),
            inputs.text_input(None, longest=LONGEST_SENTENCE, multiline=True),
            optional=True,
            hint=texts("One sentence, so that the others can learn from it."),
        ),
    ]
    verb = texts("Mark as lost")
    return dialog(Action.LOST, verb, blocks, target, texts, submit=verb)


def condition_met_dialog(prospect: Prospect, target: wire.Target, texts: Texts) -> Block:
    """Return what is asked when a prospect met its condition, which is shown once more."""
    due = [condition_markup(each.what, each.due, texts) for each in prospect.unmet]
    label = texts("What did {name} bring?", name=plain_name(prospect.facts.name))
    blocks = [
        *paragraphs([bold(texts("Condition")), *due]),
        inputs.labelled(
            wire.BROUGHT,
            label,
            inputs.text_input(None, longest=LONGEST_SENTENCE, multiline=True),
            hint=texts("Name what you have seen, so that everybody can follow it."),
        ),
    ]
    title, verb = texts("Condition met"), texts("Mark as met")
    return dialog(Action.CONDITION_MET, title, blocks, target, texts, submit=verb)


def dialog(
    action: Action,
    title: str,
    blocks: list[Block],
    target: wire.Target,
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


def details_view(dossier: Dossier, texts: Texts, *, zone: ZoneInfo) -> Block:
    """Return everything that is known of a prospect, with every word that was typed."""
    name = plain_name(dossier.qualification.facts.name)
    above = [
        header(passages.title(dossier, name, texts), level=2),
        *_standing(dossier, texts, zone),
        *outcomes.in_details(dossier, texts),
        header(texts("Answers"), level=3),
        *answers.unfolded(dossier, texts),
        header(texts("History"), level=3),
    ]
    below = context([markup(passages.screened(dossier, texts, zone, dossier.names))])
    told = _that_fits(list(_history(dossier, texts, zone)), [*above, below], texts)
    return modal(
        texts("Details"),
        [*above, *told, below],
        callback_id=wire.NOTICE,
        close=texts("Close"),
    )


def notice_view(title: str, sentence: str, texts: Texts) -> Block:
    """Return a modal that says one thing; the sentence is markup."""
    return modal(title, [section(markup(sentence))], callback_id=wire.NOTICE, close=texts("Close"))


def _that_fits(lines: list[str], beside: list[Block], texts: Texts) -> list[Block]:
    """The newest lines that fit in beside other blocks; what does not is counted."""
    room = max(1, min(LONGEST_HISTORY, MOST_IN_MODAL - len(beside)))
    largest = LARGEST_DETAILS - _size(beside)
    shown, blocks = lines, paragraphs(lines)
    while shown and (len(blocks) > room or _size(blocks) > largest):
        shown = shown[: len(shown) - max(1, len(shown) // 20)]
        blocks = paragraphs([*shown, *_left_out(len(lines) - len(shown), texts)])
    return blocks


def _size(blocks: list[Block]) -> int:
    """How many bytes blocks are as they are sent: what is not ASCII is escaped there."""
    return len(json.dumps(blocks))


def _left_out(count: int, texts: Texts) -> list[str]:
    if not count:
        return []
    return [
        texts.plural(
            "{n} older entry does not fit in here. It is kept all the same.",
            "{n} older entries do not fit in here. They are kept all the same.",
            count,
        )
    ]


def _standing(dossier: Dossier, texts: Texts, zone: ZoneInfo) -> Iterator[Block]:
    yield from paragraphs(passages.standing(dossier, texts, zone, {}, None))
    pairs = passages.facts(dossier, texts, None)
    yield fields([markup(f"{bold(label)}\n{fact}", LONGEST_FIELD) for label, fact in pairs])
    why = passages.reasons(dossier, texts) + passages.conditions(dossier, texts, zone)
    yield from paragraphs(passage.in_markup for passage in why)
    yield from paragraphs(passages.due(dossier, texts))
    yield from paragraphs(passages.changed(dossier, texts, {}))


def _history(dossier: Dossier, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    """Each entry, answer about an outcome and lapse with its moment, the newest first."""
    told = [
        (each.at, outcomes.answered(each, mention(each.by), texts))
        for each in reversed(dossier.answered)
    ]
    told += [
        (each.at, happenings.told(dossier, each, texts, None)) for each in reversed(dossier.history)
    ]
    told += [(each.at, lapses.sentence(dossier, each, texts)) for each in reversed(dossier.lapses)]
    for at, sentence in sorted(told, key=lambda each: each[0], reverse=True):
        yield f"• {texts.moment(at, zone, short=True)}: {sentence}"
