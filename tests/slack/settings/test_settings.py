"""Managers change the settings in Slack, page by page, through the real app."""

from typing import Any

import pytest

from bot.domain.settings.table import Page, SettingId
from bot.slack.payloads import ids
from sandbox.member import Member
from sandbox.world import Channel
from tests.office import CHANNEL, SALES, Office
from tests.slack.overrides.test_listeners import name_managers
from tests.slack.reading import DE, prefilled, words

Json = dict[str, Any]
WEB = "Petra Klein, websites for small shops."
CHANGED = DE(
    "Nothing was saved: someone else changed this while your settings were open. "
    "Reopen the settings and change it there."
)


async def kept(office: Office, page: Page) -> Json:
    """What stands on a page now."""
    return prefilled(await office.open_settings(office.sabine, page))


def said(office: Office, channel: str = CHANNEL) -> list[str]:
    """What the channel reads."""
    return [each["text"] for each in office.slack.messages(channel)]


async def test_the_overview_leads_to_each_page_and_back(office: Office) -> None:
    for page in Page:
        view = await office.open_settings(office.sabine, page)
        asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        assert asked >= {each for each in SettingId if each.setting.page is page} - {"observed"}

    await office.submit(office.sabine)
    await office.answered()

    assert office.sabine.view is not None
    assert office.sabine.view["callback_id"] == ids.SETTINGS_OVERVIEW
    assert DE("Nothing changed.") in words(office.sabine.view)
    assert office.slack.refusals == []


PAGES: list[tuple[Page, Json, Json]] = [
    (
        Page.WHEN,
        {
            "weekdays": ["0", "1"],
            "opening": "08:30",
            "closing": "16:00",
            "country": "de-by",
            "free_days": "24.12., 2.1.2027",
            "worked_days": "6. Jan.",
        },
        {
            "opening": "08:30",
            "closing": "16:00",
            "country": "DE-BY",
            "free_days": "24. Dez., 2. Jan. 2027",
            "worked_days": "6. Jan.",
        },
    ),
    (
        Page.RULES,
        {"override_approval": "manager", "nudges": " 4 ", "kill_within": "30"},
        {"override_approval": "manager", "nudges": "4", "kill_within": "30"},
    ),
    (Page.WHO, {"language": "de", "zone": "europe/vienna"}, {"zone": "Europe/Vienna"}),
    (
        Page.WORDS,
        {"niche": " Online  shops ", "referrals": WEB},
        {"niche": "Online shops", "referrals": WEB},
    ),
]


@pytest.mark.parametrize(("page", "typed", "stands"), PAGES)
async def test_what_is_saved_stands_there_again(
    office: Office, page: Page, typed: Json, stands: Json
) -> None:
    submission = await office.set(office.sabine, page, **typed)
    assert not submission.errors
    assert office.sabine.view is not None
    assert DE("Settings saved.") in words(office.sabine.view)

    again = await kept(office, page)

    assert {key: again[key] for key in stands} == stands
    assert office.slack.refusals == []


async def test_the_channel_reads_every_change_in_its_language(office: Office) -> None:
    await office.set(office.sabine, Page.RULES, nudges="4", kill_within="30")
    await office.delivered()

    [text] = said(office)
    assert text.splitlines() == [
        "<@U0SABINE> changed a setting. Reminders per prospect: 3 → 4.",
        "<@U0SABINE> changed a setting. Latest check-in date: 60 days ahead → 30 days ahead.",
    ]


async def test_the_history_names_who_changed_what(office: Office) -> None:
    await office.set(office.sabine, Page.RULES, nudges="4")
    await office.sabine.click(ids.SETTINGS_HISTORY)
    await office.answered()

    assert office.sabine.view is not None
    assert DE("Reminders per prospect") in words(office.sabine.view)
    assert "<@U0SABINE>" in words(office.sabine.view)


@pytest.mark.parametrize(
    ("page", "typed", "field"),
    [
        (Page.WHO, {"zone": "Berlin"}, "zone"),
        (Page.WHO, {"currency": "XYZ"}, "currency"),
        (Page.WHO, {"managers": []}, "managers"),
        (Page.WHEN, {"country": "Germany"}, "country"),
        (Page.WHEN, {"free_days": "Christmas"}, "free_days"),
        (Page.WHEN, {"opening": "17:00"}, "closing"),
        (Page.RULES, {"nudges": "none"}, "nudges"),
    ],
)
async def test_a_bad_value_gets_a_sentence_beside_its_field(
    office: Office, page: Page, typed: Json, field: str
) -> None:
    submission = await office.set(office.sabine, page, **typed)

    assert submission.errors.keys() == {field}
    assert "{" not in submission.errors[field]


async def test_a_channel_is_checked_before_it_is_taken(office: Office) -> None:
    world = office.slack.workspace.world
    world.channels["C0EMPTY"] = Channel("C0EMPTY", "empty", members=["U0SABINE"])
    world.channels[SALES].is_shared = True
    not_joined = DE("I'm not in this channel. Invite me with /invite @Walkaway.")
    shared = DE(
        "Another organisation reads this channel. Choose another channel, or tick “Yes” below."
    )

    for channel, sentence in (("C0EMPTY", not_joined), (SALES, shared)):
        refused = await office.set(office.sabine, Page.WHO, verdict_channel=channel)
        assert refused.errors == {"verdict_channel": sentence}

    await office.submit(office.sabine, verdict_channel=SALES, may_be_shared=["yes"])
    await office.answered()
    assert (await kept(office, Page.WHO))["verdict_channel"] == SALES


async def test_managers_are_named_and_the_last_one_stays(office: Office) -> None:
    await office.set(office.sabine, Page.WHO, managers=["U0SABINE", "U0JONAS"])

    view = await office.open_settings(office.jonas, Page.WHO)

    assert prefilled(view)["managers"] == ["U0SABINE", "U0JONAS"]


@pytest.mark.parametrize(
    ("scope", "typed"),
    [
        ("usergroups:read", {ids.MANAGER_GROUPS: "S0BOSSES"}),
        ("users:read", {"managers": ["U0SABINE", "U0JONAS"]}),
        ("users:read", {ids.MANAGER_GROUPS: "S0BOSSES"}),
    ],
)
async def test_whom_slack_does_not_let_us_look_up_is_told_with_the_missing_scope(
    office: Office, scope: str, typed: Json
) -> None:
    office.slack.workspace.world.groups["S0BOSSES"] = ["U0JONAS"]
    await office.open_settings(office.sabine, Page.WHO)
    office.slack.workspace.scopes.remove(scope)

    refused = await office.submit(office.sabine, **{"managers": [], **typed})

    assert refused.errors == {
        "managers": f"Bitte deinen Admin, Walkaway die Berechtigung {scope} zu geben und die App "
        "neu zu installieren."
    }


async def test_a_country_without_its_region_says_what_it_leaves_out(office: Office) -> None:
    await office.sabine.command("/qualify", "settings")
    view = await office.sabine.wait_for_view()

    assert "DE-…" in words(view)
    assert "Mi., 6. Jan. 2027 (Heilige Drei Könige)" in words(view)


async def test_a_region_is_offered_what_it_may_observe(office: Office) -> None:
    assert "observed" not in await kept(office, Page.WHEN)
    await office.set(office.sabine, Page.WHEN, country="DE-BY")

    await office.set(office.sabine, Page.WHEN, observed=["catholic"])

    [ticked] = (await kept(office, Page.WHEN))["observed"]
    assert ticked["text"]["text"] == "Katholisch"
    assert ticked["description"]["text"] == "So., 15. Aug. 2027"


@pytest.fixture
async def both(office: Office) -> tuple[Member, Member]:
    """Two managers who have the rules before them."""
    await office.open_settings(office.sabine, Page.RULES)
    await name_managers(office, "U0SABINE", "U0JONAS")
    await office.open_settings(office.jonas, Page.RULES)
    return office.sabine, office.jonas


async def test_who_changes_one_field_leaves_what_another_chose_meanwhile(
    office: Office, both: tuple[Member, Member]
) -> None:
    sabine, jonas = both
    await office.submit(sabine, override_approval="manager")
    await office.answered()

    await office.submit(jonas, nudges="4")

    again = await kept(office, Page.RULES)
    assert (again["override_approval"], again["nudges"]) == ("manager", "4")
    assert office.slack.refusals == []


async def test_what_both_changed_is_refused_beside_it_and_nothing_typed_is_lost(
    office: Office, both: tuple[Member, Member]
) -> None:
    sabine, jonas = both
    await office.submit(sabine, nudges="5")
    await office.answered()

    refused = await office.submit(jonas, nudges="4", override_approval="manager")

    assert refused.errors == {"nudges": CHANGED}
    assert jonas.view is not None
    assert jonas.view["callback_id"] == ids.SETTINGS
    again = await kept(office, Page.RULES)
    assert (again["override_approval"], again["nudges"]) == ("none", "5")


async def test_who_manages_alone_reads_that_nobody_approves_their_own(office: Office) -> None:
    await office.set(office.sabine, Page.RULES, override_approval="manager")

    assert office.sabine.view is not None
    assert "Benenne noch einen Manager" in words(office.sabine.view)
    assert office.slack.refusals == []
