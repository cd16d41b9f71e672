"""Report, App Home, digest and command line say the same of the same workspace."""

from datetime import date

import pytest

from bot.domain.figures.reports.comparison import Four, PeriodComparison, four
from bot.domain.figures.reports.listed import listed
from bot.domain.figures.reports.page import ReportPage, Whose
from bot.domain.figures.scope import Span
from bot.domain.people import MemberId
from bot.domain.read_models import HomePage, HomeScope
from bot.services.digest import digest_message
from bot.services.figures.audit import AuditService
from bot.services.ports import Caller
from bot.slack.figures.digest import digest
from bot.slack.figures.four import figure_rows, lines
from bot.slack.figures.report import report
from bot.slack.home.home import home_view
from bot.slack.texts import Texts
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, NO_OFFER
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency
from tests.slack.reading import words

pytestmark = pytest.mark.both_databases

DIGEST = date(2027, 3, 15)
"""A Monday. No prospect is from a day at the edge of the twelve weeks."""
FIGURES = {
    Four.DISCIPLINE: "discipline",
    Four.TIME_TO_NO: "time_to_no",
    Four.OVERRIDE_RATE: "override_rate.walk_away",
    Four.NEXT_CLIENT: "time_to_next_client",
}


async def twelve_prospects(agency: Agency, owner: MemberId = OWNER) -> None:
    """Six that get a no, four of them in time; one that is pursued anyway; clients; one waits."""
    noes = [await agency.screen(owner, NO_OFFER, f"{name} of {owner}") for name in "ABCDEFG"]
    won = [await agency.screen(owner, GOOD, f"{name} of {owner}") for name in "HI"]
    agency.clock.move(days=1)
    for each in noes[:4]:
        await agency.walk_away(owner, each)
    agency.clock.move(days=2)
    for each in won:
        await agency.win(owner, each)
    await agency.override(owner, noes[4])
    agency.clock.move(days=9)
    await agency.walk_away(owner, noes[5])


async def changes(agency: Agency, who: MemberId, whose: Whose) -> dict[str, PeriodComparison]:
    """The four figures of twelve weeks, as each surface has them."""
    page = await agency.reports.page(
        Caller(A, who), ReportPage(span=Span.TWELVE_WEEKS, whose=whose)
    )
    home = await agency.home.content(Caller(A, who), HomePage(1, HomeScope(whose.value)))
    assert home.figures is not None
    return {"report": page.report.change, "home": home.figures}


@pytest.fixture
async def played(agency: Agency) -> Agency:
    """An agency that has something to tell of these twelve weeks, and of the twelve before."""
    await twelve_prospects(agency)
    agency.clock.move(days=40)
    for owner in (OWNER, OTHER):
        await twelve_prospects(agency, owner)
    agency.clock.now = agency.clock.now.replace(year=2027, month=3, day=15, hour=8)
    return agency


async def test_all_surfaces_have_the_same_figures(played: Agency) -> None:
    found = await changes(played, MANAGER, Whose.WHOLE)
    async with played.units.reading(A) as work:
        message = await digest_message(work, DIGEST, played.clock.now)
    audit = AuditService(played.units, RoundQueue(played.database), played.clock)
    [(_, reported)] = [each async for each in audit.reports(Span.TWELVE_WEEKS)]

    found |= {"digest": message.digest.figures, "command line": reported.change}
    assert {name: each == found["report"] for name, each in found.items()} == dict.fromkeys(
        found, True
    )
    change = found["report"]
    assert change.before is not None
    assert {name: each.is_enough for name, each in four(change.now).items()} == dict.fromkeys(
        Four, True
    )
    by_id = {each.id: each for each in listed(reported)}
    assert {name: by_id[FIGURES[name]].n for name in Four} == {
        name: getattr(each, "of", None) or getattr(each, "n", None)
        for name, each in four(change.now).items()
    }


@pytest.mark.parametrize("language", ["en", "de"])
async def test_all_surfaces_say_the_same_words(played: Agency, language: str) -> None:
    texts, caller = Texts(language), Caller(A, MANAGER)
    page = await played.reports.page(caller, ReportPage(span=Span.TWELVE_WEEKS))
    home = words(home_view(await played.home.content(caller, HomePage()), texts))
    async with played.units.reading(A) as work:
        message = await digest_message(work, DIGEST, played.clock.now)

    drawn, weekly = report(page, texts).text, digest(message, texts).text
    for name in Four:
        title, value, *_ = figure_rows(name, page.report.change, texts)
        assert f"{title}: {value}" in drawn
        assert value in home
    for line in lines(page.report.change, texts):
        assert line in weekly


async def test_a_member_has_their_own_figures_on_both(played: Agency) -> None:
    own, whole = (
        await changes(played, OWNER, Whose.OWN),
        await changes(played, MANAGER, Whose.WHOLE),
    )

    assert own["report"] == own["home"]
    assert own["report"] != whole["report"]
    assert (await changes(played, OTHER, Whose.WHOLE))["home"] != whole["home"]
