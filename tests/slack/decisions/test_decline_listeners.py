"""Drafting a decline message through the real app, and the list of referrals in the settings."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.settings.table import Page
from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.columns import metadata
from sandbox import fill
from sandbox.member import Member
from tests.office import CHANNEL, GOOD, NO_OFFER, Office
from tests.slack.decisions.test_listeners import choose, press
from tests.slack.reading import DE, EN, prefilled, told, words

Json = dict[str, Any]

TALKED_INTO = GOOD | {"value": "talked_into"}
WEB = "Petra Klein, small shops"


async def walked_away(office: Office, member: Member, **answers: Any) -> Json:
    """Screen a prospect, walk away, and return the card."""
    card = await office.screen(member, **(answers or TALKED_INTO))
    await press(office, member, "walk_away", card)
    await office.delivered()
    return office.cards[-1]


async def drafting(office: Office, member: Member, card: Json) -> Json:
    """Open the modal."""
    await press(office, member, "decline_message", card)
    assert member.view is not None, told(member)
    return member.view


async def pick(office: Office, member: Member, block: str, option: str, **typed: str) -> Json:
    """Choose something in the modal, after typing something of one's own."""
    assert member.view is not None
    entered = fill(member.view, typed) if typed else None
    await member.click(ids.REDRAFT, block, option=option, touched=entered)
    await office.answered()
    return member.view


async def list_referrals(office: Office, typed: str) -> Any:
    return await office.set(office.sabine, Page.WORDS, referrals=typed)


def draft(view: Json) -> str:
    """What stands in the field for the message."""
    [text] = [v for k, v in prefilled(view).items() if k.startswith(ids.DECLINE_TEXT)]
    return str(text)


def text_block(view: Json) -> str:
    return next(key for key in prefilled(view) if key.startswith(ids.DECLINE_TEXT))


def mail(view: Json) -> dict[str, list[str]]:
    """What the mail would say."""
    [link] = [
        element["url"]
        for block in view["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    return parse_qs(urlsplit(link).query, strict_parsing=True)


@pytest.mark.parametrize("office", ["socket", "http"], indirect=True)
async def test_who_walked_away_gets_a_draft_in_their_own_language(office: Office) -> None:
    card = await walked_away(office, office.jonas)

    view = await drafting(office, office.jonas, card)

    assert draft(view).startswith("Guten Tag [Anrede und Name],")
    assert "einen Nutzen zu zeigen, der Sie sofort überzeugt" in draft(view)
    assert draft(view).endswith("Jonas Weber")
    assert "überreden" not in words(view)
    assert DE("Decline message") in words(view)
    assert mail(view)["body"] == [draft(view).replace("\n", "\r\n")]
    assert office.slack.refusals == []


async def test_each_choice_drafts_it_anew_and_the_mail_follows(office: Office) -> None:
    await list_referrals(office, f"{WEB}\nZahlenwerk, figures")
    await office.sabine.close(everything=True)
    card = await walked_away(office, office.emma)
    short = await drafting(office, office.emma, card)
    menu = next(b for b in short["blocks"] if b.get("block_id") == ids.REFERRAL)

    warm = await pick(office, office.emma, ids.VERSION, "warm")
    referring = await pick(
        office, office.emma, ids.REFERRAL, menu["element"]["options"][1]["value"]
    )
    german = await pick(office, office.emma, ids.LANGUAGE, "de")
    nobody = await pick(office, office.emma, ids.REFERRAL, ids.NOBODY)

    assert "convince you of the value right away" in draft(short)
    assert len(draft(warm)) > len(draft(short))
    assert f"{WEB}." in draft(referring)
    assert draft(referring).startswith("Hello")
    assert draft(german).startswith("Guten Tag")
    assert WEB in draft(german)
    assert WEB not in draft(nobody)
    assert mail(german)["body"] == [draft(german).replace("\n", "\r\n")]
    assert mail(german)["subject"] == ["Unsere Antwort zur Zusammenarbeit mit Acme GmbH"]
    assert "Your version" not in words(nobody)
    assert office.slack.refusals == []


async def test_what_somebody_wrote_stays_below_each_new_draft(office: Office) -> None:
    card = await walked_away(office, office.emma)
    view = await drafting(office, office.emma, card)

    await pick(office, office.emma, ids.VERSION, "warm", **{text_block(view): "Dear <Ann>,"})
    view = await pick(office, office.emma, ids.LANGUAGE, "de")
    assert "Dear <Ann>," in words(view)
    assert "Dear <Ann>," not in draft(view)
    view = await pick(
        office, office.emma, ids.VERSION, "short", **{text_block(view): "Liebe Anna,"}
    )

    assert [b["text"]["text"] for b in view["blocks"][-2:]] == ["Liebe Anna,", "Dear <Ann>,"]
    assert EN("Your version:") in words(view)


async def test_of_two_choices_at_once_both_count(office: Office) -> None:
    card = await walked_away(office, office.emma)
    view = await drafting(office, office.emma, card)
    at_first = office.slack.workspace.views.stack("U0EMMA")[-1].to_slack()

    await pick(office, office.emma, ids.VERSION, "warm")
    chosen = fill(at_first, {ids.VERSION: "warm"})
    late = office.slack.workspace.views.stack("U0EMMA")[-1]
    late.hash, kept = at_first["hash"], late.hash
    await office.emma.click(ids.REDRAFT, ids.LANGUAGE, option="de", touched=chosen)
    late.hash = kept
    await office.answered()

    assert office.emma.view is not None
    assert "Bitte verstehen Sie das nicht als Urteil" in draft(office.emma.view)
    assert text_block(view) != text_block(office.emma.view)


async def test_closing_it_keeps_nothing_and_changes_nothing(office: Office) -> None:
    card = await walked_away(office, office.emma)
    await office.settled()
    before = {table.name: await office.rows(table) for table in metadata.sorted_tables}
    sent = office.slack.messages(CHANNEL)
    view = await drafting(office, office.emma, card)
    typed = {text_block(view): "A secret of mine"}

    view = await pick(office, office.emma, ids.VERSION, "warm", **typed)
    await office.emma.click(ids.MAIL)
    submission = await office.submit(office.emma, **{text_block(view): "A secret of mine"})
    await office.delivered()

    assert submission.closed
    after = {table.name: await office.rows(table) for table in metadata.sorted_tables}
    heartbeats = "heartbeats"
    assert after | {heartbeats: []} == before | {heartbeats: []}
    assert office.slack.messages(CHANNEL) == sent
    assert office.slack.refusals == []


async def test_an_emptied_message_is_not_handed_in_and_can_be_closed(office: Office) -> None:
    card = await walked_away(office, office.emma)
    view = await drafting(office, office.emma, card)

    submission = await office.submit(office.emma, **{text_block(view): None})
    await office.emma.close()

    assert submission.errors.keys() == {text_block(view)}
    assert office.emma.view is None
    assert office.slack.refusals == []


async def test_a_manager_may_draft_it_and_a_colleague_may_not(office: Office) -> None:
    card = await walked_away(office, office.emma)

    view = await drafting(office, office.sabine, card)
    await press(office, office.jonas, "decline_message", card)

    assert draft(view).endswith("Sabine Vogt")
    assert "<@U0EMMA>" in told(office.jonas)


async def test_a_decision_taken_back_leaves_nothing_to_decline(office: Office) -> None:
    card = await walked_away(office, office.emma)
    await drafting(office, office.emma, card)
    await press(office, office.sabine, "undo", card)

    await office.emma.click(ids.REDRAFT, ids.VERSION, option="warm")
    await office.answered()

    assert EN("A decline message is only for prospects you walked away from.") in told(office.emma)
    assert "Acme GmbH is open" in told(office.emma)


async def test_an_older_button_still_drafts_it(office: Office) -> None:
    card = await walked_away(office, office.emma)
    await press(office, office.emma, "undo", card)
    await office.delivered()
    [prospect] = await office.rows(prospects)
    assert prospect.revision == 3
    await press(office, office.emma, "walk_away", office.cards[0])

    view = await drafting(office, office.emma, card)

    assert "Acme GmbH" in draft(view)


async def test_a_referral_that_is_listed_no_longer_is_not_replaced_by_another(
    office: Office,
) -> None:
    await list_referrals(office, f"{WEB}\nZahlenwerk, figures")
    await office.sabine.close(everything=True)
    card = await walked_away(office, office.emma)
    view = await drafting(office, office.emma, card)
    menu = next(b for b in view["blocks"] if b.get("block_id") == ids.REFERRAL)
    await list_referrals(office, "Zahlenwerk, figures")

    view = await pick(office, office.emma, ids.REFERRAL, menu["element"]["options"][1]["value"])

    assert WEB not in draft(view)
    assert "Zahlenwerk" not in draft(view)


async def test_the_menu_still_has_what_was_a_button_before(office: Office) -> None:
    card = await walked_away(office, office.emma, **NO_OFFER)

    await choose(office, office.emma, "details", card)

    assert office.emma.view is not None
    assert "Acme GmbH" in words(office.emma.view)


async def test_a_manager_keeps_the_list_of_referrals_and_sees_it_again(office: Office) -> None:
    empty = await office.open_settings(office.sabine, Page.WORDS)
    assert prefilled(empty)["referrals"] is None

    await office.submit(office.sabine, referrals=f"  {WEB}  \n\n<!here> & *Co*")
    await office.answered()
    again = await office.open_settings(office.sabine, Page.WORDS)

    assert prefilled(again)["referrals"] == f"{WEB}\n<!here> & *Co*"
    assert office.slack.refusals == []


async def test_an_emptied_list_is_empty(office: Office) -> None:
    await list_referrals(office, WEB)

    await list_referrals(office, "")

    again = await office.open_settings(office.sabine, Page.WORDS)
    assert prefilled(again)["referrals"] is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            f"{WEB}\n{'x' * 76}",
            DE("Shorten line {line}: at most {limit} characters on each side of the comma.").format(
                line=2, limit=75
            ),
        ),
        (
            "\n".join(map(str, range(21))),
            DE("Keep it to {limit} lines. It has {count}.").format(limit=20, count=21),
        ),
    ],
)
async def test_what_is_wrong_with_the_list_stands_beside_it(
    office: Office, typed: str, sentence: str
) -> None:
    submission = await list_referrals(office, typed)

    assert submission.errors == {"referrals": sentence}


async def test_only_managers_see_the_settings(office: Office) -> None:
    for member, sentence in (
        (office.jonas, DE("Only managers can change the settings. Ask one of them.")),
        (office.gil, "You're a guest"),
    ):
        await member.command("/qualify", "settings")
        await office.answered()
        assert sentence in told(member)
        assert member.view is None
