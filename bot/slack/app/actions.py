"""The table of actions: what a click on each one does, and what submitting its dialog does.

`bot.domain.decisions.actions` defines who may do it and when, `bot.slack.card.actions` how it
reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import assert_never

from bot.domain.people import Action
from bot.slack.decisions import listeners as decisions
from bot.slack.interaction import Handler, Interaction, Listeners, Reply, take_note
from bot.slack.overrides import listeners as overrides
from bot.slack.payloads import ids, payloads
from bot.slack.screening import listeners as screening


@dataclass(frozen=True, slots=True)
class ActionSteps:
    """The handlers that follow when a member chooses an action, by its button or from a menu."""

    click: Handler
    submit: Handler | None = None
    """What follows when they hand in its dialog, if it has one."""
    from_menu: Handler | None = None
    """What follows when it is chosen from a menu, if its button asks once more: a menu cannot."""


def _steps_of(action: Action) -> ActionSteps:  # noqa: C901 - a table: one case for each action
    match action:
        case Action.QUALIFY:
            return ActionSteps(screening.screen_another)
        case Action.REQUALIFY:
            return ActionSteps(screening.screen_again)
        case Action.WALK_AWAY:
            return ActionSteps(
                decisions.walk_away, decisions.walk_away, decisions.ask_whether_to_walk_away
            )
        case Action.OVERRIDE:
            return ActionSteps(overrides.ask_for_grounds, overrides.submit_override)
        case Action.APPROVE_OVERRIDE:
            return ActionSteps(overrides.approve)
        case Action.DENY_OVERRIDE:
            return ActionSteps(overrides.ask_why_not, overrides.submit_denial)
        case Action.WON:
            return ActionSteps(decisions.ask_day_won, decisions.submit_won)
        case Action.LOST:
            return ActionSteps(decisions.ask_who_ended_it, decisions.submit_lost)
        case Action.UNDO:
            return ActionSteps(decisions.undo, decisions.undo, decisions.ask_whether_to_undo)
        case Action.CONDITION_MET:
            return ActionSteps(decisions.ask_what_was_brought, decisions.submit_condition_met)
        case Action.SIGN_OF_LIFE:
            return ActionSteps(decisions.ask_what_they_did, decisions.submit_sign_of_life)
        case Action.CHASED:
            return ActionSteps(decisions.chased)
        case Action.SNOOZE:
            return ActionSteps(decisions.ask_how_long, decisions.submit_snooze)
        case Action.HAND_OVER:
            return ActionSteps(decisions.ask_who_takes_over, decisions.submit_hand_over)
        case Action.END_CLIENT:
            return ActionSteps(decisions.ask_how_it_ended, decisions.submit_end_client)
        case Action.CORRECT:
            return ActionSteps(decisions.ask_what_is_right, decisions.submit_correction)
        case Action.STILL_OPEN:
            return ActionSteps(decisions.still_open)
        case Action.DECLINE_MESSAGE:
            return ActionSteps(decisions.draft, take_note)
        case Action.DETAILS:
            return ActionSteps(decisions.show_details)
        case _:
            assert_never(action)


_STEPS: Mapping[Action, ActionSteps] = MappingProxyType(
    {action: _steps_of(action) for action in Action}
)


async def choose_from_menu(it: Interaction) -> Reply:
    """Run the action chosen from a card's menu."""
    action, _ = payloads.parse_option(it.value)
    if action is Action.QUALIFY:  # which is about no prospect that has a card
        raise payloads.MalformedPayload
    steps = _STEPS[action]
    return await (steps.from_menu or steps.click)(it)


LISTENERS = Listeners(
    elements={
        **{action: steps.click for action, steps in _STEPS.items()},
        ids.MORE: choose_from_menu,
    },
    submissions={action: each.submit for action, each in _STEPS.items() if each.submit},
)
