"""What managers do with webhooks: add, change, test, look, replace the secret, switch, remove."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.errors import AnswerProblem, AnswersRejected, WebhookGone
from bot.domain.people import OtherAction
from bot.domain.webhooks import payloads
from bot.domain.webhooks.addresses import ADDRESS, read_address
from bot.domain.webhooks.attempts import Delivery
from bot.domain.webhooks.webhooks import (
    CHOOSABLE,
    MOST,
    SECRET_BYTES,
    Event,
    NotedWebhookChange,
    Webhook,
    WebhookAct,
    WebhookId,
    WebhookState,
    secret_of,
)
from bot.services.ports import Caller, Clock, NewId
from bot.services.transaction.action import Actor, permitted
from bot.services.transaction.webhooks import note_webhook
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

EVENTS = "events"
"""The field in which events are chosen."""
SHOWN = 20
"""How many deliveries managers see."""
REMEMBERED = 30
"""How many changes the history shows."""

Chance = Callable[[int], bytes]
"""Makes this many random bytes that nobody can guess."""


@dataclass(frozen=True, slots=True)
class _Changing:
    """The webhooks of a locked workspace, and who changes them."""

    work: UnitOfWork
    who: Actor
    now: datetime

    async def get(self, webhook_id: WebhookId) -> Webhook:
        """Return one; raises WebhookGone."""
        return await _found(self.work, webhook_id)

    async def note(self, act: WebhookAct, webhook: Webhook) -> None:
        """Record and announce what was done."""
        workspace = self.who.workspace
        await note_webhook(self.work, workspace, act, webhook, self.who.member.id, self.now)


class WebhookService:
    """Lets managers manage webhooks. Anybody else gets NotAllowed.

    Methods about one webhook raise WebhookGone if it was removed.
    """

    def __init__(
        self,
        units: UnitsOfWork,
        clock: Clock,
        new_id: NewId,
        chance: Chance,
        allowed: Collection[str] = (),
    ) -> None:
        """Set up the service; `allowed` are names of hosts for which any address is accepted."""
        self._units = units
        self._clock = clock
        self._new_id = new_id
        self._chance = chance
        self._allowed = allowed

    async def all(self, caller: Caller) -> Sequence[Webhook]:
        """Return all webhooks."""
        async with self._looking(caller) as work:
            return await work.webhooks.all()

    async def deliveries(
        self, caller: Caller, webhook_id: WebhookId
    ) -> tuple[Webhook, Sequence[Delivery]]:
        """Return one with its latest deliveries, the newest first."""
        async with self._looking(caller) as work:
            found = await _found(work, webhook_id)
            return found, await work.webhooks.deliveries(webhook_id, SHOWN)

    async def noted_changes(self, caller: Caller) -> Sequence[NotedWebhookChange]:
        """Return the latest changes, the newest first."""
        async with self._looking(caller) as work:
            return await work.webhooks.history(REMEMBERED)

    async def add(self, caller: Caller, address: str, events: Collection[str]) -> Webhook:
        """Add an address for these events, with a new secret. Raises AnswersRejected."""
        address = read_address(address, self._allowed)
        chosen = _chosen(events)
        async with self._changing(caller) as it:
            _check_new(address, await it.work.webhooks.all())
            webhook = Webhook(
                WebhookId(self._new_id()),
                address,
                self._new_secret(),
                chosen,
                it.now,
                caller.member_id,
            )
            await it.work.webhooks.add(webhook)
            await it.note(WebhookAct.ADDED, webhook)
        return webhook

    async def opened(self, caller: Caller, webhook_id: WebhookId) -> Webhook:
        """Return one, to change its events."""
        async with self._looking(caller) as work:
            return await _found(work, webhook_id)

    async def change_events(
        self, caller: Caller, webhook_id: WebhookId, events: Collection[str]
    ) -> Webhook:
        """Send it these events from now on; what already waits for it is sent nevertheless.

        Nothing happens if they are the same. Raises AnswersRejected.
        """
        chosen = _chosen(events)
        async with self._changing(caller) as it:
            before = await it.get(webhook_id)
            webhook = replace(before, events=chosen)
            if webhook != before:
                await it.work.webhooks.change_events(webhook_id, chosen)
                await it.note(WebhookAct.EVENTS_CHANGED, webhook)
        return webhook

    async def replace_secret(self, caller: Caller, webhook_id: WebhookId) -> Webhook:
        """Return it with a new secret, which signs everything sent from now on."""
        async with self._changing(caller) as it:
            webhook = replace(await it.get(webhook_id), secret=self._new_secret())
            await it.work.webhooks.replace_secret(webhook_id, webhook.secret)
            await it.note(WebhookAct.SECRET_REPLACED, webhook)
        return webhook

    async def switch(self, caller: Caller, webhook_id: WebhookId, *, on: bool) -> Webhook:
        """Switch it on or off; switched off, it drops what waits.

        Nothing happens if it is already in that state, or if it has no secret yet to be switched on
        with.
        """
        async with self._changing(caller) as it:
            webhook = await it.get(webhook_id)
            if webhook.is_on != on and (webhook.may_be_on or not on):
                state = WebhookState.ON if on else WebhookState.OFF
                await it.work.webhooks.switch(webhook_id, state)
                act = WebhookAct.SWITCHED_ON if on else WebhookAct.SWITCHED_OFF
                await it.note(act, webhook)
                webhook = replace(webhook, state=state)
        return webhook

    async def remove(self, caller: Caller, webhook_id: WebhookId) -> Webhook:
        """Remove it, with its deliveries."""
        async with self._changing(caller) as it:
            webhook = await it.get(webhook_id)
            await it.work.webhooks.remove(webhook_id)
            await it.note(WebhookAct.REMOVED, webhook)
        return webhook

    async def send_test(self, caller: Caller, webhook_id: WebhookId) -> Webhook:
        """Have a test event delivered like any other: not to a webhook that is off."""
        async with self._changing(caller) as it:
            webhook = await it.get(webhook_id)
            if webhook.is_on:
                key, event = it.now.isoformat(), Event.TEST
                body = payloads.body(event, it.now, {"by": caller.member_id})
                await it.work.webhooks.put([webhook_id], event, key, None, body, it.now)
        return webhook

    def _new_secret(self) -> str:
        return secret_of(self._chance(SECRET_BYTES))

    @asynccontextmanager
    async def _looking(self, caller: Caller) -> AsyncIterator[UnitOfWork]:
        async with self._units.reading(caller.workspace_id) as work:
            await permitted(work, caller, OtherAction.CHANGE_WEBHOOKS)
            yield work

    @asynccontextmanager
    async def _changing(self, caller: Caller) -> AsyncIterator[_Changing]:
        """Lock the workspace: if two change something at once, one waits."""
        async with self._units(caller.workspace_id) as work:
            await work.workspaces.get_to_change()  # locked before reading who its managers are
            who = await permitted(work, caller, OtherAction.CHANGE_WEBHOOKS)
            yield _Changing(work, who, self._clock())


async def _found(work: UnitOfWork, webhook_id: WebhookId) -> Webhook:
    found = await work.webhooks.get(webhook_id)
    if found is None:
        raise WebhookGone
    return found


def _chosen(events: Collection[str]) -> frozenset[Event]:
    chosen = frozenset(each for each in CHOOSABLE if each in events)
    if not chosen:
        raise AnswersRejected([AnswerProblem(EVENTS, "missing")])
    return chosen


def _check_new(address: str, known: Sequence[Webhook]) -> None:
    if any(each.address == address for each in known):
        raise AnswersRejected([AnswerProblem(ADDRESS, "address_taken")])
    if len(known) >= MOST:
        raise AnswersRejected([AnswerProblem(ADDRESS, "too_many_webhooks", {"most": MOST})])
