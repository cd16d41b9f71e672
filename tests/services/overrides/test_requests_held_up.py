"""What asks a manager for an answer comes once, while they are at work, if they are there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from tests.services.agency import MANAGER, OTHER, OWNER, PEOPLE, SECOND_MANAGER
from tests.services.delivery.posting import Post
from tests.services.overrides.test_overrides import asked
from tests.services.overrides.test_requests_kept_true import MONDAY_NOON, sent, standing


async def written(post: Post) -> Prospect:
    """What was asked for and written by day; the private messages did not go out."""
    prospect = await asked(post.agency)
    await post.agency.nudges.tick()
    return prospect


def sent_to(post: Post, kind: str) -> list[str]:
    messages = (each.message for each in post.messenger.sent)
    return sorted(each.recipient for each in messages if each.kind == kind)


async def test_what_slack_did_not_take_by_five_asks_in_the_morning(post: Post) -> None:
    await written(post)
    post.agency.clock.move(hours=9)

    await post.deliver()
    assert sent_to(post, "override_asked") == []
    assert ("override_asked", "pending", "out_of_hours") in await post.states()

    post.agency.clock.now = MONDAY_NOON
    await post.make_due()
    await post.deliver()
    assert sent_to(post, "override_asked") == [MANAGER, SECOND_MANAGER]


@pytest.mark.both_databases
async def test_what_was_answered_overnight_is_not_asked_in_the_morning(post: Post) -> None:
    prospect = await written(post)
    post.agency.clock.move(hours=9)
    await post.deliver()

    await post.agency.approve(MANAGER, prospect)
    post.agency.clock.now = MONDAY_NOON
    await post.make_due()
    await post.deliver()

    assert sent_to(post, "override_asked") == []


@pytest.mark.parametrize(
    ("kind", "gone"),
    [("override_asked", SECOND_MANAGER), ("override_news", OTHER)],
)
async def test_who_is_gone_is_told_nothing_and_that_makes_no_noise(
    post: Post, kind: str, gone: MemberId
) -> None:
    agency = post.agency
    prospect = await agency.hand_over(OWNER, await asked(agency), OTHER)
    await agency.nudges.tick()
    await agency.greet(gone)
    agency.directory.people[gone] = replace(PEOPLE[gone], is_deactivated=True)
    if kind == "override_news":
        await agency.approve(MANAGER, prospect)

    await post.deliver()

    assert gone not in sent_to(post, kind)
    assert (kind, "dead", "reader_gone") in await post.states()
    assert not [row for row in await agency.messages() if row.kind == "undeliverable"]


async def withdrawn_before_it_went_out(post: Post) -> Prospect:
    prospect = await post.agency.walk_away(OWNER, await written(post))
    await post.deliver()
    assert sent_to(post, "override_asked") == []
    return prospect


async def test_who_was_not_asked_before_the_decision_is_asked_once_it_is_undone(
    post: Post,
) -> None:
    walked_away = await withdrawn_before_it_went_out(post)

    undone = await post.agency.undo(OWNER, walked_away)
    for _ in range(2):
        await post.agency.nudges.tick()
        await post.deliver()

    assert sent_to(post, "override_asked") == [MANAGER, SECOND_MANAGER]
    assert all(each.may_answer for each in standing(post))
    assert (await post.agency.approve(MANAGER, undone)).override is not None
    await post.deliver()
    assert not any(each.may_answer for each in standing(post))


async def test_an_undone_decision_asks_nobody_at_night(post: Post) -> None:
    walked_away = await withdrawn_before_it_went_out(post)
    post.agency.clock.move(hours=9)

    await post.agency.undo(OWNER, walked_away)
    await post.agency.nudges.tick()
    await post.deliver()
    assert sent_to(post, "override_asked") == []

    post.agency.clock.now = MONDAY_NOON - timedelta(hours=2)
    await post.agency.nudges.tick()
    await post.make_due()
    await post.deliver()
    assert sent_to(post, "override_asked") == [MANAGER, SECOND_MANAGER]


async def test_what_came_back_twice_asks_once_more(post: Post) -> None:
    agency = post.agency
    undone = await agency.undo(OWNER, await withdrawn_before_it_went_out(post))
    await agency.nudges.tick()
    walked_away = await agency.walk_away(OWNER, undone)
    await post.deliver()
    assert sent_to(post, "override_asked") == []

    await agency.undo(OWNER, walked_away)
    await agency.nudges.tick()
    await post.deliver()

    assert sent_to(post, "override_asked") == [MANAGER, SECOND_MANAGER]


async def test_whoever_has_it_before_them_is_not_asked_again_by_undo(post: Post) -> None:
    walked_away = await post.agency.walk_away(OWNER, await sent(post))
    await post.deliver()

    await post.agency.undo(OWNER, walked_away)
    await post.agency.nudges.tick()
    await post.deliver()

    assert sent_to(post, "override_asked") == [MANAGER, SECOND_MANAGER]
    assert all(each.may_answer for each in standing(post))


async def test_that_it_waits_again_is_news_that_asks_for_nothing(post: Post) -> None:
    walked_away = await post.agency.walk_away(OWNER, await sent(post))
    await post.deliver()

    await post.agency.undo(OWNER, walked_away)
    await post.deliver()

    news = [row for row in await post.agency.messages() if row.kind == "override_news"]
    assert sorted(row.recipient for row in news) == [MANAGER] * 2 + [SECOND_MANAGER] * 2
    assert not any("request" in row.detail for row in news)
