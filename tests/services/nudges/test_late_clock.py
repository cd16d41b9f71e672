"""The clock is late: who acts first finds what is over, and all is kept and said as if it had come.

Times are those of Berlin, where everybody is but `OTHER`.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.decisions.history import Lapsed
from bot.domain.errors import StaleClick
from bot.domain.people import Action
from bot.domain.prospects import OverrideState, Prospect, Stage
from bot.services.nudges import NudgeRounds
from bot.services.ports import Caller
from bot.slack.delivery.drawing import drawn
from bot.slack.texts import Texts
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, HOMEWORK, NO_OFFER
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, PLEA, A, Agency, click
from tests.services.delivery.posting import Post
from tests.services.overrides.test_overrides import BY_KILL, asked, heard

Act = Callable[[Agency, Prospect], Awaitable[Any]]

AFTER_LAPSE = datetime(2026, 12, 10, 9, tzinfo=UTC)
AFTER_CONDITION = datetime(2026, 12, 9, 9, tzinfo=UTC)
AFTER_KILL_DATE = datetime(2026, 12, 16, 9, tzinfo=UTC)
BY_THE_DAY = frozenset({"lapse_line", "request_line", "kill_date_line", "override_lapsed"})


async def said_by_the_day(agency: Agency) -> Counter[str]:
    return Counter(row.kind for row in await agency.messages() if row.kind in BY_THE_DAY)


async def lapses(agency: Agency, prospect: Prospect) -> list[tuple[Lapsed, date, datetime]]:
    overview = await agency.decisions.details(Caller(A, MANAGER), prospect.id)
    return [(each.what, each.day, each.at) for each in overview.lapses]


async def on_condition(agency: Agency) -> Prospect:
    return await agency.screen(OWNER, HOMEWORK)


async def standing(agency: Agency) -> Prospect:
    return await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_KILL)


async def walk_away(agency: Agency, prospect: Prospect) -> None:
    await agency.walk_away(OWNER, prospect)


async def lose(agency: Agency, prospect: Prospect) -> None:
    await agency.lose(MANAGER, prospect)


async def screen_again(agency: Agency, prospect: Prospect) -> None:
    await agency.screen_again(OWNER, prospect, GOOD)


async def override(agency: Agency, prospect: Prospect) -> None:
    await agency.override(OWNER, prospect)


async def snooze(agency: Agency, prospect: Prospect) -> None:
    await agency.snooze(MANAGER, prospect)


async def hand_over(agency: Agency, prospect: Prospect) -> None:
    await agency.hand_over(OWNER, prospect, OTHER)


async def meet(agency: Agency, prospect: Prospect) -> None:
    await agency.meet(OWNER, prospect)


async def see_life(agency: Agency, prospect: Prospect) -> None:
    await agency.see_life(OWNER, prospect)


async def chase(agency: Agency, prospect: Prospect) -> None:
    await agency.chase(OWNER, prospect)


REQUEST = (asked, AFTER_LAPSE, Lapsed.REQUEST, date(2026, 12, 9))
CONDITION = (on_condition, AFTER_CONDITION, Lapsed.CONDITION, date(2026, 12, 8))
KILL_DATE = (standing, AFTER_KILL_DATE, Lapsed.OVERRIDE, date(2026, 12, 15))
SAID = {
    Lapsed.REQUEST: {"request_line": 1, "override_lapsed": 1},
    Lapsed.CONDITION: {"lapse_line": 1},
    Lapsed.OVERRIDE: {"kill_date_line": 1},
}


@pytest.mark.parametrize(
    ("begin", "late", "what", "day", "act"),
    [
        *((*REQUEST, act) for act in (walk_away, lose, screen_again, override, snooze, hand_over)),
        *((*CONDITION, act) for act in (meet, walk_away, see_life, chase, screen_again, override)),
        *((*KILL_DATE, act) for act in (walk_away, screen_again, override, snooze, hand_over)),
    ],
)
async def test_an_action_first_keeps_and_says_what_the_clock_would_have(
    agency: Agency,
    begin: Callable[[Agency], Awaitable[Prospect]],
    late: datetime,
    what: Lapsed,
    day: date,
    act: Act,
) -> None:
    prospect = await begin(agency)
    agency.clock.now = late

    await act(agency, prospect)

    assert await lapses(agency, prospect) == [(what, day, late)]
    assert await said_by_the_day(agency) == SAID[what]
    assert set(await heard(agency, "override_lapsed")) <= {OWNER}
    forecast = await agency.forecast.until(late)
    assert Counter(each.kind for each in forecast if each.kind in BY_THE_DAY) == SAID[what]

    agency.clock.move(minutes=1)
    await agency.nudges.tick()
    await NudgeRounds(agency.units, RoundQueue(agency.database), agency.clock).tick()
    assert await lapses(agency, prospect) == [(what, day, late)]
    assert await said_by_the_day(agency) == SAID[what]


async def test_what_lapsed_before_a_decision_is_not_brought_back_with_it(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = AFTER_LAPSE
    walked_away = await agency.walk_away(OWNER, prospect)
    agency.clock.move(minutes=5)

    undone = await agency.undo(OWNER, walked_away)

    assert [each.state for each in undone.overrides] == [OverrideState.LAPSED]
    assert undone.overrides[0].over_at == AFTER_LAPSE
    assert await heard(agency, "override_news") == []


async def test_whoever_is_late_may_ask_once_more(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = AFTER_LAPSE
    await agency.decisions.may(Caller(A, OWNER), click(prospect), Action.OVERRIDE)

    again = await agency.override(OWNER, prospect, BY_KILL)

    assert [each.state for each in again.overrides] == [OverrideState.LAPSED, OverrideState.ASKED]


async def test_what_is_refused_keeps_and_says_nothing(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = AFTER_LAPSE

    with pytest.raises(StaleClick):
        await agency.walk_away(OWNER, replace(prospect, revision=1))

    assert await said_by_the_day(agency) == {}
    assert await lapses(agency, prospect) == []


@pytest.mark.both_databases
async def test_the_clock_and_an_action_at_once_say_it_once(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = AFTER_LAPSE

    _, walked_away = await asyncio.gather(agency.nudges.tick(), agency.walk_away(OWNER, prospect))
    await agency.nudges.tick()

    assert walked_away.stage is Stage.WALKED_AWAY
    assert [each.state for each in walked_away.overrides] == [OverrideState.LAPSED]
    assert len(await lapses(agency, prospect)) == 1
    assert await said_by_the_day(agency) == SAID[Lapsed.REQUEST]


@pytest.mark.both_databases
async def test_what_a_gone_owner_leaves_behind_lapsed_before_it_is_handed_over(
    agency: Agency,
) -> None:
    await agency.let_managers_approve()
    prospect = await agency.override(LEAVER, await agency.screen(LEAVER, NO_OFFER), BY_KILL)
    await agency.leave(LEAVER)
    agency.clock.now = AFTER_LAPSE

    [given] = await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OWNER)

    assert [each.state for each in given.overrides] == [OverrideState.LAPSED]
    assert len(await lapses(agency, prospect)) == 1
    assert await heard(agency, "override_lapsed") == [LEAVER]


def read(post: Post, kind: str) -> str:
    """What the one message of a kind says as it was sent."""
    [text] = [
        drawn(claimed.message, overview, Texts("en")).text
        for claimed, overview in zip(post.messenger.sent, post.messenger.overviews, strict=True)
        if claimed.message.kind == kind
    ]
    return text


async def test_a_kill_date_that_passed_is_told_without_the_words_of_another(post: Post) -> None:
    prospect = await standing(post.agency)
    post.agency.clock.now = AFTER_KILL_DATE
    other = replace(PLEA, kill_criterion="the moon is blue", kill_on=date(2026, 12, 22))

    asked = await post.agency.override(OWNER, prospect, other)
    await post.agency.approve(MANAGER, asked)
    await post.deliver()

    told = read(post, "kill_date_line")
    assert told == "The check-in date for Acme GmbH has passed."


async def test_who_decided_already_is_not_told_what_to_do_about_a_lapse(post: Post) -> None:
    prospect = await asked(post.agency)
    post.agency.clock.now = AFTER_LAPSE

    await post.agency.walk_away(OWNER, prospect)
    await post.deliver()

    told = read(post, "override_lapsed")
    assert "has lapsed" in told
    assert "ask again" not in told


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (
            chase,
            "The condition lapsed: Acme GmbH is a problem now and needs a decision.",
        ),
        (meet, "Acme GmbH didn't meet the condition in time."),
        (walk_away, "Acme GmbH didn't meet the condition in time."),
        (screen_again, "Acme GmbH didn't meet the condition in time."),
    ],
)
async def test_a_condition_that_lapsed_calls_for_a_decision_only_while_there_is_none(
    post: Post, act: Act, line: str
) -> None:
    prospect = await on_condition(post.agency)
    post.agency.clock.now = AFTER_CONDITION

    await act(post.agency, prospect)
    await post.deliver()

    assert read(post, "lapse_line") == line
