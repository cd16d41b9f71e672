"""Settings that were wrong at first: mended by a restart, with nothing lost."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Dead, DeliveryTimes, MessageKind, Unknown, payloads
from bot.domain.settings.changes import ChannelSeen, SettingChange
from bot.domain.settings.table import SettingId
from bot.storage.delivery.queue import OutboxQueue
from tests.office import PROBLEM
from tests.services.agency import OWNER, SETTINGS, A, Agency

pytestmark = pytest.mark.both_databases


async def test_a_restart_takes_over_the_settings_of_the_environment(agency: Agency) -> None:
    mended = Agency(agency.database, agency.clock, replace(SETTINGS, verdict_channel="C0RIGHT"))

    await mended.membership.adopt(A)

    workspace = (await mended.greet(OWNER)).workspace
    assert workspace.settings.verdict_channel == "C0RIGHT"


async def test_holidays_missed_without_a_region_are_named_apart_from_that(
    agency: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    await agency.membership.adopt(A)
    assert "differ by region" not in caplog.text

    await agency.membership.name_missed_holidays(A)

    assert "the holidays of DE differ by region" in caplog.text
    assert "Epiphany" in caplog.text


async def test_what_managers_set_stands_until_the_variable_itself_is_changed(
    agency: Agency,
) -> None:
    await agency.membership.adopt(A)
    await agency.set(currency="CHF", language="de")

    await agency.membership.adopt(A)
    assert (await agency.greet(OWNER)).workspace.settings.currency == "CHF"

    changed = Agency(agency.database, agency.clock, replace(SETTINGS, currency="USD"))
    await changed.membership.adopt(A)
    settings = (await changed.greet(OWNER)).workspace.settings
    assert (settings.currency, settings.language) == ("USD", "de")

    await changed.set(currency="CHF")
    await changed.membership.adopt(A)
    assert (await changed.greet(OWNER)).workspace.settings.currency == "CHF"


async def test_a_variable_that_wins_is_in_the_history_and_in_the_channel(agency: Agency) -> None:
    await agency.membership.adopt(A)
    changed = Agency(agency.database, agency.clock, replace(SETTINGS, currency="USD"))

    await changed.membership.adopt(A)
    await changed.membership.adopt(A)

    async with agency.units.reading(A) as work:
        [noted] = await work.workspaces.history(9)
        [message] = [each.message for each in await work.outbox.waiting()]
    change = SettingChange(SettingId.CURRENCY, "EUR", "USD")
    assert (noted.change, noted.by) == (change, None)
    assert message.recipient == SETTINGS.verdict_channel
    assert message.payload == payloads.SettingsChanged((change,), None)


async def test_a_card_that_found_no_channel_is_posted_to_the_right_one(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    queue = OutboxQueue(agency.database)
    (card,) = await queue.claim(10)
    await queue.finish(card, Dead("channel_not_found"))
    assert await queue.claim(10) == []

    mended = Agency(agency.database, agency.clock, replace(SETTINGS, verdict_channel="C0RIGHT"))
    await mended.membership.adopt(A)

    again = next(each for each in await queue.claim(10) if each.message.kind is MessageKind.CARD)
    assert (again.message.kind, again.message.recipient) == (MessageKind.CARD, "C0RIGHT")
    assert again.attempts == 1


async def test_what_was_sent_is_not_sent_again_by_a_restart(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    before = await agency.messages()

    await agency.membership.adopt(A)

    assert await agency.messages() == before


async def test_a_card_that_may_be_out_is_not_posted_again_by_a_restart(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    queue = OutboxQueue(agency.database, DeliveryTimes(settle=timedelta(0)))
    (card,) = await queue.claim(10)
    await queue.finish(card, Unknown("fatal_error"))
    (card,) = await queue.claim(10)
    await queue.finish(card, Dead("fatal_error"))

    await agency.membership.adopt(A)

    assert await queue.claim(10) == []


async def test_a_new_channel_gets_the_cards_that_the_old_one_did_not_take(agency: Agency) -> None:
    agency.directory.channels["C0RIGHT"] = ChannelSeen(is_joined=True)
    await agency.screen(OWNER, PROBLEM)
    queue = OutboxQueue(agency.database)
    (card,) = await queue.claim(10)
    await queue.finish(card, Dead("ekm_access_denied"))

    await agency.set(verdict_channel="C0RIGHT")

    again = next(each for each in await queue.claim(10) if each.message.kind is MessageKind.CARD)
    assert again.message.recipient == "C0RIGHT"


@pytest.mark.parametrize(("country", "is_warned"), [("DE", True), ("DE-BE", False), (None, False)])
async def test_the_log_names_the_holidays_that_a_country_without_region_does_without(
    agency: Agency, caplog: pytest.LogCaptureFixture, country: str | None, *, is_warned: bool
) -> None:
    started = Agency(agency.database, agency.clock, replace(SETTINGS, country=country))
    caplog.set_level(logging.WARNING, "bot.services.people")

    await started.membership.adopt(A)
    await started.membership.name_missed_holidays(A)

    warned = [each for each in caplog.messages if "Epiphany (Augsburg, BW, BY)" in each]
    assert bool(warned) is is_warned
