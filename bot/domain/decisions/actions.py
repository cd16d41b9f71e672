"""What is known of each action, whoever shows it: one table, and the refusals that follow from it.

How an action is labelled is in `bot.slack.card.actions`, what a click on it does in
`bot.slack.app.actions`, and what it makes of a prospect in `moves`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import assert_never

from bot.domain import errors
from bot.domain.backstop import is_past_backstop
from bot.domain.people import Action, OtherAction, Role
from bot.domain.prospects import (
    Prospect,
    Stage,
    is_open_pursue,
    is_stalled,
    is_winnable,
    takes_chasing,
)


@dataclass(frozen=True, slots=True)
class ActionRules:
    """Who may do something, to a prospect in which state, and whether the history records it."""

    roles: frozenset[Role]
    """Any one of them is enough. Only full members have any role."""
    sources: frozenset[Stage] = frozenset()
    """The stages from which it starts; none if it concerns no existing prospect."""
    target: Stage | None = None
    """The stage to which it leads. None: the prospect stays where it is."""
    fits: Callable[[Prospect], bool] | None = None
    """A further condition on the prospect."""
    fits_on: Callable[[Prospect, date], bool] | None = None
    """A further condition that also depends on the day in the owner's time zone."""
    is_recorded: bool = True
    """Whether the prospect's history records it."""

    def allows(self, prospect: Prospect) -> bool:
        """Tell whether a prospect's state suits it, leaving the day aside."""
        return prospect.stage in self.sources and (self.fits is None or self.fits(prospect))

    def allows_on(self, prospect: Prospect, today: date) -> bool:
        """Tell whether it suits this day in the owner's time zone."""
        return self.fits_on is None or self.fits_on(prospect, today)


_ANYBODY = frozenset({Role.FULL_MEMBER})
_APPROVER = frozenset({Role.APPROVER})
_MANAGER = frozenset({Role.MANAGER})
_OWNER_OR_MANAGER = frozenset({Role.OWNER, Role.MANAGER})
_OPEN = frozenset({Stage.OPEN})
_WON = frozenset({Stage.WON})
_DECIDED = frozenset(Stage) - _OPEN


def _rules_of(action: Action | OtherAction) -> ActionRules:  # noqa: C901 - a table: one case for each
    match action:
        case Action.QUALIFY:
            return ActionRules(_ANYBODY)
        case Action.REQUALIFY:
            return ActionRules(_OWNER_OR_MANAGER, frozenset(Stage) - _WON, Stage.OPEN)
        case Action.WALK_AWAY:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, Stage.WALKED_AWAY)
        case Action.WON:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, Stage.WON, fits_on=is_winnable)
        case Action.LOST:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, Stage.LOST)
        case Action.UNDO:
            return ActionRules(frozenset({Role.DECIDER, Role.MANAGER}), _DECIDED, Stage.OPEN)
        case Action.OVERRIDE:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, fits_on=_can_be_overridden)
        case Action.APPROVE_OVERRIDE:
            return ActionRules(_APPROVER, _OPEN, fits=_is_asked_for, fits_on=_is_not_winnable)
        case Action.DENY_OVERRIDE:
            return ActionRules(_APPROVER, _OPEN, fits=_is_asked_for)
        case Action.CONDITION_MET:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, fits=_has_unmet_conditions)
        case Action.SIGN_OF_LIFE | Action.CHASED:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, fits_on=takes_chasing)
        case Action.SNOOZE:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, fits_on=_can_be_snoozed)
        case Action.HAND_OVER:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN | _WON)
        case Action.END_CLIENT:
            return ActionRules(_OWNER_OR_MANAGER, _WON, Stage.ENDED)
        case Action.CORRECT:
            return ActionRules(_OWNER_OR_MANAGER, frozenset(Stage) - {Stage.ENDED})
        case Action.STILL_OPEN:
            return ActionRules(_OWNER_OR_MANAGER, _OPEN, fits=_is_asked_about)
        case Action.DECLINE_MESSAGE:
            return ActionRules(_OWNER_OR_MANAGER, frozenset({Stage.WALKED_AWAY}), is_recorded=False)
        case Action.DETAILS:
            return ActionRules(_ANYBODY, frozenset(Stage), is_recorded=False)
        case OtherAction.REMEMBER:
            return ActionRules(_ANYBODY, is_recorded=False)
        case OtherAction.ANSWER_OUTCOME:
            return ActionRules(_OWNER_OR_MANAGER, is_recorded=False)
        case (
            OtherAction.SEND_AGAIN
            | OtherAction.CHANGE_SETTINGS
            | OtherAction.CHANGE_CHECKLISTS
            | OtherAction.CHANGE_WEBHOOKS
            | OtherAction.FORGET
            | OtherAction.EXPORT
            | OtherAction.ASSIGN_DRAFT
        ):
            return ActionRules(_MANAGER, is_recorded=False)
        case _:
            assert_never(action)


def _can_be_overridden(prospect: Prospect, today: date) -> bool:
    """Tell whether an override is possible: one at a time, and only against the verdict."""
    return prospect.request is None and _is_not_winnable(prospect, today)


def _can_be_snoozed(prospect: Prospect, today: date) -> bool:
    return is_stalled(prospect, today) or is_past_backstop(prospect, today)


def _is_not_winnable(prospect: Prospect, today: date) -> bool:
    return not is_winnable(prospect, today)


def _is_asked_for(prospect: Prospect) -> bool:
    return prospect.request is not None


def _is_asked_about(prospect: Prospect) -> bool:
    """Tell whether nobody has answered the latest question yet."""
    asked_on, answered_on = prospect.quiet.asked_on, prospect.quiet.answered_on
    is_waiting = asked_on is not None and (answered_on is None or answered_on < asked_on)
    return is_open_pursue(prospect) and is_waiting


def _has_unmet_conditions(prospect: Prospect) -> bool:
    return bool(prospect.unmet)


RULES: Mapping[Action | OtherAction, ActionRules] = MappingProxyType(
    {action: _rules_of(action) for action in (*Action, *OtherAction)}
)


def may(action: Action | OtherAction, held: Collection[Role]) -> bool:
    """Tell whether any of the roles `held` allows an action."""
    return not RULES[action].roles.isdisjoint(held)


def fits(action: Action, prospect: Prospect, today: date) -> bool:
    """Tell whether a prospect is in a state for an action, on a day in its owner's time zone."""
    rules = RULES[action]
    return rules.allows(prospect) and rules.allows_on(prospect, today)


def check(
    prospect: Prospect, action: Action, held: Collection[Role], *, revision: int | None
) -> None:
    """Refuse an action that is not allowed, comes too late, or does not fit the stage.

    `revision` is the one that the clicked button showed; None leaves it unchecked, for actions that
    change nothing. Raises NotAllowed, StaleClick or WrongStage. What depends on the day is refused
    by `check_today`.
    """
    # once a decision is undone, it has no decider: a second click is late, not forbidden
    is_undone = action is Action.UNDO and prospect.decision is None
    if not (may(action, held) or (is_undone and held)):
        raise errors.NotAllowed(action, owner=prospect.facts.owner, name=prospect.facts.name)
    if revision is not None and revision != prospect.revision:
        raise errors.StaleClick(prospect)
    if not RULES[action].allows(prospect):
        raise errors.WrongStage(prospect, action)


def check_today(prospect: Prospect, action: Action, today: date) -> None:
    """Refuse what doesn't fit the day in the owner's time zone: raise WrongStage or NotWinnable."""
    if RULES[action].allows_on(prospect, today):
        return
    raise (
        errors.NotWinnable(prospect)
        if action is Action.WON
        else errors.WrongStage(prospect, action)
    )
