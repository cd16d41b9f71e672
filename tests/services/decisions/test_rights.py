"""Who may do what, and when: the table of stages, actions and rights, tried case by case."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

import pytest

from bot.domain.errors import (
    DomainError,
    NotAllowed,
    NotFullMember,
    NotWinnable,
    StaleClick,
    WrongStage,
)
from bot.domain.nudges import asked_about
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect, Stage
from bot.domain.settings.table import SettingId
from bot.domain.workspace import OverrideApproval
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, MONDAY, NO_OFFER, PROBLEM
from tests.services.agency import (
    BOT,
    GONE,
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    SETTINGS,
    STRANGER,
    A,
    Agency,
    click,
)

MEMBERS: Final = {
    "owner": OWNER,
    "manager": MANAGER,
    "other": OTHER,
    "guest": GUEST,
    "bot": BOT,
    "stranger": STRANGER,
    "deactivated": GONE,
}
FULL = frozenset({"owner", "manager", "other"})
OWNER_OR_MANAGER = frozenset({"owner", "manager"})
MANAGERS = frozenset({"manager"})


@dataclass(frozen=True)
class Rule:
    """One row of the table: from where, to where, by whom."""

    sources: frozenset[str]
    target: Stage | Literal["stays"] | None
    who: frozenset[str]


STAYS: Final = "stays"
"""The prospect stays in the stage that it is in, and yet a revision is made."""
OVERRIDE = frozenset({"asked", "denied", "overridden"})
OPEN = OVERRIDE | {"pursue", "quiet", "problem", "overdue", "walk away", "on condition"}
WALKED_AWAY, WON, LOST, ENDED = (
    frozenset({name}) for name in ("walked away", "won", "lost", "ended")
)
HESITATING = frozenset({"problem", "overdue", "asked", "denied"})
"""What is overridden, asked for or denied here is a problem by its verdict."""
SITUATIONS = [*sorted(OPEN), "walked away", "won", "lost", "ended"]

TABLE: Final = {
    Action.REQUALIFY: Rule(OPEN | WALKED_AWAY | LOST | ENDED, Stage.OPEN, OWNER_OR_MANAGER),
    Action.WALK_AWAY: Rule(OPEN, Stage.WALKED_AWAY, OWNER_OR_MANAGER),
    Action.OVERRIDE: Rule(
        OPEN - {"pursue", "quiet", "asked", "overridden"}, Stage.OPEN, OWNER_OR_MANAGER
    ),
    Action.APPROVE_OVERRIDE: Rule(frozenset({"asked"}), Stage.OPEN, MANAGERS),
    Action.DENY_OVERRIDE: Rule(frozenset({"asked"}), Stage.OPEN, MANAGERS),
    Action.WON: Rule(frozenset({"pursue", "quiet", "overridden"}), Stage.WON, OWNER_OR_MANAGER),
    Action.LOST: Rule(OPEN, Stage.LOST, OWNER_OR_MANAGER),
    Action.UNDO: Rule(WALKED_AWAY | WON | LOST | ENDED, Stage.OPEN, OWNER_OR_MANAGER),
    Action.CONDITION_MET: Rule(frozenset({"on condition"}), Stage.OPEN, OWNER_OR_MANAGER),
    Action.SIGN_OF_LIFE: Rule(HESITATING, Stage.OPEN, OWNER_OR_MANAGER),
    Action.CHASED: Rule(HESITATING, Stage.OPEN, OWNER_OR_MANAGER),
    Action.SNOOZE: Rule(frozenset({"overdue"}), Stage.OPEN, OWNER_OR_MANAGER),
    Action.HAND_OVER: Rule(OPEN | WON, STAYS, OWNER_OR_MANAGER),
    Action.END_CLIENT: Rule(WON, Stage.ENDED, OWNER_OR_MANAGER),
    Action.CORRECT: Rule(frozenset(SITUATIONS) - ENDED, STAYS, OWNER_OR_MANAGER),
    Action.STILL_OPEN: Rule(frozenset({"quiet"}), Stage.OPEN, OWNER_OR_MANAGER),
    Action.DECLINE_MESSAGE: Rule(WALKED_AWAY, None, OWNER_OR_MANAGER),
    Action.DETAILS: Rule(frozenset(SITUATIONS), None, FULL),
}
"""What is decided here was decided by the owner, who may therefore undo it."""

STAGES = {
    "walked away": Stage.WALKED_AWAY,
    "won": Stage.WON,
    "lost": Stage.LOST,
    "ended": Stage.ENDED,
}
UNWINNABLE = OPEN - {"pursue", "quiet", "overridden"}


def test_every_action_on_a_prospect_has_its_row() -> None:
    assert set(TABLE) == set(Action) - {Action.QUALIFY}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("action", TABLE)
async def test_an_action_obeys_the_table_whoever_tries_it(
    agency: Agency, action: Action, situation: str
) -> None:
    outcomes: dict[str, Outcome] = {}

    prospect = await brought_to(agency, situation)
    for role in MEMBERS:
        outcomes[role] = await outcome_of(agency, action, role, prospect)
        if isinstance(outcomes[role], tuple):
            prospect = await brought_to(agency, situation)

    assert outcomes == {role: expected_outcome(action, situation, role) for role in MEMBERS}


Outcome = type[DomainError] | tuple[Stage | None, int]
"""What refused it, or the stage that it led to and by how much the revision grew."""


async def outcome_of(agency: Agency, action: Action, role: str, prospect: Prospect) -> Outcome:
    try:
        await ACTS[action](agency, MEMBERS[role], prospect)
    except DomainError as refusal:
        assert await agency.now(prospect.id) == prospect
        return type(refusal)
    now = await agency.now(prospect.id)
    return (None if now == prospect else now.stage), now.revision - prospect.revision


def expected_outcome(action: Action, situation: str, role: str) -> Outcome:
    target = TABLE[action].target
    if target == STAYS:
        target = STAGES.get(situation, Stage.OPEN)
    if action is Action.UNDO and situation == "ended":
        target = Stage.WON
    return expected_refusal(action, situation, role) or (target, 0 if target is None else 1)


def expected_refusal(action: Action, situation: str, role: str) -> type[DomainError] | None:
    if role not in FULL:
        return NotFullMember
    nothing_decided = action is Action.UNDO and situation in OPEN
    if role not in TABLE[action].who and not nothing_decided:
        return NotAllowed
    if situation in TABLE[action].sources:
        return None
    return NotWinnable if action is Action.WON and situation in UNWINNABLE else WrongStage


@pytest.mark.parametrize("role", MEMBERS)
async def test_any_full_member_may_screen_and_nobody_else(agency: Agency, role: str) -> None:
    if role in FULL:
        prospect = await agency.screen(MEMBERS[role], NO_OFFER)
        assert prospect.facts.owner == MEMBERS[role]
    else:
        with pytest.raises(NotFullMember):
            await agency.begin(MEMBERS[role])


@pytest.mark.parametrize("role", MEMBERS)
async def test_only_managers_see_and_change_the_settings(agency: Agency, role: str) -> None:
    await agency.everybody_comes()
    caller = Caller(A, MEMBERS[role])
    page = {SettingId.REFERRALS: "Petra Klein", SettingId.OVERRIDE_APPROVAL: "manager"}

    if role == "manager":
        await agency.settings.change(caller, page, shown={})
        chosen = (await agency.settings.opened(caller)).settings
        assert chosen.referrals
        assert chosen.override_approval is OverrideApproval.MANAGER
        assert await agency.settings.history(caller)
    else:
        refusal = NotAllowed if role in FULL else NotFullMember
        change = agency.settings.change(caller, page, shown={})
        settings = agency.settings
        for attempt in (settings.opened(caller), settings.history(caller), change):
            with pytest.raises(refusal):
                await attempt
        async with agency.units.reading(A) as work:
            workspace = await work.workspaces.get()
        assert workspace is not None
        assert workspace.settings == SETTINGS


@pytest.mark.parametrize("role", sorted(set(MEMBERS) - FULL))
async def test_an_outsider_cannot_submit_a_modal_either(agency: Agency, role: str) -> None:
    shown = await agency.begin(OWNER)

    with pytest.raises(NotFullMember):
        await agency.step(MEMBERS[role], shown, **NO_OFFER)


async def test_the_owner_cannot_undo_what_a_manager_decided(agency: Agency) -> None:
    prospect = await agency.walk_away(MANAGER, await brought_to(agency, "problem"))

    with pytest.raises(NotAllowed):
        await agency.undo(OWNER, prospect)


async def test_a_double_click_on_undo_comes_late_and_is_not_forbidden(agency: Agency) -> None:
    prospect = await agency.walk_away(OWNER, await brought_to(agency, "problem"))
    await agency.undo(OWNER, prospect)

    with pytest.raises(StaleClick):
        await agency.undo(OWNER, prospect)


async def brought_to(agency: Agency, situation: str) -> Prospect:
    match situation:
        case "pursue":
            return await agency.screen(OWNER, GOOD)
        case "problem":
            return await agency.screen(OWNER, PROBLEM)
        case "overdue":
            agency.clock.now = MONDAY
            prospect = await agency.screen(OWNER, PROBLEM)
            agency.clock.move(days=14)
            return prospect
        case "quiet" | "asked" | "denied" | "overridden":
            return await asked_about_it(agency, situation)
        case "walk away":
            return await agency.screen(OWNER, NO_OFFER)
        case "on condition":
            return await agency.screen(OWNER, HOMEWORK)
        case "walked away":
            return await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
        case "won":
            return await agency.win(OWNER, await agency.screen(OWNER, GOOD))
        case "ended":
            won = await agency.win(OWNER, await agency.screen(OWNER, GOOD))
            return await agency.end_client(OWNER, won)
        case _:
            return await agency.lose(OWNER, await agency.screen(OWNER, NO_OFFER))


async def quiet(agency: Agency) -> Prospect:
    prospect = asked_about(await agency.screen(OWNER, GOOD), agency.clock.now.date())
    async with agency.units(A) as work:
        await work.prospects.store_nudge_records(prospect)
    return prospect


async def asked_about_it(agency: Agency, situation: str) -> Prospect:
    if situation == "quiet":
        return await quiet(agency)
    await agency.let_managers_approve()
    asked = await agency.override(OWNER, await agency.screen(OWNER, PROBLEM))
    match situation:
        case "denied":
            return await agency.deny(MANAGER, asked)
        case "overridden":
            return await agency.approve(MANAGER, asked)
    return asked


async def requalify(agency: Agency, by: MemberId, prospect: Prospect) -> None:
    await agency.screen_again(by, prospect, NO_OFFER)


async def details(agency: Agency, by: MemberId, prospect: Prospect) -> None:
    overview = await agency.decisions.details(Caller(A, by), prospect.id)
    assert overview.prospect == prospect


async def draft_decline(agency: Agency, by: MemberId, prospect: Prospect) -> None:
    declined = await agency.decline.declined(Caller(A, by), prospect.id)
    assert declined.name == prospect.facts.name


ACTS: Final[dict[Action, Callable[[Agency, MemberId, Prospect], Awaitable[object]]]] = {
    Action.REQUALIFY: requalify,
    Action.WALK_AWAY: Agency.walk_away,
    Action.OVERRIDE: Agency.override,
    Action.APPROVE_OVERRIDE: Agency.approve,
    Action.DENY_OVERRIDE: Agency.deny,
    Action.WON: Agency.win,
    Action.LOST: Agency.lose,
    Action.UNDO: Agency.undo,
    Action.CONDITION_MET: Agency.meet,
    Action.SIGN_OF_LIFE: Agency.see_life,
    Action.CHASED: Agency.chase,
    Action.SNOOZE: Agency.snooze,
    Action.HAND_OVER: Agency.hand_over,
    Action.END_CLIENT: Agency.end_client,
    Action.CORRECT: Agency.correct,
    Action.STILL_OPEN: Agency.still_open,
    Action.DECLINE_MESSAGE: draft_decline,
    Action.DETAILS: details,
}

DIALOGS = (
    Action.OVERRIDE,
    Action.DENY_OVERRIDE,
    Action.WON,
    Action.LOST,
    Action.CONDITION_MET,
    Action.SIGN_OF_LIFE,
    Action.HAND_OVER,
    Action.END_CLIENT,
    Action.CORRECT,
)


@pytest.mark.parametrize("situation", ["pursue", "on condition", "asked", "walked away"])
@pytest.mark.parametrize("action", DIALOGS)
async def test_a_dialog_opens_only_for_who_may_carry_it_out(
    agency: Agency, action: Action, situation: str
) -> None:
    prospect = await brought_to(agency, situation)
    refusals: dict[str, type[DomainError] | None] = {}

    for role, member in MEMBERS.items():
        try:
            await agency.decisions.may(Caller(A, member), click(prospect), action)
        except DomainError as refusal:
            refusals[role] = type(refusal)
        else:
            refusals[role] = None

    assert refusals == {role: expected_refusal(action, situation, role) for role in MEMBERS}
