"""Whatever an owner does alone, a manager hears of what is undecided within the backstop."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.backstop import listed_on
from bot.domain.checklist.rules import Verdict
from bot.domain.checklist.verdict import Assessment, Condition
from bot.domain.decisions import (
    chase,
    check,
    check_today,
    end,
    hand_over,
    meet_conditions,
    note_sign_of_life,
    reopen,
    screen,
    snooze,
    snooze_choices,
)
from bot.domain.errors import DomainError
from bot.domain.nudges import Reader, nudged, nudges_due, pause_until
from bot.domain.overrides import take_effect
from bot.domain.people import Action, Role
from bot.domain.prospects import (
    Decision,
    Prospect,
    ProspectFacts,
    ProspectId,
    QualificationId,
    is_overridden,
    is_problem,
)
from tests.domain.figures.timeline import ANNA, BEN, CALENDAR, READERS, wish

BOSS = Reader(BEN, READERS[ANNA].working)
HELD = frozenset({Role.FULL_MEMBER, Role.OWNER, Role.DECIDER})
DAYS = 120
START = date(2026, 12, 1)
BACKSTOP, AGAIN, GOES_ON = 10, 10, 20
Move = Callable[["Life"], Prospect]


def judged(
    life: "Life", verdict: Verdict, within: int = 5, homework: int | None = None
) -> Prospect:
    due = () if homework is None else (Condition("it", life.today + timedelta(days=homework)),)
    decide_within = within if verdict is Verdict.PROBLEM else None
    assessment = Assessment(verdict, "rule", (), decide_within, due, {}, ())
    before = life.prospect
    return screen(
        ProspectId("p"),
        ProspectFacts("Acme", ANNA, START),
        assessment,
        qualification_id=QualificationId("q"),
        now=life.now,
        working=BOSS.working,
        before=before,
    )


@dataclass
class Life:
    """One prospect, its owner, and a manager who does nothing but read."""

    now: datetime = field(default_factory=lambda: datetime(2026, 12, 1, 8, tzinfo=UTC))
    prospect: Prospect | None = None
    owner: Reader = READERS[ANNA]
    heard: list[date] = field(default_factory=list)
    first_due: date | None = None
    """Reckoned here anew, as the contract says it."""
    decided_on: date | None = None

    @property
    def today(self) -> date:
        return BOSS.working.today(self.now)

    def act(self, action: Action, move: Move) -> None:
        """Let the owner do something, if they may."""
        before = self.prospect
        assert before is not None
        try:
            check(before, action, HELD, revision=None)
            check_today(before, action, self.today)
            after = move(self)
        except DomainError:
            return
        self.prospect = after
        self.reckon(action)

    def reckon(self, action: Action) -> None:
        """Keep since when it must be decided, without asking the code that is tried."""
        assert self.prospect is not None
        if action in {Action.WALK_AWAY, Action.LOST}:
            self.decided_on = self.today
        if action is Action.REQUALIFY and self.decided_on is not None:
            last = CALENDAR.add_working_days(self.decided_on, GOES_ON)
            self.first_due = None if self.today > last else self.first_due
        if action in {Action.REQUALIFY, Action.UNDO}:
            self.decided_on = None
        due = self.prospect.due
        if due is None:
            self.first_due = None
        elif self.first_due is None:
            self.first_due = due.on

    def pass_morning(self) -> None:
        """Let the clock come at nine: it nudges, and the manager reads what is listed."""
        self.now = self.now.replace(hour=8, minute=59) + timedelta(days=1)
        assert self.prospect is not None
        for prospect, nudge in nudges_due([self.prospect], self.owner, self.now):
            self.prospect = nudged(prospect, nudge, self.today)
        if not CALENDAR.is_working_day(self.today):
            return
        last = self.heard[-1] if self.heard else None
        wanted = listed_on(self.prospect, BOSS, last)
        if wanted is not None and wanted <= self.today:
            self.heard.append(self.today)
        self.check()

    def check(self) -> None:
        """Whatever must be decided is known to the manager, or not overdue for long."""
        prospect = self.prospect
        assert prospect is not None
        if not is_problem(prospect, self.today) or is_overridden(prospect, self.today):
            return
        assert self.first_due is not None
        backstop = CALENDAR.add_working_days(self.first_due, BACKSTOP)
        heard = [day for day in self.heard if day > backstop]
        is_known = heard and CALENDAR.add_working_days(heard[-1], AGAIN) > self.today
        assert is_known or self.today <= backstop, (prospect, self.heard)


def screening(verdict: Verdict, within: int, homework: int | None) -> Callable[[Life], None]:
    return lambda life: life.act(
        Action.REQUALIFY, lambda life: judged(life, verdict, within, homework)
    )


def given_away(life: Life) -> None:
    def move(life: Life) -> Prospect:
        return hand_over(_of(life), ANNA, morning=BOSS.working.next_morning(life.now))

    life.act(Action.HAND_OVER, move)


def alive(life: Life) -> None:
    def move(life: Life) -> Prospect:
        return note_sign_of_life(_of(life), on=life.today, calendar=CALENDAR)

    life.act(Action.SIGN_OF_LIFE, move)


def chased(life: Life) -> None:
    life.act(Action.CHASED, lambda life: chase(_of(life)))


def snoozed(life: Life) -> None:
    def move(life: Life) -> Prospect:
        days = (*snooze_choices(_of(life), HELD), 1)[-2:][0]
        return snooze(_of(life), days, HELD, today=life.today, calendar=CALENDAR)

    life.act(Action.SNOOZE, move)


def met(life: Life) -> None:
    def move(life: Life) -> Prospect:
        return meet_conditions(_of(life), brought="it", by=ANNA, now=life.now, working=BOSS.working)

    life.act(Action.CONDITION_MET, move)


def ended(action: Action) -> Callable[[Life], None]:
    return lambda life: life.act(
        action, lambda life: end(_of(life), Decision(action, ANNA, life.now))
    )


def undone(life: Life) -> None:
    def move(life: Life) -> Prospect:
        working = BOSS.working
        return reopen(_of(life), HELD, now=life.now, calendar=working.calendar, zone=working.zone)

    life.act(Action.UNDO, move)


def overridden(days: int) -> Callable[[Life], None]:
    def move(life: Life) -> Prospect:
        kill_on = CALENDAR.working_day_from(life.today + timedelta(days=days))
        number = len(_of(life).overrides)
        return take_effect(_of(life), wish(life.now, kill_on, id=f"o{number}"))

    return lambda life: life.act(Action.OVERRIDE, move)


def paused(days: int) -> Callable[[Life], None]:
    def move(life: Life) -> None:
        until = pause_until(life.today + timedelta(days=days), life.today)
        life.owner = replace(life.owner, paused_until=until)

    return move


def waited(mornings: int) -> Callable[[Life], None]:
    def move(life: Life) -> None:
        for _ in range(mornings):
            life.pass_morning()

    return move


def at_hour(hour: int) -> Callable[[Life], None]:
    def move(life: Life) -> None:
        life.now = max(life.now, life.now.replace(hour=hour))

    return move


def _of(life: Life) -> Prospect:
    assert life.prospect is not None
    return life.prospect


VERDICTS = st.sampled_from([Verdict.PROBLEM, Verdict.WALK_AWAY, Verdict.PURSUE])
STEPS = st.one_of(
    st.builds(waited, st.integers(1, 14)),
    st.builds(waited, st.just(1)),
    st.builds(at_hour, st.integers(9, 20)),
    st.builds(screening, VERDICTS, st.integers(1, 7), st.none() | st.integers(0, 14)),
    st.builds(ended, st.sampled_from([Action.WALK_AWAY, Action.LOST])),
    st.builds(overridden, st.integers(1, 60)),
    st.builds(paused, st.integers(1, 366)),
    st.sampled_from([given_away, alive, chased, snoozed, met, undone]),
)
FIRST = st.builds(
    lambda verdict, within: (verdict, within),
    st.sampled_from([Verdict.PROBLEM, Verdict.WALK_AWAY]),
    st.integers(1, 7),
)


@settings(max_examples=300, deadline=None)
@given(FIRST, st.lists(STEPS, max_size=60))
def test_no_owner_keeps_a_problem_from_the_managers_for_longer_than_the_backstop(
    first: tuple[Verdict, int], steps: list[Callable[[Life], None]]
) -> None:
    life = Life()
    life.prospect = judged(life, *first)
    life.reckon(Action.QUALIFY)

    for step in steps:
        step(life)
    for _ in range(DAYS):
        life.pass_morning()
