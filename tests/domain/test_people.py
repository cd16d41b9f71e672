"""Who is what."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.people import Member, MemberId, Role, roles

ANNA = Member(MemberId("U0ANNA"), "Anna", ZoneInfo("Europe/Berlin"), "de-DE")
BEN = MemberId("U0BEN")


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
