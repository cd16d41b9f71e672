"""Whatever arrives, signed or not: an answer that Slack takes, no error, no row of somebody else.

`FUZZ` says how many requests are tried, ten thousand if it does not; each is a recorded one,
mutated, and meets the database as it was when the recorded one came.
"""

import asyncio
import json
import math
import os
import shutil
import sqlite3
import traceback
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from bot.http import LARGEST_BODY
from sandbox.rules import Problem, home_problems, view_problems
from sandbox.world import World
from tests.fuzz.alone import OTHERS, Alone, Reply, Request, alone, foreign_rows, ids_in, signed
from tests.fuzz.mutations import Hostile, payloads
from tests.fuzz.raw import signed_bytes, unsigned
from tests.recorded.reading import Recorded, encoded, story_of
from tests.recorded.record import current_version
from tests.recorded.story import counted

Json = dict[str, Any]

REQUESTS = int(os.environ.get("FUZZ", "10000"))
IN_A_ROUND = 2000
"""So that no round takes minutes, and what Hypothesis remembers of it stays small."""
PARTS = (("payloads", 0.7), ("bytes", 0.15), ("unsigned", 0.15))
ROUNDS = [
    (part, number, min(IN_A_ROUND, math.ceil(REQUESTS * share)))
    for part, share in PARTS
    for number in range(math.ceil(REQUESTS * share / IN_A_ROUND))
]


@dataclass
class Stage:
    """The bot, and the story with the database before each payload of it."""

    runner: asyncio.Runner
    bot: Alone
    story: Sequence[Recorded]
    moments: list[sqlite3.Connection]
    others: list[list[object]]
    """The rows of the other workspaces at each moment."""

    ids: list[str]

    def handle(self, hostile: Hostile) -> Reply:
        """Let the story go on with this request."""
        self.bot.back_to(self.moments[hostile.at])
        return self.runner.run(self.bot.handle(hostile.request))


@pytest.fixture(scope="module")
def stage(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    file = Path(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("fuzz") / "fuzz.db"))
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        bot = runner.run(stack.enter_async_context(alone(file, counted("id"))))
        yield Stage(runner, bot, *runner.run(_told(bot)))
        runner.run(stack.aclose())


@pytest.mark.parametrize(("part", "number", "examples"), ROUNDS)
def test_whatever_arrives_gets_an_answer_and_touches_nobody_else(
    part: str, number: int, examples: int, stage: Stage
) -> None:
    strategies = {
        "payloads": lambda: payloads(stage.story, stage.ids),
        "bytes": lambda: signed_bytes(stage.story),
        "unsigned": lambda: unsigned(stage.story, stage.ids),
    }
    check = _unsigned_is_refused if part == "unsigned" else _signed_is_answered

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies[part]())
    def round_(hostile: Hostile) -> None:
        check(stage, hostile)

    round_()


def _signed_is_answered(stage: Stage, hostile: Hostile) -> None:
    reply = stage.handle(hostile)

    _no_errors(stage.bot)
    is_too_large = len(hostile.request.body) > LARGEST_BODY
    assert reply.status in ({413} if is_too_large else {200, 400})
    assert [problem for view in _shown(stage.bot, reply) for problem in _problems(view)] == []
    if stage.bot.has_written():
        assert foreign_rows(stage.bot.file) == stage.others[hostile.at]


def _unsigned_is_refused(stage: Stage, hostile: Hostile) -> None:
    reply = stage.handle(hostile)

    _no_errors(stage.bot)
    assert reply.status in {400, 401, 404, 405, 413}
    assert stage.bot.slack.calls == []
    assert not stage.bot.has_written()


def _shown(bot: Alone, reply: Reply) -> list[Json]:
    """Every view that the member would see: in the answer, and by the Web API."""
    answer = json.loads(reply.body) if reply.body.startswith(b"{") else {}
    return [*bot.slack.views, *([answer["view"]] if "view" in answer else [])]


def _problems(view: Json) -> Sequence[Problem]:
    return home_problems(view) if view.get("type") == "home" else view_problems(view)


async def _told(
    bot: Alone,
) -> tuple[Sequence[Recorded], list[sqlite3.Connection], list[list[object]], list[str]]:
    """Tell the story once, and keep the database as it is before each payload of it."""
    story = story_of(current_version())
    moments: list[sqlite3.Connection] = []
    for recorded in story:
        moments.append(bot.moment())
        content_type, body = encoded(recorded.kind, recorded.payload)
        reply = await bot.handle(Request(body, tuple(signed(body, content_type))))
        assert reply.status == 200
    ids = [*ids_in(bot.moment()), *World().members, *OTHERS]
    others = {moment: foreign_rows(moment) for moment in set(moments)}
    return story, moments, [others[moment] for moment in moments], ids


def _no_errors(bot: Alone) -> None:
    """Fail with what was logged as an error, if anything was."""
    if bot.errors:
        record = bot.errors[0]
        trace = traceback.format_exception(*record.exc_info) if record.exc_info else ()
        pytest.fail(f"{record.getMessage()}\n{''.join(trace)}", pytrace=False)
