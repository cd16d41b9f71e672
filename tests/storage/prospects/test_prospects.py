"""Prospects and qualifications come out as they were put in."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import DraftFiled, ProspectChanged
from bot.domain.overrides import approve, take_effect
from bot.domain.people import MemberId
from bot.domain.prospects import (
    Due,
    DueReason,
    OverrideId,
    ProspectFacts,
    ProspectId,
    QualificationId,
)
from bot.domain.screening import DraftId
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A


async def test_a_prospect_comes_back_as_it_was(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect
        assert await work.prospects.get_to_change(samples.PROSPECT) == samples.prospect


async def test_a_prospect_without_anything_optional_comes_back_as_it_was(
    units: UnitsOfWork,
) -> None:
    await samples.add_workspace(units, A)
    bare = replace(
        samples.prospect,
        facts=replace(samples.FACTS, expected_value=None),
        decide_within=None,
        conditions=(),
        due=None,
        overrides=(),
    )

    async with units(A) as work:
        await work.prospects.add(bare, NOW)
        await work.qualifications.add(samples.qualification)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == bare


async def test_what_became_of_an_override_is_kept_and_the_earlier_one_too(
    units: UnitsOfWork,
) -> None:
    await samples.fill(units, A)
    approved = approve(samples.prospect, by=samples.MANAGER, now=NOW, today=NOW.date())

    async with units(A) as work:
        await work.prospects.save(approved)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == approved
        assert await work.prospects.overrides_of(samples.QUALIFICATION) == approved.overrides


async def test_no_two_overrides_of_a_prospect_stand_or_wait(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    second = replace(samples.ASKED, id=OverrideId("second"))

    with pytest.raises(IntegrityError):
        async with units(A) as work:
            await work.prospects.store_overrides(replace(samples.prospect, overrides=(second,)))


async def test_one_override_takes_the_place_of_another(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    first = approve(samples.prospect, by=samples.MANAGER, now=NOW, today=NOW.date())
    asked = replace(samples.ASKED, id=OverrideId("second"), asked_at=NOW + timedelta(days=30))
    second = take_effect(first, asked)

    async with units(A) as work:
        await work.prospects.save(first)
        await work.prospects.save(second)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == second


async def test_a_decision_comes_back_as_it_was_made(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.prospects.save(samples.lost)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.lost


@pytest.mark.parametrize("revision", [1, 3])
async def test_a_prospect_is_saved_only_one_revision_after_the_other(
    units: UnitsOfWork, revision: int
) -> None:
    await samples.fill(units, A)

    with pytest.raises(ProspectChanged):
        async with units(A) as work:
            await work.prospects.save(replace(samples.lost, revision=revision))

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect


async def test_open_prospects_come_the_earliest_due_first_then_those_not_due(
    units: UnitsOfWork,
) -> None:
    await samples.fill(units, A)
    await _add(units, "later", due=Due(date(2026, 12, 20), DueReason.VERDICT))
    await _add(units, "never", due=None)
    await _add(units, "earlier", due=Due(date(2026, 12, 2), DueReason.VERDICT))
    await _add(units, "theirs", owner=samples.MANAGER)

    async with units.reading(A) as work:
        found = await work.prospects.open_of(OWNER, 10)
        first = await work.prospects.open_of(OWNER, 1)
    assert [each.id for each in found] == ["earlier", samples.PROSPECT, "later", "never"]
    assert found[1] == samples.prospect
    assert [each.id for each in first] == ["earlier"]


async def test_an_ended_prospect_is_not_among_the_open_ones(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.prospects.save(samples.lost)
        assert await work.prospects.open_of(OWNER, 10) == []


async def test_a_qualification_comes_back_as_it_was(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.qualifications.get(samples.QUALIFICATION) == samples.qualification
        assert await work.qualifications.of_draft(samples.DRAFT) == samples.qualification


async def test_a_qualification_knows_the_one_that_replaced_it(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    next_one = replace(
        samples.qualification,
        id=QualificationId("next"),
        draft_id=DraftId("next"),
        before=samples.QUALIFICATION,
    )

    async with units(A) as work:
        assert await work.qualifications.after(samples.QUALIFICATION) is None
        await work.qualifications.add(next_one)
        assert await work.qualifications.after(samples.QUALIFICATION) == next_one


async def test_a_qualification_keeps_where_its_card_is(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.qualifications.set_card(samples.QUALIFICATION, "C0VERDICTS", "1.000100")

    async with units.reading(A) as work:
        found = await work.qualifications.get(samples.QUALIFICATION)
    assert found == replace(samples.qualification, card_channel="C0VERDICTS", card_ts="1.000100")


async def test_a_draft_makes_one_qualification_only(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    with pytest.raises(DraftFiled):
        async with units(A) as work:
            await work.qualifications.add(
                replace(samples.qualification, id=QualificationId("second"))
            )


async def _add(
    units: UnitsOfWork,
    name: str,
    *,
    due: Due | None = None,
    owner: MemberId = OWNER,
) -> None:
    added = replace(
        samples.prospect,
        id=ProspectId(name),
        facts=replace(_named(name), owner=owner),
        qualification_id=QualificationId(name),
        conditions=(),
        overrides=(),
        due=due,
    )
    made_by = replace(
        samples.qualification,
        id=QualificationId(name),
        prospect_id=ProspectId(name),
        draft_id=DraftId(name),
    )
    async with units(A) as work:
        await work.prospects.add(added, NOW)
        await work.qualifications.add(made_by)


def _named(name: str) -> ProspectFacts:
    return replace(samples.FACTS, name=name, expected_value=Decimal("0.01"))
