"""Fills the outbox as the use cases do: cards, lines in their threads, private messages.

And lets rounds of the clock become due, out of which it makes nudges and managers' messages.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.decisions import acts
from bot.domain.people import MemberId
from bot.domain.prospects import Due, DueReason, NudgeRecord, Prospect, ProspectId, QualificationId
from bot.domain.screening import DraftId, Qualification
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.transaction.announcements import (
    announce_decision,
    announce_owner,
    announce_screening,
)
from bot.services.transaction.planning import call_managers, plan_look, propose
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork
from sandbox import Slack
from sandbox.world import BOT_USER, TEAM_ID
from tests.faults.ledger import Meant
from tests.storage import samples

TEAM = WorkspaceId(TEAM_ID)
LANES = 16
NOON = datetime(2026, 12, 8, 11, tzinfo=UTC)
"""At work in Berlin, on the morning after something was due."""
MONDAY_NOON = datetime(2026, 12, 7, 11, tzinfo=UTC)
"""The day before, on which a digest is due, too."""

_DUE = Due(date(2026, 12, 4), DueReason.VERDICT)
_OVERDUE, _PROPOSED = 50_000, 60_000


def make_room(slack: Slack) -> None:
    """Let there be a channel and a member for each lane."""
    for lane in range(LANES):
        slack.add_channel(room(lane), f"room-{lane}", [BOT_USER])
        slack.add_member(owner(lane), f"Owner {lane}")


def room(lane: int) -> str:
    return f"C0ROOM{lane}"


def owner(lane: int) -> MemberId:
    return MemberId(f"U0OWNER{lane}")


async def write_letters(units: UnitsOfWork, number: int, team: WorkspaceId = TEAM) -> list[Meant]:
    """Screen a prospect for somebody else, in the lanes of its number.

    That is a card and a private message.
    """
    prospect, qualification = _screened(number)
    async with units(team) as work:
        await work.prospects.add(prospect, samples.NOW)
        await work.qualifications.add(qualification)
        act = acts.Screened(qualification.id, qualification.verdict)
        await work.history.append(replace(samples.entry, prospect_id=prospect.id, act=act))
        await announce_screening(work, _workspace(number), prospect, qualification)
        await announce_owner(work, prospect, qualification)
    return [Meant(room(number % LANES), prospect.facts.name), _privately(number % LANES, number)]


async def write_sign(units: UnitsOfWork, number: int, line: int) -> Meant:
    """Let a prospect that is screened show a sign of life: a line in the thread of its card."""
    prospect, _ = _screened(number)
    revision, sign = line + 2, f"sign{number * 10 + line:05}"
    entry = replace(
        samples.entry,
        prospect_id=prospect.id,
        act=acts.SignOfLife(sign),
        revision=revision,
    )
    async with units(TEAM) as work:
        await work.history.append(entry)
        await announce_decision(work, _workspace(number), replace(prospect, revision=revision))
    return Meant(room(number % LANES), sign, is_reply=True)


async def write_overdue(units: UnitsOfWork, lanes: Sequence[int]) -> list[Meant]:
    """Let each of these owners have a prospect that is overdue at noon, and a round due for it."""
    for lane in lanes:
        async with units(TEAM) as work:
            prospect = await _add_overdue(work, _OVERDUE + lane, NudgeRecord())
            settings = _workspace(lane).settings
            await plan_look(work, prospect, settings, settings.zone, samples.NOW)
    return [_privately(lane, _OVERDUE + lane) for lane in lanes]


async def write_undecided(units: UnitsOfWork, lanes: Sequence[int]) -> None:
    """Let each of these owners have a prospect that is overdue, and no round that would say so."""
    async with units(TEAM) as work:
        for lane in lanes:
            await _add_overdue(work, _OVERDUE + lane, NudgeRecord())


async def let_manage(units: UnitsOfWork, lanes: Sequence[int]) -> None:
    """Let these members manage for a week: who is new to it hears of nothing before tomorrow."""
    managers = tuple(map(owner, lanes))
    settings = replace(samples.SETTINGS, managers=managers)
    async with units(TEAM) as work:
        await work.workspaces.change_settings(settings)
        await call_managers(work, Workspace(TEAM, settings, frozenset(managers)), samples.NOW)


async def write_proposal(units: UnitsOfWork, lanes: Sequence[int]) -> list[Meant]:
    """Propose a prospect for closing, for which the rounds of all managers become due."""
    async with units(TEAM) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        prospect = await _add_overdue(
            work, _PROPOSED, NudgeRecord(nudges=3, last_on=date(2026, 12, 4))
        )
        await propose(work, [prospect], workspace, samples.NOW)
    return [_privately(lane, _PROPOSED) for lane in lanes]


async def write_digest(units: UnitsOfWork, lanes: Sequence[int]) -> list[Meant]:
    """Let the digest be due that names what these owners did not decide."""
    async with units(TEAM) as work:
        await work.digests.expect(MONDAY_NOON.date(), samples.NOW)
    return [Meant(samples.SETTINGS.verdict_channel, f"name{_OVERDUE + lane:05}") for lane in lanes]


async def _add_overdue(work: UnitOfWork, number: int, told: NudgeRecord) -> Prospect:
    screened, qualification = _screened(number)
    prospect = replace(screened, conditions=(), chases=0, due=_DUE, nudge_record=told)
    await work.prospects.add(prospect, samples.NOW)
    await work.qualifications.add(qualification)
    return prospect


def _privately(lane: int, number: int) -> Meant:
    return Meant(f"D{owner(lane)[1:]}", f"name{number:05}")


def _workspace(number: int) -> Workspace:
    return Workspace(TEAM, replace(samples.SETTINGS, verdict_channel=room(number % LANES)))


def _screened(number: int) -> tuple[Prospect, Qualification]:
    name = f"name{number:05}"
    facts = replace(samples.FACTS, name=name, owner=owner(number % LANES))
    prospect = replace(
        samples.prospect,
        id=ProspectId(name),
        facts=facts,
        qualification_id=QualificationId(name),
        overrides=(),
    )
    qualification = replace(
        samples.qualification,
        id=prospect.qualification_id,
        prospect_id=prospect.id,
        draft_id=DraftId(name),
        facts=facts,
    )
    return prospect, qualification
