"""Fills the outbox as the use cases do: cards, lines in their threads, private messages."""

from dataclasses import replace

from bot.domain.people import Action, MemberId
from bot.domain.prospect import Prospect, ProspectId, QualificationId
from bot.domain.qualification import DraftId, Qualification
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.announcing import announce_decision, announce_owner, announce_screening
from bot.storage.unit_of_work import SqlUnitsOfWork
from sandbox import Slack
from sandbox.world import BOT_USER, TEAM_ID
from tests.faults.ledger import Meant
from tests.storage import samples

TEAM = WorkspaceId(TEAM_ID)
LANES = 16


def make_room(slack: Slack) -> None:
    """Let there be a channel and a member for each lane."""
    for lane in range(LANES):
        slack.add_channel(room(lane), f"room-{lane}", [BOT_USER])
        slack.add_member(owner(lane), f"Owner {lane}")


def room(lane: int) -> str:
    return f"C0ROOM{lane}"


def owner(lane: int) -> MemberId:
    return MemberId(f"U0OWNER{lane}")


async def write_letters(units: SqlUnitsOfWork, number: int) -> list[Meant]:
    """Screen a prospect for somebody else, in the lanes of its number.

    That is a card and a private message.
    """
    prospect, qualification = _screened(number)
    async with units(TEAM) as work:
        await work.prospects.add(prospect, samples.NOW)
        await work.qualifications.add(qualification)
        await work.history.append(replace(samples.entry, prospect_id=prospect.id))
        await announce_screening(work, _workspace(number), prospect, qualification)
        await announce_owner(work, prospect, qualification)
    name, direct = prospect.facts.name, f"D{prospect.facts.owner[1:]}"
    return [Meant(room(number % LANES), name), Meant(direct, name)]


async def write_sign(units: SqlUnitsOfWork, number: int, line: int) -> Meant:
    """Let a prospect that is screened show a sign of life: a line in the thread of its card."""
    prospect, _ = _screened(number)
    revision, sign = line + 2, f"sign{number * 10 + line:05}"
    entry = replace(
        samples.entry,
        prospect_id=prospect.id,
        action=Action.SIGN_OF_LIFE,
        revision=revision,
        detail={"sign": sign},
    )
    async with units(TEAM) as work:
        await work.history.append(entry)
        await announce_decision(work, _workspace(number), replace(prospect, revision=revision))
    return Meant(room(number % LANES), sign, is_reply=True)


def _workspace(number: int) -> Workspace:
    return Workspace(TEAM, replace(samples.SETTINGS, verdict_channel=room(number % LANES)))


def _screened(number: int) -> tuple[Prospect, Qualification]:
    name = f"name{number:05}"
    facts = replace(samples.FACTS, name=name, owner=owner(number % LANES))
    prospect = replace(
        samples.prospect, id=ProspectId(name), facts=facts, qualification_id=QualificationId(name)
    )
    qualification = replace(
        samples.qualification,
        id=prospect.qualification_id,
        prospect_id=prospect.id,
        draft_id=DraftId(name),
        facts=facts,
    )
    return prospect, qualification
