"""Reading what a prospect *is*: the inputs that step 1 has beside the questions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from babel.numbers import NumberFormatError, parse_decimal

from bot.domain.errors import AnswerProblem
from bot.domain.names import NAME_LENGTH, clean_name
from bot.domain.people import MemberId
from bot.domain.prospects.prospect import ProspectFacts

Inputs = Mapping[str, str | list[str] | None]
"""What stands in the inputs of a view, by block id; None: empty, or left out by Slack."""

FACTS: Final = ("name", "owner", "expected_value", "first_contact")
"""The blocks of these inputs, in the order in which they are asked."""

_CURRENCY: Final = re.compile(r"(?i)\s|[€$£]|\b(euros?|eur|usd|gbp|chf)\b")
"""What people write around an amount."""

LARGEST_VALUE: Final = Decimal("999_999_999_999.99")
"""What the database can hold for an expected value."""


def read_facts(
    inputs: Inputs, *, asker: MemberId, today: date
) -> tuple[ProspectFacts, list[AnswerProblem]]:
    """Return the facts as far as they are readable, and what is wrong with them.

    An owner or day of first contact that is left open is the asker, and `today`.
    """
    problems: list[AnswerProblem] = []
    facts = ProspectFacts(
        name=_name(inputs.get("name"), problems),
        owner=MemberId(str(inputs.get("owner") or asker)),
        first_contact=_first_contact(inputs.get("first_contact"), today, problems),
        expected_value=_value(inputs.get("expected_value"), problems),
    )
    return facts, problems


def facts_document(facts: ProspectFacts) -> dict[str, str | list[str] | None]:
    """Return the facts as inputs, the other way round."""
    value = facts.expected_value
    return {
        "name": facts.name or None,
        "owner": facts.owner,
        "first_contact": facts.first_contact.isoformat(),
        "expected_value": None if value is None else format(value, "f"),
    }


def still_known(given: ProspectFacts, before: ProspectFacts, *, asker: MemberId) -> ProspectFacts:
    """Return the facts given about a prospect that turns out to be known already.

    A first step that began empty offers the asker as the owner and today as the first
    contact: that is no word against the owner there is, or an earlier contact. The name
    typed was to find it, however it was spelt; whoever wants it changed goes back a step.
    """
    return replace(
        given,
        name=before.name,
        owner=before.owner if given.owner == asker else given.owner,
        first_contact=min(given.first_contact, before.first_contact),
        expected_value=before.expected_value
        if given.expected_value is None
        else given.expected_value,
    )


def _name(typed: str | list[str] | None, problems: list[AnswerProblem]) -> str:
    name = clean_name(typed) if isinstance(typed, str) else ""
    if not name:
        problems.append(AnswerProblem("name", "empty_name"))
    elif len(name) > NAME_LENGTH:
        detail = {"length": len(name), "limit": NAME_LENGTH}
        problems.append(AnswerProblem("name", "too_long", detail))
    return name


def _first_contact(
    typed: str | list[str] | None, today: date, problems: list[AnswerProblem]
) -> date:
    try:
        day = date.fromisoformat(str(typed)) if typed else today
    except ValueError:
        problems.append(AnswerProblem("first_contact", "not_a_date", {"given": typed}))
        return today
    if day > today:
        problems.append(AnswerProblem("first_contact", "future", {"latest": today}))
    return day


def _value(typed: str | list[str] | None, problems: list[AnswerProblem]) -> Decimal | None:
    text = _CURRENCY.sub("", typed) if isinstance(typed, str) else ""
    if not text:
        return None
    value = read_amount(text)
    code = "not_a_number" if value is None else _trouble_with(value)
    if value is None or code:
        problems.append(AnswerProblem("expected_value", str(code), {"limit": LARGEST_VALUE}))
        return None
    return value.quantize(Decimal("0.01"))


def read_amount(text: str) -> Decimal | None:
    """Return an amount written in the German or in the English way; None if it is neither.

    No amount has more than two decimals, so 12.000 and 12,000 are both twelve thousand.
    """
    readings = {value for locale in ("de", "en") if (value := _parsed(text, locale)) is not None}
    return readings.pop() if len(readings) == 1 else None


def _parsed(text: str, locale: str) -> Decimal | None:
    try:
        value = parse_decimal(text, locale, strict=True)
    except NumberFormatError:
        return None
    exponent = value.as_tuple().exponent  # a letter for what is no number
    return value if isinstance(exponent, int) and exponent >= -2 else None


def _trouble_with(value: Decimal) -> str | None:
    if value < 0:
        return "negative"
    return "too_large" if value > LARGEST_VALUE else None
