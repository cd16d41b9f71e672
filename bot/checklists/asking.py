"""Reads the steps and questions of a file.

A question is read before the conditions under which it is asked, because these may look at any
question: so each is a draft first, and finished when all are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checklists import limits
from bot.checklists.conditions import KEYWORDS, Conditions
from bot.checklists.problems import Problems
from bot.checklists.shapes import DueShape, OptionShape, QuestionShape, StepShape, shaped
from bot.checklists.source import Path
from bot.domain.checklist.model import RESERVED_QUESTIONS, Kind, Option, Question, Step
from bot.domain.checklist.rules import questions_in


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """A question whose ``asked_when`` is still as it was written; None when it is broken."""

    id: str
    question: Question | None
    asked_when: object
    path: Path


@dataclass(frozen=True, slots=True)
class DraftStep:
    """A step of drafts; None when the step itself is broken."""

    shape: StepShape | None
    questions: tuple[DraftQuestion, ...]
    path: Path


def draft_steps(written: object, problems: Problems) -> tuple[DraftStep, ...]:
    """Read all steps, as far as they can be read."""
    items = written if isinstance(written, list) else []
    steps = tuple(_draft_step(item, ("steps", n), problems) for n, item in enumerate(items))
    if written == []:
        problems.error(("steps",), "A checklist needs at least one step.")
    shapes = [(step.shape.id, step.path) for step in steps if step.shape is not None]
    limits.check_unique(shapes, problems)
    questions = [question for step in steps for question in step.questions]
    limits.check_unique([(question.id, question.path) for question in questions], problems)
    if len(questions) > limits.COMFORTABLE_QUESTIONS:
        what = f"These are {len(questions)} questions; beyond {limits.COMFORTABLE_QUESTIONS} people"
        problems.warn(("steps",), f"{what} stop answering.")
    return steps


def questions_by_id(steps: Sequence[DraftStep]) -> Mapping[str, Question | None]:
    """Every question that has an id; the first one counts."""
    found: dict[str, Question | None] = {}
    for step in steps:
        for draft in step.questions:
            found.setdefault(draft.id, draft.question)
    return found


def finished_steps(
    steps: Sequence[DraftStep], conditions: Conditions, problems: Problems
) -> tuple[Step, ...]:
    """Give each question its ``asked_when``; leave out what is broken."""
    earlier: set[str] = set()
    finished = []
    for step in steps:
        questions = []
        here = frozenset(draft.id for draft in step.questions)
        for draft in step.questions:
            question = _finished(draft, earlier, conditions, problems)
            if question is not None:
                _warn_of_hiding(question, here, draft.path, problems)
            earlier.add(draft.id)
            if question is not None:
                questions.append(question)
        if step.shape is not None:
            finished.append(Step(step.shape.id, step.shape.title, tuple(questions)))
    return tuple(finished)


def _draft_step(written: object, path: Path, problems: Problems) -> DraftStep:
    shape = shaped(StepShape, written, path, problems)
    if shape is not None:
        limits.check_id(shape.id, path, problems)
        limits.check_texts(shape.title, limits.STEP_TITLE, (*path, "title"), problems)
    inside = written.get("questions") if isinstance(written, dict) else None
    items = inside if isinstance(inside, list) else []
    here = (*path, "questions")
    if inside == []:
        problems.error(here, "A step needs at least one question.")
    if len(items) > limits.QUESTIONS_IN_A_STEP:
        what = f"These are {len(items)} questions; a step takes {limits.QUESTIONS_IN_A_STEP}."
        problems.error(here, what)
    drafts = [_draft_question(item, (*here, n), problems) for n, item in enumerate(items)]
    return DraftStep(shape, tuple(draft for draft in drafts if draft is not None), path)


def _draft_question(written: object, path: Path, problems: Problems) -> DraftQuestion | None:
    shape = shaped(QuestionShape, written, path, problems)
    if shape is None:
        name = written.get("id") if isinstance(written, dict) else None
        return DraftQuestion(name, None, None, path) if isinstance(name, str) else None
    _check_question(shape, path, problems)
    options = _options(shape, path, problems)
    due = shape.due or DueShape()
    question = (
        None
        if options is None
        else Question(
            id=shape.id,
            kind=Kind(shape.kind),
            text=shape.text,
            hint=shape.hint,
            options=options,
            required=shape.required,
            due_default=due.default,
            due_latest=due.latest,
        )
    )
    return DraftQuestion(shape.id, question, shape.asked_when, path)


def _check_question(shape: QuestionShape, path: Path, problems: Problems) -> None:
    limits.check_id(shape.id, path, problems)
    if shape.id in RESERVED_QUESTIONS:
        what = f'"{shape.id}" is asked about every prospect anyway; take another id.'
        problems.error((*path, "id"), what)
    if shape.id in KEYWORDS:
        problems.error((*path, "id"), f'"{shape.id}" is a word of the rules; take another id.')
    limits.check_texts(shape.text, limits.QUESTION_TEXT, (*path, "text"), problems)
    limits.warn_of_length(shape.text, (*path, "text"), problems)
    limits.check_texts(shape.hint, limits.HINT, (*path, "hint"), problems)
    _check_due(shape, (*path, "due"), problems)


def _check_due(shape: QuestionShape, path: Path, problems: Problems) -> None:
    if shape.due is None:
        return
    default, latest = shape.due.default, shape.due.latest
    if shape.kind != "date":
        problems.error(path, "Only a question of the kind date has this.")
    elif default is not None and latest is not None and default > latest:
        what = f"The default ({default}) lies beyond the latest day ({latest})."
        problems.error((*path, "default"), what)


def _options(shape: QuestionShape, path: Path, problems: Problems) -> tuple[Option, ...] | None:
    """The options; None when some of them are broken."""
    here = (*path, "options")
    takes_options = shape.kind in {"one_of", "any_of"}
    if takes_options and not shape.options:
        problems.error(here, f"A question of the kind {shape.kind} needs options.")
    if shape.options and not takes_options:
        problems.error(here, f"A question of the kind {shape.kind} has no options.")
    if len(shape.options) > limits.OPTIONS:
        what = f"These are {len(shape.options)} options; Slack shows {limits.OPTIONS}."
        problems.error(here, what)
    options = [_option(item, (*here, n), problems) for n, item in enumerate(shape.options)]
    whole = [option for option in options if option is not None]
    limits.check_unique(
        [(option.id, (*here, n)) for n, option in enumerate(options) if option], problems
    )
    return tuple(whole) if len(whole) == len(options) else None


def _option(written: object, path: Path, problems: Problems) -> Option | None:
    shape = shaped(OptionShape, written, path, problems)
    if shape is None:
        return None
    limits.check_id(shape.id, path, problems)
    limits.check_texts(shape.text, limits.OPTION_TEXT, (*path, "text"), problems)
    where = (*path, "description")
    limits.check_texts(shape.description, limits.OPTION_DESCRIPTION, where, problems)
    return Option(shape.id, shape.text, shape.description)


def _finished(
    draft: DraftQuestion, earlier: set[str], conditions: Conditions, problems: Problems
) -> Question | None:
    if draft.asked_when is None or draft.question is None:
        return draft.question
    path = (*draft.path, "asked_when")
    predicate = conditions.read(draft.asked_when, path)
    if predicate is None:
        return None
    for later in sorted(questions_in(predicate) - earlier):
        problems.error(path, f'This looks at "{later}", which is not asked before.')
    return replace(draft.question, asked_when=predicate)


def _warn_of_hiding(
    question: Question, same_step: frozenset[str], path: Path, problems: Problems
) -> None:
    """Warn of a question that appears too late: a step is shown whole, before it is answered."""
    if question.asked_when is None:
        return
    for other in sorted(questions_in(question.asked_when) & same_step - {question.id}):
        what = (
            f'"{other}" is in the same step, so this question is not there until the step is shown '
            "again. Move it to a later step."
        )
        problems.warn((*path, "asked_when"), what)
