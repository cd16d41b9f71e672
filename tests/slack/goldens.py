"""Golden files: what the views made once, read by people, and compared with ever since.

Each view has one text, such as `golden/card.txt`, with all its cases in both languages below
headings. Where Slack's exact shape counts, a file such as `golden/whole/card.ordinary.en.json`
holds the case as Slack gets it. `pytest tests/slack --update-golden` rewrites both. To keep one
more case whole, create an empty file for it in that folder first.
"""

import difflib
import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.slack.rendering import rendered

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = {"en": "English", "de": "German"}

Shape = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Goldens:
    """The golden files of a folder. A case is named by its view, its name and its language."""

    folder: Path = GOLDEN

    def differences(self, name: str, made: Any) -> list[str]:
        """Compare with what is kept, line by line."""
        view, heading = _place(name)
        text = self._sections(view).get(heading, "")
        found = _differences(f"{view}.txt, {heading}", text, rendered(made))
        whole = self._whole(name)
        if whole.exists() and json.loads(whole.read_text("utf-8")) != made:
            found += _differences(f"whole/{whole.name}", whole.read_text("utf-8"), _json(made))
        return found

    def unseen(self, made: Any) -> set[Shape]:
        """Find shapes of nodes that stand in no whole file. Text alone cannot show them exactly."""
        return set(_shapes(made)) - _shapes_in(self.folder / "whole") if "blocks" in made else set()

    def write(self, name: str, made: Any, *, whole: bool = False) -> None:
        """Keep what is made now. It is also kept whole if asked for, or if it was before."""
        view, heading = _place(name)
        if whole or self._whole(name).exists():
            self._whole(name).parent.mkdir(exist_ok=True)
            self._whole(name).write_text(_json(made), "utf-8")
        with _alone(self.folder):
            sections = {**self._sections(view), heading: rendered(made)}
            text = "\n\n".join(f"## {each}\n\n{sections[each]}" for each in _ordered(sections))
            self._text(view).write_text(text + "\n", "utf-8")

    def _sections(self, view: str) -> Mapping[str, str]:
        """The texts of a view by their headings."""
        path = self._text(view)
        written = path.read_text("utf-8").removesuffix("\n") if path.exists() else ""
        _, *parts = re.split(r"(?:\A|\n\n)## (.+)\n\n", written)
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def _text(self, view: str) -> Path:
        return self.folder / f"{view}.txt"

    def _whole(self, name: str) -> Path:
        return self.folder / "whole" / f"{name}.json"


def _place(name: str) -> tuple[str, str]:
    view, *case, language = name.split(".")
    return view, ", ".join([*case, LANGUAGES[language]])


def _ordered(headings: Mapping[str, str]) -> list[str]:
    """The ordinary case first, each case in English first."""
    return sorted(
        headings, key=lambda heading: (not heading.startswith("ordinary"), *_split(heading))
    )


def _split(heading: str) -> tuple[str, int]:
    *case, language = heading.split(", ")
    return ", ".join(case), list(LANGUAGES.values()).index(language)


def _json(made: Any) -> str:
    """Write as JSON, and refuse what JSON would change, such as a tuple."""
    text = json.dumps(made, ensure_ascii=False, indent=2)
    assert json.loads(text) == made
    return text + "\n"


def _differences(title: str, kept: str, made: str) -> list[str]:
    lines = difflib.unified_diff(
        kept.split("\n"), made.split("\n"), f"{title}: kept", f"{title}: made", lineterm="", n=2
    )
    return list(lines)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder against other test processes while a file is read and written."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


@cache
def _shapes_in(folder: Path) -> frozenset[Shape]:
    files = folder.glob("*.json")
    return frozenset(
        shape for path in files for shape in _shapes(json.loads(path.read_text("utf-8")))
    )


def _shapes(made: Any, place: str = "") -> Iterator[Shape]:
    """Each node: where it hangs, its type, and its keys."""
    if isinstance(made, dict):
        yield place, str(made.get("type", "")), tuple(sorted(made))
        for key, value in made.items():
            yield from _shapes(value, key)
    elif isinstance(made, list):
        for each in made:
            yield from _shapes(each, place)
