"""A fact as stored: a short text that is equal for equal facts."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.facts import (
    DisciplineFact,
    Feared,
    FirstScreened,
    HowEnded,
    OwnershipFact,
    Reply,
    TimeToNoFact,
    VerdictFact,
    WalkAwayFact,
    What,
    WonFact,
)
from bot.domain.outcomes.outcome import (
    NO_ANSWER,
    Hours,
    HowTaken,
    Outcome,
    PaidAsAgreed,
    Regret,
    Respect,
    WouldTakeAgain,
)
from bot.domain.people import MemberId

KINDS: Final[Mapping[type[What], str]] = MappingProxyType(
    {
        FirstScreened: "screened",
        OwnershipFact: "owned",
        VerdictFact: "judged",
        DisciplineFact: "in_time",
        TimeToNoFact: "waiting",
        WonFact: "won",
        WalkAwayFact: "left",
        Feared: "feared",
    }
)
"""What stands in the database for each kind of fact."""
_BY_NAME: Final = {name: kind for kind, name in KINDS.items()}

_ANSWERS = (PaidAsAgreed, Hours, WouldTakeAgain, Regret, Respect, HowTaken)


def to_text(what: What) -> str:
    """Return the stored part of a fact besides its day, owner and checklist."""
    return json.dumps([_plain(each) for each in what], separators=(",", ":"), ensure_ascii=False)


def to_fact(kind: type[What], text: str) -> What:
    """Return the fact of a stored text, the same object for the same one: many are alike."""
    return named_fact(KINDS[kind], text)


@lru_cache(maxsize=4096)
def named_fact(name: str, text: str) -> What:
    """Return the same, of what stands in the database for its kind."""
    kind = _BY_NAME[name]
    if (by_pieces := _BY_PIECES.get(kind)) is not None:
        pattern, read = by_pieces
        if (found := pattern.fullmatch(text)) is not None:
            return read(*found.groups())
    return _READ[kind](*json.loads(text))


def _plain(value: object) -> object:
    match value:
        case Reply(own, second, is_asked):
            return [_outcome_as_list(own), _outcome_as_list(second), is_asked]
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def _outcome_as_list(outcome: Outcome) -> list[object] | None:
    return None if outcome == NO_ANSWER else list(astuple(outcome))


@lru_cache(maxsize=4096)
def _outcome(*kept: str | None) -> Outcome:
    """Return the answers, the same object for the same ones: many clients turned out alike."""
    pairs = zip(_ANSWERS, kept, strict=True)
    answers: list[Any] = [None if each is None else kind(each) for kind, each in pairs]
    return Outcome(*answers)


def _reply(stored: list[Any] | None) -> Reply | None:
    if stored is None:
        return None
    own, second = (NO_ANSWER if each is None else _outcome(*each) for each in stored[:2])
    return Reply(own, second, stored[2])


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)


def _verdict(stored: str | None) -> Verdict | None:
    return None if stored is None else Verdict(stored)


def _value(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


_READ: Mapping[type[What], Callable[..., What]] = MappingProxyType(
    {
        FirstScreened: lambda is_pursued, no: FirstScreened(is_pursued, _day(no)),
        OwnershipFact: OwnershipFact,
        VerdictFact: lambda verdict, *more: VerdictFact(Verdict(verdict), *more),
        DisciplineFact: lambda on, how, is_back, left: DisciplineFact(
            date.fromisoformat(on), HowEnded(how), is_back, None if left is None else MemberId(left)
        ),
        TimeToNoFact: lambda how, days, since: TimeToNoFact(HowEnded(how), days, _day(since)),
        WonFact: lambda fear, verdict, soon, late, value: WonFact(
            fear, _verdict(verdict), _reply(soon), _reply(late), _value(value)
        ),
        WalkAwayFact: lambda soon, late: WalkAwayFact(_reply(soon), _reply(late)),
        Feared: Feared,
    }
)


_WORD: Final = r'(null|"[^"\\]*")'
_REPLY: Final = r"(null|\[(?:null|\[[^\]]*\]),(?:null|\[[^\]]*\]),(?:true|false)\])"


@lru_cache(maxsize=1024)
def _word_of(piece: str) -> str | None:
    found: str | None = json.loads(piece)
    return found


@lru_cache(maxsize=64)
def _verdict_of(piece: str) -> Verdict | None:
    return _verdict(json.loads(piece))


@lru_cache(maxsize=8192)
def _reply_of(piece: str) -> Reply | None:
    return _reply(json.loads(piece))


def _won_of(fear: str, verdict: str, soon: str, late: str, value: str) -> WonFact:
    worth = _value(_word_of(value))
    return WonFact(_word_of(fear), _verdict_of(verdict), _reply_of(soon), _reply_of(late), worth)


_BY_PIECES: Mapping[type[What], tuple[re.Pattern[str], Callable[..., What]]] = MappingProxyType(
    {
        WonFact: (re.compile(rf"\[{_WORD},{_WORD},{_REPLY},{_REPLY},{_WORD}\]"), _won_of),
        WalkAwayFact: (
            re.compile(rf"\[{_REPLY},{_REPLY}\]"),
            lambda soon, late: WalkAwayFact(_reply_of(soon), _reply_of(late)),
        ),
    }
)
"""Facts of which hardly any two are equal, though their replies are: each reply is read once."""
