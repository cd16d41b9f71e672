"""A checklist that was stored comes back as a file that makes the same checklist."""

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from tests.checklists.test_other_checklists import BANT, RETAINER


@pytest.mark.parametrize(
    "loaded",
    [checklists.load(checklists.WALK_AWAY), BANT, RETAINER],
    ids=lambda it: it.checklist.id,
)
def test_the_file_read_again_has_the_same_version(loaded: checklists.Loaded) -> None:
    stored = checklists.restore(loaded.checklist.content)

    again = checklists.loads(as_yaml(stored)).checklist

    assert (again.id, again.version) == (stored.id, stored.version)


def test_a_question_begins_with_what_it_is() -> None:
    lines = as_yaml(BANT.checklist).splitlines()

    assert lines[0] == "id: bant"
    assert lines.index("steps:") < lines.index("rules:")
