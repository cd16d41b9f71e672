"""Conditions as written in a file.

::

    offer: none                         the question has this option
    numbers: [partly, none]             it has one of these
    answered: homework                  it has an answer
    all: [...]    any: [...]    not: ...
    count: {of: signs, at_least: 3}     this many options of a question are chosen
    count: {of: [...], exactly: 2}      this many of these conditions hold
    {score: fit, at_least: 6, below: 12}         the score lies within these bounds
    {number: budget, below: 10000}               the number does; expected_value is one, too
    {date: start, more_than_days_ahead: 60}      this many calendar days after the day of judging
    weak_start                          a combination under ``names``
    otherwise                           no other rule matches (the last rule only)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, assert_never

from bot.checklists.form import (
    BoundsForm,
    CountForm,
    DateConditionForm,
    NumberConditionForm,
    ScoreConditionForm,
    filled,
)
from bot.checklists.source import Place
from bot.domain.checklist.model import Kind, Question
from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Count,
    DaysAhead,
    Named,
    Not,
    NumberWithin,
    Predicate,
    ScoreWithin,
    parts,
)
from bot.domain.checklist.scores import Bounds, Score
from bot.domain.errors import Sentence, sentence


class Word(StrEnum):
    """The words of the rules; no question can have one as its id."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    ANSWERED = "answered"
    COUNT = "count"


class Measure(StrEnum):
    """What is compared: a word of the rules only beside a bound, else the id of a question."""

    SCORE = "score"
    NUMBER = "number"
    DATE = "date"


WORDS = frozenset(Word)
_EXAMPLES = {
    Measure.SCORE: "{score: fit, at_least: 6}",
    Measure.NUMBER: "{number: budget, below: 10000}",
    Measure.DATE: "{date: start, more_than_days_ahead: 60}",
}
OTHERWISE = "otherwise"
DEEPEST = 50
"""Conditions inside one another, with named combinations written out."""
LARGEST = 30_000
"""Conditions in a whole file, counted like this: more than it could hold without names."""
_MORE, _LESS = "more_than_days_ahead", "less_than_days_ahead"
BROKEN: Final = AnyOf(())
"""Stands for a condition with an error in it; it looks at no question."""


@dataclass(frozen=True, slots=True)
class _Extent:
    """How much a condition is, with the combinations it names written out."""

    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class Conditions:
    """Reads conditions about these questions.

    Every error is reported, and the condition is then ``BROKEN``. A question that is None exists
    but is broken itself: nothing is reported about its options.
    """

    questions: Mapping[str, Question | None]
    scores: Mapping[str, Score | None]
    written_names: Mapping[str, object]
    file: Place
    _names: dict[str, Predicate] = field(default_factory=dict)
    _being_read: list[str] = field(default_factory=list)
    _depth: int = 0
    _extents: dict[str, "_Extent"] = field(default_factory=dict)
    """How much each named combination is, written out."""
    _size: int = 0
    """How much all conditions are that were read as a whole."""

    def read_names(self) -> None:
        """Read all named combinations, used or not."""
        for name in self.written_names:
            if name == OTHERWISE:
                (self.file / "names" / name).error(
                    sentence("“{name}” has a meaning of its own. Use another name.", name=OTHERWISE)
                )
            self._combination(name)

    def read(self, written: object, place: Place) -> Predicate:
        """Return the whole condition of a rule or a question as a predicate."""
        predicate = self._read(written, place)
        extent = self._extent(predicate)
        self._size += extent.size
        return predicate if self._fits(extent, self._size, place) else BROKEN

    def _fits(self, extent: "_Extent", size: int, place: Place) -> bool:
        """Report what is too large, since whoever looks at conditions goes through all of it."""
        if place.is_stored:
            return True
        if extent.depth > DEEPEST:
            place.error(_TOO_DEEP)
        elif size > LARGEST:
            place.error(
                sentence(
                    "With its combinations written out, this file has more than {limit} "
                    "conditions. Use fewer combinations inside others.",
                    limit=LARGEST,
                )
            )
        return extent.depth <= DEEPEST and size <= LARGEST

    def _extent(self, predicate: Predicate) -> "_Extent":
        if isinstance(predicate, Named):
            return self._extents.get(predicate.name, _Extent())
        inside = [self._extent(part) for part in parts(predicate)]
        deepest = max((each.depth for each in inside), default=0)
        return _Extent(1 + sum(each.size for each in inside), 1 + deepest)

    def _read(self, written: object, place: Place) -> Predicate:
        if self._depth > DEEPEST and not place.is_stored:
            return _broken(place, _TOO_DEEP)
        self._depth += 1
        predicate = self._read_one(written, place)
        self._depth -= 1
        return predicate

    def _read_one(self, written: object, place: Place) -> Predicate:
        match written:
            case str(name):
                return self._named(name, place)
            case dict() if len(written) == 1:
                ((key, value),) = written.items()
                return self._keyed(str(key), value, place / str(key))
            case dict() if measures := [each for each in Measure if each in written]:
                return self._compared(measures, written, place)
            case dict() if written:
                keys = ", ".join(map(str, written))
                return _broken(
                    place,
                    sentence(
                        "These are several conditions ({keys}). Put them under {all} or {any}.",
                        keys=keys,
                        all="all:",
                        any="any:",
                    ),
                )
            case _:
                return _broken(
                    place,
                    sentence(
                        "This must be a condition, such as {example}.", example="{offer: none}"
                    ),
                )

    def _named(self, name: str, place: Place) -> Predicate:
        if name == OTHERWISE:
            return _broken(
                place,
                sentence(
                    "“{name}” can only be the whole condition of the last rule.", name=OTHERWISE
                ),
            )
        if name not in self.written_names:
            if not self.written_names:
                return _broken(place, sentence("There's no combination “{name}”.", name=name))
            return _broken(
                place,
                sentence(
                    "There's no combination “{name}”. Use one of {known}.",
                    name=name,
                    known=", ".join(self.written_names),
                ),
            )
        if name in self._being_read:
            circle = " > ".join((*self._being_read, name))
            return _broken(
                place,
                sentence(
                    "These combinations refer to each other in a circle: {circle}.", circle=circle
                ),
            )
        return Named(name, self._combination(name))

    def _combination(self, name: str) -> Predicate:
        """Return the combination of this name, reading it when it is first needed."""
        if name not in self._names:
            place = self.file / "names" / name
            self._being_read.append(name)
            predicate = self._read(self.written_names[name], place)
            self._being_read.pop()
            extent = self._extent(predicate)
            fits = self._fits(extent, extent.size, place)
            self._names[name] = predicate if fits else BROKEN
            self._extents[name] = extent if fits else _Extent()
        return self._names[name]

    def _keyed(self, key: str, value: object, place: Place) -> Predicate:
        if key not in WORDS:
            return self._chosen(key, value, place)
        word = Word(key)
        match word:
            case Word.ALL:
                return AllOf(self._each(value, place))
            case Word.ANY:
                return AnyOf(self._each(value, place))
            case Word.NOT:
                return Not(self._read(value, place))
            case Word.ANSWERED:
                return self._answered(value, place)
            case Word.COUNT:
                return self._count(value, place)
            case _:
                assert_never(word)

    def _compared(
        self, measures: list[Measure], written: dict[str, object], place: Place
    ) -> Predicate:
        if len(measures) > 1:
            what = sentence(
                "Compare one thing at a time ({measures}).", measures=", ".join(measures)
            )
            return _broken(place, what)
        measure = measures[0]
        match measure:
            case Measure.SCORE:
                return self._score_within(written, place)
            case Measure.NUMBER:
                return self._number_within(written, place)
            case Measure.DATE:
                return self._days_ahead(written, place)
            case _:
                assert_never(measure)

    def _score_within(self, written: object, place: Place) -> Predicate:
        form = filled(ScoreConditionForm, written, place)
        if form is None:
            return BROKEN
        if form.score not in self.scores:
            if not self.scores:
                what = sentence("There's no score “{name}”.", name=form.score)
                return _broken(place / "score", what)
            known = ", ".join(self.scores)
            what = sentence(
                "There's no score “{name}”. Use one of {known}.", name=form.score, known=known
            )
            return _broken(place / "score", what)
        bounds, score = _bounds(form, place), self.scores[form.score]
        return BROKEN if bounds is None or score is None else ScoreWithin(score, bounds)

    def _number_within(self, written: object, place: Place) -> Predicate:
        form = filled(NumberConditionForm, written, place)
        if form is None:
            return BROKEN
        if form.number != EXPECTED_VALUE:
            self._check_kind(form.number, Kind.NUMBER, place / "number")
        bounds = _bounds(form, place)
        return BROKEN if bounds is None else NumberWithin(form.number, bounds)

    def _days_ahead(self, written: object, place: Place) -> Predicate:
        form = filled(DateConditionForm, written, place)
        if form is None:
            return BROKEN
        self._check_kind(form.date, Kind.DATE, place / "date")
        more, less = form.more_than_days_ahead, form.less_than_days_ahead
        if more is None and less is None:
            what = sentence("Write {one}, {other}, or both.", one=_MORE, other=_LESS)
            return _broken(place, what)
        if more is not None and less is not None and less <= more + 1:
            return _broken(place, sentence("No day lies within these bounds."))
        return DaysAhead(form.date, more, less)

    def _check_kind(self, name: str, kind: Kind, place: Place) -> None:
        if not self._is_question(name, place):
            return
        question = self.questions[name]
        if question is not None and question.kind is not kind:
            place.error(other_kind(name, question.kind, kind))

    def _each(self, value: object, place: Place) -> tuple[Predicate, ...]:
        if not isinstance(value, list) or not value:
            place.error(sentence("This must be a list of conditions."))
            return ()
        return tuple(self._read(item, place / n) for n, item in enumerate(value))

    def _answered(self, value: object, place: Place) -> Predicate:
        if not isinstance(value, str):
            return _broken(place, sentence("This must be the id of a question."))
        return Answered(value) if self._is_question(value, place) else BROKEN

    def _chosen(self, key: str, value: object, place: Place) -> Predicate:
        if not self._is_question(key, place):
            return BROKEN
        options = [value] if isinstance(value, str) else value
        if not isinstance(options, list) or not options:
            return _broken(place, sentence("This must be the id of an option, or a list of them."))
        self._check_options(key, options, place)
        return Chosen(key, frozenset(map(str, options)))

    def _check_options(self, name: str, options: list[object], place: Place) -> None:
        question = self.questions[name]
        if question is None:
            return
        known = [option.id for option in question.options]
        if not known:
            place.error(
                sentence(
                    "“{name}” has no options. Rules can only look at it with {word}.",
                    name=name,
                    word="answered:",
                )
            )
            return
        for option in options:
            if option not in known:
                place.error(no_option(name, option, known))

    def _count(self, value: object, place: Place) -> Predicate:
        form = filled(CountForm, value, place)
        if form is None:
            return BROKEN
        of = self._counted(form.of, place / "of")
        has_bounds = (form.at_least, form.at_most) != (None, None)
        if (form.exactly is not None) == has_bounds:
            return _broken(
                place,
                sentence(
                    "Write {one}, {other} or both, or else {exactly}.",
                    one="at_least",
                    other="at_most",
                    exactly="exactly",
                ),
            )
        if form.exactly is not None:
            return Count(of, form.exactly, form.exactly)
        return Count(of, form.at_least, form.at_most)

    def _counted(self, value: object, place: Place) -> tuple[Predicate, ...]:
        if not isinstance(value, str):
            return self._each(value, place)
        question = self.questions[value] if self._is_question(value, place) else None
        if question is None:
            return ()
        if not question.options:
            place.error(sentence("“{name}” has no options that could be counted.", name=value))
        return tuple(Chosen(value, frozenset({option.id})) for option in question.options)

    def _is_question(self, name: str, place: Place) -> bool:
        if name in self.questions:
            return True
        if name in tuple(Measure):
            place.error(
                sentence(
                    "There's no question “{name}”. To compare, add a bound, as in {example}.",
                    name=name,
                    example=_EXAMPLES[Measure(name)],
                )
            )
        else:
            place.error(no_question(name, self.questions))
        return False


def _bounds(form: BoundsForm, place: Place) -> Bounds | None:
    """Return the bounds as written; None if there are none, or if no number lies within them."""
    bounds = Bounds(form.at_least, form.at_most, form.below, form.above)
    low = [each for each in (form.at_least, form.above) if each is not None]
    high = [each for each in (form.at_most, form.below) if each is not None]
    if not low and not high:
        place.error(sentence("Add a bound: {known}.", known="at_least, at_most, below, above"))
    elif len(low) > 1 or len(high) > 1:
        both = ("at_least", "above") if len(low) > 1 else ("at_most", "below")
        place.error(sentence("Write {one} or {other}, not both.", one=both[0], other=both[1]))
    elif low and high and (low > high or (low == high and low[0] not in bounds)):
        place.error(sentence("No number lies within these bounds."))
    else:
        return bounds
    return None


def no_question(name: str, known: Iterable[str]) -> Sentence:
    """Say that there is no question with this id, and which one may be meant."""
    close = get_close_matches(name, known, n=1)
    if not close:
        return sentence("There's no question “{name}”.", name=name)
    return sentence(
        "There's no question “{name}”. Did you mean “{close}”?", name=name, close=close[0]
    )


def other_kind(name: str, kind: Kind, wanted: Kind) -> Sentence:
    """Say that a question is of a kind other than the one needed here."""
    return sentence(
        "“{name}” is a question of the kind {kind}; {wanted} is needed here.",
        name=name,
        kind=kind,
        wanted=wanted,
    )


def no_option(question: str, option: object, known: Iterable[str]) -> Sentence:
    """Say that a question has no such option, and which ones it has."""
    return sentence(
        "“{name}” has no option “{option}”. It has {known}.",
        name=question,
        option=f"{option}",
        known=", ".join(known),
    )


_TOO_DEEP = sentence("This is nested too deeply. Use fewer conditions inside others.")


def _broken(place: Place, what: Sentence) -> Predicate:
    place.error(what)
    return BROKEN
