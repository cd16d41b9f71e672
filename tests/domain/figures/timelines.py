"""Timelines as one would tell them: `tell(screened("12-03"), left("12-08"))`.

Days are written as month and day: December is that of 2026, everything else is in 2027.
"""

from datetime import date, timedelta

from hypothesis import strategies as st

from bot.domain.calendar import working_calendar
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.figures.timeline import (
    Ended,
    Fulfilled,
    Happening,
    Overridden,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.outcomes.outcome import NO_ANSWER, Again, Hours, Outcome, Paid, Regret
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId, Stage

CALENDAR = working_calendar("DE-BE")
ANNA, BEN = MemberId("U0ANNA"), MemberId("U0BEN")
FEARS = ("no_other_client", "reputation", "nobody_left", "not_for_us", "new_fact")
LONG_AFTER = date(2027, 12, 1)
PURSUE, PROBLEM, WALK_AWAY = Verdict.PURSUE, Verdict.PROBLEM, Verdict.WALK_AWAY


def day(text: str) -> date:
    return date.fromisoformat(f"{2026 if text.startswith('12') else 2027}-{text}")


def screened(
    on: str, verdict: Verdict = WALK_AWAY, answers: Answers | None = None, rule: str = "many_signs"
) -> Screening:
    return Screening(day(on), verdict, rule, answers or {})


def overridden(on: str, fear: str = "reputation", until: str = "02-01") -> Overridden:
    return Overridden(day(on), fear, day(until))


def met(on: str) -> Fulfilled:
    return Fulfilled(day(on))


def left(on: str) -> Ended:
    return Ended(day(on), Stage.WALKED_AWAY)


def won(on: str) -> Ended:
    return Ended(day(on), Stage.WON)


def lost(on: str) -> Ended:
    return Ended(day(on), Stage.LOST)


def undone(on: str) -> Reopened:
    return Reopened(day(on))


def tell(
    *history: Happening,
    contact: str = "12-01",
    owner: MemberId = ANNA,
    outcome: Outcome = NO_ANSWER,
) -> Timeline:
    return Timeline(ProspectId("p"), owner, day(contact), history, outcome)


VERDICTS = st.sampled_from(Verdict)
RULES = st.sampled_from(["no_offer", "some_signs", "good_fit"])


@st.composite
def happenings(draw: st.DrawFn, on: date) -> Happening:
    kind = draw(st.sampled_from([Screening, Overridden, Fulfilled, Ended, Reopened]))
    if kind is Screening:
        return Screening(on, draw(VERDICTS), draw(RULES), {}, draw(st.integers(0, 1)), 1)
    if kind is Overridden:
        until = on + timedelta(days=draw(st.integers(0, 20)))
        return Overridden(on, draw(st.sampled_from(FEARS)), until)
    if kind is Ended:
        return Ended(on, draw(st.sampled_from([Stage.WALKED_AWAY, Stage.WON, Stage.LOST])))
    return Fulfilled(on) if kind is Fulfilled else Reopened(on)


OUTCOMES = st.builds(
    Outcome,
    st.none() | st.sampled_from(Paid),
    st.none() | st.sampled_from(Hours),
    st.none() | st.sampled_from(Again),
    st.none() | st.sampled_from(Regret),
)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Whatever can be written down, also what the actions of a member would not allow."""
    contact = on = day("12-01")
    history: list[Happening] = [Screening(on, draw(VERDICTS), draw(RULES))]
    for gap in draw(st.lists(st.integers(0, 9), max_size=8)):
        on += timedelta(days=gap)
        history.append(draw(happenings(on)))
    owner = draw(st.sampled_from([ANNA, BEN]))
    return Timeline(ProspectId("p"), owner, contact, tuple(history), draw(OUTCOMES))
