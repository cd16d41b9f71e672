"""Weeks: members screen while Slack fails and processes die, and mornings come after that."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.slack.payloads import ids
from bot.storage.delivery.queue import OutboxQueue
from sandbox import AppDidNotAnswer, Weather, fill
from sandbox.member import Member
from sandbox.messages import Message
from tests import seeds
from tests.office import CHANNEL, GOOD, MONDAY, NO_OFFER, PROBLEM
from tests.simulation.loop import SimulatedLoop, simulate
from tests.simulation.office import SimulatedOffice, opened
from tests.simulation.sqlite import without_threads

Json = dict[str, Any]
Opening = Callable[[], AbstractAsyncContextManager[SimulatedOffice]]

NAMES: Final = ("Acme GmbH", "Bolt AG", "Corvus KG", "Ypsilon OHG")
"""None like another."""
MORNINGS: Final = (1, 7, 8)
UNTIL_MANAGERS_HEAR: Final = (*MORNINGS, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 24, 28, 29, 30)
"""The backstop of whoever came on the first day has passed by then."""
OWNERS: Final = frozenset({"D0JONAS", "D0EMMA"})
MANAGER: Final = "D0SABINE"
DIGEST: Final = "Weekly digest"
PATIENCE: Final = 600.0
"""Seconds after which a member gives up."""
LONGEST: Final = 15.0
"""Seconds for which Slack holds an answer back: the bot has given up before."""


@dataclass(frozen=True)
class Week:
    """What became of it."""

    seen: bytes
    """What Slack saw: every payload and its answer, then every call, in their order."""
    cards: Counter[str]
    """How often the card of each prospect was posted."""
    undecided: frozenset[str]
    """The prospects that their owners are asked about, and in the end the managers."""
    nudges: Counter[tuple[str, date]]
    """How often owners were told of a prospect on a day."""
    proposals: Counter[tuple[str, date]]
    """How often managers were."""
    digests: Counter[date]
    """How often the channel got one on a day."""
    kills: int


def lived(
    seed: int,
    file: Path,
    queue: type[OutboxQueue] = OutboxQueue,
    *,
    share: float = 0.2,
    mornings: Sequence[int] = MORNINGS,
) -> Week:
    """Live through a week on a migrated SQLite file, all of it by one seed.

    Messages are sent by way of `queue`, and such a share of them goes wrong. After the first day
    come the `mornings` so many days later.
    """
    loop, chance = SimulatedLoop(MONDAY), random.Random(seed)
    opening = partial(opened, loop, chance, file, queue)
    weather = Weather(chance, share, longest=LONGEST)
    with seeds.named(seed), without_threads(loop, chance):
        return simulate(loop, _live(opening, weather, mornings))


async def _live(opening: Opening, weather: Weather, mornings: Sequence[int]) -> Week:
    async with opening() as office:
        office.slack.faults = weather
        posted = _noted(office)
        await _storm(office)
        await office.rest()
        cards = [str(message) for message in office.slack.messages(CHANNEL)]
        for day in mornings:
            await office.sleep_until(MONDAY + timedelta(days=day, hours=1))
            await office.rest()
        calls = [f"{call.at} {call.method} {call.args}" for call in office.slack.calls]
        return Week(
            "\n".join([*office.log, *calls]).encode(),
            Counter(name for card in cards for name in NAMES if name in card),
            frozenset(_named(each.text for each in posted if each.text.startswith(("🔴", "🟡")))),
            _told(each for each in posted if each.channel in OWNERS),
            _told(each for each in posted if each.channel == MANAGER),
            Counter(each.day for each in posted if each.text.startswith(DIGEST)),
            office.kills,
        )


@dataclass(frozen=True, slots=True)
class _Posted:
    """A message as it was at first: later ones may change what stands in it."""

    channel: str
    text: str
    day: date


def _noted(office: SimulatedOffice) -> list[_Posted]:
    """Note from now on what is posted, but for what stands below another message."""
    noted: list[_Posted] = []
    messages = office.slack.workspace.messages
    add = messages.add

    def noting(message: Message) -> None:
        if not message.is_reply:
            day = datetime.fromtimestamp(float(message.ts), UTC).date()
            noted.append(_Posted(message.channel, message.text, day))
        add(message)

    messages.add = noting  # type: ignore[method-assign]
    return noted


def _named(texts: Iterable[str]) -> list[str]:
    return [name for text in texts for name in NAMES if name in text]


def _told(messages: Iterable[_Posted]) -> Counter[tuple[str, date]]:
    return Counter((name, each.day) for each in messages for name in _named([each.text]))


async def _storm(office: SimulatedOffice) -> None:
    """Let two members screen while processes are killed."""
    killing = asyncio.create_task(_kill_again_and_again(office))
    members = [office.slack.member(each) for each in ("U0JONAS", "U0EMMA")]
    async with asyncio.TaskGroup() as working:
        for number, member in enumerate(members):
            working.create_task(_work(office, member, NAMES[number :: len(members)]))
    killing.cancel()
    await asyncio.gather(killing, return_exceptions=True)


async def _kill_again_and_again(office: SimulatedOffice) -> None:
    while True:
        await asyncio.sleep(office.chance.uniform(2, 12))
        await office.kill()


async def _work(office: SimulatedOffice, member: Member, names: tuple[str, ...]) -> None:
    for name in names:
        await asyncio.sleep(office.chance.uniform(1, 15))
        await member.open_home()  # nobody insists: Slack tells of it again if nobody takes it
        await _screen(office, member, name, office.chance.choice([GOOD, PROBLEM, NO_OFFER]))


async def _screen(office: SimulatedOffice, member: Member, name: str, answers: Json) -> None:
    """Screen a prospect to the end, however often it takes."""
    async with asyncio.timeout(PATIENCE):
        await _insist(office, lambda: _begin(member, name))
        while member.view is not None and member.view["callback_id"] == ids.STEP:
            await _insist(office, lambda: _answer(member, answers))
    while member.view is not None:
        await member.close(everything=True)


async def _begin(member: Member, name: str) -> None:
    await member.command("/qualify", name)
    await member.wait_for_view(5)


async def _answer(member: Member, answers: Json) -> None:
    """Choose what others hang on, enter the rest, and submit."""
    for question, option in answers.items():
        block = _inputs(member).get(question, {})
        if block.get("dispatch_action") and block["element"]["type"] == "radio_buttons":
            await member.click(block["element"]["action_id"], question, option=option)
            await asyncio.sleep(0.5)
    entries = {key: each for key, each in answers.items() if key in _inputs(member)}
    await member.submit(fill(member.view or {}, entries))


def _inputs(member: Member) -> dict[str, Json]:
    view = member.view or {"blocks": []}
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


async def _insist(office: SimulatedOffice, attempt: Callable[[], Awaitable[None]]) -> None:
    """Try again for as long as nobody answers, as people do."""
    while True:
        try:
            return await attempt()
        except (AppDidNotAnswer, TimeoutError):
            await asyncio.sleep(office.chance.uniform(0.5, 3))
