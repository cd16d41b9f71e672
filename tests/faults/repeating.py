"""A Slack that delivers what happens more than once, to several processes of ours."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox.delivery import Json, Kind, Retry
from sandbox.http_delivery import HttpDelivery
from tests.faults.offices import address
from tests.faults.processes import PATIENCE
from tests.faults.scene import Scene


@dataclass
class _Repeating:
    """Sends each payload one to four times at once, to any of the processes."""

    ways: list[HttpDelivery]
    chance: random.Random
    most: int
    mode: str = "http"
    connected: bool = True

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Return the answer to the first of them; that of a repetition interests nobody."""
        count = self.chance.randint(1, self.most)
        copies = [
            self.chance.choice(self.ways).send(
                kind, payload, Retry(number, "http_timeout") if number else retry
            )
            for number in range(count)
        ]
        answers = await asyncio.gather(*copies, return_exceptions=True)
        if isinstance(answers[0], BaseException):
            raise answers[0]
        return answers[0]

    async def close(self) -> None:
        """Close every connection."""
        for way in self.ways:
            await way.close()


@asynccontextmanager
async def delivered_repeatedly(
    scene: Scene, ports: Sequence[int], seed: int, *, most: int = 4, answer_within: float = PATIENCE
) -> AsyncIterator[None]:
    """Let everything that members do go to these processes, up to `most` times."""
    slack = scene.slack
    changed = slack.workspace.changes.announce
    ways = [
        HttpDelivery(slack.workspace.clock, changed, answer_within, address(port)) for port in ports
    ]
    chance = random.Random(seed)
    slack.interactions._delivery = _Repeating(ways, chance, most)
    slack._events._delivery = slack.interactions._delivery
    try:
        yield
    finally:
        await slack.interactions._delivery.close()
