"""Screening through the real app: from the command to the card."""

import json
import re
from typing import Any

import pytest

from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import qualifications
from sandbox import fill
from tests.office import CHANNEL, GOOD, HOMEWORK, NO_OFFER, PROBLEM, Office
from tests.slack.reading import DE, marked_up, prefilled, words

BOTH_WAYS = pytest.mark.parametrize("office", ["socket", "http"], indirect=True)

HOSTILE = [
    "<!channel> <!here|x>",
    "<@U0EMMA> & <https://evil.example|Acme>",
    "@channel #sales *bold* _x_ `y`",
    "\u202eHbmG emcA\u202c",
    "شركة أكمي",
    "👩🏽‍🚀🚀",
    "x" * 80,
]


@BOTH_WAYS
@pytest.mark.parametrize(
    ("answers", "headline", "buttons"),
    [
        (GOOD, "🟢 Pursue · Acme GmbH", ["walk_away", "won", "requalify", "more"]),
        (PROBLEM, "🟡 Problem · Acme GmbH", ["walk_away", "override", "requalify", "more"]),
        (NO_OFFER, "🔴 Walk away · Acme GmbH", ["walk_away", "override", "requalify", "more"]),
        (
            HOMEWORK,
            "🟢 Pursue, on condition · Acme GmbH",
            ["walk_away", "condition_met", "override", "more"],
        ),
    ],
)
async def test_a_command_leads_to_the_verdict_and_its_card(
    office: Office, answers: dict[str, Any], headline: str, buttons: list[str]
) -> None:
    card = await office.screen(office.jonas, "Acme GmbH", **answers)

    assert headline in card["text"]
    assert [each["action_id"] for each in actions(card)][: len(buttons)] == buttons
    assert office.slack.refusals == []


async def test_the_verdict_is_in_the_members_language_and_the_card_in_the_workspaces(
    office: Office,
) -> None:
    await office.begin(office.jonas)
    await office.submit(office.jonas, **NO_OFFER)

    assert office.jonas.view is not None
    assert office.jonas.view["callback_id"] == ids.VERDICT
    assert office.jonas.view["title"]["text"] == DE("The verdict")
    [card] = await office.slack.wait_for(lambda: office.cards)
    assert "🔴 Walk away · Acme GmbH" in card["text"]


async def test_a_certain_no_costs_nobody_another_step(office: Office) -> None:
    await office.begin(office.emma)

    await office.submit(office.emma, **NO_OFFER)

    assert office.emma.view is not None
    assert office.emma.view["callback_id"] == ids.VERDICT


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_was_typed_is_shown_and_pings_nobody(office: Office, name: str) -> None:
    entries = HOMEWORK | {"name": name, "homework": f"{name} <!everyone>"}
    await office.begin(office.emma, "x")
    card = await office.finish(office.emma, **entries)

    await office.sabine.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    [line] = await office.delivered()

    for message in (office.cards[0], line):
        for text in marked_up(message):
            assert "<!" not in text.replace("<!date^", "")
            assert "<https://evil" not in text
            assert "<@U0EMMA> &" not in text
        assert "\u202e" not in json.dumps(message, ensure_ascii=False)
    assert office.slack.refusals == []


@pytest.mark.parametrize(
    ("entries", "field", "sentence"),
    [
        ({"owner": "U0GIL"}, "owner", "Guests and bots"),
        ({"owner": "U0WALKAWAY"}, "owner", "Guests and bots"),
        ({"owner": "USLACKBOT"}, "owner", "Guests and bots"),
        ({"first_contact": "2026-12-01"}, "first_contact", "today or an earlier day"),
        ({"name": "   "}, "name", "a name"),
        ({"name": "\u200b\u202e"}, "name", "a name"),
    ],
)
async def test_a_wrong_field_gets_its_sentence_and_everything_stays(
    office: Office, entries: dict[str, Any], field: str, sentence: str
) -> None:
    view = await office.begin(office.emma, "Acme")

    refused = await office.submit(office.emma, **(NO_OFFER | entries))

    assert set(refused.errors) == {field}
    assert sentence in refused.errors[field]
    assert office.emma.view is not None
    assert office.emma.view["id"] == view["id"]
    await office.finish(office.emma, owner="U0EMMA", name="Acme", first_contact="2026-11-30")


async def test_an_owner_chosen_by_somebody_else_is_told_in_their_language(
    office: Office,
) -> None:
    await office.screen(office.emma, owner="U0JONAS", **NO_OFFER)
    await office.delivered()

    [told] = office.jonas.direct_messages
    assert "Emma Clarke" in told["text"]
    assert (
        DE(
            "It's yours to decide: the buttons are on the card in {channel}.",
            channel=f"<#{CHANNEL}>",
        )
        in (told["text"])
    )
    assert office.emma.direct_messages == []


async def test_a_draft_is_offered_and_gone_on_with(office: Office) -> None:
    await office.begin(office.emma, "Acme")
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)

    offered = await office.begin(office.emma, "")
    assert offered["callback_id"] == ids.DRAFTS
    assert "Acme" in words(offered)
    await office.emma.click(ids.CONTINUE_DRAFT)
    await office.answered()

    assert office.emma.view is not None
    assert "value" in prefilled(office.emma.view)
    await office.finish(office.emma, **GOOD)
    assert (await office.begin(office.emma, ""))["callback_id"] == ids.STEP


async def test_another_name_opens_the_first_step_directly(office: Office) -> None:
    await office.begin(office.emma, "Acme")
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)

    assert (await office.begin(office.emma, "Globex"))["callback_id"] == ids.STEP
    await office.emma.close(everything=True)
    assert (await office.begin(office.jonas, "Acme"))["callback_id"] == ids.STEP


@pytest.mark.parametrize("name", ["", "Acme"])
async def test_beginning_anew_keeps_what_is_prefilled_and_not_touched(
    office: Office, name: str
) -> None:
    await office.begin(office.emma, "Acme")
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)
    await office.begin(office.emma, name)

    await office.emma.click(ids.START_NEW)
    await office.answered()
    assert office.emma.view is not None
    entries = NO_OFFER if name else NO_OFFER | {"name": "Acme"}
    card = await office.finish(office.emma, **entries)

    assert "Acme" in card["text"]
    [prospect] = await office.rows(prospects)
    assert (prospect.owner, str(prospect.first_contact)) == ("U0EMMA", "2026-11-30")


async def test_back_shows_what_was_answered_and_untouched_fields_keep_it(
    office: Office,
) -> None:
    await office.begin(office.emma)
    await office.submit(office.emma, **GOOD, expected_value="1200")
    await go_back(office)

    assert office.emma.view is not None
    shown = prefilled(office.emma.view)
    assert (shown["offer"], shown["numbers"], shown["expected_value"]) == (
        "clear",
        "ready",
        "1,200",
    )
    await office.finish(office.emma, numbers_given="1 million", value="at_once")

    [kept] = await office.rows(qualifications)
    assert kept.answers["offer"] == "clear"
    assert kept.expected_value == 1200


async def test_a_field_that_was_emptied_after_back_is_empty(office: Office) -> None:
    await office.begin(office.emma)
    await office.submit(office.emma, **GOOD, expected_value="1200")
    await go_back(office)

    await empty(office, "expected_value")
    await office.finish(office.emma, numbers_given="1 million", value="at_once")

    [kept] = await office.rows(qualifications)
    assert kept.expected_value is None


async def test_answers_that_were_emptied_after_back_are_not_judged(office: Office) -> None:
    await office.begin(office.emma)
    await office.submit(office.emma, **GOOD | {"numbers": "partly"})
    await office.submit(office.emma, willing="yes", able="yes", fire="yes", homework="figures")
    await go_back(office)
    assert office.emma.view is not None
    assert prefilled(office.emma.view)["homework"] == "figures"

    await empty(office, "homework")
    card = await office.finish(office.emma, **GOOD | {"numbers": "partly"})

    [kept] = await office.rows(qualifications)
    assert "homework" not in kept.answers
    assert "Problem" in card["text"]


async def test_screening_again_from_a_card_links_two_cards(office: Office) -> None:
    first = await office.screen(office.emma, "Acme", **NO_OFFER)
    office.clock.move(days=1)

    await office.emma.click("requalify", channel=CHANNEL, message_ts=first["ts"])
    view = await office.emma.wait_for_view()
    assert prefilled(view)["name"] == "Acme"
    assert prefilled(view)["offer"] == "none"
    second = await office.finish(office.emma, **GOOD)
    await office.delivered()

    [old, new] = office.cards
    assert "/archives/C0VERDICTS/p" + first["ts"].replace(".", "") in str(new["blocks"])
    assert "/archives/C0VERDICTS/p" + second["ts"].replace(".", "") in str(old["blocks"])
    assert actions(old) == []
    assert actions(new) != []
    assert len(office.slack.thread(CHANNEL, first["ts"])) == 1
    assert office.slack.refusals == []


async def test_a_channel_that_takes_nothing_is_told_to_the_managers_once(
    office: Office,
) -> None:
    office.slack.archive(CHANNEL)
    for name in ("First", "Second"):
        await office.begin(office.emma, name)
        await office.submit(office.emma, **NO_OFFER)
        await office.emma.close(everything=True)

    await office.delivered()

    [told] = office.sabine.direct_messages
    assert f"<#{CHANNEL}>" in told["text"]
    assert office.emma.direct_messages == []


def actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    found = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    return found[0] if found else []


async def go_back(office: Office) -> None:
    await office.emma.click(ids.BACK)
    await office.answered()


async def empty(office: Office, block_id: str) -> None:
    """Delete what stands in a field, as a person does: Slack tells the app of it."""
    assert office.emma.view is not None
    touched = fill(office.emma.view, {block_id: None})
    [raw] = touched[block_id].values()
    await office.emma.click(ids.ANSWER, block_id, raw)


async def test_a_shorter_name_does_not_begin_a_milder_screening_unseen(office: Office) -> None:
    first = await office.screen(office.jonas, "Henkel AG & Co. KGaA", **NO_OFFER)

    await office.begin(office.emma, "Henkel")
    await office.submit(office.emma, **GOOD)

    assert office.emma.view is not None
    assert office.emma.view["callback_id"] == ids.NAME_ASKED
    assert "Henkel AG &amp; Co. KGaA" in words(office.emma.view)
    await office.emma.click(ids.ANOTHER_ONE)
    await office.answered()
    card = await office.finish(office.emma, **GOOD)
    [link] = re.findall(r"<(https?://[^|>]*)\|Open card>", card["text"])
    assert first["ts"].replace(".", "") in link


async def test_a_typing_mistake_leads_to_the_prospect_that_was_meant(office: Office) -> None:
    await office.screen(office.jonas, "Henkel AG & Co. KGaA", **PROBLEM)

    await office.begin(office.jonas, "Henkell")
    await office.submit(office.jonas, **GOOD)

    assert office.jonas.view is not None
    assert DE("Similar names") in words(office.jonas.view)
    await office.jonas.click(ids.SAME_ONE)
    await office.answered()
    await office.finish(office.jonas, **GOOD)
    [prospect] = await office.rows(prospects)
    assert (prospect.name, prospect.verdict) == ("Henkel AG & Co. KGaA", "pursue")


async def test_a_name_that_somebody_else_screened_meanwhile_is_asked_about_at_the_end(
    office: Office,
) -> None:
    await office.begin(office.emma, "Acme")
    await office.submit(office.emma, **GOOD)
    first = await office.screen(office.jonas, "Acme GmbH", **PROBLEM)

    await office.submit(office.emma, **GOOD)

    assert office.emma.view is not None
    assert office.emma.view["callback_id"] == ids.NAME_ASKED
    assert len(office.cards) == 1
    await office.emma.click(ids.ANOTHER_ONE)
    await office.answered()
    assert office.emma.view["callback_id"] == ids.VERDICT
    await office.slack.wait_for(lambda: len(office.cards) == 2)
    _, card = office.cards
    [link] = re.findall(r"<(https?://[^|>]*)\|Open card>", card["text"])
    assert first["ts"].replace(".", "") in link
