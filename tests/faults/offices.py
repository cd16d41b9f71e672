"""People at their desks, and the web processes that they talk to."""

import asyncio
from collections.abc import Awaitable, Callable
from multiprocessing.context import ForkServerProcess
from typing import Any, TypeVar

from bot.serving import ProcessPart
from sandbox import AppDidNotAnswer, Submission, fill
from sandbox.member import Member
from tests.faults.processes import PATIENCE, until
from tests.faults.scene import Scene

NO_OFFER: dict[str, Any] = {"offer": "none", "numbers": "none"}
"""Makes `no_offer` of the first view as it opens: nobody waits until it is drawn anew."""

Json = dict[str, Any]
T = TypeVar("T")


def address(port: int) -> str:
    """Return where a web process takes what Slack sends."""
    return f"http://127.0.0.1:{port}/slack/events"


async def web(scene: Scene, port: int, **more: Any) -> ForkServerProcess:
    """Start a process that talks with people, and wait until it answers."""
    process = scene.crew.start(scene.order(parts=ProcessPart.WEB, port=port, **more))
    scene.slack.request_url = address(port)
    await until(scene.slack.verify_request_url)
    return process


async def begin(member: Member, name: str, within: float = PATIENCE) -> Json:
    """Type `/qualify name`, and return the modal that opens."""
    await member.command("/qualify", name)
    return await member.wait_for_view(within)


async def insist(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again for as long as nobody answers, as people do. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await attempt()
            except (AppDidNotAnswer, TimeoutError):
                await asyncio.sleep(0.05)


async def submit(member: Member, answers: Json) -> Submission:
    """Enter what the modal on top asks of these answers, and submit it."""
    assert member.view is not None
    asked = {block.get("block_id") for block in member.view["blocks"]}
    return await member.submit(
        fill(member.view, {key: answers[key] for key in answers if key in asked})
    )
