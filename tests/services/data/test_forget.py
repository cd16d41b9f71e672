"""A prospect is forgotten: nothing of it is left but what figures count."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select
from sqlalchemy import text as query

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.decisions.history import Forgetting
from bot.domain.delivery import MessageKind
from bot.domain.errors import AnswersRejected, NotAllowed, UnknownProspect
from bot.domain.figures.reports.page import ReportPage
from bot.domain.figures.scope import Span
from bot.domain.prospects import EndedBy, Prospect
from bot.domain.read_models import HomePage, NotErasable
from bot.domain.remembered.recall import RememberedId
from bot.domain.webhooks.attempts import Answer, DeliveryState
from bot.services.data.export import ExportService
from bot.services.data.forget import ForgetService
from bot.services.figures.facts import derive_facts
from bot.services.figures.report import ReportService
from bot.services.ports import Caller, Replies
from bot.storage.data.erasing import ForgettingRecord
from bot.storage.data.sweeping import Sweeper
from bot.storage.database import Database
from bot.storage.figures.tables import facts
from bot.storage.figures.timelines import TimelineRepository
from tests.databases import Postgres
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM, SetClock
from tests.services.agency import MANAGER, OTHER, OWNER, PLEA, A, Agency, B, click
from tests.services.data.everything import ALL_ANSWERED, EVERY_KIND, REMEMBERED
from tests.services.delivery.posting import Post
from tests.services.webhooks.hooks import ScriptedPoster, deliver, deliveries, delivery_of

pytestmark = pytest.mark.both_databases

NAME = "Zyxwvu Wertstoffe"
SECRET = "Qqkrypton"
"""In every text that is written about the prospect, and in no other."""


class NoThreads:
    """In place of Slack's threads: nobody wrote anything."""

    async def replies(self, _workspace: str, _posted: object) -> Replies:
        return Replies()


def forgetting(agency: Agency) -> ForgetService:
    return ForgetService(agency.units, NoThreads(), agency.clock)


async def forget(agency: Agency, prospect: Prospect, name: str = NAME) -> NotErasable:
    return await forgetting(agency).forget(Caller(A, MANAGER), prospect.id, name)


async def talked_about(agency: Agency) -> Prospect:
    """Return a prospect about which everything was written that can be."""
    caller = Caller(A, OWNER)
    secret = {"numbers_given": SECRET, "homework": f"{SECRET} homework"}
    prospect = await agency.screen(OWNER, HOMEWORK | secret, NAME, expected_value="987.654,32")
    prospect = await agency.decisions.condition_met(caller, click(prospect), f"{SECRET} met")
    prospect = await agency.screen_again(OWNER, prospect, PROBLEM | secret)
    prospect = await agency.follow_up.sign_of_life(caller, click(prospect), f"{SECRET} life")
    plea = replace(
        PLEA,
        fear="new_fact",
        new_fact=f"{SECRET} fact",
        reason=f"{SECRET} reason",
        kill_criterion=f"{SECRET} criterion",
        kill_on=agency.clock().date() + timedelta(days=8),
    )
    await agency.let_managers_approve()
    prospect = await agency.override(OWNER, prospect, plea)
    prospect = await agency.overrides.deny(Caller(A, MANAGER), click(prospect), f"{SECRET} no")
    prospect = await agency.correct(OWNER, prospect, name=f"{NAME} Nord")
    prospect = await agency.correct(OWNER, prospect, name=NAME)
    await agency.begin(OTHER, NAME)
    return prospect


async def test_no_byte_is_left_in_the_files(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    prospect = await talked_about(agency)
    others = await agency.screen(OWNER, PROBLEM, "Left alone")
    assert await asyncio.to_thread(bytes_of, database_url, request, NAME)
    assert await asyncio.to_thread(bytes_of, database_url, request, SECRET)

    await forget(agency, prospect)
    assert await Sweeper(agency.database).sweep()

    for text in (NAME, SECRET, "zyxwvu", "98765432"):
        assert not await asyncio.to_thread(bytes_of, database_url, request, text), text
    assert (await agency.now(others.id)).facts.name == "Left alone"


async def test_who_tells_facts_meanwhile_keeps_none_of_what_is_forgotten(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    prospect = await talked_about(agency)
    read, go_on = asyncio.Event(), asyncio.Event()
    of = TimelineRepository.of

    async def read_and_wait(*given: Any) -> Any:
        timelines = await of(*given)
        read.set()
        await go_on.wait()
        return timelines

    monkeypatch.setattr(TimelineRepository, "of", read_and_wait)
    telling = asyncio.create_task(derive_facts(agency.units, A))
    await read.wait()
    forgetting = asyncio.create_task(forget(agency, prospect))
    if agency.database.file is None:  # SQLite lets in one writer after the other
        await done_or_waiting(forgetting, agency.database)
    go_on.set()
    await asyncio.gather(telling, forgetting)

    async with agency.database.reading() as connection:
        kept = await connection.execute(select(facts).where(facts.c.prospect_id == prospect.id))
        assert kept.all() == []


async def done_or_waiting(task: asyncio.Task[Any], database: Database) -> None:
    waits = query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while not task.done():
        async with database.reading() as connection:
            if await connection.scalar(waits):
                return


NUMBER = "7654321"
"""Given as an answer."""


async def talked_about_otherwise(agency: Agency) -> list[Prospect]:
    """Return prospects of the name that have every other kind of word there is."""
    manager, owner = Caller(A, MANAGER), Caller(A, OWNER)
    await agency.everybody_comes()
    await agency.importing.take_in(A, f"{REMEMBERED}{NAME},none,,,,walked_away,,yes\n")
    lapsed = await agency.screen(OWNER, HOMEWORK | {"homework": f"{SECRET} homework"}, NAME)
    await agency.pass_time(agency.clock() + timedelta(days=10), step=timedelta(hours=6))
    lapsed = await agency.now(lapsed.id)
    async with agency.units.reading(A) as work:
        assert any(each.words for each in await work.history.lapses_of(lapsed.id))
    lost = await agency.decisions.lost(owner, click(lapsed), EndedBy.THEM, f"{SECRET} lost")
    await agency.checklists.adopt(manager, EVERY_KIND, seen=None, as_default=True)
    words = {"size_evidence": f"{SECRET} seen", "words": f"{SECRET} words", "budget": NUMBER}
    ended = await agency.screen(OWNER, ALL_ANSWERED | words, NAME)
    large = {"size": "large", "words": f"{SECRET} later", "budget": NUMBER}
    ended = await agency.win(OWNER, await agency.screen_again(OWNER, ended, large))
    day = agency.clock().date()
    ended = await agency.decisions.end_client(
        owner, click(ended), day, EndedBy.US, f"{SECRET} ended"
    )
    return [lost, ended]


async def test_no_byte_is_left_of_any_other_kind_of_word(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    told = await talked_about_otherwise(agency)
    for text in (NAME, SECRET, NUMBER):
        assert await asyncio.to_thread(bytes_of, database_url, request, text), text

    for each in told:
        await forget(agency, each)
    assert await Sweeper(agency.database).sweep()

    for text in (NAME, SECRET, NUMBER, "zyxwvu"):
        assert not await asyncio.to_thread(bytes_of, database_url, request, text), text


async def test_webhooks_hear_no_more_of_it_and_what_they_answered_is_gone(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    webhook = await agency.add_webhook()
    prospect = await agency.screen(OWNER, NO_OFFER, NAME)
    await deliver(agency, Answer(timedelta(0), 200, excerpt=f"Took {SECRET}"))
    prospect = await agency.walk_away(OWNER, prospect)
    agency.clock.move(minutes=1)
    await agency.screen(OWNER, PROBLEM, "Left alone")

    await forget(agency, prospect)
    assert await Sweeper(agency.database).sweep()

    for text in (NAME, SECRET):
        assert not await asyncio.to_thread(bytes_of, database_url, request, text), text
    assert [each["data"]["name"] for each in (await deliver(agency)).said] == ["Left alone"]
    left = await deliveries(agency, webhook.id)
    assert [(each.state, each.attempts) for each in left] == [(DeliveryState.DELIVERED, 1)] * 2


async def test_what_is_being_sent_of_it_comes_back_to_nothing(agency: Agency) -> None:
    webhook = await agency.add_webhook()
    prospect = await agency.screen(OWNER, NO_OFFER, NAME)
    poster = ScriptedPoster([Answer(timedelta(0), 500, excerpt=f"No {SECRET}")])
    poster.before = lambda: forget(agency, prospect)
    delivery = delivery_of(agency, poster)

    await delivery.deliver_due()
    await delivery.drain()

    assert await deliveries(agency, webhook.id) == []


def bytes_of(url: str, request: pytest.FixtureRequest, text: str) -> list[str]:
    """Return the files of the database that have the bytes of a text in any case.

    Of PostgreSQL: those of our tables and indexes, once all pages are written.
    """
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        file = Path(str(parsed.database))
        files = [each for each in file.parent.iterdir() if each.name.startswith(file.name)]
    else:
        server: Postgres = request.getfixturevalue("postgres")
        server.run("CHECKPOINT", in_database="migrated")
        files = server.files_of("migrated")
    wanted = text.encode().lower()
    return [each.name for each in files if wanted in each.read_bytes().lower()]


async def test_it_is_nowhere_to_be_found(agency: Agency) -> None:
    prospect = await talked_about(agency)

    await forget(agency, prospect)

    home = await agency.home.content(Caller(A, MANAGER), HomePage())
    assert (home.prospects, home.decided, home.total) == ((), (), 0)
    with pytest.raises(UnknownProspect):
        await agency.decisions.details(Caller(A, OWNER), prospect.id)
    with pytest.raises(UnknownProspect):
        await agency.walk_away(OWNER, prospect)
    with pytest.raises(UnknownProspect):
        await forget(agency, prospect)
    async with agency.units.reading(A) as work:
        assert await work.prospects.named(NAME, 5) == []
        assert await work.prospects.open_of(None, 5) == []
    assert await agency.offered(OTHER) == ()


async def test_nobody_hears_of_it_again(agency: Agency) -> None:
    prospect = await talked_about(agency)
    await forget(agency, prospect)
    before = len(await agency.messages())

    await agency.pass_time(agency.clock() + timedelta(days=60), step=timedelta(hours=12))

    kinds = {row.kind for row in (await agency.messages())[before:]}
    assert kinds <= {MessageKind.DIGEST}


async def test_nobody_is_asked_to_approve_an_override_of_it(agency: Agency) -> None:
    await agency.let_managers_approve()
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, NAME))
    await forget(agency, prospect)
    before = len(await agency.messages())

    await agency.pass_time(agency.clock() + timedelta(days=10), step=timedelta(hours=6))

    assert {row.kind for row in (await agency.messages())[before:]} <= {MessageKind.DIGEST}


async def test_the_figures_keep_their_counts(agency: Agency) -> None:
    clients = [await agency.screen(OWNER, GOOD, f"Client {n}") for n in range(3)]
    for each in clients:
        await agency.win(OWNER, each)
    refused = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Refused"))
    still_open = await agency.screen(OWNER, NO_OFFER, "Still open")
    agency.clock.move(days=20)
    reports = ReportService(agency.units, agency.clock, checklists.default())
    before = await reports.page(Caller(A, MANAGER), ReportPage(span=Span.ALL_TIME))

    for prospect in (clients[0], refused, still_open):
        await forget(agency, await agency.now(prospect.id), prospect.facts.name)

    assert await reports.page(Caller(A, MANAGER), ReportPage(span=Span.ALL_TIME)) == before


async def test_the_history_keeps_who_forgot_it_and_when(agency: Agency) -> None:
    prospect = await talked_about(agency)
    async with agency.units.reading(A) as work:
        before = await work.history.of(prospect.id)

    await forget(agency, prospect)

    async with agency.units.reading(A) as work:
        after = await work.history.of(prospect.id)
        noted = await work.erasing.notes()
    same = [(each.revision, each.action, each.by, each.at) for each in before]
    assert [(each.revision, each.action, each.by, each.at) for each in after] == same
    assert noted == [ForgettingRecord(prospect.id, Forgetting.ASKED, MANAGER, agency.clock())]


async def test_only_a_manager_forgets_and_only_by_typing_the_name(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM, NAME)

    with pytest.raises(NotAllowed):
        await forgetting(agency).forget(Caller(A, OWNER), prospect.id, NAME)
    with pytest.raises(AnswersRejected):
        await forget(agency, prospect, "Another name")
    await agency.everybody_comes(B)
    with pytest.raises(UnknownProspect):
        await forgetting(agency).forget(Caller(B, MANAGER), prospect.id, NAME)

    assert await agency.now(prospect.id) == prospect


async def test_every_message_that_names_it_is_deleted_and_others_are_rewritten(
    post: Post,
) -> None:
    agency = post.agency
    alone = await agency.screen(MANAGER, NO_OFFER, NAME)
    other = await agency.screen(OWNER, NO_OFFER, "Another")
    with_other = await agency.screen(OWNER, NO_OFFER, f"{NAME} II")
    await post.deliver()
    agency.clock.move(days=10)
    await agency.nudges.tick()
    await post.deliver()

    await forget(agency, alone)
    await forget(agency, with_other, f"{NAME} II")
    await post.deliver()

    deleted = [each for each in post.messenger.erased if each.replacement is None]
    rewritten = [
        each.replacement[1] for each in post.messenger.erased if each.replacement is not None
    ]
    kinds = await erased_kinds(agency)
    assert kinds.count("card") == 2
    assert "nudge" in kinds
    assert len(deleted) >= 3
    assert rewritten
    assert all(NAME not in repr(each) for each in rewritten)
    assert any(other.id in repr(each) for each in rewritten)


async def erased_kinds(agency: Agency) -> list[str]:
    rows = await agency.messages()
    kinds = {row.dedupe_key: row.kind for row in rows}
    return [kinds[row.detail["of"]] for row in rows if row.kind.endswith("erasure")]


async def test_of_what_waits_nothing_is_sent(post: Post) -> None:
    agency = post.agency
    prospect = await agency.screen(OWNER, NO_OFFER, NAME)

    await forget(agency, prospect)
    await post.deliver()

    assert post.messenger.sent == []
    assert post.messenger.erased == []


async def test_it_is_found_by_a_name_it_had_before_a_correction(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM, NAME)
    await agency.correct(OWNER, prospect, name="Zenith AG")

    async with agency.units.reading(A) as work:
        assert [each.id for each in await work.erasing.find(NAME)] == [prospect.id]

    await forget(agency, prospect, "Zenith AG")

    async with agency.units.reading(A) as work:
        assert not await work.erasing.find(NAME)
        assert not await work.prospects.named(NAME, 5)


async def test_the_operator_finds_it_by_name_or_id(agency: Agency, clock: SetClock) -> None:
    first = await agency.screen(OWNER, GOOD, NAME)
    clock.move(minutes=1)
    second = await agency.screen(OTHER, GOOD, f"{NAME} GmbH")
    service = forgetting(agency)

    assert [each.id for each in await service.find(A, NAME)] == [second.id, first.id]
    assert [each.id for each in await service.find(A, first.id)] == [first.id]
    assert await service.find(B, NAME) == []

    (found,) = await service.find(A, first.id)
    assert await service.forget_as_operator(A, found)
    assert [each.id for each in await service.find(A, NAME)] == [second.id]
    assert not await service.forget_as_operator(A, found)


async def test_the_operator_forgets_what_was_only_remembered(
    agency: Agency, database_url: str, request: pytest.FixtureRequest
) -> None:
    await agency.everybody_comes()
    await agency.importing.take_in(A, f"{REMEMBERED}{NAME},none,,,,walked_away,,yes\n")
    service = forgetting(agency)

    (found,) = await service.find(A, NAME.upper())
    assert (found.name, found.stage, found.is_remembered) == (NAME, "walked_away", True)
    assert await service.forget_as_operator(A, found)
    assert await Sweeper(agency.database).sweep()

    assert not await asyncio.to_thread(bytes_of, database_url, request, NAME)
    assert await service.find(A, NAME) == []
    assert not await service.forget_as_operator(A, found)
    assert len(await service.find(A, "Refused")) == 1
    async with agency.units.reading(A) as work:
        assert await work.remembered.count() == 3


async def test_only_a_manager_looks_for_what_to_forget(agency: Agency) -> None:
    await agency.everybody_comes()
    prospect = await agency.screen(OWNER, PROBLEM, NAME)
    await agency.importing.take_in(A, REMEMBERED)
    service = forgetting(agency)
    (remembered,) = await service.find(A, "Refused")
    assert remembered.is_remembered

    (found,) = await service.search(Caller(A, MANAGER), f"{NAME} GmbH")

    assert found.id == prospect.id
    with pytest.raises(NotAllowed):
        await service.search(Caller(A, OWNER), NAME)
    with pytest.raises(NotAllowed):
        await service.forget_remembered(Caller(A, OWNER), RememberedId(remembered.id), "Refused")
    await agency.everybody_comes(B)
    with pytest.raises(AnswersRejected):
        await service.search(Caller(B, MANAGER), NAME)
    with pytest.raises(UnknownProspect):
        await service.opened_remembered(Caller(B, MANAGER), RememberedId(remembered.id))


async def test_who_forgot_somebody_remembered_is_noted_without_what(agency: Agency) -> None:
    await agency.everybody_comes()
    await agency.importing.take_in(A, REMEMBERED)
    service = forgetting(agency)
    (found,) = await service.search(Caller(A, MANAGER), "Refused")

    await service.forget_remembered(Caller(A, MANAGER), RememberedId(found.id), "refused")

    async with agency.units.reading(A) as work:
        noted = await work.erasing.notes()
    one = RememberedId(found.id)
    assert noted == [ForgettingRecord(one, Forgetting.ASKED, MANAGER, agency.clock())]


async def test_what_is_remembered_of_a_forgotten_prospect_is_noted_with_it(agency: Agency) -> None:
    await agency.everybody_comes()
    await agency.importing.take_in(A, f"{REMEMBERED}{NAME},none,,,,walked_away,,yes\n")
    prospect = await agency.screen(OWNER, PROBLEM, NAME)

    await forget(agency, prospect)

    async with agency.units.reading(A) as work:
        noted = await work.erasing.notes()
        [gone] = [each.id for each in await work.remembered.all() if not each.name]
    assert {each.id for each in noted} == {prospect.id, gone}
    assert {each.by for each in noted} == {MANAGER}


async def test_a_forgotten_prospect_is_in_the_export_without_words(
    agency: Agency, tmp_path: Path
) -> None:
    prospect = await talked_about(agency)
    await forget(agency, prospect)

    await ExportService(agency.units, as_yaml).write(A, tmp_path / "out")

    written = b"".join(each.read_bytes() for each in (tmp_path / "out").rglob("*.*"))
    assert prospect.id.encode() in written
    for text in (NAME, SECRET, "987654"):
        assert text.encode() not in written
