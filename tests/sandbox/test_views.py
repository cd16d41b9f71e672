"""Modals and Home tabs: trigger ids, the stack, hashes, closing, and what is refused."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Slack


class Clock:
    """A monotonic clock that tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_trigger_id_opens_one_view_only(
    slack: Slack, client: AsyncWebClient, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")

    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=bolt.last["trigger_id"], view=step())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.x", view=step())

    assert len(jonas.views) == 1


async def test_a_trigger_id_lives_three_seconds(step: Any) -> None:
    clock = Clock()
    async with Slack.serving(monotonic=clock) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        permits = slack.workspace.permits
        young, old = permits.new_trigger("U0JONAS"), permits.new_trigger("U0JONAS")

        clock.now += 3.0
        await client.views_open(trigger_id=young, view=step())
        clock.now += 0.1
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await client.views_open(trigger_id=old, view=step())


async def test_a_refused_view_names_its_problems_and_leaves_the_trigger_id(
    slack: Slack, client: AsyncWebClient, step: Any
) -> None:
    trigger_id = slack.workspace.permits.new_trigger("U0JONAS")
    long_title = step(title="A title that is far too long")

    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=trigger_id, view=long_title)
    await client.views_open(trigger_id=trigger_id, view=step())

    assert "json-pointer:/view/title" in str(refused.value.response["response_metadata"])
    assert slack.notices[0].kind == "refused"


async def test_three_views_stand_on_each_other_and_no_more(
    slack: Slack, client: AsyncWebClient, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    for title in ("Two", "Three"):
        await jonas.click("back")
        await client.views_push(trigger_id=bolt.last["trigger_id"], view=step(title))

    await jonas.click("back")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=bolt.last["trigger_id"], view=step("Four"))

    first, second, third = jonas.views
    assert third["root_view_id"] == second["root_view_id"] == first["id"]
    assert third["previous_view_id"] == second["id"]
    assert first["previous_view_id"] is None


async def test_pushing_needs_a_trigger_id_from_inside_a_modal(
    slack: Slack, client: AsyncWebClient, step: Any
) -> None:
    trigger_id = slack.workspace.permits.new_trigger("U0JONAS")

    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_push(trigger_id=trigger_id, view=step())


async def test_a_stale_hash_is_a_conflict(
    slack: Slack, client: AsyncWebClient, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()

    await client.views_update(view_id=view["id"], hash=view["hash"], view=step("Once"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=step("Twice"))

    assert jonas.view
    assert jonas.view["title"]["text"] == "Once"
    assert jonas.view["hash"] != view["hash"]


async def test_that_a_view_with_a_name_was_closed_is_nobodys_mistake(
    slack: Slack, client: AsyncWebClient, step: Any
) -> None:
    trigger_id = slack.workspace.permits.new_trigger("U0JONAS")
    await client.views_open(trigger_id=trigger_id, view=step() | {"external_id": "ours"})
    await slack.member("U0JONAS").close()

    for name in ("ours", "never there"):
        with pytest.raises(SlackApiError, match="not_found"):
            await client.views_update(external_id=name, view=step("Two"))

    assert [each.error for each in slack.refusals] == ["not_found"]


async def test_a_closed_view_is_not_found(
    slack: Slack, client: AsyncWebClient, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()

    await jonas.close()

    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id=view["id"], view=step())


async def test_an_external_id_addresses_one_view(
    slack: Slack, client: AsyncWebClient, bolt: Any, step: Any
) -> None:
    bolt.first_view = step(external_id="draft-1")
    await slack.member("U0JONAS").command("/qualify", "Acme")
    trigger_id = slack.workspace.permits.new_trigger("U0EMMA")

    await client.views_update(external_id="draft-1", view=step("New"))
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_open(trigger_id=trigger_id, view=step(external_id="draft-1"))

    assert slack.member("U0JONAS").views[0]["title"]["text"] == "New"


async def test_closing_is_told_to_an_app_that_asked_for_it(
    slack: Slack, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    bolt.first_view = step(notify_on_close=True)
    await jonas.command("/qualify", "Acme")
    await jonas.close()
    closed = bolt.last
    await jonas.command("/qualify", "Acme")
    root = await jonas.wait_for_view()
    await jonas.close(everything=True)

    assert (closed["type"], closed["is_cleared"]) == ("view_closed", False)
    assert (bolt.last["view"]["id"], bolt.last["is_cleared"]) == (root["id"], True)
    assert jonas.views == []


async def test_a_home_tab_is_published_and_kept_apart(slack: Slack, client: AsyncWebClient) -> None:
    text = {"type": "plain_text", "text": "Nothing is stalled."}
    home = {"type": "home", "blocks": [{"type": "section", "text": text}]}

    await client.views_publish(user_id="U0JONAS", view=home)

    published = slack.member("U0JONAS").home
    assert published
    assert published["blocks"][0]["text"] == text
    assert slack.member("U0EMMA").home is None
    assert slack.member("U0JONAS").view is None
