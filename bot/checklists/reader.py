"""From the plain content of a file to a ``Checklist``, or every reason why it is none.

Whether its rules are total is proved in ``proof``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from bot.checklists.conditions import OTHERWISE, WORDS, Conditions
from bot.checklists.form import (
    ChecklistForm,
    DueForm,
    OptionForm,
    QuestionForm,
    RuleForm,
    StepForm,
    check_unique,
    filled,
    filled_each,
)
from bot.checklists.source import Place, Source
from bot.domain.checklist.model import RESERVED_QUESTIONS, Checklist, Kind, Option, Question, Step
from bot.domain.checklist.rules import (
    ConditionTemplate,
    Otherwise,
    Predicate,
    Rule,
    Verdict,
    questions_in,
)
from bot.domain.errors import ChecklistProblem, ChecklistRejected

OPTIONS = 10
"""Slack shows no more as radio buttons or checkboxes."""
QUESTIONS_IN_A_STEP = 80
"""A modal takes 100 blocks; what we add to a step needs some of them."""
COMFORTABLE_QUESTIONS = 12
COMFORTABLE_TEXT = 150


def read_checklist(source: Source) -> tuple[Checklist, tuple[ChecklistProblem, ...]]:
    """The checklist, and warnings about it.

    Raises:
        ChecklistRejected: With everything that is wrong, in the order of the file.
    """
    file = Place(source, errors=list(source.twice))
    form = filled(ChecklistForm, source.content, file)
    reader = _StepReader()
    steps = reader.steps(source.content, file / "steps")
    names = source.content.get("names") if isinstance(source.content, dict) else None
    conditions = Conditions(reader.questions, names if isinstance(names, dict) else {}, file)
    conditions.read_names()
    asked_when = reader.asked_when(conditions)
    rules = _rules(source.content, file / "rules", conditions)
    if file.errors or form is None:
        raise ChecklistRejected(sorted(file.errors, key=lambda each: each.line or 0))
    content = _canonical(source.content)
    version = hashlib.sha256(content.encode()).hexdigest()
    asked = tuple(_with_conditions(step, asked_when) for step in steps)
    return Checklist(form.id, form.title, asked, rules, version, content), tuple(file.warnings)


def _canonical(content: object) -> str:
    """The same text for the same content, however it was written down."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _with_conditions(step: Step, asked_when: dict[str, Predicate]) -> Step:
    questions = (replace(each, asked_when=asked_when.get(each.id)) for each in step.questions)
    return replace(step, questions=tuple(questions))


def _items(part: object, place: Place, if_empty: str) -> list[object]:
    """The list at this place, whatever else is wrong with the part; an empty one is reported."""
    found = part.get(place.path[-1]) if isinstance(part, dict) else None
    if found == []:
        place.error(if_empty)
    return found if isinstance(found, list) else []


class _StepReader:
    """Reads the steps, and after them when each question is asked."""

    def __init__(self) -> None:
        self.questions: dict[str, Question | None] = {}
        """Every question that has an id; None: it is broken. The first one counts."""
        self._found: list[tuple[str, Place, object]] = []
        """The same in the order of the file: id, place, and ``asked_when`` as it is written."""

    def steps(self, content: object, place: Place) -> list[Step]:
        """What is whole of the steps, without ``asked_when``."""
        written = _items(content, place, "A checklist needs at least one step.")
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
        return predicates

    def _check_order(self, looked_at: frozenset[str], place: Place) -> None:
        """A question looks at earlier ones only, of its own step or another."""
        here, path = place / "asked_when", place.path
        earlier = {name for name, other, _ in self._found if other.path < path}
        for name in sorted(looked_at - earlier):
            here.error(f'This looks at "{name}", which is not asked before.')

    def _questions(self, step: object, place: Place) -> tuple[Question, ...]:
        written = _items(step, place, "A step needs at least one question.")
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
    if form.id in RESERVED_QUESTIONS:
        what = f'"{form.id}" is asked about every prospect anyway; take another id.'
        (place / "id").error(what)
    if form.id in WORDS:
        (place / "id").error(f'"{form.id}" is a word of the rules; take another id.')
    for language, text in form.text.items():
        if len(text) > COMFORTABLE_TEXT:
            what = f"The question has {len(text)} characters; people read about {COMFORTABLE_TEXT}."
            (place / "text" / language).warn(what)
    if form.due is not None:
        _check_due(form.kind, form.due, place / "due")
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
    )


def _own_keys(kind: Kind) -> frozenset[str]:
    """The keys that not every kind of question has."""
    match kind:
        case Kind.ONE_OF | Kind.ANY_OF:
            return frozenset({"options"})
        case Kind.TEXT:
            return frozenset()
        case Kind.DATE:
            return frozenset({"due"})
        case _:
            assert_never(kind)


def _check_due(kind: Kind, due: DueForm, place: Place) -> None:
    if "due" not in _own_keys(kind):
        place.error("Only a question of the kind date has this.")
    elif due.default is not None and due.latest is not None and due.default > due.latest:
        what = f"The default ({due.default}) lies beyond the latest day ({due.latest})."
        (place / "default").error(what)


def _options(form: QuestionForm, place: Place) -> tuple[Option, ...] | None:
    takes_options = "options" in _own_keys(form.kind)
    if takes_options and not form.options:
        place.error(f"A question of the kind {form.kind} needs options.")
    if form.options and not takes_options:
        place.error(f"A question of the kind {form.kind} has no options.")
    if len(form.options) > OPTIONS:
        place.error(f"These are {len(form.options)} options; Slack shows {OPTIONS}.")
    forms = filled_each(OptionForm, form.options, place)
    options = [Option(each.id, each.text, each.description) for each in forms if each]
    return tuple(options) if len(options) == len(forms) else None


def _rules(content: object, place: Place, conditions: Conditions) -> tuple[Rule, ...]:
    written = _items(content, place, "A checklist needs at least one rule.")
    forms = filled_each(RuleForm, written, place)
    return tuple(
        Rule(
            id=form.id,
            when=_when(form, place / n, n == len(forms) - 1, conditions),
            verdict=form.verdict,
            sentence=form.sentence,
            decide_within=_time(form, place / n / "decide_within"),
            settle=_settle(form, place / n / "settle"),
            final=form.final,
            condition=_condition(form, place / n / "condition", conditions),
        )
        for n, form in enumerate(forms)
        if form is not None
    )


def _when(form: RuleForm, place: Place, is_last: bool, conditions: Conditions) -> Predicate:
    if form.when != OTHERWISE:
        return conditions.read(form.when, place / "when")
    if not is_last:
        (place / "when").error('Only the last rule can be "otherwise".')
    if form.final:
        what = 'A rule "otherwise" cannot be final: any later answer may match another rule.'
        (place / "final").error(what)
    return Otherwise()


def _time(form: RuleForm, place: Place) -> int | None:
    is_problem = form.verdict is Verdict.PROBLEM
    if is_problem and form.decide_within is None:
        place.error("A problem must say within how many working days it is to be decided.")
    if not is_problem and form.decide_within is not None:
        place.error(f"Only a problem has a time to decide, {form.verdict} has none.")
    return form.decide_within


def _settle(form: RuleForm, place: Place) -> Mapping[str, str] | None:
    if form.settle is not None and form.verdict is not Verdict.PROBLEM:
        place.error(f"Only a problem can be settled by a step, {form.verdict} has none.")
    return form.settle


def _condition(form: RuleForm, place: Place, conditions: Conditions) -> ConditionTemplate | None:
    if form.condition is None:
        return None
    what, due = form.condition.what, form.condition.due
    if form.verdict is Verdict.WALK_AWAY:
        place.error("After walk_away there is nothing left to do on condition.")
    _check_kind(what, Kind.TEXT, place / "what", conditions.questions)
    _check_kind(due, Kind.DATE, place / "due", conditions.questions)
    day = conditions.questions.get(due)
    if day is not None and day.kind is Kind.DATE and day.due_default is None:
        (place / "due").error(f'"{due}" needs a due default, for when it is left open.')
    return ConditionTemplate(what, due)


def _check_kind(
    name: str, kind: Kind, place: Place, questions: Mapping[str, Question | None]
) -> None:
    question = questions.get(name)
    if name not in questions:
        place.error(f'There is no question "{name}".')
    elif question is not None and question.kind is not kind:
        place.error(f'"{name}" is a question of the kind {question.kind}; this takes {kind}.')
