"""What is over when its day is over, although nobody ended it; and whom an entry speaks of."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts, end
from bot.domain.decisions.history import HistoryEntry, Lapse, Lapsed, lapses
from bot.domain.nudges import Look, next_look
from bot.domain.overrides import close, lapse, take_effect
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, NudgeRecord, Prospect, ProspectCondition
from tests.domain.figures.timeline import ANNA, BEN, CALENDAR, screened, wish
from tests.domain.test_overrides import ASKED, FIRE, HOMEWORK, KILL, NO_OFFER, NOW, STANDING

LATER = datetime(2026, 12, 16, 8, tzinfo=UTC)
VISIT = ProspectCondition("a visit", date(2026, 12, 10))
TWO = screened(Verdict.PURSUE, date(2026, 12, 3), conditions=(HOMEWORK, VISIT))
MET = replace(FIRE, conditions=(replace(HOMEWORK, met_at=NOW, met_by=ANNA),))
BOUND_PROBLEM = screened(Verdict.PROBLEM, date(2026, 12, 3), conditions=(HOMEWORK,))
ANSWERED_LATE = date(2026, 12, 9)
WALKED_AWAY = Decision(Action.WALK_AWAY, BEN, NOW)
TOUCHED = acts.touched(ASKED.overrides)


@pytest.mark.parametrize(
    ("prospect", "last_day", "what", "words"),
    [
        (FIRE, HOMEWORK.due, Lapsed.CONDITION, "last year's figures"),
        (TWO, HOMEWORK.due, Lapsed.CONDITION, "last year's figures"),
        (ASKED, ANSWERED_LATE, Lapsed.REQUEST, None),
        (STANDING, KILL, Lapsed.OVERRIDE, "no signed offer by then"),
        (take_effect(FIRE, wish(NOW, KILL)), KILL, Lapsed.OVERRIDE, "no signed offer by then"),
    ],
)
def test_each_thing_is_over_at_the_end_of_its_last_day(
    prospect: Prospect, last_day: date, what: Lapsed, words: str | None
) -> None:
    next_day = date.fromordinal(last_day.toordinal() + 1)

    assert list(lapses(prospect, last_day, LATER)) == []
    (over,) = lapses(prospect, next_day, LATER)
    assert (over.what, over.day, over.at, over.words) == (what, last_day, LATER, words)
    assert (over.asked_by is None) == (what is Lapsed.CONDITION)


def test_it_names_what_it_is_about() -> None:
    (condition,) = lapses(FIRE, date(2026, 12, 16), LATER)
    (request,) = lapses(ASKED, date(2026, 12, 16), LATER)

    assert condition.about == f"{FIRE.qualification_id}:2026-12-08"
    assert request == Lapse(
        ASKED.id, Lapsed.REQUEST, "o1", ANSWERED_LATE, LATER, ASKED.overrides[0].asked_by
    )


def test_conditions_of_a_day_lapse_together_and_those_of_another_by_themselves() -> None:
    talk = ProspectCondition("a talk", VISIT.due)
    three = screened(Verdict.PURSUE, date(2026, 12, 3), conditions=(talk, HOMEWORK, VISIT))

    over = list(lapses(three, date(2026, 12, 16), LATER))

    assert [(each.about, each.day, each.words) for each in over] == [
        ("q:2026-12-08", HOMEWORK.due, "last year's figures"),
        ("q:2026-12-10", VISIT.due, "a talk; a visit"),
    ]


def test_the_clock_looks_again_when_a_later_condition_lapses() -> None:
    assert next_look(TWO, CALENDAR, date(2026, 12, 9)) == Look(date(2026, 12, 9))
    held = replace(TWO, nudge_record=NudgeRecord(nudges=1, last_on=date(2026, 12, 9)))

    assert next_look(held, CALENDAR, date(2026, 12, 9)) == Look(date(2026, 12, 11), is_lapse=True)
    assert next_look(held, CALENDAR, date(2026, 12, 11)) == Look(date(2026, 12, 16))


@pytest.mark.parametrize(
    "prospect",
    [
        NO_OFFER,
        BOUND_PROBLEM,
        MET,
        replace(MET, overrides=take_effect(FIRE, wish(NOW, KILL)).overrides),  # of before
        end(FIRE, WALKED_AWAY),
        end(ASKED, WALKED_AWAY),
        end(STANDING, WALKED_AWAY),
        close(STANDING, now=NOW),
        lapse(ASKED, now=NOW),
    ],
)
def test_what_was_ended_or_met_or_is_a_problem_anyway_does_not_lapse(prospect: Prospect) -> None:
    assert list(lapses(prospect, date(2026, 12, 31), LATER)) == []


def test_an_entry_speaks_of_who_did_it_and_of_everybody_it_names() -> None:
    decider, new, (override, *_) = MemberId("U0DECIDER"), MemberId("U0NEW"), ASKED.overrides
    screened = acts.ScreenedAgain(ASKED.qualification_id, Verdict.PURSUE, new, overrides=TOUCHED)
    named: dict[acts.Act, set[MemberId]] = {
        acts.Undone(Action.LOST, decider, overrides=TOUCHED): {decider, override.asked_by},
        screened: {new, override.asked_by},
        acts.WalkedAway(overrides=TOUCHED): {override.asked_by},
        acts.OverrideApproved(override.id, override.asked_by): {override.asked_by},
        acts.OverrideDenied(override.id, override.asked_by, "No."): {override.asked_by},
        acts.OwnerChanged(decider, new): {new},
        acts.Won(NOW.date()): set(),
        acts.Chased(1): set(),
    }

    for act, members in named.items():
        assert HistoryEntry(ASKED.id, act, BEN, NOW, 3).members == {BEN, *members}


def test_an_act_knows_which_overrides_it_touched_and_whether_they_waited() -> None:
    (asked,) = ASKED.overrides
    (standing,) = STANDING.overrides

    assert acts.touched((asked, standing)) == (
        acts.TouchedOverride(asked.id, asked.asked_by, was_asked=True),
        acts.TouchedOverride(standing.id, standing.asked_by, was_asked=False),
    )
    assert acts.touched(()) == ()


def test_each_action_that_changes_a_prospect_has_an_act_of_its_own() -> None:
    recorded = [kind.action for kind in get_args(acts.Act)]

    assert sorted([*recorded, Action.DECLINE_MESSAGE, Action.DETAILS]) == sorted(Action)
