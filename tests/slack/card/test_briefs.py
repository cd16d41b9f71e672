"""A line about a prospect says why, what settles it, its value, and where its card is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.delivery.contents import NudgedProspect, NudgeMessage
from bot.domain.people import Action
from bot.domain.read_models import Brief
from bot.slack import kit
from bot.slack.card import briefs
from bot.slack.nudges import nudge_message
from bot.slack.overrides.dialogs import override_dialog
from bot.slack.payloads import payloads
from bot.slack.texts import Texts
from tests.slack import cases

LINK = "https://sandbox.example/archives/C0/p1?a=1&b=2"
TO_CARD = "<https://sandbox.example/archives/C0/p1?a=1&amp;b=2|Open card>"
WHOLE = Brief(
    {"en": "Not <shown> yet.", "de": "Noch nicht gezeigt."},
    {"en": "Show it", "de": "Zeig es"},
    (Decimal(12000), "EUR"),
    LINK,
)
LATE = date(2026, 12, 11)


@pytest.mark.parametrize(
    ("brief", "wanted"),
    [
        (
            WHOLE,
            ["Not &lt;shown&gt; yet.", "To settle it: Show it", f"€12,000 · {TO_CARD}"],
        ),
        (replace(WHOLE, settle=None, value=None), ["Not &lt;shown&gt; yet.", TO_CARD]),
        (replace(WHOLE, settle=None, value=None, link=None), ["Not &lt;shown&gt; yet."]),
        (None, []),
    ],
)
def test_what_is_not_known_is_left_out(brief: Brief | None, wanted: list[str]) -> None:
    assert list(briefs.lines(brief, Texts("en"))) == wanted


def nudge(item: NudgedProspect) -> kit.Rendered:
    workspace = cases.overview(cases.CASES["ordinary"]).workspace
    message = NudgeMessage(workspace, cases.ANNA, LATE, (item,), names=cases.NAMES)
    return nudge_message(message, Texts("en"))


def test_a_nudge_says_why_it_is_about_a_prospect_and_what_would_settle_it() -> None:
    prospect = cases.overview(cases.CASES["ordinary"]).prospect

    told = nudge(NudgedProspect(prospect, 1, brief=WHOLE))

    for line in briefs.lines(WHOLE, Texts("en")):
        assert line in told.text
        assert line in str(told.blocks[1])


def test_a_message_whose_buttons_moved_links_the_newer_one() -> None:
    prospect = cases.overview(cases.CASES["ordinary"]).prospect
    on = LATE - timedelta(days=1)

    linked = nudge(NudgedProspect(prospect, 1, on, "https://x.example/p2", WHOLE)).text
    plain = nudge(NudgedProspect(prospect, 1, on)).text

    assert "<https://x.example/p2|Moved to a newer reminder, sent" in linked
    assert "Moved to a newer reminder, sent" in plain
    assert "<" not in plain
    assert TO_CARD in linked
    assert "To settle it" not in linked


@pytest.mark.parametrize("undo_by", [LATE, None])
def test_walking_away_from_a_nudge_can_be_undone_there_as_long_as_it_is_allowed(
    undo_by: date | None,
) -> None:
    ended = cases.ended(cases.overview(cases.CASES["ordinary"]), Action.WALK_AWAY).prospect

    told = nudge(NudgedProspect(ended, 1, undo_by=undo_by))

    [row] = [block for block in told.blocks if block["type"] == "actions"]
    shown = [each["action_id"] for each in row["elements"]]
    assert shown == [Action.DECLINE_MESSAGE, *([Action.UNDO] if undo_by else [])]


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("ordinary", "Before you mark Acme GmbH as won despite the verdict, say why."),
        ("longest", "hasn't met"),
    ],
)
def test_who_marks_as_won_against_the_verdict_reads_first_why_an_override_is_asked(
    case: str, why: str
) -> None:
    prospect = cases.overview(cases.CASES[case]).prospect
    target = payloads.Target(prospect.id, 1)

    first, plain = (
        override_dialog(prospect, target, Texts("en"), needs_approval=False, wins_first=wins)
        for wins in (True, False)
    )

    assert why in first["blocks"][0]["text"]["text"]
    assert first["blocks"][1:] == plain["blocks"]
