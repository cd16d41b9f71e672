"""The whole history of a prospect, as the details tell it: who did what, and when.

Times are those of Berlin, where everybody is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.decisions.history import Lapse, Lapsed
from bot.domain.outcomes.outcome import Ending, OutcomeKey, PaidAsAgreed
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.services.nudges import NudgeRounds
from bot.services.ports import Caller
from bot.slack.card.details import details_view
from bot.slack.card.verdict import card
from bot.slack.texts import Texts
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, HOMEWORK, MONDAY, NO_OFFER, PROBLEM
from tests.services.agency import (
    BERLIN,
    MANAGER,
    OWNER,
    PLEA,
    SECOND_MANAGER,
    A,
    Agency,
)

pytestmark = pytest.mark.both_databases

BY_FRIDAY = replace(PLEA, kill_on=date(2026, 12, 18))
BY_TUESDAY = replace(PLEA, kill_on=date(2026, 12, 22), kill_criterion="no <reply> yet")
STORIES = Path(__file__).with_name("stories")


async def whole_life(agency: Agency) -> Prospect:
    """Let a prospect go through nearly all there is, with half an hour between two acts."""
    await agency.let_managers_approve()
    prospect = await agency.screen(OWNER, HOMEWORK)
    await time_passes(agency, day=9)
    prospect = await agency.override(OWNER, prospect, BY_FRIDAY)
    await time_passes(agency, day=15)
    prospect = await then(agency, agency.override(OWNER, await now(agency), BY_FRIDAY))
    prospect = await then(agency, agency.deny(MANAGER, prospect))
    prospect = await then(agency, agency.override(OWNER, prospect, BY_FRIDAY))
    prospect = await then(agency, agency.walk_away(MANAGER, prospect))
    prospect = await then(agency, agency.undo(SECOND_MANAGER, prospect))
    await then(agency, agency.approve(SECOND_MANAGER, prospect))
    await time_passes(agency, day=21)
    prospect = await then(agency, agency.override(OWNER, await now(agency), BY_TUESDAY))
    prospect = await then(agency, agency.approve(MANAGER, prospect))
    again = agency.screen_again(OWNER, prospect, PROBLEM, owner=SECOND_MANAGER)
    prospect = await then(agency, again)
    prospect = await then(agency, agency.chase(SECOND_MANAGER, prospect))
    prospect = await then(agency, agency.see_life(SECOND_MANAGER, prospect))
    prospect = await then(agency, agency.screen_again(SECOND_MANAGER, prospect, GOOD))
    return await then(agency, agency.win(SECOND_MANAGER, prospect))


async def then(agency: Agency, act: Awaitable[Prospect]) -> Prospect:
    prospect = await act
    agency.clock.move(minutes=30)
    return prospect


async def time_passes(agency: Agency, day: int) -> None:
    """Let the clock tick each half hour until ten in Berlin of a day in December."""
    await agency.pass_time(datetime(2026, 12, day, 9, tzinfo=UTC), step=timedelta(minutes=30))
    await agency.tick()


async def now(agency: Agency) -> Prospect:
    (prospect,) = (await agency.decisions.list_mine(Caller(A, OWNER))).prospects
    return prospect


async def details(agency: Agency, prospect: Prospect) -> Overview:
    return await agency.decisions.details(Caller(A, MANAGER), prospect.id)


def timeline(overview: Overview, language: str = "en") -> list[str]:
    """Return what the details say under *History*, the oldest first."""
    texts = Texts(language)
    blocks = details_view(overview, texts, zone=BERLIN)["blocks"]
    (begin,) = [
        place
        for place, block in enumerate(blocks)
        if block["type"] == "header" and block["text"]["text"] == texts("History")
    ]
    said = "\n".join(block["text"]["text"] for block in blocks[begin + 1 : -1])
    return said.removeprefix("• ").split("\n• ")[::-1]


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_details_tell_the_whole_story(agency: Agency, language: str) -> None:
    prospect = await whole_life(agency)
    agency.clock.now = datetime(2027, 1, 20, 9, tzinfo=UTC)
    key = OutcomeKey(prospect.id, Ending.WON, date(2026, 12, 21), 30)
    await agency.outcomes.note_answer(Caller(A, SECOND_MANAGER), key, PaidAsAgreed.YES, 0)

    told = (STORIES / f"whole_life.{language}.txt").read_text("utf-8").splitlines()
    assert timeline(await details(agency, prospect), language) == told


async def test_what_lapses_is_kept_once_however_many_processes_tick(agency: Agency) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_FRIDAY)
    agency.clock.now = datetime(2026, 12, 18, 23, tzinfo=UTC)
    others = [NudgeRounds(agency.units, RoundQueue(agency.database), agency.clock) for _ in "abc"]

    await asyncio.gather(*(each.tick() for each in (agency.nudges, *others)))
    for _ in range(20):
        agency.clock.move(hours=8)
        await agency.tick()

    assert prospect.override is not None
    assert (await details(agency, prospect)).lapses == (
        Lapse(
            prospect.id,
            Lapsed.OVERRIDE,
            prospect.override.id,
            date(2026, 12, 18),
            datetime(2026, 12, 18, 23, tzinfo=UTC),
            OWNER,
            "no signed offer by then",
        ),
    )
    assert (await agency.now(prospect.id)).revision == prospect.revision


async def test_what_is_said_and_what_is_kept_of_a_lapse_are_one(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_FRIDAY)
    agency.clock.now = datetime(2026, 12, 18, 23, tzinfo=UTC)

    with monkeypatch.context() as broken:
        broken.setattr("bot.services.transaction.action.announce_by_clock", breaks)
        await agency.nudges.tick()
    assert (await details(agency, prospect)).lapses == ()

    agency.clock.move(minutes=5)
    await agency.nudges.tick()

    (lapse,) = (await details(agency, prospect)).lapses
    assert lapse.at == agency.clock.now
    assert [row.kind for row in await agency.messages()].count("kill_date_line") == 1


@pytest.mark.parametrize("act", [Agency.walk_away, Agency.lose])
async def test_a_lapse_and_an_action_at_once_keep_it_once(
    agency: Agency, act: Callable[[Agency, MemberId, Prospect], Awaitable[Prospect]]
) -> None:
    await agency.let_managers_approve()
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_FRIDAY)
    agency.clock.now = datetime(2026, 12, 3, 23, tzinfo=UTC)

    await asyncio.gather(agency.nudges.tick(), act(agency, OWNER, prospect))
    await agency.nudges.tick()

    (lapse,) = (await details(agency, prospect)).lapses
    assert (lapse.what, lapse.day) == (Lapsed.REQUEST, date(2026, 12, 3))


async def breaks(*_: Any) -> None:
    raise RuntimeError


@pytest.mark.parametrize("act", ["walk_away", "screen_again", "override"])
async def test_an_action_keeps_what_was_over_before_it_if_the_clock_is_late(
    agency: Agency, act: str
) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_FRIDAY)
    agency.clock.now = datetime(2026, 12, 21, 9, tzinfo=UTC)

    match act:
        case "walk_away":
            prospect = await agency.walk_away(OWNER, prospect)
        case "screen_again":
            prospect = await agency.screen_again(OWNER, prospect, NO_OFFER)
        case _:
            prospect = await agency.override(OWNER, prospect)
    await agency.nudges.tick()

    lapse, action = timeline(await details(agency, prospect))[-2:]
    assert "The check-in date of <@U0OWNER>'s override has passed: Fri 18 Dec." in lapse
    assert action.startswith("Mon 21 Dec at 10:00 · <@U0OWNER> ")
    assert "has ended" not in action


async def test_a_condition_that_is_met_too_late_had_lapsed_before(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    agency.clock.now = datetime(2026, 12, 10, 9, tzinfo=UTC)

    prospect = await agency.meet(OWNER, prospect)

    lapse, met = timeline(await details(agency, prospect))[-2:]
    assert "didn't meet the condition by" in lapse
    assert met.endswith("<@U0OWNER> marked the condition for Acme GmbH as met. “the figures”")


async def test_looking_ahead_keeps_nothing(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)

    forecast = await agency.forecast.until(MONDAY + timedelta(days=30))

    assert "lapse_line" in {each.message.kind for each in forecast}
    assert (await details(agency, prospect)).lapses == ()


async def test_what_the_day_did_is_no_last_change_on_the_card(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    handed = await agency.hand_over(OWNER, prospect)
    agency.clock.now = datetime(2026, 12, 9, 9, tzinfo=UTC)
    await agency.nudges.tick()

    drawn = card(await details(agency, handed), Texts("en"))

    assert "Owner handed Acme GmbH over to Second." in drawn.text


async def test_the_figures_count_what_members_did_and_nothing_else(agency: Agency) -> None:
    await whole_life(agency)

    async with agency.units.reading(A) as work:
        (told,) = await work.timelines.all()

    assert [type(each).__name__ for each in told.history] == [
        "Screening",
        "Ended",
        "Reopened",
        "Overridden",
        "Overridden",
        "Screening",
        "Screening",
        "Ended",
    ]
