"""Webhooks in words: events, their state, what became of a delivery, and changes."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.delivery.payloads import WebhooksChanged
from bot.domain.people import MemberId
from bot.domain.webhooks.attempts import Answer, Delivery, DeliveryState, Failure
from bot.domain.webhooks.webhooks import (
    Event,
    NotedWebhookChange,
    Webhook,
    WebhookAct,
    WebhookChange,
    WebhookState,
    in_order,
)
from bot.slack import kit
from bot.slack.texts import Texts, marked

_EXCERPT: Final = 100
"""Characters of an answer that are shown."""
_LONGEST_HOST: Final = 100

EVENTS: Mapping[Event, str] = MappingProxyType(
    {
        Event.QUALIFICATION_SUBMITTED: marked("Screened"),
        Event.PROSPECT_DECIDED: marked("Decided"),
        Event.OVERRIDE_DECIDED: marked("Override decided"),
        Event.OUTCOME_ANSWERED: marked("Outcome answered"),
        Event.TEST: marked("Test"),
    }
)
_STATES: Mapping[WebhookState, str] = MappingProxyType(
    {
        WebhookState.ON: marked("On"),
        WebhookState.OFF: marked("Off"),
        WebhookState.FAILED: marked("⚠️ Off: nothing got through for 3 days"),
        WebhookState.GONE: marked("⚠️ Off: the address says it's gone for good"),
    }
)
_FAILURES: Mapping[Failure, str] = MappingProxyType(
    {
        Failure.INSIDE: marked("Not sent: the address is inside a private network"),
        Failure.TIMED_OUT: marked("No answer in time"),
        Failure.UNREACHABLE: marked("Not reached"),
        Failure.UNTRUSTED: marked("Its certificate isn't valid"),
        Failure.GARBLED: marked("Unreadable answer"),
    }
)
_CHANGES: Mapping[WebhookAct, str] = MappingProxyType(
    {
        WebhookAct.ADDED: marked("{who} added a webhook to {host}. It reports: {events}."),
        WebhookAct.EVENTS_CHANGED: marked(
            "{who} changed what the webhook to {host} reports: {events}."
        ),
        WebhookAct.SECRET_REPLACED: marked("{who} replaced the secret of the webhook to {host}."),
        WebhookAct.SWITCHED_ON: marked("{who} switched on the webhook to {host}."),
        WebhookAct.SWITCHED_OFF: marked("{who} switched off the webhook to {host}."),
        WebhookAct.REMOVED: marked("{who} removed the webhook to {host}."),
        WebhookAct.FAILED: marked(
            "The webhook to {host} is switched off: nothing got through for 3 days. Once that's "
            "fixed, switch it on again with {settings}."
        ),
        WebhookAct.GONE: marked(
            "The webhook to {host} is switched off: the address says it's gone for good. If it has "
            "moved, remove this webhook and add the new address with {settings}."
        ),
    }
)


def webhooks_line(news: WebhooksChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel, one sentence for each change."""
    lines = [_changed(each, news.by, texts) for each in news.changes]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def history_lines(
    noted: Iterable[NotedWebhookChange], zone: ZoneInfo, texts: Texts
) -> Sequence[str]:
    """Return a line of markup for each change."""
    return [
        f"{texts.moment(each.at, zone)}: {_changed(each.change, each.by, texts)}" for each in noted
    ]


def state_line(webhook: Webhook, zone: ZoneInfo, texts: Texts) -> str:
    """Return a webhook's state."""
    if webhook.is_on and webhook.failing_since is not None:
        since = texts.moment(webhook.failing_since, zone)
        return texts("⚠️ On, but nothing has got through since {since}", since=since)
    if not webhook.may_be_on:
        return texts("⚠️ Off: secrets don't move between installations. Make a new one")
    return texts(_STATES[webhook.state])


def events_line(events: Iterable[Event], texts: Texts) -> str:
    """Return which events a webhook receives."""
    return texts.listed([texts(EVENTS[each]) for each in in_order(events)])


def host_markup(host: str) -> str:
    """Return a webhook's name, as markup."""
    return kit.bold(kit.escape(kit.cut(host, _LONGEST_HOST)))


def delivery_line(delivery: Delivery, zone: ZoneInfo, texts: Texts) -> str:
    """Return what became of a delivery, as markup: what it said, and what came back."""
    heading = f"{kit.bold(texts(EVENTS[delivery.event]))} · {texts.moment(delivery.at, zone)}"
    parts = [heading, _became(delivery, zone, texts)]
    if delivery.answer is not None:
        parts.append(_answer(delivery.answer, texts))
    return "\n".join(parts)


def _became(delivery: Delivery, zone: ZoneInfo, texts: Texts) -> str:
    match delivery.state:
        case DeliveryState.DELIVERED:
            return texts("✅ Delivered")
        case DeliveryState.DROPPED:
            return texts("Dropped: the webhook was switched off")
        case DeliveryState.GIVEN_UP:
            return texts.plural(
                "❌ Given up after {n} attempt", "❌ Given up after {n} attempts", delivery.attempts
            )
        case DeliveryState.PENDING if delivery.answer is None or delivery.due_at is None:
            return texts("⏳ On its way")
        case _:
            return texts.plural(
                "⏳ Tried {n} time. Next: {due}",
                "⏳ Tried {n} times. Next: {due}",
                delivery.attempts,
                due=texts.moment(delivery.due_at, zone),
            )


def _answer(answer: Answer, texts: Texts) -> str:
    parts = [_said(answer, texts), texts("{n} ms", n=round(answer.took.total_seconds() * 1000))]
    if answer.excerpt:
        excerpt = kit.unstyled(kit.cut(answer.excerpt, _EXCERPT))
        parts.append(texts("“{quote}”", quote=excerpt))
    return " · ".join(parts)


def _said(answer: Answer, texts: Texts) -> str:
    if answer.failure is not None or answer.status is None:
        return texts(_FAILURES[answer.failure or Failure.GARBLED])
    if answer.is_redirect:
        return texts("HTTP {status}: I don't follow redirects", status=answer.status)
    return f"HTTP {answer.status}"


def _changed(change: WebhookChange, by: MemberId | None, texts: Texts) -> str:
    return texts(
        _CHANGES[change.act],
        who="" if by is None else f"<@{kit.escape(by)}>",
        host=host_markup(change.host),
        events=events_line(change.events, texts),
        settings=kit.commands.shown(kit.commands.SETTINGS, texts),
    )
