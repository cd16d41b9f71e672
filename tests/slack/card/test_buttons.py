from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.people import Action
from bot.domain.read_models import Overview
from bot.slack.card import buttons
from bot.slack.texts import Texts
from tests.slack import cases

EN = Texts("en")


def _offered(made: Overview) -> tuple[list[str], list[str]]:
    block = buttons.decide(made.prospect, made.today, EN)
    shown = [each["action_id"] for each in block["elements"] if each["type"] == "button"]
    menus = [each for each in block["elements"] if each["type"] != "button"]
    behind = [option["value"].partition(".")[0] for menu in menus for option in menu["options"]]
    return shown, behind


GOOD = cases.overview(cases.Case(cases.GOOD))
PROBLEM = cases.overview(cases.Case(cases.NOT_SHOWN))
WALK_AWAY = cases.overview(cases.Case(cases.TALKED_INTO))
FIRE = cases.overview(cases.Case(cases.FIRE))
ENDS = ["won", "lost", "hand_over", "details"]
CHASING = ["sign_of_life", "chased"]


def late(made: Overview) -> Overview:
    return replace(made, today=date(2027, 1, 11))


OVERDUE = late(PROBLEM)


@pytest.mark.parametrize(
    ("made", "shown", "behind"),
    [
        (GOOD, ["won", "walk_away", "requalify"], ["lost", "hand_over", "details"]),
        (PROBLEM, ["walk_away", "requalify", "override"], [*CHASING, *ENDS]),
        (OVERDUE, ["walk_away", "requalify", "override"], [*CHASING, "snooze", *ENDS]),
        (WALK_AWAY, ["walk_away", "requalify", "override"], ENDS),
        (late(WALK_AWAY), ["walk_away", "requalify", "override"], ["snooze", *ENDS]),
        (FIRE, ["condition_met", "walk_away", "requalify"], ["override", *ENDS]),
        (
            late(FIRE),
            ["condition_met", "walk_away", "requalify"],
            ["override", *CHASING, "snooze", *ENDS],
        ),
        (
            cases.met(FIRE, "All"),
            ["won", "walk_away", "requalify"],
            ["lost", "hand_over", "details"],
        ),
        (
            cases.asked(FIRE),
            ["approve_override", "deny_override", "walk_away"],
            ["condition_met", "requalify", *ENDS],
        ),
        (
            cases.overridden(PROBLEM),
            ["won", "walk_away", "requalify"],
            ["lost", "hand_over", "details"],
        ),
        (
            late(cases.overridden(WALK_AWAY)),
            ["walk_away", "requalify", "override"],
            ["snooze", *ENDS],
        ),
        (cases.ended(GOOD, Action.WON), ["undo", "details"], []),
        (cases.ended(GOOD, Action.LOST), ["undo", "requalify", "details"], []),
        (
            cases.ended(FIRE, Action.WALK_AWAY),
            ["decline_message", "undo"],
            ["requalify", "details"],
        ),
    ],
)
def test_what_is_offered_fits_where_the_prospect_stands(
    made: Overview, shown: list[str], behind: list[str]
) -> None:
    assert _offered(made) == (shown, behind)


def _button(made: Overview, action: Action) -> dict[str, Any]:
    elements = buttons.decide(made.prospect, made.today, EN)["elements"]
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
        (Action.WALK_AWAY, "until the end of the next working day"),
        (Action.LOST, "until the end of the next working day"),
        (Action.WON, "After the next working day only a manager can undo this"),
    ],
)
def test_before_undoing_it_says_until_when_that_is_possible(action: Action, until: str) -> None:
    asked = _button(cases.ended(GOOD, action), Action.UNDO)["confirm"]

    assert until in asked["text"]["text"]
