"""What was sent to any version still gets an answer from this one."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app import commands, dispatch
from bot.slack.payloads import ids, payloads
from tests.fuzz.alone import Alone, Reply, Request, alone, signed
from tests.recorded.reading import Recorded, encoded, story_of, versions
from tests.recorded.record import current_version
from tests.recorded.story import counted

SILENT = {
    "answer",
    "remembered_answer",
    "view_closed",
    "open_card",
    "decline_rewritten",
    "decline_mail",
    "decline_done",
}
"""What asks for nothing; an answer does only where other questions hang on it."""


@pytest.mark.parametrize("version", versions())
async def test_a_recorded_payload_gets_an_answer_still(
    version: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "replayed.db"))
    async with alone(file, counted("id")) as bot:
        for recorded in story_of(version):
            bot.noted()
            reply = await replayed(bot, recorded)

            assert reply.status == 200, recorded.name
            assert [each.getMessage() for each in bot.errors] == [], recorded.name
            assert bot.has_written() or is_answered(bot, recorded, reply), recorded.name


async def test_the_recorded_story_still_leads_where_it_led(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "replayed.db"))
    async with alone(file, counted("id")) as bot:
        for recorded in story_of(current_version()):
            await replayed(bot, recorded)

        stages = bot.file.execute("SELECT name, stage FROM prospects ORDER BY created_at, name")
        assert dict(stages.fetchall()) == {
            "Delta KG": "walked_away",
            "Epsilon GmbH": "open",
            "Eta GbR": "lost",
            "Gamma SE": "open",
            "Kappa GmbH": "open",
            "Lambda GmbH": "open",
            "Mu GmbH": "open",
            "Nu GmbH": "open",
            "Theta eG": "open",
            "Zeta OHG": "won",
        }


def test_everything_that_this_version_answers_is_recorded() -> None:
    recorded = [each.payload for each in story_of(current_version())]
    used = {
        name
        for each in recorded
        for action in each.get("actions", ())
        for name in (action["action_id"], *chosen_from_menu(action))
    }
    submitted = {
        each["view"]["callback_id"] for each in recorded if each.get("type") == "view_submission"
    }

    advice = "let tests/recorded/story.py use it, then run python -m tests.recorded.record"
    assert set(dispatch.ACTIONS) - {payloads.listened_for(each) for each in used} == set(), advice
    assert (
        set(dispatch.EVENTS) - {each["event"]["type"] for each in recorded if "event" in each}
        == set()
    ), advice
    assert set(commands.SHORTCUTS) - {each.get("callback_id") for each in recorded} == set(), advice
    assert set(dispatch.SUBMISSIONS) - submitted == set(), advice


def chosen_from_menu(action: Mapping[str, Any]) -> list[str]:
    if action["action_id"] != ids.MORE:
        return []
    return [str(action["selected_option"]["value"]).partition(".")[0]]


async def replayed(bot: Alone, recorded: Recorded) -> Reply:
    content_type, body = encoded(recorded.kind, recorded.payload)
    return await bot.handle(Request(body, tuple(signed(body, content_type))))


def is_answered(bot: Alone, recorded: Recorded, reply: Reply) -> bool:
    said = bool(reply.body) or any(
        call == "response_url" or call.startswith(("views.", "chat.update"))
        for call in bot.slack.calls
    )
    return said or recorded.name in SILENT or recorded.kind == "events_api"
