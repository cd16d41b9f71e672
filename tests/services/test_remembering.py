"""A team begins with what it remembers: one by one, by the right people, apart from the rest."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import AnswersRejected, DraftGone, NotAllowed, NotFullMember
from bot.domain.figures.reports.memory import RecallSummary
from bot.domain.figures.reports.page import ReportPage, ReportView
from bot.domain.figures.scope import Span
from bot.domain.figures.shares import Share
from bot.domain.people import MemberId
from bot.domain.read_models import HomePage
from bot.domain.remembered.recall import BECAME_OF, NAME, RememberedRef
from bot.domain.screening import VersionId
from bot.services.home import Home
from bot.services.ports import Caller
from bot.services.remembered.remember import Remembering, RememberService
from tests.checklists.own import OWN
from tests.office import GOOD
from tests.services.agency import GUEST, MANAGER, OTHER, OWNER, A, Agency

READY = {"offer": "clear", "numbers": "ready", "value": "at_once", "margin": "healthy"}
WEAK = READY | {"numbers": "partly", "willing": "yes", "able": "yes", "fire": "yes"}
BAD, NO_OFFER = READY | {"margin": "loss"}, {"offer": "none"}
AGAIN, NOT_AGAIN = {"remembered.again": "yes"}, {"remembered.again": "no"}
REGRETTED = {BECAME_OF: "walked_away", "remembered.regret": "yes"}
RIGHT = {BECAME_OF: "walked_away", "remembered.regret": "no"}

TWENTY: tuple[dict[str, Any], ...] = (
    *[BAD | {BECAME_OF: "ended"} | NOT_AGAIN] * 3,
    READY | {BECAME_OF: "won"} | NOT_AGAIN,
    *[READY | {BECAME_OF: "won"} | AGAIN] * 9,
    *[WEAK | {BECAME_OF: "won"} | AGAIN] * 2,
    BAD | {BECAME_OF: "won"} | AGAIN,
    *[NO_OFFER | RIGHT] * 2,
    READY | REGRETTED,
    READY | {BECAME_OF: "lost"},
)


@pytest.fixture
async def remembering(agency: Agency) -> RememberService:
    await agency.everybody_comes()
    return RememberService(agency.units, agency.ours)


async def enter(
    service: RememberService,
    name: str,
    told: dict[str, Any],
    *,
    by: MemberId = OWNER,
    at: Remembering | None = None,
) -> Remembering:
    """Fill in a form as far as it asks, and save it."""
    caller = Caller(A, by)
    at = at or await service.begin(caller)
    typed = {NAME: name, **told}
    asked = (await service.follow(caller, at.form.ref, typed)).form.asks
    return await service.save(caller, at.form.ref, typed, asked)


def saved_name(shown: Remembering) -> str | None:
    return None if shown.saved is None else shown.saved.name


async def test_a_team_with_twenty_past_clients_sees_its_first_figure(
    agency: Agency, remembering: RememberService
) -> None:
    shown = await remembering.begin(Caller(A, OWNER))
    assert shown.so_far.missing == 5
    for n, told in enumerate(TWENTY, start=1):
        shown = await enter(remembering, f"Number {n}", told, at=shown)
        assert (saved_name(shown), shown.so_far.n) == (f"Number {n}", n)

    assert shown.so_far.worst == RecallSummary(4, walk_away=3)
    assert shown.so_far.best == RecallSummary(12, walk_away=1, problem=2)
    assert shown.so_far.not_again_followed == Share(1, 10)
    assert shown.so_far.not_again_against == Share(3, 6)
    assert shown.so_far.difference is not None
    assert shown.so_far.regretted == Share(1, 3)


async def test_nothing_that_was_lived_knows_of_them(
    agency: Agency, remembering: RememberService
) -> None:
    for n, told in enumerate(TWENTY):
        await enter(remembering, f"Number {n}", told)

    page = ReportPage(span=Span.ALL_TIME)
    shown = await agency.reports.page(Caller(A, MANAGER), page)
    by_fear = replace(page, view=ReportView.BY_FEAR)
    broken_down = await agency.reports.page(Caller(A, MANAGER), by_fear)
    report = shown.report
    home = await Home(agency.units, agency.clock).content(Caller(A, MANAGER), HomePage())

    assert report.prospects == 0
    assert report.right.clients.followed.clients == 0
    assert (home.total, home.prospects, home.decided) == (0, (), ())
    assert home.remembered == 20
    assert shown.memory is not None
    assert (shown.memory.n, shown.memory.worst) == (20, RecallSummary(4, walk_away=3))
    assert broken_down.memory is None
    assert await agency.messages() == []


async def test_whom_two_members_remember_is_taken_once(
    agency: Agency, remembering: RememberService
) -> None:
    await enter(remembering, "Acme GmbH", NO_OFFER | RIGHT)

    with pytest.raises(AnswersRejected) as refused:
        await enter(remembering, "acme", READY | {BECAME_OF: "won"}, by=OTHER)

    (problem,) = refused.value.problems
    assert (problem.question, problem.code) == (NAME, "remembered_before")
    assert problem.detail == {"name": "Acme GmbH"}


async def test_who_was_screened_is_not_remembered_as_well(
    agency: Agency, remembering: RememberService
) -> None:
    await agency.screen(OWNER, GOOD, "Acme GmbH")

    with pytest.raises(AnswersRejected) as refused:
        await enter(remembering, "ACME", READY | {BECAME_OF: "won"}, by=OTHER)

    assert [each.code for each in refused.value.problems] == ["screened_before"]


async def test_a_form_that_is_handed_in_twice_counts_once(remembering: RememberService) -> None:
    caller, told = Caller(A, OWNER), {NAME: "Acme", BECAME_OF: "won", **READY}
    shown = await remembering.begin(caller)
    asked = (await remembering.follow(caller, shown.form.ref, told)).form.asks

    once = await remembering.save(caller, shown.form.ref, told, asked)
    twice = await remembering.save(caller, shown.form.ref, told | {NAME: "Other"}, asked)

    assert (once.so_far.n, twice.so_far.n, saved_name(twice)) == (1, 1, "Acme")
    assert once.form.ref.id != shown.form.ref.id


async def test_what_was_not_asked_yet_is_asked_before_anything_is_kept(
    remembering: RememberService,
) -> None:
    caller = Caller(A, OWNER)
    shown = await remembering.begin(caller)
    told = {NAME: "Acme", BECAME_OF: "won", **WEAK}

    again = await remembering.save(caller, shown.form.ref, told, shown.form.asks)

    assert again.form.ref == shown.form.ref
    assert {"willing", "remembered.again"} <= again.form.asks - shown.form.asks
    assert (again.so_far.n, again.saved) == (0, None)
    assert again.form.typed == told


async def test_who_was_saved_before_can_be_taken_back_while_more_is_asked(
    remembering: RememberService,
) -> None:
    caller = Caller(A, OWNER)
    before = await enter(remembering, "Globex", READY | {BECAME_OF: "won"})
    assert before.saved is not None
    told = {NAME: "Acme", BECAME_OF: "won", **WEAK}

    again = await remembering.save(caller, before.form.ref, told, before.form.asks, before.saved.id)

    assert again.form.ref == before.form.ref
    assert again.saved == before.saved


async def test_it_asks_by_the_default_checklist_and_finishes_by_it(
    agency: Agency, remembering: RememberService
) -> None:
    before = await remembering.begin(Caller(A, OWNER))
    await agency.checklists.adopt(Caller(A, MANAGER), OWN, seen=None, as_default=True)

    first = await enter(remembering, "Acme", READY | {BECAME_OF: "won"}, at=before)
    after = await remembering.begin(Caller(A, OWNER))

    assert first.form.checklist == agency.ours.default
    assert after.form.checklist.id == OWN.id


async def test_guests_remember_nobody_and_no_other_form_is_taken(
    agency: Agency, remembering: RememberService
) -> None:
    with pytest.raises(NotFullMember):
        await remembering.begin(Caller(A, GUEST))
    shown = await remembering.begin(Caller(A, OWNER))
    with pytest.raises(NotFullMember):
        await enter(remembering, "Acme", NO_OFFER | RIGHT, by=GUEST, at=shown)
    foreign = RememberedRef(shown.form.ref.id, VersionId("elsewhere"))
    with pytest.raises(DraftGone):
        await remembering.save(Caller(A, OWNER), foreign, {}, ())


async def test_who_was_entered_by_mistake_is_taken_back_by_whoever_did_or_a_manager(
    agency: Agency, remembering: RememberService
) -> None:
    mine = await enter(remembering, "Acme", NO_OFFER | RIGHT)
    theirs = await enter(remembering, "Globex", NO_OFFER | RIGHT, by=OTHER)
    assert mine.saved is not None
    assert theirs.saved is not None
    ref, typed = mine.form.ref, {NAME: "Acme Ltd"}

    with pytest.raises(NotAllowed):
        await remembering.remove(Caller(A, OWNER), ref, typed, theirs.saved.id)
    shown = await remembering.remove(Caller(A, OWNER), ref, typed, mine.saved.id)
    again = await remembering.remove(Caller(A, OWNER), ref, typed, mine.saved.id)
    await remembering.remove(Caller(A, MANAGER), ref, typed, theirs.saved.id)

    assert (shown.removed, again.removed, shown.so_far.n) == ("Acme", None, 1)
    assert shown.form.typed == typed
    async with agency.units.reading(A) as work:
        assert await work.remembered.all() == []
    assert saved_name(await enter(remembering, "Acme", NO_OFFER | RIGHT)) == "Acme"
