"""What every action on a prospect has in common: it is checked first, and recorded at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.calendar import today_in
from bot.domain.errors import UnknownProspect
from bot.domain.history import HistoryEntry
from bot.domain.moves import check
from bot.domain.people import Action
from bot.domain.prospect import Prospect, ProspectId
from bot.services.announcing import announce_decision
from bot.services.lapsing import catch_up
from bot.services.membership import Standing, standing, zone_of
from bot.services.planning import plan
from bot.services.ports import Caller, UnitOfWork


@dataclass(frozen=True, slots=True)
class Click:
    """A button pressed: on which prospect, and as of which revision it was drawn."""

    prospect_id: ProspectId
    revision: int


async def checked(
    work: UnitOfWork, caller: Caller, click: Click, action: Action, now: datetime
) -> tuple[Standing, Prospect, date]:
    """Return who acts, on what, and today where its owner is; raises what `moves.check` raises.

    The prospect is locked until the end. What was over before is kept and said first, in case the
    clock is late; nothing of it is if the action is refused.
    """
    who = await standing(work, caller, action)
    prospect = await work.prospects.get_to_change(click.prospect_id)
    if prospect is None:
        raise UnknownProspect
    today = today_in(await zone_of(work, prospect.facts.owner, who), now)
    prospect = await catch_up(work, who.workspace, prospect, today, now)
    check(prospect, action, who.roles(prospect), revision=click.revision)
    return who, prospect, today


async def record(
    work: UnitOfWork,
    who: Standing,
    prospect: Prospect,
    action: Action,
    detail: Mapping[str, Any],
    *,
    now: datetime,
) -> Prospect:
    """Keep what an action made of a prospect, with its history, and let Slack be told."""
    await work.prospects.save(prospect)
    await work.history.append(
        HistoryEntry(
            prospect_id=prospect.id,
            action=action,
            by=who.member.id,
            at=now,
            revision=prospect.revision,
            detail=detail,
        )
    )
    zone = await zone_of(work, prospect.facts.owner, who)
    await plan(work, prospect, who.workspace, zone, now)
    await announce_decision(work, who.workspace, prospect)
    return prospect
