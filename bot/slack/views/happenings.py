"""What happened to a prospect, one sentence for each entry of its history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.domain.dossier import Dossier
from bot.domain.history import HistoryEntry
from bot.domain.people import Action
from bot.domain.rules import Verdict
from bot.slack.texts import Texts
from bot.slack.views.passages import who
from bot.slack.views.typed import markup_name
from bot.slack.views.wording import quote_markup, verdict_word


@dataclass(frozen=True, slots=True)
class _Happening:
    """An entry with what its sentence needs."""

    entry: HistoryEntry
    texts: Texts
    who: str
    name: str

    def quoted(self, key: str) -> str:
        """What was typed, as a further sentence; nothing if it was left empty."""
        typed = self.entry.detail.get(key)
        return f" “{quote_markup(str(typed))}”" if typed else ""


def sentence(
    dossier: Dossier, entry: HistoryEntry, texts: Texts, names: Mapping[str, str] | None
) -> str:
    """Return who did what, as markup; without ``names`` members are mentioned."""
    name = markup_name(dossier.prospect.facts.name)
    return _SENTENCES[entry.action](_Happening(entry, texts, who(entry.by, names), name))


def _qualified(it: _Happening) -> str:
    return it.texts(
        "{who} screened {name}. The verdict: {verdict}.",
        who=it.who,
        name=it.name,
        verdict=_verdict(it),
    )


def _requalified(it: _Happening) -> str:
    return it.texts(
        "{who} screened {name} again. The new verdict: {verdict}.",
        who=it.who,
        name=it.name,
        verdict=_verdict(it),
    )


def _walked_away(it: _Happening) -> str:
    line = it.texts("{who} walked away from {name}.", who=it.who, name=it.name)
    return line + it.quoted("sentence")


def _won(it: _Happening) -> str:
    day = it.entry.detail.get("day")
    if not day:
        return it.texts("{who} marked {name} as won.", who=it.who, name=it.name)
    return it.texts(
        "{who} marked {name} as won on {day}.",
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
    return it.texts("{who} undid the decision. {name} is open again.", who=it.who, name=it.name)


def _condition_met(it: _Happening) -> str:
    line = it.texts("{name} met the condition, says {who}.", who=it.who, name=it.name)
    return line + it.quoted("brought")


def _verdict(it: _Happening) -> str:
    return verdict_word(Verdict(str(it.entry.detail["verdict"])), it.texts)


_SENTENCES: Final[Mapping[Action, Callable[[_Happening], str]]] = MappingProxyType(
    {
        Action.QUALIFY: _qualified,
        Action.REQUALIFY: _requalified,
        Action.WALK_AWAY: _walked_away,
        Action.WON: _won,
        Action.LOST: _lost,
        Action.UNDO: _undone,
        Action.CONDITION_MET: _condition_met,
    }
)
