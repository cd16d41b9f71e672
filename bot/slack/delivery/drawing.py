"""How each kind of message is drawn: one table, complete over all kinds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar, assert_never

from bot.domain.decisions import HistoryEntry
from bot.domain.delivery import MessageKind, OutboxMessage, contents, payloads
from bot.domain.prospects import QualificationId
from bot.domain.read_models import Overview
from bot.slack import intake, nudges
from bot.slack.card import overrides, verdict
from bot.slack.data.retention_line import retention_line
from bot.slack.figures import digest
from bot.slack.kit import Rendered
from bot.slack.managers import messages, private
from bot.slack.overrides import messages as overrides_messages
from bot.slack.settings.changes import checklists_line, settings_line
from bot.slack.texts import Texts
from bot.slack.webhooks.words import webhooks_line

T = TypeVar("T")


def drawn(  # noqa: C901 - a table: one case for each kind
    message: OutboxMessage,
    about: contents.MessageContent | None,
    texts: Texts,
    *,
    links: Mapping[QualificationId, str] = MappingProxyType({}),
) -> Rendered:
    """Return a message as it reads now; `links` lead to the cards before and after."""
    match message.kind:
        case MessageKind.CARD | MessageKind.CARD_REWRITE:
            return verdict.card(_as(Overview, about), texts, links=links)
        case MessageKind.THREAD_LINE:
            card = _as(Overview, about)
            return verdict.thread_line(card, _entry(message, card), texts)
        case MessageKind.LAPSE_LINE:
            return verdict.clock_line(_as(Overview, about), texts, is_closing=False)
        case MessageKind.CLOSING_LINE:
            return verdict.clock_line(_as(Overview, about), texts, is_closing=True)
        case MessageKind.REQUEST_LINE:
            prospect = _as(Overview, about).prospect
            return verdict.plain_line(overrides.lapse_sentence(prospect, texts))
        case MessageKind.KILL_DATE_LINE:
            prospect = _as(Overview, about).prospect
            override = _as(payloads.KillDateReached, message.payload).override
            return verdict.plain_line(overrides.kill_date_sentence(prospect, texts, override))
        case MessageKind.OWNER_CHOSEN:
            return private.owner_chosen(_as(Overview, about), texts, message.revision)
        case MessageKind.HANDED_OVER:
            return messages.handed_over(_as(contents.HandedOver, about), texts)
        case MessageKind.NUDGE | MessageKind.NUDGE_REWRITE | MessageKind.OUTCOME:
            return nudges.nudge_message(_as(contents.NudgeMessage, about), texts)
        case MessageKind.MANAGERS | MessageKind.MANAGERS_REWRITE:
            return messages.managers_message(_as(contents.ManagersMessage, about), texts)
        case MessageKind.OVERRIDE_ASKED | MessageKind.OVERRIDE_REWRITE:
            return overrides_messages.asked(_as(contents.RequestMessage, about), texts)
        case MessageKind.OVERRIDE_NEWS:
            card, changed = _as(Overview, about), _as(payloads.OverrideChanged, message.payload)
            entry, reader = _entry(message, card), message.recipient
            return overrides_messages.news(card, entry, changed, texts, reader=reader)
        case MessageKind.OVERRIDE_LAPSED:
            reader = message.recipient
            return overrides_messages.lapsed(_as(Overview, about), texts, reader=reader)
        case MessageKind.DIGEST:
            return digest.digest(_as(contents.DigestMessage, about), texts)
        case MessageKind.DIGEST_LINE:
            return digest.rest_of_list(_as(contents.DigestMessage, about), texts)
        case MessageKind.UNDELIVERABLE:
            return _undeliverable(message.payload, texts)
        case MessageKind.SETTINGS_CHANGED:
            return _changed(message.payload, texts)
        case MessageKind.ERASURE | MessageKind.PRIVATE_ERASURE:
            raise TypeError(f"{message.kind} says nothing, it takes out what was said")
        case MessageKind.INTAKE | MessageKind.INTAKE_REWRITE:
            return intake.intake_message(_as(contents.IntakeMessage, about), texts)
        case MessageKind.RETENTION:
            return retention_line(_as(payloads.RetentionAhead, message.payload), texts)
        case _:
            assert_never(message.kind)


def _undeliverable(payload: payloads.Payload, texts: Texts) -> Rendered:
    if isinstance(payload, payloads.WebhooksChanged):
        return webhooks_line(payload, texts)
    missed = _as(payloads.NotDelivered, payload)
    return private.undeliverable(missed.recipient, missed.cause, texts, missed.what)


def _changed(payload: payloads.Payload, texts: Texts) -> Rendered:
    if isinstance(payload, payloads.ChecklistsChanged):
        return checklists_line(payload, texts)
    if isinstance(payload, payloads.WebhooksChanged):
        return webhooks_line(payload, texts)
    if isinstance(payload, payloads.DoorChanged):
        return intake.door_line(payload, texts)
    return settings_line(_as(payloads.SettingsChanged, payload), texts)


def _as(wanted: type[T], found: object) -> T:
    """Return a message's read model; raises TypeError if it's that of another kind."""
    if not isinstance(found, wanted):
        raise TypeError(f"{wanted.__name__} expected, not {type(found).__name__}")
    return found


def _entry(message: OutboxMessage, overview: Overview) -> HistoryEntry:
    """Return the history entry that a message is about."""
    return next(each for each in overview.history if each.revision == message.revision)
