"""`/qualify report` and the evidence in the override dialog, through the real app."""

from bot import checklists
from bot.domain.outcomes.outcome import Again, Ending, Hours, OutcomeKey, Paid
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.services.outcomes import OutcomeService
from bot.services.ports import Caller
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork
from sandbox.member import Member
from tests.office import NO_OFFER, SALES, Office
from tests.slack.decisions.test_listeners import press
from tests.slack.overrides.test_listeners import choose_fear, opened, overridden
from tests.slack.reading import DE, EN, told, words


async def report(office: Office, member: Member) -> list[str]:
    """Type `/qualify report`, and return what is said."""
    before = len(member.ephemerals)
    await member.command("/qualify", "report")
    await office.answered()
    return [str(each["text"]) for each in member.ephemerals[before:]]


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
    await report(office, office.sabine)  # who never came has no rights yet
    outcomes = OutcomeService(UnitsOfWork(office.database, checklists.restore), office.clock)
    for row in await office.rows(prospects):
        key = OutcomeKey(ProspectId(row.prospect_id), Ending.WON, row.decision_day, 30)
        caller = Caller(WorkspaceId(row.workspace_id), MemberId("U0SABINE"))
        for choice in (Paid.NO, Hours.UP_TO_20, Again.NO):
            await outcomes.note_answer(caller, key, choice, 0)


async def test_a_manager_gets_everybodys_figures_privately_and_no_list_of_persons(
    office: Office,
) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.jonas, "Beta AG", **NO_OFFER)

    [said] = await report(office, office.sabine)

    assert DE("The team's discipline") in said
    assert "aus 2 Interessenten" in said
    assert not [name for name in ("Emma", "Jonas", "U0EMMA", "U0JONAS", "Acme") if name in said]
    assert office.slack.messages(SALES) == []
    assert office.slack.refusals == []


async def test_a_manager_with_prospects_gets_their_own_figures_too(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.sabine, "Beta AG", **NO_OFFER)

    own, whole = await report(office, office.sabine)

    assert DE("The team's discipline") in whole
    assert DE("Your discipline") in own
    assert "aus 1 Interessenten" in own


async def test_a_salesperson_gets_only_their_own_figures(office: Office) -> None:
    await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await office.screen(office.jonas, "Beta AG", **NO_OFFER)

    [said] = await report(office, office.emma)

    assert EN("Your discipline") in said
    assert "from 1 prospect." in said
    assert "Walk away pursued anyway: 5 more needed." in said


async def test_a_guest_gets_no_figures(office: Office) -> None:
    await report(office, office.gil)

    assert "You're a guest" in told(office.gil)


async def test_a_chosen_fear_is_answered_with_the_figures_of_the_workspace(office: Office) -> None:
    for n in range(5):
        await take_on(office, office.jonas, f"Client {n}")
    await answer(office)
    card = await office.screen(office.emma, "Acme GmbH", **NO_OFFER)
    await opened(office, office.emma, card)

    view = await choose_fear(office.emma, office, "no_other_client", reason="They pay.")
    assert "Won against the verdict, not again: 5 of 5 (57–100 %)." in words(view)
    assert "Won by the verdict, not again: 5 more needed." in words(view)
    assert "From a walk-away to the next client: 5 more needed." in words(view)
    view = await choose_fear(office.emma, office, "reputation")
    assert "Shown from 5 outcomes on; so far: 0." in words(view)
    assert office.slack.refusals == []
