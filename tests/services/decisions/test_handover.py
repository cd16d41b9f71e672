"""An owner is gone: no nudge is sent to them, and the managers hand over what they left."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.decisions import acts
from bot.domain.delivery.contents import HandedOver
from bot.domain.delivery.outbox import MessageKind, OutboxMessage
from bot.domain.errors import (
    AnswersRejected,
    DomainError,
    NotAllowed,
    NotFullMember,
    NothingToHandOver,
)
from bot.domain.people import Action, Member, MemberId
from bot.services.delivery.contents import content_of
from bot.services.ports import Caller
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import (
    GONE,
    GUEST,
    LEAVER,
    MANAGER,
    OTHER,
    OWNER,
    PEOPLE,
    SECOND_MANAGER,
    A,
    Agency,
    B,
    somebody,
)
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import MORNING, pass_time
from tests.services.test_managers import heard

IN_B = Caller(B, MANAGER)


async def offers(agency: Agency) -> list[tuple[str, str]]:
    async with agency.units.reading(A) as work:
        messages = await work.managers.latest_offers(LEAVER)
    return [(each.reader, each.day.isoformat()) for each in messages]


async def test_what_a_gone_owner_left_is_offered_and_again_after_five_working_days(
    agency: Agency,
) -> None:
    await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)

    await pass_time(agency, datetime(2026, 12, 16, tzinfo=UTC))

    days = ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert await heard(agency) == [(who, day) for day in days for who in (MANAGER, SECOND_MANAGER)]


@pytest.mark.parametrize(
    "gone",
    [
        somebody(LEAVER, is_deactivated=True),
        somebody(LEAVER, is_guest=True),
        somebody(LEAVER, is_foreign=True),
    ],
)
async def test_whoever_is_no_full_member_any_more_can_not_decide(
    agency: Agency, gone: Member
) -> None:
    await agency.screen(LEAVER, PROBLEM)
    agency.directory.people[LEAVER] = gone
    await agency.membership.note_changed(Caller(A, LEAVER))

    await pass_time(agency, datetime(2026, 12, 2, tzinfo=UTC))

    assert len(await heard(agency)) == 2


async def test_who_leaves_nothing_behind_is_not_spoken_of(agency: Agency) -> None:
    prospect = await agency.screen(LEAVER, NO_OFFER)
    await agency.walk_away(LEAVER, prospect)
    await agency.leave(LEAVER)

    await pass_time(agency, datetime(2026, 12, 16, tzinfo=UTC))

    assert await heard(agency) == []


async def test_who_comes_back_is_not_offered_and_gets_nudges(agency: Agency) -> None:
    await agency.screen(LEAVER, PROBLEM)
    await agency.leave(LEAVER)
    await agency.tick()
    await agency.come_back(LEAVER)

    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))

    assert await heard(agency) == []
    assert [r.recipient for r in await agency.messages() if r.kind == "nudge"] == [LEAVER]


async def test_news_of_somebody_unknown_is_nothing_to_learn(agency: Agency) -> None:
    asked = len(agency.directory.asked)

    await agency.membership.note_changed(Caller(A, MemberId("U0NOBODY")))

    assert len(agency.directory.asked) == asked


async def test_a_nudge_is_never_sent_to_who_is_gone_and_that_is_how_it_is_learnt(
    post: Post,
) -> None:
    agency = post.agency
    await agency.screen(LEAVER, PROBLEM)
    agency.clock.now = MORNING
    await agency.greet(LEAVER)
    await agency.nudges.tick()
    agency.directory.people[LEAVER] = replace(PEOPLE[LEAVER], is_deactivated=True)

    await post.deliver()
    assert "nudge" not in post.messenger.kinds
    assert ("nudge", "dead", "reader_gone") in await post.states()
    assert not [row for row in await agency.messages() if row.kind == "undeliverable"]

    await pass_time(agency, MORNING + timedelta(days=1, hours=4))
    assert await offers(agency) == [(MANAGER, "2026-12-09"), (SECOND_MANAGER, "2026-12-09")]


async def test_the_old_nudge_of_who_is_gone_is_not_rewritten(post: Post) -> None:
    agency = post.agency
    prospect = await agency.screen(LEAVER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    await post.deliver()
    await agency.leave(LEAVER)

    await agency.walk_away(MANAGER, await agency.now(prospect.id))
    await post.deliver()

    assert "nudge" in post.messenger.kinds
    assert "nudge_rewrite" not in post.messenger.kinds
    assert ("nudge_rewrite", "dead", "reader_gone") in await post.states()


async def test_a_nudge_goes_out_while_slack_does_not_tell_who_is_there(post: Post) -> None:
    agency = post.agency
    await agency.screen(LEAVER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    agency.directory.is_away = True

    await post.deliver()

    assert ("nudge", "sent", None) in await post.states()


async def test_everything_open_is_handed_over_in_one_go(agency: Agency) -> None:
    left = [await agency.screen(LEAVER, answers, f"Acme {n}") for n, answers in enumerate(MIXED)]
    ended = await agency.walk_away(LEAVER, await agency.screen(LEAVER, NO_OFFER, "Ended"))
    await agency.leave(LEAVER)
    await pass_time(agency, datetime(2026, 12, 1, 12, tzinfo=UTC))
    before = len(await agency.messages())

    given = await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OTHER)

    assert {each.id for each in given} == {each.id for each in left}
    for prospect in left:
        now = await agency.now(prospect.id)
        assert (now.facts.owner, now.revision, now.due) == (OTHER, 2, prospect.due)
        async with agency.units.reading(A) as work:
            entry = (await work.history.of(prospect.id))[-1]
        assert (entry.action, entry.by, entry.act) == (
            Action.HAND_OVER,
            MANAGER,
            acts.OwnerChanged(LEAVER, OTHER),
        )
    assert await agency.now(ended.id) == ended
    kinds = [row.kind for row in (await agency.messages())[before:]]
    assert sorted(set(kinds)) == ["card_rewrite", "handed_over", "managers_rewrite", "thread_line"]
    assert (kinds.count("card_rewrite"), kinds.count("thread_line")) == (3, 3)
    assert kinds.count("handed_over") == 1
    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))
    assert len(await heard(agency)) == 2


MIXED = (GOOD, PROBLEM, NO_OFFER)


async def test_who_takes_it_themselves_is_not_told(agency: Agency) -> None:
    await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)

    await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, MANAGER)

    assert "handed_over" not in [row.kind for row in await agency.messages()]


async def test_the_second_click_is_told_what_is_true(agency: Agency) -> None:
    await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)

    ends = await asyncio.gather(
        *(
            agency.handover.hand_all_over(Caller(A, who), LEAVER, OTHER)
            for who in (MANAGER, SECOND_MANAGER)
        ),
        return_exceptions=True,
    )

    (refused,) = [each for each in ends if isinstance(each, NothingToHandOver)]
    assert not refused.is_back
    with pytest.raises(NothingToHandOver):
        await agency.handover.left_behind(Caller(A, MANAGER), LEAVER)


async def test_nothing_of_who_is_back_is_handed_over(agency: Agency) -> None:
    await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)
    await agency.come_back(LEAVER)

    with pytest.raises(NothingToHandOver) as refused:
        await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OTHER)

    assert refused.value.is_back


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(OWNER, NotAllowed), (OTHER, NotAllowed), (GUEST, NotFullMember), (GONE, NotFullMember)],
)
async def test_only_managers_hand_all_over(
    agency: Agency, who: MemberId, refusal: type[DomainError]
) -> None:
    prospect = await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)

    for attempt in (
        agency.handover.left_behind(Caller(A, who), LEAVER),
        agency.handover.hand_all_over(Caller(A, who), LEAVER, OTHER),
    ):
        with pytest.raises(refusal):
            await attempt
    assert await agency.now(prospect.id) == prospect


@pytest.mark.parametrize(
    ("owner", "code"),
    [(None, "missing"), (GUEST, "not_full_member"), (MemberId("U0NOBODY"), "unknown_member")],
)
async def test_nobody_but_a_full_member_takes_it(
    agency: Agency, owner: MemberId | None, code: str
) -> None:
    await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, owner)

    assert [(each.question, each.code) for each in rejected.value.problems] == [("owner", code)]


async def test_in_another_workspace_nothing_is_left_behind(agency: Agency) -> None:
    prospect = await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)
    await agency.everybody_comes(B)

    with pytest.raises(NothingToHandOver):
        await agency.handover.left_behind(IN_B, LEAVER)
    with pytest.raises(NothingToHandOver):
        await agency.handover.hand_all_over(IN_B, LEAVER, OTHER)
    assert await agency.now(prospect.id) == prospect


async def test_one_that_is_handed_over_alone_rewrites_the_offer(agency: Agency) -> None:
    prospect = await agency.screen(LEAVER, PROBLEM)
    await agency.leave(LEAVER)
    await pass_time(agency, datetime(2026, 12, 1, 12, tzinfo=UTC))

    await agency.hand_over(MANAGER, prospect, OTHER)

    rewrites = [row.recipient for row in await agency.messages() if row.kind == "managers_rewrite"]
    assert sorted(rewrites) == [MANAGER, SECOND_MANAGER]
    assert date(2026, 12, 1).isoformat() == (await offers(agency))[0][1]


async def test_what_becomes_open_again_for_a_gone_owner_is_offered(agency: Agency) -> None:
    ended = await agency.walk_away(LEAVER, await agency.screen(LEAVER, PROBLEM))
    await agency.leave(LEAVER)
    await agency.undo(MANAGER, ended)

    await pass_time(agency, datetime(2026, 12, 2, tzinfo=UTC))

    assert await heard(agency) == [(MANAGER, "2026-12-01"), (SECOND_MANAGER, "2026-12-01")]


async def test_the_new_owner_of_everything_reads_what_is_overdue(agency: Agency) -> None:
    late = await agency.screen(LEAVER, PROBLEM, "Acme")
    agency.clock.now = MORNING
    early = await agency.screen(LEAVER, PROBLEM, "Beta")
    await agency.leave(LEAVER)
    await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OTHER)
    message = next(row for row in await agency.messages() if row.kind == "handed_over")
    sent = OutboxMessage(MessageKind.HANDED_OVER, OTHER, "x", detail=message.detail)

    async with agency.units.reading(A) as work:
        told = await content_of(work, sent, agency.clock())

    assert isinstance(told, HandedOver)
    assert [each.id for each in told.prospects] == [late.id, early.id]
    assert told.overdue == {late.id}
