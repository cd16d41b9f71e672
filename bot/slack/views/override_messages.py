"""Private messages about overrides: to a manager who is asked, and to everybody concerned."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.dossier import Dossier
from bot.domain.history import HistoryEntry
from bot.domain.people import Action, MemberId
from bot.slack.texts import Texts
from bot.slack.views import buttons, happenings, overrides, passages
from bot.slack.views.blocks import Block, Rendered, message, paragraphs
from bot.slack.views.typed import escape


def asked(dossier: Dossier, texts: Texts) -> Rendered:
    """Return what asks a manager for an answer; without buttons if it needs none any more."""
    prospect, request = dossier.prospect, dossier.prospect.request
    spoken = overrides.asked_sentence(prospect, texts, dossier.names)
    shown = overrides.asked_sentence(prospect, texts)
    if request is None or dossier.after is not None:
        return message(spoken, paragraphs([shown]))
    named = [f"• {line}" for line in overrides.grounds(request.grounds, texts)]
    why = passages.reasons(dossier, texts)
    by = [] if request.lapses_on is None else [_until(request.lapses_on, texts)]
    blocks = [
        *paragraphs([shown, *(passage.in_markup for passage in why)]),
        *paragraphs(named),
        *paragraphs(by),
        buttons.answer(prospect, texts),
    ]
    words = [spoken, *(passage.in_words for passage in why), *named, *by]
    return message("\n".join(words), blocks)


def news(dossier: Dossier, entry: HistoryEntry, about: Mapping[str, Any], texts: Texts) -> Rendered:
    """Return what an action made of an override, or of the request for one.

    ``about`` says who asked for it (`asked_by`), and whether it was still asked for.
    """
    shown, spoken = (
        [happenings.sentence(dossier, entry, texts, names), *_so(entry, about, texts, names)]
        for names in (None, dossier.names)
    )
    blocks = [*paragraphs([*shown, _where(dossier, texts)])]
    blocks += _buttons(dossier, entry, texts)
    return message("\n".join([*spoken, _where(dossier, texts)]), blocks)


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


def _buttons(dossier: Dossier, entry: HistoryEntry, texts: Texts) -> list[Block]:
    """What can be done about a request that came back, while nothing else happened."""
    prospect = dossier.prospect
    is_back = entry.action is Action.UNDO and prospect.request is not None
    if not is_back or prospect.revision != entry.revision:
        return []
    return [buttons.answer(prospect, texts)]
