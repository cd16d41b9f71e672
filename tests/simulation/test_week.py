"""One seed, twice: the same to the last byte; and whatever the seed, nothing lost or doubled."""

import shutil
from pathlib import Path

import pytest

from bot.storage.delivery.queue import OutboxQueue
from tests import seeds
from tests.faults.naive import MarkThenSend, SendThenMark
from tests.simulation.week import NAMES, lived

ONE, ANOTHER = 7, 8


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


@pytest.mark.parametrize("seed", range(seeds.FIRST, seeds.FIRST + max(seeds.MORE, 1)))
def test_in_no_week_a_verdict_is_lost_or_doubled(
    migrated_sqlite: Path, tmp_path: Path, seed: int
) -> None:
    week = lived(seed, copied(migrated_sqlite, tmp_path, "week.db"))

    with seeds.named(seed):
        assert week.kills > 0
        assert week.cards == dict.fromkeys(NAMES, 1)


@pytest.mark.parametrize(("queue", "is_wrong"), [(SendThenMark, 2), (MarkThenSend, 0)])
def test_such_a_week_is_too_much_for_naive_deliveries(
    migrated_sqlite: Path, tmp_path: Path, queue: type[OutboxQueue], is_wrong: int
) -> None:
    weeks = (
        lived(seed, copied(migrated_sqlite, tmp_path, f"{seed}.db"), queue, share=0.6)
        for seed in range(10)
    )

    assert any(is_wrong in {week.cards[name] for name in NAMES} for week in weeks)
