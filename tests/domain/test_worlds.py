"""What the figures claim, against simulated worlds whose truth is known; dodging improves none.

Beside each stands the old definition as a control: it fails in the same world.
"""

from collections.abc import Iterable
from statistics import median

import pytest

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import discipline, figures, override_rates, time_to_no
from bot.domain.figures.ends import ends_of
from bot.domain.figures.evidence import evidence_for, verdicts_right
from bot.domain.figures.timeline import Ended, Timeline
from bot.domain.outcomes.outcome import WouldTakeAgain
from bot.domain.prospects import Stage
from tests.domain import worlds
from tests.domain.worlds import ANNA, BEN, Handle, Truth, as_of, world

SEEDS = range(200)
DODGES = [
    worlds.undoes,
    worlds.screens_again_at_once,
    worlds.says_they_left,
    worlds.softens,
    worlds.hands_over,
]


def test_the_share_of_bad_clients_covers_the_truth() -> None:
    held = 0
    for seed in SEEDS:
        told = world(seed, 60, worlds.follows, Truth(bad_by_verdict=0.3))
        interval = verdicts_right(told, as_of()).clients.followed.not_again.interval
        assert interval is not None
        held += 0.3 in interval

    assert held / len(SEEDS) >= 0.92


def test_the_difference_between_following_and_not_covers_the_truth() -> None:
    truth, held = Truth(bad_by_verdict=0.2, bad_against=0.6), 0
    for seed in SEEDS:
        told = world(seed, 120, worlds.takes_on_some, truth)
        difference = verdicts_right(told, as_of()).clients.difference
        assert difference is not None
        held += 0.4 in difference.interval

    assert held / len(SEEDS) >= 0.92


def test_verdicts_that_mean_nothing_are_hardly_ever_called_right() -> None:
    """Without the other side, the control: "half of those would not be taken again" sounds bad."""
    meaningless, called, alone = Truth(bad_by_verdict=0.5, bad_against=0.5), 0, 0
    for seed in SEEDS:
        told = world(seed, 120, worlds.takes_on_some, meaningless)
        found = evidence_for("reputation", told, as_of()).compared
        assert found.difference is not None
        called += found.difference.is_one
        alone += found.against.not_again.is_surely_above(20)

    assert called / len(SEEDS) <= 0.08
    assert alone / len(SEEDS) > 0.8


def test_verdicts_that_mean_much_are_mostly_called_right() -> None:
    called = 0
    for seed in SEEDS:
        told = world(seed, 120, worlds.takes_on_some, Truth(0.1, 0.6))
        difference = verdicts_right(told, as_of()).clients.difference
        called += difference is not None and difference.is_one

    assert called / len(SEEDS) > 0.9


def old_time_to_no(timelines: Iterable[Timeline]) -> float:
    """The median of those that had their no, without those who wait."""
    return median(
        MONDAY_TO_FRIDAY.working_days_between(each.first_contact, ends[0].on)
        for each in timelines
        if (ends := ends_of(each, MONDAY_TO_FRIDAY)) and ends[0].stage is Stage.WALKED_AWAY
    )


@pytest.mark.parametrize("truth", [12, 40])
def test_time_to_no_covers_the_truth_although_many_still_wait(truth: int) -> None:
    held = 0
    for seed in SEEDS:
        told = world(seed, 80, worlds.follows, Truth(median_to_no=truth), days=130)
        half = time_to_no(told, as_of(130)).half
        held += (half.low or 0) <= truth and (half.high is None or half.high >= truth)

    assert held / len(SEEDS) >= 0.92


def test_time_to_no_without_those_who_wait_misses_the_truth() -> None:
    """The control: the old definition."""
    told = (world(seed, 80, worlds.follows, Truth(median_to_no=40), days=130) for seed in SEEDS)

    assert median(old_time_to_no(each) for each in told) < 28


@pytest.mark.parametrize("dodge", DODGES, ids=lambda each: each.__name__)
def test_dodging_improves_no_figure_without_showing_beside_it(dodge: Handle) -> None:
    """Either the figure is as bad as that of who never says no, or its counterpart tells."""
    for seed in range(10):
        honest = figures(world(seed, 80, worlds.never_says_no), as_of())
        dodged = figures(world(seed, 80, dodge), as_of())

        assert dodged.discipline.at_worst.count == honest.discipline.at_worst.count == 0
        assert dodged.discipline.share.count == 0
        assert dodged.time_to_no.half.day is None
        assert dodged.next_client.n == 0


def test_softening_is_told() -> None:
    told = figures(world(3, 80, worlds.softens), as_of())

    assert told.softened.value == 1
    assert told.screened_again.count == told.softened.of
    followed = figures(world(3, 80, worlds.follows), as_of())
    assert (followed.softened.of, followed.screened_again.count) == (0, 0)


def test_who_says_they_left_is_told_with_how_many() -> None:
    told = discipline(world(3, 80, worlds.says_they_left), as_of())

    assert told.share.of == 0
    assert told.left_by_themselves == {ANNA: told.left_out}
    assert told.left_out > 20


def test_what_is_handed_over_in_the_last_moment_counts_for_who_has_it_then() -> None:
    told, scope = world(3, 80, worlds.hands_over), as_of()

    counted = discipline(told, scope).share.of
    assert counted > 20
    of_each = {
        who: discipline(told, type(scope)(scope.today, scope.calendar, owner=who)).share.of
        for who in (ANNA, BEN)
    }
    assert of_each == {ANNA: 0, BEN: counted}


def test_an_override_that_was_only_asked_for_is_none() -> None:
    rate = override_rates(world(3, 80, worlds.follows), as_of())[Verdict.WALK_AWAY]

    assert (rate.count, rate.of > 20) == (0, True)


def old_not_again(timelines: Iterable[Timeline]) -> int:
    """The old way: bad outcomes of clients that are one now."""
    return sum(
        asked.own.again is WouldTakeAgain.NO
        for each in timelines
        if each.stage is Stage.WON
        for asked in each.asked
    )


def test_getting_rid_of_bad_clients_does_not_improve_what_is_said_of_them() -> None:
    told = world(5, 120, worlds.takes_on_some)
    ended = worlds.ends_bad_clients(told)

    before, now = (verdicts_right(each, as_of(400)).clients for each in (told, ended))

    assert now.against.not_again == before.against.not_again
    assert now.followed.not_again == before.followed.not_again
    assert (old_not_again(told) > 10, old_not_again(ended)) == (True, 0)


def test_counting_every_walk_away_that_was_ever_made_calls_dodgers_disciplined() -> None:
    """The control: without looking for what was taken back."""
    told = world(3, 80, worlds.undoes)

    ever = sum(
        any(isinstance(each, Ended) and each.stage is Stage.WALKED_AWAY for each in it.history)
        for it in told
    )
    assert ever > 20
    assert discipline(told, as_of()).share.count == 0
