"""The check of an uploaded file in a process of its own."""

import asyncio
import sys
from datetime import date
from pathlib import Path

import psutil
import pytest

from bot import checklists
from bot.checklists.proving import checking
from bot.checklists.proving.checking import Checker
from bot.domain.errors import ChecklistRejected
from tests.checklists.test_other_checklists import DATA

TUESDAY = date(2026, 12, 1)
FIT_FILE = (DATA / "fit.yaml").read_bytes()


async def test_it_says_what_the_command_line_says() -> None:
    overlapping = FIT_FILE.replace(b"{score: fit, below: 5}", b"{score: fit, below: 8}")

    checked = await Checker().check(overlapping, on=TUESDAY)

    loaded = checklists.loads(overlapping)
    assert (checked.checklist, checked.warnings) == (loaded.checklist, loaded.warnings)
    assert len(checked.warnings) == 1


async def test_what_is_refuted_comes_with_its_counterexample() -> None:
    dead = FIT_FILE.replace(b"{score: fit, at_least: 5}", b"{score: fit, at_least: 50}")

    with pytest.raises(ChecklistRejected) as rejected:
        await Checker().check(dead, on=TUESDAY)

    assert any("never gives the verdict" in str(each.what) for each in rejected.value.problems)
    assert all(each.line for each in rejected.value.problems)


async def test_two_are_checked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    async def asked(content: bytes, _: date) -> dict[str, object]:
        happened.append(f"begun {content.decode()}")
        await asyncio.to_thread(bool)
        happened.append(f"done {content.decode()}")
        return {"problems": []}

    monkeypatch.setattr(checking, "_asked", asked)
    checker = Checker()
    both = [checker.check(content, on=TUESDAY) for content in (b"one", b"two")]
    await asyncio.gather(*both, return_exceptions=True)

    assert happened == ["begun one", "done one", "begun two", "done two"]


async def test_one_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PATIENCE", 0.0)

    before = psutil.Process().children()

    with pytest.raises(TimeoutError):
        await Checker().check(FIT_FILE, on=TUESDAY)

    assert psutil.Process().children() == before


async def test_one_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))

    with pytest.raises(RuntimeError, match="3"):
        await Checker().check(FIT_FILE, on=TUESDAY)
