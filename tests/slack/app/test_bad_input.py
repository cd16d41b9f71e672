"""What should not arrive and does: each gets its sentence, nothing is lost, nothing crashes."""

import json
import logging
from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlalchemy import delete

from bot.services.decisions.decide import DecisionService
from bot.services.screening.screen import ScreeningService
from bot.slack.payloads import ids
from bot.storage.screening import drafts, qualifications
from sandbox import payloads
from sandbox.member import Member
from tests.office import CHANNEL, GOOD, NO_OFFER, Office
from tests.slack.reading import told, words

Json = dict[str, Any]
OUTDATED = "This button is from an older version"
GONE = "This screening is gone"


@pytest.fixture(autouse=True)
def nothing_unhandled(caplog: pytest.LogCaptureFixture) -> Any:
    """See to it that no payload reached the last resort."""
    yield
    logged = [record.getMessage() for record in caplog.get_records("call")]
    assert not [each for each in logged if "was not handled" in each]
    assert not [each for each in logged if "work after an answer failed" in each]


def errors_logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


async def act(office: Office, member: Member, card: Json, **action: Any) -> None:
    """Let an element arrive that no card of ours has."""
    message = office.slack.workspace.messages.find(CHANNEL, card["ts"])
    assert message is not None
    used = {"block_id": "decide", "type": "button"} | action
    payload = payloads.message_actions(office.slack.workspace, member.profile, message, used, {})
    await office.slack.delivery.send("interactive", payload)
    await office.answered()


async def hand_in(
    office: Office, member: Member, change: Callable[[Json], None] = lambda _: None
) -> Json:
    """Submit the modal on top with what was entered, changed on the way; return the answer."""
    view = office.slack.workspace.views.stack(member.id)[-1]
    payload = payloads.view_submission(office.slack.workspace, member.profile, view)
    payload = json.loads(json.dumps(payload))
    change(payload)
    answer = await office.slack.delivery.send("interactive", payload)
    await office.answered()
    return answer


def notice_in(answer: Json) -> str:
    assert answer["response_action"] == "update"
    assert answer["view"]["callback_id"] == ids.NOTICE
    return words(answer["view"])


WRONG_ACTIONS: Final[dict[str, Json]] = {
    "unknown action": {"action_id": "abolish", "value": "p.1"},
    "no value": {"action_id": "walk_away"},
    "no revision": {"action_id": "walk_away", "value": "p"},
    "odd revision": {"action_id": "walk_away", "value": "p.x"},
    "huge revision": {"action_id": "walk_away", "value": "p." + "9" * 5000},
    "menu without a choice": {"action_id": "more", "type": "overflow"},
    "unknown choice": {
        "action_id": "more",
        "type": "overflow",
        "selected_option": {"value": "abolish.p.1"},
    },
    "a choice that is no decision": {
        "action_id": "more",
        "type": "overflow",
        "selected_option": {"value": "qualify.p.1"},
    },
    "a button of a modal": {"action_id": "back", "value": "x"},
}


@pytest.mark.parametrize("name", WRONG_ACTIONS)
async def test_a_button_of_another_version_gets_a_sentence(
    office: Office, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    card = await office.screen(office.emma, **GOOD)

    await act(office, office.emma, card, **WRONG_ACTIONS[name])

    assert OUTDATED in told(office.emma)
    assert errors_logged(caplog) == []


async def test_a_button_of_a_prospect_that_is_gone_gets_a_sentence(office: Office) -> None:
    card = await office.screen(office.emma, **GOOD)

    for action in ("walk_away", "won", "lost", "undo", "condition_met", "requalify", "details"):
        await act(office, office.emma, card, action_id=action, value="gone.1")
        assert "That prospect is gone" in told(office.emma)


async def test_an_unknown_shortcut_gets_a_sentence(office: Office) -> None:
    await office.emma.shortcut("unheard_of")
    await office.answered()

    assert OUTDATED in told(office.emma)


def with_metadata(text: Any) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        payload["view"]["private_metadata"] = text

    return change


def with_step(**parts: Any) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        data = json.loads(payload["view"]["private_metadata"]) | parts
        payload["view"]["private_metadata"] = json.dumps(data)

    return change


def by(member_id: str) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        payload["user"]["id"] = member_id

    return change


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"draft": 1}', "\u0000"])
async def test_a_view_with_unreadable_metadata_gets_a_sentence(
    office: Office, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    await office.begin(office.emma)

    answer = await hand_in(office, office.emma, with_metadata(text))

    assert OUTDATED in notice_in(answer)
    assert errors_logged(caplog) == []


async def test_a_view_that_nobody_knows_gets_a_sentence(office: Office) -> None:
    await office.begin(office.emma)

    def change(payload: Json) -> None:
        payload["view"]["callback_id"] = "unheard_of"

    assert OUTDATED in notice_in(await hand_in(office, office.emma, change))


@pytest.mark.parametrize("step", [99, -1, -99])
async def test_a_step_that_the_checklist_does_not_have_gets_a_sentence(
    office: Office, step: int
) -> None:
    await at_the_second_step(office)

    answer = await hand_in(office, office.emma, with_step(step=step))

    assert answer["response_action"] in {"errors", "update"}


@pytest.mark.parametrize("values", [None, [], {"offer": None}, {"offer": {"answer": {}}}])
async def test_a_view_with_unreadable_state_gets_a_sentence(office: Office, values: Any) -> None:
    await office.begin(office.emma)

    def change(payload: Json) -> None:
        payload["view"]["state"] = {"values": values}

    answer = await hand_in(office, office.emma, change)

    assert answer["response_action"] in {"errors", "update"}


async def test_an_option_that_is_not_offered_any_more_is_said_beside_its_field(
    office: Office,
) -> None:
    await office.begin(office.emma)

    def change(payload: Json) -> None:
        option = {"text": {"type": "plain_text", "text": "x"}, "value": "sometimes"}
        answer = payload["view"]["state"]["values"]["offer"]["answer"]
        answer["selected_option"] = option

    answer = await hand_in(office, office.emma, change)

    assert "no longer offered" in answer["errors"]["offer"]
    assert "Answer this question." in answer["errors"]["numbers"]


async def test_a_name_that_is_too_long_is_said_beside_its_field(office: Office) -> None:
    await office.begin(office.emma)

    def change(payload: Json) -> None:
        payload["view"]["state"]["values"]["name"]["answer"]["value"] = "👩🏽‍🚀" * 200

    answer = await hand_in(office, office.emma, change)

    assert "Shorten it to 80 characters." in answer["errors"]["name"]


async def test_a_draft_that_is_gone_gets_a_sentence(office: Office) -> None:
    await at_the_second_step(office)
    async with office.database.writing() as connection:
        await connection.execute(delete(drafts))

    assert GONE in notice_in(await hand_in(office, office.emma))


async def test_back_from_a_draft_that_is_gone_gets_a_sentence(office: Office) -> None:
    await at_the_second_step(office)
    async with office.database.writing() as connection:
        await connection.execute(delete(drafts))

    await office.emma.click(ids.BACK)
    await office.answered()

    assert GONE in told(office.emma)


async def test_the_draft_of_somebody_else_stays_theirs(office: Office) -> None:
    await at_the_second_step(office)

    answer = await hand_in(office, office.emma, by("U0SABINE"))

    assert notice_in(answer)
    assert await office.rows(qualifications) == []
    [draft] = await office.rows(drafts)
    assert draft.member_id == "U0EMMA"


async def test_a_guest_cannot_submit_a_modal_that_somebody_else_opened(office: Office) -> None:
    await office.begin(office.emma)

    assert "You're a guest" in notice_in(await hand_in(office, office.emma, by("U0GIL")))


async def test_submitting_twice_shows_the_verdict_twice_and_files_it_once(
    office: Office,
) -> None:
    await office.begin(office.emma)
    view = office.slack.workspace.views.stack("U0EMMA")[-1]
    touched = office.emma
    payload = payloads.view_submission(office.slack.workspace, touched.profile, view)
    payload["view"]["state"]["values"] |= state_of(view.blocks, NO_OFFER)

    answers = [await office.slack.delivery.send("interactive", payload) for _ in range(2)]
    await office.delivered()

    assert [each["view"]["callback_id"] for each in answers] == [ids.VERDICT] * 2
    assert len(await office.rows(qualifications)) == 1
    assert len(office.cards) == 1


async def test_what_nobody_foresaw_has_a_reference_and_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await office.begin(office.emma, "Acme")
    with monkeypatch.context() as broken:
        broken.setattr(ScreeningService, "answer", boom)
        refused = await office.submit(office.emma, **NO_OFFER)

    [sentence] = refused.errors.values()
    [logged] = errors_logged(caplog)
    reference = logged.getMessage().rpartition(" ")[2]
    assert reference in sentence
    assert "boom" not in sentence
    assert logged.exc_info is not None
    assert "boom" in str(logged.exc_info[1])
    card = await office.finish(office.emma)  # nothing has to be typed again
    assert "Acme" in card["text"]


async def test_what_nobody_foresaw_after_a_click_has_a_reference_too(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    monkeypatch.setattr(DecisionService, "walk_away", boom)

    await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    [logged] = errors_logged(caplog)
    assert logged.getMessage().rpartition(" ")[2] in told(office.emma)


async def test_what_nobody_foresaw_after_a_command_has_a_reference_too(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ScreeningService, "begin", boom)

    await office.emma.command("/qualify", "Acme")
    await office.answered()

    [logged] = errors_logged(caplog)
    assert logged.getMessage().rpartition(" ")[2] in told(office.emma)


async def boom(*_: Any, **__: Any) -> None:
    raise RuntimeError("boom")


async def at_the_second_step(office: Office) -> None:
    await office.begin(office.emma)
    await office.submit(office.emma, **GOOD)


def state_of(blocks: list[Json], entries: Json) -> Json:
    """Return what stands in radio buttons, as Slack sends it."""
    asked = {block.get("block_id") for block in blocks}
    return {
        key: {"answer": {"type": "radio_buttons", "selected_option": {"value": value}}}
        for key, value in entries.items()
        if key in asked
    }
