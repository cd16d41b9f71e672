"""What is known of each action: who may, and from where."""

import pytest

from bot.domain.decisions import RULES, may
from bot.domain.people import Action, OtherAction, Role

OWNER_OR_MANAGER = {Role.OWNER, Role.MANAGER}
TABLE = {
    Action.QUALIFY: {Role.FULL_MEMBER},
    Action.REQUALIFY: OWNER_OR_MANAGER,
    Action.WALK_AWAY: OWNER_OR_MANAGER,
    Action.OVERRIDE: OWNER_OR_MANAGER,
    Action.APPROVE_OVERRIDE: {Role.APPROVER},
    Action.DENY_OVERRIDE: {Role.APPROVER},
    Action.WON: OWNER_OR_MANAGER,
    Action.LOST: OWNER_OR_MANAGER,
    Action.UNDO: {Role.DECIDER, Role.MANAGER},
    Action.CONDITION_MET: OWNER_OR_MANAGER,
    Action.SIGN_OF_LIFE: OWNER_OR_MANAGER,
    Action.CHASED: OWNER_OR_MANAGER,
    Action.SNOOZE: OWNER_OR_MANAGER,
    Action.HAND_OVER: OWNER_OR_MANAGER,
    Action.END_CLIENT: OWNER_OR_MANAGER,
    Action.CORRECT: OWNER_OR_MANAGER,
    Action.STILL_OPEN: OWNER_OR_MANAGER,
    Action.DECLINE_MESSAGE: OWNER_OR_MANAGER,
    Action.DETAILS: {Role.FULL_MEMBER},
    OtherAction.SEND_AGAIN: {Role.MANAGER},
    OtherAction.ANSWER_OUTCOME: OWNER_OR_MANAGER,
    OtherAction.CHANGE_SETTINGS: {Role.MANAGER},
    OtherAction.CHANGE_CHECKLISTS: {Role.MANAGER},
    OtherAction.CHANGE_WEBHOOKS: {Role.MANAGER},
    OtherAction.FORGET: {Role.MANAGER},
    OtherAction.EXPORT: {Role.MANAGER},
    OtherAction.ASSIGN_DRAFT: {Role.MANAGER},
    OtherAction.REMEMBER: {Role.FULL_MEMBER},
}


def test_every_action_has_its_rights() -> None:
    assert set(RULES) == set(TABLE) == {*Action, *OtherAction}


def test_every_action_on_a_prospect_starts_somewhere() -> None:
    assert {action for action in Action if RULES[action].sources} == set(Action) - {Action.QUALIFY}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", RULES)
def test_a_role_is_enough_as_the_table_says(action: Action | OtherAction, role: Role) -> None:
    assert may(action, {role}) is (role in TABLE[action])


@pytest.mark.parametrize("action", RULES)
def test_who_has_no_role_may_do_nothing(action: Action | OtherAction) -> None:
    assert not may(action, frozenset())
