"""Whatever is wrong with an upload stands in the modal, with its line, in the reader's language."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.checklists.proving import checking
from bot.domain.errors import Language, Sentence
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.texts import Texts
from sandbox.member import Member
from tests.checklists.bad_inputs import BAD, Bad
from tests.office import Office
from tests.slack.overrides.test_listeners import name_managers
from tests.slack.reading import DE, EN, words
from tests.slack.settings.test_checklists import lines, open_checklists, upload

pytestmark = pytest.mark.usefixtures("checked_here")


@pytest.fixture
def checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check files in this process: a new one for each costs a second."""

    async def asked(content: bytes, on: date) -> Mapping[str, Any]:
        told: Mapping[str, Any] = json.loads(json.dumps(checking._output_for(content, on)))
        return told

    monkeypatch.setattr(checking, "_asked", asked)


@pytest.mark.parametrize("texts", [EN, DE], ids=["en", "de"])
async def test_it_is_named_with_line_and_place(office: Office, texts: Texts) -> None:
    await name_managers(office, "U0SABINE", "U0EMMA")
    member = office.sabine if texts is DE else office.emma
    await open_checklists(office, member)

    for bad in BAD:
        view = await upload(office, bad.content, member)
        assert view["callback_id"] == ids.CHECKLIST_UPLOAD, bad.name
        assert located(bad, texts) in words(view), bad.name

    assert lines(office) == []
    assert office.slack.refusals == []
    assert len(await adopted(office, member)) == 1


async def adopted(office: Office, member: Member) -> list[str]:
    """Return the checklists in use."""
    await member.close(everything=True)
    view = await open_checklists(office, member)
    found = [each.get("block_id", "") for each in view["blocks"]]
    return [each for each in found if each.startswith("in_use.")]


def located(bad: Bad, texts: Texts) -> str:
    """Return what is wrong with a file as it stands in the modal."""
    (problem, *_) = checking._output_for(bad.content, date(2026, 12, 1))["problems"]
    sentence = in_language(Sentence(**problem["what"]), texts)
    assert texts is EN or sentence != bad.said
    line = "" if bad.line is None else texts("Line {n}", n=bad.line)
    place = ", ".join(each for each in (line, bad.path) if each)
    return (f"*{kit.escape(place)}*: " if place else "") + kit.escape(kit.cut(sentence, 600))


def in_language(sentence: Sentence, texts: Texts) -> str:
    return texts(sentence.message, **{k: valued(v, texts) for k, v in sentence.values.items()})


def valued(value: Any, texts: Texts) -> str:
    if isinstance(value, dict) and "code" in value:
        return texts.language_name(Language(**value).code)
    if isinstance(value, dict):
        return in_language(Sentence(**value), texts)
    if isinstance(value, list | tuple):
        return ", ".join(valued(each, texts) for each in value)
    return str(value)
