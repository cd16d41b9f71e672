"""Who is what, and what that allows."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.people import RIGHTS, Action, Errand, Member, MemberId, Role, may, roles

ANNA = Member(MemberId("U0ANNA"), "Anna", ZoneInfo("Europe/Berlin"), "de-DE")
BEN = MemberId("U0BEN")

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
    Action.DECLINE_MESSAGE: OWNER_OR_MANAGER,
    Action.DETAILS: {Role.FULL_MEMBER},
    Errand.SEND_AGAIN: {Role.MANAGER},
    Errand.CHANGE_SETTINGS: {Role.MANAGER},
}


def test_every_action_has_its_rights() -> None:
    assert set(RIGHTS) == set(TABLE) == {*Action, *Errand}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", RIGHTS)
def test_a_role_is_enough_as_the_table_says(action: Action | Errand, role: Role) -> None:
    assert may(action, {role}) is (role in TABLE[action])


@pytest.mark.parametrize("action", RIGHTS)
def test_who_has_no_role_may_do_nothing(action: Action | Errand) -> None:
    assert not may(action, frozenset())


@pytest.mark.parametrize(
    ("managers", "owner", "decided_by", "asked_by", "held"),
    [
        ([], None, None, None, set()),
        ([BEN], BEN, BEN, BEN, set()),
        ([ANNA.id], None, None, None, {Role.MANAGER, Role.APPROVER}),
        ([ANNA.id], None, None, BEN, {Role.MANAGER, Role.APPROVER}),
        ([ANNA.id], None, None, ANNA.id, {Role.MANAGER}),
        ([], ANNA.id, BEN, ANNA.id, {Role.OWNER}),
        ([], BEN, ANNA.id, None, {Role.DECIDER}),
        ([ANNA.id, BEN], ANNA.id, ANNA.id, ANNA.id, {Role.MANAGER, Role.OWNER, Role.DECIDER}),
    ],
)
def test_a_member_holds_the_roles_they_have(
    managers: list[MemberId],
    owner: MemberId | None,
    decided_by: MemberId | None,
    asked_by: MemberId | None,
    held: set[Role],
) -> None:
    found = roles(ANNA, managers=managers, owner=owner, decided_by=decided_by, asked_by=asked_by)

    assert found == held | {Role.FULL_MEMBER}


@pytest.mark.parametrize(
    "outsider",
    [
        replace(ANNA, is_guest=True),
        replace(ANNA, is_foreign=True),
        replace(ANNA, is_bot=True),
        replace(ANNA, is_deactivated=True),
    ],
)
def test_who_is_no_full_member_has_no_role_whatever_else_they_are(outsider: Member) -> None:
    assert not outsider.is_full
    assert roles(outsider, managers=[ANNA.id], owner=ANNA.id, decided_by=ANNA.id) == frozenset()
