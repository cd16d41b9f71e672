from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.people import Action, Role
from bot.domain.read_models import Overview
from bot.slack.card import buttons, verdict
from bot.slack.decisions.dialogs import confirm_dialog
from bot.slack.payloads import payloads
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.slack import cases

EN = Texts("en")


def _offered(made: Overview) -> tuple[list[str], list[str]]:
    block = buttons.decide(made.prospect, made.today, EN, made.undo_by)
    shown = [each["action_id"] for each in block["elements"] if each["type"] == "button"]
    menus = [each for each in block["elements"] if each["type"] != "button"]
    behind = [option["value"].partition(".")[0] for menu in menus for option in menu["options"]]
    return shown, behind


GOOD = cases.overview(cases.Case(cases.GOOD))
PROBLEM = cases.overview(cases.Case(cases.NOT_SHOWN))
WALK_AWAY = cases.overview(cases.Case(cases.TALKED_INTO))
FIRE = cases.overview(cases.Case(cases.FIRE))
LAST = ["lost", "hand_over", "details"]
WITH_ROOM = ["lost", "hand_over", "correct", "details"]
AGAINST = ["walk_away", "override", "requalify"]


def late(made: Overview) -> Overview:
    return replace(made, today=date(2027, 1, 11))


OVERDUE = late(PROBLEM)


@pytest.mark.parametrize(
    ("made", "shown", "behind"),
    [
        (GOOD, ["walk_away", "won", "requalify"], WITH_ROOM),
        (PROBLEM, AGAINST, ["sign_of_life", "chased", *LAST]),
        (OVERDUE, AGAINST, ["sign_of_life", "chased", "snooze", "lost", "details"]),
        (WALK_AWAY, AGAINST, ["lost", "hand_over", "won", "correct", "details"]),
        (late(WALK_AWAY), AGAINST, ["snooze", "lost", "hand_over", "won", "details"]),
        (
            FIRE,
            ["walk_away", "condition_met", "override"],
            ["requalify", "lost", "hand_over", "won", "details"],
        ),
        (
            late(FIRE),
            ["walk_away", "condition_met", "override"],
            ["requalify", "sign_of_life", "chased", "snooze", "details"],
        ),
        (cases.met(FIRE, "All"), ["walk_away", "won", "requalify"], WITH_ROOM),
        (
            cases.asked(PROBLEM),
            ["walk_away", "approve_override", "deny_override"],
            ["requalify", "sign_of_life", "chased", "lost", "details"],
        ),
        (
            cases.asked(FIRE),
            ["walk_away", "condition_met", "approve_override"],
            ["deny_override", "requalify", *LAST],
        ),
        (
            late(cases.asked(PROBLEM)),
            ["walk_away", "requalify", "sign_of_life"],
            ["chased", "snooze", *LAST],
        ),
        (cases.overridden(PROBLEM), ["walk_away", "won", "requalify"], WITH_ROOM),
        (
            late(cases.overridden(WALK_AWAY)),
            AGAINST,
            ["snooze", "lost", "hand_over", "won", "details"],
        ),
        (
            cases.ended(GOOD, Action.WON),
            ["undo", "hand_over", "end_client"],
            ["correct", "details"],
        ),
        (cases.ended(GOOD, Action.END_CLIENT), ["undo", "requalify"], ["details"]),
        (cases.ended(GOOD, Action.LOST), ["undo", "requalify", "correct"], ["details"]),
        (
            cases.ended(FIRE, Action.WALK_AWAY),
            ["decline_message", "undo", "requalify"],
            ["correct", "details"],
        ),
    ],
)
def test_what_is_offered_fits_where_the_prospect_stands(
    made: Overview, shown: list[str], behind: list[str]
) -> None:
    assert _offered(made) == (shown, behind)


def test_every_action_about_a_prospect_has_its_place() -> None:
    assert set(buttons.ORDER) == set(Action) - {Action.QUALIFY, Action.DETAILS}


@pytest.mark.parametrize("made", [GOOD, OVERDUE, late(FIRE), cases.asked(FIRE)])
def test_the_menu_is_an_overflow_of_at_most_five_in_a_block_of_this_revision(
    made: Overview,
) -> None:
    block = buttons.decide(made.prospect, made.today, EN, made.undo_by)
    menu = block["elements"][-1]

    assert (menu["type"], menu["action_id"]) == ("overflow", "more")
    assert len(menu["options"]) <= 5
    assert block["block_id"] == f"decide.p1.{made.prospect.revision}"
    assert all(each["value"].endswith(f".p1.{made.prospect.revision}") for each in menu["options"])


def _in_details(made: Overview, *held: Role) -> list[str]:
    blocks = buttons.in_details(made.prospect, made.today, set(held), EN)
    return [each["action_id"] for block in blocks for each in block["elements"]]


def test_what_has_no_room_on_the_card_has_its_buttons_in_the_details() -> None:
    assert _in_details(late(FIRE), Role.OWNER) == ["lost", "hand_over", "won", "correct"]
    assert _in_details(PROBLEM, Role.OWNER) == ["won", "correct"]
    assert _in_details(GOOD, Role.OWNER) == []


def test_who_may_not_do_it_has_no_button_in_the_details() -> None:
    assert _in_details(late(FIRE), Role.FULL_MEMBER) == []


def test_what_asks_once_more_asks_in_a_modal_when_it_comes_from_a_menu() -> None:
    target = payloads.Target(PROBLEM.prospect.id, 1)
    view = confirm_dialog(Action.WALK_AWAY, PROBLEM.prospect, target, EN)

    assert (view["callback_id"], view["private_metadata"]) == ("walk_away", "p1.1")
    assert "Walk away from Acme GmbH?" in view["blocks"][0]["text"]["text"]
    assert view["submit"]["text"] == "Walk away"
    assert view_problems(view) == []


def _button(made: Overview, action: Action) -> dict[str, Any]:
    elements = buttons.decide(made.prospect, made.today, EN, made.undo_by)["elements"]
    found: dict[str, Any] = next(each for each in elements if each["action_id"] == action)
    return found


def test_buttons_carry_prospect_and_revision_and_name_the_prospect_aloud() -> None:
    button = _button(PROBLEM, Action.WALK_AWAY)

    assert button["value"] == "p1.1"
    assert button["accessibility_label"] == "Walk away from Acme GmbH"
    assert _button(cases.ended(GOOD, Action.LOST), Action.UNDO)["value"] == "p1.2"


@pytest.mark.parametrize(("made", "style"), [(GOOD, None), (PROBLEM, "danger")])
def test_walking_away_is_urged_unless_the_verdict_is_pursue(
    made: Overview, style: str | None
) -> None:
    assert _button(made, Action.WALK_AWAY).get("style") == style


def test_only_walking_away_and_undoing_ask_once_more() -> None:
    assert "confirm" in _button(PROBLEM, Action.WALK_AWAY)
    assert "confirm" in _button(cases.ended(GOOD, Action.WON), Action.UNDO)
    assert "confirm" not in _button(GOOD, Action.WON)


@pytest.mark.parametrize(
    ("action", "until"),
    [
        (Action.WALK_AWAY, "You can undo the decision until the end of Tue 8 Dec."),
        (Action.LOST, "You can undo the decision until the end of Tue 8 Dec."),
        (Action.WON, "After Tue 8 Dec, only a manager can undo it"),
        (Action.END_CLIENT, "You can undo the decision until the end of Tue 8 Dec."),
    ],
)
def test_before_undoing_it_says_until_which_day_that_is_possible(
    action: Action, until: str
) -> None:
    made = replace(cases.ended(GOOD, action), undo_by=date(2026, 12, 8))

    [row] = [each for each in verdict.card(made, EN).blocks if each["type"] == "actions"]

    [undo] = [each for each in row["elements"] if each.get("action_id") == Action.UNDO]
    assert until in undo["confirm"]["text"]["text"]
