"""A manager sets up a webhook in Slack, through the real app, and sees what becomes of it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update
from standardwebhooks.webhooks import Webhook as Verifier

from bot.domain.webhooks.addresses import ADDRESS
from bot.slack.payloads import ids
from bot.storage.webhooks.tables import webhook_deliveries, webhooks
from bot.storage.workspaces import workspaces
from sandbox.member import Member
from tests.office import CHANNEL, PROBLEM, Office, SetClock, opened
from tests.slack.reading import words
from tests.test_posting import Receiver, answering, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(answering(200, "<thanks> & `bye`")) as receiver:
        yield receiver


@pytest.fixture
async def hooked(
    migrated_sqlite: Path, tmp_path: Path, clock: SetClock, no_secret_logged: None
) -> AsyncIterator[Office]:
    """An office whose webhooks may go to this machine."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "office.db"))
    allowed = {"WEBHOOK_ALLOWED_HOSTS": "localhost"}
    async with opened(file, clock=clock, variables=allowed) as office:
        yield office


async def click(office: Office, member: Member, action: str) -> str:
    """Use a button, and return what the modal on top says then."""
    await member.click(action)
    await office.answered()
    return words(member.view or {})


async def open_webhooks(office: Office, member: Member) -> str:
    await member.command("/qualify", "settings")
    await member.wait_for_view()
    return await click(office, member, ids.WEBHOOKS)


async def add(office: Office, receiver: Receiver) -> str:
    """Add the receiver, and return the secret that is shown."""
    await open_webhooks(office, office.sabine)
    await click(office, office.sabine, ids.WEBHOOK_ADD)
    submission = await office.hand_in(office.sabine, **{ADDRESS: receiver.address})
    assert not submission.errors
    await office.answered()
    shown = words(office.sabine.view or {})
    return shown.partition("```")[2].partition("```")[0]


async def test_a_manager_adds_one_and_its_secret_verifies_what_arrives(
    hooked: Office, receiver: Receiver
) -> None:
    office = hooked
    secret = await add(office, receiver)
    assert secret.startswith("whsec_")
    await office.sabine.close(everything=True)

    await office.screen(office.emma, **PROBLEM)
    await receiver.wait_for(1)

    [(headers, body)] = receiver.got
    signed_at = int(headers["webhook-timestamp"])
    assert signed_at == int(office.clock().timestamp())
    signer = Verifier(secret)
    at = office.clock()
    assert signer.sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]
    assert secret not in repr(office.slack.messages(CHANNEL))
    (told,) = [each for each in office.slack.messages(CHANNEL) if "localhost" in words(each)]
    assert "/hook" not in words(told)


async def test_a_test_and_its_answer_stand_under_deliveries(
    hooked: Office, receiver: Receiver
) -> None:
    office = hooked
    await add(office, receiver)
    await office.sabine.close()

    said = await click(office, office.sabine, ids.WEBHOOK_TEST)
    assert "Ein Test ist unterwegs zu *localhost*" in said
    await receiver.wait_for(1)
    await finished(office)
    shown = await click(office, office.sabine, ids.WEBHOOK_DELIVERIES)
    again = await click(office, office.sabine, ids.WEBHOOK_REFRESH)

    assert shown == again
    assert "✅ Zugestellt\nHTTP 200 · " in shown
    assert "„&lt;thanks&gt; &amp; ˋbyeˋ“" in shown


async def test_a_manager_changes_what_it_hears_of(hooked: Office, receiver: Receiver) -> None:
    office, sabine = hooked, hooked.sabine
    await add(office, receiver)
    await sabine.close()

    asked = await click(office, sabine, ids.WEBHOOK_EDIT)
    assert "localhost" in asked
    chosen = ["outcome.answered", "prospect.decided"]
    submission = await office.hand_in(sabine, **{ids.WEBHOOK_EVENTS: chosen})
    assert not submission.errors
    await office.answered()

    shown = words(sabine.view or {})
    assert "Der Webhook zu *localhost* meldet jetzt: Entschieden und" in shown
    [row] = await office.rows(webhooks)
    assert row.events == ["prospect.decided", "outcome.answered"]
    await office.delivered()
    said = words(office.slack.messages(CHANNEL)[-1])
    assert "changed what the webhook to *localhost* reports: Decided and Outcome answered." in said


async def test_what_cannot_be_called_is_refused_beside_the_field(hooked: Office) -> None:
    office = hooked
    await open_webhooks(office, office.sabine)
    await click(office, office.sabine, ids.WEBHOOK_ADD)

    found = {}
    for typed in ("nonsense", "http://hooks.example.com", "https://10.0.0.1/", "https://a:b@x.de"):
        found[typed] = (await office.hand_in(office.sabine, **{ADDRESS: typed})).errors

    assert [each[ADDRESS].split(".")[0] for each in found.values()] == [
        "Gib eine Webadresse ein, etwa https://example",
        "Fang mit https:// an",
        "Gib eine Adresse im öffentlichen Internet ein",
        "Lass Namen und Passwort vor dem @ weg",
    ]
    assert await office.rows(webhooks) == []


async def test_a_manager_replaces_the_secret_switches_and_removes(
    hooked: Office, receiver: Receiver
) -> None:
    office, sabine = hooked, hooked.sabine
    first = await add(office, receiver)
    await sabine.close()

    shown = await click(office, sabine, ids.WEBHOOK_SECRET)
    assert "whsec_" in shown
    assert first not in shown
    await sabine.close()
    assert "ist aus." in await click(office, sabine, ids.WEBHOOK_OFF)
    assert "ist an." in await click(office, sabine, ids.WEBHOOK_ON)
    assert "ist entfernt." in await click(office, sabine, ids.WEBHOOK_REMOVE)
    history = await click(office, sabine, ids.WEBHOOK_HISTORY)
    assert history.count(f"<@{sabine.id}>") == 5
    await office.delivered()

    said = [words(each) for each in office.slack.messages(CHANNEL)]
    verbs = ["added", "replaced", "switched off", "switched on", "removed"]
    assert len(said) == len(verbs)
    assert all(verb in line for verb, line in zip(verbs, said, strict=True))
    assert await office.rows(webhook_deliveries) == []


async def finished(office: Office) -> None:
    """Wait until nothing is being delivered."""
    await office.bot.webhooks.drain()


async def test_an_address_that_is_gone_is_switched_off_and_the_channel_reads_it(
    hooked: Office,
) -> None:
    office = hooked
    async with receiving(answering(410)) as receiver:
        await add(office, receiver)
        await office.sabine.close()
        await click(office, office.sabine, ids.WEBHOOK_TEST)
        await office.slack.wait_for(lambda: len(office.slack.messages(CHANNEL)) == 2)

    said = words(office.slack.messages(CHANNEL)[-1])
    assert "The webhook to *localhost* is switched off" in said
    await office.sabine.close(everything=True)
    shown = await open_webhooks(office, office.sabine)
    assert "⚠️ Aus: Die Adresse meldet, dass es sie nicht mehr gibt" in shown
    assert "Einschalten" in shown
    assert "whsec_" not in shown


async def test_who_manages_no_more_is_told_so_by_an_open_view(
    hooked: Office, receiver: Receiver
) -> None:
    office = hooked
    secret = await add(office, receiver)
    await office.sabine.close()
    async with office.database.writing() as connection:
        await connection.execute(update(workspaces).values(managers=["U0JONAS"]))

    shown = await click(office, office.sabine, ids.WEBHOOK_SECRET)

    assert "Nur Manager können Webhooks ändern." in shown
    assert [each.secret for each in await office.rows(webhooks)] == [secret]


async def test_neither_secret_nor_address_is_logged(
    hooked: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    office = hooked
    async with receiving(answering(500)) as receiver:
        secret = await add(office, receiver)
        await office.sabine.close()
        await click(office, office.sabine, ids.WEBHOOK_TEST)
        await receiver.wait_for(1)
        await finished(office)

    ours = [each.getMessage() for each in caplog.records if each.name.startswith("bot")]
    assert secret not in caplog.text
    assert not [each for each in ours if "/hook" in each]
