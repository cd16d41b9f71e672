"""Overrides on cards, in threads, in dialogs and in private, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.delivery.contents import RequestMessage
from bot.domain.delivery.payloads import OverrideChanged
from bot.domain.figures.evidence import ClientResults, Compared, Evidence, FearAnswer, Taken
from bot.domain.figures.shares import LEAST, Median, Share
from bot.domain.overrides import lapse
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Fear
from bot.domain.read_models import Overview
from bot.slack.card import overrides, verdict
from bot.slack.figures.evidence import evidence_lines
from bot.slack.kit.blocks import Block, Rendered, classic
from bot.slack.overrides import messages
from bot.slack.overrides.dialogs import deny_dialog, override_dialog
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases

EN = Texts("en")
WORDS = {"ordinary": None, "longest": "Gründe " * 71, "hostile": cases.HOSTILE}
Draw = Callable[[str, Texts], Rendered | Block]
AFTER = date(2026, 12, 16)
TARGET = payloads.Target(cases.overview(cases.CASES["ordinary"]).prospect.id, 1)


def opened(case: str) -> Overview:
    return cases.overview(cases.CASES[case])


def asked(case: str) -> Overview:
    return cases.asked(opened(case), WORDS[case])


def overridden(case: str) -> Overview:
    return cases.overridden(opened(case), WORDS[case])


def denied(case: str) -> Overview:
    return cases.denied(asked(case), WORDS[case] or "They never paid.")


def last_line(made: Overview, texts: Texts) -> Rendered:
    return verdict.thread_line(made, made.history[-1], texts)


def news(
    made: Overview, texts: Texts, *, was_asked: bool = True, reader: MemberId = cases.ANNA
) -> Rendered:
    """What Anna is told, who asked for it, or another reader."""
    about = OverrideChanged(cases.ANNA, was_asked)
    return messages.news(made, made.history[-1], about, texts, reader=reader)


def lapsed(case: str, texts: Texts, reader: MemberId) -> Rendered:
    return messages.lapsed(has_lapsed(asked(case)), texts, reader=reader)


def walked_away(made: Overview) -> Overview:
    made = cases.ended(made, Action.WALK_AWAY)
    revision = made.prospect.revision
    entry = HistoryEntry(made.prospect.id, acts.WalkedAway(), cases.SABINE, cases.LATER, revision)
    return replace(made, history=(*made.history, entry))


def of_sabine(made: Overview) -> Overview:
    """Return it as handed over to a manager."""
    prospect = made.prospect
    return replace(
        made, prospect=replace(prospect, facts=replace(prospect.facts, owner=cases.SABINE))
    )


def request(made: Overview, reader: MemberId = cases.SABINE) -> RequestMessage:
    return RequestMessage(made, made.prospect.overrides[0], reader, ("D0", "1.0"), cases.BERLIN)


def withdrawn(made: Overview) -> RequestMessage:
    return request(walked_away(made))


def has_lapsed(made: Overview) -> Overview:
    return replace(made, prospect=lapse(made.prospect, now=cases.LATER))


def has_buttons(said: Rendered) -> bool:
    return "approve_override" in str(said.blocks)


def undone(made: Overview) -> Overview:
    entry = HistoryEntry(made.prospect.id, acts.Undone(), cases.SABINE, cases.LATER, 2)
    return replace(made, history=(*made.history, entry))


def evidence(outcomes: int) -> Evidence:
    hours = Median.of([12.5] * outcomes)
    against = ClientResults(9, Share(outcomes, 9), Share(5, outcomes), Share(2, outcomes), hours)
    followed = ClientResults(20, Share(18, 20), Share(2, 18), Share(1, 17), Median.of([2.5] * 18))
    answer = FearAnswer(taken=Taken({"thanked": 7, "quietly": 2}, Share(9, 12)))
    return Evidence("reputation", 9, Compared(30, followed, against), answer)


def dialog(
    case: str, texts: Texts, fear: Fear | None = None, known: Evidence | None = None
) -> Block:
    return override_dialog(
        opened(case).prospect, TARGET, texts, needs_approval=True, fear=fear, evidence=known
    )


DRAWN: Mapping[str, Draw] = {
    "card_asked": lambda case, texts: verdict.card(asked(case), texts),
    "card_overridden": lambda case, texts: verdict.card(overridden(case), texts),
    "card_approved": lambda case, texts: verdict.card(cases.approved(asked(case)), texts),
    "card_denied": lambda case, texts: verdict.card(denied(case), texts),
    "card_kill_date": lambda case, texts: verdict.card(
        replace(overridden(case), today=AFTER), texts
    ),
    "card_won_overridden": lambda case, texts: verdict.card(
        cases.ended(cases.approved(asked(case)), Action.WON), texts
    ),
    "card_left_overridden": lambda case, texts: verdict.card(walked_away(overridden(case)), texts),
    "line_asked": lambda case, texts: last_line(asked(case), texts),
    "line_overridden": lambda case, texts: last_line(overridden(case), texts),
    "line_approved": lambda case, texts: last_line(cases.approved(asked(case)), texts),
    "line_denied": lambda case, texts: last_line(denied(case), texts),
    "line_kill_date": lambda case, texts: verdict.plain_line(
        overrides.kill_date_sentence(overridden(case).prospect, texts)
    ),
    "override_asked": lambda case, texts: messages.asked(request(asked(case)), texts),
    "override_asked_again": lambda case, texts: messages.asked(
        replace(request(asked(case)), is_again=True), texts
    ),
    "override_asked_approved": lambda case, texts: messages.asked(
        request(cases.approved(asked(case))), texts
    ),
    "override_asked_denied": lambda case, texts: messages.asked(request(denied(case)), texts),
    "override_asked_lapsed": lambda case, texts: messages.asked(
        request(has_lapsed(asked(case))), texts
    ),
    "override_asked_withdrawn": lambda case, texts: messages.asked(withdrawn(asked(case)), texts),
    "override_approved": lambda case, texts: news(cases.approved(asked(case)), texts),
    "override_approved_told": lambda case, texts: news(
        cases.approved(asked(case)), texts, reader=cases.BEN
    ),
    "override_denied": lambda case, texts: news(denied(case), texts),
    "override_denied_told": lambda case, texts: news(denied(case), texts, reader=cases.BEN),
    "override_ended": lambda case, texts: news(
        walked_away(overridden(case)), texts, was_asked=False
    ),
    "override_ended_told": lambda case, texts: news(
        walked_away(overridden(case)), texts, was_asked=False, reader=cases.BEN
    ),
    "override_back": lambda case, texts: news(undone(asked(case)), texts, reader=cases.SABINE),
    "override_back_told": lambda case, texts: news(undone(asked(case)), texts, reader=cases.BEN),
    "override_lapsed": lambda case, texts: lapsed(case, texts, cases.ANNA),
    "override_lapsed_told": lambda case, texts: lapsed(case, texts, cases.BEN),
    "override_dialog": dialog,
    "override_dialog_at_once": lambda case, texts: override_dialog(
        opened(case).prospect, TARGET, texts, needs_approval=False
    ),
    "override_dialog_chosen": lambda case, texts: dialog(
        case, texts, Fear.REPUTATION, evidence(LEAST - 1)
    ),
    "override_dialog_evidence": lambda case, texts: dialog(case, texts, Fear.NEW_FACT, evidence(8)),
    "deny_dialog": lambda case, texts: deny_dialog(opened(case).prospect, TARGET, texts),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("view", "case"), [*product(DRAWN, WORDS)])
def test_an_override_looks_as_it_did_and_slack_takes_it(
    view: str, case: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = DRAWN[view](case, Texts(language))

    if isinstance(drawn, Rendered):
        for each in (drawn, classic(drawn)):
            assert message_problems({"text": each.text, "blocks": each.blocks}) == []
        golden(f"{view}.{case}.{language}", {"text": drawn.text, "blocks": drawn.blocks})
    else:
        assert list(view_problems(drawn)) == []
        golden(f"{view}.{case}.{language}", drawn)


def inputs(view: Block) -> dict[str, Any]:
    return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}


def test_inputs_keep_their_ids_and_stay_unfilled_when_a_fear_is_chosen() -> None:
    before, after = inputs(dialog("ordinary", EN)), inputs(dialog("ordinary", EN, Fear.NEW_FACT))

    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {ids.NEW_FACT}
    assert not [key for element in after.values() for key in element if "initial" in key]


def test_the_evidence_stands_between_the_fear_and_the_reason() -> None:
    view = dialog("ordinary", EN, Fear.REPUTATION, evidence(8))
    places = [block.get("block_id") or block["type"] for block in view["blocks"]]

    assert places[:3] == [ids.FEAR, "section", ids.REASON]
    assert "Wouldn't sign again: 5 of 8" in str(view["blocks"][1])


def test_too_few_outcomes_say_that_there_is_not_enough_yet() -> None:
    for known in (None, evidence(LEAST - 1)):
        assert f"Shown once there are {LEAST} outcomes. So far: " in str(
            dialog("ordinary", EN, Fear.REPUTATION, known)
        )


def test_whoever_asked_is_told_until_when_it_stands_and_by_which_words() -> None:
    own = news(cases.approved(asked("ordinary")), EN).text
    told = news(cases.approved(asked("ordinary")), EN, reader=cases.BEN).text

    until = "It stands until Tue 15 Dec."
    words = "“no signed offer by then”"
    assert own.startswith("Sabine Vogt approved your override for Acme GmbH.\n")
    assert f"{until} You'll stop if: {words}" in own
    assert "approved Anna Nowak's override for Acme GmbH" in told
    assert f"{until} The plan is to stop if: {words}" in told


@pytest.mark.parametrize("reader", [cases.ANNA, cases.BEN])
def test_an_override_that_stands_no_more_is_not_said_to_stand(reader: MemberId) -> None:
    approved = cases.approved(asked("ordinary"))
    over = replace(walked_away(approved), history=approved.history)
    passed = replace(approved, today=AFTER)

    for made in (over, passed):
        assert "approved" in news(made, EN, reader=reader).text
        assert "It stands until" not in news(made, EN, reader=reader).text


@pytest.mark.parametrize(
    ("made", "was_asked", "own", "told"),
    [
        (
            walked_away(asked("ordinary")),
            True,
            "Your override request is",
            "Anna Nowak's override request is",
        ),
        (
            walked_away(overridden("ordinary")),
            False,
            "Your override has",
            "Anna Nowak's override has",
        ),
        (
            undone(asked("ordinary")),
            True,
            "Your override request is",
            "Anna Nowak's override request is",
        ),
        (
            undone(overridden("ordinary")),
            False,
            "Your override stands",
            "Anna Nowak's override stands",
        ),
    ],
)
def test_whoever_asked_is_spoken_to(made: Overview, was_asked: bool, own: str, told: str) -> None:
    assert own in news(made, EN, was_asked=was_asked).text
    assert told in news(made, EN, was_asked=was_asked, reader=cases.BEN).text


def test_a_denial_says_what_to_do_next_until_something_else_happens() -> None:
    made = denied("ordinary")
    later = replace(made, prospect=replace(made.prospect, revision=made.prospect.revision + 1))

    assert "denied your override for Acme GmbH. “They never paid.”" in news(made, EN).text
    assert "You can walk away, or ask again." in news(made, EN).text
    assert "You can walk away, or ask again." not in news(later, EN).text


@pytest.mark.parametrize(
    ("needs_approval", "verb"), [(True, "Ask a manager"), (False, "Pursue anyway")]
)
def test_the_button_of_the_dialog_says_what_happens_then(needs_approval: bool, verb: str) -> None:
    view = override_dialog(opened("ordinary").prospect, TARGET, EN, needs_approval=needs_approval)

    assert view["submit"]["text"] == verb


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_evidence_is_six_short_lines_at_most(language: str) -> None:
    lines = list(evidence_lines(evidence(8), Texts(language)))

    assert len(lines) <= 6
    assert max(map(len, lines)) <= 110
    assert (
        len([line for line in lines if "with an override" in line or "mit Ausnahme" in line]) == 4
    )


def test_the_evidence_stands_beside_the_clients_won_by_their_verdict() -> None:
    said = "\n".join(evidence_lines(evidence(8), EN))

    assert "sign again: 5 of 8 (31–86 %) with an override, 2 of 18 (3–33 %) without." in said
    assert "Answered after 30 days: 8 of 9 (57–98 %) with an override, 18 of 20" in said
    assert "How they took your no: Thanked us 7, Quietly 2, No answer 3." in said


@pytest.mark.parametrize(
    ("about", "says"),
    [
        pytest.param(
            request(cases.approved(asked("ordinary"))),
            "Sabine Vogt approved it on Mon 7 Dec 2026 at 15:30.",
            id="approved",
        ),
        pytest.param(
            request(walked_away(cases.approved(asked("ordinary")))),
            "Sabine Vogt approved it on",
            id="approved, and ended since",
        ),
        pytest.param(
            request(denied("ordinary")),
            "Sabine Vogt denied it on Mon 7 Dec 2026 at 15:30. “They never paid.”",
            id="denied",
        ),
        pytest.param(
            request(has_lapsed(asked("ordinary"))), "No one answered in time", id="lapsed"
        ),
        pytest.param(
            request(replace(asked("ordinary"), today=AFTER)),
            "No one answered in time",
            id="lapsed, and the clock is late",
        ),
        pytest.param(
            withdrawn(asked("ordinary")),
            "Mon 7 Dec at 15:30 · Sabine Vogt walked away from Acme GmbH.",
            id="withdrawn",
        ),
    ],
)
def test_a_request_that_needs_no_answer_says_why_and_has_no_buttons(
    about: RequestMessage, says: str
) -> None:
    said = messages.asked(about, EN)

    assert "Closed: override request for" in said.text
    assert says in said.text
    assert not has_buttons(said)


def test_an_owner_who_manages_gets_no_buttons_that_they_may_not_use() -> None:
    made = asked("ordinary")

    assert has_buttons(messages.asked(request(made), EN))
    assert not has_buttons(messages.asked(request(of_sabine(made)), EN))


def test_whoever_asked_reads_that_it_waits_again_without_buttons() -> None:
    said = news(undone(asked("ordinary")), EN)

    assert "is waiting again" in said.text
    assert not has_buttons(said)


@pytest.mark.parametrize(
    ("made", "reader", "may_answer"),
    [
        pytest.param(undone(asked("ordinary")), cases.SABINE, True, id="a manager"),
        pytest.param(undone(asked("ordinary")), cases.ANNA, False, id="a manager who asked"),
        pytest.param(undone(asked("ordinary")), cases.BEN, False, id="no manager"),
        pytest.param(of_sabine(undone(asked("ordinary"))), cases.SABINE, False, id="the owner"),
        pytest.param(has_lapsed(undone(asked("ordinary"))), cases.SABINE, False, id="lapsed"),
        pytest.param(
            replace(undone(asked("ordinary")), today=AFTER), cases.SABINE, False, id="late clock"
        ),
        pytest.param(
            replace(undone(asked("ordinary")), prospect=denied("ordinary").prospect),
            cases.SABINE,
            False,
            id="answered since",
        ),
    ],
)
def test_only_who_can_answer_what_came_back_reads_where_and_nobody_gets_buttons(
    made: Overview, reader: MemberId, may_answer: bool
) -> None:
    managers = frozenset({cases.ANNA, cases.SABINE})
    made = replace(made, workspace=replace(made.workspace, manager_ids=managers))

    said = news(made, EN, reader=reader)

    assert "is waiting again" in said.text
    assert ("Answer on the card" in said.text) is may_answer
    assert not has_buttons(said)


def test_a_win_against_the_verdict_says_by_whose_override_and_fear_and_who_approved() -> None:
    said = verdict.card(cases.ended(cases.approved(asked("ordinary")), Action.WON), EN).text

    assert "Won with Anna Nowak's override." in said
    assert "• Fear: No other client will come." in said
    assert "• Approved by Sabine Vogt." in said


def test_an_override_that_was_over_before_the_decision_is_not_named_with_it() -> None:
    asked_only = verdict.card(walked_away(asked("ordinary")), EN).text
    refused = verdict.card(cases.ended(denied("ordinary"), Action.LOST), EN).text

    assert "overridden" not in asked_only
    assert "overridden" not in refused


def test_a_card_names_the_kill_criterion_in_its_own_words() -> None:
    standing = verdict.card(overridden("ordinary"), EN)
    passed = verdict.card(replace(overridden("ordinary"), today=AFTER), EN)

    assert "“no signed offer by then”" in standing.text
    assert "“no signed offer by then”" in passed.text
    assert "Needs a decision." in passed.text
    assert "Needs a decision." not in standing.text
