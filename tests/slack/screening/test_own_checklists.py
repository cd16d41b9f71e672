"""What only checklists of one's own ask, as Slack gets it: numbers, days, long menus, evidence."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot import checklists
from bot.checklists.limits import FRAME, weight_of
from bot.domain.checklist.answers import LONGEST_TEXT, from_document
from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import ChecklistVersion, DraftId, StepRef, VersionId
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.services.screening.steps import show
from bot.slack.card import verdict
from bot.slack.kit.blocks import Block
from bot.slack.payloads.payloads import LONGEST_METADATA
from bot.slack.screening import steps
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.checklists.test_other_checklists import DATA, FIT
from tests.slack import cases

WORKSPACE = Workspace(WorkspaceId("T0"), Settings("C0VERDICTS", ("U0SABINE",), country="DE-BE"))
FULL = {
    "need": "burning",
    "need_evidence": "They called twice.",
    "wants": ["web", "shop"],
    "budget": "12500.5",
    "start": "2027-01-15",
    "signs": ["haggles"],
}
ONE_OF_MANY = checklists.loads(
    (DATA / "fit.yaml")
    .read_text("utf-8")
    .replace("id: wants\n        kind: any_of", "id: wants\n        kind: one_of")
).checklist


def drawn(
    at: int, answers: Mapping[str, Any], texts: Texts, checklist: Checklist = FIT.checklist
) -> Block:
    shown = show(
        StepRef(DraftId("d1"), VersionId("v1"), at),
        ChecklistVersion(VersionId("v1"), 1, checklist),
        ProspectFacts("Acme GmbH", cases.ANNA, cases.TODAY),
        from_document(checklist, answers),
        workspace=WORKSPACE,
        today=cases.TODAY,
    )
    return steps.step_view(shown, texts)


STEPS: Mapping[str, Callable[[Texts], Block]] = {
    "step_of_numbers.empty": lambda texts: drawn(1, {"need": "real"}, texts),
    "step_of_numbers.filled": lambda texts: drawn(1, FULL, texts),
    "step_of_many_options.several": lambda texts: drawn(0, FULL, texts),
    "step_of_many_options.one": lambda texts: drawn(
        0, {**FULL, "wants": "seo"}, texts, ONE_OF_MANY
    ),
    "step_of_evidence.last": lambda texts: drawn(2, FULL, texts),
}


@pytest.mark.parametrize("name", [*checklists.SHIPPED, "fit"])
def test_no_question_is_larger_than_what_is_reckoned_when_a_file_is_checked(name: str) -> None:
    ours = checklists.shipped(name)
    checklist = FIT.checklist if ours is None else ours

    for question in checklist.questions:
        for language in checklist.languages:
            texts, hint = Texts(language), texts_of_hint(question, language)
            block = steps.question_block(
                question, fullest(question), texts, hint=hint, is_deciding=True
            )
            assert size(block) < weight_of(question, language)


def test_what_is_around_the_questions_is_no_larger_than_what_is_reckoned() -> None:
    view = drawn(0, FULL, Texts("de"))
    asked = {each.id for each in FIT.checklist.questions}
    around = [each for each in view["blocks"] if each.get("block_id") not in asked]

    assert size({**view, "blocks": around}) + LONGEST_METADATA < FRAME


def size(drawn: Block) -> int:
    return len(json.dumps(drawn, ensure_ascii=False).encode())


def texts_of_hint(question: Question, language: str) -> str:
    return "" if question.hint is None else question.hint[language]


def fullest(question: Question) -> Mapping[str, Any]:
    """The answer that takes most room."""
    options = [each.id for each in question.options]
    of_kind = {
        Kind.ONE_OF: options[-1:] and options[-1],
        Kind.ANY_OF: options,
        Kind.TEXT: "€" * LONGEST_TEXT,
        Kind.DATE: "2026-12-31",
        Kind.NUMBER: "1234567.8901",
    }
    return {question.id: of_kind[question.kind]}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("step", STEPS)
def test_step_looks_as_it_did_and_slack_takes_it(
    step: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    made = STEPS[step](Texts(language))

    assert list(view_problems(made)) == []
    golden(f"{step}.{language}", made)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_card_shows_its_score(language: str, golden: Callable[[str, Any], None]) -> None:
    case = cases.Case({**FULL, "signs_evidence": "Asked for half."})
    said = verdict.card(cases.overview(case, checklist=FIT.checklist), Texts(language))

    assert list(message_problems({"text": said.text, "blocks": said.blocks})) == []
    golden(f"card_of_scores.fit.{language}", {"text": said.text, "blocks": said.blocks})
