"""The questions for outcomes, as they look and as they are read aloud."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.delivery.contents import NudgeMessage
from bot.domain.outcomes.outcome import (
    Choice,
    Ending,
    Hours,
    HowTaken,
    OutcomeAnswer,
    OutcomeQuestion,
    PaidAsAgreed,
    Regret,
    Respect,
    WouldTakeAgain,
    answer,
    refuse,
)
from bot.domain.people import Action, OtherAction
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.read_models import AskedOutcome
from bot.slack.card import details
from bot.slack.kit.blocks import classic
from bot.slack.nudges import nudge_message
from bot.slack.payloads import payloads
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases
from tests.slack.nudges.test_nudge import DRAWN as NUDGES
from tests.slack.nudges.test_nudge import ORDINARY, nudge, prospect

EN = Texts("en")
ENDED_ON, TODAY = date(2026, 12, 1), date(2026, 12, 31)
CASES = cases.CASES


def ended(case: cases.Case, ending: Ending, number: int = 1) -> Prospect:
    action = Action.WON if ending is Ending.WON else Action.WALK_AWAY
    made = cases.ended(cases.overview(case), action).prospect
    return replace(made, id=ProspectId(f"p{number}"))


def asked(
    case: cases.Case = ORDINARY,
    ending: Ending = Ending.WON,
    *choices: Choice,
    number: int = 1,
    again_on: date | None = None,
) -> AskedOutcome:
    about = ended(case, ending, number)
    question = OutcomeQuestion(about.id, ending, ENDED_ON, 30, asked_on=TODAY)
    for choice in choices:
        question = answer(question, OutcomeAnswer(choice, cases.ANNA, cases.LATER))
    return AskedOutcome(about, question.key, question, again_on)


def message(*outcomes: AskedOutcome) -> NudgeMessage:
    return replace(nudge(), asked=outcomes)


def refused(outcome: AskedOutcome) -> AskedOutcome:
    assert outcome.question is not None
    return replace(outcome, question=refuse(outcome.question))


def late(outcome: AskedOutcome) -> AskedOutcome:
    """The same, asked after 90 days."""
    assert outcome.question is not None
    question = replace(outcome.question, after=90)
    return replace(outcome, key=question.key, question=question)


ALL = (PaidAsAgreed.NOT_DUE, Hours.UP_TO_60, WouldTakeAgain.NO, Respect.MOSTLY)
DRAWN: Mapping[str, NudgeMessage] = {
    "won": message(asked()),
    "walked_away": message(asked(ORDINARY, Ending.WALKED_AWAY)),
    "hostile": message(asked(CASES["hostile"], Ending.WON, Hours.NONE)),
    "longest": message(
        *(
            asked(CASES["longest"], Ending.WON, PaidAsAgreed.NO, Hours.OVER_60, number=n)
            for n in range(3)
        )
    ),
    "answered": message(asked(ORDINARY, Ending.WON, *ALL)),
    "regretted": message(asked(ORDINARY, Ending.WALKED_AWAY, Regret.YES, HowTaken.BADLY)),
    "not_regretted": message(
        late(asked(ORDINARY, Ending.WALKED_AWAY, Regret.NO, HowTaken.RECOMMENDED))
    ),
    "put_off": message(asked(again_on=date(2027, 1, 8))),
    "refused": message(refused(asked(ORDINARY, Ending.WON, PaidAsAgreed.YES))),
    "gone": message(replace(asked(), question=None)),
    "beside_a_nudge": replace(nudge(prospect(ORDINARY, 2)), asked=(asked(),)),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", DRAWN)
def test_what_is_asked_looks_as_it_did_and_slack_takes_it(
    name: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = nudge_message(DRAWN[name], Texts(language))

    for each in (drawn, classic(drawn)):
        assert message_problems({"text": each.text, "blocks": each.blocks}) == []
    golden(f"outcome.{name}.{language}", {"text": drawn.text, "blocks": drawn.blocks})


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", CASES)
def test_the_details_show_answers_and_take_corrections(
    case: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    outcome = asked(CASES[case], Ending.WON, Hours.UP_TO_5, Hours.NONE)
    assert outcome.question is not None
    made = cases.ended(cases.overview(CASES[case]), Action.WON)
    made = replace(made, outcomes=(outcome,), answered=outcome.question.answers, may_answer=True)

    drawn = details.details_view(made, Texts(language), zone=cases.BERLIN)

    assert view_problems(drawn) == []
    golden(f"details_outcome.{case}.{language}", drawn)


def test_who_may_not_answer_sees_answers_and_no_buttons() -> None:
    outcome = asked(ORDINARY, Ending.WON, PaidAsAgreed.YES)
    made = replace(cases.ended(cases.overview(ORDINARY), Action.WON), outcomes=(outcome,))

    drawn = details.details_view(made, EN, zone=cases.BERLIN)

    assert "Did they pay as agreed? *Yes*" in str(drawn)
    assert [block for block in drawn["blocks"] if block["type"] == "actions"] == []


def buttons_of(name: str) -> list[dict[str, Any]]:
    blocks = nudge_message(DRAWN[name], EN).blocks
    return [each for block in blocks for each in block.get("elements", ())]


@pytest.mark.parametrize(
    ("name", "listened_for"),
    [
        ("won", [OtherAction.ANSWER_OUTCOME] * 13 + [payloads.NOT_NOW, payloads.NEVER]),
        (
            "walked_away",
            [OtherAction.ANSWER_OUTCOME] * 7 + [payloads.NOT_NOW, payloads.NEVER],
        ),
        ("put_off", [OtherAction.ANSWER_OUTCOME] * 13 + [payloads.NEVER]),
        ("answered", []),
        ("refused", []),
        ("gone", []),
    ],
)
def test_it_offers_what_can_still_be_said(name: str, listened_for: list[str]) -> None:
    assert [payloads.listened_for(each["action_id"]) for each in buttons_of(name)] == listened_for


def test_after_90_days_without_regret_it_says_so_once() -> None:
    said = "you don't regret saying no. Well done."

    assert said in nudge_message(DRAWN["not_regretted"], EN).text
    early = asked(ORDINARY, Ending.WALKED_AWAY, Regret.NO, HowTaken.RECOMMENDED)
    assert said not in nudge_message(message(early), EN).text
    assert said not in nudge_message(DRAWN["regretted"], EN).text


def test_what_is_chosen_is_said_in_words_and_the_others_correct_it() -> None:
    drawn = nudge_message(DRAWN["longest"], EN)
    first = buttons_of("longest")[:3]

    assert "Did they pay as agreed? No." in drawn.text
    assert [each.get("style") for each in first] == [None, "primary", None]
    assert [payloads.parse_tap(each["value"])[1:] for each in first] == [
        (PaidAsAgreed.YES, 1),
        (PaidAsAgreed.NO, 1),
        (PaidAsAgreed.NOT_DUE, 1),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "p1",
        "p1.won.2026-12-01",
        "p1.lost.2026-12-01.30",
        "p1.won.yesterday.30",
        "p1.won.2026-12-01.9999999",
        "p1.won.2026-12-01.-3",
        "p 1.won.2026-12-01.30",
    ],
)
def test_a_value_that_is_not_ours_is_refused(value: str) -> None:
    with pytest.raises(payloads.MalformedPayload):
        payloads.parse_question(value)
    for rest in (".paid.yes.0", ".paid.up_to_5.0", ".paid.yes", ".paid.yes.x"):
        with pytest.raises(payloads.MalformedPayload):
            payloads.parse_tap(value + rest)


def test_beside_ten_of_the_longest_nudges_there_is_room_for_a_question() -> None:
    drawn = nudge_message(replace(NUDGES["longest"], asked=(asked(CASES["longest"]),)), EN)

    assert len(drawn.blocks) <= 50
    assert drawn.blocks[-1]["elements"][-1]["action_id"] == payloads.NEVER
    assert message_problems({"text": drawn.text, "blocks": drawn.blocks}) == []
