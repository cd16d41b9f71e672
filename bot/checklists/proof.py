"""The proof of a checklist as sentences for the person who writes it."""

from datetime import date
from typing import assert_never

from bot.checklists.source import Path, Source
from bot.domain.checklist.model import Checklist, steps_walked
from bot.domain.checklist.rules import Answer, Answered, Answers, Predicate, questions_in
from bot.domain.checklist.totality import (
    ANY_TEXT,
    EmptyCondition,
    Finding,
    NeverAsked,
    NeverDecides,
    Proof,
    Revocable,
    TooMany,
    Uncovered,
)
from bot.domain.errors import ChecklistProblem

_TOO_MANY = (
    "There are more than {limit:,} combinations of answers that the rules can tell apart: too many "
    "to prove anything. Ask less, or look at fewer options."
)


def problems_of(proof: Proof, checklist: Checklist, source: Source) -> list[ChecklistProblem]:
    """What the proof found, each at its place in the file."""
    return [source.problem(*_said(finding, checklist)) for finding in proof.findings]


def in_words(checklist: Checklist, answers: Answers) -> str:
    """The answers that matter, in the order of the questions: "offer is clear, ..."."""
    looked_at = _looked_at(checklist)
    asked = [question.id for _, step in steps_walked(checklist, answers) for question in step]
    words = [_in_words(each, answers.get(each)) for each in asked if each in looked_at]
    return ", ".join(words) or "no answer at all"


def _said(finding: Finding, checklist: Checklist) -> tuple[Path, str]:
    """Where the finding belongs, and its sentence."""
    match finding:
        case Uncovered(answers):
            return ("rules",), f"No rule matches when {in_words(checklist, answers)}."
        case TooMany(limit):
            return ("rules",), _TOO_MANY.format(limit=limit)
        case NeverAsked(question):
            what = f'"{question.id}" is never asked, whatever the answers.'
            return _path_of_question(checklist, question.id), what
        case NeverDecides(rule):
            what = f'"{rule.id}" never gives the verdict: the rules above it leave nothing to it.'
            return ("rules", checklist.rules.index(rule)), what
        case EmptyCondition(rule, answers):
            words = in_words(checklist, answers)
            what = f'"{rule.id}" sets a condition, but nobody says which, when {words}.'
            return ("rules", checklist.rules.index(rule)), what
        case Revocable(rule, earlier, answers):
            what = (
                f'"{rule.id}" cannot be final: it matches when {in_words(checklist, earlier)}, '
                f"but no longer when later {_later_in_words(checklist, earlier, answers)}."
            )
            return ("rules", checklist.rules.index(rule)), what
        case _:
            assert_never(finding)


def _later_in_words(checklist: Checklist, earlier: Answers, answers: Answers) -> str:
    later = [question.id for question in checklist.questions if question.id not in earlier]
    given = [_in_words(each, answers[each]) for each in later if each in answers]
    return ", ".join(given) or "nothing more is answered"


def _in_words(question: str, answer: Answer | None) -> str:
    match answer:
        case None:
            return f"{question} is not answered"
        case frozenset():
            return f"{question} has {' and '.join(sorted(answer))}"
        case str() if answer != ANY_TEXT:
            return f"{question} is {answer}"
        case str() | date():
            return f"{question} is answered"
        case _:
            assert_never(answer)


def _looked_at(checklist: Checklist) -> frozenset[str]:
    conditions: list[Predicate] = [rule.when for rule in checklist.rules]
    conditions += [each.asked_when for each in checklist.questions if each.asked_when is not None]
    conditions += [Answered(rule.condition.what) for rule in checklist.rules if rule.condition]
    return frozenset[str]().union(*(questions_in(condition) for condition in conditions))


def _path_of_question(checklist: Checklist, question_id: str) -> Path:
    return next(
        ("steps", at, "questions", place)
        for at, step in enumerate(checklist.steps)
        for place, question in enumerate(step.questions)
        if question.id == question_id
    )
