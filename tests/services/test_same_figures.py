"""`walkaway report --json`, the report in Slack, App Home and the digest say the same figures."""

from datetime import timedelta

import pytest

from bot.domain.figures.reports.comparison import Four, four
from bot.domain.figures.reports.listed import listed
from bot.domain.figures.reports.page import ReportPage, Whose
from bot.domain.figures.scope import Span
from bot.domain.figures.shares import Share
from bot.domain.people import MemberId
from bot.services.figures.audit import AuditService
from bot.services.ports import Caller
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, NO_OFFER
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency
from tests.services.test_digest import NINE, content
from tests.services.test_home import seen

pytestmark = pytest.mark.both_databases

IDS = {
    Four.DISCIPLINE: "discipline",
    Four.TIME_TO_NO: "time_to_no",
    Four.OVERRIDE_RATE: "override_rate.walk_away",
    Four.NEXT_CLIENT: "time_to_next_client",
}
MOMENTS = (NINE, NINE - timedelta(weeks=12))
"""Of the digest, and of one whose figures stand beside it as those of before."""


async def refused(agency: Agency, by: MemberId, names: str, *, days: int = 0) -> None:
    """Screen some who have nothing to offer, and walk away from them so many days later."""
    found = [await agency.screen(by, NO_OFFER, name) for name in names.split()]
    agency.clock.move(days=days)
    for each in found:
        await agency.walk_away(by, each)


@pytest.fixture
async def busy(agency: Agency) -> Agency:
    """Live through two times of twelve weeks in which each of the four comes to something."""
    for moment in reversed(MOMENTS):
        week = f"{moment:%V}"
        agency.clock.now = moment - timedelta(days=60)
        await refused(agency, OWNER, f"Ash{week} Birch{week} Cedar{week} Dunlop{week} Elm{week}")
        await refused(agency, OTHER, f"Fir{week} Gum{week} Hazel{week}", days=20)
        for name in ("Ivy", "Juniper"):
            late = await agency.screen(OWNER, NO_OFFER, name + week)
            await agency.override(OWNER, late)
        for by in (OWNER, OTHER):
            await agency.win(by, await agency.screen(by, GOOD, f"Kale{by}{week}"))
    agency.clock.now = NINE
    return agency


async def test_all_four_are_the_same_wherever_they_are_read(busy: Agency) -> None:
    asked = ReportPage(span=Span.TWELVE_WEEKS, whose=Whose.WHOLE)
    in_slack = (await busy.reports.page(Caller(A, MANAGER), asked)).report.change
    at_home = (await seen(busy, MANAGER)).figures
    told = (await content(busy)).digest.figures
    audit = AuditService(busy.units, RoundQueue(busy.database), busy.clock)
    [(_, made)] = [each async for each in audit.reports(Span.TWELVE_WEEKS)]

    assert at_home is not None
    assert four(told.now) == four(at_home.now) == four(in_slack.now) == four(made.figures)
    befores = [each.before for each in (told, at_home, in_slack)]
    first, *others = [four(each) for each in befores if each is not None]
    assert len(others) == 2
    assert others == [first, first]
    assert all(each.is_enough for each in four(told.now).values())

    by_id = {each.id: each for each in listed(made)}
    for name, figure in four(told.now).items():
        one = by_id[IDS[name]]
        assert one.shown
        if isinstance(figure, Share):
            assert (one.count, one.n) == (figure.count, figure.of)
        else:
            assert (one.n, one.median) == (figure.n, figure.day)
