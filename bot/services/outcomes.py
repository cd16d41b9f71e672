"""Outcomes, as far as the clock and the decisions handle them: what is asked, and when.

`bot.domain.outcomes` decides whether and when, and what an answer changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors
from bot.domain.calendar import today_in
from bot.domain.decisions import may
from bot.domain.nudges import NudgePolicy, Reader, may_be_messaged
from bot.domain.outcomes.asking import (
    asked_again_on,
    judged_from,
    next_outcome_on,
    outcomes_due,
)
from bot.domain.outcomes.outcome import (
    CHOICES,
    Choice,
    OutcomeAnswer,
    OutcomeKey,
    OutcomeQuestion,
    answer,
    ask_of,
    asked,
    latest_of_judge,
    put_off,
    refuse,
)
from bot.domain.people import MemberId, OtherAction
from bot.domain.prospects import Prospect
from bot.domain.read_models import AskedOutcome
from bot.domain.workspace import Settings, Workspace
from bot.services.ports import Caller, Clock
from bot.services.transaction.action import Actor, standing
from bot.services.transaction.announcements import rewrite_outcomes
from bot.services.transaction.planning import call_for_outcome
from bot.services.transaction.webhooks import WebhookNotifier
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


async def outcomes_to_ask(
    work: UnitOfWork,
    readers: Sequence[tuple[Reader, bool]],
    now: datetime,
    policy: NudgePolicy,
) -> Mapping[MemberId, Sequence[OutcomeQuestion] | None]:
    """Return what owners are asked now; None if somebody is acting on one of the prospects.

    Those are locked first and read then, so that nothing is asked that was answered a moment ago.
    With each reader it is said whether they are nudged now.
    """
    hearing = [
        (reader, is_nudged)
        for reader, is_nudged in readers
        if is_nudged or may_be_messaged(reader, now, policy)
    ]
    owners = [each.id for each, _ in hearing]
    waiting = await work.outcomes.waiting_of(owners) if hearing else {}
    wanted = _due(hearing, waiting, now, policy)
    ids = sorted({each.prospect_id for questions in wanted.values() for each in questions})
    if not ids:
        return wanted
    free = {each.id for each in await work.prospects.all_free(ids)}
    waiting = await work.outcomes.waiting_about(ids, owners)
    still, found = _due(hearing, waiting, now, policy), {}
    for owner, questions in wanted.items():
        keys = {each.key for each in questions}
        is_busy = any(each.prospect_id not in free for each in questions)
        again = [each for each in still[owner] if each.key in keys]
        found[owner] = None if is_busy else again
    return found


async def note_asked(
    work: UnitOfWork, messages: Sequence[tuple[MemberId, date, Sequence[OutcomeQuestion]]]
) -> None:
    """Keep what the message of a day asks each of these owners."""
    await work.outcomes.store(
        *(asked(question, day) for _, day, questions in messages for question in questions)
    )
    await work.outcomes.add_items(
        (owner, day, [each.key for each in questions]) for owner, day, questions in messages
    )


async def next_outcomes(
    work: UnitOfWork, readers: Sequence[Reader], now: datetime
) -> Mapping[MemberId, date | None]:
    """Return from which day on each owner is to be asked something; None for never."""
    waiting = await work.outcomes.waiting_of([each.id for each in readers]) if readers else {}
    return {
        each.id: next_outcome_on(
            waiting.get(each.id, ()), each.working.today(now), each.working.calendar
        )
        for each in readers
    }


async def asked_outcomes(
    work: UnitOfWork, workspace: Workspace, keys: Sequence[OutcomeKey]
) -> Sequence[AskedOutcome]:
    """Gather what questions are drawn from, as of now; forgotten prospects are left out."""
    ids = list(dict.fromkeys(each.prospect_id for each in keys))
    prospects = {each.id: each for each in await work.prospects.all_of(ids)}
    if not prospects:
        return []
    questions = await work.outcomes.all_of(keys)
    cards = await work.qualifications.of([each.qualification_id for each in prospects.values()])
    found = []
    for key in keys:
        prospect = prospects.get(key.prospect_id)
        if prospect is not None:
            asked = outcome_as_asked(prospect, key, questions.get(key), workspace.settings)
            card = cards.get(prospect.qualification_id)
            found.append(replace(asked, card_link=None if card is None else card.card_link))
    return found


def outcome_as_asked(
    prospect: Prospect, key: OutcomeKey, question: OutcomeQuestion | None, settings: Settings
) -> AskedOutcome:
    """Return the read model of a question."""
    again = None if question is None else asked_again_on(question, settings.calendar)
    return AskedOutcome(prospect, key, question, again)


def _due(
    hearing: Sequence[tuple[Reader, bool]],
    waiting: Mapping[MemberId, Sequence[OutcomeQuestion]],
    now: datetime,
    policy: NudgePolicy,
) -> dict[MemberId, Sequence[OutcomeQuestion]]:
    return {
        reader.id: outcomes_due(
            waiting.get(reader.id, ()),
            reader,
            reader.working.today(now),
            is_nudged=is_nudged,
            policy=policy,
        )
        for reader, is_nudged in hearing
    }


class OutcomeService:
    """Records answers about an end that stands, each in a transaction of its own.

    Every method raises UnknownProspect, NotAllowed for anybody but the owner and managers, and
    OutcomeGone if the end was undone or the prospect screened again.
    """

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def note_answer(self, caller: Caller, key: OutcomeKey, choice: Choice, seen: int) -> None:
        """Record an answer, or correct it: the latest counts.

        A manager who does not own the prospect is a second judge, and changes nothing the owner
        said. Raises TooEarlyToJudge before the day that the question is about. `seen` is the number
        of answers to it when the button was drawn. Raises OutcomeAlreadyAnswered if that is out of
        date, or if the answer is the same.
        """
        async with self._units(caller.workspace_id) as work:
            who, prospect, question = await _checked(work, caller, key)
            if prospect.facts.owner != caller.member_id:
                today = today_in(await who.zone_of(work, prospect.facts.owner), self._clock())
                if today < judged_from(question):
                    raise errors.TooEarlyToJudge(prospect, judged_from(question))
            latest = latest_of_judge(question, ask_of(choice), caller.member_id)
            if latest is not None and (
                latest.choice == choice or seen != _answers_to(question, choice)
            ):
                raise errors.OutcomeAlreadyAnswered(prospect, latest)
            given = OutcomeAnswer(choice, caller.member_id, self._clock())
            await work.outcomes.add_answer(question, given)
            question = answer(question, given)
            await work.outcomes.store(question)
            await rewrite_outcomes(work, prospect.id, f"{key.after}:{len(question.answers)}")
            teller = WebhookNotifier(work, who.workspace, given.by, given.at)
            await teller.answered(prospect, question, given)

    async def put_off(self, caller: Caller, key: OutcomeKey) -> None:
        """Ask again some working days later. Raises OutcomeSettled if there is nothing to ask."""
        async with self._units(caller.workspace_id) as work:
            who, prospect, question = await _checked(work, caller, key)
            settings = who.workspace.settings
            _refuse_settled(prospect, question, asked_again_on(question, settings.calendar))
            zone = await who.zone_of(work, prospect.facts.owner)
            today = today_in(zone, self._clock())
            question = put_off(question, today)
            await work.outcomes.store(question)
            again = asked_again_on(question, settings.calendar)
            if again is not None:
                await call_for_outcome(work, prospect.facts.owner, again, settings, zone)
            await rewrite_outcomes(work, prospect.id, f"{key.after}:put_off:{today}")

    async def refuse(self, caller: Caller, key: OutcomeKey) -> None:
        """Never ask about this end again, neither now nor later. Raises OutcomeSettled."""
        async with self._units(caller.workspace_id) as work:
            _, prospect, question = await _checked(work, caller, key)
            _refuse_settled(prospect, question)
            for each in await work.outcomes.standing(prospect.id):
                if each.is_about_same_end(question):
                    await work.outcomes.store(refuse(each))
            await rewrite_outcomes(work, prospect.id, f"{key.after}:refused")


async def _checked(
    work: UnitOfWork, caller: Caller, key: OutcomeKey
) -> tuple[Actor, Prospect, OutcomeQuestion]:
    """Return who answers which question, with the prospect locked until the end."""
    who = await standing(work, caller, OtherAction.ANSWER_OUTCOME)
    prospect = await work.prospects.get_to_change(key.prospect_id)
    if prospect is None:
        raise errors.UnknownProspect
    if not may(OtherAction.ANSWER_OUTCOME, who.roles(prospect)):
        raise errors.NotAllowed(
            OtherAction.ANSWER_OUTCOME, owner=prospect.facts.owner, name=prospect.facts.name
        )
    question = await work.outcomes.get(key)
    if question is None:
        raise errors.OutcomeGone(prospect)
    return who, prospect, question


def _answers_to(question: OutcomeQuestion, choice: Choice) -> int:
    asked = CHOICES[ask_of(choice)]
    return sum(1 for each in question.answers if isinstance(each.choice, asked))


def _refuse_settled(
    prospect: Prospect, question: OutcomeQuestion, again_on: date | None = None
) -> None:
    if question.is_refused or question.is_answered or again_on is not None:
        raise errors.OutcomeSettled(prospect, is_refused=question.is_refused, again_on=again_on)
