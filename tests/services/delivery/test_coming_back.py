"""What is dead, was deleted or never came finds its way: by itself, or by what happens next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.delivery import Dead, Gone, MessageKind, Sent, Unknown
from bot.services.delivery import deliver
from bot.services.delivery.contents import content_of
from bot.services.delivery.deliver import MOST_ATTEMPTS, MOST_MISTAKES
from bot.storage.delivery.tables import outbox
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, SECOND_MANAGER
from tests.services.delivery.posting import CHANNEL, Post, decided
from tests.services.nudges.test_nudges import pass_time
from tests.services.overrides.test_requests_kept_true import sent, standing
from tests.services.test_managers import NEXT_MORNING, NUDGE_3

pytestmark = pytest.mark.both_databases

REFUSED = Dead("ekm_access_denied")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def test_a_permanent_cause_is_asked_again_after_an_hour_by_one_message(post: Post) -> None:
    await died(post, 3)
    assert await post.queue.ask_again() == 0

    await pass_by(post, HOUR)
    post.messenger.sent.clear()
    post.messenger.answers["card"] = [REFUSED]
    assert await post.queue.ask_again() == 1
    await post.deliver()

    assert [each.message.kind for each in post.messenger.sent] == ["card"]
    assert await cards(post) == [("dead", "ekm_access_denied")] * 3


async def test_what_gets_through_takes_along_all_that_is_dead_there(post: Post) -> None:
    await died(post, 3)

    await pass_by(post, HOUR)
    await post.queue.ask_again()
    await post.deliver()

    assert await cards(post) == [("sent", None)] * 3


async def test_from_then_on_it_is_asked_each_day_by_another_one_each_time(post: Post) -> None:
    await died(post, 2)
    asked = []
    for wait in (HOUR, DAY, DAY):
        await pass_by(post, wait)
        post.messenger.sent.clear()
        post.messenger.answers["card"] = [REFUSED]
        assert await post.queue.ask_again() == 1
        assert await post.queue.ask_again() == 0
        await post.deliver()
        asked += [each.row_id for each in post.messenger.sent]

    assert len(asked) == 3
    assert len(set(asked)) == 2


async def test_after_fourteen_days_nobody_is_asked_any_more(post: Post) -> None:
    await died(post, 1)
    times = 0
    for wait in (HOUR, *[DAY] * 20):
        await pass_by(post, wait)
        post.messenger.answers["card"] = [REFUSED]
        times += await post.queue.ask_again()
        await post.deliver()

    assert times == 15
    assert (await post.states())[0] == ("card", "dead", "ekm_access_denied")


async def test_a_message_that_dies_again_by_itself_is_not_told_again(post: Post) -> None:
    await died(post, 1)
    before = len(await told(post))

    await pass_by(post, HOUR)
    post.messenger.answers["card"] = [REFUSED]
    await post.queue.ask_again()
    await post.deliver()

    assert len(await told(post)) == before


async def test_each_cause_and_each_recipient_is_asked_for_itself(post: Post) -> None:
    post.messenger.answers["card"] = [REFUSED, Dead("msg_too_long")]
    post.messenger.answers["owner_chosen"] = [REFUSED]
    await post.agency.screen(MANAGER, NO_OFFER, "First", owner=OTHER)
    await post.agency.screen(OWNER, NO_OFFER, "Second")
    await post.deliver()

    await pass_by(post, HOUR)

    assert await post.queue.ask_again() == 3


async def test_r2_what_slack_never_answered_for_is_looked_for_and_sent_again(post: Post) -> None:
    post.messenger.answers["card"] = [Unknown("internal_error")] * MOST_ATTEMPTS
    await post.agency.screen(OWNER, NO_OFFER)
    for _ in range(MOST_ATTEMPTS):
        await post.make_due()
        await post.deliver()
    assert (await post.states())[0] == ("card", "dead", "internal_error")
    looked = len(post.messenger.looked_for)

    await pass_by(post, HOUR)
    await post.queue.ask_again()
    await post.deliver()

    assert (await post.states())[0] == ("card", "sent", None)
    assert len(post.messenger.looked_for) == looked + 1


async def test_what_nobody_answers_for_once_more_is_dead_again_at_once(post: Post) -> None:
    post.messenger.answers["card"] = [Unknown("internal_error")] * (MOST_ATTEMPTS + 1)
    await post.agency.screen(OWNER, NO_OFFER)
    for _ in range(MOST_ATTEMPTS):
        await post.make_due()
        await post.deliver()

    await pass_by(post, HOUR)
    await post.queue.ask_again()
    await post.deliver()

    assert (await post.states())[0] == ("card", "dead", "internal_error")


async def test_r1_the_next_thing_that_happens_posts_a_card_that_never_came(post: Post) -> None:
    post.messenger.answers["card"] = [REFUSED]
    prospect = await post.agency.screen(OWNER, NO_OFFER)
    await post.deliver()
    post.messenger.sent.clear()

    await post.agency.walk_away(OWNER, prospect)
    await post.deliver()

    assert post.messenger.kinds[0] == "card"
    assert [kind for kind in post.messenger.kinds if kind == "thread_line"] == ["thread_line"]
    assert await cards(post) == [("sent", None)]
    assert post.messenger.overviews[-1] is not None


async def test_a_line_under_a_card_that_is_dead_follows_it_whenever_it_comes(post: Post) -> None:
    post.messenger.answers["card"] = [REFUSED]
    post.messenger.answers["card_rewrite"] = [Dead("no_place")]
    post.messenger.answers["thread_line"] = [Dead("no_place")]
    await decided(post.agency)
    await post.deliver()
    await post.make_due()
    await post.deliver()
    assert ("thread_line", "dead", "no_place") in await post.states()

    await pass_by(post, HOUR)
    await post.queue.ask_again()
    await post.deliver()

    assert ("thread_line", "sent", None) in await post.states()


async def test_r3_a_card_that_was_deleted_is_posted_anew_and_the_thread_goes_on_there(
    post: Post,
) -> None:
    prospect = await post.agency.screen(OWNER, NO_OFFER)
    await post.deliver()
    post.messenger.sent.clear()
    post.messenger.overviews.clear()
    post.messenger.answers["card_rewrite"] = [Gone("message_not_found")]
    post.messenger.answers["card"] = [Sent(CHANNEL, "2.0")]

    await post.agency.walk_away(OWNER, prospect)
    await post.deliver()

    assert [each for each in post.messenger.kinds if each != "nudge_rewrite"] == [
        "card_rewrite",
        "card",
        "thread_line",
    ]
    line = post.messenger.overviews[post.messenger.kinds.index("thread_line")]
    assert line is not None
    assert line.qualification.card_ts == "2.0"


async def test_the_card_of_a_verdict_that_was_replaced_stays_away(post: Post) -> None:
    first = await post.agency.screen(OWNER, PROBLEM)
    await post.deliver()
    post.messenger.sent.clear()
    post.messenger.answers["card_rewrite"] = [Gone("message_not_found")]

    await post.agency.screen_again(OWNER, first, NO_OFFER)
    await post.deliver()

    assert post.messenger.kinds.count("card") == 1
    assert await cards(post) == [("sent", None)] * 2


async def test_a_nudge_that_was_deleted_is_posted_anew(post: Post) -> None:
    first = await post.agency.screen(OWNER, PROBLEM, "First")
    await post.agency.screen(OWNER, PROBLEM, "Second")
    post.agency.clock.now = datetime(2026, 12, 8, 9, tzinfo=UTC)
    await post.agency.nudges.tick()
    await post.deliver()
    assert "nudge" in post.messenger.kinds
    post.messenger.sent.clear()
    post.messenger.answers["nudge_rewrite"] = [Gone("message_not_found")]

    await post.agency.walk_away(OWNER, await post.agency.now(first.id))
    await post.deliver()

    assert "nudge" in post.messenger.kinds


async def test_a_message_to_a_manager_that_was_deleted_is_posted_anew(post: Post) -> None:
    first = await post.agency.screen(OWNER, PROBLEM, "First")
    await post.agency.screen(OWNER, PROBLEM, "Second")
    await pass_time(post.agency, NUDGE_3)
    post.agency.clock.now = NEXT_MORNING
    await post.agency.managers.tick()
    await post.deliver()
    assert sent_to(post, "managers") == sorted([MANAGER, SECOND_MANAGER])
    post.messenger.sent.clear()
    post.messenger.answers["managers_rewrite"] = [Gone("message_not_found")]

    await post.agency.walk_away(OWNER, await post.agency.now(first.id))
    await post.deliver()

    [gone, _] = [each for each in post.messenger.sent if each.message.kind == "managers_rewrite"]
    assert sent_to(post, "managers") == [gone.message.recipient]


async def test_a_request_that_was_deleted_is_posted_anew_and_can_be_answered(post: Post) -> None:
    prospect = await sent(post)
    post.messenger.sent.clear()
    post.messenger.answers["override_rewrite"] = [Gone("message_not_found")]

    given = await post.agency.hand_over(OWNER, prospect, OTHER)
    await post.deliver()

    [gone, _] = [each for each in post.messenger.sent if each.message.kind == "override_rewrite"]
    assert sent_to(post, "override_asked") == [gone.message.recipient]
    assert all(each.may_answer for each in standing(post))
    assert (await post.agency.approve(MANAGER, given)).override is not None


def sent_to(post: Post, kind: str) -> list[str]:
    """Return who was sent messages of a kind."""
    return sorted(
        each.message.recipient for each in post.messenger.sent if each.message.kind == kind
    )


@pytest.mark.parametrize("error", [KeyError("oops"), AssertionError()])
async def test_what_cannot_be_gathered_is_given_up_and_holds_nobody_up(
    post: Post, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    await post.agency.screen(OWNER, NO_OFFER, "First")
    real = content_of

    async def gather(work: Any, message: Any, now: Any) -> Any:
        if message.kind is MessageKind.CARD:
            raise error
        return await real(work, message, now)

    async def gather_ahead(work: Any, rows: Any, now: Any) -> Any:
        return {row.row_id: await gather(work, row.message, now) for row in rows}

    with monkeypatch.context() as broken:
        broken.setattr(deliver, "content_of", gather)
        broken.setattr(deliver, "read_ahead", gather_ahead)
        for _ in range(MOST_MISTAKES):
            await post.make_due()
            await post.deliver()
    assert (await post.states())[0] == ("card", "dead", type(error).__name__)
    assert post.messenger.sent == [each for each in post.messenger.sent if not each.may_be_out]

    await pass_by(post, HOUR)
    await post.queue.ask_again()
    await post.deliver()

    assert (await post.states())[0] == ("card", "sent", None)


async def test_a_row_that_nobody_can_read_is_dead_and_holds_nobody_up(post: Post) -> None:
    await post.agency.screen(OWNER, NO_OFFER, "First")
    await post.agency.screen(OWNER, NO_OFFER, "Second")
    async with post.agency.database.writing() as connection:
        first = update(outbox).where(outbox.c.row_id == 1)
        await connection.execute(first.values(detail={"view": "x"}))

    for _ in ("the first", "the second"):
        await post.deliver()

    assert await cards(post) == [("dead", "unreadable_row"), ("sent", None)]


async def died(post: Post, number: int) -> None:
    """Let so many cards die."""
    post.messenger.answers["card"] = [REFUSED] * number
    for each in range(number):
        await post.agency.screen(OWNER, NO_OFFER, f"No. {each}")
    await post.deliver()
    assert await cards(post) == [("dead", "ekm_access_denied")] * number


async def pass_by(post: Post, span: timedelta) -> None:
    """Let time pass on the clock of the database, for what is dead."""
    back = span.total_seconds() + 1
    async with post.agency.database.writing() as connection:
        moved = {"ask_at": outbox.c.ask_at - back, "died_at": outbox.c.died_at - back}
        await connection.execute(update(outbox).values(moved))


async def cards(post: Post) -> list[tuple[str, str | None]]:
    return [(row.state, row.cause) for row in await post.agency.messages() if row.kind == "card"]


async def told(post: Post) -> list[Any]:
    return [row for row in await post.agency.messages() if row.kind == "undeliverable"]
