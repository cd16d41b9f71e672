"""What was said stays true: every message about a prospect, also the earlier ones."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.delivery.contents import ManagersMessage, MessageContent, NudgeMessage
from bot.domain.errors import UnknownProspect
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.services.delivery.contents import content_of, store_posted
from bot.services.ports import Caller
from tests.office import PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, A, Agency, somebody
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import MORNING, pass_time, told

FIRST, SECOND, THIRD = date(2026, 12, 8), date(2026, 12, 15), date(2026, 12, 22)
EVENING = timedelta(hours=9)
LINK = "https://sandbox.example/archives/D0/p10"


def written(kind: MessageKind, reader: MemberId, day: date) -> OutboxMessage:
    says = payloads.read(kind, {"day": day.isoformat()})
    return OutboxMessage(kind, reader, "x", payload=says)


async def post(agency: Agency, kind: MessageKind, reader: MemberId, day: date) -> None:
    async with agency.units(A) as work:
        message = written(kind, reader, day)
        await store_posted(work, message, ("D0", "1.0"), LINK, None, agency.clock())


async def about(
    agency: Agency, kind: MessageKind, reader: MemberId, day: date
) -> MessageContent | None:
    async with agency.units.reading(A) as work:
        return await content_of(work, written(kind, reader, day), agency.clock())


async def nudge(agency: Agency, day: date, *, is_first: bool = False) -> NudgeMessage:
    kind = MessageKind.NUDGE if is_first else MessageKind.NUDGE_REWRITE
    found = await about(agency, kind, OWNER, day)
    assert isinstance(found, NudgeMessage)
    return found


async def rewritten(agency: Agency, kind: str = "nudge_rewrite") -> list[tuple[str, str]]:
    rows = [row for row in await agency.messages() if row.kind == kind]
    return [(row.recipient, row.detail["day"]) for row in rows]


async def nudged(agency: Agency, *days: date) -> Prospect:
    prospect = await agency.screen(OWNER, PROBLEM)
    for day in days:
        await pass_time(agency, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), hours=1)
        await post(agency, MessageKind.NUDGE, OWNER, day)
    return await agency.now(prospect.id)


@pytest.mark.both_databases
async def test_an_action_rewrites_every_nudge_that_spoke_of_it(agency: Agency) -> None:
    prospect = await nudged(agency, FIRST, SECOND)
    before = len(await rewritten(agency))

    await agency.walk_away(OWNER, prospect)

    days = {day for _, day in (await rewritten(agency))[before:]}
    assert days == {FIRST.isoformat(), SECOND.isoformat()}


async def test_a_newer_nudge_lets_the_older_one_point_to_it(agency: Agency) -> None:
    await nudged(agency, FIRST)
    assert await rewritten(agency) == []

    await pass_time(agency, datetime(2026, 12, 15, 12, tzinfo=UTC), hours=1)
    assert [each.again_on for each in (await nudge(agency, FIRST)).items] == [None]
    await post(agency, MessageKind.NUDGE, OWNER, SECOND)

    assert await rewritten(agency) == [(OWNER, FIRST.isoformat())]
    [older], [newer] = (await nudge(agency, FIRST)).items, (await nudge(agency, SECOND)).items
    assert (older.again_on, older.again_link) == (SECOND, LINK)
    assert (newer.again_on, newer.again_link) == (None, None)


async def test_a_nudge_tells_of_each_prospect_why_and_what_would_settle_it(agency: Agency) -> None:
    prospect = await nudged(agency, FIRST)
    async with agency.units(A) as work:
        await work.qualifications.set_card(prospect.qualification_id, "C0", "1.0", LINK)

    [item] = (await nudge(agency, FIRST)).items

    assert item.brief is not None
    assert item.brief.reason["en"].startswith("We haven't shown them the value yet.")
    assert item.brief.settle is not None
    assert item.brief.link == LINK


async def test_a_nudge_offers_undo_until_the_end_of_the_next_working_day(agency: Agency) -> None:
    prospect = await nudged(agency, FIRST)
    assert [each.undo_by for each in (await nudge(agency, FIRST)).items] == [None]

    await agency.walk_away(OWNER, prospect)

    assert [each.undo_by for each in (await nudge(agency, FIRST)).items] == [date(2026, 12, 9)]
    agency.clock.move(days=2)
    assert [each.undo_by for each in (await nudge(agency, FIRST)).items] == [None]


async def test_a_newer_message_to_a_manager_lets_the_older_one_point_to_it(agency: Agency) -> None:
    first, again = date(2026, 12, 23), date(2026, 12, 28)
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, datetime(2026, 12, 23, 12, tzinfo=UTC))
    await post(agency, MessageKind.MANAGERS, MANAGER, first)
    await agency.snooze(MANAGER, await agency.now(prospect.id), 1)
    await pass_time(agency, datetime(2026, 12, 28, 20, tzinfo=UTC))
    before = len(await rewritten(agency, "managers_rewrite"))

    await post(agency, MessageKind.MANAGERS, MANAGER, again)

    assert (await rewritten(agency, "managers_rewrite"))[before:] == [(MANAGER, first.isoformat())]
    found = await about(agency, MessageKind.MANAGERS_REWRITE, MANAGER, first)
    assert isinstance(found, ManagersMessage)
    assert [(each.again_on, each.again_link) for each in found.items] == [(again, LINK)]


async def test_what_is_offered_again_is_offered_in_the_newer_message_only(agency: Agency) -> None:
    first, again = date(2026, 12, 1), date(2026, 12, 8)
    await agency.screen(LEAVER, PROBLEM)
    await agency.leave(LEAVER)
    await pass_time(agency, datetime(2026, 12, 8, 20, tzinfo=UTC))

    for day in (first, again):
        await post(agency, MessageKind.MANAGERS, MANAGER, day)

    assert (MANAGER, first.isoformat()) in await rewritten(agency, "managers_rewrite")
    found = await about(agency, MessageKind.MANAGERS_REWRITE, MANAGER, first)
    assert isinstance(found, ManagersMessage)
    assert [each.again_on for each in found.gone] == [again]


async def test_the_message_of_the_old_owner_knows_that_it_is_not_theirs(agency: Agency) -> None:
    prospect = await nudged(agency, FIRST)

    await agency.hand_over(OWNER, prospect, OTHER)

    assert await rewritten(agency) == [(OWNER, FIRST.isoformat())]
    drawn = await nudge(agency, FIRST)
    assert [drawn.is_theirs(each.prospect) for each in drawn.items] == [False]
    assert drawn.names[OTHER] == somebody(OTHER).name


async def handed_over(agency: Agency, prospect: Prospect) -> None:
    await agency.hand_over(MANAGER, prospect, OTHER)


async def snoozed(agency: Agency, prospect: Prospect) -> None:
    await agency.snooze(OWNER, prospect, 3)


async def given_there_and_back(agency: Agency, prospect: Prospect) -> None:
    given = await agency.hand_over(MANAGER, prospect, OTHER)
    await agency.hand_over(MANAGER, given, OWNER)


@pytest.mark.parametrize("meanwhile", [handed_over, snoozed, given_there_and_back])
async def test_what_need_not_be_said_any_more_is_left_out_of_what_was_held_up(
    agency: Agency, meanwhile: Callable[[Agency, Prospect], object]
) -> None:
    prospect = await agency.screen(OWNER, PROBLEM, "Acme")
    kept = await agency.screen(OWNER, PROBLEM, "Beta")
    agency.clock.now = MORNING
    await agency.nudges.tick()

    await meanwhile(agency, await agency.now(prospect.id))  # type: ignore[misc]

    drawn = await nudge(agency, FIRST, is_first=True)
    assert [each.prospect.id for each in drawn.items] == [kept.id]


async def test_a_nudge_about_nothing_is_not_sent(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    await agency.hand_over(MANAGER, await agency.now(prospect.id), OTHER)

    with pytest.raises(UnknownProspect):
        await nudge(agency, FIRST, is_first=True)


async def test_what_was_held_up_waits_for_the_end_of_a_pause(post: Post) -> None:
    agency = post.agency
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = MORNING
    await agency.nudges.tick()
    agency.clock.now += EVENING
    await post.deliver()
    await agency.follow_up.pause(Caller(A, OWNER), date(2026, 12, 14))

    agency.clock.now = MORNING + timedelta(days=1)
    await post.make_due()
    await post.deliver()
    assert ("nudge", "dead", "reader_paused") in await post.states()
    assert (await agency.now(prospect.id)).nudge_record.nudges == 0
    assert "undeliverable" not in [row.kind for row in await agency.messages()]

    await pass_time(agency, datetime(2026, 12, 30, tzinfo=UTC))
    days = ["2026-12-08", "2026-12-14", "2026-12-21", "2026-12-29"]
    assert await told(agency) == [(OWNER, day) for day in days]


async def test_who_is_back_the_next_day_still_has_all_three(post: Post) -> None:
    agency = post.agency
    prospect = await agency.screen(LEAVER, PROBLEM)
    agency.clock.now = MORNING
    agency.directory.people[LEAVER] = replace(somebody(LEAVER), is_deactivated=True)
    await agency.nudges.tick()
    await post.deliver()
    assert ("nudge", "dead", "reader_gone") in await post.states()
    assert (await agency.now(prospect.id)).nudge_record.nudges == 0

    agency.clock.now = MORNING + timedelta(days=1)
    await agency.come_back(LEAVER)
    await pass_time(agency, datetime(2026, 12, 30, tzinfo=UTC))

    days = ["2026-12-08", "2026-12-09", "2026-12-16", "2026-12-23"]
    assert await told(agency) == [(LEAVER, day) for day in days]
    assert (await agency.now(prospect.id)).nudge_record.nudges == 3
