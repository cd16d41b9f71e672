"""The nudge message, as it looks and as it is read aloud; what Slack would refuse fails here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.delivery.contents import NudgedProspect, NudgeMessage
from bot.domain.people import Action
from bot.domain.prospects import (
    Due,
    DueReason,
    NudgeRecord,
    Prospect,
    ProspectCondition,
    ProspectId,
    QuietPeriod,
)
from bot.slack.kit.blocks import classic
from bot.slack.nudges import nudge_message
from bot.slack.texts import Texts
from sandbox.rules import message_problems
from tests.slack import cases

EN = Texts("en")
TODAY = date(2026, 12, 18)


def prospect(case: cases.Case, number: int = 1, **more: Any) -> Prospect:
    return replace(cases.overview(case).prospect, id=ProspectId(f"p{number}"), **more)


def nudge(*prospects: Prospect, number: int = 1) -> NudgeMessage:
    workspace = cases.overview(cases.CASES["ordinary"]).workspace
    items = tuple(NudgedProspect(each, number) for each in prospects)
    return NudgeMessage(workspace, cases.ANNA, TODAY, items, names=cases.NAMES)


def brief(told: NudgeMessage, case: cases.Case, **more: Any) -> NudgeMessage:
    """Tell of each what its verdict says; `more` changes the items."""
    items = tuple(replace(each, brief=cases.brief(case), **more) for each in told.items)
    return replace(told, items=items)


def asked_again(told: NudgeMessage) -> NudgeMessage:
    link = "https://sandbox.example/archives/D0/p2"
    items = tuple(replace(each, again_on=TODAY, again_link=link) for each in told.items)
    return replace(told, items=items)


def handed_over(known: Prospect) -> Prospect:
    return replace(known, facts=replace(known.facts, owner=cases.BEN))


def open_pursue(case: cases.Case, number: int = 1, **more: Any) -> Prospect:
    """Return one that may be won, and about which its owner is asked."""
    quiet = QuietPeriod(date(2026, 11, 19), asked=1, asked_on=TODAY)
    its = {"verdict": Verdict.PURSUE, "due": None, "conditions": (), "quiet": quiet} | more
    return prospect(case, number, **its)


def asking(*prospects: Prospect, case: cases.Case, stalled: NudgeMessage | None = None) -> Any:
    items = tuple(NudgedProspect(each, 1, brief=cases.brief(case)) for each in prospects)
    return replace(stalled or nudge(), questions=items)


ORDINARY, HOSTILE, LONGEST = (cases.CASES[each] for each in ("ordinary", "hostile", "longest"))
WALKED_AWAY = cases.ended(cases.overview(ORDINARY), Action.WALK_AWAY).prospect
LAST = nudge(prospect(cases.CASES["empty"], nudge_record=NudgeRecord(nudges=3)), number=3)
MANAGED_BY_ANNA = replace(LAST.workspace, manager_ids=frozenset({cases.ANNA}))
DRAWN: Mapping[str, NudgeMessage] = {
    "one": brief(nudge(prospect(ORDINARY)), ORDINARY),
    "chased": nudge(prospect(ORDINARY, chases=3, nudge_record=NudgeRecord(nudges=2)), number=2),
    "last": LAST,
    "snoozed_twice": nudge(
        prospect(ORDINARY, nudge_record=NudgeRecord(nudges=2, snoozes=2)), number=2
    ),
    "of_a_manager": replace(LAST, workspace=MANAGED_BY_ANNA),
    "lapsed": brief(nudge(prospect(HOSTILE)), HOSTILE),
    "longest": brief(
        nudge(
            *(
                prospect(LONGEST, n, chases=12, nudge_record=NudgeRecord(3, snoozed_until=TODAY))
                for n in range(10)
            ),
            number=3,
        ),
        LONGEST,
    ),
    "decided": brief(nudge(WALKED_AWAY, prospect(ORDINARY, 2)), ORDINARY, undo_by=TODAY),
    "all_decided": nudge(WALKED_AWAY),
    "kill_date": nudge(cases.overridden(cases.overview(ORDINARY)).prospect),
    "kill_date_hostile": nudge(cases.overridden(cases.overview(HOSTILE), cases.HOSTILE).prospect),
    "asked_again": asked_again(nudge(prospect(ORDINARY), prospect(HOSTILE, 2))),
    "handed_over": nudge(handed_over(prospect(ORDINARY)), handed_over(WALKED_AWAY)),
    "asked": nudge(cases.asked(cases.overview(ORDINARY)).prospect),
    "open": asking(open_pursue(ORDINARY), open_pursue(cases.CASES["empty"], 2), case=ORDINARY),
    "open_hostile": asking(open_pursue(HOSTILE), case=HOSTILE),
    "open_answered": asking(
        open_pursue(ORDINARY, quiet=QuietPeriod(date(2026, 11, 19), 1, TODAY, TODAY)),
        handed_over(open_pursue(ORDINARY, 2, quiet=QuietPeriod(TODAY))),
        replace(WALKED_AWAY, verdict=Verdict.PURSUE),
        case=ORDINARY,
    ),
}
DRAWN = {
    **DRAWN,
    "open_longest": asking(
        *(open_pursue(LONGEST, n + 10) for n in range(5)), case=LONGEST, stalled=DRAWN["longest"]
    ),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_nudge_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = nudge_message(DRAWN[name], Texts(language))

    for each in (drawn, classic(drawn)):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    golden(f"nudge.{name}.{language}", {"text": drawn.text, "blocks": drawn.blocks})


def offered(name: str) -> tuple[list[str], list[str]]:
    rows = [b for b in nudge_message(DRAWN[name], EN).blocks if b["type"] == "actions"]
    elements = rows[0]["elements"] if rows else []
    shown = [each["action_id"] for each in elements if each["type"] == "button"]
    options = [option for each in elements for option in each.get("options", ())]
    return shown, [option["value"].partition(".")[0] for option in options]


AGAINST = ["walk_away", "override", "requalify"]
CHASING = ["sign_of_life", "chased"]


@pytest.mark.parametrize(
    ("name", "shown", "behind"),
    [
        ("one", AGAINST, [*CHASING, "snooze", "lost", "details"]),
        ("chased", AGAINST, [*CHASING, "snooze", "lost", "details"]),
        ("last", AGAINST, ["lost", "hand_over", "won", "correct", "details"]),
        ("snoozed_twice", AGAINST, [*CHASING, "lost", "hand_over", "details"]),
        ("of_a_manager", AGAINST, ["snooze", "lost", "hand_over", "won", "details"]),
        (
            "lapsed",
            ["walk_away", "condition_met", "override"],
            ["requalify", *CHASING, "snooze", "details"],
        ),
        ("kill_date", AGAINST, None),
        (
            "asked",
            ["walk_away", "requalify", "sign_of_life"],
            ["chased", "snooze", "lost", "hand_over", "details"],
        ),
        ("longest", ["walk_away", "condition_met", "override"], None),
    ],
)
def test_every_prospect_has_its_likeliest_actions(
    name: str, shown: list[str], behind: list[str] | None
) -> None:
    assert offered(name)[0] == shown
    assert behind is None or offered(name)[1] == behind


def test_from_the_third_chase_on_it_says_what_that_means() -> None:
    assert "you're talking them into it." in nudge_message(DRAWN["chased"], EN).text
    assert "you're talking them into it." not in nudge_message(DRAWN["one"], EN).text


def test_after_the_kill_date_it_quotes_the_kill_criterion() -> None:
    said = nudge_message(DRAWN["kill_date"], EN).text

    assert "🟡 Problem, check-in date passed · Acme GmbH" in said
    assert "You said you'd stop on Tue 15 Dec if: “no signed offer by then”" in said


def test_the_last_nudge_says_that_it_is_the_last() -> None:
    assert "Last reminder." in nudge_message(DRAWN["last"], EN).text


def test_of_what_was_walked_away_from_meanwhile_the_decline_message_and_undo_are_left() -> None:
    drawn = nudge_message(DRAWN["decided"], EN)

    blocks = {b["block_id"]: b["elements"] for b in drawn.blocks if b["type"] == "actions"}
    assert set(blocks) == {"decide.p1.2", "decide.p2.1"}
    assert [each["action_id"] for each in blocks["decide.p1.2"]] == ["decline_message", "undo"]
    assert drawn.text.startswith("1 prospect needs a decision.\nWalked away · Acme GmbH")


def test_an_open_pursue_is_won_lost_or_still_open() -> None:
    shown, behind = offered("open")

    assert shown == ["won", "lost", "still_open"]
    assert behind == ["walk_away", "requalify", "hand_over", "correct", "details"]
    assert offered("open_answered") == ([], [])


@pytest.mark.parametrize("name", ["longest", "open_longest"])
def test_ten_of_the_longest_are_whole_enough_to_be_read_aloud(name: str) -> None:
    drawn = nudge_message(DRAWN[name], EN)

    assert len(drawn.blocks) <= 50
    assert len(drawn.text) <= 4000


@pytest.mark.parametrize("name", ["asked_again", "handed_over"])
def test_what_is_decided_elsewhere_has_no_buttons(name: str) -> None:
    drawn = nudge_message(DRAWN[name], EN)

    assert "actions" not in [block["type"] for block in drawn.blocks]
    assert "Nothing left to decide here" in drawn.text


def test_an_older_message_says_when_it_was_asked_again() -> None:
    said = nudge_message(DRAWN["asked_again"], EN).text

    assert said.count("Moved to a newer reminder, sent Fri 18 Dec.") == 2


def test_the_old_owner_reads_to_whom_it_went() -> None:
    drawn = nudge_message(DRAWN["handed_over"], EN)

    assert drawn.text.count(f"Handed over to {cases.NAMES[cases.BEN]}.") == 2
    assert f"Handed over to <@{cases.BEN}>." in str(drawn.blocks)


def test_what_was_decided_says_who_and_when() -> None:
    said = nudge_message(DRAWN["all_decided"], EN).text

    assert f"{cases.NAMES[WALKED_AWAY.decision.by]} walked away on " in said  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Was due Tue 8 Dec, 8 working days ago.\nNot met: last year's figures"),
        ("de", "Fällig war Di., 8. Dez., vor 8 Arbeitstagen.\nNicht erfüllt: last year's figures"),
    ],
)
def test_what_has_lapsed_is_named(language: str, said: str) -> None:
    due = Due(date(2026, 12, 8), DueReason.CONDITION)
    condition = ProspectCondition("last year's figures", due.on)
    lapsed = prospect(ORDINARY, due=due, conditions=(condition,))

    assert said in nudge_message(nudge(lapsed), Texts(language)).text
