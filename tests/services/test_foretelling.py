"""Looking ahead: what is foretold is what comes, if nobody does anything."""

from collections import Counter
from datetime import UTC, date, datetime

from bot.services.ports import Caller
from tests.office import HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency
from tests.services.test_nudging import pass_time

UNTIL = datetime(2027, 1, 25, tzinfo=UTC)


async def test_what_is_foretold_comes_and_nothing_else(agency: Agency) -> None:
    for number in range(12):
        await agency.screen(OWNER, PROBLEM, f"Acme {number}")
    await agency.screen(OTHER, NO_OFFER, "Beta")
    await agency.screen(MANAGER, HOMEWORK, "Gamma")
    await agency.hesitating.pause(Caller(A, MANAGER), date(2026, 12, 17))

    foretold = await agency.foretelling.until(UNTIL)
    await pass_time(agency, UNTIL, hours=1)

    kinds = ("nudge", "lapse_line", "closing_line")
    written = [(r.kind, r.recipient) for r in await agency.messages() if r.kind in kinds]
    days = [r.detail["day"] for r in await agency.messages() if r.kind == "nudge"]
    assert sorted((each.kind.value, each.to) for each in foretold) == sorted(written)
    assert sorted(
        each.at.date().isoformat() for each in foretold if each.nudge is not None
    ) == sorted(days)


async def test_what_becomes_of_overrides_is_foretold(agency: Agency) -> None:
    await agency.override(OTHER, await agency.screen(OTHER, NO_OFFER, "Overridden"))
    await agency.let_managers_approve()
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Asked"))
    await agency.override(MANAGER, await agency.screen(MANAGER, HOMEWORK, "Asked by a manager"))

    foretold = await agency.foretelling.until(UNTIL)
    await pass_time(agency, UNTIL, hours=1)

    kinds = {
        "nudge": 9,
        "closing_line": 3,
        "lapse_line": 1,
        "override_asked": 6,
        "override_lapsed": 2,
        "request_line": 2,
        "kill_date_line": 1,
    }
    written = Counter((r.kind, r.recipient) for r in await agency.messages() if r.kind in kinds)
    assert Counter((each.kind.value, each.to) for each in foretold) == written
    assert {k: sum(n for (kind, _), n in written.items() if kind == k) for k in kinds} == kinds


async def test_looking_ahead_changes_nothing(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    before = await agency.messages()

    first = await agency.foretelling.until(UNTIL)
    second = await agency.foretelling.until(UNTIL)

    assert first == second
    assert len(first) == 4
    assert await agency.now(prospect.id) == prospect
    assert await agency.messages() == before


async def test_moments_are_those_of_the_owner(agency: Agency) -> None:
    await agency.screen(OTHER, NO_OFFER)

    first, *_ = await agency.foretelling.until(UNTIL)

    assert first.at.isoformat().startswith("2026-12-03T09:")
    assert first.at.isoformat().endswith("-05:00")
