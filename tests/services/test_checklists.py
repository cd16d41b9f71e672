"""A workspace's own checklists: adopting, the default, retiring, and what screenings make of it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.checklist.model import Checklist
from bot.domain.delivery import payloads
from bot.domain.errors import (
    ChecklistRefusal,
    ChecklistRefused,
    ChecklistRejected,
    NotAllowed,
)
from bot.domain.screening import StepShown
from bot.domain.settings.checklists import MOST_ADOPTED, ChecklistAct, change_of
from bot.services.checklists import OperatorsChecklists
from bot.services.ports import Caller
from bot.services.screening.screen import ScreeningService
from bot.services.transaction.checklists import ShippedChecklists
from bot.storage.rounds import RoundQueue
from tests.checklists.own import NEXT, OWN, retitled
from tests.office import GOOD
from tests.services.agency import MANAGER, OWNER, SECOND_MANAGER, SETTINGS, A, Agency

pytestmark = pytest.mark.both_databases

IN_A = Caller(A, MANAGER)
OURS = checklists.default()
CHANGED = retitled(OURS, "Ours, changed")
ACCESS: dict[str, Any] = {"access": "Ads", "wishes": ["reports"]}


async def in_use(agency: Agency) -> list[tuple[str, int, bool]]:
    adopted = (await agency.checklists.in_use(IN_A)).adopted
    return [(each.checklist.id, each.version.number, each.is_default) for each in adopted]


async def lines(agency: Agency) -> list[payloads.ChecklistsChanged]:
    async with agency.units.reading(A) as work:
        waiting = [each.message for each in await work.outbox.waiting()]
    assert {each.recipient for each in waiting} <= {SETTINGS.verdict_channel}
    told = [each.payload for each in waiting]
    return [each for each in told if isinstance(each, payloads.ChecklistsChanged)]


async def refused(agency: Agency, checklist: Checklist) -> ChecklistRefused:
    refusal = (await agency.checklists.adoptable(IN_A, checklist)).refusal
    assert refusal is not None
    with pytest.raises(ChecklistRefused):
        async with agency.operator.changing(A) as changing:
            await changing.adopt(checklist, as_default=False)
    return refusal


async def test_at_first_a_workspace_uses_ours_and_nobody_is_told(agency: Agency) -> None:
    assert await in_use(agency) == [(OURS.id, 1, True)]
    assert await agency.checklists.changes(IN_A) == []
    assert await lines(agency) == []


async def test_an_adopted_checklist_is_in_use_in_the_history_and_in_the_channel(
    agency: Agency,
) -> None:
    adopted = await agency.checklists.adopt(IN_A, OWN, seen=None, as_default=True)

    assert await in_use(agency) == [(OWN.id, 1, True), (OURS.id, 1, False)]
    changes = (
        change_of(ChecklistAct.ADOPTED, adopted.version),
        change_of(ChecklistAct.MADE_DEFAULT, adopted.version),
    )
    noted = await agency.checklists.changes(IN_A)
    assert [(each.change, each.by) for each in reversed(noted)] == [(it, MANAGER) for it in changes]
    assert await lines(agency) == [payloads.ChecklistsChanged(changes, MANAGER)]


async def test_the_same_id_becomes_the_next_version_and_drafts_finish_on_theirs(
    agency: Agency,
) -> None:
    await agency.checklists.adopt(IN_A, OWN, seen=None, as_default=True)
    open_view = await agency.begin(OWNER, "Open")
    seen = (await agency.checklists.adoptable(IN_A, NEXT)).seen

    await agency.checklists.adopt(IN_A, NEXT, seen=seen)

    assert await in_use(agency) == [(OWN.id, 2, True), (OURS.id, 1, False)]
    begun_before = await agency.finish(OWNER, open_view, **ACCESS)
    begun_after = await agency.finish(OWNER, await agency.begin(OWNER, "Later"), **ACCESS)
    assert begun_before.version.checklist == OWN
    assert begun_after.version.checklist == NEXT


async def test_content_that_was_used_before_gets_its_number_back(agency: Agency) -> None:
    await agency.checklists.adopt(IN_A, OWN, seen=None)
    for content in (NEXT, OWN):
        seen = (await agency.checklists.adoptable(IN_A, content)).seen
        await agency.checklists.adopt(IN_A, content, seen=seen)

    assert await in_use(agency) == [(OURS.id, 1, True), (OWN.id, 1, False)]


async def test_who_is_screened_again_is_judged_by_the_newest_version_of_the_same_checklist(
    agency: Agency,
) -> None:
    await agency.checklists.adopt(IN_A, OWN, seen=None, as_default=True)
    prospect = (await agency.finish(OWNER, await agency.begin(OWNER), **ACCESS)).prospect
    seen = (await agency.checklists.adoptable(IN_A, NEXT)).seen
    await agency.checklists.adopt(IN_A, NEXT, seen=seen)
    await agency.checklists.make_default(IN_A, OURS.id)

    again = await agency.screening.screen_again(Caller(A, OWNER), prospect.id, prospect.revision)
    assert again.version.checklist == NEXT
    assert (await agency.begin(OWNER, "New one")).version.checklist == OURS

    await agency.checklists.retire(IN_A, OWN.id)
    again = await agency.screening.screen_again(Caller(A, OWNER), prospect.id, prospect.revision)
    assert again.version.checklist == OURS


async def test_a_draft_of_a_retired_checklist_is_finished_on_it(agency: Agency) -> None:
    await agency.checklists.adopt(IN_A, OWN, seen=None, as_default=True)
    begun = await agency.step(OWNER, await agency.begin(OWNER), access="Ads")
    assert isinstance(begun, StepShown)
    await agency.checklists.make_default(IN_A, OURS.id)
    await agency.checklists.retire(IN_A, OWN.id)

    resumed = await agency.screening.resume(Caller(A, OWNER), begun.ref.draft_id)
    filed = await agency.finish(OWNER, resumed, **ACCESS)

    assert filed.version.checklist == OWN
    details = await agency.decisions.details(Caller(A, OWNER), filed.prospect.id)
    assert details.version.checklist == OWN


async def test_the_id_of_ours_is_for_our_content_only(agency: Agency) -> None:
    assert (await refused(agency, CHANGED)).why is ChecklistRefusal.SHIPPED_ID
    assert (await refused(agency, OURS)).why is ChecklistRefusal.SAME


async def test_ten_can_be_in_use_and_the_next_version_of_one_of_them(agency: Agency) -> None:
    await agency.checklists.in_use(IN_A)
    for number in range(1, MOST_ADOPTED):
        own = retitled(OWN, "Another", f"own{number}")
        await agency.checklists.adopt(IN_A, own, seen=None)

    one_more = await refused(agency, retitled(OWN, "Another", "own10"))
    assert (one_more.why, one_more.limit) == (ChecklistRefusal.TOO_MANY, 10)

    next_one = retitled(OWN, "Next", "own1")
    seen = (await agency.checklists.adoptable(IN_A, next_one)).seen
    assert (await agency.checklists.adopt(IN_A, next_one, seen=seen)).version.number == 2


async def test_the_default_cannot_be_retired_and_what_is_not_in_use_cannot_be_changed(
    agency: Agency,
) -> None:
    for call, checklist_id, why in (
        (agency.checklists.retire, OURS.id, ChecklistRefusal.IS_DEFAULT),
        (agency.checklists.retire, OWN.id, ChecklistRefusal.UNKNOWN),
        (agency.checklists.make_default, OWN.id, ChecklistRefusal.UNKNOWN),
    ):
        with pytest.raises(ChecklistRefused) as refusal:
            await call(IN_A, checklist_id)
        assert refusal.value.why is why
    assert await in_use(agency) == [(OURS.id, 1, True)]


async def test_of_two_managers_who_adopt_at_once_one_is_told_of_the_other(agency: Agency) -> None:
    await agency.checklists.adopt(IN_A, OWN, seen=None)
    seen = (await agency.checklists.adoptable(IN_A, NEXT)).seen
    another = retitled(OWN, "Retainer, otherwise")

    outcomes = await asyncio.gather(
        agency.checklists.adopt(IN_A, NEXT, seen=seen),
        agency.checklists.adopt(Caller(A, SECOND_MANAGER), another, seen=seen),
        return_exceptions=True,
    )

    [told] = [each for each in outcomes if isinstance(each, ChecklistRefused)]
    assert told.why is ChecklistRefusal.CHANGED_MEANWHILE
    assert told.by in {MANAGER, SECOND_MANAGER}
    assert len(await in_use(agency)) == 2


async def test_only_managers_change_or_see_what_is_adopted(agency: Agency) -> None:
    it, caller = agency.checklists, Caller(A, OWNER)
    for attempt in (
        lambda: it.in_use(caller),
        lambda: it.changes(caller),
        lambda: it.version(caller, OURS.id),
        lambda: it.may_change(caller),
        lambda: it.checked(caller, b""),
        lambda: it.adoptable(caller, OWN),
        lambda: it.preview(caller, OWN),
        lambda: it.adopt(caller, OWN, seen=None),
        lambda: it.make_default(caller, OURS.id),
        lambda: it.retire(caller, OURS.id),
    ):
        with pytest.raises(NotAllowed):
            await attempt()
    assert await in_use(agency) == [(OURS.id, 1, True)]


async def test_an_update_of_ours_is_adopted_at_the_start_and_told_once(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD)
    await agency.checklists.adopt(IN_A, OWN, seen=None)
    shipped = replace(agency.ours, shipped={CHANGED.id: CHANGED, OWN.id: NEXT}.get)
    updated = OperatorsChecklists(agency.units, RoundQueue(agency.database), shipped)

    await updated.renew(A)
    await updated.renew(A)

    assert await in_use(agency) == [(OURS.id, 2, True), (OWN.id, 1, False)]
    told = [each for each in await lines(agency) if each.by is None]
    assert [(it.act, it.checklist_id) for it in told[0].changes] == [
        (ChecklistAct.RENEWED, OURS.id)
    ]
    assert len(told) == 1


async def test_two_processes_that_start_at_once_adopt_an_update_once(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD)
    shipped = replace(agency.ours, shipped=lambda _: CHANGED)

    updated = OperatorsChecklists(agency.units, RoundQueue(agency.database), shipped)
    await asyncio.gather(updated.renew(A), updated.renew(A))

    assert len(await lines(agency)) == 1


async def test_a_workspace_that_never_screened_begins_with_what_we_ship_now(
    agency: Agency,
) -> None:
    ours = ShippedChecklists(CHANGED, lambda _: CHANGED, agency.clock, agency.ours.new_id)
    screening = ScreeningService(agency.units, agency.membership, ours)

    shown = await screening.begin(await agency.greet(OWNER), "Acme")

    assert isinstance(shown, StepShown)
    assert (shown.version.checklist, shown.version.number) == (CHANGED, 1)


async def test_what_is_in_use_says_how_many_were_screened_by_it(agency: Agency) -> None:
    await agency.screen(OWNER, GOOD, "One")
    await agency.screen(OWNER, GOOD, "Two")
    await agency.checklists.adopt(IN_A, OWN, seen=None, as_default=True)
    await agency.finish(OWNER, await agency.begin(OWNER, "Three"), **ACCESS)

    assert (await agency.checklists.in_use(IN_A)).screened == {OURS.id: 2, OWN.id: 1}


async def test_a_preview_says_what_it_would_replace_and_what_the_past_would_have_been(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, GOOD)

    new = await agency.checklists.preview(IN_A, OWN)
    same = await agency.checklists.preview(IN_A, OURS)

    assert (new.adoptable.before, new.adoptable.refusal) == (None, None)
    assert new.lived.judged == 1
    assert new.remembered.judged == 0
    assert same.adoptable.refusal is not None
    assert same.adoptable.refusal.why is ChecklistRefusal.SAME
    assert (same.lived.judged, same.lived.changed) == (1, 0)


async def test_an_uploaded_file_is_proven_in_a_process_of_its_own(agency: Agency) -> None:
    checked = await agency.checklists.checked(IN_A, as_yaml(OWN).encode())
    assert (checked.checklist, checked.warnings) == (OWN, ())

    with pytest.raises(ChecklistRejected) as rejected:
        await agency.checklists.checked(IN_A, b"id: a\nid: b\n")
    assert any(each.line == 2 for each in rejected.value.problems)
