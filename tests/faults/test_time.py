"""The clock: stopped for a while, wrong, or looked at by several; nobody hears of a thing twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.people import Member, MemberId
from bot.storage.heartbeat import heartbeats
from bot.storage.nudges import rounds
from sandbox import ApiCall, Fault
from sandbox.world import BOT_USER
from tests.faults.ledger import Meant, said
from tests.faults.letters import LANES, NOON, TEAM, owner
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.faults.weather import LONG
from tests.faults.worker import Order
from tests.office import MONDAY, PROBLEM, SetClock
from tests.services.agency import BERLIN, Agency
from tests.storage.clock import set_back

BEFORE = datetime(2026, 12, 7, 16, tzinfo=UTC)
"""The evening before the first nudge about what was screened on Monday, 30 November."""


MIDNIGHT = datetime(2026, 12, 7, 23, 30, tzinfo=UTC)
"""When the cards have been rewritten that say until when a decision was due, and nothing else."""


class Screenings:
    """Problem prospects, screened in the past."""

    def __init__(self, scene: Scene) -> None:
        self.clock = SetClock(MONDAY)
        self.agency = Agency(scene.database, self.clock)

    async def screen(self, by: MemberId, *numbers: int) -> list[Meant]:
        """Return what is to be in their owner's nudges."""
        self.agency.directory.people[by] = Member(by, by, BERLIN, "de-DE")
        names = [f"name{number:05}" for number in numbers]
        for name in names:
            await self.agency.screen(by, PROBLEM, name, TEAM)
        return [Meant(f"D{by[1:]}", name) for name in names]


async def due_at(scene: Scene) -> datetime:
    """Return when the last of the first nudges is due."""
    async with scene.database.reading() as connection:
        due: datetime = (await connection.execute(select(func.max(rounds.c.due_at)))).scalar_one()
    return due


async def rounds_until(scene: Scene, moment: datetime) -> int:
    """Count the rounds that are due by then and were not made."""
    async with scene.database.reading() as connection:
        due = select(func.count()).where(rounds.c.due_at <= moment)
        return int((await connection.execute(due)).scalar_one())


async def last_tick(scene: Scene) -> float:
    """Return when a clock last ticked to its end, in seconds since 1970; 0: never."""
    async with scene.database.reading() as connection:
        return await connection.scalar(select(func.max(heartbeats.c.at))) or 0


async def passed(scene: Scene, *orders: Order) -> None:
    """Let workers run until one has ticked, and all is done that is due by their clocks."""
    latest = max(order.clock_at for order in orders if order.clock_at)
    before = await last_tick(scene)
    for order in orders:
        scene.crew.start(order)

    async def is_over() -> bool:
        is_idle = await rounds_until(scene, latest) == 0 and await scene.is_delivered()
        return is_idle and await last_tick(scene) > before

    await until(is_over)


async def worked_at(scene: Scene, moment: datetime) -> None:
    """Let one worker run at this moment until all is done that is due, and be killed."""
    await passed(scene, scene.order(clock_at=moment))
    scene.crew.kill(scene.crew.processes[0])


def nudges(scene: Scene, member: MemberId) -> int:
    channel = scene.slack.workspace.world.direct_channel(member).id
    return len([each for each in scene.slack.messages(channel) if each["user"] == BOT_USER])


@pytest.mark.parametrize(
    ("span", "down", "days"),
    [
        ("5 s", timedelta(seconds=5), 1),
        ("2 h", timedelta(hours=2), 1),
        ("3 days", timedelta(days=3), 4),
    ],
)
async def test_after_being_down_one_message_says_all_that_became_due(
    scene: Scene, span: str, down: timedelta, days: int
) -> None:
    screenings = Screenings(scene)
    due: list[Meant] = []
    later: list[Meant] = []
    for day in range(4):
        names = await screenings.screen(owner(0), day) + await screenings.screen(owner(1), 10 + day)
        (due if day < days else later).extend(names)
        screenings.clock.move(days=1)

    for moment in (BEFORE, MIDNIGHT):
        await worked_at(scene, moment)
    late = await due_at(scene) + down
    for moment in (late, late + timedelta(minutes=1)):
        await worked_at(scene, moment)

    assert scene.count(f"down for {span}", due).is_exact
    assert not set(later) & set(said(scene.slack))
    assert [nudges(scene, owner(number)) for number in range(2)] == [1, 1]


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=1)], ids=["slow", "fast"])
async def test_with_a_clock_that_is_an_hour_wrong_all_is_said_once(
    scene: Scene, wrong: timedelta
) -> None:
    due = await Screenings(scene).screen(owner(0), 1, 2, 3)
    await scene.write([17, 18])

    await passed(scene, scene.order(clock_at=NOON), scene.order(clock_at=NOON + wrong))
    await scene.delivered()

    assert scene.count("a clock one hour wrong", [*due, *scene.meant]).is_exact
    assert nudges(scene, owner(0)) == 1


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=1)], ids=["back", "forward"])
async def test_on_a_machine_whose_clock_is_set_all_is_said_once_and_at_once(
    scene: Scene, by: timedelta, tmp_path: Path
) -> None:
    due = await Screenings(scene).screen(owner(0), 1, 2, 3)
    await scene.write([17, 18])
    host = tmp_path / "wrong_by"
    wrong = NOON - datetime.now(UTC)
    host.write_text(str(wrong.total_seconds()), encoding="ascii")
    scene.crew.start(scene.order(wrong=host))

    async def is_over() -> bool:
        return await rounds_until(scene, NOON) == 0 and await scene.is_delivered()

    await until(is_over)

    set_to = tmp_path / "set_to"
    set_to.write_text(str((wrong + by).total_seconds()), encoding="ascii")
    set_to.replace(host)
    before = await last_tick(scene)
    await scene.write([19, 20])

    async def ticks_on() -> bool:
        return await last_tick(scene) > before

    await until(ticks_on)
    await scene.delivered()
    assert scene.count(
        f"clock set {'forward' if by > timedelta(0) else 'back'}", [*due, *scene.meant]
    ).is_exact
    assert nudges(scene, owner(0)) == 1


async def test_r7_when_the_databases_clock_is_set_back_nothing_waits_for_that_long(
    scene: Scene,
) -> None:
    """A message in each lane was just sent, has an end that nobody knows, or is being sent."""
    ends = [None, Fault(status=500, body="oops"), Fault(delay=LONG)]
    posts: list[ApiCall] = []

    def spoil(call: ApiCall) -> Fault | None:
        if call.method != "chat.postMessage":
            return None
        posts.append(call)
        return ends[len(posts) % len(ends)]

    scene.slack.faults = spoil
    await scene.write(range(LANES))
    scene.crew.start(scene.order())

    async def is_under_way() -> bool:
        return len(posts) > LANES and await last_tick(scene) > 0

    await until(is_under_way)

    await set_back(scene.database)
    scene.slack.faults = None
    await scene.write(range(LANES, 2 * LANES))
    await scene.delivered()

    assert scene.count("the database's clock set back").is_exact


async def test_three_workers_that_see_the_same_rounds_due_make_each_once(scene: Scene) -> None:
    screenings = Screenings(scene)
    owners = [owner(number) for number in range(10)]
    due = [
        meant
        for number, who in enumerate(owners)
        for meant in await screenings.screen(who, 2 * number, 2 * number + 1)
    ]
    order = scene.order(clock_at=NOON)

    await passed(scene, order, order, order)
    await scene.delivered()

    assert scene.count("three clocks", due).is_exact
    assert [nudges(scene, who) for who in owners] == [1] * len(owners)
