"""Whatever happens to prospects, and whenever the clock ticks: the doses and the hours hold."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import (
    chase,
    check_today,
    end,
    hand_over,
    meet_conditions,
    note_sign_of_life,
    reopen,
    snooze,
    snooze_choices,
)
from bot.domain.errors import WrongStage
from bot.domain.nudges import is_held, next_nudge, next_round, pause_until
from bot.domain.overrides import approve, ask, deny, take_effect
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import (
    Decision,
    Prospect,
    ProspectCondition,
    ProspectId,
    Stage,
    is_overridden,
    is_problem,
    is_stalled,
    undecided,
)
from tests.domain.figures.timeline import ANNA, BEN, CALENDAR, Message, Timeline, screened, wish

START = datetime(2026, 12, 1, 6, tzinfo=UTC)
ROLES = st.sampled_from([frozenset({Role.OWNER}), frozenset({Role.MANAGER})])
Step = Callable[["Life"], None]


@dataclass
class Life:
    """A timeline with its present moment, and what must never be broken in it."""

    timeline: Timeline
    now: datetime = START
    spoken: Counter[tuple[ProspectId, date, MemberId, int]] = field(default_factory=Counter)
    tenures: Counter[ProspectId] = field(default_factory=Counter)
    """How often each was handed over, or overridden: it is told anew then."""

    def today_of(self, owner: MemberId) -> date:
        return self.timeline.readers[owner].working.today(self.now)

    def change(self, prospect_id: ProspectId, change: Callable[[Prospect, date], Prospect]) -> None:
        prospect = self.timeline.prospects[prospect_id]
        today = self.today_of(prospect.facts.owner)
        self.timeline.prospects[prospect_id] = change(prospect, today)

    def tick(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        before = dict(self.timeline.readers)
        self.check_list()
        for message in self.timeline.tick(self.now):
            reader = before[message.reader]
            assert reader.working.is_at_work(self.now)
            assert reader.paused_until is None or message.day >= reader.paused_until
            assert message.day not in reader.nudged_on
            self.check_items(message)
        self.check_weeks()

    def check_items(self, message: Message) -> None:
        assert 0 < len(message.items) <= 10
        for prospect, nudge in message.items:
            told = prospect.nudge_record
            assert prospect.stage is Stage.OPEN
            assert is_stalled(prospect, message.day)
            assert told.snoozed_until is None or told.snoozed_until <= message.day
            assert told.not_before is None or told.not_before <= message.day
            assert not is_held(prospect)
            assert not is_overridden(prospect, message.day)
            assert prospect.due is not None
            key = (prospect.id, prospect.due.on, message.reader, self.tenures[prospect.id])
            assert len([each for each in prospect.overrides if each.is_asked]) <= 1
            self.spoken[key] += nudge.counts
            assert self.spoken[key] <= 3

    def check_weeks(self) -> None:
        weeks = Counter(
            (each.reader, *each.day.isocalendar()[:2]) for each in self.timeline.messages
        )
        assert max(weeks.values(), default=0) <= 3

    def check_list(self) -> None:
        for owner in self.timeline.readers:
            today = self.today_of(owner)
            theirs = [p for p in self.timeline.prospects.values() if p.facts.owner == owner]
            stalled = {p.id for p in theirs if is_problem(p, today) and p.due and p.due.on < today}
            assert {p.id for p in undecided(theirs, today)} == stalled


def screening(prospect_id: ProspectId, verdict: Verdict, within: int, homework: int | None) -> Step:
    def step(life: Life) -> None:
        before = life.timeline.prospects.get(prospect_id)
        owner = before.facts.owner if before else ANNA
        today = life.today_of(owner)
        condition = () if homework is None else (today + timedelta(days=homework),)
        prospect = screened(
            verdict,
            today,
            within=within if verdict is Verdict.PROBLEM else None,
            conditions=tuple(ProspectCondition("figures", due) for due in condition),
            owner=owner,
            id=prospect_id,
        )
        if before is None or before.stage is not Stage.WON:
            life.timeline.prospects[prospect_id] = prospect

    return step


def alive(prospect_id: ProspectId) -> Step:
    def change(prospect: Prospect, today: date) -> Prospect:
        if not is_problem(prospect, today) or prospect.verdict is Verdict.WALK_AWAY:
            return prospect
        return note_sign_of_life(prospect, on=today, calendar=CALENDAR)

    return lambda life: life.change(prospect_id, change)


def chased(prospect_id: ProspectId) -> Step:
    return lambda life: life.change(prospect_id, lambda prospect, _: chase(prospect))


def snoozed(prospect_id: ProspectId, held: frozenset[Role], which: int) -> Step:
    def change(prospect: Prospect, today: date) -> Prospect:
        choices = snooze_choices(prospect, held)
        if not choices or not is_stalled(prospect, today):
            return prospect
        days = choices[which % len(choices)]
        return snooze(prospect, days, held, today=today, calendar=CALENDAR)

    return lambda life: life.change(prospect_id, change)


def met(prospect_id: ProspectId) -> Step:
    def step(life: Life) -> None:
        def change(prospect: Prospect, _: date) -> Prospect:
            if prospect.stage is not Stage.OPEN or not prospect.unmet:
                return prospect
            working = life.timeline.readers[prospect.facts.owner].working
            return meet_conditions(
                prospect, brought="figures", by=ANNA, now=life.now, working=working
            )

        life.change(prospect_id, change)

    return step


def ended_or_reopened(prospect_id: ProspectId, action: Action) -> Step:
    def step(life: Life) -> None:
        prospect = life.timeline.prospects[prospect_id]
        zone = life.timeline.readers[prospect.facts.owner].working.zone
        if prospect.stage is Stage.OPEN:
            changed = end(prospect, Decision(action, ANNA, life.now))
        else:
            assert prospect.decision is not None
            just_now = replace(prospect, decision=replace(prospect.decision, at=life.now))
            changed = reopen(
                just_now, frozenset({Role.MANAGER}), now=life.now, calendar=CALENDAR, zone=zone
            )
        life.timeline.prospects[prospect_id] = changed

    return step


def given_to(prospect_id: ProspectId, owner: MemberId) -> Step:
    def step(life: Life) -> None:
        prospect = life.timeline.prospects[prospect_id]
        if prospect.stage is Stage.OPEN and prospect.facts.owner != owner:
            morning = life.timeline.readers[owner].working.next_morning(life.now)
            life.timeline.prospects[prospect_id] = hand_over(prospect, owner, morning=morning)
            life.tenures[prospect_id] += 1

    return step


def asked_or_overridden(prospect_id: ProspectId, days: int, *, waits: bool) -> Step:
    def step(life: Life) -> None:
        def change(prospect: Prospect, today: date) -> Prospect:
            kill_on = CALENDAR.working_day_from(today + timedelta(days=days))
            override = wish(life.now, kill_on, id=f"o{len(prospect.overrides)}")
            try:
                check_today(prospect, Action.OVERRIDE, today)
            except WrongStage:
                return prospect
            if prospect.stage is not Stage.OPEN:
                return prospect
            life.tenures[prospect_id] += not waits
            if waits:
                return ask(prospect, override, today=today, calendar=CALENDAR)
            return take_effect(prospect, override)

        life.change(prospect_id, change)

    return step


def answered(prospect_id: ProspectId, *, yes: bool) -> Step:
    def step(life: Life) -> None:
        def change(prospect: Prospect, today: date) -> Prospect:
            request, now = prospect.request, life.now
            if request is None or (yes and request.grounds.kill_on < today):
                return prospect
            life.tenures[prospect_id] += yes
            if yes:
                return approve(prospect, by=BEN, now=now, today=today)
            working = life.timeline.readers[prospect.facts.owner].working
            return deny(prospect, "No.", by=BEN, now=now, working=working)

        life.change(prospect_id, change)

    return step


def paused(owner: MemberId, days: int) -> Step:
    def step(life: Life) -> None:
        today = life.today_of(owner)
        until = pause_until(today + timedelta(days=days), today)
        reader = life.timeline.readers[owner]
        life.timeline.readers[owner] = replace(reader, paused_until=until)

    return step


def ticking(hours: int) -> Step:
    return lambda life: life.tick(hours)


IDS = [ProspectId(f"p{n}") for n in range(6)]
_IDS = st.sampled_from(IDS)
_OWNERS = st.sampled_from([ANNA, BEN])
_ENDS = st.sampled_from([Action.WALK_AWAY, Action.WON, Action.LOST])
STEPS = st.one_of(
    st.builds(ticking, st.integers(1, 90)),
    st.builds(ticking, st.sampled_from([1, 24])),
    st.builds(
        screening,
        _IDS,
        st.sampled_from(Verdict),
        st.integers(1, 7),
        st.none() | st.integers(0, 10),
    ),
    st.builds(alive, _IDS),
    st.builds(chased, _IDS),
    st.builds(snoozed, _IDS, ROLES, st.integers(0, 19)),
    st.builds(met, _IDS),
    st.builds(asked_or_overridden, _IDS, st.integers(1, 60), waits=st.booleans()),
    st.builds(answered, _IDS, yes=st.booleans()),
    st.builds(ended_or_reopened, _IDS, _ENDS),
    st.builds(given_to, _IDS, _OWNERS),
    st.builds(paused, _OWNERS, st.integers(0, 12)),
)


def opened() -> Life:
    life = Life(Timeline({}))
    for n, prospect_id in enumerate(IDS):
        screening(prospect_id, Verdict.PROBLEM, 1 + n, None)(life)
    return life


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_doses_and_hours_hold_over_any_sequence_of_events_and_ticks(steps: list[Step]) -> None:
    life = opened()

    for step in steps:
        step(life)
        life.tick(0)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_who_never_decides_hears_thrice_and_then_no_more(steps: list[Step]) -> None:
    life = opened()
    for step in steps:
        step(life)

    for _ in range(24 * 130):
        life.tick(1)

    for prospect in life.timeline.prospects.values():
        is_overdue = is_stalled(prospect, life.today_of(prospect.facts.owner))
        assert (prospect.nudge_record.nudges == 3) is is_overdue or prospect.stage is not Stage.OPEN
        assert next_nudge(prospect, CALENDAR) is None or prospect.due is None


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=25), st.integers(0, 24 * 9))
def test_the_round_that_is_foretold_is_the_first_in_which_something_goes_out(
    steps: list[Step], hours: int
) -> None:
    life = opened()
    for step in steps:
        step(life)
    life.now += timedelta(hours=hours)

    for owner, reader in life.timeline.readers.items():
        theirs = [p for p in life.timeline.prospects.values() if p.facts.owner == owner]
        nudges = [nudge.on for p in theirs if (nudge := next_nudge(p, CALENDAR))]
        then = next_round(min(nudges, default=None), reader, life.now)
        alone = Timeline({p.id: p for p in theirs}, {owner: reader})

        assert bool(nudges) is (then is not None)
        if then is not None:
            assert then == life.now or not alone.tick(then - timedelta(seconds=1))
            assert alone.tick(then)
