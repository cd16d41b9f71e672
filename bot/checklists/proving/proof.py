"""The proof of a checklist as sentences for the person who writes it."""

import json
from datetime import date
from decimal import Decimal
from typing import assert_never

from bot.checklists.source import Path, Source
from bot.domain.checklist.answers import to_document
from bot.domain.checklist.model import Checklist, Question, steps_walked
from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    NOTHING_KNOWN,
    Answer,
    Answered,
    Answers,
    Circumstances,
    Predicate,
    Rule,
    looks_at_value,
    questions_in,
)
from bot.domain.checklist.totality import (
    ANY_TEXT,
    EmptyCondition,
    Example,
    Finding,
    NeverAsked,
    NeverDecides,
    Proof,
    Revocable,
    Uncovered,
    Unproved,
)
from bot.domain.errors import ChecklistProblem


def problems_of(proof: Proof, checklist: Checklist, source: Source) -> list[ChecklistProblem]:
    """What the proof found, each at its place in the file."""
    return [source.problem(*_said(finding, checklist)) for finding in proof.findings]


def in_words(checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN) -> str:
    """The answers that matter, in the order of the questions: "offer is clear, ..."."""
    looked_at = _looked_at(checklist)
    asked = [
        question.id for _, step in steps_walked(checklist, answers, given) for question in step
    ]
    words = [_in_words(each, answers.get(each)) for each in asked if each in looked_at]
    if any(map(looks_at_value, _predicates(checklist))):
        words.append(_in_words(EXPECTED_VALUE, given.expected_value))
    return ", ".join(words) or "no answer at all"


def as_document(example: Example) -> str:
    """The answers as ``walkaway evaluate`` takes them."""
    document = to_document(example.answers)
    if example.given.expected_value is not None:
        document[EXPECTED_VALUE] = f"{example.given.expected_value:f}"
    return json.dumps(document, ensure_ascii=False)


def _said(finding: Finding, checklist: Checklist) -> tuple[Path, str]:
    """Where the finding belongs, and its sentence."""
    match finding:
        case Uncovered(example):
            return ("rules",), f"No rule matches when {_shown(checklist, example)}."
        case Unproved(of):
            return _unproved(of, checklist)
        case NeverAsked(question):
            what = f'"{question.id}" is never asked, whatever the answers.'
            return _path_of_question(checklist, question.id), what
        case NeverDecides(rule, is_ever_shown):
            what = f'"{rule.id}" never gives the verdict: the rules above it leave nothing to it.'
            if not is_ever_shown:
                what += " Its sentence is never shown."
            return _path_of_rule(checklist, rule), what
        case EmptyCondition(rule, example):
            words = _shown(checklist, example)
            what = f'"{rule.id}" sets a condition, but nobody says which, when {words}.'
            return _path_of_rule(checklist, rule), what
        case Revocable(rule, earlier, example):
            later = _later_in_words(checklist, earlier, example.answers)
            what = (
                f'"{rule.id}" cannot be final: it matches when '
                f"{in_words(checklist, earlier, example.given)}, "
                f"but no longer when later {later}."
            )
            return _path_of_rule(checklist, rule), what
        case _:
            assert_never(finding)


def _shown(checklist: Checklist, example: Example) -> str:
    words = in_words(checklist, example.answers, example.given)
    return f"{words}, as in {as_document(example)}"


def _unproved(of: Rule | Question | None, checklist: Checklist) -> tuple[Path, str]:
    late = "the solver gave up after 10 seconds."
    match of:
        case None:
            return (
                "rules",
            ), f"Not proved that every combination of answers gets a verdict: {late}"
        case Rule():
            what = f'Not proved that "{of.id}" can give the verdict, and stands by it: {late}'
            return _path_of_rule(checklist, of), what
        case Question():
            what = f'Not proved that "{of.id}" is ever asked: {late}'
            return _path_of_question(checklist, of.id), what
        case _:
            assert_never(of)


def _path_of_rule(checklist: Checklist, rule: Rule) -> Path:
    return "rules", [each.id for each in checklist.rules].index(rule.id)


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
        case Decimal():
            return f"{question} is {answer:f}"
        case date():
            return f"{question} is {answer}"
        case str():
            return f"{question} is answered"
        case _:
            assert_never(answer)


def _looked_at(checklist: Checklist) -> frozenset[str]:
    found = map(questions_in, _predicates(checklist))
    return frozenset[str]().union(*found)


def _predicates(checklist: Checklist) -> list[Predicate]:
    conditions: list[Predicate] = [rule.when for rule in checklist.rules]
    conditions += [each.asked_when for each in checklist.questions if each.asked_when is not None]
    return conditions + [
        Answered(rule.condition.what) for rule in checklist.rules if rule.condition
    ]


def _path_of_question(checklist: Checklist, question_id: str) -> Path:
    return next(
        ("steps", at, "questions", place)
        for at, step in enumerate(checklist.steps)
        for place, question in enumerate(step.questions)
        if question.id == question_id
    )
