"""What webhooks are told: written with what happened, in the same transaction, and sent later.

A workspace without webhooks pays nothing for this: that it has none is read along with everything
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decisions import acts
from bot.domain.delivery import MessageKind, OutboxMessage
from bot.domain.delivery.payloads import WebhooksChanged
from bot.domain.outcomes.outcome import OutcomeAnswer, OutcomeQuestion
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.domain.screening import ChecklistVersion, Qualification
from bot.domain.webhooks import payloads
from bot.domain.webhooks.webhooks import Event, Webhook, WebhookAct, WebhookId, change_of
from bot.domain.workspace import Workspace
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class WebhookNotifier:
    """Tells the webhooks of a workspace what somebody just did."""

    work: UnitOfWork
    workspace: Workspace
    by: MemberId
    now: datetime

    async def screened(
        self, prospect: Prospect, qualification: Qualification, version: ChecklistVersion
    ) -> None:
        """Tell them about a verdict."""
        event = Event.QUALIFICATION_SUBMITTED
        if to := await self._listening(event):
            it = await self._about(prospect, qualification)
            said = payloads.qualification_submitted(it, qualification, version)
            await self._put(to, event, prospect, qualification.id, said)

    async def acted(self, prospect: Prospect, act: acts.Act) -> None:
        """Tell them about a decision, or a decided override; other acts are ignored."""
        event = payloads.event_of(act)
        if event is not None and (to := await self._listening(event)):
            said = payloads.of_act(await self._about(prospect), prospect, act)
            if said is not None:
                key = f"{prospect.id}:{prospect.revision}"
                await self._put(to, event, prospect, key, said)

    async def answered(
        self, prospect: Prospect, question: OutcomeQuestion, given: OutcomeAnswer
    ) -> None:
        """Tell them about an answer on how it turned out, which the question already holds."""
        event = Event.OUTCOME_ANSWERED
        if to := await self._listening(event):
            is_owners = given.by == prospect.facts.owner
            it = await self._about(prospect)
            said = payloads.outcome_answered(it, question, given, is_owners=is_owners)
            n = len(question.answers)
            key = f"{prospect.id}:{question.ending}:{question.ended_on}:{question.after}:{n}"
            await self._put(to, event, prospect, key, said)

    async def _listening(self, event: Event) -> Sequence[WebhookId]:
        return await self.work.webhooks.listening(event) if self.workspace.has_webhooks else ()

    async def _about(
        self, prospect: Prospect, qualification: Qualification | None = None
    ) -> payloads.AboutProspect:
        found = qualification or await self.work.qualifications.get(prospect.qualification_id)
        owner = await self.work.members.get(prospect.facts.owner)
        return payloads.about(
            prospect,
            None if found is None else next(iter(found.reasons), None),
            owner_name=None if owner is None else owner.member.name,
            currency=self.workspace.settings.currency,
            by=self.by,
        )

    async def _put(
        self,
        to: Sequence[WebhookId],
        event: Event,
        prospect: Prospect,
        key: str,
        said: payloads.Said,
    ) -> None:
        body = payloads.body(event, self.now, said)
        await self.work.webhooks.put(to, event, key, prospect.id, body, self.now)


async def note_webhook(
    work: UnitOfWork,
    workspace: Workspace,
    act: WebhookAct,
    webhook: Webhook,
    by: MemberId | None,
    now: datetime,
) -> None:
    """Record a change in the history, and tell the channel: the host, and never the secret.

    If nobody made the change, each manager is told in private as well, because they have to act.
    """
    change = change_of(act, webhook)
    await work.webhooks.note(change, by, now)
    channel = workspace.settings.verdict_channel
    readers = [(MessageKind.SETTINGS_CHANGED, channel)] if channel else []
    if by is None:
        managers = sorted(workspace.manager_ids)
        readers += [(MessageKind.UNDELIVERABLE, manager) for manager in managers]
    for kind, reader in readers:
        await work.outbox.put(
            OutboxMessage(
                kind=kind,
                recipient=reader,
                dedupe_key=f"webhooks:{now.isoformat()}:{act}:{webhook.id}:{reader}",
                payload=WebhooksChanged((change,), by),
            )
        )
