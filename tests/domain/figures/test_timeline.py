"""A history, entry by entry, and the timeline that the figures get of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot import checklists
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.figures.timeline import (
    Ended,
    Fulfilled,
    Happening,
    JudgedQualification,
    Overridden,
    OwnerChange,
    Reopened,
    Screening,
    Timeline,
    timeline_of,
)
from bot.domain.outcomes.outcome import (
    Ending,
    HowTaken,
    Outcome,
    OutcomeAnswer,
    OutcomeQuestion,
    Regret,
)
from bot.domain.people import Action, MemberId
from bot.domain.prospects import (
    EndedBy,
    Fear,
    Grounds,
    OverrideId,
    ProspectId,
    QualificationId,
    Stage,
)

ANNA, BEN = MemberId("U0ANNA"), MemberId("U0BEN")
ZONES = {ANNA: ZoneInfo("Europe/Berlin"), BEN: ZoneInfo("America/New_York")}
PROSPECT = ProspectId("p")
THIRD = date(2026, 12, 3)
KILL = date(2026, 12, 15)
ANSWERS = {"offer": "vague", "willing": "yes", "able": "unknown", "fire": "unknown"}
JUDGED = {
    "q1": JudgedQualification(
        ANNA, Verdict.WALK_AWAY, "no_offer", {"offer": "none"}, checklists.default()
    ),
    "q3": JudgedQualification(ANNA, Verdict.PURSUE, "fire", ANSWERS, checklists.default()),
    "q2": JudgedQualification(
        BEN, Verdict.PROBLEM, "exception_untested", ANSWERS, checklists.default()
    ),
}
FIRST = Screening(
    THIRD,
    Verdict.WALK_AWAY,
    "no_offer",
    {"offer": "none"},
    owner=ANNA,
    checklist="walk-away",
)

Step = tuple[acts.Act, str]


def told(*steps: Step, questions: Sequence[OutcomeQuestion] = ()) -> Timeline:
    entries = [
        HistoryEntry(
            PROSPECT,
            act,
            ANNA,
            datetime.fromisoformat(f"2026-{at}").replace(tzinfo=UTC),
            n,
        )
        for n, (act, at) in enumerate([SCREENED, *steps], start=1)
    ]
    return timeline_of(PROSPECT, ANNA, THIRD, entries, JUDGED, ZONES.__getitem__, questions)


def override(
    override_id: str, fear: Fear, *, waits: bool, alone: int | None = None
) -> acts.OverrideAsked:
    grounds = Grounds(fear, "They pay well.", "no signed offer by then", KILL)
    return acts.OverrideAsked(OverrideId(override_id), grounds, waits, alone)


def screened_again(qualification: str, at: str) -> Step:
    verdict = JUDGED[qualification].verdict
    return acts.ScreenedAgain(QualificationId(qualification), verdict), at


SCREENED: Step = (acts.Screened(QualificationId("q1"), Verdict.WALK_AWAY), "12-03T10:00")
OVERRIDDEN: Step = (override("o1", Fear.REPUTATION, waits=False), "12-04T10:00")
ALONE: Step = (override("o1", Fear.REPUTATION, waits=False, alone=2), "12-04T10:00")
ASKED: Step = (override("o2", Fear.NEW_FACT, waits=True), "12-04T10:00")
APPROVED: Step = (acts.OverrideApproved(OverrideId("o2"), ANNA), "12-07T10:00")
DENIED: Step = (acts.OverrideDenied(OverrideId("o2"), ANNA, "No."), "12-07T10:00")
WON: Step = (acts.Won(date(2026, 12, 8)), "12-10T10:00")
GIVEN: Step = (acts.OwnerChanged(ANNA, BEN), "12-04T10:00")
MET: Step = (acts.ConditionMet("the figures"), "12-09T10:00")
LEFT_AT_NIGHT: Step = (acts.WalkedAway(), "12-08T01:00")
"""In the night of Berlin; in New York it is still the day before."""


@pytest.mark.parametrize(
    ("steps", "happenings"),
    [
        ((), ()),
        ((OVERRIDDEN,), (Overridden(date(2026, 12, 4), "reputation", KILL),)),
        ((ALONE,), (Overridden(date(2026, 12, 4), "reputation", KILL, alone=2),)),
        ((ASKED,), ()),
        ((ASKED, APPROVED), (Overridden(date(2026, 12, 7), "new_fact", KILL),)),
        ((ASKED, DENIED), ()),
        (
            (OVERRIDDEN, WON),
            (
                Overridden(date(2026, 12, 4), "reputation", KILL),
                Ended(date(2026, 12, 8), Stage.WON, noted=date(2026, 12, 10)),
            ),
        ),
        ((LEFT_AT_NIGHT,), (Ended(date(2026, 12, 8), Stage.WALKED_AWAY),)),
        (
            (GIVEN, LEFT_AT_NIGHT),
            (
                OwnerChange(date(2026, 12, 4), BEN),
                Ended(date(2026, 12, 7), Stage.WALKED_AWAY),
            ),
        ),
        (
            ((acts.ClientEnded(date(2026, 12, 8), EndedBy.US), "12-09T10:00"),),
            (Ended(date(2026, 12, 8), Stage.ENDED, EndedBy.US, date(2026, 12, 9)),),
        ),
        (
            ((acts.Lost(EndedBy.THEM), "12-04T10:00"),),
            (Ended(date(2026, 12, 4), Stage.LOST, EndedBy.THEM),),
        ),
        (
            ((acts.Lost(), "12-04T10:00"), (acts.Undone(Action.LOST), "12-07T10:00")),
            (Ended(date(2026, 12, 4), Stage.LOST), Reopened(date(2026, 12, 7))),
        ),
        (((acts.Chased(1), "12-04T10:00"),), ()),
        ((MET,), ()),  # on a walk away or a problem it moves no override
        (((acts.SignOfLife(), "12-04T10:00"), (acts.Snoozed(1, THIRD), "12-05T10:00")), ()),
    ],
)
def test_a_history_becomes_what_the_figures_count(
    steps: tuple[Step, ...], happenings: tuple[Happening, ...]
) -> None:
    assert told(*steps).history == (FIRST, *happenings)


def test_screening_again_is_told_with_its_own_owner_and_what_they_could_not_tell() -> None:
    timeline = told(screened_again("q2", "12-08T01:00"))

    again = timeline.screenings[1]
    assert again == Screening(
        date(2026, 12, 7),
        Verdict.PROBLEM,
        "exception_untested",
        ANSWERS,
        unknown=2,
        could_be_unknown=3,
        owner=BEN,
        checklist="walk-away",
    )


def test_the_condition_of_a_pursue_that_is_met_is_told() -> None:
    again = screened_again("q3", "12-08T10:00")

    assert told(again, MET).history[2:] == (Fulfilled(date(2026, 12, 9)),)
    assert told(again, MET, screened_again("q2", "12-10T10:00"), MET).history[4:] == ()


def test_a_story_knows_what_its_owner_then_answered_and_what_a_second_judge() -> None:
    """Ben owned it when it was asked; Anna, who owned it before, is a second judge."""
    answers = (
        OutcomeAnswer(Regret.NO, BEN, datetime(2027, 1, 8, tzinfo=UTC)),
        OutcomeAnswer(Regret.YES, ANNA, datetime(2027, 1, 9, tzinfo=UTC)),
        OutcomeAnswer(HowTaken.BADLY, ANNA, datetime(2027, 1, 9, tzinfo=UTC)),
    )
    question = OutcomeQuestion(PROSPECT, Ending.WALKED_AWAY, date(2026, 12, 7), 30, answers=answers)

    asked = told(GIVEN, LEFT_AT_NIGHT, questions=[question]).asked[0]

    assert (asked.own, asked.is_asked) == (Outcome(regret=Regret.NO), True)
    assert asked.second == Outcome(regret=Regret.YES, taken=HowTaken.BADLY)
    assert asked.outcome == Outcome(regret=Regret.NO, taken=HowTaken.BADLY)


def test_a_story_knows_who_owned_its_prospect_when() -> None:
    timeline = told(GIVEN)

    assert [timeline.owner_on(date(2026, 12, day)) for day in (3, 4, 5)] == [ANNA, BEN, BEN]
    assert timeline.owners == {ANNA, BEN}
