"""Who manages webhooks, and what of it is kept and told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.delivery import MessageKind, payloads
from bot.domain.errors import AnswersRejected, NotAllowed, NotFullMember, WebhookGone
from bot.domain.people import MemberId
from bot.domain.webhooks.webhooks import (
    CHOOSABLE,
    MOST,
    Event,
    Webhook,
    WebhookAct,
    WebhookId,
    WebhookState,
    change_of,
)
from bot.services.ports import Caller
from bot.services.webhooks.managing import WebhookService
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import GUEST, HOOK, MANAGER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.test_settings import somebody_waits_for_a_lock
from tests.services.webhooks.hooks import deliver, rows

pytestmark = pytest.mark.both_databases

SABINE = Caller(A, MANAGER)

USES: list[Callable[[WebhookService, Caller, WebhookId], Awaitable[object]]] = [
    lambda webhooks, by, _: webhooks.all(by),
    lambda webhooks, by, _: webhooks.noted_changes(by),
    lambda webhooks, by, _: webhooks.add(by, "https://x.example.com", CHOOSABLE),
    lambda webhooks, by, its: webhooks.deliveries(by, its),
    lambda webhooks, by, its: webhooks.opened(by, its),
    lambda webhooks, by, its: webhooks.change_events(by, its, [Event.OUTCOME_ANSWERED]),
    lambda webhooks, by, its: webhooks.replace_secret(by, its),
    lambda webhooks, by, its: webhooks.switch(by, its, on=False),
    lambda webhooks, by, its: webhooks.send_test(by, its),
    lambda webhooks, by, its: webhooks.remove(by, its),
]


async def told(agency: Agency) -> list[payloads.Payload]:
    """What the channel reads, oldest first."""
    kinds = [row for row in await agency.messages() if row.kind == MessageKind.SETTINGS_CHANGED]
    return [payloads.read(MessageKind.SETTINGS_CHANGED, row.detail) for row in kinds]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("by", "refusal"), [(OWNER, NotAllowed), (GUEST, NotFullMember)])
async def test_only_managers_do_anything_with_webhooks(
    agency: Agency,
    use: Callable[[WebhookService, Caller, WebhookId], Awaitable[object]],
    by: MemberId,
    refusal: type[Exception],
) -> None:
    webhook = await agency.add_webhook()

    with pytest.raises(refusal):
        await use(agency.webhooks, Caller(A, by), webhook.id)

    assert await agency.webhooks.all(SABINE) == [webhook]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_who_is_no_manager_any_more_by_then_changes_nothing(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    async with agency.units(A) as work:
        workspace = await work.workspaces.get_to_change()
        assert workspace is not None
        settings = replace(workspace.settings, managers=(SECOND_MANAGER,))
        await work.workspaces.change_settings(settings)
        late = asyncio.create_task(agency.webhooks.remove(SABINE, webhook.id))
        await somebody_waits_for_a_lock(agency.database)

    with pytest.raises(NotAllowed):
        await late
    assert await agency.webhooks.all(Caller(A, SECOND_MANAGER)) == [webhook]


@pytest.mark.parametrize("use", USES[3:])
async def test_one_that_was_removed_is_said_to_be_gone(
    agency: Agency, use: Callable[[WebhookService, Caller, WebhookId], Awaitable[object]]
) -> None:
    webhook = await agency.add_webhook()
    await agency.webhooks.remove(SABINE, webhook.id)

    with pytest.raises(WebhookGone):
        await use(agency.webhooks, SABINE, webhook.id)


async def test_each_change_is_kept_and_told_without_address_and_secret(agency: Agency) -> None:
    webhook = await agency.add_webhook(Event.PROSPECT_DECIDED)
    other = Caller(A, SECOND_MANAGER)
    await agency.webhooks.replace_secret(other, webhook.id)
    await agency.webhooks.switch(SABINE, webhook.id, on=False)
    await agency.webhooks.switch(SABINE, webhook.id, on=False)
    agency.clock.move(minutes=1)
    await agency.webhooks.switch(SABINE, webhook.id, on=True)
    await agency.webhooks.remove(SABINE, webhook.id)

    acts = ["added", "secret_replaced", "switched_off", "switched_on", "removed"]
    by = [MANAGER, SECOND_MANAGER, MANAGER, MANAGER, MANAGER]
    changes = [change_of(WebhookAct(each), webhook) for each in acts]
    expected = [
        payloads.WebhooksChanged((change,), who) for change, who in zip(changes, by, strict=True)
    ]
    assert await told(agency) == expected
    noted = await agency.webhooks.noted_changes(SABINE)
    assert [(each.change, each.by) for each in reversed(noted)] == list(
        zip(changes, by, strict=True)
    )
    said = repr([row.detail for row in await agency.messages()]) + repr(noted)
    assert "hooks.example.com" in said
    assert "key=1" not in said
    assert "whsec_" not in said


async def test_what_it_hears_of_is_changed_and_what_waits_is_sent_all_the_same(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook(Event.QUALIFICATION_SUBMITTED)
    acme = await agency.screen(OWNER, NO_OFFER)
    other = Caller(A, SECOND_MANAGER)
    chosen = [Event.OUTCOME_ANSWERED, Event.PROSPECT_DECIDED]

    changed = await agency.webhooks.change_events(other, webhook.id, chosen)
    await agency.webhooks.change_events(SABINE, webhook.id, chosen)

    assert changed == replace(webhook, events=frozenset(chosen))
    assert await agency.webhooks.all(SABINE) == [changed]
    await agency.screen(OWNER, PROBLEM, "Not heard of")
    await agency.walk_away(OWNER, acme)
    said = (await deliver(agency)).said
    assert [each["type"] for each in said] == ["qualification.submitted", "prospect.decided"]
    change = change_of(WebhookAct.EVENTS_CHANGED, changed)
    assert change.events == (Event.PROSPECT_DECIDED, Event.OUTCOME_ANSWERED)
    assert (await told(agency))[1:] == [payloads.WebhooksChanged((change,), SECOND_MANAGER)]
    noted = await agency.webhooks.noted_changes(SABINE)
    assert [(each.change, each.by) for each in noted[:-1]] == [(change, SECOND_MANAGER)]


async def test_one_that_would_hear_of_nothing_is_not_changed(agency: Agency) -> None:
    webhook = await agency.add_webhook()

    with pytest.raises(AnswersRejected) as refused:
        await agency.webhooks.change_events(SABINE, webhook.id, ["webhook.test", "nonsense"])

    assert [each.code for each in refused.value.problems] == ["missing"]
    assert await agency.webhooks.all(SABINE) == [webhook]


async def test_what_is_sent_from_then_on_is_signed_with_the_new_secret(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    service = WebhookService(agency.units, agency.clock, lambda: "w", lambda n: b"y" * n)
    replaced = await service.replace_secret(SABINE, webhook.id)

    [(attempt, _)] = (await deliver(agency)).posted

    assert attempt.secret == replaced.secret != webhook.secret
    assert replaced.secret not in repr(attempt)
    assert replaced.secret not in repr(replaced)


@pytest.mark.parametrize("state", [WebhookState.OFF, WebhookState.FAILED, WebhookState.GONE])
async def test_no_test_goes_to_one_that_was_switched_off_meanwhile(
    agency: Agency, state: WebhookState
) -> None:
    webhook = await agency.add_webhook()
    async with agency.units(A) as work:
        await work.webhooks.switch(webhook.id, state)

    found = await agency.webhooks.send_test(SABINE, webhook.id)

    assert found.state is state
    assert await rows(agency) == []


async def test_a_removed_one_leaves_nothing_but_its_history(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)

    await agency.webhooks.remove(SABINE, webhook.id)

    assert await rows(agency) == []
    assert await agency.webhooks.all(SABINE) == []
    await agency.screen(OWNER, PROBLEM, "Another")
    assert (await deliver(agency)).posted == []


async def test_switching_on_again_begins_anew(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    async with agency.units(A) as work:
        await work.webhooks.note_failure(webhook.id, agency.clock())
        await work.webhooks.switch(webhook.id, WebhookState.FAILED)

    await agency.webhooks.switch(SABINE, webhook.id, on=True)

    (found,) = await agency.webhooks.all(SABINE)
    assert (found.state, found.failing_since) == (WebhookState.ON, None)


@pytest.mark.parametrize(
    ("address", "events", "problem"),
    [
        ("http://hooks.example.com", CHOOSABLE, ("address", "not_https")),
        (HOOK, CHOOSABLE, ("address", "address_taken")),
        ("https://new.example.com", (), ("events", "missing")),
        ("https://new.example.com", ("webhook.test", "other"), ("events", "missing")),
    ],
)
async def test_what_cannot_be_added_is_refused_with_what_is_wrong(
    agency: Agency, address: str, events: tuple[str, ...], problem: tuple[str, str]
) -> None:
    await agency.add_webhook()

    with pytest.raises(AnswersRejected) as refused:
        await agency.webhooks.add(SABINE, address, events)

    assert [(each.question, each.code) for each in refused.value.problems] == [problem]


async def test_there_are_so_many_and_no_more(agency: Agency) -> None:
    added: list[Webhook] = []
    for n in range(MOST):
        agency.clock.move(seconds=1)
        added.append(await agency.add_webhook(address=f"https://h{n}.example.com"))

    with pytest.raises(AnswersRejected) as refused:
        await agency.add_webhook(address="https://one-too-many.example.com")

    assert [each.code for each in refused.value.problems] == ["too_many_webhooks"]
    assert await agency.webhooks.all(SABINE) == added
