"""The app's process that hurries: it looks at its clock when it is asked, and says when it has."""

import asyncio
import socket

from sandbox.bot_process import BotProcess
from sandbox.child import looking_when_asked


async def test_a_hurried_app_looks_when_it_is_asked_and_says_when_it_has() -> None:
    ours, theirs = socket.socketpair()
    looked = list[str]()

    async def look() -> None:
        looked.append("began")
        await asyncio.sleep(0)
        looked.append("ended")

    hurrying = asyncio.create_task(looking_when_asked(theirs.detach())(look))
    bot = BotProcess(await _ended_process(), ours)
    await bot.look()
    assert looked == ["began", "ended"]
    await bot.look()
    assert looked == ["began", "ended"] * 2

    await bot.stop()
    async with asyncio.timeout(60):
        await hurrying


async def test_asking_an_app_that_has_ended_waits_for_nothing() -> None:
    ours, theirs = socket.socketpair()
    bot = BotProcess(await _ended_process(), ours)
    theirs.close()

    async with asyncio.timeout(60):
        await bot.look()
    await bot.stop()


async def _ended_process() -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec("true", start_new_session=True)
    await process.wait()
    return process
