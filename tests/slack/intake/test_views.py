"""What is said of drafts that came in, and the door, as they look; Slack would take them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from bot import checklists
from bot.domain.delivery.contents import IncomingDraft, IntakeMessage, ManagersMessage, NudgeMessage
from bot.domain.delivery.payloads import DoorChanged
from bot.domain.intake import LISTED, NOBODY, DoorAct, DoorChange
from bot.domain.people import MemberId
from bot.domain.screening import ChecklistVersion, Draft, DraftId, VersionId
from bot.slack import intake
from bot.slack.kit.blocks import Rendered, classic
from bot.slack.managers.messages import managers_message
from bot.slack.nudges import nudge_message
from bot.slack.screening.drafts import drafts_view
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases
from tests.slack.managers.test_messages import HOSTILE_NAMES
from tests.slack.managers.test_messages import told as to_manager
from tests.slack.nudges.test_nudge import HOSTILE, LONGEST, ORDINARY, nudge, prospect

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
WORKSPACE = cases.overview(ORDINARY).workspace
VERSION = ChecklistVersion(VersionId("v1"), 1, checklists.default())
ADDRESS = "https://walkaway.example.com/hooks/" + "s" * 43


def incoming(case: cases.Case, owner: MemberId = cases.ANNA, number: int = 1) -> IncomingDraft:
    facts = replace(cases.overview(case).facts, owner=owner)
    draft = Draft(DraftId(f"d{number}"), owner, VERSION.id, facts, AT, came_at=AT, waits_since=AT)
    return IncomingDraft(draft, 3, 6, date(2026, 11, 30))


def message(
    case: cases.Case | None, owner: MemberId = cases.ANNA, names: Mapping[str, str] = cases.NAMES
) -> IntakeMessage:
    row = None if case is None else incoming(case, owner)
    return IntakeMessage(WORKSPACE, cases.ANNA, row, names)


def waiting(told: NudgeMessage, *rows: IncomingDraft) -> NudgeMessage:
    return replace(told, drafts=rows)


def listed(told: ManagersMessage, *rows: IncomingDraft) -> ManagersMessage:
    return replace(told, drafts=rows)


MANY = [incoming(LONGEST, number=number) for number in range(LISTED)]
MESSAGES: Mapping[str, Callable[[Texts], Rendered]] = {
    "intake.own": partial(intake.intake_message, message(ORDINARY)),
    "intake.of_nobody": partial(intake.intake_message, message(ORDINARY, NOBODY)),
    "intake.taken_over": partial(intake.intake_message, message(ORDINARY, cases.BEN)),
    "intake.gone": partial(intake.intake_message, message(None)),
    "intake.hostile": partial(intake.intake_message, message(HOSTILE, cases.BEN, HOSTILE_NAMES)),
    "intake.longest": partial(intake.intake_message, message(LONGEST, NOBODY)),
    "nudge.drafts": partial(nudge_message, waiting(nudge(), incoming(ORDINARY))),
    "nudge.drafts_too": partial(
        nudge_message, waiting(nudge(prospect(ORDINARY)), incoming(HOSTILE))
    ),
    "nudge.drafts_longest": partial(nudge_message, waiting(nudge(), *MANY)),
    "nudge.drafts_gone": partial(nudge_message, nudge()),
    "managers.drafts": partial(
        managers_message,
        listed(to_manager(), incoming(ORDINARY, NOBODY), incoming(HOSTILE, cases.BEN, 2)),
    ),
    "managers.drafts_too": partial(
        managers_message, listed(to_manager(prospect(ORDINARY)), incoming(ORDINARY, cases.BEN))
    ),
    "managers.drafts_longest": partial(managers_message, listed(to_manager(), *MANY)),
    **{
        f"door_line.{act}": partial(intake.door_line, DoorChanged(act, cases.SABINE))
        for act in DoorAct
    },
}
CHANGES = [
    DoorChange(DoorAct.REPLACED, cases.SABINE, AT),
    DoorChange(DoorAct.OPENED, cases.SABINE, AT),
]
MODALS: Mapping[str, Callable[[Texts], Any]] = {
    "door.closed": lambda texts: intake.door_view([], cases.BERLIN, texts, is_open=False),
    "door.open": lambda texts: intake.door_view(CHANGES, cases.BERLIN, texts, is_open=True),
    "door.new": lambda texts: intake.door_view(
        CHANGES, cases.BERLIN, texts, is_open=True, address=ADDRESS
    ),
    "door.not_served": lambda texts: intake.door_view(
        CHANGES, cases.BERLIN, texts, is_open=True, is_served=False
    ),
    "assign_dialog.ordinary": partial(intake.assign_dialog, incoming(ORDINARY).draft),
    "assign_dialog.hostile": partial(intake.assign_dialog, incoming(HOSTILE).draft),
    "assign_dialog.longest": partial(intake.assign_dialog, incoming(LONGEST).draft),
    "drafts.incoming": lambda texts: drafts_view(
        [incoming(ORDINARY).draft], "", texts, zone=cases.BERLIN
    ),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", MESSAGES)
def test_message_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MESSAGES[name](Texts(language))

    for each in (drawn, classic(drawn)):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    golden(f"{name}.{language}", {"text": drawn.text, "blocks": drawn.blocks})


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", MODALS)
def test_modal_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MODALS[name](Texts(language))

    assert list(view_problems(drawn)) == []
    golden(f"{name}.{language}", drawn)


@pytest.mark.parametrize("beside", range(30, 51))
def test_every_draft_that_counts_as_told_is_shown(beside: int) -> None:
    texts, rows = Texts("en"), [incoming(ORDINARY, number=number) for number in range(LISTED)]
    others = [{"type": "divider"}] * beside

    for words, blocks in (
        intake.waiting_for_owner(rows, texts, beside=beside),
        intake.waiting_for_managers(rows, cases.NAMES, texts, beside=beside),
    ):
        drawn = intake.ending(others, blocks)
        assert len(words) == LISTED + 1
        assert len(drawn) <= 50
        assert str(drawn).count(" came in on ") == LISTED


def test_the_address_stands_only_where_it_was_just_made() -> None:
    shown = {name: str(MODALS[name](Texts("en"))) for name in ("door.open", "door.new")}

    assert ADDRESS not in shown["door.open"]
    assert ADDRESS in shown["door.new"]
