"""The checklists, and the way from a YAML file to a ``Checklist``.

``load`` and ``loads`` read a file and check everything except the proof, which ``proved`` adds.
``restore`` rebuilds a checklist from the content stored with it.
"""

import json
import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from bot.checklists.proving.proof import problems_of
from bot.checklists.reader import read_checklist
from bot.checklists.source import Source, read_yaml
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.totality import Proof
from bot.domain.errors import ChecklistProblem, ChecklistRejected, sentence

__all__ = ["WALK_AWAY", "Loaded", "default", "load", "loads", "proved", "restore", "shipped"]

LARGEST_FILE = 256_000
"""Bytes; the longest checklist that Walkaway comes with takes a tenth of that."""

WALK_AWAY = Path(__file__).with_name("walk-away.yaml")
_OTHERS = ("bant", "champ", "meddpicc", "spiced", "go-no-go", "red-flags")
SHIPPED = {"walk-away": WALK_AWAY} | {
    each: Path(__file__).with_name("shipped") / f"{each}.yaml" for each in _OTHERS
}
"""The checklists that Walkaway comes with, by their ids."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checklist that can be used, the warnings about it, and its source."""

    checklist: Checklist
    warnings: tuple[ChecklistProblem, ...]
    source: Source


def load(path: Path) -> Loaded:
    """Read a checklist from a file.

    Raises:
        ChecklistRejected: With everything that is wrong with it.
        OSError: The file can't be read.
    """
    with path.open("rb") as stream:
        return loads(stream.read(LARGEST_FILE + 1), str(path))


def loads(text: str | bytes, file: str = "checklist") -> Loaded:
    """Read a checklist from a text or a file's bytes; `file` is its name in error messages.

    Raises:
        ChecklistRejected: With everything that is wrong with it.
    """
    if len(text) > LARGEST_FILE:
        what = sentence(
            "The file is too large; {limit} kB are allowed.", limit=LARGEST_FILE // 1000
        )
        raise ChecklistRejected([ChecklistProblem(file, None, "", what)])
    if isinstance(text, bytes):
        text = _decoded(text, file)
    source = read_yaml(text, file)
    checklist, warnings = read_checklist(source)
    return Loaded(checklist, warnings, source)


def _decoded(content: bytes, file: str) -> str:
    line: int | None = None
    if not content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and b"\0" not in content[:4]:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
    what = sentence("Save the file as UTF-8. It has another encoding.")
    raise ChecklistRejected([ChecklistProblem(file, line, "", what)])


def proved(loaded: Loaded, *, on: date, seconds: Callable[[], float] = time.monotonic) -> Proof:
    """Prove that every combination of answers gets a verdict, and that every rule is needed.

    The examples are answers given on this day. The proof takes up to ten seconds.

    Raises:
        ChecklistRejected: With a counterexample for everything that does not hold, and with all
            that could not be proved in time.
    """
    solver = import_module("bot.checklists.proving.solver")  # costs 100 ms: only where needed
    proof: Proof = solver.prove(loaded.checklist, on=on, seconds=seconds)
    if not proof.holds:
        raise ChecklistRejected(problems_of(proof, loaded.checklist, loaded.source))
    return proof


def restore(content: str) -> Checklist:
    """Return the checklist with this ``content``, in the same version."""
    source = Source("stored checklist", json.loads(content), {})
    checklist, _ = read_checklist(source, is_stored=True)
    return checklist


def exported(text: str, file: str) -> Checklist:
    """Read the file of a checklist that a workspace once used, in the same version.

    Raises:
        ChecklistRejected: The file was changed and is no longer a valid checklist.
    """
    checklist, _ = read_checklist(read_yaml(text, file), is_stored=True)
    return checklist


def default() -> Checklist:
    """Return the default checklist of Walkaway."""
    found = shipped("walk-away")
    assert found is not None  # noqa: S101 - it is in the table
    return found


@cache
def shipped(checklist_id: str) -> Checklist | None:
    """Return the checklist with this id that Walkaway comes with, if there is one."""
    path = SHIPPED.get(checklist_id)
    return None if path is None else load(path).checklist
