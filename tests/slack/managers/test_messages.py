"""The managers' messages, as they look and as they are read aloud; Slack would take them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.counts import ActionCounts
from bot.domain.delivery.contents import (
    GoneOwner,
    HandedOver,
    ManagersMessage,
    ProposedProspect,
    UndecidedProspect,
)
from bot.domain.people import Action, MemberId
from bot.domain.prospects import NudgeRecord, Prospect, ProspectId, QuietPeriod, TimeInQuestion
from bot.slack.kit.blocks import Rendered, classic
from bot.slack.managers.messages import hand_all_over_dialog, handed_over, managers_message
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases
from tests.slack.nudges.test_nudge import (
    EN,
    HOSTILE,
    LONGEST,
    ORDINARY,
    TODAY,
    open_pursue,
    prospect,
)

WORKSPACE = cases.overview(ORDINARY).workspace
LAST = NudgeRecord(nudges=3, last_on=TODAY)
WALKED_AWAY = replace(
    cases.ended(cases.overview(ORDINARY), Action.WALK_AWAY).prospect, nudge_record=LAST
)
LATER = date(2027, 1, 15)
HOSTILE_NAMES: dict[str, str] = {
    cases.ANNA: cases.HOSTILE,
    cases.BEN: cases.HOSTILE,
    cases.SABINE: cases.HOSTILE,
}


def proposed(case: cases.Case, number: int = 1, **more: Any) -> Prospect:
    return prospect(case, number, **({"nudge_record": LAST} | more))


def told(
    *prospects: Prospect,
    more: int = 0,
    gone: tuple[GoneOwner, ...] = (),
    names: Mapping[str, str] = cases.NAMES,
) -> ManagersMessage:
    items = tuple(ProposedProspect(each, TODAY) for each in prospects)
    return ManagersMessage(WORKSPACE, cases.SABINE, items, more, gone, names)


def left(case: cases.Case, listed: int, total: int) -> tuple[Prospect, ...]:
    return tuple(prospect(case, number) for number in range(min(listed, total)))


def brief(told: ManagersMessage, case: cases.Case, **more: Any) -> ManagersMessage:
    """Tell of each what its verdict says; `more` changes the items."""
    items = tuple(replace(each, brief=cases.brief(case), **more) for each in told.items)
    return replace(told, items=items)


ALL_LEFT = GoneOwner(cases.BEN, 3, left(ORDINARY, 10, 3))
ONE_LEFT = GoneOwner(cases.BEN, 1, left(HOSTILE, 10, 1))
MANY_LEFT = GoneOwner(cases.BEN, 27, left(LONGEST, 10, 27))

QUESTION = TimeInQuestion(1, date(2026, 11, 2), date(2026, 11, 16))
KEPT_OPEN = ActionCounts(signs_of_life=2, hand_overs=1)
EVERYTHING = ActionCounts(4, 5, 6, 2, 3, 1, 7)


def undecided(
    case: cases.Case, number: int = 1, counts: ActionCounts = KEPT_OPEN, **more: Any
) -> UndecidedProspect:
    its = prospect(case, number, in_question=QUESTION, nudge_record=NudgeRecord(1))
    return UndecidedProspect(ProposedProspect(its, TODAY, brief=cases.brief(case)), counts, **more)


def in_vain(case: cases.Case, number: int = 1, **more: Any) -> Prospect:
    """Return one that may be won, and about which its owner was asked three times."""
    quiet = QuietPeriod(date(2026, 9, 21), asked=3, asked_on=date(2026, 12, 17))
    return open_pursue(case, number, **({"quiet": quiet} | more))


DRAWN: Mapping[str, ManagersMessage] = {
    "undecided": replace(
        told(proposed(ORDINARY, 3)),
        undecided=(
            undecided(ORDINARY, away_until=date(2027, 11, 30)),
            UndecidedProspect(
                ProposedProspect(proposed(ORDINARY, 2, in_question=QUESTION), TODAY), EVERYTHING
            ),
        ),
    ),
    "undecided_many": replace(
        told(gone=tuple(replace(MANY_LEFT, id=MemberId(f"U0BEN{n}")) for n in range(5))),
        undecided=tuple(undecided(LONGEST, n, EVERYTHING, away_until=LATER) for n in range(40)),
    ),
    "undecided_hostile": replace(
        told(names=HOSTILE_NAMES), undecided=(undecided(HOSTILE, counts=ActionCounts()),)
    ),
    "undecided_decided": replace(
        told(),
        undecided=(
            UndecidedProspect(
                ProposedProspect(replace(WALKED_AWAY, in_question=QUESTION), TODAY), KEPT_OPEN
            ),
        ),
    ),
    "away": told(
        gone=(
            replace(ALL_LEFT, away_until=date(2027, 11, 30)),
            GoneOwner(cases.ANNA, 0, away_until=date(2026, 12, 31)),
            replace(MANY_LEFT, id=MemberId("U0BEN2"), away_until=LATER),
        ),
        names=cases.NAMES,
    ),
    "away_no_more": told(gone=(replace(ALL_LEFT, away_until=LATER, is_back=True),)),
    "still_open": replace(
        told(proposed(ORDINARY, 3)),
        questions=(
            ProposedProspect(in_vain(ORDINARY), TODAY, brief=cases.brief(ORDINARY)),
            ProposedProspect(in_vain(HOSTILE, 2), TODAY, brief=cases.brief(HOSTILE)),
        ),
    ),
    "still_open_only": replace(told(), questions=(ProposedProspect(in_vain(ORDINARY), TODAY),)),
    "still_open_answered": replace(
        told(),
        questions=(
            ProposedProspect(
                in_vain(
                    ORDINARY, quiet=QuietPeriod(date(2026, 9, 21), 3, date(2026, 12, 17), TODAY)
                ),
                TODAY,
            ),
        ),
    ),
    "still_open_over": replace(
        told(),
        questions=(
            ProposedProspect(in_vain(ORDINARY, quiet=QuietPeriod(TODAY)), TODAY),
            ProposedProspect(in_vain(ORDINARY, 2), TODAY, again_on=TODAY),
            ProposedProspect(replace(WALKED_AWAY, verdict=Verdict.PURSUE), TODAY),
        ),
    ),
    "one": brief(told(proposed(ORDINARY)), ORDINARY),
    "chased": told(proposed(ORDINARY, chases=3), proposed(cases.CASES["empty"], 2), more=1),
    "hostile": told(proposed(HOSTILE), gone=(ONE_LEFT,), names=HOSTILE_NAMES),
    "longest": brief(
        told(
            *(proposed(LONGEST, n, chases=12) for n in range(10)),
            more=12,
            gone=tuple(replace(MANY_LEFT, id=MemberId(f"U0BEN{n}")) for n in range(5)),
        ),
        LONGEST,
    ),
    "gone": told(
        gone=(
            replace(ALL_LEFT, links={ProspectId("p0"): "https://sandbox.example/archives/C0/p1"}),
        ),
        names=cases.NAMES,
    ),
    "left_alone": told(
        proposed(ORDINARY, nudge_record=replace(LAST, snoozed_until=TODAY)), proposed(ORDINARY, 2)
    ),
    "left_by_all": told(proposed(ORDINARY, nudge_record=replace(LAST, snoozed_until=LATER))),
    "handed_over": replace(
        told(), items=(ProposedProspect(prospect(ORDINARY), TODAY, was_handed_over=True),)
    ),
    "asked_again": replace(
        told(),
        items=(
            ProposedProspect(
                proposed(ORDINARY),
                TODAY,
                again_on=TODAY,
                again_link="https://sandbox.example/archives/D0/p2",
            ),
        ),
        gone=(
            replace(ALL_LEFT, again_on=TODAY, again_link="https://sandbox.example/archives/D0/p2"),
        ),
    ),
    "decided": brief(told(WALKED_AWAY, proposed(ORDINARY, 2)), ORDINARY, undo_by=TODAY),
    "all_decided": told(
        WALKED_AWAY, gone=(GoneOwner(cases.BEN, 0), GoneOwner(cases.ANNA, 2, is_back=True))
    ),
}
HANDED: Mapping[str, HandedOver] = {
    "one": HandedOver(
        WORKSPACE,
        cases.SABINE,
        cases.BEN,
        left(ORDINARY, 1, 1),
        1,
        cases.NAMES,
        links={ProspectId("p0"): "https://sandbox.example/archives/C0/p1?a=1&b=2"},
    ),
    "longest": HandedOver(WORKSPACE, cases.SABINE, cases.BEN, left(LONGEST, 10, 99), 99),
    "hostile": HandedOver(
        WORKSPACE, cases.SABINE, cases.BEN, left(HOSTILE, 2, 2), 2, HOSTILE_NAMES
    ),
}


def check(drawn: Rendered) -> dict[str, Any]:
    for each in (drawn, classic(drawn)):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    return {"text": drawn.text, "blocks": drawn.blocks}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", DRAWN)
def test_a_managers_message_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    golden(f"managers.{name}.{language}", check(managers_message(DRAWN[name], Texts(language))))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", HANDED)
def test_a_new_owner_is_told_in_words(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    golden(f"all_handed_over.{name}.{language}", check(handed_over(HANDED[name], Texts(language))))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("name", "gone", "called"),
    [
        ("ordinary", ALL_LEFT, "Ben Öztürk"),
        ("longest", MANY_LEFT, "Ben " * 20),
        ("hostile", ONE_LEFT, cases.HOSTILE),
    ],
)
def test_the_dialog_names_what_is_handed_over(
    name: str, gone: GoneOwner, called: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    view = hand_all_over_dialog(gone, called, Texts(language))

    assert view_problems(view) == []
    golden(f"hand_all_over.{name}.{language}", view)


def buttons_of(name: str) -> list[tuple[str, list[str]]]:
    blocks = managers_message(DRAWN[name], EN).blocks
    return [
        (block["block_id"], [each["action_id"] for each in block["elements"]])
        for block in blocks
        if block["type"] == "actions"
    ]


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("one", [("decide.p1.1", ["walk_away", "snooze", "override", "more"])]),
        ("gone", [("hand_all_over.U0BEN", ["hand_all_over"])]),
        (
            "decided",
            [
                ("decide.p1.2", ["decline_message", "undo"]),
                ("decide.p2.1", ["walk_away", "snooze", "override", "more"]),
            ],
        ),
        ("all_decided", [("decide.p1.2", ["decline_message"])]),
        ("left_by_all", [("decide.p1.1", ["more"])]),
        ("handed_over", [("decide.p1.1", ["more"])]),
        ("asked_again", []),
    ],
)
def test_a_manager_ends_it_or_leaves_it(name: str, offered: list[tuple[str, list[str]]]) -> None:
    assert buttons_of(name) == offered


def test_the_longest_keeps_every_button_and_can_be_read_aloud() -> None:
    drawn = managers_message(DRAWN["longest"], EN)

    assert len(drawn.blocks) <= 50
    assert len(buttons_of("longest")) == 15
    assert len(drawn.text) <= 4000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("left_by_all", "Discussed: left until Fri 15 Jan 2027."),
        ("handed_over", "who decides now."),
        ("asked_again", "Moved to a newer reminder, sent Fri 18 Dec."),
    ],
)
def test_title_and_body_agree_on_what_waits(name: str, said: str) -> None:
    drawn = managers_message(DRAWN[name], EN)

    assert drawn.text.startswith("Nothing left to decide here.")
    assert said in drawn.text
    assert "Open for" not in drawn.text


def test_a_single_one_is_handed_over_in_the_singular() -> None:
    assert "Hand over" in str(managers_message(told(gone=(ONE_LEFT,)), EN).blocks)
    assert "Hand over all'" not in str(managers_message(told(gone=(ONE_LEFT,)), EN).blocks)
    assert "It's yours to decide now" in handed_over(HANDED["one"], EN).text


def test_a_new_owner_is_told_what_is_overdue() -> None:
    both = left(ORDINARY, 2, 2)
    given = replace(HANDED["one"], prospects=both, total=2, overdue=frozenset({both[0].id}))

    assert "Acme GmbH> (overdue), Acme GmbH\n" in handed_over(given, EN).text
