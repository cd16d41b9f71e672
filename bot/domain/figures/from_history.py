"""Tells the story of a prospect from its history: what the figures count, and on which day.

A pure function; where history, verdicts and zones come from is not said here. Days are those
where the owner of that time is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers, Verdict
from bot.domain.decisions.history import HistoryEntry
from bot.domain.figures.timeline import (
    ConditionMet,
    Ended,
    Happening,
    Overridden,
    Screened,
    Story,
    Undone,
    count_unknown,
)
from bot.domain.outcomes.outcome import NO_ANSWER, Outcome
from bot.domain.people import Action, MemberId
from bot.domain.prospects.prospect import ProspectId, Stage


@dataclass(frozen=True, slots=True)
class Judged:
    """What the figures need of a qualification."""

    owner: MemberId
    verdict: Verdict
    rule: str
    """The id of the rule that decided."""
    answers: Answers
    checklist: Checklist


def story_of(
    prospect_id: ProspectId,
    owner: MemberId,
    first_contact: date,
    history: Iterable[HistoryEntry],
    judged: Mapping[str, Judged],
    zone_of: Callable[[MemberId], ZoneInfo],
    outcome: Outcome = NO_ANSWER,
) -> Story:
    """Return the story of a prospect from its history, the oldest entry first.

    Args:
        prospect_id: Whose story it is.
        owner: Who owns it now.
        first_contact: As it is known now.
        history: All that was done to it.
        judged: Its qualifications, by their ids.
        zone_of: Where a member is.
        outcome: What was said about the end that stands.
    """
    happenings = tuple(_happenings(history, judged, zone_of))
    return Story(prospect_id, owner, first_contact, happenings, outcome)


def _happenings(
    history: Iterable[HistoryEntry],
    judged: Mapping[str, Judged],
    zone_of: Callable[[MemberId], ZoneInfo],
) -> Iterator[Happening]:
    owner: MemberId | None = None
    verdict: Verdict | None = None
    overrides: dict[str, Mapping[str, Any]] = {}
    for entry in history:
        if entry.action in {Action.QUALIFY, Action.REQUALIFY}:
            latest = judged[entry.detail["qualification"]]
            owner, verdict = latest.owner, latest.verdict
        elif entry.action is Action.HAND_OVER:
            owner = entry.detail["to"]
        elif entry.action is Action.OVERRIDE:
            overrides[entry.detail["override"]] = entry.detail
        assert owner is not None, entry  # noqa: S101 - every history begins with a verdict
        on = today_in(zone_of(owner), entry.at)
        if entry.action is Action.CONDITION_MET and verdict is Verdict.PURSUE:
            yield ConditionMet(on)
        elif happening := _happening(entry, on, judged, overrides):
            yield happening


def _happening(
    entry: HistoryEntry,
    on: date,
    judged: Mapping[str, Judged],
    overrides: Mapping[str, Mapping[str, Any]],
) -> Happening | None:
    """What an entry is to the figures; None for what they do not count."""
    match entry.action:
        case Action.QUALIFY | Action.REQUALIFY:
            return _screened(on, judged[entry.detail["qualification"]])
        case Action.OVERRIDE if entry.detail["waits"]:
            return None
        case Action.OVERRIDE | Action.APPROVE_OVERRIDE:
            asked = overrides[entry.detail["override"]]
            return Overridden(on, asked["fear"], date.fromisoformat(asked["kill_on"]))
        case Action.WALK_AWAY:
            return Ended(on, Stage.WALKED_AWAY)
        case Action.WON:
            return Ended(date.fromisoformat(entry.detail["day"]), Stage.WON)
        case Action.LOST:
            return Ended(on, Stage.LOST)
        case Action.UNDO:
            return Undone(on)
        case _:
            return None


def _screened(on: date, judged: Judged) -> Screened:
    unknown, could_be_unknown = count_unknown(judged.checklist, judged.answers)
    return Screened(on, judged.verdict, judged.rule, judged.answers, unknown, could_be_unknown)
