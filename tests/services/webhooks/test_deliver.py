"""What waits is delivered, tried again, given up; and who never answers is switched off."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.delivery import DEFAULT_TIMES, MessageKind, payloads
from bot.domain.webhooks.attempts import (
    ABOUT_NO_EVENT,
    HOLDS_BACK_FOR,
    AfterAttempt,
    Answer,
    Attempt,
    DeliveryState,
    Failure,
)
from bot.domain.webhooks.webhooks import (
    Event,
    WebhookAct,
    WebhookState,
    change_of,
)
from bot.services.holding import Holding
from bot.services.ports import Caller
from bot.services.webhooks.deliver import WebhookDelivery
from bot.storage.heartbeat import Heartbeat, heartbeats
from bot.storage.webhooks.queue import WebhookQueue
from bot.storage.webhooks.tables import webhooks
from tests.office import NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.test_settings import somebody_waits_for_a_lock
from tests.services.webhooks.hooks import (
    QUICK,
    REFUSED,
    TAKEN,
    ScriptedPoster,
    deliver,
    deliveries,
    delivery_of,
    let_leases_end,
    let_time_pass,
    rows,
)
from tests.storage.clock import set_back

pytestmark = pytest.mark.both_databases


async def lines(agency: Agency) -> list[object]:
    """What the channel is told of webhooks."""
    told = [
        payloads.read(MessageKind(row.kind), row.detail)
        for row in await agency.messages()
        if row.kind == "settings_changed"
    ]
    return [each for each in told if isinstance(each, payloads.WebhooksChanged)]


async def test_what_arrived_is_kept_with_its_answer_and_without_what_was_said(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)

    await deliver(agency, Answer(QUICK, 200, excerpt="thanks"))

    (found,) = await deliveries(agency, webhook.id)
    assert (found.state, found.attempts) == (DeliveryState.DELIVERED, 1)
    assert found.answer == Answer(QUICK, 200, excerpt="thanks")
    assert [row.body for row in await rows(agency)] == [None]


async def test_what_failed_is_sent_again_with_the_same_id(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)

    first = await deliver(agency, REFUSED)
    assert (await deliver(agency)).posted == []
    agency.clock.move(seconds=5)
    again = await deliver(agency)

    [(one, _)], [(two, _)] = first.posted, again.posted
    assert (one.id, one.body, one.number) == (two.id, two.body, 1)
    assert two.number == 2
    (found,) = await deliveries(agency, webhook.id)
    assert (found.state, found.attempts) == (DeliveryState.DELIVERED, 2)


async def test_what_is_of_one_prospect_arrives_as_it_happened_and_others_go_first(
    agency: Agency,
) -> None:
    await agency.add_webhook()
    acme = await agency.screen(OWNER, NO_OFFER, "Acme")
    await deliver(agency, REFUSED)
    agency.clock.move(seconds=1)
    await agency.walk_away(OWNER, acme)
    agency.clock.move(seconds=1)
    await agency.screen(OWNER, PROBLEM, "Other")

    early = await deliver(agency)
    agency.clock.move(seconds=5)
    late = await deliver(agency)

    told = [
        [(each["data"]["name"], each["data"]["stage"]) for each in it.said] for it in (early, late)
    ]
    assert told == [[("Other", "open")], [("Acme", "open"), ("Acme", "walked_away")]]


@pytest.mark.parametrize("status", [409, 413, 422])
async def test_an_event_that_its_receiver_will_not_have_keeps_no_later_one_from_it(
    agency: Agency, status: int
) -> None:
    webhook = await agency.add_webhook()
    acme = await agency.screen(OWNER, NO_OFFER)
    agency.clock.move(seconds=1)
    await agency.walk_away(OWNER, acme)

    poster = await deliver(agency, Answer(QUICK, status), TAKEN)

    assert [each["type"] for each in poster.said] == ["qualification.submitted", "prospect.decided"]
    states = [(each.state, each.attempts) for each in await deliveries(agency, webhook.id)]
    assert states == [(DeliveryState.DELIVERED, 1), (DeliveryState.PENDING, 1)]


@pytest.mark.parametrize("status", [*ABOUT_NO_EVENT, 302, 500, 503])
async def test_what_speaks_of_no_event_keeps_later_ones_waiting_while_nothing_gets_through(
    agency: Agency, status: int
) -> None:
    await agency.add_webhook()
    acme = await agency.screen(OWNER, NO_OFFER)
    agency.clock.move(seconds=1)
    await agency.walk_away(OWNER, acme)

    refused = 0
    for _ in range(24):
        poster = await deliver(agency, Answer(QUICK, status))
        assert {each["type"] for each in poster.said} <= {"qualification.submitted"}
        refused += len(poster.posted)
        agency.clock.move(minutes=30)
    agency.clock.move(hours=6)
    taken = await deliver(agency)

    assert refused > HOLDS_BACK_FOR
    assert [each["type"] for each in taken.said] == ["qualification.submitted", "prospect.decided"]


async def test_an_event_that_alone_fails_lets_later_ones_by_after_some_attempts(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    silent = await agency.add_webhook(address="https://silent.example.com/hook")
    async with agency.database.writing() as connection:
        its = webhooks.c.webhook_id == silent.id
        long_ago = agency.clock() - timedelta(days=1)
        await connection.execute(update(webhooks).where(its).values(failing_since=long_ago))
    poisoned = await agency.screen(OWNER, NO_OFFER, "Poison")
    poster = PickyPoster()
    delivery = delivery_of(agency, poster)
    agency.clock.move(seconds=1)
    await agency.walk_away(OWNER, poisoned)
    waited = timedelta()
    while not any("walked_away" in each for each in poster.took):
        await agency.screen(OWNER, PROBLEM, f"Taken after {waited}")
        while await delivery.deliver_due():
            await delivery.drain()
        agency.clock.move(seconds=30)
        waited += timedelta(seconds=30)
        assert waited < timedelta(minutes=10)

    (poison,) = [
        each for each in await deliveries(agency, webhook.id) if each.state is DeliveryState.PENDING
    ]
    assert (poison.event, poison.attempts) == (Event.QUALIFICATION_SUBMITTED, HOLDS_BACK_FOR)


async def test_since_when_nothing_gets_through_is_known_until_something_does(
    agency: Agency,
) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    began = agency.clock()
    await deliver(agency, Answer(QUICK, failure=Failure.TIMED_OUT))
    agency.clock.move(seconds=5)
    await deliver(agency, REFUSED)
    (failing,) = await agency.webhooks.all(Caller(A, MANAGER))
    agency.clock.move(seconds=30)
    await deliver(agency)
    (well,) = await agency.webhooks.all(Caller(A, MANAGER))

    assert (failing.failing_since, well.failing_since) == (began, None)


async def test_an_address_that_fails_for_three_days_is_switched_off_and_the_channel_told(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    attempts = 0
    while (found := (await agency.webhooks.all(Caller(A, MANAGER)))[0]).is_on:
        attempts += len((await deliver(agency, REFUSED)).posted)
        agency.clock.move(hours=1)

    assert found.state is WebhookState.FAILED
    assert attempts > 10
    failed = change_of(WebhookAct.FAILED, webhook)
    assert (await lines(agency))[1:] == [payloads.WebhooksChanged((failed,), None)]
    noted = await agency.webhooks.noted_changes(Caller(A, MANAGER))
    assert [(each.change.act, each.by) for each in noted] == [
        (WebhookAct.FAILED, None),
        (WebhookAct.ADDED, MANAGER),
    ]


async def test_an_address_that_never_took_anything_is_switched_off_with_its_first_event(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    delivery = delivery_of(agency, HesitantPoster(agency))
    for _ in range(80):
        while await delivery.deliver_due():
            await delivery.drain()
        agency.clock.move(hours=1)

    assert [each.state for each in await deliveries(agency, webhook.id)] == [DeliveryState.GIVEN_UP]
    (found,) = await agency.webhooks.all(Caller(A, MANAGER))
    assert found.state is WebhookState.FAILED


async def test_one_event_that_is_never_taken_switches_nothing_off(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM, "Poison")
    poster = PickyPoster()
    delivery = delivery_of(agency, poster)
    for day in range(5):
        await agency.screen(OWNER, PROBLEM, f"Taken {day}")
        for _ in range(24):
            while await delivery.deliver_due():
                await delivery.drain()
            agency.clock.move(hours=1)

    found = {each.state for each in await deliveries(agency, webhook.id)}
    assert found == {DeliveryState.DELIVERED, DeliveryState.GIVEN_UP}
    assert (await agency.webhooks.all(Caller(A, MANAGER)))[0].is_on


async def test_an_address_that_is_gone_is_switched_off_at_once(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM, "First")
    await agency.screen(OWNER, PROBLEM, "Second")

    poster = await deliver(agency, Answer(QUICK, 410))

    assert len(poster.posted) == 1
    (found,) = await agency.webhooks.all(Caller(A, MANAGER))
    assert found.state is WebhookState.GONE
    states = sorted(each.state for each in await deliveries(agency, webhook.id))
    assert states == [DeliveryState.DROPPED, DeliveryState.GIVEN_UP]
    assert [row.body for row in await rows(agency)] == [None, None]
    gone = change_of(WebhookAct.GONE, webhook)
    assert (await lines(agency))[1:] == [payloads.WebhooksChanged((gone,), None)]


async def test_each_manager_reads_in_private_that_it_was_switched_off(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)

    await deliver(agency, Answer(QUICK, 410))

    told = [row for row in await agency.messages() if row.kind == MessageKind.UNDELIVERABLE]
    assert {row.recipient for row in told} == {MANAGER, SECOND_MANAGER}
    gone = payloads.WebhooksChanged((change_of(WebhookAct.GONE, webhook),), None)
    assert [payloads.read(MessageKind(row.kind), row.detail) for row in told] == [gone, gone]


async def test_one_that_is_off_is_told_nothing_and_what_waited_is_dropped(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM, "Before")
    await agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=False)
    await agency.screen(OWNER, PROBLEM, "While off")
    await agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=True)
    await agency.screen(OWNER, PROBLEM, "After")

    said = (await deliver(agency)).said

    assert [each["data"]["name"] for each in said] == ["After"]


async def test_what_somebody_did_just_while_it_was_switched_off_is_never_sent(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    async with agency.units(A) as work:
        to = await work.webhooks.listening(Event.PROSPECT_DECIDED)
    await agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=False)
    async with agency.units(A) as work:
        await work.webhooks.put(to, Event.PROSPECT_DECIDED, "k", None, "{}", agency.clock())
    while_off = await deliver(agency)
    await agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=True)

    assert while_off.posted == (await deliver(agency)).posted == []
    assert [each.state for each in await deliveries(agency, webhook.id)] == [DeliveryState.DROPPED]


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_who_switches_it_off_while_a_delivery_is_finished_waits_for_that(
    agency: Agency,
) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    (taken,) = await WebhookQueue(agency.database).claim(agency.clock(), 9)
    later = AfterAttempt(DeliveryState.PENDING, agency.clock() + timedelta(seconds=5))

    async with agency.units(A) as work:
        assert await work.webhooks.finish(taken, later, REFUSED, agency.clock())
        off = asyncio.create_task(agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=False))
        await somebody_waits_for_a_lock(agency.database)
        await work.webhooks.note_failure(webhook.id, taken.taken_at)
    await off

    assert [each.state for each in await deliveries(agency, webhook.id)] == [DeliveryState.DROPPED]


async def test_what_a_process_that_died_had_taken_is_sent_by_another(agency: Agency) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    queue = WebhookQueue(agency.database)
    (taken,) = await queue.claim(agency.clock(), 9)

    assert await queue.claim(agency.clock(), 9) == ()
    await let_leases_end(agency)
    poster = await deliver(agency)

    [(again, _)] = poster.posted
    assert (again.id, again.number) == (taken.id, 2)


async def test_a_receiver_that_takes_long_is_sent_it_once(agency: Agency) -> None:
    """It takes five leases to answer, and another process is there all the time."""
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    slow, seconds = SlowPoster(), 0.0
    delivery = delivery_of(agency, slow, lambda: seconds)
    await delivery.deliver_due()
    await slow.began.wait()

    posted = []
    for _ in range(5 * round(DEFAULT_TIMES.lease.total_seconds())):
        seconds += 1
        await delivery.renew()
        await let_time_pass(agency, timedelta(seconds=1))
        posted += (await deliver(agency)).posted
    slow.may_end.set()
    await delivery.drain()

    assert posted == []
    [row] = await rows(agency)
    assert (row.status, row.attempts) == (500, 1)


async def test_who_stood_still_leaves_it_to_whoever_took_it_since(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    frozen, seconds = ScriptedPoster([TAKEN]), 0.0
    delivery = delivery_of(agency, frozen, lambda: seconds)
    secure, others = delivery._holding.secure, []

    async def stands_still(attempt: Attempt) -> bool:
        nonlocal seconds
        seconds += DEFAULT_TIMES.lease.total_seconds() + 1
        await let_leases_end(agency)
        others.extend((await deliver(agency)).posted)
        return await secure(attempt)

    monkeypatch.setattr(delivery._holding, "secure", stands_still)
    await delivery.deliver_due()
    await delivery.drain()

    assert len(others) == 1
    assert frozen.posted == []


async def test_a_host_whose_clock_is_ahead_takes_nothing_that_is_being_sent(
    agency: Agency,
) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    queue = WebhookQueue(agency.database)
    await queue.claim(agency.clock(), 9)

    assert await queue.claim(agency.clock() + timedelta(hours=1), 9) == ()


async def test_a_lease_is_no_longer_when_the_databases_clock_is_set_back(agency: Agency) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    await Heartbeat(agency.database).beat(A)
    await WebhookQueue(agency.database).claim(agency.clock(), 9)

    await set_back(agency.database)
    await Heartbeat(agency.database).beat(A)

    async with agency.database.reading() as connection:
        now = await connection.scalar(select(heartbeats.c.at))
    [row] = await rows(agency)
    assert row.taken_until - now == pytest.approx(DEFAULT_TIMES.lease.total_seconds(), abs=30)


async def test_who_was_too_slow_changes_nothing_of_what_another_finished(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    slow = SlowPoster()
    delivery = delivery_of(agency, slow)
    await delivery.deliver_due()
    await slow.began.wait()
    await let_leases_end(agency)
    await deliver(agency)

    slow.may_end.set()
    await delivery.drain()

    (found,) = await deliveries(agency, webhook.id)
    assert (found.state, found.attempts) == (DeliveryState.DELIVERED, 2)
    (well,) = await agency.webhooks.all(Caller(A, MANAGER))
    assert well.failing_since is None


async def test_one_address_keeps_no_other_waiting_and_hears_of_one_thing_at_a_time(
    agency: Agency,
) -> None:
    slow = await agency.add_webhook()
    quick = await agency.add_webhook(address="https://quick.example.com")
    for name in ("First", "Second"):
        await agency.screen(OWNER, PROBLEM, name)
        agency.clock.move(minutes=1)
    queue = WebhookQueue(agency.database)

    taken = await queue.claim(agency.clock(), 9)

    assert {each.webhook_id for each in taken} == {slow.id, quick.id}
    assert all('"First"' in each.body for each in taken)
    assert await queue.claim(agency.clock(), 9) == ()


async def test_a_process_that_ends_lets_go_of_what_is_not_answered(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.webhooks.deliver.ENDS_WITHIN", 0.0)
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    slow = SlowPoster()
    delivery = delivery_of(agency, slow)
    await delivery.deliver_due()
    await slow.began.wait()

    await delivery.stop(asyncio.sleep(0))

    (found,) = await deliveries(agency, webhook.id)
    assert (found.state, found.answer) == (DeliveryState.PENDING, None)


async def test_a_process_that_ends_holds_what_it_sends_while_its_jobs_take_long(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    slow, seconds, posted = SlowPoster(), 0.0, []
    delivery = delivery_of(agency, slow, lambda: seconds)
    await delivery.deliver_due()
    await slow.began.wait()
    monkeypatch.setattr(Holding, "look_again_in", 0.01)

    async def jobs() -> None:
        nonlocal seconds
        for _ in range(2 * round(DEFAULT_TIMES.lease.total_seconds())):
            seconds += 1
            await let_time_pass(agency, timedelta(seconds=1))
            await until_held_at(delivery, seconds)
            posted.extend((await deliver(agency)).posted)
        slow.may_end.set()

    await delivery.stop(jobs())

    assert posted == []
    [row] = await rows(agency)
    assert (row.status, row.attempts) == (500, 1)


async def until_held_at(delivery: WebhookDelivery, seconds: float) -> None:
    """Give it a second of real time to renew what it holds."""
    for _ in range(100):
        if all(each.since >= seconds for each in delivery._holding._held.values()):
            return
        await asyncio.sleep(0.01)


async def test_a_test_is_delivered_as_events_are(agency: Agency) -> None:
    webhook = await agency.add_webhook(Event.OUTCOME_ANSWERED)
    await agency.webhooks.send_test(Caller(A, MANAGER), webhook.id)

    poster = await deliver(agency)

    (said,) = poster.said
    assert (said["type"], said["data"]) == ("webhook.test", {"by": MANAGER})


async def test_what_became_of_deliveries_goes_after_ninety_days(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    await deliver(agency)
    async with agency.units(A) as work:
        early = await work.keeping.remove_delivered(agency.clock() - timedelta(days=90), 9)
        late = await work.keeping.remove_delivered(agency.clock() + timedelta(days=1), 9)

    assert (early, late) == (0, 2)
    assert await deliveries(agency, webhook.id) == []


class PickyPoster(ScriptedPoster):
    """Takes everything but the verdict of one prospect, and nothing where it is to be silent."""

    def __init__(self) -> None:
        super().__init__([])
        self.took: list[str] = []

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        if "silent" in attempt.address:
            return REFUSED
        if "Poison" in attempt.body and "qualification.submitted" in attempt.body:
            return REFUSED
        self.took.append(attempt.body)
        return TAKEN


class HesitantPoster(ScriptedPoster):
    """Takes some seconds to be refused, by the clock of whoever sends."""

    def __init__(self, agency: Agency) -> None:
        super().__init__([REFUSED])
        self._clock = agency.clock

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        self._clock.move(seconds=2)
        return REFUSED


class SlowPoster(ScriptedPoster):
    """Answers with a failure once it may."""

    def __init__(self) -> None:
        super().__init__([REFUSED])
        self.began, self.may_end = asyncio.Event(), asyncio.Event()

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        self.began.set()
        await self.may_end.wait()
        return REFUSED


class BrokenPoster(ScriptedPoster):
    """Makes a mistake of ours."""

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        raise LookupError(attempt.id)


async def test_a_mistake_of_ours_is_tried_again_as_any_failure_is(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    await agency.screen(OWNER, PROBLEM)
    delivery = delivery_of(agency, BrokenPoster())

    assert await delivery.deliver_due() == 1
    await delivery.drain()
    assert await delivery.deliver_due() == 0

    (found,) = await deliveries(agency, webhook.id)
    assert found.due_at == agency.clock() + timedelta(seconds=5)
    assert found.answer == Answer(timedelta(0), failure=Failure.GARBLED)


async def test_of_two_processes_one_sends_a_delivery(agency: Agency) -> None:
    await agency.add_webhook()
    await agency.add_webhook(address="https://other.example.com")
    for n in range(5):
        await agency.screen(OWNER, PROBLEM, f"Prospect {n}")
    posters = [ScriptedPoster(), ScriptedPoster()]
    both = [delivery_of(agency, each) for each in posters]

    while any(await asyncio.gather(*(each.deliver_due() for each in both))):
        await asyncio.gather(*(each.drain() for each in both))

    sent = [attempt.id for each in posters for attempt, _ in each.posted]
    assert len(sent) == len(set(sent)) == 10


async def test_who_acts_while_a_manager_removes_it_is_not_disturbed(agency: Agency) -> None:
    for n in range(5):
        webhook = await agency.add_webhook(address=f"https://h{n}.example.com")
        await asyncio.gather(
            agency.screen(OWNER, PROBLEM, f"Prospect {n}"),
            agency.webhooks.remove(Caller(A, MANAGER), webhook.id),
        )

    assert await rows(agency) == []
