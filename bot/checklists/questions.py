"""The steps of a file with what they ask, and the scores over the answers."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import assert_never

from bot.checklists.conditions import WORDS, Conditions
from bot.checklists.form import (
    DueForm,
    OptionForm,
    QuestionForm,
    ScoreForm,
    StepForm,
    check_id,
    check_unique,
    filled,
    filled_each,
)
from bot.checklists.source import Place
from bot.domain.checklist.model import EVIDENCE, RESERVED_QUESTIONS, Kind, Option, Question, Step
from bot.domain.checklist.placeholders import NICHE
from bot.domain.checklist.rules import Predicate, looks_at_value, questions_in
from bot.domain.checklist.scores import Points, Score

OPTIONS = 100
"""Slack shows no more in a menu."""
QUESTIONS_IN_A_STEP = 80
"""A modal takes 100 blocks; what we add to a step needs some of them."""
COMFORTABLE_QUESTIONS = 12
COMFORTABLE_TEXT = 150
NEWLY_RESERVED = frozenset({"checklist"})
"""Ids that questions could have once: a stored checklist may."""


class StepReader:
    """Reads the steps, and after them when each question is asked."""

    def __init__(self) -> None:
        self.questions: dict[str, Question | None] = {}
        """Every question that has an id; None: it is broken. The first one counts."""
        self._found: list[tuple[str, Place, object]] = []
        """The same in the order of the file: id, place, and ``asked_when`` as it is written."""

    def steps(self, content: object, place: Place) -> list[Step]:
        """What is whole of the steps, without ``asked_when``."""
        written = items(content, place, "A checklist needs at least one step.")
        forms = filled_each(StepForm, written, place)
        questions = [
            self._questions(item, place / n / "questions") for n, item in enumerate(written)
        ]
        check_unique((name, found_at) for name, found_at, _ in self._found)
        if len(self._found) > COMFORTABLE_QUESTIONS:
            what = f"These are {len(self._found)} questions; beyond {COMFORTABLE_QUESTIONS} people"
            place.warn(f"{what} stop answering.")
        return [
            Step(form.id, form.title, found, form.intro)
            for form, found in zip(forms, questions, strict=True)
            if form is not None
        ]

    def asked_when(self, conditions: Conditions) -> dict[str, Predicate]:
        """When the questions are asked that are not always asked."""
        predicates = {}
        for name, place, written in self._found:
            if written is not None:
                predicates[name] = conditions.read(written, place / "asked_when")
                self._check_order(questions_in(predicates[name]), place)
                if looks_at_value(predicates[name]) and place.path[1] == 0:
                    what = "The expected value is asked in this very step; ask in a later one."
                    (place / "asked_when").error(what)
        return predicates

    def _check_order(self, looked_at: frozenset[str], place: Place) -> None:
        """A question looks at earlier ones only, of its own step or another."""
        here, path = place / "asked_when", place.path
        earlier = {name for name, other, _ in self._found if other.path < path}
        for name in sorted(looked_at - earlier):
            here.error(f'This looks at "{name}", which is not asked before.')

    def _questions(self, step: object, place: Place) -> tuple[Question, ...]:
        written = items(step, place, "A step needs at least one question.")
        if len(written) > QUESTIONS_IN_A_STEP:
            place.error(f"These are {len(written)} questions; a step takes {QUESTIONS_IN_A_STEP}.")
        found = [self._question(item, place / n) for n, item in enumerate(written)]
        return tuple(question for question in found if question is not None)

    def _question(self, written: object, place: Place) -> Question | None:
        form = filled(QuestionForm, written, place)
        question = None if form is None else _question(form, place)
        name = written.get("id") if isinstance(written, dict) else None
        if isinstance(name, str):
            self.questions.setdefault(name, question)
            asked_when = None if form is None or question is None else form.asked_when
            self._found.append((name, place, asked_when))
        return question


def _question(form: QuestionForm, place: Place) -> Question | None:
    """The question without ``asked_when``; None when some of its options are broken."""
    _check_id(form.id, place / "id")
    _check_own_keys(form, place)
    for language, text in form.text.items():
        if len(text) > COMFORTABLE_TEXT:
            what = f"The question has {len(text)} characters; people read about {COMFORTABLE_TEXT}."
            (place / "text" / language).warn(what)
    _check_bounds(form, place)
    options = _options(form, place / "options")
    if options is None:
        return None
    due = form.due or DueForm()
    return Question(
        id=form.id,
        kind=form.kind,
        text=form.text,
        short=form.short,
        hint=form.hint,
        options=options,
        required=form.required,
        due_default=due.default,
        due_latest=due.latest,
        unit=form.unit,
        least=form.min,
        most=form.max,
    )


def _check_id(name: str, place: Place) -> None:
    if name in RESERVED_QUESTIONS or (name in NEWLY_RESERVED and not place.is_stored):
        place.error(f'"{name}" is asked about every prospect anyway; take another id.')
    if name in WORDS:
        place.error(f'"{name}" is a word of the rules; take another id.')
    if name.endswith(EVIDENCE) and not place.is_stored:
        what = f'"…{EVIDENCE}" is where the evidence for an option is kept; take another id.'
        place.error(what)


def _own_keys(kind: Kind) -> frozenset[str]:
    """The keys that not every kind of question has."""
    match kind:
        case Kind.ONE_OF | Kind.ANY_OF:
            return frozenset({"options"})
        case Kind.TEXT:
            return frozenset()
        case Kind.DATE:
            return frozenset({"due"})
        case Kind.NUMBER:
            return frozenset({"unit", "min", "max"})
        case _:
            assert_never(kind)


def _check_own_keys(form: QuestionForm, place: Place) -> None:
    for kind in (Kind.DATE, Kind.NUMBER):
        for key in sorted(_own_keys(kind) - _own_keys(form.kind)):
            if getattr(form, key) is not None:
                (place / key).error(f"Only a question of the kind {kind} has this.")


def _check_bounds(form: QuestionForm, place: Place) -> None:
    due = form.due or DueForm()
    if due.default is not None and due.latest is not None and due.default > due.latest:
        what = f"The default ({due.default}) lies beyond the latest day ({due.latest})."
        (place / "due" / "default").error(what)
    if form.min is not None and form.max is not None and form.min > form.max:
        (place / "min").error(f"The least ({form.min}) is more than the most ({form.max}).")


def _options(form: QuestionForm, place: Place) -> tuple[Option, ...] | None:
    takes_options = "options" in _own_keys(form.kind)
    if takes_options and not form.options:
        place.error(f"A question of the kind {form.kind} needs options.")
    if form.options and not takes_options:
        place.error(f"A question of the kind {form.kind} has no options.")
    if len(form.options) > OPTIONS:
        place.error(f"These are {len(form.options)} options; Slack shows {OPTIONS}.")
    forms = filled_each(OptionForm, form.options, place)
    options = [
        Option(each.id, each.text, each.description, needs_evidence=each.evidence is not None)
        for each in forms
        if each
    ]
    return tuple(options) if len(options) == len(forms) else None


def read_scores(
    written: Mapping[str, object], place: Place, questions: Mapping[str, Question | None]
) -> dict[str, Score | None]:
    """Every score by its id; None: it is broken."""
    return {name: _score(name, each, place / name, questions) for name, each in written.items()}


def _score(
    name: str, written: object, place: Place, questions: Mapping[str, Question | None]
) -> Score | None:
    check_id(name, place)
    if name in questions:
        place.error(f'"{name}" is the id of a question; take another one for the score.')
    if name == NICHE:
        place.error(f"{{{NICHE}}} always means the workspace's own words; take another id.")
    form = filled(ScoreForm, written, place)
    if form is None:
        return None
    if not form.points:
        (place / "points").error("A score needs points for the options of a question.")
    points = [
        _points(question, by_option, place / "points" / question, questions)
        for question, by_option in form.points.items()
    ]
    return Score(name, form.title, tuple(each for each in points if each is not None))


def _points(
    name: str,
    by_option: Mapping[str, int],
    place: Place,
    questions: Mapping[str, Question | None],
) -> Points | None:
    if name not in questions:
        close = get_close_matches(name, questions, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        place.error(f'There is no question "{name}".{hint}')
    question = questions.get(name)
    if question is None:
        return None
    known = [option.id for option in question.options]
    if not known:
        place.error(f'"{name}" has no options that could give points.')
    for option in by_option:
        if known and option not in known:
            what = f'"{name}" has no option "{option}"; it has {", ".join(known)}.'
            (place / option).error(what)
    return Points(name, by_option, question.kind is Kind.ANY_OF)


def items(part: object, place: Place, if_empty: str) -> list[object]:
    """The list at this place, whatever else is wrong with the part; an empty one is reported."""
    found = part.get(place.path[-1]) if isinstance(part, dict) else None
    if found == []:
        place.error(if_empty)
    return found if isinstance(found, list) else []
