"""Going on against the verdict through the real app: the dialog, its evidence, the answers."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.settings.table import Page
from bot.slack.payloads import ids
from bot.storage.overrides import overrides
from bot.storage.prospects.prospects import prospects
from bot.storage.workspaces import workspaces
from sandbox import Submission, fill
from sandbox.member import Member
from tests.office import CHANNEL, HOMEWORK, NO_OFFER, Office
from tests.slack.decisions.test_listeners import choose, press, stage
from tests.slack.reading import DE, told, words

Json = dict[str, Any]
GROUNDS = {
    "fear": "no_other_client",
    "reason": "They pay <well>.",
    "kill_criterion": "no signed offer by then",
    "kill_on": "2026-12-15",
}


async def let_managers_approve(office: Office, *managers: str) -> None:
    """From now on overrides wait for a manager: Sabine says so in the settings."""
    await office.set(office.sabine, Page.RULES, override_approval="manager")
    await office.sabine.close(everything=True)
    if managers:
        await name_managers(office, *managers)


async def name_managers(office: Office, *managers: str) -> None:
    """From now on these manage, as if the environment said so."""
    async with office.database.writing() as connection:
        await connection.execute(update(workspaces).values(managers=list(managers)))
    office.bot.membership._greeted.clear()


async def choose_fear(member: Member, office: Office, fear: str, **typed: str) -> Json:
    """Choose a fear while something stands in other fields; return the view after it."""
    view = member.view
    assert view is not None
    await member.click(ids.CHOOSE_FEAR, option=fear, touched=fill(view, typed))
    await office.answered()
    assert member.view is not None
    return member.view


async def opened(office: Office, member: Member, card: Json) -> Json:
    await press(office, member, "override", card)
    return await member.wait_for_view()


async def overridden(office: Office, member: Member, card: Json, **more: str) -> Submission:
    await opened(office, member, card)
    return await office.submit(member, **(GROUNDS | more))


async def asked(office: Office, member: Member, *managers: str) -> Json:
    """Let a member screen a walk-away and ask for an override; return the card."""
    card = await office.screen(member, **NO_OFFER)
    await let_managers_approve(office, *managers)
    assert (await overridden(office, member, card)).closed
    await office.bot.nudges.tick()
    await office.delivered()
    return office.cards[0]


async def state(office: Office) -> str:
    return str([row.state for row in await office.rows(overrides)][-1])


@pytest.mark.parametrize("office", ["socket", "http"], indirect=True)
async def test_of_two_quick_fears_the_second_counts(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    at_first = await opened(office, office.emma, card)
    await choose_fear(office.emma, office, "reputation")
    shown = office.slack.workspace.views.stack("U0EMMA")[-1]
    shown.hash, now = at_first["hash"], shown.hash  # a click from before the first was answered
    await office.emma.click(ids.CHOOSE_FEAR, option="new_fact", touched=fill(at_first, {}))
    shown.hash = now
    await office.answered()

    assert office.emma.view is not None
    assert "What do you know now" in words(office.emma.view)


async def test_going_on_is_public_reasoned_and_dated(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)

    assert (await overridden(office, office.emma, card)).closed
    [line] = await office.delivered()

    assert await state(office) == "standing"
    for said in (line["text"], office.cards[0]["text"]):
        assert "No other client will come" in said
        assert "They pay &lt;well&gt;." in said
        assert "“no signed offer by then”" in said
        assert "Tue 15 Dec" in said
    assert "🔴 Walk away, pursued anyway · Acme GmbH" in office.cards[0]["text"]
    await press(office, office.emma, "won", office.cards[0])
    await office.submit(office.emma, day="2026-11-30")
    assert await stage(office) == "won"
    assert office.slack.refusals == []


async def test_a_chosen_fear_shows_its_evidence_and_keeps_what_was_typed(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await opened(office, office.emma, card)
    typed = {key: GROUNDS[key] for key in ("reason", "kill_criterion", "kill_on")}

    view = await choose_fear(office.emma, office, "reputation", **typed)
    assert "Shown once there are 5 outcomes. So far: 0." in words(view)
    view = await choose_fear(office.emma, office, "new_fact")
    assert "What do you know now that you didn't know then?" in words(view)
    nameless = await office.emma.submit()
    assert set(nameless.errors) == {"new_fact"}
    submission = await office.submit(office.emma, new_fact="a new boss")

    assert submission.closed
    [row] = await office.rows(overrides)
    assert (row.fear, row.new_fact, row.reason) == ("new_fact", "a new boss", GROUNDS["reason"])
    assert office.slack.refusals == []


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"kill_on": "2026-11-27"}, "kill_on", "later check-in date"),
        ({"kill_on": "2026-11-30"}, "kill_on", "Tue 1 Dec at the earliest"),
        ({"kill_on": "2026-12-25"}, "kill_on", "The next one is Mon 28 Dec"),
        ({"kill_on": "2026-12-12"}, "kill_on", "isn't a working day"),
        ({"kill_on": "2027-02-01"}, "kill_on", "within 60 days"),
        ({"reason": "  "}, "reason", "Answer this question."),
        ({"kill_criterion": "\n"}, "kill_criterion", "Answer this question."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    office: Office, entered: dict[str, str], field: str, said: str
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)

    submission = await overridden(office, office.emma, card, **entered)

    assert said in submission.errors[field]
    assert await office.rows(overrides) == []


async def test_a_manager_is_asked_in_private_and_approves_there(office: Office) -> None:
    card = await asked(office, office.emma)
    assert "approve_override" in str(card["blocks"])
    [request] = office.sabine.direct_messages
    assert DE("Fear: {fear}.", fear=DE("No other client will come")) in request["text"]

    await office.sabine.click("approve_override", message_ts=request["ts"])
    lines = await office.delivered()

    assert await state(office) == "standing"
    assert "<@U0SABINE> approved <@U0EMMA>'s override" in str(lines[-1]["blocks"])
    assert "Sabine" in office.emma.direct_messages[-1]["text"]
    assert office.slack.refusals == []


@pytest.mark.parametrize("office", ["socket", "http"], indirect=True)
async def test_a_manager_answers_from_app_home(office: Office) -> None:
    await asked(office, office.emma)
    await office.sabine.open_home()
    await office.answered()
    assert office.sabine.home is not None
    assert "approve_override" in str(office.sabine.home)

    await office.sabine.click("approve_override", channel="home")
    await office.answered()
    await office.delivered()

    assert await state(office) == "standing"
    assert "approve_override" not in str(office.sabine.home)
    assert not any(asks(each) for each in office.sabine.direct_messages)
    assert office.slack.refusals == []


async def test_a_manager_denies_from_app_home(office: Office) -> None:
    await asked(office, office.emma)
    await office.sabine.open_home()
    await office.answered()

    await office.sabine.click("deny_override", channel="home")
    await office.sabine.wait_for_view()
    assert (await office.submit(office.sabine, refusal="Too dear.")).closed
    await office.delivered()

    assert await state(office) == "denied"
    assert "deny_override" not in str(office.sabine.home)
    # Home is drawn for the answer and for what it brought: of two at a time, one begins anew.
    assert {each.error for each in office.slack.refusals} <= {"hash_conflict"}


def asks(message: Json) -> bool:
    return "approve_override" in str(message["blocks"])


async def test_every_manager_reads_what_another_answered(office: Office) -> None:
    await asked(office, office.emma, "U0SABINE", "U0JONAS")
    [request], [same] = office.sabine.direct_messages, office.jonas.direct_messages
    assert asks(request)
    assert asks(same)

    await office.sabine.click("approve_override", message_ts=request["ts"])
    await office.delivered()

    for manager in (office.sabine, office.jonas):
        [now] = manager.direct_messages
        assert now["ts"] in {request["ts"], same["ts"]}
        assert not asks(now)
        assert "Sabine" in now["text"]
        assert "am Mo., 30. Nov. 2026, um" in now["text"]
        assert DE("Fear: {fear}.", fear=DE("No other client will come")) in now["text"]
    assert office.slack.refusals == []


async def test_of_two_managers_who_answer_at_once_the_second_is_told_by_whom(
    office: Office,
) -> None:
    await asked(office, office.emma, "U0SABINE", "U0JONAS")
    managers = (office.sabine, office.jonas)

    await asyncio.gather(
        *(
            each.click("approve_override", message_ts=each.direct_messages[0]["ts"])
            for each in managers
        )
    )
    await office.delivered()

    [late] = [each for each in managers if each.ephemerals]
    [first] = [each for each in managers if not each.ephemerals]
    assert f"<@{first.id}> hat sie am" in told(late)
    assert not any(asks(each.direct_messages[0]) for each in managers)


async def test_managers_read_that_a_request_is_withdrawn_and_that_it_waits_again(
    office: Office,
) -> None:
    card = await asked(office, office.emma)
    await press(office, office.emma, "walk_away", card)
    await office.delivered()
    [request, news] = office.sabine.direct_messages
    assert not asks(request)
    assert "Emma" in request["text"]
    assert "zurückgezogen" in request["text"]
    assert "zurückgezogen" in news["text"]

    await press(office, office.emma, "undo", office.cards[0])
    await office.delivered()
    [request, _, back] = office.sabine.direct_messages
    assert asks(request)
    assert not asks(back)
    assert "in der Nachricht, in der ich gefragt habe" in back["text"]
    assert not any(asks(each) for each in office.emma.direct_messages)

    await office.sabine.click("approve_override", message_ts=request["ts"])
    await office.delivered()
    assert await state(office) == "standing"
    assert not any(asks(each) for each in office.sabine.direct_messages)
    assert office.slack.refusals == []


async def test_managers_read_that_nobody_answered(office: Office) -> None:
    await asked(office, office.emma)
    office.clock.move(days=4)

    await office.bot.nudges.tick()
    await office.delivered()

    [request] = office.sabine.direct_messages
    assert not asks(request)
    assert "Niemand hat rechtzeitig geantwortet" in request["text"]


async def test_a_met_condition_withdraws_the_request_where_it_stands(office: Office) -> None:
    card = await office.screen(office.emma, **HOMEWORK)
    await let_managers_approve(office)
    await choose(office, office.emma, "override", card)
    await office.emma.wait_for_view()
    assert (await office.submit(office.emma, **GROUNDS)).closed
    await office.bot.nudges.tick()
    await office.delivered()

    await choose(office, office.emma, "condition_met", office.cards[0])
    await office.submit(office.emma, brought="the figures")
    await office.delivered()

    request = office.sabine.direct_messages[0]
    assert not asks(request)
    assert "als erfüllt eingetragen" in request["text"]
    assert not asks(office.cards[0])
    await press(office, office.emma, "won", office.cards[0])
    await office.submit(office.emma, day="2026-11-30")
    assert await stage(office) == "won"


async def test_what_nobody_else_could_approve_takes_effect_and_the_card_says_so(
    office: Office,
) -> None:
    card = await office.screen(office.sabine, **NO_OFFER)
    await let_managers_approve(office, "U0SABINE", "U0JONAS")
    await opened(office, office.sabine, card)
    await name_managers(office, "U0SABINE")

    assert (await office.submit(office.sabine, **GROUNDS)).closed
    lines = await office.delivered()

    assert await state(office) == "standing"
    assert "It took effect because no one else could approve." in office.cards[0]["text"]
    assert "It took effect because no one else could approve." in lines[-1]["text"]


async def test_a_denial_needs_a_sentence_that_everybody_reads(office: Office) -> None:
    card = await asked(office, office.emma)
    await press(office, office.sabine, "deny_override", card)

    empty = await office.submit(office.sabine, refusal="  ")
    assert set(empty.errors) == {"refusal"}
    await office.submit(office.sabine, refusal="They never paid.")
    lines = await office.delivered()

    assert await state(office) == "denied"
    assert "“They never paid.”" in lines[-1]["text"]
    assert "“They never paid.”" in office.emma.direct_messages[-1]["text"]


async def test_nobody_approves_their_own(office: Office) -> None:
    card = await asked(office, office.sabine, "U0SABINE", "U0JONAS")

    await press(office, office.sabine, "approve_override", card)

    assert "weder zuständig ist noch sie beantragt hat" in told(office.sabine)
    assert await state(office) == "asked"


async def test_who_is_no_manager_approves_nothing(office: Office) -> None:
    card = await asked(office, office.emma)

    await press(office, office.emma, "approve_override", card)

    assert "Only a manager who neither owns" in told(office.emma)


async def test_a_late_answer_is_told_what_became_of_the_request(office: Office) -> None:
    card = await asked(office, office.emma)
    await press(office, office.emma, "walk_away", card)
    await office.delivered()

    await press(office, office.sabine, "approve_override", card)

    assert "<@U0EMMA>" in told(office.sabine)
    assert await state(office) == "withdrawn"
    assert "zurückgezogen" in office.sabine.direct_messages[-1]["text"]


async def test_the_second_who_overrides_is_told_of_the_first(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await opened(office, office.sabine, card)
    await overridden(office, office.emma, card)

    await office.submit(office.sabine, **GROUNDS)

    assert "Trotzdem weiter: entschieden von <@U0EMMA>" in told(office.sabine)
    assert len(await office.rows(overrides)) == 1


async def test_a_fear_chosen_too_late_says_what_is_true_and_changes_nothing(
    office: Office,
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await opened(office, office.emma, card)
    await press(office, office.sabine, "walk_away", card)

    view = await choose_fear(office.emma, office, "reputation")

    assert view["callback_id"] == ids.NOTICE
    assert "<@U0SABINE> walked away" in words(view)


async def test_why_an_override_is_asked_for_stays_when_a_fear_is_chosen(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await opened(office, office.emma, card)
    plain = words(await choose_fear(office.emma, office, "reputation"))
    await office.emma.close()
    await choose(office, office.emma, "won", card)
    await office.emma.wait_for_view()

    chosen = words(await choose_fear(office.emma, office, "reputation"))

    why = "Before you mark Acme GmbH as won despite the verdict, say why."
    assert why in chosen
    assert why not in plain


async def test_won_before_it_is_approved_says_that_it_is_asked_for(office: Office) -> None:
    card = await asked(office, office.emma)

    won = {"selected_option": {"value": card["blocks"][-1]["elements"][0]["value"]}}
    won["selected_option"]["value"] = f"won.{won['selected_option']['value']}"
    await office.emma.click("more", element=won, channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    assert "An override for Acme GmbH is already requested." in told(office.emma)


async def test_what_is_overridden_comes_back_with_its_own_words(office: Office) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await overridden(office, office.emma, card)
    await office.delivered()
    office.clock.move(days=16, hours=1)

    await office.bot.nudges.tick()
    lines = await office.delivered()

    [nudge] = office.emma.direct_messages
    for said in (nudge["text"], lines[-1]["text"], office.cards[0]["text"]):
        assert "“no signed offer by then”" in said
    assert "check-in date passed" in nudge["text"]
    [prospect] = await office.rows(prospects)
    assert prospect.due_reason == "override"


async def test_who_asked_is_told_that_nobody_answered(office: Office) -> None:
    await asked(office, office.emma)
    office.clock.move(days=4)

    await office.bot.nudges.tick()
    lines = await office.delivered()

    assert await state(office) == "lapsed"
    assert "no one answered in time" in lines[-1]["text"]
    assert any("has lapsed: no one answered" in dm["text"] for dm in office.emma.direct_messages)
    assert "No one answered in time" in office.cards[0]["text"]
