"""Answers in words, and what changed since the previous screening."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from bot.domain.checklist.model import Kind, Question, steps_walked
from bot.domain.checklist.rules import Answer, is_given
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.texts import Texts

MOST_FOLDED = 9
"""Blocks of a folded part of a card that answers may take: it holds ten, small print included."""

MOST_UNFOLDED = 50
"""Blocks of a view that answers may take, as long as they fit: the history needs room as well."""


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """An answer that differs from the previous screening; all three parts are plain text."""

    question: str
    before: str
    now: str


Given = Sequence[Sequence[tuple[Question, Answer]]]
"""Questions with their answers, by step."""


def given(overview: Overview, texts: Texts) -> Given:
    """Return what was answered; a card leaves out the rest."""
    steps = (
        [(question, answer) for question, answer in step if answer is not None and is_given(answer)]
        for step in _asked(overview, texts)
    )
    return [step for step in steps if step]


def folded(given: Given, texts: Texts) -> list[kit.Block]:
    """Return questions and answers, a block for each step; long texts are cut."""
    steps = [[_pieces(question, answer, texts) for question, answer in step] for step in given]
    if len(steps) <= MOST_FOLDED:
        return [kit.literal(step) for step in steps]
    return [kit.literal(pieces for step in steps for pieces in step)]


def unfolded(overview: Overview, texts: Texts) -> list[kit.Block]:
    """Return questions and answers with the full text of each."""
    blocks = list(_one_by_one(overview, texts))
    return blocks if len(blocks) <= MOST_UNFOLDED else _side_by_side(blocks)


def in_words(given: Given, texts: Texts) -> Iterator[str]:
    """Yield questions and answers for screen readers, as markup."""
    for step in given:
        for question, answer in step:
            asked = texts.of(question.text)
            asked = asked if asked.endswith("?") else f"{asked}:"
            answered = wording.quote_markup(answer_text(question, answer, texts))
            yield f"{kit.escape(asked)} {answered}"


def changes(overview: Overview, texts: Texts) -> list[ChangedAnswer]:
    """Return the answers that differ from those of the previous screening.

    Questions that are no longer asked are left out, since nobody changed them.
    """
    if overview.before is None:
        return []
    before = overview.before.answers
    compared = [
        ChangedAnswer(
            texts.of(question.text),
            answer_text(question, before.get(question.id), texts),
            answer_text(question, answer, texts),
        )
        for step in _asked(overview, texts)
        for question, answer in step
    ]
    return [each for each in compared if each.before.split() != each.now.split()]


def answer_text(question: Question, answer: Answer | None, texts: Texts) -> str:
    """Return an answer as plain text. It may be from an older version of the checklist."""
    if answer is None or not is_given(answer):
        return _no_answer(question.kind, texts)
    match answer:
        case str():
            return _chosen(question, {answer}, texts)
        case frozenset():
            return _chosen(question, answer, texts)
        case date():
            return texts.date(answer)
        case Decimal():
            return f"{texts.decimal(answer)} {question.unit or ''}".strip()
        case _:
            assert_never(answer)


def _no_answer(kind: Kind, texts: Texts) -> str:
    match kind:
        case Kind.ANY_OF:
            return texts("None chosen")
        case Kind.ONE_OF | Kind.TEXT | Kind.DATE | Kind.NUMBER:
            return texts("Not answered")
        case _:
            assert_never(kind)


def _chosen(question: Question, chosen: Set[str], texts: Texts) -> str:
    if not question.options:
        return "; ".join(sorted(chosen))
    known = {option.id: texts.of(option.text) for option in question.options}
    shown = [text for option, text in known.items() if option in chosen]
    if not chosen <= known.keys():
        shown.append(texts("an answer that's no longer offered"))
    return "; ".join(shown)


def _one_by_one(overview: Overview, texts: Texts) -> Iterator[kit.Block]:
    for step in _asked(overview, texts):
        for question, answer in step:
            shown = answer_text(question, answer, texts)
            if question.kind is Kind.TEXT and len(shown) > wording.LONGEST_QUOTE:
                yield from kit.paragraphs([kit.bold(kit.escape(texts.of(question.text)))])
                yield kit.section(kit.plain(kit.undirected(shown)))
            else:
                yield kit.literal([_pieces(question, answer, texts)])


def _side_by_side(blocks: list[kit.Block]) -> list[kit.Block]:
    """Return the answers in blocks of up to ten short ones."""
    joined: list[kit.Block] = []
    for block in blocks:
        before = joined[-1].get("elements", ()) if joined else ()
        if "elements" in block and 0 < len(before) < MOST_FOLDED:
            joined[-1] = block | {"elements": [*before, *block["elements"]]}
        else:
            joined.append(block)
    return joined


def _asked(overview: Overview, texts: Texts) -> Iterator[list[tuple[Question, Answer | None]]]:
    """Return questions and answers by step; evidence stands below the answer it belongs to."""
    checklist, answers = overview.version.checklist, overview.qualification.answers
    for _, asked in steps_walked(checklist, answers, overview.given):
        step: list[tuple[Question, Answer | None]] = []
        for question in asked:
            step.append((question, answers.get(question.id)))
            if question.evidence_id in answers:
                shown = {texts.language: texts("Evidence")}
                evidence = replace(checklist.evidence[question.id], text=shown)
                step.append((evidence, answers[question.evidence_id]))
        yield step


def _pieces(
    question: Question, answer: Answer | None, texts: Texts
) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """Return the question in bold, and the answer under it as typed."""
    shown = kit.cut(
        kit.undirected(answer_text(question, answer, texts)).strip(), wording.LONGEST_QUOTE
    )
    return (f"{texts.of(question.text)}\n", True), (shown or " ", False)
