"""The clock's and the decisions' part of outcomes: what is to be asked, and when.

Whether and when, `bot.domain.asking` tells; what owners answer is noted by `following_up`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.asking import asked_again_on, due_on, next_outcome_on, outcomes_due
from bot.domain.calendar import WorkingTime, today_in
from bot.domain.dossier import AskedOutcome
from bot.domain.nudging import Reader, may_hear
from bot.domain.outcome import Ending, OutcomeKey, OutcomeQuestion, asked, questions_after
from bot.domain.people import MemberId
from bot.domain.prospect import Prospect, Stage
from bot.domain.workspace import Settings, Workspace
from bot.services.announcing import rewrite_outcomes
from bot.services.ports import UnitOfWork

_ENDINGS: Final[Mapping[Stage, Ending]] = MappingProxyType(
    {Stage.WON: Ending.WON, Stage.WALKED_AWAY: Ending.WALKED_AWAY}
)
_ONE_DAY: Final = timedelta(days=1)


async def plan_outcomes(
    work: UnitOfWork, prospect: Prospect, settings: Settings, zone: ZoneInfo, now: datetime
) -> None:
    """Let an end be asked about on its days, and nothing any more once it does not stand.

    `zone` is that of the owner. Harmless however often it is called.
    """
    ending, decision = _ENDINGS.get(prospect.stage), prospect.decision
    if ending is None or decision is None:
        if prospect.revision > 1 and await work.outcomes.drop(prospect.id):
            await rewrite_outcomes(work, prospect.id, f"dropped:{prospect.revision}")
        return
    ended_on = decision.day or today_in(zone, decision.at)
    tomorrow = today_in(zone, now) + _ONE_DAY
    questions = questions_after(prospect.id, ending, ended_on, tomorrow)
    if await work.outcomes.hold(questions, prospect.facts.owner):
        days = [due_on(each, settings.calendar) for each in questions]
        await call_for_outcome(work, prospect.facts.owner, min(days), settings, zone)
        await rewrite_outcomes(work, prospect.id, f"held:{prospect.revision}")


async def call_for_outcome(
    work: UnitOfWork, owner: MemberId, day: date, settings: Settings, zone: ZoneInfo
) -> None:
    """Let the clock look at an owner on the morning of a day."""
    reader = Reader(owner, WorkingTime(settings.calendar, zone))
    await work.nudges.call(owner, reader.morning(day))


async def outcomes_to_ask(
    work: UnitOfWork, reader: Reader, now: datetime, *, is_nudged: bool, is_there: bool
) -> tuple[OutcomeQuestion, ...] | None:
    """Return what an owner is asked now; None if somebody is acting on one of the prospects.

    Those are locked first and read then, so that nothing is asked that was answered a moment ago.
    An owner who is not there is asked nothing, nor anybody else in their place.
    """
    wanted = await _due(work, reader, now, is_nudged=is_nudged) if is_there else ()
    if not wanted:
        return ()
    if await work.prospects.unless_busy([each.prospect_id for each in wanted]) is None:
        return None
    keys = {each.key for each in wanted}
    still = await _due(work, reader, now, is_nudged=is_nudged)
    return tuple(each for each in still if each.key in keys)


async def note_asked(
    work: UnitOfWork, owner: MemberId, day: date, questions: Iterable[OutcomeQuestion]
) -> None:
    """Keep that the message of this day asks these."""
    keys = []
    for question in questions:
        await work.outcomes.keep(asked(question, day))
        keys.append(question.key)
    await work.outcomes.add_items(owner, day, keys)


async def next_outcome(work: UnitOfWork, reader: Reader, now: datetime) -> date | None:
    """Return from which day on an owner is to be asked something; None for never."""
    waiting = await work.outcomes.waiting_of(reader.id)
    return next_outcome_on(waiting, reader.working.today(now), reader.working.calendar)


async def waiting_outcomes(work: UnitOfWork, owner: MemberId) -> dict[OutcomeQuestion, Prospect]:
    """Return what an owner is going to be asked, and about which prospect."""
    found = {}
    for question in await work.outcomes.waiting_of(owner):
        prospect = await work.prospects.get(question.prospect_id)
        if prospect is not None:
            found[question] = prospect
    return found


async def asked_outcome(
    work: UnitOfWork, workspace: Workspace, key: OutcomeKey
) -> AskedOutcome | None:
    """Gather what a question is drawn from, as things stand now."""
    prospect = await work.prospects.get(key.prospect_id)
    question = await work.outcomes.get(key)
    if prospect is None:
        return None
    return outcome_as_asked(prospect, key, question, workspace.settings)


def outcome_as_asked(
    prospect: Prospect, key: OutcomeKey, question: OutcomeQuestion | None, settings: Settings
) -> AskedOutcome:
    """Put together what a question is drawn from."""
    again = None if question is None else asked_again_on(question, settings.calendar)
    return AskedOutcome(prospect, key, question, again)


async def _due(
    work: UnitOfWork, reader: Reader, now: datetime, *, is_nudged: bool
) -> tuple[OutcomeQuestion, ...]:
    if not is_nudged and not may_hear(reader, now):
        return ()
    waiting = await work.outcomes.waiting_of(reader.id)
    return outcomes_due(waiting, reader, reader.working.today(now), is_nudged=is_nudged)
