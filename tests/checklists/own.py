"""A checklist of a workspace's own, in two versions, and more of them for the limit."""

from typing import Final

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.checklist.model import Checklist
from tests.checklists.test_other_checklists import RETAINER

OWN: Final = RETAINER.checklist


def retitled(checklist: Checklist, title: str, checklist_id: str = "") -> Checklist:
    """Return the same with another title, as another version, or as another checklist."""
    lines = as_yaml(checklist).splitlines()
    lines[0] = f"id: {checklist_id or checklist.id}"
    at = lines.index("title:")
    lines[at + 1 : at + 3] = [f"  en: {title}", f"  de: {title}"]
    return checklists.loads("\n".join(lines)).checklist


NEXT: Final = retitled(OWN, "Retainer, again")
