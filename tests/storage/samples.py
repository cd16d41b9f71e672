"""One of everything, with each field filled, and a way to put it all into a database."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.decisions import acts
from bot.domain.decisions.history import Forgetting, HistoryEntry, Lapse, Lapsed
from bot.domain.delivery import NO_PLACE, MessageKind, OutboxMessage, payloads
from bot.domain.intake import Door, DoorAct, DoorChange, hashed
from bot.domain.managers import Agenda, Departure, LongPause, Proposal, Undecided
from bot.domain.nudges import Look
from bot.domain.outcomes.outcome import (
    Ending,
    Hours,
    Outcome,
    OutcomeAnswer,
    OutcomeQuestion,
    Regret,
    WouldTakeAgain,
)
from bot.domain.people import Action, CachedMember, Member, MemberId
from bot.domain.prospects import (
    Decision,
    Due,
    DueReason,
    EndedBy,
    Fear,
    Grounds,
    NudgeRecord,
    Override,
    OverrideId,
    OverrideState,
    Prospect,
    ProspectCondition,
    ProspectFacts,
    ProspectId,
    QualificationId,
    QuietPeriod,
    Stage,
    TimeInQuestion,
)
from bot.domain.remembered.recall import Remembered, RememberedId
from bot.domain.screening import ChecklistVersion, Draft, DraftId, Qualification, VersionId
from bot.domain.settings.changes import SettingChange
from bot.domain.settings.checklists import Adopted, ChecklistAct, change_of
from bot.domain.settings.table import SettingId
from bot.domain.webhooks.attempts import (
    AfterAttempt,
    Answer,
    Attempt,
    DeliveryId,
    DeliveryState,
    delivery_id,
)
from bot.domain.webhooks.webhooks import Event, Webhook, WebhookAct, WebhookId
from bot.domain.webhooks.webhooks import change_of as change_of_webhook
from bot.domain.workspace import OverrideApproval, Settings, Workspace, WorkspaceId
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.nudges import NudgeWritten
from bot.storage.unit_of_work import UnitOfWork

Units = Callable[[WorkspaceId], AbstractAsyncContextManager[UnitOfWork]]

A = WorkspaceId("T0000000A")
B = WorkspaceId("T0000000B")

NOW = datetime(2026, 12, 1, 8, 30, 15, 123456, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OWNER = MemberId("U0OWNER")
MANAGER = MemberId("U0MANAGER")
LEAVER = MemberId("U0LEAVER")

CHECKLIST = checklists.default()
VERSION = VersionId("version")
PROSPECT = ProspectId("prospect")
QUALIFICATION = QualificationId("qualification")
DRAFT = DraftId("draft")

SETTINGS = Settings(
    verdict_channel="C0VERDICTS",
    managers=(MANAGER, "S0SALES"),
    language="de",
    country="DE-BE",
    zone=BERLIN,
    currency="CHF",
    override_approval=OverrideApproval.MANAGER,
)
CHOSEN = replace(
    SETTINGS,
    weekdays=frozenset({6, 0, 1, 2, 3}),
    free_days=ListedDays(frozenset({date(2027, 1, 2)}), frozenset({DayOfYear(12, 24)})),
    opening=time(8, 30),
    kill_within=30,
    niche="Shops & <mehr>",
    referrals=("Petra Klein, Läden & <mehr>", "Zahlenwerk"),
)
"""With what has no column of its own."""
CHANGE = SettingChange(SettingId.WEEKDAYS, [0, 1, 2, 3, 4], [0, 1, 2, 3, 6])
ADOPTED = Adopted(ChecklistVersion(VERSION, 1, CHECKLIST), True, True, NOW, MANAGER)
ADOPTION = change_of(ChecklistAct.ADOPTED, ADOPTED.version)
RETIRED = ChecklistVersion(
    VersionId("retired"), 1, replace(CHECKLIST, id="retired", version="retired")
)
FACTS = ProspectFacts("Müller & <Söhne> 🚀", OWNER, date(2026, 11, 20), Decimal("12500.50"))
MEMBER = Member(OWNER, "Ada", BERLIN, "de-DE", is_guest=True, is_deactivated=True)
CONDITIONS = (
    ProspectCondition("their numbers", date(2026, 12, 8)),
    ProspectCondition("a visit", date(2026, 12, 9), NOW, MANAGER, "they came"),
)

DENIED = Override(
    OverrideId("denied"),
    Grounds(Fear.REPUTATION, "They talk & <shout>", "no offer", date(2026, 12, 15)),
    OWNER,
    NOW,
    OverrideState.DENIED,
    date(2026, 12, 4),
    holds_nudges=True,
    answered_by=MANAGER,
    answered_at=NOW + timedelta(minutes=1),
    refusal="Not again",
)
ASKED = Override(
    OverrideId("asked"),
    Grounds(Fear.NEW_FACT, "Their boss left", "no offer", date(2026, 12, 15), "a new boss"),
    OWNER,
    NOW + timedelta(hours=1),
    OverrideState.ASKED,
    date(2026, 12, 4),
)

prospect = Prospect(
    id=PROSPECT,
    facts=FACTS,
    qualification_id=QUALIFICATION,
    verdict=Verdict.PROBLEM,
    verdict_on=date(2026, 12, 1),
    decide_within=5,
    conditions=CONDITIONS,
    due=Due(date(2026, 12, 8), DueReason.CONDITION),
    chases=3,
    nudge_record=NudgeRecord(
        2, date(2026, 12, 9), date(2026, 12, 18), 1, date(2026, 12, 10), is_discussed=True
    ),
    quiet=QuietPeriod(date(2026, 12, 1), 2, date(2026, 12, 8), date(2026, 12, 9)),
    overrides=(DENIED, ASKED),
    in_question=TimeInQuestion(
        1, date(2026, 12, 8), date(2026, 12, 22), NOW, NOW + timedelta(days=1), date(2026, 12, 3)
    ),
)

decision = Decision(
    action=Action.LOST,
    by=MANAGER,
    at=NOW,
    day=date(2026, 12, 2),
    ended_by=EndedBy.THEM,
    sentence="They chose <@someone> else",
)

lost = replace(prospect, stage=Stage.LOST, decision=decision, revision=2)
decided = replace(
    lost,
    id=ProspectId("p-decided"),
    qualification_id=QualificationId("q-decided"),
    overrides=(),
    in_question=None,
)

qualification = Qualification(
    id=QUALIFICATION,
    prospect_id=PROSPECT,
    draft_id=DRAFT,
    version_id=VERSION,
    member_id=OWNER,
    at=NOW,
    verdict=Verdict.PROBLEM,
    decide_within=5,
    answers={
        "offer": "vague",
        "signs": frozenset({"haggles", "drains"}),
        "homework": "their numbers",
        "homework_due": date(2026, 12, 8),
    },
    reasons=("some_signs", "thin_margin"),
    facts=FACTS,
    conditions=(("their numbers", date(2026, 12, 8)),),
)

draft = Draft(
    id=DRAFT,
    member_id=OWNER,
    version_id=VERSION,
    facts=FACTS,
    answers={"offer": "clear", "signs": ["haggles"]},
    step=2,
    cleared=frozenset({"homework", "margin"}),
    prospect_id=PROSPECT,
    updated_at=NOW,
    came_at=NOW,
    waits_since=NOW - timedelta(days=2),
)

entry = HistoryEntry(
    prospect_id=PROSPECT,
    act=acts.Screened(QUALIFICATION, Verdict.PROBLEM, conditions=(("ä", date(2026, 12, 8)),)),
    by=OWNER,
    at=NOW,
    revision=1,
)

YESTERDAY = NOW - timedelta(days=1)
"""When everything was exported."""

TOLD_APART = HistoryEntry(
    prospect_id=decided.id,
    act=acts.Screened(decided.qualification_id, Verdict.PROBLEM, namesake=decided.id),
    by=OWNER,
    at=NOW,
    revision=99,
)
"""Of somebody of whose name there is another; here both are one row."""

LAPSE = Lapse(
    PROSPECT, Lapsed.OVERRIDE, "override", date(2026, 11, 30), NOW, OWNER, "no <offer> & ä"
)

message = OutboxMessage(
    kind=MessageKind.THREAD_LINE,
    recipient="C0VERDICTS",
    dedupe_key="line:1",
    prospect_id=PROSPECT,
    qualification_id=QUALIFICATION,
    revision=1,
)


QUESTION = OutcomeQuestion(
    PROSPECT,
    Ending.WON,
    date(2026, 10, 20),
    30,
    not_before=date(2026, 11, 21),
    asked_on=date(2026, 12, 9),
    put_off_on=date(2026, 12, 10),
)
HOURS = OutcomeAnswer(Hours.UP_TO_20, OWNER, NOW)

REMEMBERED = Remembered(
    RememberedId("remembered"),
    "Alte <Mühle> & Söhne",
    VERSION,
    {"offer": "clear", "signs": frozenset({"haggles"})},
    Verdict.WALK_AWAY,
    "many_signs",
    Stage.ENDED,
    NOW,
    OWNER,
    Outcome(again=WouldTakeAgain.NO, regret=Regret.YES),
)

AGENDA = Agenda(
    (Proposal(prospect, date(2026, 12, 8), NOW),),
    more=2,
    departures=(Departure(OWNER, NOW),),
    pauses=(LongPause(LEAVER, date(2026, 12, 14), NOW),),
    undecided=(Undecided(prospect, date(2026, 12, 10)),),
)

KEY_HASH = hashed("key")
DOOR_CHANGE = DoorChange(DoorAct.OPENED, MANAGER, NOW)
MORNINGS_WITH_DRAFTS = (
    (OWNER, payloads.OwnersMorning(date(2026, 12, 9))),
    (MANAGER, payloads.ManagersMorning(date(2026, 12, 10))),
)

# What `fill_further` adds.

again = replace(
    qualification, id=QualificationId("again"), draft_id=DraftId("again"), before=QUALIFICATION
)
begun = replace(
    draft,
    id=DraftId("begun"),
    facts=replace(FACTS, name="Begun"),
    came_at=None,
    waits_since=None,
)
theirs = replace(
    prospect,
    id=ProspectId("theirs"),
    facts=replace(FACTS, name="Theirs", owner=LEAVER),
    qualification_id=QualificationId("theirs"),
    overrides=(),
)
of_theirs = replace(
    qualification,
    id=theirs.qualification_id,
    prospect_id=theirs.id,
    draft_id=DraftId("theirs"),
    facts=theirs.facts,
)
of_decided = replace(
    of_theirs, id=decided.qualification_id, prospect_id=decided.id, draft_id=DraftId("p-decided")
)
DROPPED = replace(QUESTION, after=90, asked_on=None, put_off_on=None)
SENT = replace(message, dedupe_key="line:sent")
DEAD = replace(message, dedupe_key="card:dead", kind=MessageKind.CARD)
CAUSE = "is_archived"
DEAD_LINE = replace(message, dedupe_key="line:dead")
DEAD_REQUEST = replace(
    message,
    dedupe_key="asked:dead",
    kind=MessageKind.OVERRIDE_ASKED,
    payload=payloads.RequestAsked(OverrideId("o1")),
)
MONDAY, LAST_MONDAY = date(2026, 12, 7), date(2026, 11, 30)
"""The weeks of the digest to come, and of the one that was posted."""
EMPTY_DAY = date(2026, 12, 11)
"""On which the owner gets a message that asks nothing yet."""
SECOND_DAY = date(2026, 12, 12)
"""On which the owner hears of the prospect again."""
AGENDA_OF_LAST_NUDGE = Agenda(
    (Proposal(prospect, date(2026, 12, 9), NOW),), more=0, departures=(Departure(OWNER, NOW),)
)

WEBHOOK = Webhook(
    WebhookId("webhook"),
    "https://hooks.example/crm?key=1",
    "whsec_c2FtcGxl",
    frozenset({Event.QUALIFICATION_SUBMITTED, Event.PROSPECT_DECIDED}),
    NOW,
    MANAGER,
)
FAILING = replace(WEBHOOK, id=WebhookId("failing"), failing_since=NOW)
WEBHOOK_ADDED = change_of_webhook(WebhookAct.ADDED, WEBHOOK)


DELIVERED, WAITING = (
    delivery_id(WEBHOOK.id, Event.QUALIFICATION_SUBMITTED, key) for key in ("before", "now")
)


def attempt(workspace_id: WorkspaceId, delivery_id: DeliveryId) -> Attempt:
    """A delivery that was put, as if it was taken without a count."""
    return Attempt(
        workspace_id, WEBHOOK.id, delivery_id, 0, NOW, NOW, WEBHOOK.address, WEBHOOK.secret, "{}"
    )


async def tell_webhook(work: UnitOfWork, workspace_id: WorkspaceId) -> None:
    """Let a webhook have taken one event, and wait for the next."""
    event, body = Event.QUALIFICATION_SUBMITTED, '{"name": "Acme"}'
    for key in ("before", "now"):
        await work.webhooks.put([WEBHOOK.id], event, key, PROSPECT, body, NOW)
    answer = Answer(timedelta(milliseconds=85), 200, excerpt="thanks")
    taken = AfterAttempt(DeliveryState.DELIVERED)
    await work.webhooks.finish(attempt(workspace_id, DELIVERED), taken, answer, NOW)


def to(recipient: str, dedupe_key: str) -> OutboxMessage:
    """A message about nothing in particular."""
    missed = payloads.NotDelivered("C0LOST", "is_archived")
    return OutboxMessage(MessageKind.UNDELIVERABLE, recipient, dedupe_key, payload=missed)


async def add_workspace(units: Units, workspace_id: WorkspaceId) -> None:
    """Add a workspace with its first checklist version."""
    async with units(workspace_id) as work:
        await work.workspaces.add(Workspace(workspace_id, SETTINGS))
        await work.checklist_versions.add(VERSION, CHECKLIST, NOW)


async def add_prospect(units: Units, workspace_id: WorkspaceId) -> None:
    """Add a prospect with its qualification to a workspace that is there."""
    async with units(workspace_id) as work:
        await work.prospects.add(prospect, NOW)
        await work.qualifications.add(qualification)


FORMER_NAME = "Acem GmbH"


async def fill(units: Units, workspace_id: WorkspaceId) -> None:
    """Put one of everything into a workspace."""
    await add_workspace(units, workspace_id)
    await add_prospect(units, workspace_id)
    async with units(workspace_id) as work:
        await work.workspaces.set_group_members("S0SALES", [OWNER])
        await work.members.put(CachedMember(MEMBER, NOW))
        await work.members.pause(OWNER, date(2026, 12, 14))
        await work.drafts.put(draft)
        await work.history.append(entry)
        await work.history.note([LAPSE])
        await work.prospects.store_former_name(prospect, FORMER_NAME)
        await work.outbox.put(message)
        await work.workspaces.change_settings(CHOSEN)
        await work.workspaces.note_changes([CHANGE], MANAGER, NOW)
        await work.workspaces.note_refused({"container"}, NOW)
        await work.workspaces.store_variables_seen({"CURRENCY": "EUR"})
        await work.adopted.put(ADOPTED)
        await work.adopted.note([ADOPTION], MANAGER, NOW)
        await work.adopted.choose(OWNER, CHECKLIST.id)
        await work.nudges.look(PROSPECT, OWNER, Look(date(2026, 12, 9)))
        await work.nudges.call(OWNER, NOW)
        await work.nudges.add(
            NudgeWritten(OWNER, date(2026, 12, 9), [(PROSPECT, 1)], [(PROSPECT, 1)])
        )
        await work.nudges.set_posted(OWNER, date(2026, 12, 9), ("D0OWNER", "1.0"), NOW.date())
        await work.outcomes.hold([QUESTION], OWNER)
        await work.outcomes.add_answer(QUESTION, HOURS)
        await work.outcomes.add_items([(OWNER, date(2026, 12, 9), [QUESTION.key])])
        await work.proposals.propose(prospect, NOW)
        await work.proposals.depart(OWNER, NOW)
        await work.proposals.note_pause(OWNER, date(2026, 12, 14), NOW)
        await work.managers.call(MANAGER, NOW)
        await work.managers.add(MANAGER, date(2026, 12, 10), AGENDA)
        await work.intake.set_secret(f"{workspace_id}{hashed('secret')}")
        await work.intake.count(Door(True, NOW, 2))
        await work.intake.note(DOOR_CHANGE)
        await work.intake.begin("intake", KEY_HASH, NOW)
        await work.intake.finish("intake", DRAFT, FACTS.name, {"draft": DRAFT})
        await work.intake.begin("filed", hashed("another key"), NOW)
        await work.intake.record_announced("intake:1", DRAFT)
        for reader, morning in MORNINGS_WITH_DRAFTS:
            await work.intake.add_items(reader, morning, [DRAFT])
        await work.digests.expect(MONDAY, NOW)
        await work.remembered.add(REMEMBERED)
        await work.webhooks.add(WEBHOOK)
        await work.webhooks.add(FAILING)
        await work.webhooks.note(WEBHOOK_ADDED, MANAGER, NOW)
        await tell_webhook(work, workspace_id)


forgotten = replace(
    decided,
    id=ProspectId("forgotten"),
    facts=replace(FACTS, name="Forgotten"),
    qualification_id=QualificationId("forgotten"),
)
of_forgotten = replace(
    of_theirs,
    id=forgotten.qualification_id,
    prospect_id=forgotten.id,
    draft_id=DraftId("forgotten"),
)


async def forget_another(units: Units, workspace_id: WorkspaceId) -> None:
    """Add a prospect to a workspace that is filled, and forget it."""
    async with units(workspace_id) as work:
        await work.prospects.add(forgotten, NOW)
        await work.qualifications.add(of_forgotten)
        await work.erasing.erase(forgotten.id, Forgetting.ASKED, MANAGER, NOW)
        await work.remembered.add(
            replace(REMEMBERED, id=RememberedId("forgotten"), name="Forgotten as well")
        )
        await work.erasing.erase_remembered("Forgotten as well", Forgetting.ASKED, MANAGER, NOW)


async def fill_further(
    units: Units, connection: AsyncConnection, workspace_id: WorkspaceId
) -> None:
    """Add what came later to a workspace that is filled, so that every call finds something.

    The units work on this connection.
    """
    async with units(workspace_id) as work:
        await work.checklist_versions.add(RETIRED.id, RETIRED.checklist, NOW)
        await work.adopted.note([change_of(ChecklistAct.RETIRED, RETIRED)], MANAGER, NOW)
        await work.drafts.put(begun)
        await work.qualifications.add(again)
        await work.prospects.add(theirs, NOW)
        await work.prospects.add(decided, NOW)
        await work.qualifications.add(of_decided)
        await work.qualifications.add(of_theirs)
        await work.outcomes.hold([DROPPED], OWNER)
        await work.outcomes.drop(PROSPECT, Ending.WON)
        await work.outcomes.hold([QUESTION], OWNER)
        await work.outcomes.hold([replace(DROPPED, prospect_id=theirs.id)], LEAVER)
        await work.nudges.add(NudgeWritten(OWNER, EMPTY_DAY, []))
        await work.nudges.add(NudgeWritten(OWNER, SECOND_DAY, [(PROSPECT, 2)]))
        await work.proposals.propose(theirs, NOW)
        await work.managers.set_posted(
            MANAGER, date(2026, 12, 10), ("D0MANAGER", "1.0"), date(2026, 12, 12)
        )
        await work.managers.add(MANAGER, date(2026, 12, 11), AGENDA_OF_LAST_NUDGE)
        await work.digests.expect(LAST_MONDAY, NOW)
        await work.digests.settle(LAST_MONDAY)
        await work.digests.set_posted(LAST_MONDAY, ("C0VERDICTS", "2.0"))
        await work.qualifications.set_card(of_decided.id, "C0VERDICTS", "3.0", "https://x")
        await work.outbox.put(SENT)
        await work.outbox.put(DEAD)
        await work.outbox.put(DEAD_LINE)
        await work.outbox.put(DEAD_REQUEST)
        await work.digests.store_named(LAST_MONDAY, [PROSPECT])
        await work.keeping.begin(NOW)
        await work.keeping.take_export(YESTERDAY, YESTERDAY)
        await work.history.append(TOLD_APART)
        await work.facts.derive("rules", MONDAY_TO_FRIDAY)
        done: tuple[acts.Act, ...] = (
            acts.Screened(of_decided.id, of_decided.verdict),
            acts.WalkedAway(),
        )
        for revision, act in enumerate(done, start=1):
            await work.history.append(
                replace(entry, prospect_id=decided.id, act=act, revision=revision)
            )
    await forget_another(units, workspace_id)
    dead: dict[str, object] = {"state": RowState.DEAD, "cause": CAUSE}
    ends: list[tuple[OutboxMessage, dict[str, object]]] = [
        (SENT, {"state": RowState.SENT, "channel": "C0VERDICTS", "ts": "1.0", "sent_at": 1.0}),
        (DEAD, dead),
        (DEAD_LINE, {**dead, "cause": NO_PLACE}),
        (DEAD_REQUEST, dead),
    ]
    for written, became in ends:
        its_row = (
            outbox.c.workspace_id == workspace_id,
            outbox.c.dedupe_key == written.dedupe_key,
        )
        await connection.execute(update(outbox).where(*its_row).values(became))
