"""What the checklist says of whom a team remembers, in plain counts."""

from datetime import UTC, datetime

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.reports.memory import RecallSummary, from_memory
from bot.domain.figures.shares import Share
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome, Regret, WouldTakeAgain
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import Remembered, RememberedId
from bot.domain.screening import VersionId

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
AGAIN, NOT_AGAIN = Outcome(again=WouldTakeAgain.YES), Outcome(again=WouldTakeAgain.NO)


def one(verdict: Verdict, became: Stage = Stage.WON, outcome: Outcome = NO_ANSWER) -> Remembered:
    return Remembered(
        RememberedId("r"), "Acme", VersionId("v"), {}, verdict, "rule", became, NOW, None, outcome
    )


def many(n: int, verdict: Verdict, outcome: Outcome, became: Stage = Stage.WON) -> list[Remembered]:
    return [one(verdict, became, outcome)] * n


def test_of_the_worst_it_says_whom_it_catches_and_of_the_best_whom_it_refuses() -> None:
    found = from_memory(
        [
            *many(3, Verdict.WALK_AWAY, NOT_AGAIN),
            *many(1, Verdict.PURSUE, NOT_AGAIN, Stage.ENDED),
            *many(1, Verdict.WALK_AWAY, AGAIN),
            *many(2, Verdict.PROBLEM, AGAIN),
            *many(9, Verdict.PURSUE, AGAIN),
        ]
    )

    assert found.worst == RecallSummary(4, walk_away=3)
    assert found.best == RecallSummary(12, walk_away=1, problem=2)
    assert found.n == 16


def test_whoever_was_never_a_client_is_neither_best_nor_worst() -> None:
    refused = [
        *many(2, Verdict.WALK_AWAY, Outcome(regret=Regret.NO), Stage.WALKED_AWAY),
        *many(1, Verdict.PURSUE, Outcome(regret=Regret.YES), Stage.WALKED_AWAY),
    ]

    found = from_memory([*refused, one(Verdict.PURSUE, Stage.LOST), one(Verdict.PURSUE)])

    assert (found.n, found.worst.of, found.best.of) == (5, 0, 0)
    assert found.regretted == Share(1, 3)
    assert found.answered == Share(3, 4)


def test_it_says_how_many_more_it_takes() -> None:
    assert from_memory([]).missing == 5
    assert from_memory(many(4, Verdict.PURSUE, AGAIN)).missing == 1
    assert from_memory(many(5, Verdict.PURSUE, AGAIN)).missing == 0


def test_a_difference_takes_five_on_both_sides() -> None:
    good, bad = many(5, Verdict.PURSUE, AGAIN), many(5, Verdict.PROBLEM, NOT_AGAIN)

    whole = from_memory([*good, *bad])

    assert whole.difference is not None
    assert whole.difference.value == 1
    assert from_memory([*good, *bad[1:]]).difference is None
