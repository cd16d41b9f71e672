"""Private messages about overrides: to a manager who is asked, and to everyone involved."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from bot.domain.decisions import HistoryEntry, acts
from bot.domain.decisions.approvals import may_be_answered_by
from bot.domain.delivery.contents import RequestMessage
from bot.domain.delivery.payloads import OverrideChanged
from bot.domain.overrides import has_lapsed
from bot.domain.people import Action, MemberId
from bot.domain.prospects import OverrideId, OverrideState, Prospect, Stage, has_passed, is_winnable
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import briefs, buttons, history, overrides, passages, wording
from bot.slack.texts import Texts, marked

_WITHDRAWING = frozenset(
    {Action.REQUALIFY, Action.WALK_AWAY, Action.WON, Action.LOST, Action.CONDITION_MET}
)
"""What leaves nothing to answer."""
_OWN_ANSWERS: Mapping[Action, str] = MappingProxyType(
    {
        Action.APPROVE_OVERRIDE: marked("{who} approved your override for {name}."),
        Action.DENY_OVERRIDE: marked("{who} denied your override for {name}."),
    }
)
_CHANGES: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (True, True): marked("{who}'s override request is waiting again."),
        (True, False): marked("{who}'s override stands again."),
        (False, True): marked("{who}'s override request is withdrawn."),
        (False, False): marked("{who}'s override has ended."),
    }
)
"""By whether something was undone, and whether the override still waited for an answer."""
_OWN_CHANGES: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (True, True): marked("Your override request is waiting again."),
        (True, False): marked("Your override stands again."),
        (False, True): marked("Your override request is withdrawn."),
        (False, False): marked("Your override has ended."),
    }
)


def asked(about: RequestMessage, texts: Texts) -> kit.Rendered:
    """Return the request to a manager; once it's settled, who answered what and when."""
    overview, request = about.overview, about.request
    named = [f"• {line}" for line in overrides.grounds(request.grounds, texts, overview.today)]
    if not about.is_open:
        shown, spoken = (list(_over(about, texts, names)) for names in (None, overview.names))
        blocks = [*kit.paragraphs([kit.bold(shown[0]), *shown[1:]]), *kit.paragraphs(named)]
        return kit.message("\n".join([*spoken, *named]), blocks)
    spoken_first = overrides.asked_sentence(overview.prospect, texts, overview.names)
    shown_first = overrides.asked_sentence(overview.prospect, texts)
    again = [texts("Asking again: no answer yet.")] if about.is_again else []
    value = wording.value(overview, texts)
    worth = [] if value is None else [texts("Expected value: {value}.", value=value)]
    why = passages.reasons(overview, texts) + passages.settle(overview, texts)
    by = [] if request.lapses_on is None else [_until(request.lapses_on, overview.today, texts)]
    by += briefs.to_card(overview.qualification.card_link, texts)
    blocks = [
        *kit.paragraphs([*again, shown_first, *worth]),
        *kit.paragraphs([passage.in_markup for passage in why]),
        *kit.paragraphs(named),
        *kit.paragraphs(by),
        *_buttons(about, texts),
    ]
    in_words = [passage.in_words for passage in why]
    return kit.message("\n".join([*again, spoken_first, *worth, *in_words, *named, *by]), blocks)


def news(
    overview: Overview,
    entry: HistoryEntry,
    about: OverrideChanged,
    texts: Texts,
    *,
    reader: str,
) -> kit.Rendered:
    """Return what an action did to an override, or to a request for one.

    It addresses the member who requested it.
    """
    is_own = reader == about.asked_by
    shown, spoken = (
        [
            _happened(overview, entry, texts, names, is_own=is_own),
            *_so(overview, entry, about, texts, names, is_own=is_own),
        ]
        for names in (None, overview.names)
    )
    below = [*_how_to_answer(overview, entry, about, texts, reader), _where(overview, texts)]
    return kit.message("\n".join([*spoken, *below]), kit.paragraphs([*shown, *below]))


def lapsed(overview: Overview, texts: Texts, *, reader: str) -> kit.Rendered:
    """Return the message that nobody answered in time, to the requester and the owner."""
    prospect = overview.prospect
    is_open = overview.after is None and prospect.stage is Stage.OPEN
    may_ask = is_open and not prospect.request and not is_winnable(prospect, overview.today)
    next_step = [texts("You can walk away, or ask again.")] if may_ask else []
    lines = [_lapsed(prospect, texts, reader), *next_step, _where(overview, texts)]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def _until(lapses_on: date, today: date, texts: Texts) -> str:
    day = texts.day(lapses_on, today)
    return texts("Answer by the end of {date}, or it lapses.", date=day)


def _lapsed(prospect: Prospect, texts: Texts, reader: str) -> str:
    """Return that nobody answered; to the requester, as about their own request."""
    asked_by = [each.asked_by for each in prospect.overrides if each.state is OverrideState.LAPSED]
    if asked_by[-1:] != [reader]:
        return overrides.lapse_sentence(prospect, texts)
    return texts(
        "Your override request for {name} has lapsed: no one answered in time.",
        name=kit.markup_name(prospect.facts.name),
    )


def _happened(
    overview: Overview,
    entry: HistoryEntry,
    texts: Texts,
    names: Mapping[str, str] | None,
    *,
    is_own: bool,
) -> str:
    """Return what was done; to the requester, as about their own override."""
    if not is_own or entry.action not in _OWN_ANSWERS:
        return history.sentence(overview, entry, texts, names)
    line = texts(
        _OWN_ANSWERS[entry.action],
        who=wording.who(entry.by, names),
        name=kit.markup_name(overview.prospect.facts.name),
    )
    if not isinstance(entry.act, acts.OverrideDenied):
        return line
    return f"{line} {wording.quoted_markup(entry.act.refusal, texts)}"


def _so(
    overview: Overview,
    entry: HistoryEntry,
    about: OverrideChanged,
    texts: Texts,
    names: Mapping[str, str] | None,
    *,
    is_own: bool,
) -> list[str]:
    """Return what follows from the action for the override, or what to do next."""
    if isinstance(entry.act, acts.OverrideApproved):
        return _stands(overview, entry.act.override, texts, is_own=is_own)
    if isinstance(entry.act, acts.OverrideDenied):
        is_latest = overview.prospect.revision == entry.revision
        return [texts("You can walk away, or ask again.")] if is_latest else []
    change = entry.action is Action.UNDO, about.was_asked
    if is_own:
        return [texts(_OWN_CHANGES[change])]
    who = wording.who(about.asked_by, names)
    return [texts(_CHANGES[change], who=who)]


def _how_to_answer(
    overview: Overview,
    entry: HistoryEntry,
    about: OverrideChanged,
    texts: Texts,
    reader: str,
) -> list[str]:
    """Return where a manager can answer a restored request, if it still waits for them."""
    request = overview.prospect.request
    is_back = entry.action is Action.UNDO and about.was_asked
    if not is_back or request is None or has_lapsed(overview.prospect, overview.today):
        return []
    managers = overview.workspace.manager_ids
    if not may_be_answered_by(MemberId(reader), request, overview.prospect, managers):
        return []
    return [texts("Answer on the card, or in the message where I asked you.")]


def _stands(overview: Overview, approved: OverrideId, texts: Texts, *, is_own: bool) -> list[str]:
    """Return until when an approved override stands, and what counts then, if it still stands."""
    override = overview.prospect.override
    if override is None or override.id != approved:
        return []
    if has_passed(override, overview.today):
        return []
    sentence = (
        marked("It stands until {date}. You'll stop if: {criterion}")
        if is_own
        else marked("It stands until {date}. The plan is to stop if: {criterion}")
    )
    return [
        texts(
            sentence,
            date=texts.day(override.grounds.kill_on, overview.today),
            criterion=wording.quoted_markup(override.grounds.kill_criterion, texts),
        )
    ]


def _where(overview: Overview, texts: Texts) -> str:
    channel = f"<#{kit.escape(overview.workspace.settings.verdict_channel)}>"
    card = texts("The card is in {channel}.", channel=channel)
    return " ".join([card, *briefs.to_card(overview.qualification.card_link, texts)])


def _over(about: RequestMessage, texts: Texts, names: Mapping[str, str] | None) -> Iterator[str]:
    """Return that a request needs no answer any more, and what became of it, by whom and when."""
    overview, request = about.overview, about.request
    yield overrides.answered_sentence(overview.prospect, texts)
    zone = about.zone or overview.workspace.settings.zone
    ending = _ending(about)
    if ending is not None:
        moment = passages.moment(ending.at, overview, texts, about.zone, names)
        yield f"{moment} · {history.sentence(overview, ending, texts, names)}"
    yield overrides.became(request, texts, zone, names, names_zone=about.zone is None)


def _ending(about: RequestMessage) -> HistoryEntry | None:
    """Return what withdrew a request."""
    request = about.request
    if request.state is not OverrideState.WITHDRAWN:
        return None
    at_that_time = (each for each in about.overview.history if each.at == request.over_at)
    return next((each for each in at_that_time if each.action in _WITHDRAWING), None)


def _buttons(about: RequestMessage, texts: Texts) -> list[kit.Block]:
    """Return the buttons for a manager's answer; none for someone who may not answer."""
    return [buttons.answer(about.overview.prospect, texts)] if about.may_answer else []
