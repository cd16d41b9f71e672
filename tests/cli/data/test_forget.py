"""`walkaway forget`, as an operator runs it beside the bot."""

import asyncio

from click.testing import CliRunner, Result

from bot.cli import walkaway
from tests.office import CHANNEL, PROBLEM, Office, environment

NAME = "Zyxwvu Wertstoffe"


async def forgot(office: Office, *command: str, typed: str = "") -> Result:
    env = environment(office.slack, office.config.database_url, "socket")
    invoke = CliRunner().invoke
    return await asyncio.to_thread(
        lambda: invoke(walkaway, ["forget", *command], env=env, input=typed)
    )


async def test_it_is_gone_from_the_file_and_from_slack(office: Office) -> None:
    card = await office.screen(office.emma, NAME, **PROBLEM)
    await office.delivered()  # Slack has the card a moment before it is known where
    reply = office.jonas.say("Never.", CHANNEL, card["ts"])

    done = await forgot(office, NAME, "--yes")
    await office.settled()

    assert done.exit_code == 0, done.output
    assert f"p{reply['ts'].replace('.', '')}" in done.stdout
    assert NAME not in repr(office.slack.messages(CHANNEL))


async def test_it_asks_before(office: Office) -> None:
    await office.screen(office.emma, NAME, **PROBLEM)

    asked = await forgot(office, NAME, typed="n\n")

    assert asked.exit_code == 1
    assert f"Delete {NAME}" in asked.output
    assert NAME in repr(office.slack.messages(CHANNEL))


async def test_a_name_that_fits_several_is_refused_with_their_ids(office: Office) -> None:
    await office.screen(office.emma, NAME, **PROBLEM)
    await office.begin(office.sabine, f"{NAME} GmbH")
    while office.sabine.view is not None and office.sabine.view["callback_id"] != "qualify_verdict":
        if office.sabine.view["callback_id"] == "qualify_name":
            await office.sabine.click("another_one")
        else:
            await office.submit(office.sabine, **PROBLEM)

    refused = await forgot(office, NAME, "--yes")
    unknown = await forgot(office, "Nobody", "--yes")

    assert refused.exit_code == unknown.exit_code == 1
    assert f"{NAME} matches several" in refused.stderr
    assert len(refused.stderr.splitlines()) == 3
    assert "There's no prospect Nobody." in unknown.stderr
