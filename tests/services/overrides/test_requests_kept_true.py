"""What asks managers for an answer stays true: whatever becomes of the request, all read it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.domain.delivery import Dead, Sent, Unknown, payloads
from bot.domain.delivery.contents import RequestMessage
from bot.domain.errors import StaleClick
from bot.domain.prospects import OverrideState, Prospect
from bot.storage.database import Database
from tests.office import GOOD, HOMEWORK
from tests.services.agency import MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time, told
from tests.services.overrides.test_overrides import BY_KILL, FRIDAY, asked, heard

pytestmark = pytest.mark.both_databases

Act = Callable[[Agency, Prospect], Awaitable[object]]

MONDAY_NOON = datetime(2026, 12, 7, 11, tzinfo=UTC)
AFTER_LAPSE = datetime(2026, 12, 10, 9, tzinfo=UTC)


@pytest.fixture
async def elsewhere(agency: Agency, database_url: str) -> AsyncIterator[Agency]:
    """The same agency, as another process serves it."""
    database = Database.from_url(database_url)
    yield Agency(database, agency.clock)
    await database.close()


async def sent(post: Post) -> Prospect:
    """What is asked for on Friday, and both managers have it before them."""
    prospect = await asked(post.agency)
    await post.agency.nudges.tick()
    await post.deliver()
    assert {each.reader for each in standing(post)} == {MANAGER, SECOND_MANAGER}
    assert all(each.may_answer for each in standing(post))
    return prospect


def standing(post: Post) -> list[RequestMessage]:
    return list(post.messenger.requests.values())


def rewrites(post: Post) -> list[str]:
    """Which messages were rewritten, by their keys."""
    said = (each.message.payload for each in post.messenger.sent)
    return sorted(each.of for each in said if isinstance(each, payloads.RequestRewritten))


async def approve(agency: Agency, prospect: Prospect) -> None:
    await agency.approve(MANAGER, prospect)


async def deny(agency: Agency, prospect: Prospect) -> None:
    await agency.deny(SECOND_MANAGER, prospect)


async def walk_away(agency: Agency, prospect: Prospect) -> None:
    await agency.walk_away(OWNER, prospect)


async def lose(agency: Agency, prospect: Prospect) -> None:
    await agency.lose(MANAGER, prospect)


async def screen_again(agency: Agency, prospect: Prospect) -> None:
    await agency.screen_again(OWNER, prospect, GOOD)


async def let_it_lapse(agency: Agency, _: Prospect) -> None:
    agency.clock.now = AFTER_LAPSE
    await agency.nudges.tick()


async def walk_away_before_the_clock_comes(agency: Agency, prospect: Prospect) -> None:
    agency.clock.now = AFTER_LAPSE
    await agency.walk_away(OWNER, prospect)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (approve, OverrideState.STANDING),
        (deny, OverrideState.DENIED),
        (walk_away, OverrideState.WITHDRAWN),
        (lose, OverrideState.WITHDRAWN),
        (screen_again, OverrideState.WITHDRAWN),
        (let_it_lapse, OverrideState.LAPSED),
        (walk_away_before_the_clock_comes, OverrideState.LAPSED),
    ],
)
async def test_whatever_becomes_of_a_request_every_manager_reads_it_once(
    post: Post, act: Act, state: OverrideState
) -> None:
    prospect = await sent(post)

    await act(post.agency, prospect)
    await post.deliver()

    assert [each.request.state for each in standing(post)] == [state] * 2
    assert not any(each.is_open or each.may_answer for each in standing(post))
    assert rewrites(post) == sorted(post.messenger.requests)


async def test_what_happens_meanwhile_leaves_buttons_that_work(post: Post) -> None:
    given = await post.agency.hand_over(OWNER, await sent(post), OTHER)
    await post.deliver()

    assert [each.overview.prospect.revision for each in standing(post)] == [given.revision] * 2
    assert all(each.may_answer for each in standing(post))
    assert (await post.agency.approve(SECOND_MANAGER, given)).override is not None


async def test_what_was_decided_after_an_approval_rewrites_nothing_more(post: Post) -> None:
    approved = await post.agency.approve(MANAGER, await sent(post))
    await post.deliver()
    before = rewrites(post)

    await post.agency.walk_away(OWNER, approved)
    await post.deliver()

    assert rewrites(post) == before


async def test_undo_brings_the_buttons_back_until_somebody_answers(post: Post) -> None:
    agency = post.agency
    walked_away = await agency.walk_away(OWNER, await sent(post))
    await post.deliver()

    undone = await agency.undo(OWNER, walked_away)
    await post.deliver()
    assert len(standing(post)) == 2
    assert all(each.may_answer for each in standing(post))

    await agency.deny(MANAGER, undone)
    await post.deliver()
    assert not any(each.may_answer for each in standing(post))
    assert {each.request.answered_by for each in standing(post)} == {MANAGER}


async def test_what_asks_is_not_sent_after_the_answer(post: Post) -> None:
    prospect = await asked(post.agency)
    await post.agency.nudges.tick()

    await post.agency.approve(MANAGER, prospect)
    forecast = await post.agency.forecast.until(post.agency.clock())
    await post.deliver()

    assert not [each for each in forecast if each.kind.startswith("override_asked")]
    assert post.messenger.requests == {}
    states = [state for state in await post.states() if state[0].startswith("override_")]
    assert states.count(("override_asked", "dead", "not_needed")) == 2
    assert states.count(("override_rewrite", "dead", "not_needed")) == 2
    assert "undeliverable" not in [row.kind for row in await post.agency.messages()]


async def test_what_asked_and_may_be_out_is_found_and_rewritten(post: Post) -> None:
    post.messenger.answers["override_asked"] = [Unknown("timeout")] * 2
    prospect = await asked(post.agency)
    await post.agency.nudges.tick()
    await post.delivery.deliver_due()
    await post.delivery.drain()
    post.messenger.requests.clear()
    post.messenger.sights = [Sent("D0", "1.0")] * 2

    await post.agency.deny(MANAGER, prospect)
    await post.make_due()
    await post.deliver()

    assert len(post.messenger.looked_for) == 2
    assert len(rewrites(post)) == 2
    assert {each.posted for each in standing(post)} == {("D0", "1.0")}
    assert not any(each.may_answer for each in standing(post))


async def test_what_never_reached_a_manager_is_not_rewritten(post: Post) -> None:
    post.messenger.answers["override_asked"] = [Dead("user_not_found"), Sent("D0", "1.0")]
    prospect = await asked(post.agency)
    await post.agency.nudges.tick()
    await post.deliver()

    await post.agency.approve(MANAGER, prospect)
    await post.deliver()

    assert len(rewrites(post)) == 1


async def test_nobody_is_asked_again_after_the_answer(post: Post) -> None:
    await post.agency.deny(MANAGER, await sent(post))

    await pass_time(post.agency, datetime(2026, 12, 9, 22, tzinfo=UTC), hours=1)

    assert len(await heard(post.agency, "override_asked")) == 2


async def test_nobody_is_asked_about_what_lapsed_before_the_clock_said_so(agency: Agency) -> None:
    await asked(agency)
    agency.clock.now = AFTER_LAPSE

    await agency.nudges.tick()

    assert await heard(agency, "override_asked") == []
    assert await heard(agency, "override_lapsed") == [OWNER]


async def test_the_second_asking_comes_though_a_decision_was_undone(post: Post) -> None:
    agency = post.agency
    walked_away = await agency.walk_away(OWNER, await sent(post))
    await agency.tick()
    agency.clock.now = MONDAY_NOON
    await agency.tick()
    assert len(await heard(agency, "override_asked")) == 2

    await agency.undo(OWNER, walked_away)
    await agency.tick()

    assert sorted(await heard(agency, "override_asked")) == [MANAGER] * 2 + [SECOND_MANAGER] * 2


async def test_what_lapsed_while_it_was_decided_lapses_once_that_is_undone(post: Post) -> None:
    agency = post.agency
    prospect = await sent(post)
    agency.clock.now = datetime(2026, 12, 9, 14, tzinfo=UTC)
    walked_away = await agency.walk_away(OWNER, prospect)
    agency.clock.now = AFTER_LAPSE

    await agency.undo(OWNER, walked_away)
    await agency.nudges.tick()
    await post.deliver()

    [override] = (await agency.now(prospect.id)).overrides
    assert override.state is OverrideState.LAPSED
    assert await heard(agency, "override_lapsed") == [OWNER]
    assert len(await told(agency, "request_line")) == 1
    assert len(await heard(agency, "override_asked")) == 2
    assert {each.request.state for each in standing(post)} == {OverrideState.LAPSED}


async def on_condition(post: Post) -> Prospect:
    """A *pursue* whose condition is not met, with an override asked for; managers have it."""
    await post.agency.let_managers_approve()
    post.agency.clock.now = FRIDAY
    prospect = await post.agency.screen(OWNER, HOMEWORK)
    prospect = await post.agency.override(OWNER, prospect, BY_KILL)
    await post.agency.nudges.tick()
    await post.deliver()
    return prospect


async def test_a_condition_that_is_met_leaves_nothing_to_ask_for(post: Post) -> None:
    prospect = await on_condition(post)

    met = await post.agency.meet(MANAGER, prospect)
    await post.deliver()

    assert met == await post.agency.now(prospect.id)
    assert [each.state for each in met.overrides] == [OverrideState.WITHDRAWN]
    assert sorted(await heard(post.agency, "override_news")) == [OWNER, SECOND_MANAGER]
    assert len(rewrites(post)) == 2
    assert not any(each.may_answer for each in standing(post))
    with pytest.raises(StaleClick):
        await post.agency.approve(MANAGER, prospect)


async def test_what_a_met_condition_withdrew_stays_so_after_an_undone_decision(post: Post) -> None:
    agency = post.agency
    met = await agency.meet(OWNER, await on_condition(post))
    agency.clock.move(minutes=5)

    undone = await agency.undo(OWNER, await agency.walk_away(OWNER, met))

    assert undone.request is None
    assert undone.overrides == met.overrides


async def test_two_answers_at_once_leave_every_message_true(post: Post, elsewhere: Agency) -> None:
    prospect = await sent(post)

    ends = await asyncio.gather(
        post.agency.approve(MANAGER, prospect),
        elsewhere.deny(SECOND_MANAGER, prospect),
        return_exceptions=True,
    )
    await post.deliver()

    [late] = [end for end in ends if isinstance(end, Exception)]
    assert isinstance(late, StaleClick)
    now = await post.agency.now(prospect.id)
    assert late.prospect.overrides == now.overrides
    assert [each.request for each in standing(post)] == [now.overrides[0]] * 2


async def test_an_answer_while_the_asker_walks_away_leaves_every_message_true(
    post: Post, elsewhere: Agency
) -> None:
    prospect = await sent(post)

    ends = await asyncio.gather(
        post.agency.approve(MANAGER, prospect),
        elsewhere.walk_away(OWNER, prospect),
        return_exceptions=True,
    )
    await post.deliver()

    assert [type(end) for end in ends if isinstance(end, Exception)] == [StaleClick]
    now = await post.agency.now(prospect.id)
    assert [each.request for each in standing(post)] == [now.overrides[0]] * 2
    assert not any(each.may_answer for each in standing(post))


@pytest.mark.parametrize("turn", range(3))
async def test_who_is_asked_while_somebody_answers_is_left_no_button(
    post: Post, elsewhere: Agency, turn: int
) -> None:
    prospect = await asked(post.agency)

    async def answer() -> None:
        for _ in range(turn * 3):
            await asyncio.sleep(0)
        await elsewhere.approve(SECOND_MANAGER, prospect)

    await asyncio.gather(post.agency.nudges.tick(), answer())
    await post.deliver()
    await post.agency.nudges.tick()
    await post.deliver()

    assert not any(each.may_answer for each in standing(post))


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_what_is_acted_on_just_now_is_asked_about_a_moment_later(agency: Agency) -> None:
    prospect = await asked(agency)
    async with agency.units(A) as work:
        await work.prospects.get_to_change(prospect.id)
        await agency.nudges.tick()
    assert await heard(agency, "override_asked") == []

    await agency.nudges.tick()

    assert sorted(await heard(agency, "override_asked")) == [MANAGER, SECOND_MANAGER]
