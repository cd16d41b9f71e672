"""Timelines as one would tell them: `tell(screened("12-03"), left("12-08"))`.

Days are written as month and day: December is that of 2026, everything else is in 2027.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import strategies as st

from bot.domain.calendar import working_calendar
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.figures.scope import Scope
from bot.domain.figures.timeline import (
    Asked,
    Ended,
    Fulfilled,
    Happening,
    Overridden,
    OwnerChange,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.outcomes.outcome import (
    NO_ANSWER,
    Ending,
    Hours,
    Outcome,
    PaidAsAgreed,
    Regret,
    WouldTakeAgain,
)
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, ProspectId, Stage

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


def overridden(
    on: str, fear: str = "reputation", until: str = "02-01", alone: int | None = None
) -> Overridden:
    return Overridden(day(on), fear, day(until), alone)


def met(on: str) -> Fulfilled:
    return Fulfilled(day(on))


def left(on: str) -> Ended:
    return Ended(day(on), Stage.WALKED_AWAY)


def won(on: str) -> Ended:
    return Ended(day(on), Stage.WON)


def lost(on: str, by: EndedBy | None = None) -> Ended:
    return Ended(day(on), Stage.LOST, by)


def over(on: str) -> Ended:
    """The end of a client."""
    return Ended(day(on), Stage.ENDED, EndedBy.US)


def given(on: str, owner: MemberId) -> OwnerChange:
    return OwnerChange(day(on), owner)


def scope(today: date = LONG_AFTER, owner: MemberId | None = None) -> Scope:
    return Scope(today, CALENDAR, owner=owner)


def undone(on: str) -> Reopened:
    return Reopened(day(on))


def happened_since(timeline: Timeline, day: date) -> bool:
    """Tell whether anything happened to a prospect on a day or after it."""
    return any(
        (each.noted_on if isinstance(each, Ended) else each.on) >= day for each in timeline.history
    )


def tell(
    *history: Happening,
    contact: str = "12-01",
    owner: MemberId = ANNA,
    outcome: Outcome | None = None,
    late: Outcome | None = None,
    second: Outcome = NO_ANSWER,
) -> Timeline:
    """Tell it, with what was answered 30 days after its last win or walk-away, and after 90."""
    asked = tuple(_asked(history, outcome, 30, second)) + tuple(_asked(history, late, 90, second))
    return Timeline(ProspectId("p"), owner, day(contact), history, asked)


def _asked(
    history: tuple[Happening, ...], outcome: Outcome | None, after: int, second: Outcome
) -> Iterator[Asked]:
    endings = {each.value: each for each in Ending}
    ends = [each for each in history if isinstance(each, Ended) and each.stage in endings]
    if outcome is not None and ends:
        yield Asked(endings[ends[-1].stage], ends[-1].on, after, outcome, second)


VERDICTS = st.sampled_from(Verdict)
RULES = st.sampled_from(["no_offer", "some_signs", "good_fit"])


@st.composite
def happenings(draw: st.DrawFn, on: date) -> Happening:
    kind = draw(st.sampled_from([Screening, Overridden, Fulfilled, Ended, OwnerChange, Reopened]))
    if kind is Screening:
        return Screening(on, draw(VERDICTS), draw(RULES), {}, draw(st.integers(0, 1)), 1)
    if kind is Overridden:
        until = on + timedelta(days=draw(st.integers(0, 20)))
        return Overridden(on, draw(st.sampled_from(FEARS)), until)
    if kind is OwnerChange:
        return OwnerChange(on, draw(st.sampled_from([ANNA, BEN])))
    if kind is Ended:
        stage = draw(st.sampled_from([Stage.WALKED_AWAY, Stage.WON, Stage.LOST, Stage.ENDED]))
        return Ended(on, stage, draw(st.sampled_from([*EndedBy, None])))
    return Fulfilled(on) if kind is Fulfilled else Reopened(on)


OUTCOMES = st.builds(
    Outcome,
    st.none() | st.sampled_from(PaidAsAgreed),
    st.none() | st.sampled_from(Hours),
    st.none() | st.sampled_from(WouldTakeAgain),
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
    outcomes = draw(OUTCOMES), draw(OUTCOMES)
    asked = (
        *_asked(tuple(history), outcomes[0], 30, NO_ANSWER),
        *_asked(tuple(history), outcomes[1], 90, NO_ANSWER),
    )
    return Timeline(ProspectId("p"), owner, contact, tuple(history), asked)
