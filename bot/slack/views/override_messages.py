"""Private messages about overrides: to a manager who is asked, and to everybody concerned."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from bot.domain.dossier import Dossier
from bot.domain.due import has_passed
from bot.domain.history import HistoryEntry
from bot.domain.override import OverrideState
from bot.domain.people import Action, MemberId
from bot.domain.prospect import Prospect
from bot.slack.texts import Texts, marked
from bot.slack.views import buttons, happenings, overrides, passages
from bot.slack.views.blocks import Block, Rendered, message, paragraphs
from bot.slack.views.typed import escape, markup_name
from bot.slack.views.wording import quoted_markup

_OWN_ANSWERS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.APPROVE_OVERRIDE: marked("{who} approved your override of {name}."),
        Action.DENY_OVERRIDE: marked("{who} denied your override of {name}."),
    }
)
_CHANGES: Final[Mapping[tuple[bool, bool], str]] = MappingProxyType(
    {
        (True, True): marked("So the request of {who} for an override waits again."),
        (True, False): marked("So the override of {who} stands again."),
        (False, True): marked("So the request of {who} for an override is withdrawn."),
        (False, False): marked("So the override of {who} has ended."),
    }
)
"""By whether something was undone, and whether the override still waited for an answer."""
_OWN_CHANGES: Final[Mapping[tuple[bool, bool], str]] = MappingProxyType(
    {
        (True, True): marked("So your request for an override waits again."),
        (True, False): marked("So your override stands again."),
        (False, True): marked("So your request for an override is withdrawn."),
        (False, False): marked("So your override has ended."),
    }
)


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


def news(
    dossier: Dossier,
    entry: HistoryEntry,
    about: Mapping[str, Any],
    texts: Texts,
    *,
    reader: str,
) -> Rendered:
    """Return what an action made of an override, or of the request for one.

    ``about`` says who asked for it (`asked_by`), and whether it was still asked for. Whoever
    did is spoken to.
    """
    is_own = reader == about.get("asked_by")
    shown, spoken = (
        [
            _happened(dossier, entry, texts, names, is_own=is_own),
            *_so(dossier, entry, about, texts, names, is_own=is_own),
        ]
        for names in (None, dossier.names)
    )
    blocks = [*paragraphs([*shown, _where(dossier, texts)])]
    blocks += _buttons(dossier, entry, texts)
    return message("\n".join([*spoken, _where(dossier, texts)]), blocks)


def lapsed(dossier: Dossier, texts: Texts, *, reader: str) -> Rendered:
    """Return what tells whoever asked, and the owner, that nobody answered in time."""
    lines = [
        _lapsed(dossier.prospect, texts, reader),
        texts("You can walk away, or ask once more."),
        _where(dossier, texts),
    ]
    return message("\n".join(lines), paragraphs(lines))


def _until(lapses_on: date, texts: Texts) -> str:
    return texts("Without an answer it lapses at the end of {date}.", date=texts.date(lapses_on))


def _lapsed(prospect: Prospect, texts: Texts, reader: str) -> str:
    """That nobody answered; to whoever asked, as about their own request."""
    asked_by = [each.asked_by for each in prospect.overrides if each.state is OverrideState.LAPSED]
    if asked_by[-1:] != [reader]:
        return overrides.lapse_sentence(prospect, texts)
    return texts(
        "Nobody answered your request for an override of {name} in time: it has lapsed.",
        name=markup_name(prospect.facts.name),
    )


def _happened(
    dossier: Dossier,
    entry: HistoryEntry,
    texts: Texts,
    names: Mapping[str, str] | None,
    *,
    is_own: bool,
) -> str:
    """What was done; an answer to whoever asked for it is about their own override."""
    if not is_own or entry.action not in _OWN_ANSWERS:
        return happenings.sentence(dossier, entry, texts, names)
    line = texts(
        _OWN_ANSWERS[entry.action],
        who=passages.who(entry.by, names),
        name=markup_name(dossier.prospect.facts.name),
    )
    refusal = entry.detail.get("sentence")
    return f"{line} {quoted_markup(str(refusal), texts)}" if refusal else line


def _so(
    dossier: Dossier,
    entry: HistoryEntry,
    about: Mapping[str, Any],
    texts: Texts,
    names: Mapping[str, str] | None,
    *,
    is_own: bool,
) -> list[str]:
    """What follows from the action: for the override, or what to do next."""
    if entry.action is Action.APPROVE_OVERRIDE:
        return _stands(dossier, entry, texts, is_own=is_own)
    if entry.action is Action.DENY_OVERRIDE:
        is_latest = dossier.prospect.revision == entry.revision
        return [texts("You can walk away, or ask once more.")] if is_latest else []
    change = entry.action is Action.UNDO, bool(about.get("was_asked"))
    if is_own:
        return [texts(_OWN_CHANGES[change])]
    who = passages.who(MemberId(str(about.get("asked_by"))), names)
    return [texts(_CHANGES[change], who=who)]


def _stands(dossier: Dossier, entry: HistoryEntry, texts: Texts, *, is_own: bool) -> list[str]:
    """Until when the override stands that was approved, and what counts then; if it still does."""
    override = dossier.prospect.override
    if override is None or override.id != entry.detail.get("override"):
        return []
    if has_passed(override, dossier.today):
        return []
    sentence = (
        marked("It stands until {date}. Then your own words count: {criterion}")
        if is_own
        else marked("It stands until {date}. Then this counts: {criterion}")
    )
    return [
        texts(
            sentence,
            date=texts.date(override.grounds.kill_on),
            criterion=quoted_markup(override.grounds.kill_criterion, texts),
        )
    ]


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
