"""`/qualify report` and the evidence in the override dialog, through the real app."""

import asyncio

import pytest
from sqlalchemy import update

from bot import checklists
from bot.domain.figures.reports.page import ReportContent, ReportPage, ReportView
from bot.domain.figures.scope import Span
from bot.domain.outcomes.outcome import Ending, Hours, OutcomeKey, PaidAsAgreed, WouldTakeAgain
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.settings.table import Page
from bot.domain.workspace import WorkspaceId
from bot.services.figures.report import ReportService
from bot.services.outcomes import OutcomeService
from bot.services.ports import Caller
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.workspaces import workspaces
from sandbox import ApiCall, Fault
from sandbox.member import Member
from tests.office import NO_OFFER, SALES, Office
from tests.slack.decisions.test_listeners import press
from tests.slack.overrides.test_listeners import choose_fear, opened, overridden
from tests.slack.reading import DE, Json, told, words


async def report(office: Office, member: Member) -> Json:
    """Type `/qualify report` in a channel, and return the private message that comes."""
    before = len(reports(member))
    await member.command("/qualify", "report")
    await office.answered()
    [sent] = reports(member)[before:]
    return sent


def reports(member: Member) -> list[Json]:
    """The reports that a member has got, the oldest first."""
    return [each for each in member.direct_messages if "report_views" in str(each.get("blocks"))]


async def turn(office: Office, member: Member, page: str, message: Json) -> Json:
    """Use a button of a report, and return what the message says then."""
    await member.click(f"report.{page}", message_ts=message["ts"])
    await office.answered()
    return now(member, message)


def now(member: Member, message: Json) -> Json:
    [found] = [each for each in member.direct_messages if each["ts"] == message["ts"]]
    return found


async def take_on(office: Office, member: Member, name: str) -> None:
    """Win a client by an override, out of the fear that no other will come."""
    card = await office.screen(member, name, **NO_OFFER)
    await overridden(office, member, card)
    await office.delivered()
    await press(office, member, "won", office.cards[-1])
    await office.submit(member, day="2026-11-30")


async def answer(office: Office) -> None:
    """Let Sabine say of every client that it was a hard one, a month later."""
    office.clock.move(days=31)
    await office.sabine.command("/qualify", "list")  # who never came has no rights yet
    await office.answered()
    outcomes = OutcomeService(UnitsOfWork(office.database, checklists.restore), office.clock)
    for row in await office.rows(prospects):
        key = OutcomeKey(ProspectId(row.prospect_id), Ending.WON, row.decision_day, 30)
        caller = Caller(WorkspaceId(row.workspace_id), MemberId("U0SABINE"))
        for choice in (PaidAsAgreed.NO, Hours.UP_TO_20, WouldTakeAgain.NO):
            await outcomes.note_answer(caller, key, choice, 0)


async def test_a_manager_gets_everybodys_figures_privately_and_no_list_of_persons(
    office: Office,
) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.jonas, "Beta AG", **NO_OFFER)

    sent = await report(office, office.sabine)
    said = str(sent["text"])

    assert said.startswith(DE("The team's report: {span}", span=DE("12 months")))
    assert "aus 2 Interessenten." in said
    assert not [name for name in ("Emma", "Jonas", "U0EMMA", "U0JONAS", "Acme") if name in said]
    assert office.slack.messages(SALES) == []
    assert DE("Your report is in our direct messages.") in told(office.sabine)
    assert "/archives/" in told(office.sabine)
    assert office.slack.refusals == []


async def test_a_manager_turns_to_their_own_figures_and_back(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.sabine, "Beta AG", **NO_OFFER)
    sent = await report(office, office.sabine)

    own = await turn(office, office.sabine, "overview.1y.own", sent)
    whole = await turn(office, office.sabine, "overview.1y.whole", sent)

    assert DE("Your report: {span}", span=DE("12 months")) in own["text"]
    assert "aus 1 Interessenten." in own["text"]
    assert whole["text"] == sent["text"]
    assert len(office.sabine.direct_messages) == 1


async def test_a_salesperson_gets_only_their_own_figures(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.jonas, "Beta AG", **NO_OFFER)

    said = (await report(office, office.emma))["text"]

    assert "Your report: 12 months" in said
    assert "from 1 prospect." in said
    assert "After 5 “walk away” verdicts (1 so far)" in said


async def test_where_the_report_stands_already_nothing_points_to_it(office: Office) -> None:
    await report(office, office.emma)
    room = office.slack.workspace.world.direct_channel("U0EMMA").id
    before = len(office.emma.ephemerals)

    await office.emma.command("/qualify", "report", channel=room)
    await office.answered()

    assert len(office.emma.direct_messages) == 2
    assert len(office.emma.ephemerals) == before


async def test_every_page_of_the_report_is_one_that_slack_takes(office: Office) -> None:
    await office.set(office.sabine, Page.RULES, figures_per_person="on")
    await office.set(office.sabine, Page.WORDS, cost_of_an_hour="120")
    for n in range(5):
        await take_on(office, office.jonas, f"Client {n}")
    await answer(office)
    sent = await report(office, office.sabine)

    said = {}
    for view in ReportView:
        for span in Span if view is not ReportView.BY_QUARTER else [Span.A_YEAR]:
            page = f"{view}.{span}.whole"
            sent = await turn(office, office.sabine, f"{view}.{Span.A_YEAR}.whole", sent)
            sent = await turn(office, office.sabine, page, sent)
            buttons = [each for block in sent["blocks"][-2:] for each in block.get("elements", ())]
            shown = [each["value"] for each in buttons if each.get("style") == "primary"]
            assert set(shown) == {page}
            sent = await turn(office, office.sabine, f"{view}.{Span.A_YEAR}.whole", sent)
            said[view] = str(sent["text"])

    assert "Jonas" in said[ReportView.BY_PERSON]
    costs = said[ReportView.BY_FEAR]
    assert DE("Cost: {cost}.", cost="ab 3.000\xa0€ (bei 5 von 5 bekannt)") in costs
    assert office.slack.refusals == []


async def test_who_is_no_manager_any_more_sees_their_own_and_reads_why(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    sent = await report(office, office.sabine)
    async with office.database.writing() as connection:
        await connection.execute(update(workspaces).values(managers=["U0JONAS"]))

    said = (await turn(office, office.sabine, "by_fear.1y.whole", sent))["text"]

    assert DE("You're not a manager any more, so this is your own report.") in said
    assert "aus 0 Interessenten" in said


async def test_a_button_by_person_from_before_the_setting_changed_says_so(office: Office) -> None:
    await office.set(office.sabine, Page.RULES, figures_per_person="on")
    sent = await report(office, office.sabine)
    await office.set(office.sabine, Page.RULES, figures_per_person="off")

    said = (await turn(office, office.sabine, "by_person.1y.whole", sent))["text"]

    assert "Zahlen pro Person sind aus" in said
    assert "Sabine" not in said


async def test_of_two_quick_clicks_the_newer_is_shown(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await report(office, office.emma)
    first_may_go_on, page = asyncio.Event(), ReportService.page

    async def slow(it: ReportService, caller: Caller, asked: ReportPage) -> ReportContent:
        if asked.span is Span.FOUR_WEEKS:
            await first_may_go_on.wait()
        return await page(it, caller, asked)

    monkeypatch.setattr(ReportService, "page", slow)
    await office.emma.click("report.overview.4w.own", message_ts=sent["ts"])
    await office.emma.click("report.overview.12w.own", message_ts=sent["ts"])
    await office.slack.wait_for(lambda: "12 weeks" in now(office.emma, sent)["text"])
    first_may_go_on.set()
    await office.answered()

    assert "Your report: 12 weeks" in now(office.emma, sent)["text"]


async def test_a_deleted_report_comes_anew(office: Office) -> None:
    sent = await report(office, office.emma)
    office.slack.faults = lambda call: (
        Fault(body={"ok": False, "error": "message_not_found"})
        if call.method == "chat.update"
        else None
    )

    await office.emma.click("report.by_fear.1y.own", message_ts=sent["ts"])
    await office.answered()

    assert "Overrides by fear" in office.emma.direct_messages[-1]["text"]
    assert len(office.emma.direct_messages) == 2


async def test_what_slack_refuses_is_said_in_words(office: Office) -> None:
    for name in ("Acme", "Birch", "Cedar", "Dunlop", "Elm"):
        await office.screen(office.emma, name, **NO_OFFER)
    office.clock.move(days=20)
    office.slack.faults = without_charts

    sent = await report(office, office.emma)

    assert "data_visualization" not in str(sent["blocks"])
    assert "Nov: 0 / 0 / 5" in words(sent)
    assert "Nov: 0 / 0 / 5" in sent["text"]
    assert len(spoken(office)) == 2


async def test_what_slack_refused_of_the_report_is_not_tried_again(office: Office) -> None:
    for name in ("Acme", "Birch", "Cedar", "Dunlop", "Elm"):
        await office.screen(office.emma, name, **NO_OFFER)
    office.clock.move(days=20)
    office.slack.faults = without_charts
    sent = await report(office, office.emma)
    before = len(spoken(office))

    await turn(office, office.emma, "overview.4w.own", sent)
    await report(office, office.jonas)

    [kept] = await office.rows(workspaces)
    assert set(kept.refused_blocks) == {"data_visualization"}
    assert len(spoken(office)) == before + 2


def without_charts(call: ApiCall) -> Fault | None:
    is_refused = "data_visualization" in str(call.args.get("blocks"))
    return Fault(body={"ok": False, "error": "invalid_blocks"}) if is_refused else None


def spoken(office: Office) -> list[ApiCall]:
    """Return the calls that said or rewrote something in blocks of the report."""
    return [call for call in office.slack.calls if "report_spans" in str(call.args.get("blocks"))]


async def test_a_button_of_a_page_that_we_do_not_know_gets_a_sentence(office: Office) -> None:
    sent = await report(office, office.emma)
    room = office.slack.workspace.world.direct_channel("U0EMMA").id
    [message] = office.slack.workspace.messages.lasting(room)
    assert message.blocks is not None
    message.blocks[-1]["elements"][0]["value"] = "by_moon.1y.own"

    await turn(office, office.emma, "by_fear.1y.own", sent)

    assert told(office.emma).startswith("This button is from an older version.")


async def test_a_guest_gets_no_figures(office: Office) -> None:
    await office.gil.command("/qualify", "report")
    await office.answered()

    assert "You're a guest" in told(office.gil)


async def test_a_chosen_fear_is_answered_with_the_figures_of_the_workspace(office: Office) -> None:
    for n in range(5):
        await take_on(office, office.jonas, f"Client {n}")
    await answer(office)
    card = await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await opened(office, office.emma, card)

    view = await choose_fear(office.emma, office, "no_other_client", reason="They pay.")
    said = words(view)
    assert "sign again: 5 of 5 (57–100 %) with an override, needs 5 more without." in said
    assert "Answered after 30 days: 5 of 5 (57–100 %) with an override.\n" in said
    assert "From a walk-away to the next client: needs 5 more." in words(view)
    view = await choose_fear(office.emma, office, "reputation")
    assert "Shown once there are 5 outcomes. So far: 0." in words(view)
    assert office.slack.refusals == []
