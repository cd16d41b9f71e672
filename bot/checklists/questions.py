"""The steps of a file with the questions they ask, and the scores over the answers."""

from collections.abc import Mapping
from typing import assert_never

from bot.checklists.conditions import WORDS, Conditions, no_option, no_question
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
from bot.domain.errors import Sentence, sentence

OPTIONS = 100
"""Slack shows no more options in a menu."""
QUESTIONS_IN_A_STEP = 80
"""A modal takes 100 blocks; what we add to a step needs some of them."""
COMFORTABLE_QUESTIONS = 12
COMFORTABLE_TEXT = 150
NEWLY_RESERVED = frozenset({"checklist"})
"""Ids that questions could once have: a stored checklist may still use them."""


class StepReader:
    """Reads the steps, and then when each question is asked."""

    def __init__(self) -> None:
        self.questions: dict[str, Question | None] = {}
        """Every question with an id; None if it is broken. Of several, the first one counts."""
        self._found: list[tuple[str, Place, object]] = []
        """The same in file order: id, place, and ``asked_when`` as written."""

    def steps(self, content: object, place: Place) -> list[Step]:
        """Return the steps that are intact, without ``asked_when``."""
        written = items(content, place, sentence("A checklist needs at least one step."))
        forms = filled_each(StepForm, written, place)
        questions = [
            self._questions(item, place / n / "questions") for n, item in enumerate(written)
        ]
        check_unique((name, found_at) for name, found_at, _ in self._found)
        if len(self._found) > COMFORTABLE_QUESTIONS:
            place.warn(
                sentence(
                    "There are {n} questions. Beyond {limit}, people stop answering.",
                    n=len(self._found),
                    limit=COMFORTABLE_QUESTIONS,
                )
            )
        return [
            Step(form.id, form.title, found, form.intro)
            for form, found in zip(forms, questions, strict=True)
            if form is not None
        ]

    def asked_when(self, conditions: Conditions) -> dict[str, Predicate]:
        """Return the conditions of the questions that are not always asked."""
        predicates = {}
        for name, place, written in self._found:
            if written is not None:
                predicates[name] = conditions.read(written, place / "asked_when")
                self._check_order(questions_in(predicates[name]), place)
                if looks_at_value(predicates[name]) and place.path[1] == 0:
                    (place / "asked_when").error(
                        sentence(
                            "The expected value is asked for in this step too; ask this in a "
                            "later one."
                        )
                    )
        return predicates

    def _check_order(self, looked_at: frozenset[str], place: Place) -> None:
        """Check that a question looks only at earlier ones, of its own step or another."""
        here, path = place / "asked_when", place.path
        earlier = {name for name, other, _ in self._found if other.path < path}
        for name in sorted(looked_at - earlier):
            here.error(
                sentence("This looks at “{name}”, which isn't asked any earlier.", name=name)
            )

    def _questions(self, step: object, place: Place) -> tuple[Question, ...]:
        written = items(step, place, sentence("A step needs at least one question."))
        if len(written) > QUESTIONS_IN_A_STEP:
            place.error(
                sentence(
                    "There are {n} questions in this step; it takes {limit}.",
                    n=len(written),
                    limit=QUESTIONS_IN_A_STEP,
                )
            )
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
    """Return the question without ``asked_when``; None if some of its options are broken."""
    _check_id(form.id, place / "id")
    _check_own_keys(form, place)
    for language, text in form.text.items():
        if len(text) > COMFORTABLE_TEXT:
            (place / "text" / language).warn(
                sentence(
                    "The question has {length} characters; people read about {limit}.",
                    length=len(text),
                    limit=COMFORTABLE_TEXT,
                )
            )
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
        place.error(
            sentence("“{name}” is asked about every prospect anyway. Use another id.", name=name)
        )
    if name in WORDS:
        place.error(sentence("“{name}” is a reserved word in rules. Use another id.", name=name))
    if name.endswith(EVIDENCE) and not place.is_stored:
        place.error(
            sentence(
                "Ids that end in {ending} are reserved for option evidence. Use another id.",
                ending=EVIDENCE,
            )
        )


def _own_keys(kind: Kind) -> frozenset[str]:
    """Return the keys that this kind of question has and others may not."""
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
                what = sentence("Only a question of the kind {kind} can have this.", kind=kind)
                (place / key).error(what)


def _check_bounds(form: QuestionForm, place: Place) -> None:
    due = form.due or DueForm()
    if due.default is not None and due.latest is not None and due.default > due.latest:
        (place / "due" / "default").error(
            sentence(
                "The default ({default}) is later than the latest day ({latest}).",
                default=due.default,
                latest=due.latest,
            )
        )
    if form.min is not None and form.max is not None and form.min > form.max:
        (place / "min").error(
            sentence(
                "The smallest number ({least}) is larger than the largest ({most}).",
                least=f"{form.min:f}",
                most=f"{form.max:f}",
            )
        )


def _options(form: QuestionForm, place: Place) -> tuple[Option, ...] | None:
    takes_options = "options" in _own_keys(form.kind)
    if takes_options and not form.options:
        place.error(sentence("A question of the kind {kind} needs options.", kind=form.kind))
    if form.options and not takes_options:
        place.error(sentence("A question of the kind {kind} has no options.", kind=form.kind))
    if len(form.options) > OPTIONS:
        what = sentence(
            "There are {n} options; Slack shows {limit}.", n=len(form.options), limit=OPTIONS
        )
        place.error(what)
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
    """Return every score by its id; None if it is broken."""
    return {name: _score(name, each, place / name, questions) for name, each in written.items()}


def _score(
    name: str, written: object, place: Place, questions: Mapping[str, Question | None]
) -> Score | None:
    check_id(name, place)
    if name in questions:
        place.error(
            sentence("“{name}” is the id of a question. Use another one for the score.", name=name)
        )
    if name == NICHE:
        place.error(
            sentence(
                "{place} always means the workspace's own words. Use another id.",
                place=f"{{{NICHE}}}",
            )
        )
    form = filled(ScoreForm, written, place)
    if form is None:
        return None
    if not form.points:
        (place / "points").error(sentence("A score needs points for the options of a question."))
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
        place.error(no_question(name, questions))
    question = questions.get(name)
    if question is None:
        return None
    known = [option.id for option in question.options]
    if not known:
        place.error(sentence("“{name}” has no options that could give points.", name=name))
    for option in by_option:
        if known and option not in known:
            (place / option).error(no_option(name, option, known))
    return Points(name, by_option, question.kind is Kind.ANY_OF)


def items(part: object, place: Place, if_empty: Sentence) -> list[object]:
    """Return the list at this place, whatever else is wrong with the part; report an empty one."""
    found = part.get(place.path[-1]) if isinstance(part, dict) else None
    if found == []:
        place.error(if_empty)
    return found if isinstance(found, list) else []
