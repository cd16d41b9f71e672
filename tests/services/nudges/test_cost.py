"""What the rounds of owners ask the database: few statements, however many rounds are due."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.domain.nudges import Look
from bot.domain.people import MemberId
from bot.services.nudges import TOGETHER
from bot.storage.nudges import looks, rounds
from bot.storage.prospects.prospects import prospects
from bot.storage.rounds import RoundQueue
from bot.storage.screening import qualifications
from tests.office import PROBLEM
from tests.services.agency import OWNER, A, Agency
from tests.services.delivery.test_cost import asked
from tests.services.nudges.test_nudges import MORNING, told

pytestmark = pytest.mark.both_databases

EACH_OWNS = 2
MOST = 25
"""Statements of one transaction, in which up to so many rounds are made together."""


async def let_own(agency: Agency, owners: int) -> list[MemberId]:
    """Let so many owners have what is overdue, in copies of one prospect that was screened."""
    await agency.screen(OWNER, PROBLEM)
    ids = [MemberId(f"U0N{number:03}") for number in range(owners)]
    keys = [(owner, f"{owner}-{n}") for owner in ids for n in range(EACH_OWNS)]
    async with agency.database.writing() as connection:
        for table in (qualifications, prospects, looks):
            (row,) = (await connection.execute(select(table))).mappings()
            copied = [
                {**row, "owner": owner}
                | {
                    each: key
                    for each in ("prospect_id", "qualification_id", "draft_id", "name_key")
                    if each in row
                }
                for owner, key in keys
            ]
            await connection.execute(insert(table), copied)
        (its,) = (await connection.execute(select(rounds))).mappings()
        await connection.execute(insert(rounds), [{**its, "member_id": each} for each in ids])
        away = update(rounds).where(rounds.c.member_id == OWNER)
        await connection.execute(away.values(due_at=MORNING.replace(year=2099)))
    return ids


@pytest.mark.parametrize("owners", [10, 100])
async def test_rounds_take_as_many_statements_however_many_are_due(
    agency: Agency, owners: int
) -> None:
    ids = await let_own(agency, owners)
    agency.clock.now = MORNING

    with asked() as its:
        assert await agency.nudges.tick() == owners

    assert sorted(owner for owner, _ in await told(agency)) == ids
    transactions = -(-owners // TOGETHER)
    assert its.transactions == 1 + transactions
    assert len(its.statements) <= 1 + transactions * MOST, its.statements
    assert await agency.nudges.tick() == 0


async def test_a_transaction_is_about_so_many_prospects_or_one_owner(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await let_own(agency, 7)
    agency.clock.now = MORNING

    monkeypatch.setattr("bot.services.nudges.MOST_PROSPECTS", 3 * EACH_OWNS + 1)
    with asked() as its:
        await agency.nudges.tick()

    assert sorted(owner for owner, _ in await told(agency)) == ids
    assert its.transactions == 1 + 3

    monkeypatch.setattr("bot.services.nudges.MOST_PROSPECTS", EACH_OWNS - 1)
    agency.clock.now += timedelta(days=7)
    with asked() as its:
        assert await agency.nudges.tick() == 7
    assert its.transactions == 1 + 7


async def test_one_round_that_fails_keeps_no_other_from_being_made(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await let_own(agency, 10)
    agency.clock.now = MORNING
    broken, take = ids[3], agency.nudges._take

    async def fails(work: object, keys: list[MemberId], now: object) -> object:
        if broken in keys:
            raise LookupError(broken)
        return await take(work, keys, now)  # type: ignore[arg-type]

    with caplog.at_level(logging.ERROR):
        monkeypatch.setattr(agency.nudges, "_take", fails)
        await agency.nudges.tick()
        await agency.nudges.tick()

    assert sorted(owner for owner, _ in await told(agency)) == [*ids[:3], *ids[4:]]
    assert caplog.text.count("a round was not made") == 1
    monkeypatch.undo()
    await agency.nudges.tick()
    assert sorted(owner for owner, _ in await told(agency)) == ids


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_who_acts_on_a_prospect_keeps_its_owners_round_alone(agency: Agency) -> None:
    ids = await let_own(agency, 3)
    agency.clock.now = MORNING

    async with agency.units(A) as work:
        prospect = (await work.prospects.open_of(ids[1], 1))[0]
        assert await work.prospects.get_to_change(prospect.id)
        await agency.nudges.tick()

    assert sorted(owner for owner, _ in await told(agency)) == [ids[0], ids[2]]
    await agency.nudges.tick()
    assert sorted(owner for owner, _ in await told(agency)) == ids


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_what_is_planned_while_managers_are_asked_is_not_forgotten(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    (owner,) = await let_own(agency, 1)
    agency.clock.now = MORNING
    tomorrow = MORNING + timedelta(days=1)

    async def meanwhile(*_: object) -> None:
        async with agency.units(A) as work:
            (other,) = await work.prospects.open_of(OWNER, 1)
            await work.nudges.look(other.id, owner, Look(tomorrow.date(), is_lapse=True))
            await work.nudges.call(owner, tomorrow)

    monkeypatch.setattr("bot.services.nudges.ask_manager", meanwhile)
    await agency.nudges.tick()

    assert (A, owner) in await RoundQueue(agency.database).due(tomorrow, 9)
