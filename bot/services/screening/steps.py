"""One step of a modal: what it shows, and what it contains when it comes back."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.answers import from_document, read_step, to_document
from bot.domain.checklist.model import (
    Checklist,
    Question,
    asked_in,
    evidence_asked,
    progress,
    view_asks,
    view_may_ask,
)
from bot.domain.checklist.placeholders import filled
from bot.domain.checklist.rules import Answer, Answers, Circumstances, Localized
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import (
    ChecklistVersion,
    Draft,
    EvidenceAsked,
    StepRef,
    StepShown,
    read_facts,
)
from bot.domain.workspace import Workspace

Inputs = Mapping[str, str | list[str] | None]
"""The contents of a view's inputs, by block id; None: empty, or left out by Slack."""


def show(
    ref: StepRef,
    version: ChecklistVersion,
    facts: ProspectFacts,
    answers: Answers,
    *,
    workspace: Workspace,
    today: date,
    offered: tuple[Checklist, ...] = (),
) -> StepShown:
    """Return a step to be drawn, prefilled with what is known, and the checklists on offer."""
    checklist = version.checklist
    given = Circumstances(today, facts.expected_value)
    is_step = ref.step < len(checklist.steps)
    questions = asked_in(checklist.steps[ref.step], answers, given) if is_step else ()
    evidence = _evidence(checklist, ref.step, answers, given)
    ids = {each.id for each in questions} | {each.id for each in evidence}
    return StepShown(
        ref=ref,
        version=version,
        position=progress(checklist, ref.step, answers, given),
        questions=questions,
        today=today,
        currency=workspace.settings.currency,
        hints=hints_of(checklist, questions, answers, given, workspace.settings.niche),
        evidence=evidence,
        facts=facts,
        answers={key: value for key, value in to_document(answers).items() if key in ids},
        dates=dates_of(questions, today, workspace.settings.calendar),
        offered=offered,
    )


def _evidence(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances
) -> tuple[EvidenceAsked, ...]:
    wanted = {each.id for each in evidence_asked(checklist, at, answers, given)}
    return tuple(
        EvidenceAsked(
            question.evidence_id, question, question.needing_evidence(answers.get(question.id))
        )
        for question in checklist.questions
        if question.evidence_id in wanted
    )


def dates_of(
    questions: Collection[Question], today: date, calendar: WorkingCalendar
) -> dict[str, tuple[date, date]]:
    """Return the default and the latest day of each question that has a latest one."""
    found = {}
    for each in questions:
        if each.due_latest is not None:
            ahead = each.due_default or 0  # no later than the latest, as the checklist's form says
            default = calendar.add_working_days(today, ahead)
            latest = calendar.add_working_days(default, each.due_latest - ahead)
            found[each.id] = default, latest
    return found


def hints_of(
    checklist: Checklist,
    questions: Collection[Question],
    answers: Answers,
    given: Circumstances,
    niche: str,
) -> dict[str, Localized]:
    """Return the hint of each question that has one, filled with the answers so far."""
    return {
        each.id: filled(each.hint, checklist, answers, given, niche)
        for each in questions
        if each.hint is not None
    }


def answered(
    draft: Draft,
    checklist: Checklist,
    ref: StepRef,
    inputs: Inputs,
    *,
    today: date,
    calendar: WorkingCalendar,
    language: str,
    drawn: Inputs | None = None,
) -> tuple[Draft, Answers]:
    """Return the draft with a whole step answered, and all answers so far.

    Raises:
        AnswersRejected: With every problem of the step.
    """
    earlier = from_document(checklist, draft.answers)
    facts, problems = _facts(draft, ref, inputs, today, language, drawn)
    asked = _own(checklist, ref.step, earlier, Circumstances(today, facts.expected_value))
    own: Answers = {}
    try:
        own = read_step(
            checklist,
            ref.step,
            _document(draft, checklist, asked, ref, inputs, drawn),
            earlier,
            today=today,
            calendar=calendar,
            shown=drawn,
            expected_value=facts.expected_value,
        )
    except AnswersRejected as rejected:
        problems += rejected.problems
    if problems:
        raise AnswersRejected(problems)
    return _with_step(draft, facts, earlier, asked, own)


def saved(
    draft: Draft,
    checklist: Checklist,
    ref: StepRef,
    inputs: Inputs,
    *,
    today: date,
    calendar: WorkingCalendar,
    language: str,
    drawn: Inputs | None = None,
) -> tuple[Draft, Answers]:
    """Return the draft with what is usable of a step, complete or not, and all answers so far."""
    earlier = from_document(checklist, draft.answers)
    facts, problems = _facts(draft, ref, inputs, today, language, drawn)
    asked = _own(checklist, ref.step, earlier, Circumstances(today, facts.expected_value))
    document = _document(draft, checklist, asked, ref, inputs, drawn)
    own: Answers = {}
    try:
        own = read_step(
            checklist,
            ref.step,
            document,
            earlier,
            today=today,
            calendar=calendar,
            expected_value=facts.expected_value,
        )
    except AnswersRejected as rejected:
        faulty = {problem.question for problem in rejected.problems}
        usable = {key: document[key] for key in document if key in asked - faulty}
        own = from_document(checklist, usable)
    return _with_step(draft, draft.facts if problems else facts, earlier, asked, own)


def followed(
    draft: Draft,
    version: ChecklistVersion,
    ref: StepRef,
    inputs: Inputs,
    *,
    workspace: Workspace,
    today: date,
    drawn: Inputs,
) -> StepShown:
    """Return a step as its own answers require, with everything typed in it.

    What was typed in a question that is no longer asked is put aside, in case it is asked again.
    """
    checklist = version.checklist
    given = Circumstances(today, draft.facts.expected_value)
    earlier = dict(_readable(checklist, draft.answers))
    own = _own(checklist, ref.step, earlier, given)
    document = _document(draft, checklist, own, ref, inputs, drawn)
    answers = {key: answer for key, answer in earlier.items() if key not in own}
    answers |= dict(_readable(checklist, document))
    asked = {question.id for question in view_asks(checklist, ref.step, answers, given)}
    aside = {key: value for key, value in document.items() if value and key in own - asked}
    facts = {} if ref.step else _typed_facts(draft, ref, inputs, drawn)
    shown = show(
        replace(ref, is_redrawn=True, set_aside=aside),
        version,
        draft.facts,
        answers,
        workspace=workspace,
        today=today,
    )
    return replace(shown, typed={key: facts[key] for key in facts if key in drawn})


def _readable(checklist: Checklist, document: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Yield the readable answers of a document, ignoring the others."""
    for key, value in document.items():
        with suppress(KeyError):
            yield from from_document(checklist, {key: value}).items()


def is_whole(checklist: Checklist, at: int, answers: Answers, given: Circumstances) -> bool:
    """Tell whether a step has every required answer, also to questions that its own answers ask."""
    return all(
        question.id in answers
        for question in view_asks(checklist, at, answers, given)
        if question.required
    )


def step_before(checklist: Checklist, at: int, answers: Answers, given: Circumstances) -> int:
    """Return the nearest earlier step that has something to ask; for the first one, itself."""
    steps = checklist.steps
    return next(
        (index for index in range(at - 1, 0, -1) if asked_in(steps[index], answers, given)), 0
    )


def _own(checklist: Checklist, at: int, answers: Answers, given: Circumstances) -> set[str]:
    """Return what belongs to the view of a step: its questions, and the evidence it asks for."""
    return {question.id for question in view_may_ask(checklist, at, answers, given)}


def step_with(checklist: Checklist, question_id: str) -> int:
    """Return the step that asks a question."""
    return next(
        index
        for index, step in enumerate(checklist.steps)
        if any(question.id == question_id for question in step.questions)
    )


def _facts(
    draft: Draft, ref: StepRef, inputs: Inputs, today: date, language: str, drawn: Inputs | None
) -> tuple[ProspectFacts, list[AnswerProblem]]:
    if ref.step != 0:
        return draft.facts, []
    typed = _typed_facts(draft, ref, inputs, drawn)
    return read_facts(typed, asker=draft.member_id, today=today, language=language)


def _typed_facts(
    draft: Draft, ref: StepRef, inputs: Inputs, drawn: Inputs | None
) -> dict[str, Any]:
    typed = {key: inputs.get(key) for key in FACTS}
    return _merged(typed, facts_document(draft.facts) | _of(FACTS, drawn), ref, draft.cleared)


def _document(
    draft: Draft,
    checklist: Checklist,
    own: Collection[str],
    ref: StepRef,
    inputs: Inputs,
    drawn: Inputs | None,
) -> dict[str, object]:
    typed = {key: value for key, value in inputs.items() if key not in FACTS}
    kept = {key: value for key, value in draft.answers.items() if key in own}
    aside = fitting(
        checklist, _of(own, ref.set_aside)
    )  # some may answer another checklist's question
    kept |= aside | _of(own, drawn)
    return _merged(dict.fromkeys(kept) | aside | typed, kept, ref, draft.cleared)


def fitting(checklist: Checklist, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to another version or checklist that this one asks for as well."""
    found = {}
    for key, value in document.items():
        try:
            from_document(checklist, {key: value})
        except KeyError:  # only the other one asked this, or offered that option
            continue
        found[key] = value
    return found


def _of(keys: Collection[str], inputs: Inputs | None) -> dict[str, Any]:
    return {key: value for key, value in (inputs or {}).items() if key in keys}


def _merged(
    typed: Mapping[str, Any], stored: Mapping[str, Any], ref: StepRef, cleared: Collection[str]
) -> dict[str, Any]:
    """Fill in what Slack left out of a redrawn view although nobody touched it.

    ``kept`` is what the view was drawn with, or what the draft knows. Null there means untouched,
    unless the member was seen to empty the field. An empty text or list is always what the member
    left.
    """
    if not ref.is_redrawn:
        return dict(typed)
    return {
        key: stored.get(key) if value is None and key not in cleared else value
        for key, value in typed.items()
    }


def _with_step(
    draft: Draft, facts: ProspectFacts, earlier: Answers, asked: Collection[str], own: Answers
) -> tuple[Draft, Answers]:
    """Return the draft with these answers in place of what it knew of the questions of a step."""
    document = {key: value for key, value in draft.answers.items() if key not in asked}
    document |= to_document(own)
    answers = {key: answer for key, answer in earlier.items() if key not in asked}
    answers |= own
    return replace(draft, facts=facts, answers=document, cleared=frozenset()), answers


FACTS = ("name", "owner", "expected_value", "first_contact")
"""The block ids of these inputs, in the order in which they are asked."""


def facts_document(facts: ProspectFacts) -> dict[str, str | Decimal | None]:
    """Return the facts as inputs, the reverse of reading them; the amount stays a number."""
    return {
        "name": facts.name or None,
        "owner": facts.owner,
        "first_contact": facts.first_contact.isoformat(),
        "expected_value": facts.expected_value,
    }


def still_known(given: ProspectFacts, before: ProspectFacts, *, asker: MemberId) -> ProspectFacts:
    """Return the facts given about a prospect that turns out to be known already.

    A first step that began empty offers the asker as the owner and today as the first contact: that
    does not speak against the present owner or an earlier contact. The name was typed to find the
    prospect, however it was spelt; whoever wants to change it goes back a step.
    """
    return replace(
        given,
        name=before.name,
        owner=before.owner if given.owner == asker else given.owner,
        first_contact=min(given.first_contact, before.first_contact),
        expected_value=before.expected_value
        if given.expected_value is None
        else given.expected_value,
    )
