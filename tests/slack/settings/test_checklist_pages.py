"""The modals about checklists as they look, which Slack takes."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Verdict
from bot.domain.errors import ChecklistProblem, ChecklistRefusal, ChecklistRefused, sentence
from bot.domain.figures.reports.backtest import Backtest, Move
from bot.domain.people import MemberId
from bot.domain.screening import ChecklistVersion, VersionId
from bot.domain.settings.checklists import (
    Adoptable,
    Adopted,
    ChecklistAct,
    NotedChecklistChange,
    change_of,
)
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.services.screening.preview import preview
from bot.slack.kit.blocks import Block
from bot.slack.payloads.candidates import CandidateRef, candidate_of
from bot.slack.settings import checklist_pages as pages
from bot.slack.settings.changes import checklists_history
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.checklists.own import OWN, retitled
from tests.checklists.test_broken_files import CASES, FIT_CASES, WHOLE, problems_of
from tests.checklists.test_broken_files import FIT as FIT_TEXT
from tests.checklists.test_other_checklists import FIT
from tests.slack import cases
from tests.slack.reading import words

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
SABINE = MemberId("U0SABINE")
OURS = checklists.default()
HOSTILE = replace(OWN, title={"en": cases.HOSTILE, "de": cases.HOSTILE}, languages=("en",))
REF = CandidateRef(file="F0FILE", version=FIT.checklist.version, seen="v2")
MOVES = (
    Move(Verdict.PURSUE, Verdict.PURSUE, 20, won=9, asked=8, answered=6, not_again=1),
    Move(Verdict.PURSUE, Verdict.WALK_AWAY, 7, won=6, asked=6, answered=6, not_again=5),
    Move(
        Verdict.PROBLEM,
        Verdict.PURSUE,
        4,
        won=1,
        walked_away=3,
        walk_aways_asked=3,
        walk_aways_answered=2,
    ),
)
PAST = Backtest(31, 3, MOVES)
NOTHING_JUDGED = Backtest(0, 0, ())


def adopted(checklist: Checklist, number: int = 1, *, default: bool = False) -> Adopted:
    version = ChecklistVersion(VersionId(f"v{number}"), number, checklist)
    by = None if default else SABINE
    return Adopted(version, is_default=default, is_shipped=default, at=AT, by=by)


def problems(n: int) -> list[ChecklistProblem]:
    path = "steps[0].questions[1].text.de"
    return [
        ChecklistProblem("checklist", line, path, sentence("<a> & `b`")) for line in range(1, n + 1)
    ]


@pytest.mark.parametrize(
    ("whole", "broken"), [(WHOLE, CASES), (FIT_TEXT, FIT_CASES)], ids=["small", "fit"]
)
def test_all_that_is_wrong_with_a_file_is_said_in_the_readers_language(
    whole: str, broken: Sequence[Mapping[str, Any]]
) -> None:
    for case in broken:
        for problem in problems_of(whole.replace(case["change"], case["into"])):
            english, german = (
                html.unescape(words(pages.upload_view(Texts(each), most=1, problems=[problem])))
                for each in ("en", "de")
            )
            assert str(problem.what) in english
            assert str(problem.what) not in german
            assert "Zeile" in german


def in_use(
    *found: Adopted,
    offered: tuple[Checklist, ...] = (),
    retired: Sequence[ChecklistVersion] = (),
) -> Callable[[Texts], Block]:
    screened = {OURS.id: 1200, OWN.id: 1}
    return partial(pages.checklists_view, found, screened, offered, retired, cases.BERLIN)


def candidate(
    adoptable: Adoptable, lived: Backtest, remembered: Backtest = NOTHING_JUDGED, **more: Any
) -> Callable[[Texts], Block]:
    return partial(pages.candidate_view, REF, adoptable, lived, remembered, cases.BERLIN, **more)


def step(at: int) -> Callable[[Texts], Block]:
    workspace = Workspace(WorkspaceId("T0"), Settings("C0VERDICTS", ("U0SABINE",), country="DE"))
    shown = preview(FIT.checklist, at, workspace=workspace, asker=SABINE, today=date(2026, 11, 30))
    assert shown is not None
    return partial(pages.step_view, REF, shown)


SHIPPED = tuple(filter(None, map(checklists.shipped, list(checklists.SHIPPED)[1:])))
SAME = ChecklistRefused(ChecklistRefusal.SAME, OURS.id)
UPLOAD: Callable[..., Block] = partial(pages.upload_view, most=256_000)

MODALS: Mapping[str, Callable[[Texts], Block]] = {
    "checklists.at_first": in_use(adopted(OURS, default=True), offered=SHIPPED),
    "checklists.several": in_use(adopted(OURS, default=True), adopted(OWN, 3)),
    "checklists.longest": in_use(
        adopted(OURS, default=True),
        *(adopted(retitled(OWN, "x" * 150, f"own-{n}"), n) for n in range(2, 11)),
        offered=SHIPPED,
        retired=[adopted(retitled(OWN, "y" * 150, f"old-{n}")).version for n in range(41)],
    ),
    "checklists.retired": in_use(adopted(OURS, default=True), retired=[adopted(OWN, 3).version]),
    "checklists.hostile": in_use(adopted(HOSTILE), retired=[adopted(HOSTILE).version]),
    "checklist_upload.ordinary": UPLOAD,
    "checklist_upload.without_scope": partial(UPLOAD, may_fetch=False),
    "checklist_upload.problems": partial(
        UPLOAD, note="*ours.yaml* can't be adopted yet.", problems=problems(2), picked="F0"
    ),
    "checklist_upload.longest": partial(UPLOAD, problems=problems(31), picked="F0"),
    "checklist_upload.checking": pages.checking_view,
    "checklist_candidate.new": candidate(
        Adoptable(FIT.checklist, None, None), PAST, Backtest(6, 0, MOVES[1:2])
    ),
    "checklist_candidate.empty": candidate(Adoptable(FIT.checklist, None, None), NOTHING_JUDGED),
    "checklist_candidate.next": candidate(
        Adoptable(OWN, adopted(OWN, 2), None), Backtest(3, 0, MOVES[:1]), warnings=problems(1)
    ),
    "checklist_candidate.default": candidate(
        Adoptable(OURS, adopted(OURS, default=True), SAME), PAST, note="You use it."
    ),
    "checklist_candidate.hostile": candidate(Adoptable(HOSTILE, None, None), PAST),
    "checklist_candidate.done": partial(pages.sentence_view, "“Fit” is in use now."),
    "checklist_step.many_options": step(0),
    "checklist_step.numbers": step(1),
    "checklist_step.evidence": step(2),
    "checklist_history.changes": partial(
        checklists_history,
        [
            NotedChecklistChange(change_of(ChecklistAct.ADOPTED, adopted(OWN).version), SABINE, AT),
            NotedChecklistChange(change_of(ChecklistAct.RENEWED, adopted(OURS).version), None, AT),
        ],
        cases.BERLIN,
    ),
    "checklist_history.empty": partial(checklists_history, [], cases.BERLIN),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("modal", MODALS)
def test_modal_looks_as_it_did_and_slack_takes_it(
    modal: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MODALS[modal](texts=Texts(language))  # type: ignore[call-arg]

    assert list(view_problems(drawn)) == []
    golden(f"{modal}.{language}", drawn)


def test_a_step_of_the_preview_tells_nobody_what_is_entered_and_knows_where_it_is() -> None:
    drawn = step(1)(texts=Texts("en"))  # type: ignore[call-arg]

    assert not [block for block in drawn["blocks"] if "dispatch_action" in block]
    assert candidate_of(drawn) == (REF, 2)


def test_a_checklist_in_use_cannot_be_made_the_default_again() -> None:
    adoptable = Adoptable(OWN, adopted(OURS, default=True), None)
    drawn = candidate(adoptable, PAST)(texts=Texts("en"))  # type: ignore[call-arg]

    assert not [block for block in drawn["blocks"] if block["type"] == "input"]
