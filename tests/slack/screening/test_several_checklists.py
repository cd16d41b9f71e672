"""Checklists that share the id of a question, and nothing else of it."""

from typing import Any

import pytest

from bot.slack.payloads import ids
from sandbox.inputs import REQUIRED
from tests.office import Office
from tests.slack.reading import words
from tests.slack.settings.test_checklists import adopt, open_checklists, upload

Json = dict[str, Any]
OURS = """
id: ours
title: {{en: Ours, de: Unsere}}
steps:
  - id: only
    title: {{en: Only, de: Nur}}
    questions:
      - {{id: offer, required: true, text: {{en: "How many?", de: "Wie viele?"}}, {kind}}}
rules:
  - id: fits
    when: otherwise
    verdict: pursue
    sentence: {{en: Go for it., de: Leg los.}}
"""
NUMBER = "kind: number, min: 0"
OTHER_OPTIONS = (
    "kind: one_of, options: [{id: few, text: {en: Few, de: Wenige}}, "
    "{id: many, text: {en: Many, de: Viele}}]"
)


@pytest.mark.parametrize(("kind", "answer"), [(NUMBER, "12"), (OTHER_OPTIONS, "many")])
async def test_what_was_entered_in_one_is_not_taken_for_an_answer_of_the_other(
    office: Office, kind: str, answer: str
) -> None:
    await open_checklists(office)
    await upload(office, OURS.format(kind=kind).encode())
    await adopt(office)
    await office.emma.command("/qualify", "Acme GmbH")
    view = await office.emma.wait_for_view()
    await office.emma.click(_action(view, "offer"), "offer", option="vague")
    await office.answered()

    view = await _choose(office, "ours")
    refused = await office.emma.submit({})
    view = await _choose(office, "walk-away")
    back = _element(view, "offer")
    view = await _choose(office, "ours")
    await office.emma.submit(
        {"offer": {_action(view, "offer"): _entered(_element(view, "offer"), answer)}}
    )
    await office.answered()

    assert refused.errors == {"offer": str(REQUIRED)}  # it is empty for Slack, too
    assert back["initial_option"]["value"] == "vague"
    assert "Go for it." in words(office.emma.view or {})
    assert office.slack.refusals == []


async def _choose(office: Office, checklist_id: str) -> Json:
    await office.emma.click(ids.ANSWER, ids.CHECKLIST, option=checklist_id)
    await office.answered()
    assert office.emma.view is not None
    return office.emma.view


def _element(view: Json, block_id: str) -> Json:
    return next(each["element"] for each in view["blocks"] if each.get("block_id") == block_id)


def _action(view: Json, block_id: str) -> str:
    return str(_element(view, block_id)["action_id"])


def _entered(element: Json, answer: str) -> Json:
    kind = element["type"]
    if kind == "number_input":
        return {"type": kind, "value": answer}
    option = next(each for each in element["options"] if each["value"] == answer)
    return {"type": kind, "selected_option": option}
