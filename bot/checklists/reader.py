"""From the plain content of a file to a ``Checklist``, or to every reason why it isn't one.

``questions`` reads what it asks, ``conditions`` what its rules look at. ``limits`` checks whether
it fits into Slack as a whole; ``solver`` proves whether its rules are total.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from bot.checklists.conditions import OTHERWISE, Conditions, no_question, other_kind
from bot.checklists.form import ChecklistForm, RuleForm, filled, filled_each, is_language
from bot.checklists.limits import check_whole
from bot.checklists.questions import StepReader, items, read_scores
from bot.checklists.source import Place, Source
from bot.domain.checklist.model import Checklist, Kind, Question, Step
from bot.domain.checklist.rules import (
    LANGUAGES,
    ConditionTemplate,
    Localized,
    Otherwise,
    Predicate,
    Rule,
    Verdict,
)
from bot.domain.errors import ChecklistProblem, ChecklistRejected, sentence

_PROBLEM = Verdict.PROBLEM


def read_checklist(
    source: Source, *, is_stored: bool = False
) -> tuple[Checklist, tuple[ChecklistProblem, ...]]:
    """Return the checklist, and warnings about it.

    A stored one was accepted before: it is never refused for failing what only new files must
    fulfil.

    Raises:
        ChecklistRejected: With everything that is wrong, in the order of the file.
    """
    content = source.content
    bare = Place(source, errors=list(source.twice), is_stored=is_stored)
    file = replace(bare, languages=_languages(content, bare / "languages"))
    form = filled(ChecklistForm, content, file)
    reader = StepReader()
    steps = reader.steps(content, file / "steps")
    scores = read_scores(_part(content, "scores"), file / "scores", reader.questions)
    conditions = Conditions(reader.questions, scores, _part(content, "names"), file)
    conditions.read_names()
    asked_when = reader.asked_when(conditions)
    rules = _rules(content, file / "rules", conditions)
    _refuse(file)
    assert form is not None  # noqa: S101 - else there was an error
    canonical = _canonical(content)
    checklist = Checklist(
        id=form.id,
        title=form.title,
        steps=tuple(_with_conditions(step, asked_when) for step in steps),
        rules=rules,
        version=hashlib.sha256(canonical.encode()).hexdigest(),
        content=canonical,
        scores=tuple(score for score in scores.values() if score is not None),
        languages=file.languages,
    )
    check_whole(checklist, file)
    _refuse(file)
    return checklist, tuple(file.warnings)


def _refuse(file: Place) -> None:
    """Raise ChecklistRejected if anything is wrong so far."""
    if file.errors:
        raise ChecklistRejected(sorted(file.errors, key=lambda each: each.line or 0))


def _languages(content: object, place: Place) -> tuple[str, ...]:
    """Return the languages of the texts; Walkaway's own if none are listed, or none are valid."""
    written = content.get("languages") if isinstance(content, dict) else None
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        return LANGUAGES
    odd = {n: code for n, code in enumerate(written) if not is_language(code)}
    for n, code in odd.items():
        what = sentence("“{code}” isn't a language code such as en or de.", code=code)
        (place / n).error(what)
    twice = {n: code for n, code in enumerate(written) if code in written[:n]}
    for n, code in twice.items():
        (place / n).error(sentence("“{code}” appears twice.", code=code))
    return LANGUAGES if odd or twice or not written else tuple(written)


def _part(content: object, key: str) -> dict[str, object]:
    """Return the mapping under a key, whatever else is wrong; empty if there is none."""
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _canonical(content: object) -> str:
    """Return the same text for the same content, however it was written."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _with_conditions(step: Step, asked_when: dict[str, Predicate]) -> Step:
    questions = (replace(each, asked_when=asked_when.get(each.id)) for each in step.questions)
    return replace(step, questions=tuple(questions))


def _rules(content: object, place: Place, conditions: Conditions) -> tuple[Rule, ...]:
    written = items(content, place, sentence("A checklist needs at least one rule."))
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
        (place / "when").error(sentence("Only the last rule can be “{name}”.", name=OTHERWISE))
    if form.final:
        (place / "final").error(
            sentence(
                "A rule “{name}” can't be final. Any later answer may match another rule.",
                name=OTHERWISE,
            )
        )
    return Otherwise()


def _time(form: RuleForm, place: Place) -> int | None:
    is_problem = form.verdict is Verdict.PROBLEM
    if is_problem and form.decide_within is None:
        place.error(sentence("Add decide_within: the number of working days to decide a problem."))
    if not is_problem and form.decide_within is not None:
        place.error(
            sentence("Only rules with the verdict {verdict} can have this.", verdict=_PROBLEM)
        )
    return form.decide_within


def _settle(form: RuleForm, place: Place) -> Localized | None:
    if form.settle is not None and form.verdict is not Verdict.PROBLEM:
        place.error(
            sentence("Only rules with the verdict {verdict} can have this.", verdict=_PROBLEM)
        )
    return form.settle


def _condition(form: RuleForm, place: Place, conditions: Conditions) -> ConditionTemplate | None:
    if form.condition is None:
        return None
    what, due = form.condition.what, form.condition.due
    if form.verdict is Verdict.WALK_AWAY:
        place.error(
            sentence(
                "A rule with the verdict {verdict} can't have a condition.",
                verdict=Verdict.WALK_AWAY,
            )
        )
    _check_kind(what, Kind.TEXT, place / "what", conditions.questions)
    _check_kind(due, Kind.DATE, place / "due", conditions.questions)
    day = conditions.questions.get(due)
    if day is not None and day.kind is Kind.DATE and day.due_default is None:
        (place / "due").error(
            sentence("“{name}” needs a default under due, for when it's left open.", name=due)
        )
    return ConditionTemplate(what, due)


def _check_kind(
    name: str, kind: Kind, place: Place, questions: Mapping[str, Question | None]
) -> None:
    question = questions.get(name)
    if name not in questions:
        place.error(no_question(name, questions))
    elif question is not None and question.kind is not kind:
        place.error(other_kind(name, question.kind, kind))
