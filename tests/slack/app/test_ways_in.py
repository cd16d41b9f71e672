"""The other ways in than the command: shortcuts, and App Home, through the real app."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Table, delete

from bot.domain.people import Action
from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts, qualifications
from sandbox import ApiCall, Fault
from sandbox.member import Member
from tests.many import multiply
from tests.office import CHANNEL, GOOD, NO_OFFER, PROBLEM, SALES, Json, Office, hiding
from tests.slack.reading import DE

BOTH_WAYS = pytest.mark.parametrize("office", ["socket", "http"], indirect=True)


def value_of(view: Json | None, block_id: str) -> Any:
    assert view is not None
    block = next(each for each in view["blocks"] if each.get("block_id") == block_id)
    return block["element"].get("initial_value")


def texts_of(view: object) -> str:
    return str(view)


async def home_of(office: Office, member: Member) -> str:
    """Open the Home tab, and return what stands there."""
    await member.open_home()
    await office.answered()
    return texts_of(member.home)


async def count(office: Office, table: Table) -> int:
    return len(await office.rows(table))


def refuse_to_publish_once(office: Office, error: str) -> None:
    """Let Slack refuse the next App Home."""
    refusals = [Fault(body={"ok": False, "error": error})]

    def fault(call: ApiCall) -> Fault | None:
        return refusals.pop() if call.method == "views.publish" and refusals else None

    office.slack.faults = fault


@BOTH_WAYS
async def test_the_global_shortcut_opens_the_modal(office: Office) -> None:
    await office.emma.shortcut(ids.SHORTCUT)
    view = await office.emma.wait_for_view()

    assert view["callback_id"] == ids.STEP
    assert value_of(view, "name") is None
    assert office.slack.refusals == []


@BOTH_WAYS
async def test_the_message_shortcut_takes_the_name_from_the_message(office: Office) -> None:
    message = office.jonas.say("*Müller &amp; Söhne*\nwant a website", SALES)

    await office.emma.shortcut(ids.MESSAGE_SHORTCUT, SALES, message["ts"])
    view = await office.emma.wait_for_view()

    assert value_of(view, "name") == "Müller & Söhne"


async def test_the_message_shortcut_works_in_a_thread(office: Office) -> None:
    parent = office.jonas.say("Anything new?", SALES)
    reply = office.emma.say("Acme GmbH called", SALES, thread_ts=parent["ts"])

    await office.emma.shortcut(ids.MESSAGE_SHORTCUT, SALES, reply["ts"])
    view = await office.emma.wait_for_view()
    card = await office.finish(office.emma, name=value_of(view, "name"), **GOOD)

    assert "Acme GmbH called" in card["text"]


async def test_a_message_without_a_name_leaves_the_field_empty(office: Office) -> None:
    message = office.jonas.say("<@U0EMMA> <!here>", SALES)

    await office.emma.shortcut(ids.MESSAGE_SHORTCUT, SALES, message["ts"])

    assert value_of(await office.emma.wait_for_view(), "name") is None


async def test_a_second_use_of_the_shortcut_goes_on_with_the_draft_of_the_first(
    office: Office,
) -> None:
    message = office.jonas.say("Acme GmbH", SALES)
    await office.emma.shortcut(ids.MESSAGE_SHORTCUT, SALES, message["ts"])
    await office.emma.wait_for_view()
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)

    await office.emma.shortcut(ids.MESSAGE_SHORTCUT, SALES, message["ts"])
    offered = await office.emma.wait_for_view()
    await office.emma.click(ids.CONTINUE_DRAFT)
    await office.answered()
    await office.finish(office.emma, **GOOD)

    assert offered["callback_id"] == ids.DRAFTS
    assert await count(office, qualifications) == 1
    assert await count(office, drafts) == 0


async def test_the_global_shortcut_offers_every_draft(office: Office) -> None:
    await office.begin(office.emma, "Acme GmbH")
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)

    await office.emma.shortcut(ids.SHORTCUT)

    assert "Acme GmbH" in texts_of(await office.emma.wait_for_view())


async def test_a_guest_is_told_in_a_modal_why_the_global_shortcut_is_not_theirs(
    office: Office,
) -> None:
    await office.gil.shortcut(ids.SHORTCUT)
    view = await office.gil.wait_for_view()

    assert view["callback_id"] == ids.NOTICE
    assert "You're a guest" in texts_of(view)


async def test_a_guest_is_told_privately_why_a_message_shortcut_is_not_theirs(
    office: Office,
) -> None:
    message = office.jonas.say("Acme GmbH", SALES)

    await office.gil.shortcut(ids.MESSAGE_SHORTCUT, SALES, message["ts"])
    await office.answered()

    assert "You're a guest" in office.gil.ephemerals[-1]["text"]


WAYS_IN: dict[str, Callable[[Member, Json], Awaitable[object]]] = {
    "global shortcut": lambda member, _: member.shortcut(ids.SHORTCUT),
    "message shortcut": lambda member, message: member.shortcut(
        ids.MESSAGE_SHORTCUT, SALES, message["ts"]
    ),
    "home": lambda member, _: member.open_home(),
    "card": lambda member, _: member.click(Action.OVERRIDE, channel=CHANNEL),
}


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ({"is_guest": True}, "You're a guest"),
        ({"team_id": "T0ELSEWHERE"}, "You're from another organisation"),
        ({"is_bot": True}, "Bots can't"),
        (None, "Slack doesn't show me who you are"),
    ],
)
async def test_an_outsider_is_told_the_true_reason_by_every_way_in_at_once(
    office: Office, way: str, profile: dict[str, Any] | None, reason: str
) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    message = office.jonas.say("Bolt AG", SALES)
    stranger = office.slack.add_member("U0ALIEN", "Al Ien", **(profile or {}))
    office.slack.workspace.world.channels[CHANNEL].members.append(stranger.id)
    office.slack.faults = None if profile else hiding(stranger)

    await WAYS_IN[way](stranger, message)
    await office.answered()

    assert reason in texts_of([stranger.view, stranger.home, stranger.ephemerals])
    assert stranger.view is None or stranger.view["callback_id"] == ids.NOTICE
    assert await count(office, drafts) == 0


async def test_whom_we_may_not_look_up_is_told_which_scope_is_missing(office: Office) -> None:
    refusal = {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": ""}
    office.slack.faults = lambda call: Fault(body=refusal) if call.method == "users.info" else None

    await office.emma.command("/qualify", "Acme GmbH")
    await office.answered()

    assert office.emma.view is None
    said = office.emma.ephemerals[-1]["text"]
    assert said.startswith("Ask your admin to add the scope `users:read`")


async def test_a_full_member_is_told_no_reason(office: Office) -> None:
    await office.jonas.shortcut(ids.SHORTCUT)

    assert (await office.jonas.wait_for_view())["callback_id"] == ids.STEP


async def test_an_unknown_shortcut_gets_a_sentence(office: Office) -> None:
    await office.emma.shortcut("of_another_version")

    assert "an older version" in texts_of(await office.emma.wait_for_view())


@BOTH_WAYS
async def test_home_greets_a_newcomer_and_lets_them_begin(office: Office) -> None:
    seen = await home_of(office, office.emma)
    await office.emma.click(Action.QUALIFY)
    view = await office.emma.wait_for_view()

    assert "Hello, Emma Clarke" in seen
    assert view["callback_id"] == ids.STEP
    assert office.slack.refusals == []


async def test_home_speaks_the_members_language(office: Office) -> None:
    assert "Hallo Jonas Weber" in await home_of(office, office.jonas)


async def test_home_tells_a_guest_why_there_is_none(office: Office) -> None:
    seen = await home_of(office, office.gil)

    assert "You're a guest" in seen
    assert "button" not in seen


async def test_home_lists_the_members_own_and_nobody_elses(office: Office) -> None:
    await office.screen(office.emma, "Emmas GmbH", **PROBLEM)
    await office.screen(office.jonas, "Jonas GmbH", **PROBLEM)
    await office.begin(office.emma, "Halb GmbH")
    await office.submit(office.emma, **GOOD)

    seen = await home_of(office, office.emma)

    assert "*🟡 Problem · Emmas GmbH*" in seen
    assert "Decide by Mon 7 Dec." in seen
    assert "*Halb GmbH*" in seen
    assert "Jonas GmbH" not in seen


async def test_other_tabs_of_the_app_are_no_home(office: Office) -> None:
    await office.slack.send_event(
        {"type": "app_home_opened", "user": "U0EMMA", "channel": "D0EMMA", "tab": "messages"}
    )
    await office.answered()

    assert office.emma.home is None


async def test_a_decision_from_home_shows_there_and_on_the_card(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    before = await home_of(office, office.emma)

    await office.emma.click(Action.WALK_AWAY, channel="home")
    await office.answered()
    lines = await office.delivered()

    assert "*🔴 Walk away · Acme GmbH*" in before
    assert "Acme GmbH" not in texts_of(office.emma.home).replace("/qualify Acme GmbH", "")
    assert "Emma Clarke walked away" in office.cards[0]["text"]
    assert len(lines) == 1


async def test_a_dialog_from_home_brings_home_up_to_date(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **GOOD)
    await office.screen(office.emma, "Bolt AG", **GOOD)
    await home_of(office, office.emma)
    acme = (await office.rows(prospects))[0]

    await office.emma.click("won", f"decide.{acme.prospect_id}.1", channel="home")
    await office.emma.wait_for_view()
    submission = await office.emma.submit()
    await office.answered()

    assert submission.closed
    assert "Bolt AG" in texts_of(office.emma.home)
    assert "*🟢 Pursue · Acme GmbH*" not in texts_of(office.emma.home)


async def test_a_screening_from_home_stays_beside_it_step_by_step(office: Office) -> None:
    await home_of(office, office.emma)
    await office.emma.click(Action.QUALIFY)
    await office.emma.wait_for_view()

    await office.submit(office.emma, name="Acme GmbH", **GOOD)
    await office.answered()
    after_one_step = texts_of(office.emma.home)
    await office.emma.click(ids.BACK)
    await office.answered()
    await office.finish(office.emma, name="Acme GmbH", **GOOD)
    await office.answered()

    assert "Drafts" in after_one_step
    assert "*🟢 Pursue · Acme GmbH*" in texts_of(office.emma.home)
    assert office.slack.refusals == []


async def test_a_draft_is_continued_from_home(office: Office) -> None:
    await office.begin(office.emma, "Acme GmbH")
    await office.submit(office.emma, **GOOD)
    await office.emma.close(everything=True)
    await home_of(office, office.emma)

    await office.emma.click(ids.CONTINUE_DRAFT)
    view = await office.emma.wait_for_view()
    await office.finish(office.emma, **GOOD)

    assert view["callback_id"] == ids.STEP
    assert await count(office, qualifications) == 1


async def begun(office: Office, *names: str) -> None:
    """Let Emma begin screenings, and close each after its first step."""
    for name in names:
        await office.begin(office.emma, name)
        await office.submit(office.emma, **GOOD)
        await office.emma.close(everything=True)


async def test_a_draft_is_discarded_from_home_which_is_drawn_anew(office: Office) -> None:
    await begun(office, "Acme GmbH", "Bolt AG")
    seen = await home_of(office, office.emma)
    acme = next(row for row in await office.rows(drafts) if row.name == "Acme GmbH")

    await office.emma.click(ids.DISCARD_DRAFT, f"draft_buttons.{acme.draft_id}", channel="home")
    await office.answered()

    assert "*Acme GmbH*" in seen
    assert "*Acme GmbH*" not in texts_of(office.emma.home)
    assert "*Bolt AG*" in texts_of(office.emma.home)
    assert office.emma.view is None


async def test_a_draft_is_discarded_where_drafts_are_offered(office: Office) -> None:
    await begun(office, "Acme GmbH")
    office.clock.move(minutes=1)
    await begun(office, "Bolt AG")
    await office.emma.shortcut(ids.SHORTCUT)
    offered = await office.emma.wait_for_view()

    await office.emma.click(ids.DISCARD_DRAFT)
    await office.answered()
    left = office.emma.view
    await office.emma.click(ids.DISCARD_DRAFT)
    await office.answered()

    assert {"Acme GmbH", "Bolt AG"} == {
        name for name in ("Acme GmbH", "Bolt AG") if name in texts_of(offered)
    }
    assert [name for name in ("Acme GmbH", "Bolt AG") if name in texts_of(left)] == ["Acme GmbH"]
    assert await count(office, drafts) == 0
    assert office.emma.view is not None
    assert office.emma.view["callback_id"] == ids.STEP


async def test_the_step_after_the_last_draft_of_a_name_has_the_name(office: Office) -> None:
    await begun(office, "Acme GmbH")
    await office.emma.command("/qualify", "acme gmbh")
    await office.emma.wait_for_view()

    await office.emma.click(ids.DISCARD_DRAFT)
    await office.answered()
    card = await office.finish(office.emma, **GOOD)

    assert "acme gmbh" in card["text"]
    assert await count(office, qualifications) == 1


async def test_a_draft_that_is_gone_gets_a_sentence_and_the_list_is_drawn_anew(
    office: Office,
) -> None:
    await begun(office, "Acme GmbH", "Bolt AG")
    await home_of(office, office.emma)
    await office.emma.shortcut(ids.SHORTCUT)
    await office.emma.wait_for_view()
    bolt = next(row for row in await office.rows(drafts) if row.name == "Bolt AG")
    async with office.database.writing() as connection:
        await connection.execute(delete(drafts).where(drafts.c.draft_id == bolt.draft_id))

    await office.emma.click(ids.DISCARD_DRAFT, f"draft_buttons.{bolt.draft_id}")
    await office.answered()

    list_, notice = office.emma.views
    assert "already gone" in texts_of(notice)
    assert "Bolt AG" not in texts_of(list_)
    assert "Acme GmbH" in texts_of(list_)

    await office.emma.close(everything=True)
    await office.emma.click(ids.DISCARD_DRAFT, f"draft_buttons.{bolt.draft_id}", channel="home")
    await office.answered()

    assert "already gone" in texts_of(office.emma.view)
    assert "Bolt AG" not in texts_of(office.emma.home)
    assert "*Acme GmbH*" in texts_of(office.emma.home)


async def test_what_was_decided_elsewhere_meanwhile_is_said_and_home_drawn_anew(
    office: Office,
) -> None:
    card = await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await home_of(office, office.emma)
    await office.sabine.click(Action.WALK_AWAY, channel=CHANNEL, message_ts=card["ts"])

    await office.emma.click(Action.WALK_AWAY, channel="home")
    view = await office.emma.wait_for_view()
    await office.answered()

    assert "out of date" in texts_of(view)
    assert "*🔴 Walk away · Acme GmbH*" not in texts_of(office.emma.home)


async def test_a_home_that_changed_meanwhile_is_read_and_drawn_once_more(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await home_of(office, office.emma)
    refuse_to_publish_once(office, "hash_conflict")
    assert office.emma.home is not None
    clicked_in = office.emma.home["hash"]
    before = len(office.slack.calls)

    await office.emma.click(Action.WALK_AWAY, channel="home")
    await office.answered()

    published = [each for each in office.slack.calls[before:] if each.method == "views.publish"]
    assert [each.args.get("hash") for each in published] == [clicked_in, None]
    assert "*🔴 Walk away · Acme GmbH*" not in texts_of(office.emma.home)


async def test_a_slack_that_does_not_publish_keeps_nobody_from_deciding(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await home_of(office, office.emma)
    refuse_to_publish_once(office, "internal_error")

    await office.emma.click(Action.WALK_AWAY, channel="home")
    await office.answered()

    assert office.emma.view is None
    assert [row.stage for row in await office.rows(prospects)] == ["walked_away"]


async def test_pages_are_turned_and_a_decision_stays_on_its_page(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await multiply(office.database, 25)
    await home_of(office, office.emma)

    await office.emma.click(ids.LATER)
    await office.answered()
    second = texts_of(office.emma.home)
    await office.emma.click(Action.WALK_AWAY, "decide.copy15.1", channel="home")
    await office.answered()
    decided = texts_of(office.emma.home)
    await office.emma.click(ids.EARLIER)
    await office.answered()

    assert "Page 2 of 3" in second
    assert "*🔴 Walk away · Acme GmbH 15*" in second
    assert "Page 2 of 3" in decided
    assert "*🔴 Walk away · Acme GmbH 15*" not in decided
    assert "24 open prospects" in texts_of(office.emma.home)
    assert "Page 1 of 3" in texts_of(office.emma.home)


async def test_a_manager_sees_everybodys_decides_there_and_turns_to_their_own(
    office: Office,
) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.jonas, "Bolt AG", **NO_OFFER)
    await home_of(office, office.sabine)
    whole = texts_of(office.sabine.home)
    [acme] = [row for row in await office.rows(prospects) if row.name == "Acme GmbH"]

    await office.sabine.click(Action.WALK_AWAY, f"decide.{acme.prospect_id}.1", channel="home")
    await office.answered()
    decided = texts_of(office.sabine.home)
    await office.sabine.click(ids.SCOPE)
    await office.answered()
    own = texts_of(office.sabine.home)
    await office.sabine.click(ids.SCOPE)
    await office.answered()

    assert "Acme GmbH" in whole
    assert "Bolt AG" in whole
    open_still, lately = decided.split(DE("Recently decided"))
    assert "Acme GmbH" not in open_still
    assert "Bolt AG" in open_still
    assert "Acme GmbH" in lately
    assert "Bolt AG" not in own
    assert "Bolt AG" in texts_of(office.sabine.home)


async def test_a_page_that_is_no_number_gets_a_sentence(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await multiply(office.database, 11)
    await home_of(office, office.emma)
    home = office.slack.workspace.views.homes["U0EMMA"]
    turn = next(each for each in home.given["blocks"] if each["block_id"] == "pages")
    turn["elements"][0]["value"] = "of another version"

    await office.emma.click(ids.LATER)

    assert "an older version" in texts_of(await office.emma.wait_for_view())


async def test_who_became_a_guest_is_told_so_by_the_buttons_they_still_see(
    office: Office,
) -> None:
    await home_of(office, office.emma)
    office.emma.profile.is_guest = True
    office.clock.move(days=2)

    await office.emma.click(Action.QUALIFY)
    view = await office.emma.wait_for_view()
    await office.answered()

    assert "You're a guest" in texts_of(view)
