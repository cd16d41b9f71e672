"""What webhooks say: one documented JSON object for each event (`docs/integrations.md`).

Fields are only ever added. Amounts are decimals as strings, days are ISO 8601, and members are
Slack ids.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict

from bot.domain.decisions import acts
from bot.domain.outcomes.outcome import OutcomeAnswer, OutcomeQuestion, ask_of
from bot.domain.people import MemberId
from bot.domain.prospects import OverrideId, Prospect
from bot.domain.screening import ChecklistVersion, Qualification
from bot.domain.webhooks.webhooks import Event


class AboutProspect(TypedDict):
    """What every payload says about its prospect, as of after the event."""

    prospect_id: str
    name: str
    owner: str
    owner_name: str | None
    stage: str
    verdict: str
    rule: str | None
    """The rule that decided the verdict."""
    expected_value: str | None
    currency: str
    decide_by: str | None
    qualification_id: str
    by: str | None
    """Who did it."""


class QualificationSubmitted(AboutProspect):
    """A prospect got a verdict."""

    reasons: list[str]
    """The rules that matched, the deciding one first."""
    checklist: str
    checklist_version: int
    is_again: bool
    """Whether the prospect had a verdict before."""


class ProspectDecided(AboutProspect):
    """A prospect was decided, or a decision undone."""

    decision: Literal["walked_away", "won", "lost", "ended", "undone"]
    day: str | None
    """The day on which a client was won, or the last one as a client."""
    ended_by: str | None
    sentence: str | None


class OverrideDecided(AboutProspect):
    """An override was approved, denied, or needed no approval."""

    override_id: str
    decision: Literal["in_force", "approved", "denied"]
    """`in_force`: it needed nobody's approval."""
    asked_by: str
    fear: str
    reason: str
    new_fact: str | None
    kill_criterion: str
    kill_on: str
    refusal: str | None


class OutcomeAnswered(AboutProspect):
    """Somebody said how a client or a walk-away turned out: one question, one answer."""

    ending: str
    ended_on: str
    after_days: int
    question: str
    answer: str
    is_owners: bool
    """Whether it is the owner's answer, which takes precedence."""


Said = QualificationSubmitted | ProspectDecided | OverrideDecided | OutcomeAnswered


def about(
    prospect: Prospect,
    rule: str | None,
    *,
    owner_name: str | None,
    currency: str,
    by: MemberId | None,
) -> AboutProspect:
    """Return what every payload says about its prospect."""
    facts, due = prospect.facts, prospect.due
    return {
        "prospect_id": prospect.id,
        "name": facts.name,
        "owner": facts.owner,
        "owner_name": owner_name,
        "stage": prospect.stage.value,
        "verdict": prospect.verdict.value,
        "rule": rule,
        "expected_value": _amount(facts.expected_value),
        "currency": currency,
        "decide_by": None if due is None else due.on.isoformat(),
        "qualification_id": prospect.qualification_id,
        "by": by,
    }


def qualification_submitted(
    it: AboutProspect, qualification: Qualification, version: ChecklistVersion
) -> QualificationSubmitted:
    """Return the payload about a verdict."""
    return {
        **it,
        "reasons": list(qualification.reasons),
        "checklist": version.checklist.id,
        "checklist_version": version.number,
        "is_again": qualification.before is not None,
    }


def event_of(act: acts.Act) -> Event | None:
    """Return the event for an act; None if webhooks are not told of it."""
    match act:
        case acts.WalkedAway() | acts.Won() | acts.Lost() | acts.ClientEnded() | acts.Undone():
            return Event.PROSPECT_DECIDED
        case acts.OverrideApproved() | acts.OverrideDenied() | acts.OverrideAsked(waits=False):
            return Event.OVERRIDE_DECIDED
        case _:
            return None


def of_act(
    it: AboutProspect, prospect: Prospect, act: acts.Act
) -> ProspectDecided | OverrideDecided | None:
    """Return the payload about an act; None if webhooks are not told of it."""
    match act:
        case acts.WalkedAway():
            return _decided(it, "walked_away")
        case acts.Won(day=day):
            return _decided(it, "won", day)
        case acts.Lost(ended_by=ended_by, sentence=sentence):
            return _decided(it, "lost", None, ended_by, sentence)
        case acts.ClientEnded(day, ended_by, sentence):
            return _decided(it, "ended", day, ended_by, sentence)
        case acts.Undone():
            return _decided(it, "undone")
        case acts.OverrideAsked(override, waits=False):
            return _overridden(it, prospect, override, "in_force")
        case acts.OverrideApproved(override):
            return _overridden(it, prospect, override, "approved")
        case acts.OverrideDenied(override):
            return _overridden(it, prospect, override, "denied")
        case _:
            return None


def outcome_answered(
    it: AboutProspect, question: OutcomeQuestion, given: OutcomeAnswer, *, is_owners: bool
) -> OutcomeAnswered:
    """Return the payload about an answer."""
    return {
        **it,
        "ending": question.ending.value,
        "ended_on": question.ended_on.isoformat(),
        "after_days": question.after,
        "question": ask_of(given.choice).value,
        "answer": given.choice.value,
        "is_owners": is_owners,
    }


def body(event: Event, at: datetime, data: Said | Mapping[str, Any]) -> str:
    """Return the body that is sent and signed, byte for byte."""
    sent = {
        "type": event.value,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": data,
    }
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":"))


def _decided(
    it: AboutProspect,
    decision: Literal["walked_away", "won", "lost", "ended", "undone"],
    day: date | None = None,
    ended_by: str | None = None,
    sentence: str | None = None,
) -> ProspectDecided:
    return {
        **it,
        "decision": decision,
        "day": None if day is None else day.isoformat(),
        "ended_by": ended_by,
        "sentence": sentence,
    }


def _overridden(
    it: AboutProspect,
    prospect: Prospect,
    override: OverrideId,
    decision: Literal["in_force", "approved", "denied"],
) -> OverrideDecided | None:
    found = next((each for each in prospect.overrides if each.id == override), None)
    if found is None:
        return None
    grounds = found.grounds
    return {
        **it,
        "override_id": found.id,
        "decision": decision,
        "asked_by": found.asked_by,
        "fear": grounds.fear.value,
        "reason": grounds.reason,
        "new_fact": grounds.new_fact,
        "kill_criterion": grounds.kill_criterion,
        "kill_on": grounds.kill_on.isoformat(),
        "refusal": found.refusal,
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
