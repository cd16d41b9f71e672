"""What nobody goes on with is brought back: to its owner, then to the managers, until it is."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.decisions.history import Forgetting
from bot.domain.delivery.contents import IntakeMessage, ManagersMessage, NudgeMessage
from bot.domain.errors import AnswersRejected, DraftGone, DraftTakenUp, NotAllowed
from bot.domain.intake import NOBODY
from bot.domain.people import MemberId
from bot.domain.retention import DRAFTS
from bot.domain.screening import Draft, StepShown
from bot.services.data.retention import RetentionRounds
from bot.services.ports import Caller
from bot.services.transaction.forgetting import forget
from bot.storage.intake.intake import IntakeRepository
from bot.storage.intake.tables import intakes
from bot.storage.rounds import RoundQueue
from tests.office import PROBLEM
from tests.services.agency import (
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    SECOND_MANAGER,
    A,
    Agency,
    typed,
)
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time
from tests.storage.trial import rows_of

pytestmark = pytest.mark.both_databases

LEAD: Mapping[str, object] = {
    "name": "Acme GmbH",
    "owner": OWNER,
    "answers": {"offer": "clear", "numbers": "partly"},
}
UNTIL = datetime(2026, 12, 18, tzinfo=UTC)
BY_OWNER, BY_MANAGER = Caller(A, OWNER), Caller(A, MANAGER)


@pytest.fixture(autouse=True)
async def open_door(agency: Agency) -> None:
    await agency.door.renew(BY_MANAGER)


async def comes_in(agency: Agency, **more: object) -> Draft:
    """Let a lead come in on Monday, 30 November."""
    received = await agency.intake.take(A, {**LEAD, **more})
    async with agency.units.reading(A) as work:
        draft = await work.drafts.get(received.answer["draft"])
    assert draft is not None
    return draft


async def drafts_of(agency: Agency, member: MemberId) -> Sequence[Draft]:
    async with agency.units.reading(A) as work:
        return await work.drafts.of_member(member)


async def mornings(agency: Agency) -> list[tuple[str, str, str]]:
    """Return of which kind, to whom and on which day messages of mornings went, day by day."""
    found = [
        (row.kind, row.recipient, row.detail["day"])
        for row in await agency.messages()
        if row.kind in {"nudge", "managers"}
    ]
    return sorted(found, key=lambda each: (each[2], each[0], each[1]))


async def rewritten(agency: Agency) -> set[tuple[str, str]]:
    kinds = {"intake_rewrite", "nudge_rewrite", "managers_rewrite"}
    return {(row.kind, row.recipient) for row in await agency.messages() if row.kind in kinds}


async def test_an_owner_hears_on_the_second_working_morning_and_the_managers_on_the_fifth(
    agency: Agency,
) -> None:
    await comes_in(agency)

    await pass_time(agency, UNTIL)

    assert await mornings(agency) == [
        ("nudge", OWNER, "2026-12-02"),
        ("managers", MANAGER, "2026-12-07"),
        ("managers", SECOND_MANAGER, "2026-12-07"),
        ("nudge", OWNER, "2026-12-09"),
        ("managers", MANAGER, "2026-12-14"),
        ("managers", SECOND_MANAGER, "2026-12-14"),
        ("nudge", OWNER, "2026-12-16"),
    ]


async def test_what_comes_in_at_the_weekend_counts_from_monday(agency: Agency) -> None:
    agency.clock.now = datetime(2026, 12, 5, 22, tzinfo=UTC)

    await comes_in(agency)
    await pass_time(agency, datetime(2026, 12, 9, tzinfo=UTC))

    assert await mornings(agency) == [("nudge", OWNER, "2026-12-08")]


async def test_once_a_person_goes_on_nobody_hears_of_it_any_more(agency: Agency) -> None:
    draft = await comes_in(agency)
    await pass_time(agency, datetime(2026, 12, 3, 12, tzinfo=UTC))

    shown = await agency.screening.resume(BY_OWNER, draft.id)
    await agency.step(OWNER, shown, numbers="none")
    await pass_time(agency, UNTIL)

    assert await mornings(agency) == [("nudge", OWNER, "2026-12-02")]
    assert await rewritten(agency) == {("intake_rewrite", OWNER), ("nudge_rewrite", OWNER)}


async def test_to_look_at_a_draft_is_not_to_go_on_with_it(agency: Agency) -> None:
    draft = await comes_in(agency)

    await agency.screening.resume(BY_OWNER, draft.id)
    await pass_time(agency, datetime(2026, 12, 3, tzinfo=UTC))

    assert await mornings(agency) == [("nudge", OWNER, "2026-12-02")]


async def test_a_discarded_draft_is_gone_from_every_message(agency: Agency) -> None:
    draft = await comes_in(agency)
    await pass_time(agency, datetime(2026, 12, 8, tzinfo=UTC))

    await agency.screening.discard(BY_OWNER, draft.id)
    await pass_time(agency, UNTIL)

    assert len(await mornings(agency)) == 3
    assert "acme" not in repr((await rows_of(agency.database, A))["intakes"]).casefold()
    assert await rewritten(agency) == {
        ("intake_rewrite", OWNER),
        ("nudge_rewrite", OWNER),
        ("managers_rewrite", MANAGER),
        ("managers_rewrite", SECOND_MANAGER),
    }


async def test_a_person_who_has_begun_already_is_not_reminded(agency: Agency) -> None:
    await agency.step(OWNER, await agency.begin(OWNER), offer="vague", numbers="none")

    await comes_in(agency)
    await pass_time(agency, UNTIL)

    assert await mornings(agency) == []


async def test_it_joins_a_message_that_goes_anyway(agency: Agency, post: Post) -> None:
    await agency.screen(OWNER, PROBLEM, "Beta")
    await comes_in(agency)
    async with agency.units.reading(A) as work:
        await work.drafts.of_member(OWNER)
    await pass_time(agency, datetime(2026, 12, 8, 12, tzinfo=UTC), hours=1)

    nudges = [each for each in await mornings(agency) if each[0] == "nudge"]
    assert nudges == [("nudge", OWNER, "2026-12-02"), ("nudge", OWNER, "2026-12-08")]
    async with agency.units.reading(A) as work:
        listed = [
            await work.intake.items(OWNER, each.morning)
            for each in await work.intake.mornings_about((await work.drafts.of_member(OWNER))[0].id)
            if each.reader == OWNER
        ]
    assert [len(each) for each in listed] == [1, 1]


async def test_who_has_paused_hears_after_it(agency: Agency) -> None:
    await comes_in(agency)
    await agency.follow_up.pause(BY_OWNER, date(2026, 12, 10))

    await pass_time(agency, datetime(2026, 12, 11, tzinfo=UTC))

    to_owner = [each for each in await mornings(agency) if each[0] == "nudge"]
    assert to_owner == [("nudge", OWNER, "2026-12-10")]


async def test_what_nobody_owns_comes_to_the_managers_again(agency: Agency) -> None:
    await comes_in(agency, owner=GUEST)

    await pass_time(agency, datetime(2026, 12, 8, tzinfo=UTC))

    assert await mornings(agency) == [
        ("managers", MANAGER, "2026-12-07"),
        ("managers", SECOND_MANAGER, "2026-12-07"),
    ]


async def test_a_manager_takes_over_what_nobody_owns(agency: Agency) -> None:
    draft = await comes_in(agency, owner=None)

    given = await agency.assigning.assign(BY_MANAGER, draft.id, MANAGER)
    shown = await agency.screening.resume(BY_MANAGER, given.id)

    assert (given.id, given.member_id, given.facts.owner) == (draft.id, MANAGER, MANAGER)
    assert shown.answers == {"offer": "clear", "numbers": "partly"}
    assert await rewritten(agency) == {
        ("intake_rewrite", MANAGER),
        ("intake_rewrite", SECOND_MANAGER),
    }


async def test_whom_a_manager_gives_it_to_is_told_and_has_their_own_time(agency: Agency) -> None:
    draft = await comes_in(agency, owner=None)
    agency.clock.now = datetime(2026, 12, 3, 9, tzinfo=UTC)

    await agency.assigning.assign(BY_MANAGER, draft.id, OTHER)
    await pass_time(agency, datetime(2026, 12, 8, tzinfo=UTC), hours=1)

    told = [row.recipient for row in await agency.messages() if row.kind == "intake"]
    assert told[2:] == [OTHER]
    assert await mornings(agency) == [("nudge", OTHER, "2026-12-07")]


async def test_what_the_new_owner_has_of_that_name_gets_what_is_missing(agency: Agency) -> None:
    await agency.step(OTHER, await agency.begin(OTHER), offer="vague", numbers="none")
    draft = await comes_in(agency, owner=None, expected_value=500)

    given = await agency.assigning.assign(BY_MANAGER, draft.id, OTHER)

    assert given.id != draft.id
    assert given.answers == {"offer": "vague", "numbers": "none"}
    assert given.facts.expected_value == 500
    async with agency.units.reading(A) as work:
        assert await work.drafts.get(draft.id) is None
        assert len(await work.intake.announcements(given.id)) == 3


async def test_what_is_coming_in_for_the_new_owner_is_kept(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await comes_in(agency, owner=None)
    begin = IntakeRepository.begin
    giving: list[asyncio.Task[Draft]] = []

    async def begin_and_assign(*given: Any) -> bool:
        is_new = await begin(*given)
        assigned = agency.assigning.assign(BY_MANAGER, draft.id, OTHER)
        giving.append(asyncio.create_task(assigned))
        return is_new

    monkeypatch.setattr(IntakeRepository, "begin", begin_and_assign)
    await agency.intake.take(A, {**LEAD, "owner": OTHER, "answers": {"value": "at_once"}})
    await asyncio.gather(*giving)

    [theirs] = await drafts_of(agency, OTHER)
    assert theirs.answers == {"offer": "clear", "numbers": "partly", "value": "at_once"}


async def test_what_comes_in_while_a_person_answers_is_kept(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    await comes_in(agency, answers={"offer": "clear"})
    [draft] = await drafts_of(agency, OWNER)
    shown = await agency.screening.resume(BY_OWNER, draft.id)
    begin = IntakeRepository.begin
    answering: list[asyncio.Task[Any]] = []

    async def begin_and_answer(*given: Any) -> bool:
        is_new = await begin(*given)
        inputs = typed(shown, {"numbers": "none"})
        answered = agency.screening.answer(BY_OWNER, shown.ref, inputs, typed(shown, {}))
        answering.append(asyncio.create_task(answered))
        return is_new

    monkeypatch.setattr(IntakeRepository, "begin", begin_and_answer)
    await agency.intake.take(A, {**LEAD, "answers": {"value": "at_once"}})
    await asyncio.gather(*answering)

    [draft] = await drafts_of(agency, OWNER)
    assert draft.answers == {"offer": "clear", "numbers": "none", "value": "at_once"}


@pytest.mark.parametrize("owner", [None, OWNER])
async def test_a_manager_throws_away_what_nobody_wants(agency: Agency, owner: str | None) -> None:
    draft = await comes_in(agency, owner=owner, key="lead-1")
    with pytest.raises(NotAllowed):
        await agency.assigning.throw_away(BY_OWNER, draft.id)

    await agency.assigning.throw_away(BY_MANAGER, draft.id)

    async with agency.units.reading(A) as work:
        assert await work.drafts.get(draft.id) is None
    told = {OWNER} if owner else {MANAGER, SECOND_MANAGER}
    assert await rewritten(agency) == {("intake_rewrite", each) for each in told}
    assert (await agency.intake.take(A, {**LEAD, "key": "lead-1"})).is_repeated
    with pytest.raises(DraftGone):
        await agency.assigning.throw_away(BY_MANAGER, draft.id)


@pytest.mark.parametrize("is_redrawn", [True, False])
async def test_what_tells_of_it_is_true_once_another_took_its_place(
    agency: Agency, *, is_redrawn: bool
) -> None:
    draft = await comes_in(agency)
    greeted = await agency.greet(OWNER)

    shown = await agency.screening.start(greeted, "Acme GmbH", is_redrawn=is_redrawn)
    await agency.step(OWNER, shown, offer="vague", numbers="none")

    [another] = await drafts_of(agency, OWNER)
    assert another.id != draft.id
    assert await rewritten(agency) == {("intake_rewrite", OWNER)}


async def test_only_what_waits_can_be_given_and_only_by_managers(agency: Agency) -> None:
    draft = await comes_in(agency)
    with pytest.raises(NotAllowed):
        await agency.assigning.assign(BY_OWNER, draft.id, OWNER)
    with pytest.raises(AnswersRejected):
        await agency.assigning.assign(BY_MANAGER, draft.id, GUEST)

    shown = await agency.screening.resume(BY_OWNER, draft.id)
    await agency.step(OWNER, shown, numbers="none")
    with pytest.raises(DraftTakenUp) as taken_up:
        await agency.assigning.assign(BY_MANAGER, draft.id, MANAGER)
    assert taken_up.value.by == OWNER
    await agency.screening.discard(BY_OWNER, draft.id)
    with pytest.raises(DraftGone):
        await agency.assigning.assignable(BY_MANAGER, draft.id)


async def test_what_is_said_is_true_when_it_is_sent(agency: Agency) -> None:
    await comes_in(agency)
    await comes_in(agency, name="Nobody's", owner=None)

    forecast = await agency.forecast.until(agency.clock())

    said = [each.about for each in forecast if isinstance(each.about, IntakeMessage)]
    rows = {each.reader: each.row for each in said}
    assert {reader: row and row.draft.member_id for reader, row in rows.items()} == {
        OWNER: OWNER,
        MANAGER: NOBODY,
        SECOND_MANAGER: NOBODY,
    }
    own = rows[OWNER]
    assert own is not None
    assert own.answered == 2
    assert own.came_on == date(2026, 11, 30)


async def test_what_is_foretold_of_drafts_comes(agency: Agency) -> None:
    await comes_in(agency)
    await agency.tick()

    forecast = await agency.forecast.until(datetime(2026, 12, 8, tzinfo=UTC))

    found = sorted((each.at.date().isoformat(), each.kind.value, each.to) for each in forecast)
    assert [each for each in found if each[1] in {"nudge", "managers"}] == [
        ("2026-12-02", "nudge", OWNER),
        ("2026-12-07", "managers", MANAGER),
        ("2026-12-07", "managers", SECOND_MANAGER),
    ]
    about: Any = {type(each.about): each.about for each in forecast}
    assert [each.draft.facts.name for each in about[NudgeMessage].drafts] == ["Acme GmbH"]
    assert [each.draft.facts.name for each in about[ManagersMessage].drafts] == ["Acme GmbH"]


async def test_its_thirty_days_begin_when_a_person_goes_on(agency: Agency) -> None:
    keeping = RetentionRounds(agency.units, RoundQueue(agency.database), agency.clock)
    draft = await comes_in(agency, key="lead-1")
    agency.clock.now += DRAFTS + timedelta(days=10)
    await keeping.tick()
    shown = await agency.screening.resume(BY_OWNER, draft.id)
    assert isinstance(shown, StepShown)

    await agency.step(OWNER, shown, numbers="none")
    agency.clock.now += DRAFTS + timedelta(days=2)
    await keeping.tick()
    await keeping.tick()

    with pytest.raises(DraftGone):
        await agency.screening.resume(BY_OWNER, draft.id)
    told = [row.recipient for row in await agency.messages() if row.kind == "intake_rewrite"]
    assert told == [OWNER, OWNER]
    async with agency.database.reading() as connection:
        assert (await connection.execute(intakes.select())).all() == []


async def test_what_came_in_is_forgotten_with_its_prospect(agency: Agency, post: Post) -> None:
    await comes_in(agency, key="lead-1", answers={"numbers_given": "Canary in the text"})
    await comes_in(agency, owner=OTHER, name="ACME gmbh", key="lead-2", answers={"Canary": "x"})
    prospect = await agency.screen(SECOND_MANAGER, PROBLEM)
    await post.deliver()

    async with agency.units(A) as work:
        assert await forget(work, prospect.id, Forgetting.ASKED, MANAGER, agency.clock())

    rows = repr(await rows_of(agency.database, A))
    assert "Canary" not in rows
    assert "acme" not in rows.casefold()
    again = await agency.intake.take(A, {**LEAD, "key": "lead-1"})
    assert again.is_repeated
    assert again.answer == {"note": "This came in before, and has been forgotten since."}
    erased = {row.recipient for row in await agency.messages() if row.kind == "private_erasure"}
    assert {OWNER, OTHER} <= erased
