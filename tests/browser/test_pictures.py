"""The pictures of README.md show what the product shows today."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.pictures import KEPT, quoted, size_of, take_all, words_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TALLER = 1.15
"""By how much a picture may differ in height where other fonts are installed."""


async def test_the_pictures_of_the_readme_are_what_the_sandbox_shows(
    browser: Browser, tmp_path: Path
) -> None:
    taken = tmp_path / "pictures"
    taken.mkdir()

    await take_all(browser, taken, tmp_path / "walkaway.db")

    fresh = {path.stem: path for path in taken.iterdir()}
    assert fresh.keys() == quoted().keys()
    stale = [name for name, path in fresh.items() if not is_alike(path, KEPT / f"{name}.png")]
    assert stale == [], "the product looks different by now: `make screenshots`"


def is_alike(fresh: Path, kept: Path) -> bool:
    """Whether they show the same words in about the same size; their bytes may differ."""
    (width, height), (kept_width, kept_height) = size_of(fresh), size_of(kept)
    taller = max(height, kept_height) / min(height, kept_height)
    return words_of(fresh) == words_of(kept) and width == kept_width and taller < TALLER
