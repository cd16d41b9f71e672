"""Whatever happened to prospects: figures stay in their bounds and cannot be talked better."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import (
    discipline,
    figures,
    override_rate,
    override_rate_by_rule,
    time_to_no,
    walk_aways,
)
from bot.domain.figures.evidence import Median, Share, evidence_by_fear, evidence_for, regret
from bot.domain.figures.timeline import Overridden, Screening, Timeline
from tests.domain.figures.timelines import CALENDAR, FEARS, LONG_AFTER, day, timelines

MANY = st.lists(timelines(), max_size=8)


def with_more(timeline: Timeline, place: int, happening: Screening | Overridden) -> Timeline:
    """The timeline with one thing more, on the day of what came before it."""
    history = (*timeline.history[:place], happening, *timeline.history[place:])
    return Timeline(
        timeline.prospect_id, timeline.owner, timeline.first_contact, history, timeline.outcome
    )


@given(MANY, st.integers(0, 90))
def test_every_share_lies_between_nothing_and_all_and_keeps_silent_below_its_least_n(
    told: list[Timeline], days: int
) -> None:
    found = figures(told, today=day("12-01") + timedelta(days=days), calendar=CALENDAR)

    evidence = evidence_by_fear(told).values()
    shares: list[Share] = [found.discipline, found.override_rate.share, found.unknown, found.milder]
    shares += [share for each in evidence for share in (each.not_again, each.not_paid)]
    for share in [*shares, regret(told)]:
        assert 0 <= share.count <= share.of
        assert (share.value is None) is (share.of < share.least)
    medians: list[Median] = [
        found.time_to_no,
        found.refill.days,
        *(each.hours for each in evidence),
    ]
    for median in medians:
        assert (median.value is None) is (median.n < median.least)
        assert median.value is None or median.value >= 0


@given(st.data(), timelines(), st.sampled_from(Verdict), st.integers(0, 90))
def test_screening_again_after_a_walk_away_never_improves_discipline(
    data: st.DataObject, timeline: Timeline, verdict: Verdict, days: int
) -> None:
    firsts = [
        place
        for place, each in enumerate(timeline.history)
        if isinstance(each, Screening) and each.verdict is Verdict.WALK_AWAY
    ]
    if not firsts:
        return
    place = data.draw(st.integers(firsts[0] + 1, len(timeline.history)))
    again = with_more(
        timeline, place, Screening(timeline.history[place - 1].on, verdict, "good_fit")
    )
    today = day("12-01") + timedelta(days=days)

    before = discipline([timeline], today=today, calendar=CALENDAR)
    after = discipline([again], today=today, calendar=CALENDAR)

    assert after.of == before.of
    assert after.count <= before.count


@given(MANY.flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_of_stories_does_not_matter(
    orders: tuple[list[Timeline], list[Timeline]],
) -> None:
    told, shuffled = orders

    assert figures(told, today=LONG_AFTER, calendar=CALENDAR) == figures(
        shuffled, today=LONG_AFTER, calendar=CALENDAR
    )
    assert evidence_by_fear(told) == evidence_by_fear(shuffled)


@given(st.data(), timelines(), MANY, st.sampled_from(FEARS))
def test_an_override_more_never_lowers_a_count_of_overrides_or_raises_discipline(
    data: st.DataObject, timeline: Timeline, others: list[Timeline], fear: str
) -> None:
    place = data.draw(st.integers(1, len(timeline.history)))
    more = with_more(timeline, place, Overridden(timeline.history[place - 1].on, fear, LONG_AFTER))
    before, after = [timeline, *others], [more, *others]

    assert evidence_for(fear, after).overrides == evidence_for(fear, before).overrides + 1
    assert override_rate(after).overrides >= override_rate(before).overrides
    assert override_rate(after).share.count >= override_rate(before).share.count
    assert discipline(after, today=LONG_AFTER, calendar=CALENDAR) == discipline(
        before, today=LONG_AFTER, calendar=CALENDAR
    )


@given(MANY)
def test_every_override_is_in_the_evidence_of_exactly_one_fear(told: list[Timeline]) -> None:
    evidence = evidence_by_fear(told)

    assert sum(each.overrides for each in evidence.values()) == sum(len(s.overrides) for s in told)
    assert all(each.outcomes <= each.won for each in evidence.values())


@given(MANY)
def test_every_override_is_in_the_rate_of_exactly_one_rule(told: list[Timeline]) -> None:
    by_rule = override_rate_by_rule(told).values()

    assert sum(each.overrides for each in by_rule) == override_rate(told).overrides
    assert override_rate(told).overrides == sum(len(timeline.overrides) for timeline in told)


@given(timelines())
def test_time_to_no_knows_who_was_walked_away_from(timeline: Timeline) -> None:
    assert time_to_no([timeline], CALENDAR).n == bool(walk_aways(timeline, CALENDAR))
