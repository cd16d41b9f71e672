"""What is put into the outbox when something happens to a prospect."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.delivery import NOT_NEEDED, ClockMessage, MessageKind, OutboxMessage, payloads
from bot.domain.people import MemberId
from bot.domain.prospects import (
    Override,
    OverrideId,
    Prospect,
    ProspectId,
    QualificationId,
    Stage,
    is_due_by_verdict,
    longest_overdue,
)
from bot.domain.screening import OpenView, Qualification
from bot.domain.workspace import Workspace
from bot.storage.unit_of_work import UnitOfWork

NAMED = 10
"""How many of the prospects that somebody left behind are named."""


async def announce_screening(
    work: UnitOfWork,
    workspace: Workspace,
    prospect: Prospect,
    qualification: Qualification,
    shown_in: OpenView | None = None,
) -> None:
    """Post the card of a new verdict, and update the card of the verdict it replaces.

    The view that shows the verdict (`shown_in`) links to the card once it is posted.
    """
    card = card_message(workspace, prospect, qualification.id)
    payload = payloads.CardOfVerdict(shown_in) if shown_in else payloads.ABOUT_CARD
    await work.outbox.put(replace(card, payload=payload))
    if qualification.before is not None:
        await _announce_on_card(work, workspace, prospect, qualification.before)
        await _rewrite_mornings_about(work, prospect)


def card_message(
    workspace: Workspace, prospect: Prospect, qualification_id: QualificationId
) -> OutboxMessage:
    """Return the message that posts the card of a verdict."""
    return OutboxMessage(
        kind=MessageKind.CARD,
        recipient=workspace.settings.verdict_channel,
        dedupe_key=f"card:{qualification_id}",
        prospect_id=prospect.id,
        qualification_id=qualification_id,
    )


async def announce_decision(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, *, was_open: bool = False
) -> None:
    """Rewrite the card of a prospect after an action, and add a line to its thread.

    The messages that mentioned it are rewritten, too. A prospect that was moved to another server
    and `was_open`, or is open now, has no card yet and gets one.
    """
    card_of, is_open = prospect.qualification_id, prospect.stage is Stage.OPEN
    await _announce_on_card(work, workspace, prospect, card_of, may_be_new=was_open or is_open)
    await _rewrite_mornings_about(work, prospect)
    await rewrite_request(work, prospect, prospect.request)


async def announce_owner(
    work: UnitOfWork, prospect: Prospect, qualification: Qualification
) -> None:
    """Tell a member privately that somebody else made them the owner."""
    key = f"owner:{qualification.id}"
    await work.outbox.put(_privately(MessageKind.OWNER_CHOSEN, prospect.facts.owner, key, prospect))


async def announce_new_owner(work: UnitOfWork, prospect: Prospect) -> None:
    """Tell a member privately that somebody handed a prospect over to them."""
    key = f"owner:{prospect.qualification_id}:{prospect.revision}"
    message = _privately(MessageKind.OWNER_CHOSEN, prospect.facts.owner, key, prospect)
    await work.outbox.put(replace(message, revision=prospect.revision))


async def announce_handed_over(
    work: UnitOfWork, given: Sequence[Prospect], *, by: MemberId, before: MemberId
) -> None:
    """Tell a member privately, once, that everything somebody left behind is now theirs."""
    first, *_ = given
    named = tuple(each.id for each in sorted(given, key=longest_overdue)[:NAMED])
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.HANDED_OVER,
            recipient=first.facts.owner,
            dedupe_key=f"handed_over:{first.id}:{first.revision}",
            payload=payloads.AllHandedOver(by, before, named, total=len(given)),
        )
    )


def morning_message(
    kind: MessageKind, reader: MemberId, morning: payloads.Morning
) -> OutboxMessage:
    """Return what sends a reader the message of a day."""
    return OutboxMessage(kind, reader, morning_key(kind, reader, morning), payload=morning)


async def announce_managers_morning(
    work: UnitOfWork, manager: MemberId, morning: payloads.ManagersMorning
) -> None:
    """Send a manager the message of a day."""
    await work.outbox.put(morning_message(MessageKind.MANAGERS, manager, morning))


def morning_key(kind: MessageKind, reader: MemberId, morning: payloads.Morning) -> str:
    """Return the dedupe key of a day's message to a reader."""
    return f"{kind}:{reader}:{morning.day}"


def digest_key(kind: MessageKind, monday: date) -> str:
    """Return the dedupe key of a week's digest, or of the line in its thread."""
    year, week, _ = monday.isocalendar()
    return f"{kind}:{year}-W{week:02}"


async def rewrite_mornings(work: UnitOfWork, messages: Iterable[ClockMessage], why: str) -> None:
    """Bring morning messages up to date, once for each reason `why`."""
    for reader, morning in dict.fromkeys((each.reader, each.morning) for each in messages):
        key = f"{morning.rewrite}:{reader}:{morning.day}:{why}"
        await work.outbox.put(OutboxMessage(morning.rewrite, reader, key, payload=morning))


async def rewrite_outcomes(work: UnitOfWork, prospect_id: ProspectId, why: str) -> None:
    """Bring every message that asked about a prospect up to date, once for each reason `why`."""
    about = await work.outcomes.messages_about(prospect_id)
    messages = [ClockMessage(owner, payloads.OwnersMorning(day)) for owner, day in about]
    await rewrite_mornings(work, messages, f"{prospect_id}:outcome:{why}")


@dataclass(frozen=True, slots=True)
class ChangedByClock:
    """What the day alone did to a prospect, as its card says it from now on."""

    prospect: Prospect
    why: str
    """Once for each of these."""
    line: MessageKind | None = None
    """What its thread says as well."""
    payload: payloads.Payload = payloads.ABOUT_CARD
    is_card_revived: bool = True
    """Whether a card that is dead, or stands nowhere, is posted after all."""

    def messages(self, channel: str) -> Iterator[OutboxMessage]:
        """Yield what rewrites the card and adds to its thread."""
        card_of, rewrite = self.prospect.qualification_id, MessageKind.CARD_REWRITE
        key = f"{rewrite}:{card_of}:{self.why}"
        if self.line is not None:
            key = f"{rewrite}:{self.line}:{card_of}:{self.why}"
        message = OutboxMessage(
            kind=rewrite,
            recipient=channel,
            dedupe_key=key,
            prospect_id=self.prospect.id,
            qualification_id=card_of,
        )
        yield message
        if self.line is not None:
            key = f"{self.line}:{self.line}:{card_of}:{self.why}"
            yield replace(message, kind=self.line, dedupe_key=key, payload=self.payload)


def lapse_of(prospect: Prospect, day: date) -> ChangedByClock:
    """Return that the conditions of a day have lapsed."""
    return ChangedByClock(prospect, f"{day}", MessageKind.LAPSE_LINE)


def due_passed(prospect: Prospect) -> Iterator[ChangedByClock]:
    """Yield that the due date has passed: once for each, and for each owner.

    A new owner may be in a time zone where the day is not over yet. What lapses at the end of the
    day has a line of its own, and rewrites the card, too.
    """
    if prospect.due is not None and is_due_by_verdict(prospect):
        yield ChangedByClock(prospect, f"due:{prospect.due.on}:{prospect.facts.owner}")


def closing(prospect: Prospect) -> ChangedByClock:
    """Return that a prospect is proposed for closing: once for each last nudge."""
    return ChangedByClock(prospect, f"{prospect.nudge_record.last_on}", MessageKind.CLOSING_LINE)


def asked_whether_open(prospect: Prospect) -> ChangedByClock:
    """Return that its card offers to answer whether a prospect is still open."""
    return ChangedByClock(prospect, f"asked:{prospect.quiet.asked_on}", is_card_revived=False)


def kill_date_reached(prospect: Prospect, override_id: str) -> ChangedByClock:
    """Return that the kill date of an override has passed."""
    payload = payloads.KillDateReached(OverrideId(override_id))
    return ChangedByClock(prospect, override_id, MessageKind.KILL_DATE_LINE, payload)


async def announce_by_clock(
    work: UnitOfWork, workspace: Workspace, news: Sequence[ChangedByClock]
) -> None:
    """Let cards and their threads say what the day alone did, in three statements for all."""
    if not news:
        return
    cards = [each.prospect.qualification_id for each in news]
    posted_in = await work.qualifications.channels_of(cards)
    channel = workspace.settings.verdict_channel
    missing = {
        card.dedupe_key: card
        for each in news
        if each.is_card_revived
        for card in [card_message(workspace, each.prospect, each.prospect.qualification_id)]
    }
    revived = await work.outbox.revive_each(missing, channel) if missing else frozenset()
    messages: list[OutboxMessage] = []
    for each in news:
        card_of = each.prospect.qualification_id
        stands_in = posted_in.get(card_of)
        card = missing.get(card_message(workspace, each.prospect, card_of).dedupe_key)
        if stands_in is None and card is not None and card.dedupe_key not in revived:
            messages.append(card)
        messages += each.messages(stands_in or channel)
    await work.outbox.put_all(messages)


async def announce_request_lapse(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, request: Override
) -> None:
    """Let card, thread, whoever was asked or asks, and the owner know that nobody answered."""
    line = ChangedByClock(prospect, request.id, MessageKind.REQUEST_LINE)
    await announce_by_clock(work, workspace, [line])
    nudges = await work.nudges.latest_about(prospect.id)
    await rewrite_mornings(work, nudges, f"{prospect.id}:{prospect.revision}:{request.id}")
    await rewrite_request(work, prospect, request, ":lapsed")
    for reader in sorted({request.asked_by, prospect.facts.owner}):
        key = f"override_lapsed:{request.id}:{reader}"
        await work.outbox.put(_privately(MessageKind.OVERRIDE_LAPSED, reader, key, prospect))


async def announce_request(work: UnitOfWork, manager: MemberId, prospect: Prospect, n: int) -> None:
    """Ask a manager for the n-th time to approve or deny an override.

    Putting it twice does no harm. If it was not sent because the request was just withdrawn, it
    goes out after all once that is undone.
    """
    request = prospect.request
    if request is None:
        return
    key, asked = f"asked:{request.id}:{manager}:{n}", payloads.RequestAsked(request.id, n)
    await work.outbox.put(_privately(MessageKind.OVERRIDE_ASKED, manager, key, prospect, asked))
    await work.outbox.revive_one(key, [NOT_NEEDED])


async def rewrite_request(
    work: UnitOfWork, prospect: Prospect, request: Override | None, when: str = ""
) -> None:
    """Bring every message that asks for an answer to a request up to date.

    `when` distinguishes what the clock caused from the action before it.
    """
    if request is None:
        return
    await work.outbox.revive_requests(prospect.id)
    for said in await work.outbox.messages_about(prospect.id, [MessageKind.OVERRIDE_ASKED]):
        asked = said.payload
        if isinstance(asked, payloads.RequestAsked) and asked.request == request.id:
            rewritten = replace(
                said,
                kind=MessageKind.OVERRIDE_REWRITE,
                dedupe_key=f"rewrite:{said.dedupe_key}:{prospect.revision}{when}",
                payload=payloads.RequestRewritten(asked, of=said.dedupe_key),
            )
            await work.outbox.put(rewritten)


async def announce_override_news(
    work: UnitOfWork, prospect: Prospect, readers: Iterable[MemberId], override: Override
) -> None:
    """Tell members privately what the latest action did to an override, or to the request."""
    changed = payloads.OverrideChanged(override.asked_by, override.is_asked)
    for reader in sorted(set(readers)):
        key = f"override_news:{prospect.id}:{prospect.revision}:{override.id}:{reader}"
        message = _privately(MessageKind.OVERRIDE_NEWS, reader, key, prospect, changed)
        await work.outbox.put(replace(message, revision=prospect.revision))


async def _rewrite_mornings_about(work: UnitOfWork, prospect: Prospect) -> None:
    """Bring the messages to owners and managers about a prospect, or its gone owner, up to date."""
    messages = [
        *await work.nudges.latest_about(prospect.id),
        *await work.managers.latest_about(prospect.id),
        *await work.managers.latest_offers(prospect.facts.owner),
    ]
    await rewrite_mornings(work, messages, f"{prospect.id}:{prospect.revision}")


async def _announce_on_card(
    work: UnitOfWork,
    workspace: Workspace,
    prospect: Prospect,
    card_of: QualificationId,
    *,
    may_be_new: bool = False,
) -> None:
    """Rewrite a card, and add a line to its thread about the latest action."""
    channel = await _posted_in(work, card_of)
    line = OutboxMessage(
        kind=MessageKind.THREAD_LINE,
        recipient=channel or workspace.settings.verdict_channel,
        dedupe_key=f"{card_of}:{prospect.revision}",
        prospect_id=prospect.id,
        qualification_id=card_of,
        revision=prospect.revision,
    )
    is_missing = may_be_new and channel is None
    await _bring_card_back(work, workspace, prospect, card_of, is_missing=is_missing)
    await _put_on_card(work, line)


async def _bring_card_back(
    work: UnitOfWork,
    workspace: Workspace,
    prospect: Prospect,
    card_of: QualificationId,
    *,
    is_missing: bool,
) -> None:
    """Have the latest card of a prospect posted after all, if it is dead or `is_missing`.

    After a move to another server, a prospect has no card anywhere.
    """
    if card_of == prospect.qualification_id:
        card = card_message(workspace, prospect, card_of)
        was_dead = await work.outbox.revive_card(card.dedupe_key, card.recipient)
        if is_missing and not was_dead:
            await work.outbox.put(card)


async def _posted_in(work: UnitOfWork, card_of: QualificationId) -> str | None:
    card = await work.qualifications.get(card_of)
    return None if card is None else card.card_channel


async def _put_on_card(work: UnitOfWork, line: OutboxMessage) -> None:
    """Queue the rewriting of a card and a line for its thread."""
    rewrite = replace(line, kind=MessageKind.CARD_REWRITE, payload=payloads.ABOUT_CARD)
    for message in (rewrite, line):
        await work.outbox.put(replace(message, dedupe_key=f"{message.kind}:{line.dedupe_key}"))


def _privately(
    kind: MessageKind,
    reader: MemberId,
    dedupe_key: str,
    prospect: Prospect,
    payload: payloads.Payload = payloads.ABOUT_CARD,
) -> OutboxMessage:
    return OutboxMessage(
        kind=kind,
        recipient=reader,
        dedupe_key=dedupe_key,
        prospect_id=prospect.id,
        qualification_id=prospect.qualification_id,
        payload=payload,
    )
