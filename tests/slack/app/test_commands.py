"""What `/qualify` answers: the modal, or a sentence to who typed it."""

import re

import pytest
from hypothesis import assume, given, strategies

from bot.slack.app import commands
from bot.slack.decisions import listeners as decisions
from bot.slack.figures import listeners as figures
from bot.slack.home import lists
from bot.slack.remembered import listeners as remembered
from bot.slack.settings import listeners as settings
from bot.slack.texts import Texts
from sandbox import ApiCall, Fault
from tests.office import GOOD, NO_OFFER, SALES, Office, hiding
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

    assert "You're a guest" in told(office.gil)
    assert office.gil.view is None


async def test_somebody_from_another_organisation_gets_a_sentence(office: Office) -> None:
    stranger = office.slack.add_member("U0ALIEN", "Al Ien", team_id="T0ELSEWHERE")

    await stranger.command("/qualify")
    await office.answered()

    assert "from another organisation" in told(stranger)
    assert stranger.view is None


@pytest.mark.parametrize("typed", ["", "Acme GmbH", "help", "list", "pause", "report", "settings"])
async def test_who_slack_does_not_show_us_is_told_so_before_they_type_anything(
    office: Office, typed: str
) -> None:
    office.slack.faults = hiding(office.emma)

    await office.emma.command("/qualify", typed)
    await office.answered()

    assert "Slack doesn't show me who you are." in told(office.emma)
    assert office.emma.view is None


async def test_help_is_said_privately_in_ones_own_language(office: Office) -> None:
    await office.jonas.command("/qualify", "help")
    await office.answered()

    assert DE("Everyone except guests can screen prospects and see their details.") in told(
        office.jonas
    )
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

    assert "You're a guest" in told(office.gil)


COMMANDS = {
    "help": commands.help_,
    "hilfe": commands.help_,
    "list": commands.list_,
    "liste": commands.list_,
    "pause": decisions.ask_until_when,
    "report": figures.show,
    "bericht": figures.show,
    "remember": remembered.begin,
    "erinnern": remembered.begin,
    "settings": settings.ask,
    "einstellungen": settings.ask,
}
SPACES = strategies.text(" \t\n\u00a0\u200b\u2060", max_size=3)


def test_these_are_all_the_words() -> None:
    assert commands.WORDS == COMMANDS


@given(strategies.sampled_from(sorted(COMMANDS)), strategies.data())
def test_a_word_is_a_command_in_any_case_and_with_any_spaces_around_it(
    word: str, data: strategies.DataObject
) -> None:
    cased = "".join(data.draw(strategies.sampled_from([c.lower(), c.upper()])) for c in word)
    typed = data.draw(SPACES) + cased + data.draw(SPACES)

    assert commands.command_in(typed) is COMMANDS[word]


@given(strategies.sampled_from(["", *sorted(COMMANDS)]), strategies.text("aä& Z-.?'2", min_size=1))
def test_a_word_with_anything_beside_it_is_a_name(word: str, beside: str) -> None:
    assume(beside.strip())

    assert commands.command_in(word + beside) is None
    assert commands.command_in(f"{beside} {word}") is None


@pytest.mark.parametrize(
    "name", ["helpdesk", "list of clients", "reports", "Hilfe Acme", "hilfe!", "remember me"]
)
async def test_anything_but_the_words_alone_is_a_name(office: Office, name: str) -> None:
    assert prefilled(await office.begin(office.emma, name))["name"] == name


@pytest.mark.parametrize("typed", ["HILFE", "Help", " hilfe\u00a0"])
async def test_a_word_works_whatever_language_its_reader_has(office: Office, typed: str) -> None:
    await office.emma.command("/qualify", typed)
    await office.answered()

    assert EN("Everyone except guests can screen prospects and see their details.") in told(
        office.emma
    )


@pytest.mark.parametrize("language", [EN, DE])
def test_the_help_names_words_that_are_commands(language: Texts) -> None:
    named = re.findall(r"`/qualify ([^`]+)`", lists.help_text(language).text)

    assert {COMMANDS[word] for word in named if word != "Acme GmbH"} == set(COMMANDS.values())


async def test_a_name_is_taken_once_out_of_the_markup_of_slack(office: Office) -> None:
    view = await office.begin(office.emma, "Müller &amp; Söhne &lt;x&gt; &amp;amp;")

    assert prefilled(view)["name"] == "Müller & Söhne <x> &amp;"


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
    refused = await office.submit(office.jonas, **GOOD)
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
