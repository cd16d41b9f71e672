"""The details of a prospect: everything that is known about it."""

import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import answers, buttons, due, history, outcomes, passages, wording
from bot.slack.payloads import ids
from bot.slack.texts import Texts

LONGEST_HISTORY = 30
"""Sections: as much as anybody scrolls through."""
LARGEST_DETAILS = 240_000
"""Bytes; Slack takes no view of more than a quarter of a megabyte."""


def details_view(overview: Overview, texts: Texts, *, zone: ZoneInfo) -> kit.Block:
    """Return everything that is known about a prospect, with the full text of each answer."""
    name = kit.plain_name(overview.facts.name)
    above = [
        kit.header(passages.title(overview, name, texts), level=2),
        *_standing(overview, texts, zone),
        *buttons.in_details(overview.prospect, overview.today, overview.held, texts),
        *buttons.to_forget(overview.prospect, overview.held, texts),
        *outcomes.in_details(overview, texts),
        kit.header(texts("Answers"), level=3),
        *answers.unfolded(overview, texts),
        kit.header(texts("History"), level=3),
    ]
    below = kit.context([kit.markup(passages.screened(overview, texts, zone, overview.names))])
    told = _that_fits(list(_history(overview, texts, zone)), [*above, below], texts)
    return kit.modal(
        texts("Details"),
        [*above, *told, below],
        callback_id=ids.NOTICE,
        close=texts("Close"),
    )


def _that_fits(lines: list[str], beside: list[kit.Block], texts: Texts) -> list[kit.Block]:
    """Return the newest lines that fit beside the other blocks, and count the rest."""
    room = max(1, min(LONGEST_HISTORY, kit.MOST_IN_MODAL - len(beside)))
    largest = LARGEST_DETAILS - _size(beside)
    shown, blocks = lines, kit.paragraphs(lines)
    while shown and (len(blocks) > room or _size(blocks) > largest):
        shown = shown[: len(shown) - max(1, len(shown) // 20)]
        blocks = kit.paragraphs([*shown, *_left_out(len(lines) - len(shown), texts)])
    return blocks


def _size(blocks: list[kit.Block]) -> int:
    """Return the size of blocks in bytes as they're sent, with non-ASCII characters escaped."""
    return len(json.dumps(blocks))


def _left_out(count: int, texts: Texts) -> list[str]:
    if not count:
        return []
    return [
        texts.plural(
            "{n} older entry doesn't fit here. It's kept.",
            "{n} older entries don't fit here. They're kept.",
            count,
        )
    ]


def _standing(overview: Overview, texts: Texts, zone: ZoneInfo) -> Iterator[kit.Block]:
    yield from kit.paragraphs(passages.standing(overview, texts, zone, {}, None))
    pairs = passages.facts(overview, texts, None)
    yield kit.fields(
        [kit.markup(f"{kit.bold(label)}\n{fact}", kit.LONGEST_FIELD) for label, fact in pairs]
    )
    why = passages.reasons(overview, texts) + passages.conditions(overview, texts, zone, None)
    yield from kit.paragraphs(passage.in_markup for passage in why)
    yield from kit.paragraphs(passages.scores(overview, texts))
    yield from kit.paragraphs([" ".join(_due(overview, texts))])
    yield from kit.paragraphs(passages.changed(overview, texts, {}))


def _due(overview: Overview, texts: Texts) -> Iterator[str]:
    """Return when it's due, or how long ago it was, and why."""
    told = list(passages.due_day(overview, texts, overview.workspace.settings.calendar))
    yield from told
    why = due.why(overview.prospect, overview.today, texts)
    if told and why:
        yield why


def _history(overview: Overview, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    """Return each entry, outcome answer and lapse with its time, newest first."""
    told = [
        (each.at, outcomes.answered(each, wording.mention(each.by), texts))
        for each in reversed(overview.answered)
    ]
    told += [
        (each.at, history.told(overview, each, texts, None)) for each in reversed(overview.history)
    ]
    told += [
        (each.at, history.lapse_sentence(overview, each, texts))
        for each in reversed(overview.lapses)
    ]
    for at, sentence in sorted(told, key=lambda each: each[0], reverse=True):
        yield f"• {texts.moment(at, zone, today=overview.today)} · {sentence}"
