"""What was done to a prospect, one sentence for each entry of its history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.history import HistoryEntry, Lapse, Lapsed
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Fear, Grounds
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import overrides as card_overrides
from bot.slack.card import wording
from bot.slack.card.passages import moment, who
from bot.slack.texts import Texts, marked

_LEAVING_NO_OTHER_TRACE = frozenset(
    {
        Action.UNDO,
        Action.CONDITION_MET,
        Action.SIGN_OF_LIFE,
        Action.CHASED,
        Action.SNOOZE,
        Action.HAND_OVER,
    }
)


@dataclass(frozen=True, slots=True)
class _Happening:
    """An entry with what its sentence needs."""

    entry: HistoryEntry
    texts: Texts
    who: str
    name: str
    names: Mapping[str, str] | None
    with_quotes: bool = True

    def quoted(self, key: str) -> str:
        """What was typed, as a further sentence; nothing if it was left empty."""
        typed = self.entry.detail.get(key)
        return (
            f" {wording.quoted_markup(str(typed), self.texts)}"
            if typed and self.with_quotes
            else ""
        )


def sentence(
    overview: Overview, entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> str:
    """Return who did what, as markup; without ``names`` members are mentioned."""
    name = kit.markup_name(overview.prospect.facts.name)
    return _SENTENCES[entry.action](_Happening(entry, texts, who(entry.by, names), name, names))


def told(
    overview: Overview, entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> str:
    """Return the same, and what it ended, withdrew or brought back."""
    done = sentence(overview, entry, texts, names)
    return " ".join([done, *_of_overrides(entry, texts, names)])


def last_change(overview: Overview, texts: Texts, names: Mapping[str, str] | None) -> Iterator[str]:
    """Yield what happened last, and when, unless the card says so already.

    It does of a screening, of a decision that stands, and of what comes after its own time.
    """
    newest = overview.history[-1] if overview.history else None
    if newest is None or newest.action not in _LEAVING_NO_OTHER_TRACE or overview.after is not None:
        return
    name = kit.markup_name(overview.prospect.facts.name)
    it = _Happening(newest, texts, who(newest.by, names), name, names, with_quotes=False)
    yield texts(
        "Last change on {moment}: {happening}",
        moment=moment(newest.at, overview, texts, None),
        happening=_SENTENCES[newest.action](it),
    )


def _of_overrides(
    entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    overrides: Sequence[Mapping[str, Any]] = entry.detail.get("overrides", ())
    for each in overrides:
        what = bool(each["was_asked"]), entry.action is Action.UNDO
        yield texts(_OVERRIDES[what], who=who(MemberId(str(each["asked_by"])), names))


def _qualified(it: _Happening) -> str:
    return it.texts(
        "{who} screened {name}. The verdict: {verdict}.",
        who=it.who,
        name=it.name,
        verdict=_verdict(it),
    ) + _what_came_with_it(it)


def _requalified(it: _Happening) -> str:
    return it.texts(
        "{who} screened {name} again. The new verdict: {verdict}.",
        who=it.who,
        name=it.name,
        verdict=_verdict(it),
    ) + _what_came_with_it(it)


def _walked_away(it: _Happening) -> str:
    line = it.texts("{who} walked away from {name}.", who=it.who, name=it.name)
    return line + it.quoted("sentence")


def _won(it: _Happening) -> str:
    day = it.entry.detail.get("day")
    if not day:
        return it.texts("{who} marked {name} as won.", who=it.who, name=it.name)
    return it.texts(
        "{who} marked {name} as won: a client since {day}.",
        who=it.who,
        name=it.name,
        day=it.texts.date(date.fromisoformat(str(day))),
    )


def _lost(it: _Happening) -> str:
    match it.entry.detail.get("ended_by"):
        case "them":
            line = it.texts("{who} marked {name} as lost: they ended it.", who=it.who, name=it.name)
        case "us":
            line = it.texts("{who} marked {name} as lost: we ended it.", who=it.who, name=it.name)
        case _:
            line = it.texts("{who} marked {name} as lost.", who=it.who, name=it.name)
    return line + it.quoted("sentence")


def _undone(it: _Happening) -> str:
    """Which decision it was, and whose if it was somebody else's; of old ones neither is known."""
    undone, by = it.entry.detail.get("undone"), it.entry.detail.get("decided_by")
    whose = "" if by is None or by == it.entry.by else who(MemberId(str(by)), it.names)
    sentence = _UNDONE.get((str(undone), bool(whose)), _UNDONE_UNKNOWN)
    return it.texts(sentence, who=it.who, name=it.name, decider=whose)


def _overrode(it: _Happening) -> str:
    detail = it.entry.detail
    if detail.get("waits"):
        line = it.texts("{who} asked for an override of {name}.", who=it.who, name=it.name)
    else:
        line = it.texts("{who} goes on with {name} against the verdict.", who=it.who, name=it.name)
    named = Grounds(
        Fear(str(detail["fear"])),
        str(detail["reason"]),
        str(detail["kill_criterion"]),
        date.fromisoformat(str(detail["kill_on"])),
        new_fact=detail.get("new_fact"),
    )
    return " ".join([line, *card_overrides.grounds(named, it.texts)])


def _approved(it: _Happening) -> str:
    return it.texts(
        "{who} approved the override of {name} that {asker} asked for.",
        who=it.who,
        name=it.name,
        asker=who(MemberId(str(it.entry.detail["asked_by"])), it.names),
    )


def _denied(it: _Happening) -> str:
    line = it.texts(
        "{who} denied the override of {name} that {asker} asked for.",
        who=it.who,
        name=it.name,
        asker=who(MemberId(str(it.entry.detail["asked_by"])), it.names),
    )
    return line + it.quoted("sentence")


def _condition_met(it: _Happening) -> str:
    line = it.texts("{name} met the condition, says {who}.", who=it.who, name=it.name)
    return line + it.quoted("brought")


def _sign_of_life(it: _Happening) -> str:
    line = it.texts("{name} gave a sign of life, says {who}.", who=it.who, name=it.name)
    return line + it.quoted("sign")


def _chased(it: _Happening) -> str:
    chases = int(it.entry.detail.get("chases") or 1)
    return it.texts.plural(
        "{who} chased {name} without an answer, for the first time.",
        "{who} chased {name} without an answer: {n} times by now.",
        chases,
        who=it.who,
        name=it.name,
    )


def _snoozed(it: _Happening) -> str:
    return it.texts(
        "{who} snoozed {name} until {day}.",
        who=it.who,
        name=it.name,
        day=it.texts.date(date.fromisoformat(str(it.entry.detail["until"]))),
    )


def _handed_over(it: _Happening) -> str:
    return it.texts(
        "{who} handed {name} over to {owner}.",
        who=it.who,
        name=it.name,
        owner=who(MemberId(str(it.entry.detail["to"])), it.names),
    )


def _verdict(it: _Happening) -> str:
    return wording.verdict_word(Verdict(str(it.entry.detail["verdict"])), it.texts)


def _what_came_with_it(it: _Happening) -> str:
    """The new owner, if there is one, and the conditions."""
    detail, lines = it.entry.detail, []
    if "owner" in detail:
        owner = who(MemberId(str(detail["owner"])), it.names)
        lines.append(it.texts("Owner: {owner}.", owner=owner))
    conditions: Sequence[Mapping[str, str]] = detail.get("conditions", ())
    lines += [
        wording.condition_markup(each["what"], date.fromisoformat(each["due"]), it.texts)
        for each in conditions
    ]
    return "".join(f" {line}" for line in lines)


_UNDONE_UNKNOWN = marked("{who} undid the decision. {name} is open again.")
_UNDONE: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        (Action.WALK_AWAY, False): marked("{who} undid the walk-away. {name} is open again."),
        (Action.WALK_AWAY, True): marked(
            "{who} undid the walk-away of {decider}. {name} is open again."
        ),
        (Action.WON, False): marked("{who} undid the win. {name} is open again."),
        (Action.WON, True): marked(
            "{who} undid what {decider} had marked as won. {name} is open again."
        ),
        (Action.LOST, False): marked("{who} undid the loss. {name} is open again."),
        (Action.LOST, True): marked(
            "{who} undid what {decider} had marked as lost. {name} is open again."
        ),
    }
)
"""By what was undone, and whether somebody else had decided it."""

_OVERRIDES: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (False, False): marked("So the override of {who} has ended."),
        (True, False): marked("So the request of {who} for an override is withdrawn."),
        (False, True): marked("So the override of {who} stands again."),
        (True, True): marked("So the request of {who} for an override waits again."),
    }
)
"""By whether it was still asked for, and whether it came back."""

_SENTENCES: Mapping[Action, Callable[[_Happening], str]] = MappingProxyType(
    {
        Action.QUALIFY: _qualified,
        Action.REQUALIFY: _requalified,
        Action.WALK_AWAY: _walked_away,
        Action.OVERRIDE: _overrode,
        Action.APPROVE_OVERRIDE: _approved,
        Action.DENY_OVERRIDE: _denied,
        Action.WON: _won,
        Action.LOST: _lost,
        Action.UNDO: _undone,
        Action.CONDITION_MET: _condition_met,
        Action.SIGN_OF_LIFE: _sign_of_life,
        Action.CHASED: _chased,
        Action.SNOOZE: _snoozed,
        Action.HAND_OVER: _handed_over,
    }
)


_LAPSES: Mapping[Lapsed, str] = MappingProxyType(
    {
        Lapsed.CONDITION: marked(
            "The condition has lapsed, because {name} did not meet it by the end of {day}: {words}"
        ),
        Lapsed.REQUEST: marked(
            "The request of {who} for an override has lapsed, because nobody answered by the end "
            "of {day}."
        ),
        Lapsed.OVERRIDE: marked(
            "The kill date of the override of {who} has passed: {day}. The kill criterion, as it "
            "was written: {words}"
        ),
    }
)


def lapse_sentence(overview: Overview, lapse: Lapse, texts: Texts) -> str:
    """Return what lapsed or passed by itself, as markup in which members are mentioned."""
    return texts(
        _LAPSES[lapse.what],
        name=kit.markup_name(overview.prospect.facts.name),
        who="" if lapse.asked_by is None else who(lapse.asked_by, None),
        day=texts.date(lapse.day),
        words="" if lapse.words is None else wording.quoted_markup(lapse.words, texts),
    )
