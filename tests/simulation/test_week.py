"""One seed, twice: the same to the last byte; and whatever the seed, nothing lost or doubled."""

import shutil
from pathlib import Path

import pytest

from bot.storage.delivery.queue import OutboxQueue
from tests import seeds
from tests.faults.naive import MarkThenSend, SendThenMark
from tests.simulation.week import NAMES, UNTIL_MANAGERS_HEAR, Week, lived

ONE, ANOTHER = 7, 8
MONDAYS = [day for day in UNTIL_MANAGERS_HEAR if day % 7 == 0]
"""On each of them the channel reads a digest."""


def copied(migrated: Path, folder: Path, name: str) -> Path:
    return Path(shutil.copy(migrated, folder / name))


def test_what_slack_sees_is_the_same_for_the_same_seed_to_the_last_byte(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    first, again, other = (
        lived(seed, copied(migrated_sqlite, tmp_path, f"{turn}.db"))
        for turn, seed in enumerate((ONE, ONE, ANOTHER))
    )

    assert first.seen == again.seen
    assert first.seen != other.seen


def check(week: Week, seed: int) -> None:
    """Fail, naming the seed, if a message was lost or doubled."""
    with seeds.named(seed):
        assert week.cards == dict.fromkeys(NAMES, 1)
        assert {name for name, _ in week.nudges} == week.undecided
        assert {name for name, _ in week.proposals} == week.undecided
        assert len(week.digests) == len(MONDAYS)
        told = (*week.nudges.values(), *week.proposals.values(), *week.digests.values())
        assert set(told) == {1}


@pytest.mark.parametrize("seed", range(seeds.FIRST, seeds.FIRST + max(seeds.MORE, 1)))
def test_nothing_that_is_to_be_said_is_lost_or_doubled(
    migrated_sqlite: Path, tmp_path: Path, seed: int
) -> None:
    """Cards, nudges, managers' messages and digests, until each of them was due."""
    file = copied(migrated_sqlite, tmp_path, "week.db")

    week = lived(seed, file, mornings=UNTIL_MANAGERS_HEAR)

    check(week, seed)
    assert week.kills > 0
    assert week.undecided


@pytest.mark.parametrize("queue", [SendThenMark, MarkThenSend])
def test_a_defect_names_its_seed_and_fails_again_by_it(
    migrated_sqlite: Path, tmp_path: Path, queue: type[OutboxQueue]
) -> None:
    def failing(seed: int, turn: str) -> tuple[Week, AssertionError | None]:
        file = copied(migrated_sqlite, tmp_path, f"{seed}-{turn}.db")
        week = lived(seed, file, queue, share=0.6, mornings=UNTIL_MANAGERS_HEAR)
        try:
            check(week, seed)
        except AssertionError as error:
            return week, error
        return week, None

    seed, first, error = next(
        (seed, week, error)
        for seed in range(10)
        for week, error in [failing(seed, "first")]
        if error is not None
    )
    again, same = failing(seed, "again")

    assert f"SEED={seed} does it again" in error.__notes__
    assert same is not None
    assert (again.seen, again.cards, again.nudges) == (first.seen, first.cards, first.nudges)


@pytest.mark.parametrize(("queue", "is_wrong"), [(SendThenMark, 2), (MarkThenSend, 0)])
def test_such_a_week_is_too_much_for_naive_deliveries(
    migrated_sqlite: Path, tmp_path: Path, queue: type[OutboxQueue], is_wrong: int
) -> None:
    weeks = (
        lived(seed, copied(migrated_sqlite, tmp_path, f"{seed}.db"), queue, share=0.6)
        for seed in range(10)
    )

    assert any(is_wrong in {week.cards[name] for name in NAMES} for week in weeks)
