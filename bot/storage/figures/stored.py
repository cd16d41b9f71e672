"""A fact as stored: a short text that is equal for equal facts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.facts import (
    Feared,
    FirstScreened,
    How,
    InTime,
    Judged,
    LeftAlone,
    Owned,
    Reply,
    Waiting,
    What,
    Won,
)
from bot.domain.outcomes.outcome import (
    NO_ANSWER,
    Again,
    Hours,
    Outcome,
    Paid,
    Regret,
    Respect,
    Taken,
)
from bot.domain.people import MemberId

KINDS: Final[Mapping[type[What], str]] = MappingProxyType(
    {
        FirstScreened: "screened",
        Owned: "owned",
        Judged: "judged",
        InTime: "in_time",
        Waiting: "waiting",
        Won: "won",
        LeftAlone: "left",
        Feared: "feared",
    }
)
"""What stands in the database for each kind of fact."""

_ANSWERS = (Paid, Hours, Again, Regret, Respect, Taken)


def to_text(what: What) -> str:
    """Return the stored part of a fact besides its day, owner and checklist."""
    return json.dumps([_plain(each) for each in what], separators=(",", ":"), ensure_ascii=False)


def to_fact(kind: type[What], text: str) -> What:
    """Return the fact of a stored text."""
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


def _reply(kept: list[Any] | None) -> Reply | None:
    if kept is None:
        return None
    own, second = (NO_ANSWER if each is None else _outcome(*each) for each in kept[:2])
    return Reply(own, second, kept[2])


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)


def _won(fear: str | None, verdict: str | None, soon: Any, late: Any, value: str | None) -> Won:
    return Won(
        fear,
        None if verdict is None else Verdict(verdict),
        _reply(soon),
        _reply(late),
        None if value is None else Decimal(value),
    )


_READ: Mapping[type[What], Callable[..., What]] = MappingProxyType(
    {
        FirstScreened: lambda is_pursued, no: FirstScreened(is_pursued, _day(no)),
        Owned: Owned,
        Judged: lambda verdict, *more: Judged(Verdict(verdict), *more),
        InTime: lambda on, how, is_back, left: InTime(
            date.fromisoformat(on), How(how), is_back, None if left is None else MemberId(left)
        ),
        Waiting: lambda how, days, since: Waiting(How(how), days, _day(since)),
        Won: _won,
        LeftAlone: lambda soon, late: LeftAlone(_reply(soon), _reply(late)),
        Feared: Feared,
    }
)
