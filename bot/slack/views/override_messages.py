"""Private messages about overrides: to a manager who is asked, and to everybody concerned."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from bot.domain.dossier import Dossier, RequestMessage
from bot.domain.history import HistoryEntry
from bot.domain.override import OverrideState
from bot.domain.people import Action, MemberId
from bot.slack.texts import Texts
from bot.slack.views import buttons, happenings, overrides, passages
from bot.slack.views.blocks import Block, Rendered, message, paragraphs
from bot.slack.views.typed import bold, escape

_WITHDRAWING: Final = frozenset(
    {Action.REQUALIFY, Action.WALK_AWAY, Action.WON, Action.LOST, Action.CONDITION_MET}
)
"""What leaves nothing to answer."""


def asked(about: RequestMessage, texts: Texts) -> Rendered:
    """Return what asks a manager for an answer; once it needs none, who answered what and when."""
    dossier, request = about.dossier, about.request
    named = [f"• {line}" for line in overrides.grounds(request.grounds, texts)]
    if not about.is_open:
        shown, spoken = (list(_over(about, texts, names)) for names in (None, dossier.names))
        blocks = [*paragraphs([bold(shown[0]), *shown[1:]]), *paragraphs(named)]
        return message("\n".join([*spoken, *named]), blocks)
    spoken_first = overrides.asked_sentence(dossier.prospect, texts, dossier.names)
    shown_first = overrides.asked_sentence(dossier.prospect, texts)
    why = passages.reasons(dossier, texts)
    by = [] if request.lapses_on is None else [_until(request.lapses_on, texts)]
    blocks = [
        *paragraphs([shown_first, *(passage.in_markup for passage in why)]),
        *paragraphs(named),
        *paragraphs(by),
        *_buttons(about, texts),
    ]
    words = [spoken_first, *(passage.in_words for passage in why), *named, *by]
    return message("\n".join(words), blocks)


def restored(about: RequestMessage, entry: HistoryEntry, texts: Texts) -> Rendered:
    """Return what asks a manager for an answer again after a decision was undone."""
    dossier = about.dossier
    shown, spoken = (
        [
            happenings.sentence(dossier, entry, texts, names),
            _waits_again(about, texts, names),
            *([] if about.is_open else _over(about, texts, names)),
            _where(dossier, texts),
        ]
        for names in (None, dossier.names)
    )
    return message("\n".join(spoken), [*paragraphs(shown), *_buttons(about, texts)])


def news(dossier: Dossier, entry: HistoryEntry, about: Mapping[str, Any], texts: Texts) -> Rendered:
    """Return what an action made of an override, or of the request for one.

    ``about`` says who asked for it (`asked_by`), and whether it was still asked for.
    """
    shown, spoken = (
        [happenings.sentence(dossier, entry, texts, names), *_so(entry, about, texts, names)]
        for names in (None, dossier.names)
    )
    where = _where(dossier, texts)
    return message("\n".join([*spoken, where]), paragraphs([*shown, where]))


def lapsed(dossier: Dossier, texts: Texts) -> Rendered:
    """Return what tells whoever asked that nobody answered in time."""
    lines = [
        overrides.lapse_sentence(dossier.prospect, texts),
        texts("You can walk away, or ask once more."),
        _where(dossier, texts),
    ]
    return message("\n".join(lines), paragraphs(lines))


def _until(lapses_on: date, texts: Texts) -> str:
    return texts("Without an answer it lapses at the end of {date}.", date=texts.date(lapses_on))


def _so(
    entry: HistoryEntry, about: Mapping[str, Any], texts: Texts, names: Mapping[str, str] | None
) -> list[str]:
    """What follows from the action for the override, unless the action was about it."""
    if entry.action in {Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE}:
        return []
    who = passages.who(MemberId(str(about.get("asked_by"))), names)
    was_asked = bool(about.get("was_asked"))
    if entry.action is Action.UNDO:
        if was_asked:
            return [texts("So the request of {who} for an override waits again.", who=who)]
        return [texts("So the override of {who} stands again.", who=who)]
    if was_asked:
        return [texts("So the request of {who} for an override is withdrawn.", who=who)]
    return [texts("So the override of {who} has ended.", who=who)]


def _where(dossier: Dossier, texts: Texts) -> str:
    channel = f"<#{escape(dossier.workspace.settings.verdict_channel)}>"
    return texts("The card is in {channel}.", channel=channel)


def _over(about: RequestMessage, texts: Texts, names: Mapping[str, str] | None) -> Iterator[str]:
    """That a request needs no answer any more, and what became of it: by whom, and when."""
    dossier, request = about.dossier, about.request
    yield overrides.answered_sentence(dossier.prospect, texts)
    zone = about.zone or dossier.workspace.settings.zone
    ending = _ending(about)
    if ending is not None:
        yield texts(
            "On {moment}: {happening}",
            moment=passages.moment(ending.at, dossier, texts, about.zone),
            happening=happenings.sentence(dossier, ending, texts, names),
        )
    yield overrides.became(request, texts, zone, names, names_zone=about.zone is None)


def _ending(about: RequestMessage) -> HistoryEntry | None:
    """By what a request was withdrawn."""
    request = about.request
    if request.state is not OverrideState.WITHDRAWN:
        return None
    at_that_time = (each for each in about.dossier.history if each.at == request.over_at)
    return next((each for each in at_that_time if each.action in _WITHDRAWING), None)


def _buttons(about: RequestMessage, texts: Texts) -> list[Block]:
    """What a manager can answer; nothing for whoever may not."""
    return [buttons.answer(about.dossier.prospect, texts)] if about.may_answer else []


def _waits_again(about: RequestMessage, texts: Texts, names: Mapping[str, str] | None) -> str:
    who = passages.who(about.request.asked_by, names)
    return texts("So the request of {who} for an override waits again.", who=who)
