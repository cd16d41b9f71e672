"""No action of a member reads what was decided long ago: each statement's plan is looked at."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import pytest

from bot.domain.people import MemberId
from bot.domain.read_models import HomePage, HomeScope
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import OWNER, A, Agency

pytestmark = pytest.mark.both_databases

WORKSPACES: Final = 1_000
DECIDED, STILL_OPEN = 30_000, 300
"""Prospects of each kind that there are; half of them in other workspaces."""

Act = Callable[[Agency], Awaitable[Any]]


async def screened(agency: Agency, answers: Mapping[str, Any], name: str) -> Any:
    return await agency.screen(OWNER, answers, name)


async def past(agency: Agency) -> Mapping[Any, int]:
    """Live through each kind of prospect once."""
    left = await agency.walk_away(OWNER, await screened(agency, NO_OFFER, "Left AG"))
    won = await agency.win(OWNER, await screened(agency, GOOD, "Won AG"))
    lost = await agency.lose(OWNER, await screened(agency, PROBLEM, "Lost AG"))
    asked = await agency.override(OWNER, await screened(agency, NO_OFFER, "Asked AG"))
    undecided = await screened(agency, HOMEWORK, "Undecided AG")
    await agency.tick()
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
