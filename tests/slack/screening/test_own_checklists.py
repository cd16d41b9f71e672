"""What only checklists of one's own ask, as Slack gets it: numbers, days, long menus, evidence."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot import checklists
from bot.checklists.limits import FIRST_FRAME, FRAME, HEAVIEST_VIEW, OF_ITS_CHECKLIST, weight_of
from bot.domain.checklist.answers import LONGEST_TEXT, from_document
from bot.domain.checklist.model import Checklist, Kind, Question
from bot.domain.errors import ChecklistRejected
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import ChecklistVersion, DraftId, StepRef, StepShown, VersionId
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.services.screening.steps import show
from bot.slack.card import verdict
from bot.slack.kit.blocks import Block
from bot.slack.payloads.candidates import CandidateRef
from bot.slack.payloads.payloads import LONGEST_METADATA
from bot.slack.screening import steps
from bot.slack.settings import checklist_pages
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
    return steps.step_view(shown_at(at, answers, checklist), texts)


def shown_at(at: int, answers: Mapping[str, Any], checklist: Checklist) -> StepShown:
    return show(
        StepRef(DraftId("d1"), VersionId("v1"), at),
        ChecklistVersion(VersionId("v1"), 1, checklist),
        ProspectFacts("Acme GmbH", cases.ANNA, cases.TODAY),
        from_document(checklist, answers),
        workspace=WORKSPACE,
        today=cases.TODAY,
    )


STEPS: Mapping[str, Callable[[Texts], Block]] = {
    "step_of_numbers.empty": lambda texts: drawn(1, {"need": "real"}, texts),
    "step_of_numbers.filled": lambda texts: drawn(1, FULL, texts),
    "step_of_many_options.several": lambda texts: drawn(0, FULL, texts),
    "step_of_many_options.one": lambda texts: drawn(
        0, {**FULL, "wants": "seo"}, texts, ONE_OF_MANY
    ),
    "step_of_evidence.last": lambda texts: drawn(2, FULL, texts),
}


@pytest.mark.parametrize("name", [*checklists.SHIPPED, "fit", "many"])
def test_questions_are_reckoned_as_large_as_they_can_be_drawn(name: str) -> None:
    others = {"fit": FIT.checklist, "many": ONE_OF_MANY}
    checklist = others.get(name) or checklists.shipped(name)
    assert checklist is not None

    for question in checklist.questions:
        for language in checklist.languages:
            texts, hint = Texts(language), texts_of_hint(question, language)
            block = steps.question_block(
                question, fullest(question), texts, hint=hint, is_deciding=True
            )
            spare = 150 + 225 * hint.count("{") + 260 * (question.kind is Kind.DATE)
            assert size(block) <= weight_of(question, language) <= size(block) + spare


@pytest.mark.parametrize(("texts", "fits"), [(26, True), (27, False)])
def test_a_step_of_texts_is_taken_up_to_what_slack_takes_with_all_of_them_filled(
    texts: int, fits: bool
) -> None:
    content, answers = of_texts(texts), {f"q{n}": "€" * LONGEST_TEXT for n in range(texts)}
    try:
        checklist = checklists.loads(content).checklist
    except ChecklistRejected as rejected:
        (problem,) = rejected.problems
        assert (fits, problem.path) == (False, "steps[1].questions")
        assert "Slack takes 250 kB" in str(problem.what)
        return

    view = drawn(1, {"first": "x", **answers}, Texts("de"), checklist)
    assert fits
    assert size(view) + LONGEST_METADATA < HEAVIEST_VIEW
    assert size(view) + 9_400 > HEAVIEST_VIEW  # one more would be too many
    assert list(view_problems(view)) == []


def of_texts(n: int) -> str:
    """Write a checklist whose second step asks for so many texts."""
    asked = "".join(
        f"      - {{id: q{each}, kind: text, text: {{en: Why, de: Warum}}}}\n" for each in range(n)
    )
    return (
        "id: texts\ntitle: {en: Texts, de: Texte}\nsteps:\n"
        "  - id: first\n    title: {en: First, de: Zuerst}\n    questions:\n"
        "      - {id: first, kind: text, text: {en: What, de: Was}}\n"
        f"  - id: more\n    title: {{en: More, de: Mehr}}\n    questions:\n{asked}"
        "rules:\n  - {id: any, when: otherwise, verdict: pursue, sentence: {en: Go., de: Los.}}\n"
    )


def test_what_is_around_the_questions_is_no_larger_than_what_is_reckoned() -> None:
    checklist = FIT.checklist
    titled = Checklist("c" * 150, {"en": "€" * 150}, checklist.steps, (), "v", languages=("en",))
    shown = replace(
        shown_at(0, FULL, titled),
        offered=(*(replace(titled, id=f"{'c' * 149}{n}") for n in range(9)), titled),
    )
    for at, frame, view in (
        (0, FIRST_FRAME, steps.step_view(shown, Texts("de"))),
        (1, FRAME, drawn(1, FULL, Texts("de"))),
    ):
        asked = {each.id for each in checklist.steps[at].questions} | {"need_evidence"}
        (named,) = {
            len(each["element"]["action_id"])
            for each in view["blocks"]
            if each.get("block_id") in asked
        }
        assert named <= len("answer") + (0 if at else OF_ITS_CHECKLIST)
        around = [each for each in view["blocks"] if each.get("block_id") not in asked]
        reckoned = size({**view, "blocks": around}) + LONGEST_METADATA
        assert reckoned < frame < reckoned + 2_500


@pytest.mark.parametrize("name", ["navigation", "preview", "steps", "qualify_step"])
def test_no_id_of_a_question_is_that_of_another_block(name: str) -> None:
    written = (DATA / "fit.yaml").read_text("utf-8").replace("id: reason", f"id: {name}")
    checklist = checklists.loads(written).checklist
    shown = shown_at(1, {**FULL, "budget": "5"}, checklist)

    for view in (
        steps.step_view(shown, Texts("de")),
        checklist_pages.step_view(CandidateRef(shipped="x"), shown, Texts("de")),
    ):
        assert name in [each.get("block_id") for each in view["blocks"]]
        assert list(view_problems(view)) == []


@pytest.mark.parametrize(
    "titles",
    [
        ("A" * 75 + "B", "A" * 75 + "C"),
        ("A" * 149 + "B", "A" * 149 + "C"),
        ("New clients of the north " * 5 + "one", "New clients of the north " * 5 + "two"),
        ("New clients of the north " * 6, "New clients of the south " * 6),
    ],
)
def test_checklists_with_long_titles_are_told_apart_in_the_menu(titles: tuple[str, str]) -> None:
    of_title = [
        replace(FIT.checklist, id=f"c{n}", title={"en": each.strip()})
        for n, each in enumerate(titles)
    ]
    shown = replace(shown_at(0, {}, of_title[0]), offered=tuple(of_title))

    view = steps.step_view(shown, Texts("en"))

    (menu,) = [each for each in view["blocks"] if each.get("block_id") == "checklist"]
    options = menu["element"]["options"]
    whole = [f"{each['text']['text']}{each['description']['text']}" for each in options]
    assert [each.replace(" ", "") for each in whole] == [each.replace(" ", "") for each in titles]
    assert list(view_problems(view)) == []


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
