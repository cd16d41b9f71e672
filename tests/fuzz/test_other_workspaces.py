"""Whose payload it is: what comes from another workspace does nothing here (R11)."""

import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import TEAM_ID
from tests.fuzz.alone import Alone, Reply, Request, alone, foreign_rows, signed
from tests.recorded.reading import Recorded, encoded, story_of
from tests.recorded.record import current_version
from tests.recorded.story import counted

Json = dict[str, Any]
STORY = story_of(current_version())
ELSEWHERE, ORGANISATION = "T0STRANGERS", "E0NORDLICHT"
SISTER = "T0SISTER"
DECIDED = "walk_away"
"""A click of the owner of Delta KG."""


@pytest.fixture
async def bot(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Alone]:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "workspaces.db"))
    async with alone(file, counted("id")) as made:
        yield made


def recorded(name: str) -> Recorded:
    return next(each for each in STORY if each.name == name)


async def sent(bot: Alone, kind: str, payload: Mapping[str, Any]) -> Reply:
    content_type, body = encoded(kind, payload)
    return await bot.handle(Request(body, tuple(signed(body, content_type))))


async def told_until(bot: Alone, name: str) -> None:
    for each in STORY[: STORY.index(recorded(name))]:
        await sent(bot, each.kind, each.payload)


def of_team(payload: Mapping[str, Any], team: str) -> Json:
    """Return the payload as another workspace would send it, with the same people in it."""
    moved: Json = json.loads(json.dumps(payload).replace(TEAM_ID, team))
    return moved


def of_a_shared_channel(payload: Mapping[str, Any]) -> Json:
    """Return it with a sender who is at home elsewhere, in a channel that we share with them."""
    body: Json = json.loads(json.dumps(payload))
    body["user"]["team_id"] = ELSEWHERE
    return body


def of_the_grid(payload: Mapping[str, Any]) -> Json:
    body: Json = json.loads(json.dumps(payload))
    body["enterprise"] = {"id": ORGANISATION, "name": "Nordlicht"}
    body["team"] |= {"enterprise_id": ORGANISATION, "enterprise_name": "Nordlicht"}
    return body


def of_a_sister(payload: Mapping[str, Any]) -> Json:
    """Return it with a sender who is at home in another workspace of our organisation."""
    return of_team(of_the_grid(payload), SISTER)


def of_the_whole_organisation(payload: Mapping[str, Any]) -> Json:
    """Return it from an app that is installed for all of it, and so of no workspace."""
    return of_the_grid(payload) | {"team": None, "is_enterprise_install": True}


def stage(bot: Alone) -> str:
    query = "SELECT stage FROM prospects WHERE name = 'Delta KG'"
    return str(bot.file.execute(query).fetchone()[0])


async def test_nothing_of_a_whole_story_of_another_workspace_is_done(bot: Alone) -> None:
    bot.noted()

    for each in STORY:
        reply = await sent(bot, each.kind, of_team(each.payload, ELSEWHERE))
        assert (reply.status, bot.errors) == (200, []), each.name
        assert "views.publish" not in bot.slack.calls, each.name

    tables = ("prospects", "drafts", "history", "outbox", "qualifications")
    rows = [bot.file.execute(f"SELECT * FROM {table}").fetchall() for table in tables]  # noqa: S608
    assert not any(rows)
    assert foreign_rows(bot.file) == []


@pytest.mark.parametrize("elsewhere", [lambda it: of_team(it, ELSEWHERE), of_a_shared_channel])
async def test_r11_a_payload_of_another_workspace_that_names_a_member_of_ours_is_refused(
    bot: Alone, elsewhere: Callable[[Mapping[str, Any]], Json]
) -> None:
    await told_until(bot, DECIDED)
    click = recorded(DECIDED)

    reply = await sent(bot, click.kind, elsewhere(click.payload))

    assert (reply.status, bot.slack.calls) == (200, ["response_url"])
    assert stage(bot) == "open"
    await sent(bot, click.kind, click.payload)
    assert stage(bot) == "walked_away"


@pytest.mark.parametrize("shape", [of_the_grid, of_a_sister, of_the_whole_organisation])
async def test_r11_whoever_is_of_our_organisation_is_no_stranger(
    bot: Alone, shape: Callable[[Mapping[str, Any]], Json]
) -> None:
    bot.bot.workspace.enterprise_id = ORGANISATION
    await told_until(bot, DECIDED)
    click = recorded(DECIDED)

    await sent(bot, click.kind, shape(click.payload))

    assert (stage(bot), bot.errors) == ("walked_away", [])


async def test_r11_another_organisation_is_not_ours(bot: Alone) -> None:
    bot.bot.workspace.enterprise_id = "E0OTHERS"
    await told_until(bot, DECIDED)
    click = recorded(DECIDED)

    await sent(bot, click.kind, of_a_sister(click.payload))

    assert stage(bot) == "open"
