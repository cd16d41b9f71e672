"""A client or refusal from memory: what is asked, how it is read, and what the checklist says."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NewType, assert_never

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import from_document, read_answers
from bot.domain.checklist.model import Checklist, Kind, Question, steps_walked
from bot.domain.checklist.rules import Answer, Answers, Verdict, questions_in
from bot.domain.checklist.verdict import Assessment, assess
from bot.domain.errors import AnswerProblem, AnswersRejected, NoVerdict
from bot.domain.outcomes.outcome import CHOICES, NO_ANSWER, Ask, Outcome, Regret, WouldTakeAgain
from bot.domain.people import MemberId
from bot.domain.prospects import Stage
from bot.domain.screening import VersionId, read_name

RememberedId = NewType("RememberedId", str)

BECAME = (Stage.WON, Stage.ENDED, Stage.WALKED_AWAY, Stage.LOST)
"""The stages that somebody can have reached: all but open."""

OF_A_DAY = frozenset({Kind.DATE})
"""Kinds that nobody can answer from memory: rules compare a day with the day of judging."""
NEVER_ASKED = OF_A_DAY | {Kind.TEXT}
"""Kinds that the form leaves out: nobody writes out what they remember. A file may have texts."""

# What is asked besides the questions. Their dots keep these ids apart from those of questions.
NAME = "name"
BECAME_OF = "remembered.became"
OUTCOMES: Mapping[str, Ask] = MappingProxyType(
    {"remembered.again": Ask.AGAIN, "remembered.regret": Ask.REGRET}
)
"""How it turned out: separate ids, since a yes to one is not a yes to the other."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A past client or refusal, as somebody remembers them."""

    id: RememberedId
    name: str
    version_id: VersionId
    """The version of the checklist that judged them."""
    answers: Answers
    """The answers as they would have been given then."""
    verdict: Verdict
    """The checklist's verdict on them."""
    rule: str
    """The id of the rule that decided."""
    became: Stage
    at: datetime
    """When they were entered."""
    by: MemberId | None = None
    """Who entered them; None: the operator, from a file."""
    outcome: Outcome = NO_ANSWER
    """For a client, whether they'd be taken again; for a walk-away, whether it is regretted."""


@dataclass(frozen=True, slots=True)
class RememberedRef:
    """Identifies what a form is about to save: if submitted twice, it is saved once."""

    id: RememberedId
    version_id: VersionId


@dataclass(frozen=True, slots=True)
class RememberedForm:
    """The form about somebody, given what has been entered so far."""

    ref: RememberedRef
    checklist: Checklist
    questions: tuple[Question, ...]
    outcome: str | None
    """The id of the question how it turned out; None while it isn't asked."""
    typed: Mapping[str, Any] = field(default_factory=dict)
    """The contents of the inputs, by id."""

    @property
    def asks(self) -> frozenset[str]:
        """The ids of everything the form asks."""
        outcome = set() if self.outcome is None else {self.outcome}
        return frozenset({NAME, BECAME_OF, *outcome, *(each.id for each in self.questions)})


@dataclass(frozen=True, slots=True)
class Recalled:
    """What somebody said about a past client or refusal, and what the checklist makes of it."""

    name: str
    assessment: Assessment
    became: Stage
    outcome: Outcome


def deciding(checklist: Checklist) -> frozenset[str]:
    """Return the ids of the inputs that decide what else the form asks."""
    conditions = [each.asked_when for each in checklist.questions if each.asked_when is not None]
    conditions += [rule.when for rule in checklist.final_rules]
    return frozenset({BECAME_OF}).union(*map(questions_in, conditions))


def form_of(ref: RememberedRef, checklist: Checklist, typed: Mapping[str, Any]) -> RememberedForm:
    """Return the form for what has been entered; input that is no longer asked for is dropped."""
    walked = steps_walked(checklist, dict(_readable(checklist, typed)))
    asked = [each for _, step in walked for each in step if each.kind not in NEVER_ASKED]
    form = RememberedForm(ref, checklist, tuple(asked), _outcome_asked(typed.get(BECAME_OF)))
    return replace(form, typed={key: typed[key] for key in typed if key in form.asks})


def read_recalled(checklist: Checklist, document: Mapping[str, object], today: date) -> Recalled:
    """Read what was said about somebody.

    Raises:
        AnswersRejected: With every problem, by the id of what was asked.
    """
    problems: list[AnswerProblem] = []
    name = read_name(document.get(NAME), problems)
    became = _became(document.get(BECAME_OF), problems)
    outcome = _outcome(document, became, problems)
    own = {NAME, BECAME_OF, *OUTCOMES}
    told = {key: value for key, value in document.items() if key not in own}
    answers: Answers = {}
    try:
        answers = read_answers(
            checklist, told, today=today, calendar=MONDAY_TO_FRIDAY, never_missed=NEVER_ASKED
        )
    except AnswersRejected as rejected:
        problems += rejected.problems
    if problems:
        raise AnswersRejected(problems)
    try:
        said = assess(checklist, answers, on=today, calendar=MONDAY_TO_FRIDAY)
    except NoVerdict:  # the proof of totality assumes every required text and day
        raise AnswersRejected([AnswerProblem(NAME, "no_verdict")]) from None
    return Recalled(name, said, became, outcome)


def remembered(
    recalled: Recalled, ref: RememberedRef, *, now: datetime, by: MemberId | None = None
) -> Remembered:
    """Return the record of somebody as it is stored."""
    said = recalled.assessment
    return Remembered(
        ref.id,
        recalled.name,
        ref.version_id,
        said.answers,
        said.verdict,
        said.rule,
        recalled.became,
        now,
        by,
        recalled.outcome,
    )


def asked_about(became: Stage) -> Ask | None:
    """Return what is asked about how it turned out; None if they left us."""
    match became:
        case Stage.WON | Stage.ENDED:
            return Ask.AGAIN
        case Stage.WALKED_AWAY:
            return Ask.REGRET
        case Stage.LOST | Stage.OPEN:
            return None
        case _:
            assert_never(became)


def _outcome_asked(became: object) -> str | None:
    stage = _stage(became)
    ask = None if stage is None else asked_about(stage)
    return next((key for key, its in OUTCOMES.items() if its is ask), None)


def _readable(checklist: Checklist, typed: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Yield the answers that can be read, ignoring the others."""
    for key, value in typed.items():
        with suppress(KeyError):
            yield from from_document(checklist, {key: value}).items()


def _became(given: object, problems: list[AnswerProblem]) -> Stage:
    """Return what became of them; if it is not a valid stage, add a problem."""
    stage = _stage(given)
    if stage is not None:
        return stage
    detail = {"option": given, "known": tuple(each.value for each in BECAME)}
    code, detail = ("unknown_option", detail) if given else ("missing", {})
    problems.append(AnswerProblem(BECAME_OF, code, detail))
    return Stage.OPEN


def _stage(given: object) -> Stage | None:
    return next((each for each in BECAME if each == given), None)


def _outcome(
    document: Mapping[str, object], became: Stage, problems: list[AnswerProblem]
) -> Outcome:
    outcome = NO_ANSWER
    for key, ask in OUTCOMES.items():
        given = document.get(key)
        if not given:
            continue
        if given not in set(CHOICES[ask]):
            known = tuple(each.value for each in CHOICES[ask])
            detail = {"option": given, "known": known}
            problems.append(AnswerProblem(key, "unknown_option", detail))
        elif became is not Stage.OPEN and asked_about(became) is not ask:
            problems.append(AnswerProblem(key, "not_asked"))
        elif ask is Ask.AGAIN:
            outcome = replace(outcome, again=WouldTakeAgain(str(given)))
        else:
            outcome = replace(outcome, regret=Regret(str(given)))
    return outcome
