"""Writes down the payloads of this version: `python -m tests.recorded.record`."""

import asyncio
import json
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from bot.storage.schema import migrations
from tests.recorded.story import Story, staged

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def current_version() -> str:
    """Return the version of this checkout."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


async def record() -> list[dict[str, Any]]:
    """Play the story, and return its payloads in order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        migrated = folder / "migrated.db"
        await migrations.upgrade(f"sqlite:///{migrated}")
        async with staged(migrated, folder) as (office, recorder):
            await Story(office, recorder).play()
            assert office.slack.refusals == []
        return recorder.recorded


def write(recorded: list[dict[str, Any]], folder: Path) -> None:
    """Write one file for each payload, numbered in order."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, payload in enumerate(recorded, start=1):
        text = json.dumps(payload, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{number:02d}_{payload['name']}.json").write_text(text, "utf-8")


def main() -> None:
    """Record the version of this checkout."""
    folder = HERE / current_version()
    recorded = asyncio.run(record())
    write(recorded, folder)
    sys.stdout.write(f"{len(recorded)} payloads in {folder.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
