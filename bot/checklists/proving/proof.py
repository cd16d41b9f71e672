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
from bot.domain.errors import ChecklistProblem, Sentence, sentence


def problems_of(proof: Proof, checklist: Checklist, source: Source) -> list[ChecklistProblem]:
    """Return what the proof found, each finding at its place in the file."""
    return [source.problem(*_sentence_of(finding, checklist)) for finding in proof.findings]


def in_words(
    checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[Sentence, ...]:
    """Return the answers that matter, in the order of the questions: "offer is clear", ...."""
    looked_at = _looked_at(checklist)
    asked = [
        question.id for _, step in steps_walked(checklist, answers, given) for question in step
    ]
    words = [_in_words(each, answers.get(each)) for each in asked if each in looked_at]
    if any(map(looks_at_value, _predicates(checklist))):
        words.append(_in_words(EXPECTED_VALUE, given.expected_value))
    return tuple(words) or (sentence("no answer at all"),)


def as_document(example: Example) -> str:
    """Return the answers in the form that ``walkaway evaluate`` takes."""
    document = to_document(example.answers)
    if example.given.expected_value is not None:
        document[EXPECTED_VALUE] = f"{example.given.expected_value:f}"
    return json.dumps(document, ensure_ascii=False)


def _sentence_of(finding: Finding, checklist: Checklist) -> tuple[Path, Sentence]:
    """Return where the finding belongs, and its sentence."""
    match finding:
        case Uncovered(example):
            shown = _shown(checklist, example)
            return ("rules",), sentence(
                "No rule matches when {answers}, as in {document}.", **shown
            )
        case Unproved(of):
            return _unproved(of, checklist)
        case NeverAsked(question):
            what = sentence("“{name}” is never asked, whatever the answers.", name=question.id)
            return _path_of_question(checklist, question.id), what
        case NeverDecides(rule, is_ever_shown, can_match):
            if not can_match:
                what = sentence(
                    "“{name}” never gives the verdict. No answers can meet its conditions.",
                    name=rule.id,
                )
            elif is_ever_shown:
                what = sentence(
                    "“{name}” never gives the verdict. A rule above it always matches first.",
                    name=rule.id,
                )
            else:
                what = sentence(
                    "“{name}” never gives the verdict, and its sentence is never shown. A "
                    "rule above it always matches first.",
                    name=rule.id,
                )
            return _path_of_rule(checklist, rule), what
        case EmptyCondition(rule, example):
            what = sentence(
                "“{name}” sets a condition, but nothing says what it is when "
                "{answers}, as in {document}.",
                name=rule.id,
                **_shown(checklist, example),
            )
            return _path_of_rule(checklist, rule), what
        case Revocable(rule, earlier, example):
            what = sentence(
                "“{name}” can't be final. It matches when {answers}, but stops matching when, "
                "later on, {later}.",
                name=rule.id,
                answers=in_words(checklist, earlier, example.given),
                later=_later_in_words(checklist, earlier, example.answers),
            )
            return _path_of_rule(checklist, rule), what
        case _:
            assert_never(finding)


def _shown(checklist: Checklist, example: Example) -> dict[str, str | tuple[Sentence, ...]]:
    words = in_words(checklist, example.answers, example.given)
    return {"answers": words, "document": as_document(example)}


def _unproved(of: Rule | Question | None, checklist: Checklist) -> tuple[Path, Sentence]:
    match of:
        case None:
            return ("rules",), sentence(
                "Not proved within 10 seconds that every combination of answers gets a verdict. "
                "Use fewer or simpler conditions."
            )
        case Rule():
            what = sentence(
                "Not proved within 10 seconds that “{name}” can give the verdict and that "
                "later answers can't change it. Use fewer or simpler conditions.",
                name=of.id,
            )
            return _path_of_rule(checklist, of), what
        case Question():
            what = sentence(
                "Not proved within 10 seconds that “{name}” is ever asked. "
                "Use fewer or simpler conditions.",
                name=of.id,
            )
            return _path_of_question(checklist, of.id), what
        case _:
            assert_never(of)


def _path_of_rule(checklist: Checklist, rule: Rule) -> Path:
    return "rules", [each.id for each in checklist.rules].index(rule.id)


def _later_in_words(
    checklist: Checklist, earlier: Answers, answers: Answers
) -> tuple[Sentence, ...]:
    later = [question.id for question in checklist.questions if question.id not in earlier]
    given = [_in_words(each, answers[each]) for each in later if each in answers]
    return tuple(given) or (sentence("nothing more is answered"),)


def _in_words(question: str, answer: Answer | None) -> Sentence:
    match answer:
        case None:
            return sentence("{name} isn't answered", name=question)
        case frozenset():
            return sentence("{name} has {answer}", name=question, answer=" + ".join(sorted(answer)))
        case str() if answer != ANY_TEXT:
            return sentence("{name} is {answer}", name=question, answer=answer)
        case Decimal():
            return sentence("{name} is {answer}", name=question, answer=f"{answer:f}")
        case date():
            return sentence("{name} is {answer}", name=question, answer=f"{answer}")
        case str():
            return sentence("{name} is answered", name=question)
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
