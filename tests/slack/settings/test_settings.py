"""Two managers have the settings open in Slack, through the real app."""

from typing import Any

import pytest

from bot.slack.payloads import ids
from sandbox.member import Member
from tests.office import Office
from tests.slack.overrides.test_listeners import name_managers
from tests.slack.reading import DE, prefilled, told

Json = dict[str, Any]
WEB = "Petra Klein, websites for small shops."
CHANGED = DE(
    "Nothing was saved: someone else changed this while your settings were open. "
    "Reopen the settings and change it there."
)


async def opened(office: Office, member: Member) -> Json:
    await member.command("/qualify", "settings")
    return await member.wait_for_view()


async def chosen(office: Office, member: Member) -> tuple[Any, Any, Any]:
    """The working days, who approves, and the referrals, as they are now."""
    await member.close(everything=True)
    now = prefilled(await opened(office, member))
    days = [option["value"] for option in now[ids.WEEKDAYS]]
    return days, now[ids.APPROVAL], now[ids.REFERRALS]


@pytest.fixture
async def both(office: Office) -> tuple[Member, Member]:
    """Two managers who have the settings before them."""
    await opened(office, office.sabine)
    await name_managers(office, "U0SABINE", "U0JONAS")
    await opened(office, office.jonas)
    return office.sabine, office.jonas


async def test_who_lists_a_referral_leaves_what_another_chose_meanwhile(
    office: Office, both: tuple[Member, Member]
) -> None:
    sabine, jonas = both
    await office.submit(sabine, approval="manager", weekdays=["0", "1"])

    await office.submit(jonas, referrals=WEB)

    assert DE("Overrides wait for a manager's approval.") in told(jonas)
    assert await chosen(office, jonas) == (["0", "1"], "manager", WEB)
    assert office.slack.refusals == []


async def test_what_both_changed_is_refused_beside_it_and_nothing_typed_is_lost(
    office: Office, both: tuple[Member, Member]
) -> None:
    sabine, jonas = both
    await office.submit(sabine, referrals=WEB)

    refused = await office.submit(jonas, referrals="Zahlenwerk", approval="manager")

    assert refused.errors == {ids.REFERRALS: CHANGED}
    assert jonas.view is not None
    assert jonas.view["callback_id"] == ids.SETTINGS
    assert (await chosen(office, sabine))[1:] == ("none", WEB)


async def test_a_long_list_is_remembered_too(office: Office) -> None:
    longest = "\n".join(f"{n:02} {'ü' * 70}, {'ö' * 70}" for n in range(20))
    await opened(office, office.sabine)
    await office.submit(office.sabine, referrals=longest)

    assert await chosen(office, office.sabine) == (list("01234"), "none", longest)
    await office.submit(office.sabine, approval="manager")

    assert await chosen(office, office.sabine) == (list("01234"), "manager", longest)
    assert office.slack.refusals == []


async def test_who_manages_alone_reads_that_nobody_approves_their_own(office: Office) -> None:
    await opened(office, office.sabine)

    await office.submit(office.sabine, approval="manager")

    assert "Du bist der einzige Manager" in told(office.sabine)
    assert "/qualify settings" in told(office.sabine)
    assert office.slack.refusals == []


async def test_who_does_not_manage_alone_reads_nothing_of_it(
    office: Office, both: tuple[Member, Member]
) -> None:
    await office.submit(both[0], approval="manager")

    assert "Du bist der einzige Manager" not in told(both[0])


async def test_settings_opened_before_they_were_remembered_are_saved_as_they_stand(
    office: Office,
) -> None:
    await opened(office, office.sabine)
    office.slack.workspace.views.stack("U0SABINE")[-1].given["private_metadata"] = ""

    await office.submit(office.sabine, approval="manager")

    assert (await chosen(office, office.sabine))[1] == "manager"
