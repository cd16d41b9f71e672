"""One workspace never sees another: every use case is called in B with the ids of A."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from sqlalchemy import update

from bot.domain.calendar import MONDAY_TO_FRIDAY_WEEKDAYS
from bot.domain.errors import DraftGone, UnknownProspect
from bot.domain.outcomes.outcome import Ending, OutcomeKey, Paid
from bot.domain.people import Action
from bot.domain.prospects import EndedBy, Fear, Prospect, Stage
from bot.domain.screening import StepShown
from bot.domain.workspace import Chosen, OverrideApproval
from bot.services.decisions.decide import DecisionService, DeclineService
from bot.services.delivery.resend import ResendService
from bot.services.figures import ReportService
from bot.services.outcomes import OutcomeService
from bot.services.overrides import OverrideService
from bot.services.ports import Caller
from bot.services.screening.screen import ScreeningService
from bot.services.settings import SettingsService
from bot.storage.delivery.tables import outbox
from tests.office import HOMEWORK, MONDAY
from tests.services.agency import MANAGER, OWNER, PLEA, A, Agency, B, click, typed
from tests.storage.test_isolation import rows_of

pytestmark = pytest.mark.both_databases

IN_B = Caller(B, MANAGER)

Attempt = Callable[[Agency, Prospect, StepShown], Awaitable[Any]]

ATTEMPTS: Final[dict[str, tuple[Attempt, type[Exception] | None]]] = {
    "may": (lambda it, p, _: it.decisions.may(IN_B, click(p), Action.LOST), UnknownProspect),
    "walk_away": (lambda it, p, _: it.decisions.walk_away(IN_B, click(p)), UnknownProspect),
    "won": (lambda it, p, _: it.decisions.won(IN_B, click(p), MONDAY.date()), UnknownProspect),
    "lost": (lambda it, p, _: it.decisions.lost(IN_B, click(p), EndedBy.US, ""), UnknownProspect),
    "undo": (lambda it, p, _: it.decisions.undo(IN_B, click(p)), UnknownProspect),
    "condition_met": (
        lambda it, p, _: it.decisions.condition_met(IN_B, click(p), "x"),
        UnknownProspect,
    ),
    "needs_approval": (lambda it, _p, _s: no_approval_needed(it), None),
    "override": (lambda it, p, _: it.overrides.override(IN_B, click(p), PLEA), UnknownProspect),
    "approve": (lambda it, p, _: it.overrides.approve(IN_B, click(p)), UnknownProspect),
    "deny": (lambda it, p, _: it.overrides.deny(IN_B, click(p), "x"), UnknownProspect),
    "details": (lambda it, p, _: it.decisions.details(IN_B, p.id), UnknownProspect),
    "declined": (lambda it, p, _: it.decline.declined(IN_B, p.id), UnknownProspect),
    "chosen": (lambda it, _p, _s: nothing_chosen(it), None),
    "change": (lambda it, _p, _s: it.settings.change(IN_B, "Theirs", ["6"], "manager"), None),
    "list_mine": (lambda it, _p, _s: nothing_listed(it), None),
    "begin": (lambda it, _p, _s: nothing_offered(it), None),
    "start": (lambda it, _p, _s: nothing_prefilled(it), None),
    "screen_again": (
        lambda it, p, _: it.screening.screen_again(IN_B, p.id, p.revision),
        UnknownProspect,
    ),
    "resume": (lambda it, _, shown: it.screening.resume(IN_B, shown.ref.draft_id), DraftGone),
    "answer": (
        lambda it, _, shown: it.screening.answer(IN_B, shown.ref, typed(shown, HOMEWORK)),
        DraftGone,
    ),
    "settle_name": (
        lambda it, p, shown: it.screening.settle_name(IN_B, shown.ref, p.id),
        DraftGone,
    ),
    "note_answer": (
        lambda it, p, _: it.outcomes.note_answer(IN_B, key_of(p), Paid.YES, 0),
        UnknownProspect,
    ),
    "put_off": (lambda it, p, _: it.outcomes.put_off(IN_B, key_of(p)), UnknownProspect),
    "refuse": (lambda it, p, _: it.outcomes.refuse(IN_B, key_of(p)), UnknownProspect),
    "send_again": (lambda it, _p, _s: nothing_sent_again(it), None),
    "reports": (lambda it, _p, _s: nothing_reported(it), None),
    "evidence": (lambda it, _p, _s: no_evidence(it), None),
    "back": (lambda it, _, shown: it.screening.back(IN_B, shown.ref, {}), DraftGone),
    "note_emptied": (
        lambda it, _, shown: it.screening.note_emptied(IN_B, shown.ref, "fire", is_empty=True),
        None,
    ),
}


def test_every_use_case_is_tried() -> None:
    methods = {
        name
        for service in (
            DecisionService,
            DeclineService,
            SettingsService,
            OutcomeService,
            ResendService,
            OverrideService,
            ScreeningService,
            ReportService,
        )
        for name, _ in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    }

    assert set(ATTEMPTS) == methods


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_a_workspace_can_do_nothing_with_the_ids_of_another(
    agency: Agency, name: str
) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    await agency.settings.change(Caller(A, MANAGER), "Petra Klein, small shops")
    shown = await agency.step(OWNER, await agency.begin(OWNER, "Begun"), **HOMEWORK)
    assert isinstance(shown, StepShown)
    await agency.everybody_comes(B)
    before = await rows_of(agency.database, A)
    attempt, refusal = ATTEMPTS[name]

    if refusal is None:
        await attempt(agency, prospect, shown)
    else:
        with pytest.raises(refusal):
            await attempt(agency, prospect, shown)

    assert await rows_of(agency.database, A) == before
    in_b = await rows_of(agency.database, B)
    assert not any(in_b[table] for table in ("prospects", "drafts", "outbox", "history"))


async def test_the_same_member_id_in_another_workspace_is_somebody_else(agency: Agency) -> None:
    await agency.screen(OWNER, HOMEWORK)
    prospect = await agency.screen(OWNER, HOMEWORK, workspace=B)

    with pytest.raises(UnknownProspect):
        await agency.walk_away(MANAGER, prospect)
    assert (await agency.now(prospect.id, B)).stage is Stage.OPEN


def key_of(prospect: Prospect) -> OutcomeKey:
    return OutcomeKey(prospect.id, Ending.WON, MONDAY.date(), 30)


async def no_approval_needed(agency: Agency) -> None:
    assert not await agency.overrides.needs_approval(IN_B)


async def nothing_sent_again(agency: Agency) -> None:
    async with agency.database.writing() as connection:
        await connection.execute(update(outbox).values(state="dead", cause="is_archived"))
    before = await rows_of(agency.database, A)
    assert await agency.resend.send_again(IN_B, "C0VERDICTS") == 0
    assert await rows_of(agency.database, A) == before
    async with agency.database.writing() as connection:
        await connection.execute(update(outbox).values(state="pending", cause=None))


async def nothing_listed(agency: Agency) -> None:
    assert (await agency.decisions.list_mine(Caller(B, OWNER))).prospects == ()


async def nothing_reported(agency: Agency) -> None:
    [made] = await agency.reports.reports(IN_B)
    assert (made.owner, made.prospects) == (None, 0)


async def no_evidence(agency: Agency) -> None:
    evidence = await agency.reports.evidence(IN_B, Fear.NO_OTHER_CLIENT)
    assert evidence.overrides == 0


async def nothing_chosen(agency: Agency) -> None:
    chosen = await agency.settings.chosen(IN_B)
    assert chosen == Chosen((), MONDAY_TO_FRIDAY_WEEKDAYS, OverrideApproval.NONE)


async def nothing_offered(agency: Agency) -> None:
    offered = await agency.screening.begin(await agency.greet(OWNER, B), "")
    assert isinstance(offered, StepShown)


async def nothing_prefilled(agency: Agency) -> None:
    person = await agency.greet(OWNER, B)
    shown = await agency.screening.start(person, "Begun", is_redrawn=False)
    assert shown.answers == {}
