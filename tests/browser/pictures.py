"""The pictures of README.md, taken of the real bot in the sandbox; `make screenshots` runs this.

They are taken on the way that README.md sends a newcomer, at a time that never moves, so that
they change only when the product does. What README.md quotes of a picture has to be in sight
when it is taken. Each picture keeps the words that it shows, by which a test can tell whether
the page still shows them.
"""

import asyncio
import re
import struct
import tempfile
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, FloatRect, Locator, ViewportSize, async_playwright, expect

from bot.storage.schema.migrations import upgrade
from sandbox import Slack
from tests.browser.conftest import Desk, at_work
from tests.office import SetClock
from tests.sandbox.page.conftest import CHROMIUM, SWITCHES

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / "docs" / "pictures"
WINDOW: Final[ViewportSize] = {"width": 1280, "height": 800}
NARROW: Final[ViewportSize] = {"width": 1040, "height": 800}
TALL: Final[ViewportSize] = {"width": 1040, "height": 860}
"""All of a Home with a draft and two prospects."""
MARGIN: Final = 16
"""Around what is cut out of the window."""

JONAS, EMMA = "U0JONAS", "U0EMMA"
SALES, VERDICTS, HOME = "C0SALES", "C0VERDICTS", "home"

_IN_README: Final = re.compile(r"!\[([^\]]*)\]\(docs/pictures/([^)]+)\.png\)")
_WORDS: Final = b"Words\0\0\0\0\0"
"""Begins the part of a PNG file in which we keep its words: uncompressed, in no language."""


def main() -> None:
    """Take every picture and keep it."""
    asyncio.run(_renew())


def quoted() -> dict[str, list[str]]:
    """What README.md says is to be read in each picture, by the picture's name."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    return {name: re.findall("“([^”]+)”", alt) for alt, name in _IN_README.findall(text)}


def words_of(picture: Path) -> str:
    """Read what a picture shows; nothing when it is not one of ours."""
    before, mark, after = picture.read_bytes().partition(b"iTXt" + _WORDS)
    length = int.from_bytes(before[-4:], "big") - len(_WORDS) if mark else 0
    return after[:length].decode()


def size_of(picture: Path) -> tuple[int, int]:
    """Read how wide and how high a picture is."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


async def take_all(browser: Browser, folder: Path, database: Path) -> None:
    """Play the story of README.md, and put its pictures into the folder."""
    await upgrade(f"sqlite:///{database}")
    async with at_work(database, clock := SetClock()) as slack:
        camera = Camera(folder, quoted())
        async with _desk(browser, slack) as desk:
            await _screen_acme(desk, camera, clock)
            await _walk_away(desk, camera, clock)
            await _fill_a_home(desk, camera)


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures in which everything is to be read that was quoted."""

    folder: Path
    quoted: Mapping[str, Sequence[str]]

    async def take(self, name: str, subject: Locator, margin: int = MARGIN) -> None:
        """Keep a picture of a part of the page, after seeing that it shows what it should."""
        for words in self.quoted.get(name, ()):
            found = subject.get_by_text(words).filter(visible=True).first
            await expect(found).to_be_in_viewport(ratio=1)
        path = self.folder / f"{name}.png"
        clip = await _around(subject, margin)
        await subject.page.screenshot(path=path, clip=clip, animations="disabled")
        _keep_words(path, " ".join((await subject.inner_text()).split()))


async def _renew() -> None:
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            await take_all(browser, KEPT, Path(scratch, "walkaway.db"))
            await browser.close()


@asynccontextmanager
async def _desk(browser: Browser, slack: Slack) -> AsyncIterator[Desk]:
    context = await browser.new_context(device_scale_factor=1, reduced_motion="reduce")
    page = await context.new_page()
    await page.set_viewport_size(WINDOW)
    await page.goto(slack.page_url)
    await page.get_by_test_id("composer").wait_for()
    yield Desk(page, slack, None)
    await context.close()


async def _screen_acme(desk: Desk, camera: Camera, clock: SetClock) -> None:
    await desk.become(EMMA)
    await desk.say("/qualify Acme GmbH")
    await desk.write(expected_value="12,000")
    await desk.choose(offer="clear", numbers="partly")
    await desk.modal.get_by_text("Step 1 of 3").scroll_into_view_if_needed()
    await camera.take("first-step", desk.modal)

    await desk.write(expected_value="a lot")
    await desk.submit()
    await expect(desk.page.get_by_test_id("error-expected_value")).to_be_visible()
    await desk.block("first_contact").scroll_into_view_if_needed()
    await camera.take("field-error", desk.modal)
    await desk.write(expected_value="12,000", first_contact="2026-11-27")
    await desk.submit()

    await desk.choose(willing="yes", able="yes", fire="unknown")
    await desk.submit()
    clock.move(minutes=4)
    await desk.choose(value="at_once")
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await expect(desk.modal).to_contain_text("Open card")
    await camera.take("verdict", desk.modal)
    await desk.modal.get_by_test_id("modal-close").click()


async def _walk_away(desk: Desk, camera: Camera, clock: SetClock) -> None:
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("Acme GmbH")
    await camera.take("card", desk.page.locator("body"), margin=0)
    clock.move(hours=2)
    await desk.press("walk_away", desk.card)
    await expect(desk.card.get_by_test_id("replies")).to_be_visible()
    await desk.page.set_viewport_size(NARROW)
    await desk.page.mouse.move(0, 0)
    await camera.take("walked-away", desk.card, margin=0)
    await desk.page.set_viewport_size(WINDOW)


async def _fill_a_home(desk: Desk, camera: Camera) -> None:
    await desk.become(JONAS)
    await _screen(desk, "Kolibri Reisen", {"numbers_given": "2,1 Mio."}, value="at_once")
    await _screen(desk, "Müller & Söhne", {"numbers_given": "900.000"}, value="not_shown")
    await desk.say("/qualify Nordwind AG")
    await desk.choose(offer="vague", numbers="none")
    await desk.submit()
    await expect(desk.block("willing")).to_be_visible()
    await desk.modal.get_by_test_id("modal-x").click()
    await desk.go_to(VERDICTS)
    await expect(desk.card).to_contain_text("Müller & Söhne")
    await desk.go_to(HOME)
    home = desk.page.get_by_test_id("home")
    await expect(home.locator('[data-action-id="continue_draft"]')).to_be_visible()
    await desk.page.set_viewport_size(TALL)
    await camera.take("home-german", home, margin=0)


async def _screen(desk: Desk, name: str, numbers: dict[str, str], value: str) -> None:
    await desk.say(f"/qualify {name}")
    await desk.choose(offer="clear", numbers="ready")
    await desk.write(**numbers)
    await desk.submit()
    await desk.choose(value=value)
    await desk.submit()
    await expect(desk.modal.get_by_test_id("modal-submit")).to_have_count(0)
    await desk.modal.get_by_test_id("modal-close").click()
    await expect(desk.modal).to_have_count(0)


async def _around(subject: Locator, margin: int) -> FloatRect:
    box = await subject.bounding_box()
    assert box is not None
    return {
        "x": box["x"] - margin,
        "y": box["y"] - margin,
        "width": box["width"] + 2 * margin,
        "height": box["height"] + 2 * margin,
    }


def _keep_words(picture: Path, words: str) -> None:
    """Put them before the last part of the file, which is always the same twelve bytes."""
    part = b"iTXt" + _WORDS + words.encode()
    length, check = len(part) - 4, zlib.crc32(part)
    whole = picture.read_bytes()
    chunk = length.to_bytes(4, "big") + part + check.to_bytes(4, "big")
    picture.write_bytes(whole[:-12] + chunk + whole[-12:])


if __name__ == "__main__":
    main()
