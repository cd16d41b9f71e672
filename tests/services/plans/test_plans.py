"""No action of a member reads what was decided long ago: each statement's plan is looked at."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from bot.domain.figures.reports.page import ReportPage
from bot.domain.figures.scope import Span
from bot.domain.people import MemberId
from bot.domain.read_models import HomePage, HomeScope
from bot.services.figures.facts import derive_facts
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency
from tests.services.plans.past import end, repeat
from tests.services.plans.watching import slow_in, watched

pytestmark = pytest.mark.both_databases

WORKSPACES: Final = 1_000
DECIDED, STILL_OPEN = 30_000, 300
"""Prospects of each kind that there are; half of them in other workspaces."""

LONG_AGO: Final = timedelta(days=500)
"""None of it is in the weeks that Home tells of."""

Act = Callable[[Agency], Awaitable[Any]]


async def screened(agency: Agency, answers: Mapping[str, Any], name: str) -> Any:
    return await agency.screen(OWNER, answers, name)


async def lived(agency: Agency) -> Mapping[Any, int]:
    """Live through each kind of prospect once."""
    left = await agency.walk_away(OWNER, await screened(agency, NO_OFFER, "Left AG"))
    won = await agency.win(OWNER, await screened(agency, GOOD, "Won AG"))
    lost = await agency.lose(OWNER, await screened(agency, PROBLEM, "Lost AG"))
    asked = await agency.override(OWNER, await screened(agency, NO_OFFER, "Asked AG"))
    undecided = await screened(agency, PROBLEM, "Undecided AG")
    await agency.tick()
    await derive_facts(agency.units, A)
    many = dict.fromkeys((left, won, lost), DECIDED)
    return many | dict.fromkeys((asked, undecided), STILL_OPEN)


def of(action: Callable[[Agency, Any], Awaitable[Any]], answers: Mapping[str, Any]) -> Act:
    """Do something with a prospect that was screened a moment ago."""

    async def act(agency: Agency) -> None:
        await action(agency, await screened(agency, answers, "Mine AG"))

    return act


async def home(agency: Agency, who: MemberId, scope: HomeScope | None = None) -> None:
    for number in (1, 2):
        await agency.home.content(Caller(A, who), HomePage(number, scope))


async def drafted(agency: Agency) -> None:
    shown = await agency.begin(OTHER, "Drafted AG")
    await agency.step(OTHER, shown, offer="none")
    await agency.offered(OTHER)


async def screened_again(agency: Agency) -> None:
    prospect = await screened(agency, PROBLEM, "Again AG")
    again = await agency.screen_again(OWNER, prospect, GOOD)
    await agency.decisions.details(Caller(A, OTHER), again.id)


async def approved(agency: Agency) -> None:
    await agency.override(OWNER, await screened(agency, NO_OFFER, "Twice AG"))


async def listed(agency: Agency) -> None:
    listing = await agency.decisions.list_mine(Caller(A, OWNER))
    undecided = next(each for each in listing.prospects if each.facts.name == "Undecided AG")
    await agency.see_life(OWNER, undecided)


REPORT: Final = ReportPage(span=Span.FOUR_WEEKS)


ACTS: Final[Mapping[str, Act]] = {
    "begin and keep a draft": drafted,
    "a verdict": of(lambda _, prospect: asyncio.sleep(0, prospect), NO_OFFER),
    "screen again, and details": screened_again,
    "walk away, and undo": of(lambda agency, it: agency.walk_away(OWNER, it), NO_OFFER),
    "won": of(lambda agency, it: agency.win(OWNER, it), GOOD),
    "lost": of(lambda agency, it: agency.lose(OWNER, it), PROBLEM),
    "override": approved,
    "list, and a sign of life": listed,
    "hand over": of(lambda agency, it: agency.hand_over(OWNER, it), HOMEWORK),
    "correct": of(lambda agency, it: agency.correct(OWNER, it), HOMEWORK),
    "Home": lambda agency: home(agency, OWNER),
    "Home of a manager": lambda agency: home(agency, MANAGER),
    "Home of a manager, own": lambda agency: home(agency, MANAGER, HomeScope.OWN),
    "the report": lambda agency: agency.reports.page(Caller(A, OWNER), REPORT),
    "the report of a manager": lambda agency: agency.reports.page(Caller(A, MANAGER), REPORT),
    "settings": lambda agency: agency.settings.opened(Caller(A, MANAGER)),
    "pause": lambda agency: agency.follow_up.paused_until(Caller(A, OWNER)),
    "remember": lambda agency: agency.remember.begin(Caller(A, OWNER)),
    "nudges": lambda agency: agency.nudges.tick(),
    "managers' messages": lambda agency: agency.managers.tick(),
    "the digest": lambda agency: agency.digests.tick(),
}


@pytest.fixture
async def old(agency: Agency, database_url: str) -> AsyncIterator[Agency]:
    """An agency that has been at work for years."""
    today, agency.clock.now = agency.clock.now, agency.clock.now - LONG_AGO
    await repeat(database_url, await lived(agency), WORKSPACES)
    agency.clock.now = today
    yield agency
    await end(database_url)


async def test_no_action_reads_what_was_decided_long_ago(old: Agency) -> None:
    slow: list[str] = []
    for name, act in ACTS.items():
        with watched() as it:
            await act(old)
        assert it.asked, name
        slow += [f"{name}: {each}" for each in await slow_in(old.database, it)]

    assert not slow, "\n".join(slow)
