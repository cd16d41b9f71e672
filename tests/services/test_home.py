"""What is a member's own, on both databases."""

import pytest

from bot.domain.errors import DirectoryUnavailable, NotFullMember
from bot.domain.people import MemberId
from bot.domain.read_models import HomeContent, HomeOrder, HomePage, HomeScope
from bot.services.home import DECIDED, MOST_DRAFTS, PAGE
from bot.services.ports import Caller
from tests.many import multiply
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import GUEST, MANAGER, OTHER, OWNER, A, Agency

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where the settings say."""


async def seen(
    agency: Agency, by: MemberId, page: int = 1, scope: HomeScope | None = None
) -> HomeContent:
    return await agency.home.content(Caller(A, by), HomePage(page, scope))


def names(mine: HomeContent) -> list[str]:
    return [each.facts.name for each in mine.prospects]


async def test_a_newcomer_has_nothing_on_one_page(agency: Agency) -> None:
    mine = await seen(agency, OWNER)

    assert (mine.drafts, mine.prospects, mine.total) == ((), (), 0)
    assert (mine.page, mine.pages) == (1, 1)
    assert mine.member.id == OWNER


async def test_open_prospects_are_theirs_alone_the_earliest_due_first(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD, "Gut AG")
    await agency.screen(OWNER, NO_OFFER, "Nichts GmbH")
    await agency.screen(OTHER, GOOD, "Fremd AG")
    ended = await agency.screen(OWNER, NO_OFFER, "Vorbei GmbH")
    await agency.walk_away(OWNER, ended)

    assert names(await seen(agency, OWNER)) == ["Nichts GmbH", "Gut AG"]
    assert names(await seen(agency, OTHER)) == ["Fremd AG"]


async def test_each_prospect_comes_with_the_reason_for_its_verdict(agency: Agency) -> None:
    first = await agency.screen(OWNER, NO_OFFER, "Nichts GmbH")
    second = await agency.screen(OWNER, PROBLEM, "Halb AG")

    briefs = (await seen(agency, OWNER)).briefs

    assert set(briefs) == {first.id, second.id}
    assert briefs[first.id].settle is None
    assert briefs[second.id].settle is not None
    assert briefs[first.id].reason != briefs[second.id].reason


@pytest.mark.parametrize(
    ("page", "shown", "first"), [(1, 1, "Kunde 00"), (2, 2, "Kunde 10"), (9, 2, "Kunde 10")]
)
async def test_a_page_beyond_the_last_is_the_last(
    agency: Agency, page: int, shown: int, first: str
) -> None:
    for number in range(PAGE + 2):
        await agency.screen(OWNER, NO_OFFER, f"Kunde {number:02}")
        agency.clock.move(seconds=1)

    mine = await seen(agency, OWNER, page)

    assert (mine.page, mine.pages, mine.total) == (shown, 2, PAGE + 2)
    assert names(mine)[0] == first


async def test_the_newest_drafts_stand_on_the_first_page_only(agency: Agency) -> None:
    for number in range(MOST_DRAFTS + 1):
        await agency.step(OWNER, await agency.begin(OWNER, f"Entwurf {number}"), **GOOD)
        agency.clock.move(minutes=1)
    for number in range(PAGE + 1):
        await agency.screen(OWNER, NO_OFFER, f"Kunde {number}")

    first, second = await seen(agency, OWNER), await seen(agency, OWNER, 2)

    assert [each.facts.name for each in first.drafts] == [f"Entwurf {n}" for n in (5, 4, 3, 2, 1)]
    assert first.has_more_drafts
    assert second.drafts == ()


async def test_today_is_that_of_each_owner(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD, "Gut AG")
    await agency.screen(OTHER, GOOD, "Fremd AG")
    agency.clock.now = agency.clock.now.replace(hour=2)

    whole = await seen(agency, MANAGER)

    assert {owner: day.day for owner, day in whole.today.items()} == {OWNER: 30, OTHER: 29}
    assert set((await seen(agency, OTHER)).today) == {OTHER}


async def test_a_manager_sees_the_whole_first_and_their_own_on_demand(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD, "Gut AG")
    await agency.screen(OTHER, NO_OFFER, "Fremd AG")
    await agency.screen(MANAGER, GOOD, "Chefsache AG")

    first = await seen(agency, MANAGER)
    own = await seen(agency, MANAGER, scope=HomeScope.OWN)

    assert (first.is_manager, first.scope, first.total) == (True, HomeScope.WHOLE, 3)
    assert names(first) == ["Fremd AG", "Gut AG", "Chefsache AG"]
    assert (own.is_manager, own.scope, names(own)) == (True, HomeScope.OWN, ["Chefsache AG"])


async def test_who_is_no_manager_never_sees_the_whole(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD, "Gut AG")
    await agency.screen(OTHER, GOOD, "Fremd AG")

    mine = await seen(agency, OWNER, scope=HomeScope.WHOLE)

    assert (mine.is_manager, mine.scope, names(mine)) == (False, HomeScope.OWN, ["Gut AG"])


async def test_drafts_are_nobody_elses_in_the_whole_either(agency: Agency) -> None:
    await agency.step(OWNER, await agency.begin(OWNER, "Entwurf"), **GOOD)

    assert (await seen(agency, OWNER)).drafts != ()
    assert (await seen(agency, MANAGER)).drafts == ()


async def test_a_guest_has_no_home_and_neither_has_who_is_not_known(agency: Agency) -> None:
    with pytest.raises(NotFullMember):
        await seen(agency, GUEST)
    with pytest.raises(DirectoryUnavailable):
        await seen(agency, MemberId("U0NEW"))


async def test_a_page_of_five_thousand_is_read_without_the_others(agency: Agency) -> None:
    await agency.screen(OWNER, NO_OFFER)
    await multiply(agency.database, 5_000)

    last = await seen(agency, OWNER, 500)

    assert (last.total, last.pages, last.page) == (5_000, 500, 500)
    assert len(last.prospects) == PAGE


async def in_order(agency: Agency, order: HomeOrder, page: int = 1) -> list[str]:
    asked = HomePage(page, HomeScope.WHOLE, order)
    return names(await agency.home.content(Caller(A, MANAGER), asked))


async def test_a_manager_has_the_whole_by_due_date_owner_and_verdict(agency: Agency) -> None:
    await agency.greet(MANAGER)
    await agency.screen(OWNER, GOOD, "Gut AG")
    await agency.screen(OWNER, PROBLEM, "Halb AG")
    await agency.screen(OTHER, NO_OFFER, "Nichts GmbH")

    assert await in_order(agency, HomeOrder.DUE) == ["Nichts GmbH", "Halb AG", "Gut AG"]
    assert await in_order(agency, HomeOrder.VERDICT) == ["Nichts GmbH", "Halb AG", "Gut AG"]
    by_owner = await in_order(agency, HomeOrder.OWNER)
    assert by_owner in (
        ["Nichts GmbH", "Halb AG", "Gut AG"],
        ["Halb AG", "Gut AG", "Nichts GmbH"],
    )


async def test_what_is_past_its_backstop_stands_above_what_is_due_before_it(
    agency: Agency,
) -> None:
    await agency.greet(MANAGER)
    await agency.set(backstop_after="1", sign_of_life_gives="30")
    moved = await agency.screen(OWNER, PROBLEM, "Lange AG")
    await agency.see_life(OWNER, moved)
    agency.clock.move(days=14)
    await agency.screen(OWNER, PROBLEM, "Neu AG")

    assert await in_order(agency, HomeOrder.DUE) == ["Lange AG", "Neu AG"]


async def test_what_was_decided_lately_stands_on_the_first_page_of_the_whole(
    agency: Agency,
) -> None:
    await agency.greet(MANAGER)
    for number in range(DECIDED + 1):
        prospect = await agency.screen(OWNER, NO_OFFER, f"Weg {number}")
        agency.clock.move(seconds=1)
        await agency.walk_away(OWNER, prospect)

    whole, own = await seen(agency, MANAGER), await seen(agency, MANAGER, scope=HomeScope.OWN)

    latest = [f"Weg {number}" for number in range(DECIDED, 0, -1)]
    assert [each.facts.name for each in whole.decided] == latest
    assert own.decided == ()
