"""The clock's and the decisions' part of outcomes: what is to be asked, and when.

Whether and when, `bot.domain.asking` tells; what owners answer is noted by `following_up`.
"""

from collections.abc import Iterable
from datetime import date, datetime

from bot.domain.nudges import Reader, may_hear
from bot.domain.outcomes.asking import asked_again_on, next_outcome_on, outcomes_due
from bot.domain.outcomes.outcome import OutcomeKey, OutcomeQuestion, asked
from bot.domain.people import MemberId
from bot.domain.prospects.prospect import Prospect
from bot.domain.read_models import AskedOutcome
from bot.domain.workspace.workspace import Settings, Workspace
from bot.storage.unit_of_work import UnitOfWork


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
