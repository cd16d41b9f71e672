"""A history, entry by entry, and the timeline that the figures get of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import checklists
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.history import HistoryEntry
from bot.domain.figures.timeline import (
    ConditionMet,
    Ended,
    Happening,
    Judged,
    Overridden,
    Screened,
    Timeline,
    Undone,
    timeline_of,
)
from bot.domain.outcomes.outcome import Outcome, Regret
from bot.domain.people import Action, MemberId
from bot.domain.prospects import ProspectId, Stage

ANNA, BEN = MemberId("U0ANNA"), MemberId("U0BEN")
ZONES = {ANNA: ZoneInfo("Europe/Berlin"), BEN: ZoneInfo("America/New_York")}
PROSPECT = ProspectId("p")
THIRD = date(2026, 12, 3)
KILL = date(2026, 12, 15)
ANSWERS = {"offer": "vague", "willing": "yes", "able": "unknown", "fire": "unknown"}
JUDGED = {
    "q1": Judged(ANNA, Verdict.WALK_AWAY, "no_offer", {"offer": "none"}, checklists.default()),
    "q3": Judged(ANNA, Verdict.PURSUE, "fire", ANSWERS, checklists.default()),
    "q2": Judged(BEN, Verdict.PROBLEM, "exception_untested", ANSWERS, checklists.default()),
}
FIRST = Screened(THIRD, Verdict.WALK_AWAY, "no_offer", {"offer": "none"})

Step = tuple[Action, str, Mapping[str, Any]]


def told(*steps: Step, outcome: Outcome = Outcome()) -> Timeline:  # noqa: B008 - it never changes
    entries = [
        HistoryEntry(
            PROSPECT,
            action,
            ANNA,
            datetime.fromisoformat(f"2026-{at}").replace(tzinfo=UTC),
            n,
            said,
        )
        for n, (action, at, said) in enumerate([SCREENED, *steps], start=1)
    ]
    return timeline_of(PROSPECT, ANNA, THIRD, entries, JUDGED, ZONES.__getitem__, outcome)


SCREENED: Step = (Action.QUALIFY, "12-03T10:00", {"qualification": "q1"})
OVERRIDDEN: Step = (
    Action.OVERRIDE,
    "12-04T10:00",
    {"override": "o1", "fear": "reputation", "kill_on": "2026-12-15", "waits": False},
)
ASKED: Step = (
    Action.OVERRIDE,
    "12-04T10:00",
    {"override": "o2", "fear": "new_fact", "kill_on": "2026-12-15", "waits": True},
)
APPROVED: Step = (Action.APPROVE_OVERRIDE, "12-07T10:00", {"override": "o2"})
DENIED: Step = (Action.DENY_OVERRIDE, "12-07T10:00", {"override": "o2", "sentence": "No."})
WON: Step = (Action.WON, "12-10T10:00", {"day": "2026-12-08"})
GIVEN: Step = (Action.HAND_OVER, "12-04T10:00", {"from": ANNA, "to": BEN})
MET: Step = (Action.CONDITION_MET, "12-09T10:00", {"brought": "the figures"})
LEFT_AT_NIGHT: Step = (Action.WALK_AWAY, "12-08T01:00", {})
"""In the night of Berlin; in New York it is still the day before."""


@pytest.mark.parametrize(
    ("steps", "happenings"),
    [
        ((), ()),
        ((OVERRIDDEN,), (Overridden(date(2026, 12, 4), "reputation", KILL),)),
        ((ASKED,), ()),
        ((ASKED, APPROVED), (Overridden(date(2026, 12, 7), "new_fact", KILL),)),
        ((ASKED, DENIED), ()),
        (
            (OVERRIDDEN, WON),
            (
                Overridden(date(2026, 12, 4), "reputation", KILL),
                Ended(date(2026, 12, 8), Stage.WON),
            ),
        ),
        ((LEFT_AT_NIGHT,), (Ended(date(2026, 12, 8), Stage.WALKED_AWAY),)),
        ((GIVEN, LEFT_AT_NIGHT), (Ended(date(2026, 12, 7), Stage.WALKED_AWAY),)),
        (
            ((Action.LOST, "12-04T10:00", {}), (Action.UNDO, "12-07T10:00", {"undone": "lost"})),
            (Ended(date(2026, 12, 4), Stage.LOST), Undone(date(2026, 12, 7))),
        ),
        (((Action.CHASED, "12-04T10:00", {"chases": 1}),), ()),
        ((MET,), ()),  # on a walk away or a problem it moves no override
        (((Action.SIGN_OF_LIFE, "12-04T10:00", {}), (Action.SNOOZE, "12-05T10:00", {})), ()),
    ],
)
def test_a_history_becomes_what_the_figures_count(
    steps: tuple[Step, ...], happenings: tuple[Happening, ...]
) -> None:
    assert told(*steps).history == (FIRST, *happenings)


def test_screening_again_is_told_with_its_own_owner_and_what_they_could_not_tell() -> None:
    timeline = told((Action.REQUALIFY, "12-08T01:00", {"qualification": "q2"}))

    again = timeline.screenings[1]
    assert again == Screened(
        date(2026, 12, 7),
        Verdict.PROBLEM,
        "exception_untested",
        ANSWERS,
        unknown=2,
        could_be_unknown=3,
    )


def test_the_condition_of_a_pursue_that_is_met_is_told() -> None:
    again = (Action.REQUALIFY, "12-08T10:00", {"qualification": "q3"})

    assert told(again, MET).history[2:] == (ConditionMet(date(2026, 12, 9)),)
    assert (
        told(again, MET, (Action.REQUALIFY, "12-10T10:00", {"qualification": "q2"}), MET).history[
            4:
        ]
        == ()
    )


def test_a_story_has_the_outcome_of_the_end_that_stands() -> None:
    sorry = Outcome(regret=Regret.YES)

    assert told(LEFT_AT_NIGHT, outcome=sorry).outcome == sorry
