"""Placeholders: what a checklist's sentences and hints say of the answers.

``{fit}`` and ``{fit.max}`` are a score and the highest it could have been, ``{budget}`` and
``{start}`` the answers to a number or date question, and ``{niche}`` the workspace's own words.
What is not known reads "–". A text is filled in each of its languages, so that whoever shows it
need not know about placeholders.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.domain.checklist.model import Checklist, Kind, steps_walked
from bot.domain.checklist.rules import Answers, Circumstances, Localized
from bot.domain.checklist.scores import Score

NICHE = "niche"
UNKNOWN = "–"
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}", re.ASCII)
_WRITTEN_PLACE = re.compile(r"\{(\s*[A-Za-z_][A-Za-z0-9_.]*\s*)\}", re.ASCII)
"""The same with spaces, which nothing fills."""
_MOST = ".max"
_DAYS = {"en": "EEE d MMM y", "de": "EEE, d. MMM y"}
_OTHERS = "y-MM-dd"


@dataclass(frozen=True, slots=True)
class Tally:
    """A score's result, and the highest one that the questions asked could give."""

    score: Score
    points: int
    most: int


def tallies(checklist: Checklist, answers: Answers, given: Circumstances) -> tuple[Tally, ...]:
    """Return the tally of each score for these answers."""
    if not checklist.scores:
        return ()
    walked = steps_walked(checklist, answers, given)
    asked = frozenset(question.id for _, questions in walked for question in questions)
    counted = {key: answer for key, answer in answers.items() if key in asked}
    return tuple(Tally(score, score.of(counted), score.most(asked)) for score in checklist.scores)


def places_in(text: str) -> Iterator[str]:
    """Yield the contents of braces that are meant to be a placeholder."""
    yield from _WRITTEN_PLACE.findall(text)


def known_places(checklist: Checklist) -> frozenset[str]:
    """Return the placeholders that a text of the checklist may hold."""
    scores = [each.id for each in checklist.scores]
    filled = [each.id for each in checklist.questions if each.kind in {Kind.NUMBER, Kind.DATE}]
    return frozenset([NICHE, *filled, *scores, *(each + _MOST for each in scores)])


def filled(
    text: Localized,
    checklist: Checklist,
    answers: Answers,
    given: Circumstances,
    niche: str = "",
) -> Localized:
    """Return the text, in each language, with its placeholders filled; other braces stay."""
    if not any("{" in each for each in text.values()):
        return text
    values = _values(checklist, answers, given)
    values[NICHE] = niche
    return {language: _in_language(each, language, values) for language, each in text.items()}


def number_in(value: Decimal, language: str) -> str:
    """Return a number as the language writes it."""
    return format_decimal(value, format="#,##0.####", locale=language)


def _in_language(text: str, language: str, values: Mapping[str, object]) -> str:
    def value_of(place: re.Match[str]) -> str:
        return _in_words(values[place[1]], language) if place[1] in values else place[0]

    return _PLACE.sub(value_of, text)


def _values(checklist: Checklist, answers: Answers, given: Circumstances) -> dict[str, object]:
    values: dict[str, object] = {}
    for question in checklist.questions:
        answer = answers.get(question.id)
        if question.kind is Kind.NUMBER:
            is_number = isinstance(answer, Decimal)
            values[question.id] = (answer, question.unit) if is_number else None
        elif question.kind is Kind.DATE:
            values[question.id] = answer
    for each in tallies(checklist, answers, given):
        values[each.score.id] = each.points
        values[each.score.id + _MOST] = each.most
    return values


def _in_words(value: object, language: str) -> str:
    match value:
        case (Decimal() as number, unit):
            return f"{number_in(number, language)} {unit or ''}".strip()
        case date():
            return format_date(value, _DAYS.get(language, _OTHERS), locale=language)
        case str() if value:
            return value
        case int():
            return str(value)
        case _:
            return UNKNOWN
