"""Figures of what people really did, on both databases; who sees which, and at which cost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.domain.checklist.rules import Verdict
from bot.domain.errors import DirectoryUnavailable, NotFullMember
from bot.domain.figures.reports.cost import OverrideCost
from bot.domain.figures.reports.page import (
    NarrowedReason,
    ReportContent,
    ReportPage,
    ReportView,
    Whose,
)
from bot.domain.figures.reports.parts import Parts
from bot.domain.figures.timeline import (
    Ended,
    Overridden,
    OwnerChange,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.outcomes.outcome import (
    Choice,
    Ending,
    Hours,
    Outcome,
    OutcomeKey,
    PaidAsAgreed,
    Regret,
    WouldTakeAgain,
)
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, Fear, Prospect, ProspectId, Stage
from bot.services.ports import Caller
from bot.storage.figures.timelines import TimelineRepository
from tests.office import GOOD, HOMEWORK, NO_OFFER
from tests.services.agency import (
    BOT,
    GONE,
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    STRANGER,
    A,
    Agency,
)

pytestmark = pytest.mark.both_databases

MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
KILL = date(2026, 12, 7)
FIRST = ReportPage()


async def timelines(agency: Agency) -> dict[ProspectId, Timeline]:
    async with agency.units.reading(A) as work:
        return {each.prospect_id: each for each in await work.timelines.all()}


async def taken_on(agency: Agency, name: str, by: MemberId = OWNER) -> Prospect:
    """A client that was won by an override, whose fear is that no other will come."""
    prospect = await agency.screen(by, NO_OFFER, name)
    return await agency.win(by, await agency.override(by, prospect))


async def answer(agency: Agency, prospect: Prospect, *choices: Choice, after: int = 30) -> None:
    """Let a manager say what came of an end, as soon as they can."""
    decision = prospect.decision
    assert decision is not None
    day = decision.day or decision.at.date()
    key = OutcomeKey(prospect.id, Ending(prospect.stage.value), day, after)
    agency.clock.now = max(agency.clock.now, day_begins(day + timedelta(days=after)))
    for choice in choices:
        await agency.outcomes.note_answer(Caller(A, MANAGER), key, choice, 0)


def day_begins(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


async def statements(agency: Agency) -> int:
    """Return how many statements it takes to tell every timeline."""
    seen: list[str] = []

    def note(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await timelines(agency)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len([each for each in seen if each.startswith("SELECT")])


async def test_a_story_is_told_as_it_was_played(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER, first_contact="2026-11-20")
    prospect = await agency.override(OWNER, prospect)
    prospect = await agency.walk_away(MANAGER, prospect)
    agency.clock.move(days=1)
    prospect = await agency.undo(MANAGER, prospect)
    prospect = await agency.hand_over(OWNER, prospect, OTHER)
    prospect = await agency.screen_again(OTHER, prospect, HOMEWORK | {"able": "unknown"})
    prospect = await agency.lose(OTHER, prospect)

    told = (await timelines(agency))[prospect.id]

    assert (told.owner, told.first_contact) == (OTHER, date(2026, 11, 20))
    first, *between, again, ended = told.history
    assert first == Screening(
        MONDAY, Verdict.WALK_AWAY, "no_offer", NO_OFFER, owner=OWNER, checklist="walk-away"
    )
    assert between == [
        Overridden(MONDAY, "no_other_client", KILL),
        Ended(MONDAY, Stage.WALKED_AWAY),
        Reopened(TUESDAY),
        OwnerChange(TUESDAY, OTHER),
    ]
    assert isinstance(again, Screening)
    assert (again.verdict, again.rule) == (Verdict.PROBLEM, "exception_untested")
    assert (again.unknown, again.could_be_unknown) == (1, 3)
    assert again.answers["homework_due"] == date(2026, 12, 8)
    assert ended == Ended(TUESDAY, Stage.LOST, EndedBy.THEM)


async def test_an_override_counts_from_the_day_on_which_it_took_effect(agency: Agency) -> None:
    await agency.let_managers_approve()
    approved = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Approved"))
    denied = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Denied"))
    asked = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Asked"))
    agency.clock.move(days=1)
    await agency.approve(MANAGER, approved)
    await agency.deny(MANAGER, denied)

    told = await timelines(agency)

    assert told[approved.id].overrides == (Overridden(TUESDAY, "no_other_client", KILL),)
    assert told[denied.id].overrides == told[asked.id].overrides == ()
    evidence = await agency.reports.evidence(Caller(A, OWNER), Fear.NO_OTHER_CLIENT)
    assert evidence.overrides == 1


async def test_a_client_won_after_the_kill_date_is_no_evidence_for_the_fear(agency: Agency) -> None:
    in_time = await agency.override(OWNER, await agency.screen(OWNER, HOMEWORK, "In time"))
    late = await agency.override(OWNER, await agency.screen(OWNER, HOMEWORK, "Late"))
    await agency.win(OWNER, in_time)
    agency.clock.move(days=8)
    met = await agency.meet(OWNER, late)
    await agency.win(OWNER, met, date(2026, 12, 8))

    evidence = await agency.reports.evidence(Caller(A, OWNER), Fear.NO_OTHER_CLIENT)
    assert (evidence.overrides, evidence.compared.against.clients) == (2, 1)


async def shown(agency: Agency, who: MemberId, page: ReportPage = FIRST) -> ReportContent:
    return await agency.reports.page(Caller(A, who), page)


async def test_a_salesperson_gets_the_figures_of_their_own_prospects(agency: Agency) -> None:
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Hers"))
    await agency.screen(OTHER, NO_OFFER, "His")

    found = await shown(agency, OWNER)

    assert (found.report.owner, found.report.prospects, found.report.on) == (OWNER, 1, MONDAY)
    assert found.report.figures.time_to_no.half.n == 1
    assert [each.total for each in found.trend.given if each.total] == [1]
    assert (found.is_manager, found.narrowed) == (False, None)


async def test_a_manager_gets_everybodys_and_their_own_if_they_ask(agency: Agency) -> None:
    await agency.screen(OWNER, NO_OFFER, "Hers")
    await agency.screen(MANAGER, GOOD, "Theirs")

    whole = await shown(agency, MANAGER)
    own = await shown(agency, MANAGER, ReportPage(whose=Whose.OWN))

    assert (whole.report.owner, whole.report.prospects) == (None, 2)
    assert (own.report.owner, own.report.prospects) == (MANAGER, 1)
    assert whole.is_manager is own.is_manager is True


@pytest.mark.parametrize("view", ReportView)
async def test_who_is_no_manager_any_more_gets_their_own_and_is_told_so(
    agency: Agency, view: ReportView
) -> None:
    await agency.screen(OWNER, NO_OFFER, "Hers")
    await agency.set(figures_per_person="on")

    found = await shown(agency, OTHER, ReportPage(view, whose=Whose.WHOLE))

    assert (found.report.owner, found.report.prospects) == (OTHER, 0)
    assert found.narrowed is NarrowedReason.NO_MANAGER
    assert (found.people, found.names) == (Parts(), {})


async def test_figures_per_person_are_shown_only_where_the_workspace_wants_them(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, NO_OFFER, "Hers")
    await agency.screen(OTHER, NO_OFFER, "His")
    page = ReportPage(ReportView.BY_PERSON)

    closed = await shown(agency, MANAGER, page)
    await agency.set(figures_per_person="on")
    open_ = await shown(agency, MANAGER, page)

    assert (closed.page.view, closed.narrowed) == (ReportView.OVERVIEW, NarrowedReason.NO_PERSONS)
    assert (closed.people, closed.names) == (Parts(), {})
    assert {each.key: each.prospects for each in open_.people} == {OWNER: 1, OTHER: 1}
    assert set(open_.names) == {OWNER, OTHER}


async def test_a_workspace_that_says_what_an_hour_costs_learns_what_overrides_do(
    agency: Agency,
) -> None:
    client = await taken_on(agency, "Client")
    await answer(agency, client, PaidAsAgreed.YES, Hours.UP_TO_20, WouldTakeAgain.NO)
    assert (await shown(agency, MANAGER)).report.cost is None

    await agency.set(cost_of_an_hour="120")
    made = (await shown(agency, MANAGER)).report

    assert made.cost == OverrideCost(Decimal(600), Decimal(2400), n=1, clients=1)
    assert made.cost_by_fear == {"no_other_client": made.cost}


async def test_a_figure_by_checklist_is_of_the_one_that_judged(agency: Agency) -> None:
    await agency.screen(OWNER, NO_OFFER, "Hers")

    found = await shown(agency, MANAGER, ReportPage(ReportView.BY_CHECKLIST))

    assert [(each.key, each.prospects) for each in found.checklists] == [("walk-away", 1)]
    assert set(found.titles) == {"walk-away"}


async def test_a_report_on_everybody_reads_only_what_changed_since_the_last_one(
    agency: Agency,
) -> None:
    hers = await agency.screen(OWNER, NO_OFFER, "Hers")
    await agency.screen(OTHER, NO_OFFER, "His")
    await shown(agency, MANAGER)
    await agency.walk_away(OWNER, hers)
    read: list[ProspectId] = []
    told = TimelineRepository._told

    async def noting(timelines: TimelineRepository, which: Any) -> Sequence[Timeline]:
        found = await told(timelines, which)
        read.extend(each.prospect_id for each in found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TimelineRepository, "_told", noting)
        for view in ReportView:
            await shown(agency, MANAGER, ReportPage(view))
        await agency.reports.evidence(Caller(A, OWNER), Fear.NOBODY_LEFT)

    assert read == [hers.id]


@pytest.mark.parametrize("who", [GUEST, BOT, STRANGER, GONE])
async def test_who_is_no_full_member_gets_no_figures(agency: Agency, who: MemberId) -> None:
    with pytest.raises(NotFullMember):
        await shown(agency, who)
    with pytest.raises(NotFullMember):
        await agency.reports.evidence(Caller(A, who), Fear.REPUTATION)


async def test_who_is_not_known_yet_gets_no_figures(agency: Agency) -> None:
    with pytest.raises(DirectoryUnavailable):
        await shown(agency, MemberId("U0UNHEARD"))


async def test_the_evidence_is_that_of_everybody_who_named_the_fear(agency: Agency) -> None:
    clients = [await taken_on(agency, f"Client {n}") for n in range(4)]
    clients.append(await taken_on(agency, "His", OTHER))
    await agency.screen(OWNER, NO_OFFER, "Not overridden")
    for client in clients:
        await answer(agency, client, PaidAsAgreed.NO, Hours.OVER_60, WouldTakeAgain.NO)

    evidence = await agency.reports.evidence(Caller(A, OWNER), Fear.NO_OTHER_CLIENT)
    other = await agency.reports.evidence(Caller(A, OWNER), Fear.REPUTATION)

    against = evidence.compared.against
    assert (evidence.overrides, against.clients) == (5, 5)
    assert (against.not_again.count, against.not_paid.count) == (5, 5)
    assert against.hours.value == Hours.OVER_60.midpoint
    assert (other.overrides, other.is_enough) == (0, False)


async def test_a_story_has_what_was_said_of_each_end_by_whom(agency: Agency) -> None:
    client = await taken_on(agency, "Client")
    await answer(agency, client, PaidAsAgreed.YES, WouldTakeAgain.YES)
    await answer(agency, client, WouldTakeAgain.NO, after=90)
    key = OutcomeKey(client.id, Ending.WON, MONDAY, 30)
    await agency.outcomes.note_answer(Caller(A, OWNER), key, WouldTakeAgain.NO, 1)

    soon, late = (await timelines(agency))[client.id].asked

    assert (soon.own, soon.second) == (
        Outcome(again=WouldTakeAgain.NO),
        Outcome(PaidAsAgreed.YES, again=WouldTakeAgain.YES),
    )
    assert (late.own, late.second) == (Outcome(), Outcome(again=WouldTakeAgain.NO))


async def test_an_answer_stays_when_its_prospect_is_screened_again(agency: Agency) -> None:
    left = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Left"))
    await answer(agency, left, Regret.YES)
    agency.clock.move(days=40)
    await agency.screen_again(OWNER, left, GOOD)

    told = (await timelines(agency))[left.id]

    assert [each.second for each in told.asked] == [Outcome(regret=Regret.YES), Outcome()]


async def test_many_prospects_take_as_many_statements_as_few(agency: Agency) -> None:
    await taken_on(agency, "The first")
    few = await statements(agency)
    for n in range(6):
        await taken_on(agency, f"Client {n}")

    assert await statements(agency) == few
    assert few <= 8
