"""Whatever happened to prospects: figures stay in their bounds and cannot be talked better."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import discipline, figures, override_rates
from bot.domain.figures.evidence import evidence_by_fear, evidence_for, verdicts_right
from bot.domain.figures.reports.comparison import change_of
from bot.domain.figures.scope import Span, recent_days
from bot.domain.figures.shares import Share
from bot.domain.figures.timeline import Overridden, Screening, Timeline
from bot.domain.people import MemberId
from tests.domain.figures.timelines import (
    ANNA,
    BEN,
    FEARS,
    LONG_AFTER,
    day,
    happened_since,
    scope,
    timelines,
)

MANY = st.lists(timelines(), max_size=8)


def with_more(timeline: Timeline, place: int, happening: Screening | Overridden) -> Timeline:
    """The timeline with one thing more, on the day of what came before it."""
    history = (*timeline.history[:place], happening, *timeline.history[place:])
    return replace(timeline, history=history)


@given(MANY, st.integers(0, 90))
def test_every_share_lies_between_nothing_and_all_and_keeps_silent_below_its_least_n(
    told: list[Timeline], days: int
) -> None:
    as_of = scope(day("12-01") + timedelta(days=days))
    found, right = figures(told, as_of), verdicts_right(told, as_of)

    evidence = evidence_by_fear(told, as_of).values()
    shares: list[Share] = [found.discipline.share, found.softened, found.pursued]
    shares += [*found.overridden.values(), right.regretted.share, right.response]
    shares += [each.compared.against.not_again for each in evidence]
    for share in shares:
        assert 0 <= share.count <= share.of
        assert (share.value is None) is (share.of < share.least)
    for time in (found.time_to_no.half, found.next_client):
        assert time.still <= time.n
        assert time.day is None or (time.is_enough and time.day >= 0)
        if time.day is not None and time.low is not None:
            assert time.low <= time.day <= (time.high if time.high is not None else time.day)


@given(MANY, st.integers(0, 300), st.sampled_from([ANNA, None]), st.sampled_from(Span))
def test_what_nothing_happened_to_lately_changes_no_figure_of_lately(
    told: list[Timeline], days: int, owner: MemberId | None, span: Span
) -> None:
    today = day("12-01") + timedelta(days=days)
    past = [each for each in told if each.history[-1].on <= today]
    as_of = replace(scope(today, owner), period=recent_days(span, today))
    first = as_of.period.before.first if span is not Span.ALL_TIME else date.min

    touched = [each for each in past if happened_since(each, first)]

    assert change_of(touched, as_of) == change_of(past, as_of)


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

    before = discipline([timeline], scope(today)).at_worst
    after = discipline([again], scope(today)).at_worst

    assert after.of == before.of
    assert after.count <= before.count


@given(MANY.flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_the_order_of_stories_does_not_matter(
    orders: tuple[list[Timeline], list[Timeline]],
) -> None:
    told, shuffled = orders

    assert figures(told, scope()) == figures(shuffled, scope())
    assert evidence_by_fear(told, scope()) == evidence_by_fear(shuffled, scope())


@given(st.data(), timelines(), MANY, st.sampled_from(FEARS))
def test_an_override_more_never_lowers_a_count_of_overrides_or_raises_discipline(
    data: st.DataObject, timeline: Timeline, others: list[Timeline], fear: str
) -> None:
    place = data.draw(st.integers(1, len(timeline.history)))
    more = with_more(timeline, place, Overridden(timeline.history[place - 1].on, fear, LONG_AFTER))
    before, after = [timeline, *others], [more, *others]

    counted = [evidence_for(fear, each, scope()).overrides for each in (before, after)]
    assert counted[1] == counted[0] + 1
    rates = [override_rates(each, scope()) for each in (before, after)]
    for verdict in (Verdict.PROBLEM, Verdict.WALK_AWAY):
        assert rates[1][verdict].count >= rates[0][verdict].count
        assert rates[1][verdict].of == rates[0][verdict].of
    assert discipline(after, scope()) == discipline(before, scope())


@given(MANY)
def test_every_override_is_in_the_evidence_of_exactly_one_fear(told: list[Timeline]) -> None:
    found = evidence_by_fear(told, scope())

    assert sum(each.overrides for each in found.values()) == sum(len(s.overrides) for s in told)


@given(MANY)
def test_what_each_owner_is_counted_for_is_what_everybody_is_counted_for(
    told: list[Timeline],
) -> None:
    whole = figures(told, scope())
    parts = [figures(told, scope(owner=who)) for who in (ANNA, BEN)]

    assert sum(each.discipline.share.of for each in parts) == whole.discipline.share.of
    assert sum(each.discipline.left_out for each in parts) == whole.discipline.left_out
    assert sum(each.time_to_no.half.n for each in parts) == whole.time_to_no.half.n
    assert sum(each.next_client.n for each in parts) == whole.next_client.n
    for verdict in Verdict:
        assert sum(each.overridden[verdict].of for each in parts) == whole.overridden[verdict].of
