"""What `/qualify` answers: the modal, or a sentence to who typed it."""

import pytest

from sandbox import ApiCall, Fault
from tests.office import GOOD, NO_OFFER, SALES, Office
from tests.slack.reading import DE, EN, prefilled, told, words


async def test_the_command_opens_the_modal_with_the_name_in_the_members_language(
    office: Office,
) -> None:
    german = await office.begin(office.jonas, "Acme GmbH")
    english = await office.begin(office.emma, "Acme GmbH")

    assert prefilled(german)["name"] == "Acme GmbH"
    assert prefilled(german)["owner"] == "U0JONAS"
    assert prefilled(german)["first_contact"] == "2026-11-30"
    assert DE("Prospect") in words(german)
    assert EN("Prospect") in words(english)


async def test_a_guest_gets_a_sentence_and_no_modal(office: Office) -> None:
    await office.gil.command("/qualify", "Acme GmbH")
    await office.answered()

    assert "not guests" in told(office.gil)
    assert office.gil.view is None


async def test_somebody_from_another_organisation_gets_a_sentence(office: Office) -> None:
    stranger = office.slack.add_member("U0ALIEN", "Al Ien", team_id="T0ELSEWHERE")

    await stranger.command("/qualify")
    await office.answered()

    assert "other organisations" in told(stranger)


async def test_help_is_said_privately_in_ones_own_language(office: Office) -> None:
    await office.jonas.command("/qualify", "help")
    await office.answered()

    assert DE("Every full member can screen prospects and see their details.") in told(office.jonas)
    assert office.slack.messages(SALES) == []


async def test_the_list_names_my_open_prospects(office: Office) -> None:
    await office.emma.command("/qualify", "list")
    await office.answered()
    assert "no open prospects" in told(office.emma)

    await office.screen(office.emma, "Acme GmbH", **GOOD)
    await office.screen(office.jonas, "Not hers", **NO_OFFER)
    await office.emma.command("/qualify", " list ")
    await office.answered()

    assert "Acme GmbH" in told(office.emma)
    assert "Not hers" not in told(office.emma)


async def test_the_list_leads_to_the_details(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **GOOD)
    await office.emma.command("/qualify", "list")
    await office.answered()
    await office.emma.click("details", message_ts=office.emma.ephemerals[-1]["ts"])

    view = await office.emma.wait_for_view()
    assert view["title"]["text"] == "Details"
    assert "Acme GmbH" in words(view)


async def test_a_guest_has_no_list(office: Office) -> None:
    await office.gil.command("/qualify", "list")
    await office.answered()

    assert "not guests" in told(office.gil)


@pytest.mark.parametrize("name", ["Help", "helpdesk", "list of clients", "reports"])
async def test_anything_but_the_exact_words_is_a_name(office: Office, name: str) -> None:
    assert prefilled(await office.begin(office.emma, name))["name"] == name


async def test_without_a_name_the_field_is_empty(office: Office) -> None:
    assert prefilled(await office.begin(office.emma, ""))["name"] is None


async def test_the_modal_opens_in_the_language_of_the_workspace_while_slack_is_slow(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(call: ApiCall) -> Fault | None:
        return Fault(delay=0.3) if call.method == "users.info" else None

    monkeypatch.setattr("bot.slack.client.directory.PATIENCE", 0.02)
    office.slack.faults = slow

    first = await office.begin(office.jonas)
    assert EN("Prospect") in words(first)
    refused = await office.submit(office.jonas, **NO_OFFER)
    assert "Slack was slow." in str(refused.errors)
    assert office.jonas.view is not None

    office.slack.faults = None
    await office.finish(office.jonas, **NO_OFFER)


async def test_a_modal_that_comes_too_late_for_slack_is_explained(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    refused = Fault(body={"ok": False, "error": "expired_trigger_id"})
    office.slack.faults = lambda call: refused if call.method == "views.open" else None

    await office.emma.command("/qualify", "Acme")
    await office.answered()

    assert EN("That took too long for Slack. Try again.") in told(office.emma)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
