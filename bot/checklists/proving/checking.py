"""The check of an uploaded file, in a process of its own.

Reading and proving a large file takes seconds of computing, and the solver takes tens of megabytes:
the process that answers Slack should bear neither. The other process is started as a module, with a
day as its argument. It reads the file's bytes from standard input and prints JSON: ``content`` and
``warnings``, or ``problems``.
"""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from bot.checklists import loads, proved, restore
from bot.domain.checklist.model import Checklist
from bot.domain.errors import ChecklistProblem, ChecklistRejected

PATIENCE = 60.0
"""Seconds: the solver itself gives up after 10, and a busy machine is slow to begin."""


_PROBLEMS = TypeAdapter(list[ChecklistProblem])


@dataclass(frozen=True, slots=True)
class Checked:
    """A checklist that has been proved, and the warnings for its writer."""

    checklist: Checklist
    warnings: tuple[ChecklistProblem, ...] = ()


class Checker:
    """Checks one file at a time, so that uploads never take more than one processor."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore()

    async def check(self, content: bytes, *, on: date) -> Checked:
        """Return the checklist in a file that can be used.

        Raises:
            ChecklistRejected: With everything that is wrong, or was not proved in time.
            RuntimeError: The check itself failed.
            TimeoutError: The check did not end.
        """
        async with self._free:
            told = await _asked(content, on)
        if "problems" in told:
            raise ChecklistRejected(_problems(told["problems"]))
        checklist = await asyncio.to_thread(restore, told["content"])
        return Checked(checklist, tuple(_problems(told["warnings"])))


async def _asked(content: bytes, on: date) -> Mapping[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, on.isoformat()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            printed, _ = await process.communicate(content)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"the check of a checklist ended with {process.returncode}")
    told: Mapping[str, Any] = json.loads(printed)
    return told


def _problems(written: Iterable[Mapping[str, Any]]) -> list[ChecklistProblem]:
    return _PROBLEMS.validate_python(list(written))


def _output_for(content: bytes, on: date) -> Mapping[str, Any]:
    """Return what the process prints about a file."""
    try:
        loaded = loads(content)
        proved(loaded, on=on)
    except ChecklistRejected as rejected:
        return {"problems": _PROBLEMS.dump_python([*rejected.problems], mode="json")}
    warnings = _PROBLEMS.dump_python([*loaded.warnings], mode="json")
    return {"content": loaded.checklist.content, "warnings": warnings}


if __name__ == "__main__":
    json.dump(_output_for(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1])), sys.stdout)
