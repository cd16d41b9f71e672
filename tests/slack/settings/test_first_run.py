"""Nobody named a channel or managers yet: everybody is told by whom, and led there."""

import pytest
from sqlalchemy import update

from bot.slack.payloads import ids
from bot.storage.workspaces import workspaces
from tests.office import CHANNEL, Office
from tests.slack.reading import DE, EN, prefilled, told, words


@pytest.fixture
async def fresh(office: Office) -> Office:
    """An office where only Sabine is named, as a manager."""
    await begin(office, managers=["U0SABINE"])
    return office


async def begin(office: Office, managers: list[str]) -> None:
    await office.emma.command("/qualify", "help")
    await office.answered()
    async with office.database.writing() as connection:
        await connection.execute(update(workspaces).values(managers=managers, verdict_channel=""))
    office.bot.membership.forget_greeted()


async def test_who_screens_before_a_channel_is_named_is_told_who_names_it(fresh: Office) -> None:
    await fresh.emma.command("/qualify", "Acme GmbH")
    await fresh.answered()

    assert fresh.emma.view is None
    assert told(fresh.emma) == (
        "Walkaway needs a channel for its verdicts. <@U0SABINE> can choose one with "
        "`/qualify settings`."
    )


async def test_home_says_it_too_and_a_manager_finds_a_button(fresh: Office) -> None:
    for member, has_button in ((fresh.emma, False), (fresh.sabine, True)):
        await member.open_home()
        await fresh.answered()
        assert member.home is not None
        assert "/qualify settings" in words(member.home).replace("einstellungen", "settings")
        buttons = [
            element["action_id"]
            for block in member.home["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
        ]
        assert (ids.SET_UP in buttons) is has_button


@pytest.mark.parametrize("text", ["Acme GmbH", "settings"])
async def test_a_manager_is_led_through_the_three_that_matter(fresh: Office, text: str) -> None:
    await fresh.sabine.command("/qualify", text)
    view = await fresh.sabine.wait_for_view()
    assert prefilled(view).keys() >= {"verdict_channel", "managers", "language"}
    assert "zone" not in prefilled(view)

    submission = await fresh.submit(fresh.sabine, verdict_channel=CHANNEL, language="de")
    assert not submission.errors
    assert DE("Settings saved.") in words(fresh.sabine.view or {})
    await fresh.sabine.close(everything=True)
    await fresh.emma.command("/qualify", "Acme GmbH")

    assert await fresh.emma.wait_for_view()
    assert fresh.slack.refusals == []


async def test_where_nobody_manages_an_admin_of_slack_names_somebody(office: Office) -> None:
    await begin(office, managers=[])
    office.slack.workspace.world.members["U0EMMA"].is_admin = True
    await office.jonas.command("/qualify", "settings")
    await office.answered()
    assert told(office.jonas) == DE(
        "Walkaway has no managers yet, so no one is told what stays undecided. An admin or owner "
        "of this Slack workspace can name them with {settings}.",
        settings="`/qualify einstellungen`",
    )

    await office.emma.command("/qualify", "settings")
    await office.emma.wait_for_view()
    await office.submit(office.emma, verdict_channel=CHANNEL, managers=["U0SABINE"])
    await office.delivered()

    texts = [each["text"] for each in office.slack.messages(CHANNEL)]
    assert any("Managers: none → <@U0SABINE>." in text for text in texts)
    assert EN("Settings saved.") in words(office.emma.view or {})


async def test_with_a_channel_but_no_managers_one_can_screen_and_is_told(office: Office) -> None:
    await office.emma.command("/qualify", "help")
    await office.answered()
    async with office.database.writing() as connection:
        await connection.execute(update(workspaces).values(managers=[]))
    office.bot.membership.forget_greeted()

    await office.emma.command("/qualify", "Acme GmbH")
    assert await office.emma.wait_for_view()
    await office.answered()

    assert "no managers yet" in told(office.emma)
