"""How a history stores an act as JSON; it's written and read nowhere else.

Rows are never changed, and a process of the previous version may read them too. So a key keeps its
name and meaning, and keys added later may be missing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy, Fear, Grounds, OverrideId, QualificationId

Detail = Mapping[str, Any]


def to_detail(act: acts.Act) -> dict[str, Any]:  # noqa: C901 - one case for each act
    """Return an act as JSON; unknown values have no key."""
    match act:
        case acts.Screened() | acts.ScreenedAgain():
            detail = _of_screening(act)
        case acts.WalkedAway() | acts.StillOpenSaid():
            detail = {}
        case acts.Won(day):
            detail = {"day": day and day.isoformat()}
        case acts.Lost(ended_by, sentence):
            detail = {"ended_by": ended_by, "sentence": sentence}
        case acts.ClientEnded(ended_on, by_whom, said):
            detail = {"day": ended_on.isoformat(), "ended_by": by_whom, "sentence": said}
        case acts.Undone(undone, decided_by):
            detail = {"undone": undone, "decided_by": decided_by}
        case acts.OverrideAsked():
            detail = _of_request(act)
        case acts.OverrideApproved(override, asked_by):
            detail = {"override": override, "asked_by": asked_by}
        case acts.OverrideDenied(override, asked_by, refusal):
            detail = {"override": override, "asked_by": asked_by, "sentence": refusal}
        case acts.ConditionMet(brought):
            detail = {"brought": brought}
        case acts.SignOfLife(sign):
            detail = {"sign": sign}
        case acts.Chased(chases):
            detail = {"chases": chases}
        case acts.Snoozed(days, until):
            detail = {"days": days, "until": until.isoformat()}
        case acts.OwnerChanged(before, owner):
            detail = {"from": before, "to": owner}
        case acts.Corrected():
            detail = _of_correction(act)
        case _:
            assert_never(act)
    if isinstance(act, acts.ActWithOverrides):
        detail["overrides"] = [_of_override(each) for each in act.overrides] or None
    return {key: value for key, value in detail.items() if value is not None}


def to_act(action: Action, detail: Detail) -> acts.Act:  # noqa: C901 - one case for each action
    """Return the stored act; unknown keys are ignored."""
    match action:
        case Action.QUALIFY:
            return _screening(acts.Screened, detail)
        case Action.REQUALIFY:
            return _screening(acts.ScreenedAgain, detail)
        case Action.WALK_AWAY:
            return acts.WalkedAway(overrides=_overrides(detail))
        case Action.WON:
            return acts.Won(_day(detail, "day"), overrides=_overrides(detail))
        case Action.LOST:
            return _loss(detail)
        case Action.UNDO:
            return _undoing(detail)
        case Action.OVERRIDE:
            return _request(detail)
        case Action.APPROVE_OVERRIDE:
            return acts.OverrideApproved(*_answered(detail))
        case Action.DENY_OVERRIDE:
            return acts.OverrideDenied(*_answered(detail), detail["sentence"])
        case Action.CONDITION_MET:
            return acts.ConditionMet(detail.get("brought"), overrides=_overrides(detail))
        case Action.SIGN_OF_LIFE:
            return acts.SignOfLife(detail.get("sign"))
        case Action.CHASED:
            return acts.Chased(detail.get("chases"))
        case Action.SNOOZE:
            return acts.Snoozed(detail["days"], date.fromisoformat(detail["until"]))
        case Action.HAND_OVER:
            return acts.OwnerChanged(MemberId(detail["from"]), MemberId(detail["to"]))
        case Action.END_CLIENT:
            day, ended_by = date.fromisoformat(detail["day"]), EndedBy(detail["ended_by"])
            return acts.ClientEnded(day, ended_by, detail.get("sentence"))
        case Action.CORRECT:
            return _correction(detail)
        case Action.STILL_OPEN:
            return acts.StillOpenSaid()
        case Action.DECLINE_MESSAGE | Action.DETAILS:
            message = f"{action} changes no prospect, so no history has it"
            raise ValueError(message)
        case _:
            assert_never(action)


def _of_screening(act: acts.Screened) -> dict[str, Any]:
    conditions = [{"what": what, "due": due.isoformat()} for what, due in act.conditions]
    return {
        "qualification": act.qualification,
        "verdict": act.verdict,
        "owner": act.owner,
        "conditions": conditions or None,
        "namesake": act.namesake,
    }


def _screening(kind: type[acts.Screened], detail: Detail) -> acts.Screened:
    conditions = detail.get("conditions", ())
    return kind(
        QualificationId(detail["qualification"]),
        Verdict(detail["verdict"]),
        _member(detail, "owner"),
        tuple((each["what"], date.fromisoformat(each["due"])) for each in conditions),
        detail.get("namesake"),
        overrides=_overrides(detail),
    )


def _loss(detail: Detail) -> acts.Lost:
    ended_by = detail.get("ended_by")
    return acts.Lost(
        None if ended_by is None else EndedBy(ended_by),
        detail.get("sentence"),
        overrides=_overrides(detail),
    )


def _undoing(detail: Detail) -> acts.Undone:
    undone = detail.get("undone")
    return acts.Undone(
        None if undone is None else Action(undone),
        _member(detail, "decided_by"),
        overrides=_overrides(detail),
    )


def _of_request(act: acts.OverrideAsked) -> dict[str, Any]:
    grounds = act.grounds
    return {
        "override": act.override,
        "fear": grounds.fear,
        "new_fact": grounds.new_fact,
        "reason": grounds.reason,
        "kill_criterion": grounds.kill_criterion,
        "kill_on": grounds.kill_on.isoformat(),
        "waits": act.waits,
        "alone": act.alone,
    }


def _request(detail: Detail) -> acts.OverrideAsked:
    grounds = Grounds(
        Fear(detail["fear"]),
        detail["reason"],
        detail["kill_criterion"],
        date.fromisoformat(detail["kill_on"]),
        detail.get("new_fact"),
    )
    override, alone = OverrideId(detail["override"]), detail.get("alone")
    return acts.OverrideAsked(override, grounds, detail["waits"], alone)


def _answered(detail: Detail) -> tuple[OverrideId, MemberId]:
    return OverrideId(detail["override"]), MemberId(detail["asked_by"])


def _of_correction(act: acts.Corrected) -> dict[str, Any]:
    return {
        "name": _of_change(act.name, str),
        "expected_value": _of_change(act.expected_value, str),
        "first_contact": _of_change(act.first_contact, date.isoformat),
    }


def _of_change(
    change: acts.CorrectedValue[Any] | None, write: Callable[[Any], str]
) -> Detail | None:
    if change is None:
        return None
    both = {"from": change.before, "to": change.now}
    return {key: None if value is None else write(value) for key, value in both.items()}


def _correction(detail: Detail) -> acts.Corrected:
    return acts.Corrected(
        _change(detail.get("name"), str),
        _change(detail.get("expected_value"), Decimal),
        _change(detail.get("first_contact"), date.fromisoformat),
    )


def _change(written: Detail | None, read: Callable[[str], Any]) -> acts.CorrectedValue[Any] | None:
    if written is None:
        return None
    before, now = (None if written[key] is None else read(written[key]) for key in ("from", "to"))
    return acts.CorrectedValue(before, now)


def _of_override(override: acts.TouchedOverride) -> dict[str, Any]:
    return {
        "override": override.id,
        "asked_by": override.asked_by,
        "was_asked": override.was_asked,
    }


def _overrides(detail: Detail) -> tuple[acts.TouchedOverride, ...]:
    return tuple(
        acts.TouchedOverride(*_answered(each), each["was_asked"])
        for each in detail.get("overrides", ())
    )


def _member(detail: Detail, key: str) -> MemberId | None:
    member = detail.get(key)
    return None if member is None else MemberId(member)


def _day(detail: Detail, key: str) -> date | None:
    day = detail.get(key)
    return None if day is None else date.fromisoformat(day)
