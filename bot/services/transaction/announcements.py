"""What is put into the outbox when something happened to a prospect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from bot.domain.delivery import NOT_NEEDED, MessageKind, OutboxMessage, Spoken
from bot.domain.people import MemberId
from bot.domain.prospects import Override, Prospect, ProspectId, QualificationId, longest_overdue
from bot.domain.screening import Qualification
from bot.domain.workspace import Workspace
from bot.storage.unit_of_work import UnitOfWork

NAMED = 10
"""How many of the prospects that somebody left behind are named."""


async def announce_screening(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, qualification: Qualification
) -> None:
    """Post the card of a new verdict; the card of the verdict it replaces says so."""
    channel = workspace.settings.verdict_channel
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.CARD,
            recipient=channel,
            dedupe_key=f"card:{qualification.id}",
            prospect_id=prospect.id,
            qualification_id=qualification.id,
        )
    )
    if qualification.before is not None:
        await _announce_on_card(work, channel, prospect, qualification.before)
        await _rewrite_nudge(work, prospect)
        await _rewrite_for_managers(work, prospect)


async def announce_owner(
    work: UnitOfWork, prospect: Prospect, qualification: Qualification
) -> None:
    """Tell a member privately that somebody else made them the owner."""
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.OWNER_CHOSEN,
            recipient=prospect.facts.owner,
            dedupe_key=f"owner:{qualification.id}",
            prospect_id=prospect.id,
            qualification_id=qualification.id,
        )
    )


async def announce_new_owner(work: UnitOfWork, prospect: Prospect) -> None:
    """Tell a member privately that somebody handed a prospect over to them."""
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.OWNER_CHOSEN,
            recipient=prospect.facts.owner,
            dedupe_key=f"owner:{prospect.qualification_id}:{prospect.revision}",
            prospect_id=prospect.id,
            qualification_id=prospect.qualification_id,
            revision=prospect.revision,
        )
    )


async def announce_handed_over(
    work: UnitOfWork, given: Sequence[Prospect], *, by: MemberId, before: MemberId
) -> None:
    """Tell a member privately, once, that everything somebody left behind is theirs now."""
    first, *_ = given
    named = sorted(given, key=longest_overdue)[:NAMED]
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.HANDED_OVER,
            recipient=first.facts.owner,
            dedupe_key=f"handed_over:{first.id}:{first.revision}",
            detail={
                "by": by,
                "from": before,
                "prospects": [each.id for each in named],
                "total": len(given),
            },
        )
    )


async def announce_lapse(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, day: date
) -> None:
    """Let the card and its thread say that the conditions of a day have lapsed."""
    await _announce_by_clock(work, workspace, prospect, MessageKind.LAPSE_LINE, f":{day}")


async def announce_closing(work: UnitOfWork, workspace: Workspace, prospect: Prospect) -> None:
    """Let the thread say that a prospect is proposed for closing, once for each last nudge."""
    on = prospect.told.last_on
    await _announce_by_clock(work, workspace, prospect, MessageKind.CLOSING_LINE, f":{on}")


async def announce_nudge(
    work: UnitOfWork, owner: MemberId, day: date, kind: MessageKind = MessageKind.NUDGE
) -> None:
    """Send an owner the message of this day."""
    await work.outbox.put(
        OutboxMessage(
            kind=kind,
            recipient=owner,
            dedupe_key=f"{kind}:{owner}:{day}",
            detail={"day": day.isoformat()},
        )
    )


async def rewrite_outcomes(work: UnitOfWork, prospect_id: ProspectId, why: str) -> None:
    """Let every message that asked about a prospect be true, once for each reason `why`."""
    for owner, day in await work.outcomes.messages_about(prospect_id):
        await work.outbox.put(
            OutboxMessage(
                kind=MessageKind.NUDGE_REWRITE,
                recipient=owner,
                dedupe_key=f"nudge_rewrite:{owner}:{day}:{prospect_id}:outcome:{why}",
                detail={"day": day.isoformat()},
            )
        )


async def announce_to_manager(work: UnitOfWork, manager: MemberId, day: date) -> None:
    """Send a manager the message of this day."""
    await work.outbox.put(
        OutboxMessage(
            kind=MessageKind.MANAGERS,
            recipient=manager,
            dedupe_key=f"managers:{manager}:{day}",
            detail={"day": day.isoformat()},
        )
    )


async def rewrite_nudges(work: UnitOfWork, messages: Iterable[Spoken], why: str) -> None:
    """Let nudge messages say how things stand now, once for each reason `why`."""
    await _rewrite(work, MessageKind.NUDGE_REWRITE, messages, why)


async def rewrite_for_managers(work: UnitOfWork, messages: Iterable[Spoken], why: str) -> None:
    """Let messages to managers say how things stand now, once for each reason `why`."""
    await _rewrite(work, MessageKind.MANAGERS_REWRITE, messages, why)


async def _rewrite(
    work: UnitOfWork, kind: MessageKind, messages: Iterable[Spoken], why: str
) -> None:
    for each in dict.fromkeys(messages):
        await work.outbox.put(
            OutboxMessage(
                kind=kind,
                recipient=each.reader,
                dedupe_key=f"{kind}:{each.reader}:{each.day}:{why}",
                detail={"day": each.day.isoformat()},
            )
        )


async def _announce_by_clock(
    work: UnitOfWork,
    workspace: Workspace,
    prospect: Prospect,
    line: MessageKind,
    when: str,
    detail: Mapping[str, str] = MappingProxyType({}),
) -> None:
    card = await work.qualifications.get(prospect.qualification_id)
    for kind in (MessageKind.CARD_REWRITE, line):
        await work.outbox.put(
            OutboxMessage(
                kind=kind,
                recipient=(card and card.card_channel) or workspace.settings.verdict_channel,
                dedupe_key=f"{kind}:{line}:{prospect.qualification_id}{when}",
                prospect_id=prospect.id,
                qualification_id=prospect.qualification_id,
                detail=dict(detail),
            )
        )


async def announce_decision(work: UnitOfWork, workspace: Workspace, prospect: Prospect) -> None:
    """Rewrite the card of a prospect after an action, and add a line to its thread.

    The messages that spoke of it are rewritten too.
    """
    await _announce_on_card(
        work, workspace.settings.verdict_channel, prospect, prospect.qualification_id
    )
    await _rewrite_nudge(work, prospect)
    await _rewrite_for_managers(work, prospect)
    await rewrite_request(work, prospect, prospect.request)


async def _rewrite_nudge(work: UnitOfWork, prospect: Prospect, when: str = "") -> None:
    """Let every nudge message about a prospect say how it stands now.

    `when` tells what the clock brought about from the action before it.
    """
    messages = await work.nudges.latest_about(prospect.id)
    await rewrite_nudges(work, messages, f"{prospect.id}:{prospect.revision}{when}")


async def _rewrite_for_managers(work: UnitOfWork, prospect: Prospect) -> None:
    """Let the messages to managers about a prospect, or its gone owner, be true."""
    messages = [
        *await work.managers.latest_about(prospect.id),
        *await work.managers.latest_offers(prospect.facts.owner),
    ]
    await rewrite_for_managers(work, messages, f"{prospect.id}:{prospect.revision}")


async def _announce_on_card(
    work: UnitOfWork, channel: str, prospect: Prospect, card_of: QualificationId
) -> None:
    card = await work.qualifications.get(card_of)
    for kind in (MessageKind.CARD_REWRITE, MessageKind.THREAD_LINE):
        await work.outbox.put(
            OutboxMessage(
                kind=kind,
                recipient=(card and card.card_channel) or channel,
                dedupe_key=f"{kind}:{card_of}:{prospect.revision}",
                prospect_id=prospect.id,
                qualification_id=card_of,
                revision=prospect.revision,
            )
        )


async def announce_request(work: UnitOfWork, manager: MemberId, prospect: Prospect, n: int) -> None:
    """Ask a manager for the n-th time to approve or deny an override.

    Put twice it does no harm. What was not sent, as the request was withdrawn just then, comes
    after all if that was undone.
    """
    request = prospect.request
    if request is None:
        return
    key = f"asked:{request.id}:{manager}:{n}"
    message = _privately(MessageKind.OVERRIDE_ASKED, manager, key, prospect)
    await work.outbox.put(replace(message, detail={"request": request.id, "n": n}))
    await work.outbox.revive_one(key, [NOT_NEEDED])


async def rewrite_request(
    work: UnitOfWork, prospect: Prospect, request: Override | None, when: str = ""
) -> None:
    """Let every message that asks for an answer to a request say how it stands now.

    `when` tells what the clock brought about from the action before it.
    """
    if request is None:
        return
    for said in await work.outbox.said_about(prospect.id, [MessageKind.OVERRIDE_ASKED]):
        if said.detail.get("request") != request.id:
            continue
        rewritten = replace(
            said,
            kind=MessageKind.OVERRIDE_REWRITE,
            dedupe_key=f"rewrite:{said.dedupe_key}:{prospect.revision}{when}",
            detail={**said.detail, "of": said.dedupe_key},
        )
        await work.outbox.put(rewritten)


async def announce_override_news(
    work: UnitOfWork, prospect: Prospect, readers: Iterable[MemberId], override: Override
) -> None:
    """Tell members privately what the latest action made of an override, or of the request."""
    for reader in sorted(set(readers)):
        key = f"override_news:{prospect.id}:{prospect.revision}:{override.id}:{reader}"
        message = _privately(MessageKind.OVERRIDE_NEWS, reader, key, prospect)
        detail = {"asked_by": override.asked_by, "was_asked": override.is_asked}
        await work.outbox.put(replace(message, revision=prospect.revision, detail=detail))


async def announce_request_lapse(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, request: Override
) -> None:
    """Let card, thread, whoever was asked or asks, and the owner know that nobody answered."""
    when = f":{request.id}"
    await _announce_by_clock(work, workspace, prospect, MessageKind.REQUEST_LINE, when)
    await _rewrite_nudge(work, prospect, when)
    await rewrite_request(work, prospect, request, ":lapsed")
    for reader in sorted({request.asked_by, prospect.facts.owner}):
        key = f"override_lapsed:{request.id}:{reader}"
        await work.outbox.put(_privately(MessageKind.OVERRIDE_LAPSED, reader, key, prospect))


async def announce_kill_date(
    work: UnitOfWork, workspace: Workspace, prospect: Prospect, override_id: str
) -> None:
    """Let the card and its thread say that the kill date of an override has passed."""
    when, detail = f":{override_id}", {"override": override_id}
    await _announce_by_clock(work, workspace, prospect, MessageKind.KILL_DATE_LINE, when, detail)


def _privately(
    kind: MessageKind, reader: MemberId, dedupe_key: str, prospect: Prospect
) -> OutboxMessage:
    return OutboxMessage(
        kind=kind,
        recipient=reader,
        dedupe_key=dedupe_key,
        prospect_id=prospect.id,
        qualification_id=prospect.qualification_id,
    )
