"""Answers: from a document to checked values, and back.

A document holds what JSON and forms can carry: option ids, lists of them, texts, numbers (also
written as texts), and days written as ``2026-12-08``. All problems are reported at once.
``model.judged`` says which answers count, given the others.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import assert_never

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.model import (
    Checklist,
    Kind,
    Question,
    judged,
    steps_walked,
    view_asks,
    view_may_ask,
)
from bot.domain.checklist.rules import NOTHING_KNOWN, Answer, Answers, Circumstances, is_given
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.names import UNSTORABLE

LONGEST_TEXT = 3000
"""The limit of Slack's text input, in characters."""

PROBLEM_CODES = {
    "unknown_question": "the checklist has no such question (detail: known)",
    "unknown_option": "the question has no such option (detail: option, known)",
    "wrong_type": "not what this kind of question takes (detail: kind)",
    "missing": "required, asked and not answered",
    "too_long": "longer than a text may be (detail: length, limit)",
    "unreadable": "a text with characters that cannot be stored",
    "not_a_date": "not a day of the calendar, written as 2026-12-08 (detail: given)",
    "too_early": "before today (detail: earliest)",
    "too_late": "further ahead than allowed (detail: latest, working_days)",
    "no_number": "no number with at most 15 digits before the point and 4 behind it",
    "too_small": "less than the question takes (detail: least)",
    "too_big": "more than the question takes (detail: most)",
}

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,4}0*)?", re.ASCII)


def read_answers(
    checklist: Checklist,
    document: Mapping[str, object],
    *,
    today: date,
    calendar: WorkingCalendar,
    expected_value: Decimal | None = None,
    never_missed: Collection[Kind] = (),
) -> Answers:
    """Read and check a whole set of answers; evidence and the `never_missed` kinds may be missing.

    Null, an empty text and an empty list are no answer. Answers to questions that are not asked are
    returned with the others: they must be readable, but their dates are not checked.

    Raises:
        AnswersRejected: With every problem, in the order of the questions.
    """
    answers, problems = _read(checklist, document)
    faulty = {problem.question for problem in problems}
    given = Circumstances(today, expected_value)
    kept = judged(checklist, answers, given).counted
    for question_id, answer in kept.items():
        problems += _date_problems(checklist.question(question_id), answer, today, calendar)
    missing = missing_answers(checklist, answers, given)
    problems += [
        problem
        for problem in missing
        if problem.question not in faulty
        and checklist.question(problem.question).kind not in never_missed
    ]
    _refuse(checklist, problems)
    return answers


def read_step(
    checklist: Checklist,
    at: int,
    document: Mapping[str, object],
    earlier: Answers,
    *,
    today: date,
    calendar: WorkingCalendar,
    shown: Collection[str] | None = None,
    expected_value: Decimal | None = None,
) -> Answers:
    """Read and check what was answered in the view of a step; return the answers of this view.

    Answers to questions that the step does not ask, given the earlier answers, are left out. A
    question that was not ``shown`` is not missed yet, because only an answer of this very step
    calls for it. Without ``shown``, the questions that the earlier answers call for count as shown.

    Raises:
        AnswersRejected: With every problem of this step.
    """
    given = Circumstances(today, expected_value)
    may_ask = view_may_ask(checklist, at, earlier, given)
    own = {question.id for question in may_ask}
    if shown is None:
        shown = {question.id for question in view_asks(checklist, at, earlier, given)}
    answers, problems = _read(checklist, document)
    faulty = {problem.question for problem in problems}
    known = {key: answer for key, answer in earlier.items() if key not in own}
    for question in may_ask:
        if not question.is_asked(known, given):
            continue
        if question.id in answers:
            known[question.id] = answers[question.id]
            problems += _date_problems(question, answers[question.id], today, calendar)
        elif question.required and question.id in shown and question.id not in faulty:
            problems.append(AnswerProblem(question.id, "missing"))
    _refuse(checklist, problems)
    return {key: answer for key, answer in known.items() if key in own}


def missing_answers(
    checklist: Checklist, answers: Answers, given: Circumstances = NOTHING_KNOWN
) -> tuple[AnswerProblem, ...]:
    """Return a problem for each required question that is asked and has no answer."""
    return tuple(
        AnswerProblem(question.id, "missing")
        for _, asked in steps_walked(checklist, answers, given)
        for question in asked
        if question.required and not is_given(answers.get(question.id))
    )


def to_document(answers: Answers) -> dict[str, object]:
    """Return the answers in a form that JSON can carry; chosen options are sorted."""
    return {question: _plain(answer) for question, answer in answers.items()}


def from_document(checklist: Checklist, document: Mapping[str, object]) -> Answers:
    """Read what ``to_document`` wrote; raise ``KeyError`` if it does not fit the checklist."""
    answers, problems = _read(checklist, document)
    if problems:
        raise KeyError(problems[0].question, problems[0].code)
    return answers


def read_usable(
    checklist: Checklist, document: Mapping[str, object]
) -> tuple[Answers, list[AnswerProblem]]:
    """Read each answer by itself; return the readable ones, and the problems of the others."""
    return _read(checklist, document)


def _read(
    checklist: Checklist, document: Mapping[str, object]
) -> tuple[dict[str, Answer], list[AnswerProblem]]:
    known = checklist.by_id
    answers: dict[str, Answer] = {}
    problems = []
    for key, value in document.items():
        if key not in known:
            detail = {"known": tuple(question.id for question in checklist.questions)}
            problems.append(AnswerProblem(key, "unknown_question", detail))
            continue
        found = None if value is None else _answer(known[key], value)
        if isinstance(found, AnswerProblem):
            problems.append(found)
        elif found is not None:
            answers[key] = found
    return answers, problems


def _answer(question: Question, value: object) -> Answer | AnswerProblem | None:
    """Return the value as an answer (None if it is none), or what is wrong with it."""
    match question.kind:
        case Kind.ONE_OF:
            return _one_of(question, value)
        case Kind.ANY_OF:
            return _any_of(question, value)
        case Kind.TEXT:
            return _text(question, value)
        case Kind.DATE:
            return _date(question, value)
        case Kind.NUMBER:
            return _number(question, value)
        case _:
            assert_never(question.kind)


def _one_of(question: Question, value: object) -> Answer | AnswerProblem:
    if not isinstance(value, str):
        return _wrong_type(question)
    return _unknown_option(question, [value]) or value


def _any_of(question: Question, value: object) -> Answer | AnswerProblem | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return _wrong_type(question)
    return _unknown_option(question, value) or frozenset(value) or None


def _unknown_option(question: Question, chosen: list[str]) -> AnswerProblem | None:
    known = [option.id for option in question.options]
    for option in chosen:
        if option not in known:
            detail = {"option": option, "known": tuple(known)}
            return AnswerProblem(question.id, "unknown_option", detail)
    return None


def _text(question: Question, value: object) -> Answer | AnswerProblem | None:
    if not isinstance(value, str):
        return _wrong_type(question)
    text = value.strip()
    if len(text) > LONGEST_TEXT:
        detail = {"length": len(text), "limit": LONGEST_TEXT}
        return AnswerProblem(question.id, "too_long", detail)
    if UNSTORABLE.search(text):
        return AnswerProblem(question.id, "unreadable")
    return text or None


def _date(question: Question, value: object) -> Answer | AnswerProblem | None:
    if not isinstance(value, str):
        return _wrong_type(question)
    text = value.strip()
    if not text:
        return None
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    return AnswerProblem(question.id, "not_a_date", {"given": value})


def _number(question: Question, value: object) -> Answer | AnswerProblem | None:
    number = read_number(value)
    if number is None:
        is_empty = isinstance(value, str) and not value.strip()
        is_other = isinstance(value, bool) or not isinstance(value, str | int | float | Decimal)
        return None if is_empty else _no_number(question, is_other=is_other)
    if question.least is not None and number < question.least:
        return AnswerProblem(question.id, "too_small", {"least": question.least})
    if question.most is not None and number > question.most:
        return AnswerProblem(question.id, "too_big", {"most": question.most})
    return number


def _no_number(question: Question, *, is_other: bool) -> AnswerProblem:
    return _wrong_type(question) if is_other else AnswerProblem(question.id, "no_number")


def read_number(value: object) -> Decimal | None:
    """Return a number, or a text that is one, with at most 4 decimals; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    written = str(value).strip() if isinstance(value, str | int) else f"{Decimal(str(value)):f}"
    return Decimal(written).normalize() + 0 if _NUMBER.fullmatch(written) else None


def _wrong_type(question: Question) -> AnswerProblem:
    return AnswerProblem(question.id, "wrong_type", {"kind": question.kind})


def _date_problems(
    question: Question, answer: Answer, today: date, calendar: WorkingCalendar
) -> list[AnswerProblem]:
    if not isinstance(answer, date):
        return []
    if answer < today:
        return [AnswerProblem(question.id, "too_early", {"earliest": today})]
    if question.due_latest is None:
        return []
    latest = calendar.add_working_days(today, question.due_latest)
    if answer <= latest:
        return []
    detail = {"latest": latest, "working_days": question.due_latest}
    return [AnswerProblem(question.id, "too_late", detail)]


def _refuse(checklist: Checklist, problems: list[AnswerProblem]) -> None:
    """Raise the problems, if any: unknown questions first, then in the order they are asked."""
    if problems:
        questions = (*checklist.questions, *checklist.evidence.values())
        order = {question.id: place for place, question in enumerate(questions)}
        raise AnswersRejected(sorted(problems, key=lambda each: order.get(each.question, -1)))


def _plain(answer: Answer) -> object:
    match answer:
        case str():
            return answer
        case frozenset():
            return sorted(answer)
        case date():
            return answer.isoformat()
        case Decimal():
            return f"{answer:f}"
        case _:
            assert_never(answer)
