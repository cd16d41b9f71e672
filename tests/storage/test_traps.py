"""Traps in what we build on, one test for each; the numbers are those of the list of traps."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from bot.domain.people import CachedMember, MemberId
from bot.domain.screening import DraftId
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A

CANARY = "xoxb-canary-4711"


async def _append_twice(work: UnitOfWork) -> None:
    await work.history.append(replace(samples.entry, by=MemberId(CANARY)))


async def _put_a_member_without_a_name(work: UnitOfWork) -> None:
    nameless: Any = None
    member = replace(samples.MEMBER, locale=CANARY, name=nameless)
    await work.members.put(CachedMember(member, NOW))


async def _add_a_qualification_twice(work: UnitOfWork) -> None:
    await work.qualifications.add(replace(samples.qualification, draft_id=DraftId(CANARY)))


async def _put_a_text_that_cannot_be_kept(work: UnitOfWork) -> None:
    unencodable = "\ud800"
    await work.workspaces.set_group_members(CANARY, [MemberId(CANARY + unencodable)])


async def _put_a_number_where_a_text_belongs(work: UnitOfWork) -> None:
    number: Any = [CANARY]
    await work.qualifications.set_card(samples.QUALIFICATION, number, CANARY)


@pytest.mark.parametrize(
    "mistake",
    [
        _append_twice,
        _put_a_member_without_a_name,
        _add_a_qualification_twice,
        _put_a_text_that_cannot_be_kept,
        _put_a_number_where_a_text_belongs,
    ],
)
async def test_d18_no_value_is_quoted_in_an_error(
    units: UnitsOfWork,
    mistake: Callable[[UnitOfWork], Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await samples.fill(units, A)

    try:
        async with units(A) as work:
            await mistake(work)
    except (DBAPIError, UnicodeError):
        logging.getLogger("test").exception("A mistake")

    assert "Traceback" in caplog.text
    assert CANARY not in caplog.text


async def test_a_time_without_a_zone_is_refused(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    naive = datetime(2026, 12, 1, 9, 0)  # noqa: DTZ001 - this is what is refused

    with pytest.raises(StatementError, match="a time without a zone"):
        async with units(A) as work:
            await work.members.put(CachedMember(samples.MEMBER, naive))


async def test_a_time_comes_back_in_utc_whatever_its_zone_was(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.members.put(CachedMember(samples.MEMBER, NOW.astimezone(samples.BERLIN)))
        found = await work.members.get(OWNER)

    assert found is not None
    assert found.fetched_at.isoformat() == "2026-12-01T08:30:15.123456+00:00"


@pytest.mark.parametrize("amount", ["0.005", "1000000000000", "NaN", "Infinity"])
async def test_an_amount_that_would_not_come_back_is_refused(
    units: UnitsOfWork, amount: str
) -> None:
    await samples.fill(units, A)
    facts = replace(samples.FACTS, expected_value=Decimal(amount))

    with pytest.raises(StatementError, match="an amount"):
        async with units(A) as work:
            await work.drafts.put(replace(samples.draft, facts=facts))


@pytest.mark.parametrize("amount", ["0", "0.01", "-3.10", "999999999999.99"])
async def test_an_amount_comes_back_exactly(units: UnitsOfWork, amount: str) -> None:
    await samples.fill(units, A)
    facts = replace(samples.FACTS, expected_value=Decimal(amount))

    async with units(A) as work:
        await work.drafts.put(replace(samples.draft, facts=facts))
        found = await work.drafts.get(samples.DRAFT)

    assert found is not None
    assert found.facts == facts
