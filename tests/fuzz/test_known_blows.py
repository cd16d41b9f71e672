"""Single blows that once broke something, or must never: each by its name."""

import copy
import json
import math
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.services.decisions.decide import DecisionService
from bot.slack.payloads import ids
from sandbox.rules import view_problems
from tests.fuzz.alone import Alone, Reply, Request, alone, signed
from tests.recorded.reading import Recorded, encoded, story_of
from tests.recorded.record import current_version
from tests.recorded.story import counted

Json = dict[str, Any]
STORY = story_of(current_version())


@pytest.fixture
async def bot(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Alone]:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "blows.db"))
    async with alone(file, counted("id")) as made:
        yield made


def recorded(name: str) -> Recorded:
    return next(each for each in STORY if each.name == name)


def a_copy(name: str) -> Json:
    return copy.deepcopy(dict(recorded(name).payload))


async def sent(bot: Alone, name: str, payload: Any) -> Reply:
    content_type, body = encoded(recorded(name).kind, payload)
    return await bot.handle(Request(body, tuple(signed(body, content_type))))


async def told_until(bot: Alone, name: str) -> None:
    """Tell the story up to, and without, the payload of this name."""
    for each in STORY[: STORY.index(recorded(name))]:
        await sent(bot, each.name, each.payload)


async def test_an_unexpected_error_is_told_with_its_reference(bot: Alone) -> None:
    await told_until(bot, "condition_met_answered")
    with patch.object(DecisionService, "condition_met", side_effect=RuntimeError):
        reply = await sent(
            bot, "condition_met_answered", recorded("condition_met_answered").payload
        )

    reference = bot.errors[0].getMessage().split()[-1]
    assert reference in json.loads(reply.body)["errors"]["brought"]


async def test_a_rejected_view_without_fields_says_so_in_words(bot: Alone) -> None:
    await told_until(bot, "draft_first_step")
    payload = a_copy("draft_first_step")
    payload["view"]["blocks"] = []
    payload["view"]["state"]["values"]["name"]["answer"]["value"] = "x" * 81

    reply = await sent(bot, "draft_first_step", payload)

    assert json.loads(reply.body)["response_action"] == "update"


@pytest.mark.parametrize("step", [-1, 3, 99, 10**30, math.inf, None, [], {}, "first"])
async def test_a_step_that_is_none_is_refused(bot: Alone, step: object) -> None:
    await told_until(bot, "draft_first_step_again")
    payload = a_copy("draft_first_step_again")
    metadata = json.loads(payload["view"]["private_metadata"]) | {"step": step}
    payload["view"]["private_metadata"] = json.dumps(metadata)

    reply = await sent(bot, "draft_first_step_again", payload)

    assert (reply.status, bot.errors) == (200, [])
    assert json.loads(reply.body)["view"]["callback_id"] == ids.NOTICE


@pytest.mark.parametrize("metadata", ["", "x", "5", "[" * 100_000])
async def test_metadata_that_does_not_read_is_refused(bot: Alone, metadata: str) -> None:
    await told_until(bot, "draft_first_step_again")
    payload = a_copy("draft_first_step_again")
    payload["view"]["private_metadata"] = metadata

    reply = await sent(bot, "draft_first_step_again", payload)

    assert (reply.status, bot.errors) == (200, [])
    assert json.loads(reply.body)["view"]["callback_id"] == ids.NOTICE


@pytest.mark.parametrize("nonsense", ["\0", "\ud800", "", "x" * 300, "ä", "a b"])
async def test_an_id_that_cannot_be_one_reaches_no_database(bot: Alone, nonsense: str) -> None:
    await told_until(bot, "draft_first_step")
    payload = a_copy("draft_first_step")
    metadata = json.loads(payload["view"]["private_metadata"]) | {"draft": nonsense}
    payload["view"]["private_metadata"] = json.dumps(metadata)
    bot.noted()

    reply = await sent(bot, "draft_first_step", payload)

    assert (reply.status, bot.errors, bot.has_written()) == (200, [], False)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_suggestion", "action_id": "x"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": 5}]},
        {"type": "block_actions", "actions": [{"action_id": "back"}], "user": {"id": 5}},
        {"type": "block_actions", "actions": [{"action_id": "back"}], "team": 5},
        {"type": "view_submission", "view": "callback_id"},
        {"type": "event_callback", "event": {"type": None}},
        {"type": ["shortcut"], "callback_id": "x"},
        {"command": ["/qualify"]},
        {},
    ],
)
async def test_what_slack_never_sends_is_refused(bot: Alone, payload: Json) -> None:
    reply = await sent(bot, "shortcut", payload)

    assert (reply.status, bot.errors) == (400, [])


async def test_an_event_about_nobody_is_taken_note_of(bot: Alone) -> None:
    reply = await sent(bot, "event_app_uninstalled", recorded("event_app_uninstalled").payload)

    assert (reply.status, bot.errors) == (200, [])


async def test_an_address_that_is_none_is_no_error(bot: Alone) -> None:
    reply = await sent(bot, "command_help", a_copy("command_help") | {"response_url": "file:///x"})

    assert (reply.status, bot.errors) == (200, [])


async def test_a_command_about_a_payload_is_a_command(bot: Alone) -> None:
    reply = await sent(bot, "draft_begins", a_copy("draft_begins") | {"text": "payload systems"})

    assert (reply.status, bot.slack.calls) == (200, ["users.info", "views.open"])


async def test_a_name_too_long_for_the_metadata_is_cut(bot: Alone) -> None:
    await told_until(bot, "draft_started_anew")
    payload = a_copy("draft_started_anew")
    payload["actions"][0]["value"] = "x" * 5000

    reply = await sent(bot, "draft_started_anew", payload)

    [view] = bot.slack.views
    assert (reply.status, view_problems(view)) == (200, [])
