"""A prospect's history in words, one sentence for each entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import assert_never

from bot.domain.decisions import HistoryEntry, Lapse, Lapsed, acts
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import overrides as card_overrides
from bot.slack.card import wording
from bot.slack.card.passages import moment
from bot.slack.texts import Texts, marked

_LEAVING_NO_OTHER_TRACE = frozenset(
    {
        Action.UNDO,
        Action.CONDITION_MET,
        Action.SIGN_OF_LIFE,
        Action.CHASED,
        Action.SNOOZE,
        Action.HAND_OVER,
        Action.CORRECT,
        Action.STILL_OPEN,
    }
)


@dataclass(frozen=True, slots=True)
class _Line:
    """What the sentence about an entry needs besides its act."""

    texts: Texts
    by: MemberId
    who: str
    name: str
    names: Mapping[str, str] | None
    with_quotes: bool
    today: date
    """When it was done."""
    currency: str

    def named(self, member: MemberId) -> str:
        """Another member, in the same form as `who`."""
        return wording.who(member, self.names)

    def quoted(self, typed: str | None) -> str:
        """The typed text as a further sentence; nothing if it was left empty."""
        return f" {wording.quoted_markup(typed, self.texts)}" if typed and self.with_quotes else ""


def sentence(
    overview: Overview, entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> str:
    """Return who did what, as markup; without ``names``, members are mentioned."""
    return _sentence(entry.act, _line(overview, entry, texts, names))


def told(
    overview: Overview, entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> str:
    """Return the same, and what the act ended, withdrew or restored."""
    done = sentence(overview, entry, texts, names)
    return " ".join([done, *_of_overrides(entry.act, texts, names)])


def last_change(overview: Overview, texts: Texts, names: Mapping[str, str] | None) -> Iterator[str]:
    """Yield the latest event and its time, unless the card shows it already.

    The card already shows a screening, a standing decision, and events that carry their own time.
    """
    newest = overview.history[-1] if overview.history else None
    if newest is None or newest.action not in _LEAVING_NO_OTHER_TRACE or overview.after is not None:
        return
    yield texts(
        "Last change on {moment} · {happening}",
        moment=moment(newest.at, overview, texts, None, names),
        happening=_sentence(newest.act, _line(overview, newest, texts, names, with_quotes=False)),
    )


def _line(
    overview: Overview,
    entry: HistoryEntry,
    texts: Texts,
    names: Mapping[str, str] | None,
    *,
    with_quotes: bool = True,
) -> _Line:
    name = kit.markup_name(overview.prospect.facts.name)
    by, today = wording.who(entry.by, names), entry.at.date()
    currency = overview.workspace.settings.currency
    return _Line(texts, entry.by, by, name, names, with_quotes, today, currency)


def _of_overrides(act: acts.Act, texts: Texts, names: Mapping[str, str] | None) -> Iterator[str]:
    overrides = act.overrides if isinstance(act, acts.ActWithOverrides) else ()
    for each in overrides:
        what = each.was_asked, isinstance(act, acts.Undone)
        yield texts(_OVERRIDES[what], who=wording.who(each.asked_by, names))


def _sentence(act: acts.Act, it: _Line) -> str:  # noqa: C901 - one case for each act
    match act:
        case acts.Screened() | acts.ScreenedAgain():
            line = _screened(act, it)
        case acts.WalkedAway():
            line = it.texts("{who} walked away from {name}.", who=it.who, name=it.name)
        case acts.Won(day):
            line = _won(day, it)
        case acts.Lost(ended_by, sentence):
            line = it.texts(_LOST[ended_by], who=it.who, name=it.name) + it.quoted(sentence)
        case acts.ClientEnded():
            line = _client_ended(act, it)
        case acts.Undone():
            line = _undone(act, it)
        case acts.OverrideAsked():
            line = _overrode(act, it)
        case acts.OverrideApproved() | acts.OverrideDenied():
            line = _answered(act, it)
        case acts.ConditionMet(brought):
            line = it.texts(
                "{who} marked the condition for {name} as met.", who=it.who, name=it.name
            )
            line += it.quoted(brought)
        case acts.SignOfLife(sign):
            line = it.texts("{who} logged a sign of life from {name}.", who=it.who, name=it.name)
            line += it.quoted(sign)
        case acts.Chased(chases):
            line = _chased(chases or 1, it)
        case acts.Snoozed(_, until):
            line = _snoozed(until, it)
        case acts.OwnerChanged(_, owner):
            line = _handed_over(owner, it)
        case acts.Corrected():
            line = " ".join(_corrected(act, it))
        case acts.StillOpenSaid():
            line = it.texts("{who} said {name} is still open.", who=it.who, name=it.name)
        case _:
            assert_never(act)
    return line


def _screened(act: acts.Screened, it: _Line) -> str:
    """Return the screening, with a new owner and the conditions."""
    line = it.texts(
        _AGAIN if isinstance(act, acts.ScreenedAgain) else _FIRST,
        who=it.who,
        name=it.name,
        verdict=wording.verdict_word(act.verdict, it.texts),
    )
    owner = [] if act.owner is None else [it.texts("Owner: {owner}.", owner=it.named(act.owner))]
    conditions = [
        wording.condition_markup(what, due, it.texts, it.today) for what, due in act.conditions
    ]
    return " ".join([line, *owner, *conditions])


def _won(day: date | None, it: _Line) -> str:
    if day is None:
        return it.texts("{who} marked {name} as won.", who=it.who, name=it.name)
    return it.texts(
        "{who} marked {name} as won: a client since {day}.",
        who=it.who,
        name=it.name,
        day=it.texts.day(day, it.today),
    )


def _client_ended(act: acts.ClientEnded, it: _Line) -> str:
    day = it.texts.day(act.day, it.today)
    line = it.texts(_CLIENT_ENDED[act.ended_by], who=it.who, name=it.name, day=day)
    return line + it.quoted(act.sentence)


def _undone(act: acts.Undone, it: _Line) -> str:
    """Return which decision was undone, and whose if another member's; old entries lack both."""
    by = act.decided_by
    whose = "" if by is None or by == it.by else it.named(by)
    sentence = _UNDONE.get((act.undone, bool(whose)), _UNDONE_UNKNOWN)
    return it.texts(sentence, who=it.who, name=it.name, decider=whose)


def _overrode(act: acts.OverrideAsked, it: _Line) -> str:
    if act.waits:
        line = it.texts("{who} asked to pursue {name} anyway.", who=it.who, name=it.name)
    else:
        line = it.texts("{who} is pursuing {name} anyway.", who=it.who, name=it.name)
    alone = card_overrides.alone(act.alone, it.texts)
    return " ".join([line, *card_overrides.grounds(act.grounds, it.texts, it.today), *alone])


def _answered(act: acts.OverrideApproved | acts.OverrideDenied, it: _Line) -> str:
    asker = it.named(act.asked_by)
    if isinstance(act, acts.OverrideApproved):
        return it.texts(
            "{who} approved {asker}'s override for {name}.",
            who=it.who,
            name=it.name,
            asker=asker,
        )
    line = it.texts(
        "{who} denied {asker}'s override for {name}.",
        who=it.who,
        name=it.name,
        asker=asker,
    )
    return line + it.quoted(act.refusal)


def _chased(chases: int, it: _Line) -> str:
    if chases == 1:
        return it.texts("{who} chased {name}, no reply (1st time).", who=it.who, name=it.name)
    return it.texts(
        "{who} chased {name} again, no reply ({nth} time).",
        who=it.who,
        name=it.name,
        nth=it.texts.nth(chases),
    )


def _snoozed(until: date, it: _Line) -> str:
    return it.texts(
        "{who} snoozed {name} until {day}.",
        who=it.who,
        name=it.name,
        day=it.texts.day(until, it.today),
    )


def _handed_over(owner: MemberId, it: _Line) -> str:
    return it.texts(
        "{who} handed {name} over to {owner}.", who=it.who, name=it.name, owner=it.named(owner)
    )


def _corrected(act: acts.Corrected, it: _Line) -> Iterator[str]:
    """Return the correction, with the old and the new value."""
    yield it.texts("{who} corrected {name}.", who=it.who, name=it.name)
    if act.name is not None:
        before, now = (kit.markup_name(each) for each in (act.name.before, act.name.now))
        yield it.texts("Name: “{before}” → “{now}”.", before=before, now=now)
    if act.expected_value is not None:
        before, now = (
            "–" if each is None else kit.escape(it.texts.money(each, it.currency))
            for each in (act.expected_value.before, act.expected_value.now)
        )
        yield it.texts("Expected value: {before} → {now}.", before=before, now=now)
    if act.first_contact is not None:
        contact = act.first_contact
        before, now = (it.texts.day(each, it.today) for each in (contact.before, contact.now))
        yield it.texts("First contact: {before} → {now}.", before=before, now=now)


_FIRST = marked("{who} screened {name}. The verdict: {verdict}.")
_AGAIN = marked("{who} re-screened {name}. New verdict: {verdict}.")

_LOST: Mapping[EndedBy | None, str] = MappingProxyType(
    {
        EndedBy.THEM: marked("{who} marked {name} as lost: they ended it."),
        EndedBy.US: marked("{who} marked {name} as lost: we ended it."),
        None: marked("{who} marked {name} as lost."),
    }
)

_CLIENT_ENDED: Mapping[EndedBy, str] = MappingProxyType(
    {
        EndedBy.THEM: marked("{who} marked {name} as a former client: they ended it on {day}."),
        EndedBy.US: marked("{who} marked {name} as a former client: we ended it on {day}."),
    }
)

_UNDONE_UNKNOWN = marked("{who} undid the decision. {name} is open again.")
_UNDONE: Mapping[tuple[Action | None, bool], str] = MappingProxyType(
    {
        (Action.WALK_AWAY, False): marked("{who} undid the walk-away. {name} is open again."),
        (Action.WALK_AWAY, True): marked(
            "{who} undid {decider}'s walk-away. {name} is open again."
        ),
        (Action.WON, False): marked("{who} undid the win. {name} is open again."),
        (Action.WON, True): marked(
            "{who} undid the win that {decider} marked. {name} is open again."
        ),
        (Action.LOST, False): marked("{who} undid the loss. {name} is open again."),
        (Action.LOST, True): marked(
            "{who} undid the loss that {decider} marked. {name} is open again."
        ),
        (Action.END_CLIENT, False): marked(
            "{who} undid “former client”. {name} is a client again."
        ),
        (Action.END_CLIENT, True): marked(
            "{who} undid {decider}'s “former client”. {name} is a client again."
        ),
    }
)
"""By what was undone, and whether somebody else had decided it."""

_OVERRIDES: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (False, False): marked("{who}'s override has ended."),
        (True, False): marked("{who}'s override request is withdrawn."),
        (False, True): marked("{who}'s override stands again."),
        (True, True): marked("{who}'s override request is waiting again."),
    }
)
"""By whether it was still asked for, and whether it came back."""

_LAPSES: Mapping[Lapsed, str] = MappingProxyType(
    {
        Lapsed.CONDITION: marked(
            "{name} didn't meet the condition by {day}, so it lapsed: {words}"
        ),
        Lapsed.REQUEST: marked("{who}'s override request lapsed: no one answered by {day}."),
        Lapsed.OVERRIDE: marked(
            "The check-in date of {who}'s override has passed: {day}. The plan was to stop "
            "if: {words}"
        ),
    }
)


def lapse_sentence(overview: Overview, lapse: Lapse, texts: Texts) -> str:
    """Return what lapsed or passed without anyone acting, as markup that mentions members."""
    return texts(
        _LAPSES[lapse.what],
        name=kit.markup_name(overview.prospect.facts.name),
        who="" if lapse.asked_by is None else wording.who(lapse.asked_by, None),
        day=texts.day(lapse.day, lapse.at.date()),
        words="" if lapse.words is None else wording.quoted_markup(lapse.words, texts),
    )
