"""One workspace never sees another: every use case is called in B with the ids of A.

Right after it did nothing there, the very same call, by the same member in A and on the same
rows, does something.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.errors import (
    ChecklistRefused,
    DraftGone,
    NothingToDiscard,
    NothingToHandOver,
    UnknownProspect,
    WebhookGone,
)
from bot.domain.figures.reports.page import ReportPage
from bot.domain.nudges import asked_about
from bot.domain.outcomes.outcome import Ending, OutcomeKey, PaidAsAgreed
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy, Fear, Prospect, ProspectFacts, Stage
from bot.domain.read_models import HomePage
from bot.domain.remembered.recall import BECAME_OF, NAME, RememberedId, RememberedRef
from bot.domain.screening import Draft, DraftId, StepShown
from bot.domain.settings.checklists import Adopted, named
from bot.domain.settings.table import SettingId
from bot.domain.webhooks.webhooks import CHOOSABLE, WebhookId
from bot.services.checklists import OperatorsChecklists
from bot.services.digest import DigestRounds
from bot.services.figures.facts import derive_facts
from bot.services.forecast import ForecastService
from bot.services.intake.coming_in import IntakeService
from bot.services.managers import ManagersRounds
from bot.services.nudges import NudgeRounds
from bot.services.people import Membership
from bot.services.ports import Caller
from bot.services.remembered.importing import ImportService
from bot.services.screening.screen import DraftsOffered
from bot.services.transaction.action import Click
from bot.services.transaction.checklists import ShippedChecklists
from bot.storage.delivery.tables import outbox
from tests.checklists.own import NEXT, OWN
from tests.office import GOOD, HOMEWORK, MONDAY, NO_OFFER, PROBLEM
from tests.services.agency import (
    LEAVER,
    MANAGER,
    OTHER,
    OWNER,
    PLEA,
    SECOND_MANAGER,
    A,
    Agency,
    B,
    click,
    typed,
)
from tests.storage.trial import rows_of

pytestmark = pytest.mark.both_databases

CALLED_BY_NOBODY: Final = (
    Membership,
    NudgeRounds,
    ManagersRounds,
    DigestRounds,
    ForecastService,
    ImportService,
    OperatorsChecklists,
    IntakeService,
    ShippedChecklists,
)
"""Services that greet, do the clock's work, or serve operators, and take no id from a member."""

IN_B = Caller(B, MANAGER)

PLEA_UNTIL: Final = replace(PLEA, kill_on=MONDAY.date() + timedelta(days=7))


@dataclass(frozen=True)
class Scene:
    """What there is in A: a prospect, a draft of its owner, and the step at which it was left."""

    agency: Agency
    prospect: Prospect
    step: StepShown

    @property
    def click(self) -> Click:
        return click(self.prospect)

    @property
    def key(self) -> OutcomeKey:
        return OutcomeKey(self.prospect.id, Ending.WON, MONDAY.date(), 30)

    @property
    def remembered(self) -> RememberedRef:
        """A form for somebody to remember, by the checklist of A."""
        return RememberedRef(RememberedId("remembered"), self.step.ref.version_id)


LOST: Final = {NAME: "Lost GmbH", BECAME_OF: "lost", "offer": "none"}

Call = Callable[[Scene, Caller], Awaitable[Any]]
Prepare = Callable[[Agency], Awaitable[Prospect]]


def screened(answers: dict[str, Any]) -> Prepare:
    async def prepare(agency: Agency) -> Prospect:
        return await agency.screen(OWNER, answers)

    return prepare


undecided: Final = screened(HOMEWORK)


async def lost(agency: Agency) -> Prospect:
    return await agency.lose(MANAGER, await agency.screen(OWNER, PROBLEM))


async def walked_away(agency: Agency) -> Prospect:
    return await agency.walk_away(MANAGER, await agency.screen(OWNER, NO_OFFER))


async def overridden(agency: Agency) -> Prospect:
    return await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))


async def override_asked(agency: Agency) -> Prospect:
    await agency.let_managers_approve()
    return await overridden(agency)


async def outcome_asked(agency: Agency) -> Prospect:
    prospect = await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    agency.clock.move(days=30)
    await agency.tick()
    return prospect


async def overdue(agency: Agency) -> Prospect:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.move(days=9)
    return prospect


async def a_client(agency: Agency) -> Prospect:
    return await agency.win(OWNER, await agency.screen(OWNER, GOOD))


async def quiet(agency: Agency) -> Prospect:
    prospect = asked_about(await agency.screen(OWNER, GOOD), MONDAY.date())
    async with agency.units(A) as work:
        await work.prospects.store_nudge_records(prospect)
    return prospect


async def left_behind(agency: Agency) -> Prospect:
    prospect = await agency.screen(LEAVER, GOOD)
    await agency.leave(LEAVER)
    return prospect


async def configured(agency: Agency) -> Prospect:
    await agency.set(referrals="Petra Klein, small shops")
    return await agency.screen(OWNER, GOOD)


async def with_own_checklist(agency: Agency) -> Prospect:
    await agency.greet(MANAGER)
    await agency.checklists.adopt(Caller(A, MANAGER), OWN, seen=None)
    return await agency.screen(OWNER, GOOD)


FIRST_WEBHOOK = WebhookId("w1")


async def with_webhook(agency: Agency) -> Prospect:
    await agency.add_webhook()
    return await undecided(agency)


async def adopt_next(it: Scene, caller: Caller) -> Adopted:
    """Adopt the next version of what A has adopted."""
    async with it.agency.units.reading(A) as work:
        seen = named(await work.adopted.all(), OWN.id).version.id
    return await it.agency.checklists.adopt(caller, NEXT, seen=seen)


async def with_door(agency: Agency) -> Prospect:
    await agency.door.renew(Caller(A, MANAGER))
    return await agency.screen(OWNER, GOOD)


async def incoming(agency: Agency) -> Prospect:
    """Let a draft wait that came in by the door."""
    prospect = await agency.screen(OWNER, GOOD)
    async with agency.units(A) as work:
        version = (await work.adopted.all())[0].version
        facts = ProspectFacts("Beta GmbH", OTHER, MONDAY.date())
        draft = Draft(DraftId("incoming"), OTHER, version.id, facts, MONDAY)
        await work.drafts.put(replace(draft, came_at=MONDAY, waits_since=MONDAY))
    return prospect


async def away(agency: Agency) -> Prospect:
    await agency.follow_up.pause(Caller(A, OWNER), date(2026, 12, 24))
    return await agency.screen(OWNER, GOOD)


async def undelivered(agency: Agency) -> Prospect:
    prospect = await agency.screen(OWNER, GOOD)
    async with agency.database.writing() as connection:
        await connection.execute(update(outbox).values(state="dead", cause="is_archived"))
    return prospect


@dataclass(frozen=True)
class Attempt:
    """A call with the ids of A, made by a member of B and then by the same member of A."""

    call: Call
    scene: Prepare = undecided
    by: MemberId = MANAGER
    refusal: type[Exception] | None = UnknownProspect
    """What it comes to in B; without one it finds nothing there."""
    finds: Callable[[Scene, Any], object] | None = None
    """Whether what it returns is of A."""
    changes: bool = True
    """Whether it changes rows at home."""


def anything(_: Scene, found: Any) -> object:
    """Take whatever comes back for something of A: B gets a refusal, or nothing."""
    return found


def reading(
    call: Call,
    scene: Prepare = undecided,
    by: MemberId = MANAGER,
    refusal: type[Exception] | None = UnknownProspect,
    finds: Callable[[Scene, Any], object] = anything,
) -> Attempt:
    """Return an attempt that only reads."""
    return Attempt(call, scene, by, refusal, finds, changes=False)


def alike(call: Call) -> Attempt:
    """Return an attempt that reads nothing of a workspace: it does the same in each."""
    return Attempt(call, undecided, MANAGER, None, None, changes=False)


async def begin(it: Scene, caller: Caller) -> StepShown | DraftsOffered:
    person = await it.agency.greet(caller.member_id, caller.workspace_id)
    return await it.agency.screening.begin(person, "")


async def start(it: Scene, caller: Caller) -> StepShown:
    person = await it.agency.greet(caller.member_id, caller.workspace_id)
    return await it.agency.screening.start(person, it.step.facts.name, is_redrawn=False)


async def preview_step(it: Scene, caller: Caller) -> StepShown | None:
    person = await it.agency.greet(caller.member_id, caller.workspace_id)
    return await it.agency.screening.preview_step(person, OWN, 0)


def of_webhook(call: Callable[[Scene, Caller, WebhookId], Awaitable[Any]]) -> Attempt:
    """Return an attempt about the webhook of A."""
    return Attempt(lambda it, by: call(it, by, FIRST_WEBHOOK), with_webhook, refusal=WebhookGone)


CHECKLIST_ATTEMPTS: Final[dict[str, Attempt]] = {
    "in_use": reading(
        lambda it, by: it.agency.checklists.in_use(by),
        with_own_checklist,
        refusal=None,
        finds=lambda _, found: len(found.adopted) > 1,
    ),
    "version": reading(
        lambda it, by: it.agency.checklists.version(by, OWN.id),
        with_own_checklist,
        refusal=ChecklistRefused,
    ),
    "preview": reading(
        lambda it, by: it.agency.checklists.preview(by, checklists.default()),
        screened(GOOD),
        refusal=None,
        finds=lambda _, found: found.lived.judged,
    ),
    "changes": reading(
        lambda it, by: it.agency.checklists.changes(by),
        with_own_checklist,
        refusal=None,
        finds=lambda _, found: bool(found),
    ),
    "may_change": alike(lambda it, by: it.agency.checklists.may_change(by)),
    "checked": alike(lambda it, by: it.agency.checklists.checked(by, as_yaml(OWN).encode())),
    "preview_step": alike(preview_step),
    "adoptable": reading(
        lambda it, by: it.agency.checklists.adoptable(by, NEXT),
        with_own_checklist,
        refusal=None,
        finds=lambda _, found: found.before is not None,
    ),
    "adopt": Attempt(adopt_next, with_own_checklist, refusal=ChecklistRefused),
    "make_default": Attempt(
        lambda it, by: it.agency.checklists.make_default(by, OWN.id),
        with_own_checklist,
        refusal=ChecklistRefused,
    ),
    "retire": Attempt(
        lambda it, by: it.agency.checklists.retire(by, OWN.id),
        with_own_checklist,
        refusal=ChecklistRefused,
    ),
}

WEBHOOK_ATTEMPTS: Final[dict[str, Attempt]] = {
    "all": reading(
        lambda it, by: it.agency.webhooks.all(by),
        with_webhook,
        refusal=None,
        finds=lambda _, found: bool(found),
    ),
    "deliveries": reading(
        lambda it, by: it.agency.webhooks.deliveries(by, FIRST_WEBHOOK),
        with_webhook,
        refusal=WebhookGone,
    ),
    "noted_changes": reading(
        lambda it, by: it.agency.webhooks.noted_changes(by),
        with_webhook,
        refusal=None,
        finds=lambda _, found: bool(found),
    ),
    "add": Attempt(
        lambda it, by: it.agency.webhooks.add(by, "https://other.example.com", CHOOSABLE),
        with_webhook,
        refusal=None,
    ),
    "opened": of_webhook(lambda it, by, its: it.agency.webhooks.opened(by, its)),
    "change_events": of_webhook(
        lambda it, by, its: it.agency.webhooks.change_events(by, its, CHOOSABLE[:1])
    ),
    "replace_secret": of_webhook(lambda it, by, its: it.agency.webhooks.replace_secret(by, its)),
    "switch": of_webhook(lambda it, by, its: it.agency.webhooks.switch(by, its, on=False)),
    "remove": of_webhook(lambda it, by, its: it.agency.webhooks.remove(by, its)),
    "send_test": of_webhook(lambda it, by, its: it.agency.webhooks.send_test(by, its)),
}

ATTEMPTS: Final[dict[str, Attempt]] = {
    **CHECKLIST_ATTEMPTS,
    **WEBHOOK_ATTEMPTS,
    "may": reading(lambda it, by: it.agency.decisions.may(by, it.click, Action.LOST)),
    "walk_away": Attempt(lambda it, by: it.agency.decisions.walk_away(by, it.click)),
    "won": Attempt(
        lambda it, by: it.agency.decisions.won(by, it.click, MONDAY.date()), screened(GOOD)
    ),
    "end_client": Attempt(
        lambda it, by: it.agency.decisions.end_client(
            by, it.click, MONDAY.date(), EndedBy.US, None
        ),
        a_client,
    ),
    "lost": Attempt(lambda it, by: it.agency.decisions.lost(by, it.click, EndedBy.US, "")),
    "undo": Attempt(lambda it, by: it.agency.decisions.undo(by, it.click), lost),
    "condition_met": Attempt(lambda it, by: it.agency.decisions.condition_met(by, it.click, "x")),
    "correct": Attempt(
        lambda it, by: it.agency.decisions.correct(
            by, it.click, {"name": "Theirs", "first_contact": "2026-11-01"}
        )
    ),
    "details": reading(lambda it, by: it.agency.decisions.details(by, it.prospect.id)),
    "list_mine": reading(
        lambda it, by: it.agency.decisions.list_mine(by),
        by=OWNER,
        refusal=None,
        finds=lambda _, found: found.prospects,
    ),
    "needs_approval": reading(
        lambda it, by: it.agency.overrides.needs_approval(by, it.prospect),
        override_asked,
        refusal=None,
    ),
    "override": Attempt(
        lambda it, by: it.agency.overrides.override(by, it.click, PLEA_UNTIL), screened(NO_OFFER)
    ),
    "approve": Attempt(lambda it, by: it.agency.overrides.approve(by, it.click), override_asked),
    "deny": Attempt(lambda it, by: it.agency.overrides.deny(by, it.click, "x"), override_asked),
    "declined": reading(lambda it, by: it.agency.decline.declined(by, it.prospect.id), walked_away),
    "sign_of_life": Attempt(
        lambda it, by: it.agency.follow_up.sign_of_life(by, it.click, "x"), screened(PROBLEM)
    ),
    "chased": Attempt(lambda it, by: it.agency.follow_up.chased(by, it.click), screened(PROBLEM)),
    "still_open": Attempt(lambda it, by: it.agency.follow_up.still_open(by, it.click), quiet),
    "may_undo": reading(lambda it, by: it.agency.decisions.may_undo(by, it.click), lost),
    "note_refused": Attempt(
        lambda it, by: it.agency.reports.note_refused(by, frozenset({"data_table"})),
        refusal=None,
    ),
    "may_snooze": reading(lambda it, by: it.agency.follow_up.may_snooze(by, it.click), overdue),
    "snooze": Attempt(lambda it, by: it.agency.follow_up.snooze(by, it.click, 1), overdue),
    "hand_over": Attempt(
        lambda it, by: it.agency.follow_up.hand_over(by, it.click, SECOND_MANAGER)
    ),
    "paused_until": reading(
        lambda it, by: it.agency.follow_up.paused_until(by), away, by=OWNER, refusal=None
    ),
    "pause": Attempt(
        lambda it, by: it.agency.follow_up.pause(by, date(2026, 12, 31)),
        away,
        by=OWNER,
        refusal=None,
    ),
    "left_behind": reading(
        lambda it, by: it.agency.handover.left_behind(by, LEAVER),
        left_behind,
        refusal=NothingToHandOver,
    ),
    "hand_all_over": Attempt(
        lambda it, by: it.agency.handover.hand_all_over(by, LEAVER, OTHER),
        left_behind,
        refusal=NothingToHandOver,
    ),
    "content": reading(
        lambda it, by: it.agency.home.content(by, HomePage()),
        refusal=None,
        finds=lambda _, found: found.prospects,
    ),
    "opened": reading(
        lambda it, by: it.agency.settings.opened(by),
        configured,
        refusal=None,
        finds=lambda _, found: bool(found.settings.referrals),
    ),
    "history": reading(
        lambda it, by: it.agency.settings.history(by),
        configured,
        refusal=None,
        finds=lambda _, found: bool(found),
    ),
    "change": Attempt(
        lambda it, by: it.agency.settings.change(
            by, {SettingId.REFERRALS: "Theirs", SettingId.WEEKDAYS: ["6"]}, shown={}
        ),
        configured,
        refusal=None,
    ),
    "begin": reading(
        begin, by=OWNER, refusal=None, finds=lambda _, found: isinstance(found, DraftsOffered)
    ),
    "start": reading(
        start,
        by=OWNER,
        refusal=None,
        finds=lambda it, found: found.answers or found.ref.version_id == it.step.ref.version_id,
    ),
    "screen_again": reading(
        lambda it, by: it.agency.screening.screen_again(by, it.prospect.id, it.prospect.revision)
    ),
    "seen": reading(
        lambda it, by: it.agency.door.seen(by),
        with_door,
        refusal=None,
        finds=lambda _, found: found.is_open,
    ),
    "renew": Attempt(lambda it, by: it.agency.door.renew(by), with_door, refusal=None),
    "close": Attempt(lambda it, by: it.agency.door.close(by), with_door, refusal=None),
    "assignable": reading(
        lambda it, by: it.agency.assigning.assignable(by, DraftId("incoming")),
        incoming,
        refusal=DraftGone,
    ),
    "assign": Attempt(
        lambda it, by: it.agency.assigning.assign(by, DraftId("incoming"), MANAGER),
        incoming,
        refusal=DraftGone,
    ),
    "throw_away": Attempt(
        lambda it, by: it.agency.assigning.throw_away(by, DraftId("incoming")),
        incoming,
        refusal=DraftGone,
    ),
    "resume": reading(
        lambda it, by: it.agency.screening.resume(by, it.step.ref.draft_id),
        by=OWNER,
        refusal=DraftGone,
    ),
    "discard": Attempt(
        lambda it, by: it.agency.screening.discard(by, it.step.ref.draft_id),
        by=OWNER,
        refusal=NothingToDiscard,
    ),
    "answer": Attempt(
        lambda it, by: it.agency.screening.answer(by, it.step.ref, typed(it.step, HOMEWORK)),
        by=OWNER,
        refusal=DraftGone,
    ),
    "settle_name": Attempt(
        lambda it, by: it.agency.screening.settle_name(by, it.step.ref, it.prospect.id),
        by=OWNER,
        refusal=DraftGone,
    ),
    "back": Attempt(
        lambda it, by: it.agency.screening.back(by, it.step.ref, {"numbers": "ready"}),
        by=OWNER,
        refusal=DraftGone,
    ),
    "changed": Attempt(
        lambda it, by: it.agency.screening.changed(
            by, it.step.ref, "homework", {"homework": None}, {}, is_empty=True
        ),
        by=OWNER,
        refusal=None,
    ),
    "note_answer": Attempt(
        lambda it, by: it.agency.outcomes.note_answer(by, it.key, PaidAsAgreed.YES, 0),
        outcome_asked,
    ),
    "put_off": Attempt(lambda it, by: it.agency.outcomes.put_off(by, it.key), outcome_asked),
    "refuse": Attempt(lambda it, by: it.agency.outcomes.refuse(by, it.key), outcome_asked),
    "send_again": Attempt(
        lambda it, by: it.agency.resend.send_again(by, "C0VERDICTS"),
        undelivered,
        refusal=None,
        finds=anything,
    ),
    "page": reading(
        lambda it, by: it.agency.reports.page(by, ReportPage()),
        refusal=None,
        finds=lambda _, found: found.report.prospects,
    ),
    "follow": reading(
        lambda it, by: it.agency.remember.follow(by, it.remembered, LOST),
        refusal=DraftGone,
        finds=lambda _, found: found.form.asks,
    ),
    "save": Attempt(
        lambda it, by: it.agency.remember.save(by, it.remembered, LOST, LOST),
        undecided,
        refusal=DraftGone,
    ),
    "evidence": reading(
        lambda it, by: it.agency.reports.evidence(by, Fear.NO_OTHER_CLIENT),
        overridden,
        refusal=None,
        finds=lambda _, found: found.overrides,
    ),
}


def test_every_use_case_is_tried(agency: Agency) -> None:
    services = {
        type(each)
        for each in vars(agency).values()
        if type(each).__module__.startswith("bot.services")
    }
    methods = {
        name
        for service in services.difference(CALLED_BY_NOBODY)
        for name, _ in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    }

    assert set(ATTEMPTS) == methods


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_a_workspace_can_do_nothing_with_the_ids_of_another(
    agency: Agency, name: str
) -> None:
    attempt = ATTEMPTS[name]
    it = await scene(agency, attempt.scene)
    await agency.everybody_comes(B)
    await derive_facts(agency.units, A)  # or whoever counts first would
    before = await rows_of(agency.database, A)

    if attempt.refusal is None:
        found = await attempt.call(it, Caller(B, attempt.by))
        assert attempt.finds is None or not attempt.finds(it, found)
    else:
        with pytest.raises(attempt.refusal):
            await attempt.call(it, Caller(B, attempt.by))
    assert await rows_of(agency.database, A) == before
    in_b = await rows_of(agency.database, B)
    in_b["outbox"] = [row for row in in_b["outbox"] if "settings_changed" not in row]
    assert not any(in_b[table] for table in ("prospects", "drafts", "outbox", "history"))

    at_home = await attempt.call(it, Caller(A, attempt.by))
    assert (await rows_of(agency.database, A) != before) is attempt.changes
    assert attempt.finds is None or attempt.finds(it, at_home)


async def test_the_same_member_id_in_another_workspace_is_somebody_else(agency: Agency) -> None:
    await agency.screen(OWNER, HOMEWORK)
    prospect = await agency.screen(OWNER, HOMEWORK, workspace=B)

    with pytest.raises(UnknownProspect):
        await agency.walk_away(MANAGER, prospect)
    assert (await agency.now(prospect.id, B)).stage is Stage.OPEN


async def scene(agency: Agency, prepare: Prepare) -> Scene:
    prospect = await prepare(agency)
    step = await agency.step(OWNER, await agency.begin(OWNER, "Begun"), **HOMEWORK)
    assert isinstance(step, StepShown)
    return Scene(agency, prospect, step)
