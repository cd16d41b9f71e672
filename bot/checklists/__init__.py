"""The checklists, and the way from a YAML file to a ``Checklist``.

``load`` and ``loads`` read and check everything but the proof; ``proved`` does the proof too.
``restore`` makes a checklist again from the content that was stored with it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.checklists.proof import problems_of
from bot.checklists.reader import read_checklist
from bot.checklists.source import Source, read_yaml
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.totality import Proof, prove
from bot.domain.errors import ChecklistProblem, ChecklistRejected

__all__ = ["WALK_AWAY", "Loaded", "default", "load", "loads", "proved", "restore", "shipped"]

WALK_AWAY = Path(__file__).with_name("walk-away.yaml")
SHIPPED = {"walk-away": WALK_AWAY}
"""The checklists that Walkaway comes with, by their ids."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checklist that can be used, what should be thought about, and where it is from."""

    checklist: Checklist
    warnings: tuple[ChecklistProblem, ...]
    source: Source


def load(path: Path) -> Loaded:
    """Read a checklist from a file.

    Raises:
        ChecklistRejected: With everything that is wrong with it.
        OSError: The file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = ChecklistProblem(str(path), None, "", "The file is not a text in UTF-8.")
        raise ChecklistRejected([problem]) from None
    return loads(text, str(path))


def loads(text: str, file: str = "checklist") -> Loaded:
    """Read a checklist from a text; the file is named in what is wrong with it."""
    source = read_yaml(text, file)
    checklist, warnings = read_checklist(source)
    return Loaded(checklist, warnings, source)


def proved(loaded: Loaded) -> Proof:
    """Prove that every combination of answers gets a verdict and every rule is needed.

    Raises:
        ChecklistRejected: With a counterexample in words for everything that is not so.
    """
    proof = prove(loaded.checklist)
    if not proof.holds:
        raise ChecklistRejected(problems_of(proof, loaded.checklist, loaded.source))
    return proof


def restore(content: str) -> Checklist:
    """The checklist whose ``content`` this is, with the same version."""
    source = Source("stored checklist", json.loads(content), {})
    checklist, _ = read_checklist(source)
    return checklist


@cache
def default() -> Checklist:
    """The checklist that Walkaway comes with."""
    return load(WALK_AWAY).checklist


@cache
def shipped(checklist_id: str) -> Checklist | None:
    """Return the checklist of ours with this id."""
    path = SHIPPED.get(checklist_id)
    return None if path is None else load(path).checklist
