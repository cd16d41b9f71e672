"""What follows a verdict on the spot: the decline message, the step that settles it, the card."""

from typing import Any

from bot.domain.people import Action
from bot.slack.payloads import ids
from sandbox.member import Member
from tests.office import GOOD, Office
from tests.slack.decisions.test_decline_listeners import TALKED_INTO, draft, mail, pick, text_block
from tests.slack.reading import EN, words

Json = dict[str, Any]
NOT_SHOWN = GOOD | {"value": "not_shown"}
SETTLES = "Show them one result of a client like them, then re-screen"


async def read_verdict(
    office: Office, member: Member, entries: Json, *, is_begun: bool = False, **facts: str
) -> Json:
    """Screen a prospect, and return the verdict, which stays open."""
    if not is_begun:
        await office.begin(member)
    while member.view is not None and member.view["callback_id"] == ids.STEP:
        assert not (await office.submit(member, **entries, **facts)).errors
    assert member.view is not None
    assert member.view["callback_id"] == ids.VERDICT
    return member.view


def buttons(view: Json) -> dict[str, Json]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {button["action_id"]: button for row in rows for button in row}


async def test_from_the_verdict_to_a_kind_no_it_is_two_clicks(office: Office) -> None:
    verdict = await read_verdict(office, office.emma, TALKED_INTO)
    button = buttons(verdict)[Action.WALK_AWAY]

    await office.emma.click(Action.WALK_AWAY)  # and a yes
    await office.answered()

    view = office.emma.view
    assert button["style"] == button["confirm"]["style"] == "danger"
    assert view is not None
    assert (view["id"], view["callback_id"]) == (verdict["id"], Action.DECLINE_MESSAGE)
    assert view["blocks"][0]["block_id"].startswith(ids.DECLINE_TEXT)
    assert draft(view).startswith("Hello [name],")
    assert (view["close"], view["submit"]["text"]) == (None, "Close")
    assert (await office.submit(office.emma)).closed
    await office.delivered()
    assert "Walked away" in words(office.cards[-1])
    assert office.slack.refusals == []


async def test_an_open_verdict_links_the_card_as_soon_as_it_is_posted(office: Office) -> None:
    before = await read_verdict(office, office.emma, TALKED_INTO)
    await office.delivered()

    after = office.emma.view
    assert after is not None
    assert (ids.OPEN_CARD in buttons(before), before["id"]) == (False, after["id"])
    link = buttons(after)[ids.OPEN_CARD]["url"]
    assert link.endswith("p" + office.cards[-1]["ts"].replace(".", ""))
    await office.emma.click(ids.OPEN_CARD)
    assert office.slack.refusals == []


async def test_a_decline_message_is_not_replaced_by_the_verdict_that_comes_late(
    office: Office,
) -> None:
    await read_verdict(office, office.emma, TALKED_INTO)
    await office.emma.click(Action.WALK_AWAY)
    await office.answered()

    await office.delivered()

    assert office.emma.view is not None
    assert office.emma.view["callback_id"] == Action.DECLINE_MESSAGE


async def test_a_verdict_opened_from_home_refreshes_home_also_once_it_links_the_card(
    office: Office,
) -> None:
    await office.emma.open_home()
    await office.answered()
    await office.emma.click(Action.QUALIFY)
    await office.answered()
    entries = TALKED_INTO | {"name": "Acme GmbH"}
    await read_verdict(office, office.emma, entries, is_begun=True)
    await office.delivered()
    home = office.slack.workspace.views.homes["U0EMMA"]
    seen = home.hash

    await office.emma.click(Action.WALK_AWAY)
    await office.answered()

    assert home.hash != seen


async def test_a_problem_names_the_one_step_that_would_settle_it(office: Office) -> None:
    view = await read_verdict(office, office.emma, NOT_SHOWN)

    assert f"{EN('What would settle it')}" in words(view)
    assert SETTLES in words(view)
    assert Action.WALK_AWAY not in buttons(view)
    assert view["close"]["text"] == "Close"


async def test_who_may_not_walk_away_is_not_offered_to(office: Office) -> None:
    view = await read_verdict(office, office.emma, TALKED_INTO, owner="U0JONAS")

    assert Action.WALK_AWAY not in buttons(view)


async def test_the_mail_has_what_was_made_of_the_draft(office: Office) -> None:
    await read_verdict(office, office.emma, TALKED_INTO)
    await office.emma.click(Action.WALK_AWAY)
    await office.answered()
    view = office.emma.view
    assert view is not None
    field = text_block(view)

    for typed in ("Dear A", "Dear Ann,\nno & thank you"):
        await office.emma.click(ids.REWRITE, field, option=typed)
    await office.answered()

    after = office.emma.view
    assert after is not None
    assert (text_block(after), draft(after)) == (field, draft(view))
    assert mail(after)["body"] == ["Dear Ann,\r\nno & thank you"]
    warm = await pick(office, office.emma, ids.VERSION, "warm", **{field: "Dear Ann,"})
    assert mail(warm)["body"] == [draft(warm).replace("\n", "\r\n")]
    assert "Dear Ann," in words(warm)
    assert office.slack.refusals == []
