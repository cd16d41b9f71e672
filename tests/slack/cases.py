"""Prospects to draw: an ordinary one, the longest, an empty one, a hostile one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.checklists import default
from bot.domain.calendar import WorkingTime, working_calendar
from bot.domain.checklist.answers import read_answers
from bot.domain.checklist.model import Checklist, Kind, asked_in, progress
from bot.domain.checklist.verdict import assess
from bot.domain.decisions import acts, end, meet_conditions, screen
from bot.domain.decisions.history import HistoryEntry
from bot.domain.overrides import approve, ask, deny, take_effect
from bot.domain.people import Action, MemberId
from bot.domain.prospects import (
    Decision,
    EndedBy,
    Fear,
    Grounds,
    Override,
    OverrideId,
    Prospect,
    ProspectFacts,
    ProspectId,
    QualificationId,
)
from bot.domain.read_models import Brief, Overview
from bot.domain.screening import (
    ChecklistVersion,
    Draft,
    DraftId,
    Qualification,
    StepRef,
    StepShown,
    VersionId,
)
from bot.domain.workspace import Settings, Workspace, WorkspaceId

OVERRIDE = OverrideId("o1")
BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = working_calendar("DE-BE")
WORKING = WorkingTime(CALENDAR, BERLIN)
TODAY = date(2026, 12, 1)
KILL = date(2026, 12, 15)
NOW = datetime(2026, 12, 1, 9, 4, tzinfo=UTC)
KEPT = datetime(2026, 11, 30, 15, 20, tzinfo=UTC)
LATER = datetime(2026, 12, 7, 14, 30, tzinfo=UTC)
ANNA = MemberId("U0ANNA")
BEN = MemberId("U0BEN")
SABINE = MemberId("U0SABINE")
NAMES: dict[str, str] = {ANNA: "Anna Nowak", BEN: "Ben Öztürk", SABINE: "Sabine Vogt"}
HOSTILE = "<!channel> <@U1> & <https://x.example|hi> \u202eשלום عليكم\u202c 👩🏽‍🚀 *_~`\u200b"
LONGEST = "Größte Bäckerei der Welt & Söhne, Brot, Brötchen, Kuchen und Torten seit 1899 GmbH"[:80]

GOOD: Mapping[str, object] = {
    "offer": "clear",
    "numbers": "ready",
    "numbers_given": "2 million revenue, 14 % margin, 40 leads a month",
    "value": "at_once",
    "signs": ["haggles"],
    "margin": "healthy",
    "niche": "inside",
}
NOT_SHOWN = {**GOOD, "value": "not_shown", "niche": "outside"}
TALKED_INTO = {**GOOD, "value": "talked_into", "signs": ["haggles", "drains", "reschedules"]}
FIRE = {
    "offer": "vague",
    "numbers": "partly",
    "willing": "yes",
    "able": "yes",
    "fire": "yes",
    "homework": "Revenue and leads of the last three months",
    "homework_due": "2026-12-08",
    "value": "at_once",
    "margin": "thin",
}
NO_OFFER = {"offer": "none"}


@dataclass(frozen=True)
class Case:
    """What goes into a overview."""

    answers: Mapping[str, object]
    name: str = "Acme GmbH"
    value: Decimal | None = Decimal(12000)
    sentence: str | None = None


CASES = {
    "ordinary": Case(NOT_SHOWN),
    "longest": Case(
        {**FIRE, "homework": "Wörter " * 428, "signs": ["haggles", "drains"], "niche": "outside"},
        name=LONGEST,
        value=Decimal("999999999999.99"),
        sentence="Gründe " * 71,
    ),
    "empty": Case(NO_OFFER, name="A", value=None),
    "hostile": Case({**FIRE, "homework": HOSTILE}, name=HOSTILE[:80], sentence=HOSTILE),
}


def overview(case: Case, *, checklist: Checklist | None = None) -> Overview:
    """Screen a prospect as the use case does."""
    checklist = checklist or default()
    facts = ProspectFacts(case.name, ANNA, date(2026, 11, 24), case.value)
    answers = read_answers(checklist, case.answers, today=TODAY, calendar=CALENDAR)
    assessment = assess(checklist, answers, on=TODAY, calendar=CALENDAR)
    prospect = screen(
        ProspectId("p1"),
        facts,
        assessment,
        qualification_id=QualificationId("q1"),
        now=NOW,
        working=WorkingTime(CALENDAR, BERLIN),
    )
    qualification = Qualification(
        id=QualificationId("q1"),
        prospect_id=prospect.id,
        draft_id=DraftId("d1"),
        version_id=VersionId("v1"),
        member_id=BEN,
        at=NOW,
        verdict=assessment.verdict,
        decide_within=assessment.decide_within,
        answers=assessment.answers,
        reasons=tuple(reason.rule for reason in assessment.reasons),
        facts=facts,
        conditions=tuple((each.what, each.due) for each in assessment.conditions),
    )
    settings = Settings("C0VERDICTS", country="DE-BE", zone=BERLIN)
    version = ChecklistVersion(VersionId("v1"), 3, checklist)
    act = acts.Screened(qualification.id, assessment.verdict)
    entry = HistoryEntry(prospect.id, act, BEN, NOW, 1)
    workspace = Workspace(WorkspaceId("T0"), settings, frozenset({SABINE}))
    return Overview(workspace, prospect, qualification, version, TODAY, (entry,), NAMES)


def brief(case: Case) -> Brief:
    """What a line about the prospect says of its verdict."""
    made = overview(case)
    rule = made.version.checklist.rule(made.qualification.reasons[0])
    return Brief(rule.sentence, rule.settle, made.value, "https://sandbox.example/archives/C0/p1")


def ended(made: Overview, action: Action, sentence: str | None = None) -> Overview:
    """End the prospect of an overview; it can be undone until the working day after."""
    decision = Decision(
        action,
        SABINE,
        LATER,
        day=date(2026, 12, 4) if action in {Action.WON, Action.END_CLIENT} else None,
        ended_by=EndedBy.THEM if action in {Action.LOST, Action.END_CLIENT} else None,
        sentence=sentence,
    )
    last = WORKING.calendar.next_working_day(WORKING.today(LATER))
    return replace(made, prospect=end(made.prospect, decision), undo_by=last)


def met(made: Overview, brought: str) -> Overview:
    """Meet the conditions of a overview."""
    prospect = meet_conditions(made.prospect, brought=brought, by=ANNA, now=LATER, working=WORKING)
    return replace(made, prospect=prospect)


def _wish(words: str | None) -> Override:
    grounds = Grounds(
        fear=Fear.NO_OTHER_CLIENT if words is None else Fear.NEW_FACT,
        reason=words or "They pay well.",
        kill_criterion=words or "no signed offer by then",
        kill_on=KILL,
        new_fact=words,
    )
    return Override(OVERRIDE, grounds, ANNA, NOW)


def _entry(made: Overview, act: acts.Act, by: MemberId) -> Overview:
    entry = HistoryEntry(made.prospect.id, act, by, LATER, made.prospect.revision)
    return replace(made, history=(*made.history, entry))


def asked(made: Overview, words: str | None = None) -> Overview:
    """Let Anna ask for an override, in these words."""
    prospect = ask(made.prospect, _wish(words), today=TODAY, calendar=CALENDAR)
    return _overridden(replace(made, prospect=prospect), waits=True)


def overridden(made: Overview, words: str | None = None) -> Overview:
    """Let Anna override the verdict, in these words."""
    return _overridden(
        replace(made, prospect=take_effect(made.prospect, _wish(words))), waits=False
    )


def approved(made: Overview) -> Overview:
    """Let Sabine approve what is asked for."""
    prospect = approve(made.prospect, by=SABINE, now=LATER, today=TODAY)
    return _entry(replace(made, prospect=prospect), acts.OverrideApproved(OVERRIDE, ANNA), SABINE)


def denied(made: Overview, refusal: str) -> Overview:
    """Let Sabine deny what is asked for."""
    prospect = deny(made.prospect, refusal, by=SABINE, now=LATER, working=WORKING)
    act = acts.OverrideDenied(OVERRIDE, ANNA, refusal)
    return _entry(replace(made, prospect=prospect), act, SABINE)


def _overridden(made: Overview, *, waits: bool) -> Overview:
    grounds = made.prospect.overrides[-1].grounds
    return _entry(made, acts.OverrideAsked(OVERRIDE, grounds, waits), ANNA)


def screened_again(first: Overview, answers: Mapping[str, object]) -> tuple[Overview, Overview]:
    """Screen the prospect of a overview again: the dossiers of the old and the new card."""
    case = Case(answers, first.qualification.facts.name)
    second = overview(case)
    newer = replace(
        second.qualification,
        id=QualificationId("q2"),
        at=LATER,
        member_id=ANNA,
        before=first.qualification.id,
    )
    prospect: Prospect = replace(second.prospect, qualification_id=newer.id, revision=2)
    new = replace(second, qualification=newer, prospect=prospect, before=first.qualification)
    return replace(first, prospect=prospect, after=newer), new


def draft(name: str, number: int = 1) -> Draft:
    """Begin a screening, and leave it after the first step."""
    facts = ProspectFacts(name, ANNA, TODAY)
    return Draft(DraftId(f"d{number}"), ANNA, VersionId("v1"), facts, KEPT, step=1)


def step(case: Case, index: int, *, prefilled: bool = True, again: bool = False) -> StepShown:
    """Show a step of the modal as the use case does."""
    checklist = default()
    known: dict[str, Any] = dict(case.answers)
    answers = read_answers(checklist, case.answers, today=TODAY, calendar=CALENDAR)
    questions = asked_in(checklist.steps[index], answers)
    dates = {
        each.id: (date(2026, 12, 8), date(2026, 12, 15))
        for each in questions
        if each.kind is Kind.DATE
    }
    return StepShown(
        ref=StepRef(
            DraftId("d1"),
            VersionId("v1"),
            index,
            joins=True,
            prospect_id=ProspectId("p1") if again else None,
        ),
        version=ChecklistVersion(VersionId("v1"), 3, checklist),
        position=progress(checklist, index, answers),
        questions=questions,
        today=TODAY,
        currency="EUR",
        facts=ProspectFacts(case.name, ANNA, TODAY, case.value),
        answers=known if prefilled else {},
        dates=dates,
    )
