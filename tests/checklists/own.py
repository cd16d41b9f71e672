"""A checklist of a workspace's own, in two versions, and more of them for the limit."""

import json
from typing import Final

from bot import checklists
from bot.domain.checklist.model import Checklist
from tests.checklists.test_other_checklists import RETAINER

OWN: Final = RETAINER.checklist


def retitled(checklist: Checklist, title: str, checklist_id: str = "") -> Checklist:
    """Return the same with another title, as another version, or as another checklist."""
    content = json.loads(checklist.content)
    content["id"] = checklist_id or checklist.id
    content["title"] = {"en": title, "de": title}
    return checklists.restore(json.dumps(content))


NEXT: Final = retitled(OWN, "Retainer, again")
