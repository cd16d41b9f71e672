from dataclasses import replace
from datetime import date

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, EndedBy
from bot.domain.read_models import Overview
from bot.slack.card import verdict
from bot.slack.kit.blocks import classic
from bot.slack.texts import Texts
from tests.slack import cases

EN = Texts("en")
DE = Texts("de")
MADE = cases.overview(cases.CASES["ordinary"])
Q = MADE.qualification.id
UNKNOWN = MemberId("U0UNKNOWN")
OVERRIDDEN = cases.overridden(MADE).history[-1].act


def _touched(*, was_asked: bool) -> tuple[acts.TouchedOverride, ...]:
    return (acts.TouchedOverride(cases.OVERRIDE, UNKNOWN, was_asked),)


@pytest.mark.parametrize(
    ("sent", "most", "words"),
    [
        (1, 1, "One reminder, no decision."),
        (2, 2, "Two reminders, no decision."),
        (3, 3, "Three reminders, no decision."),
        (3, 2, "Three reminders, no decision."),
        (5, 5, "5 reminders, no decision."),
    ],
)
def test_reminders_are_counted_as_the_settings_have_them(sent: int, most: int, words: str) -> None:
    told = verdict.closing_sentence("Acme GmbH", sent, most, EN)

    assert told == f"{words} I suggest walking away from Acme GmbH."


def test_cards_text_is_complete_in_plain_words() -> None:
    text = verdict.card(MADE, EN).text

    for part in (
        "🟡 Problem · Acme GmbH\n",
        "Anna Nowak · €12,000 · decide by Tue 8 Dec\n",
        "We haven't shown them the value yet",
        "outside our niche",
        "First contact: Tue 24 Nov.",
        "Screened by Ben Öztürk on Tue 1 Dec 2026 at 10:04 (Berlin time).",
        "The buttons are on the card.",
    ):
        assert part in text
    assert "*" not in text


def test_cards_text_ends_with_the_answers() -> None:
    text = verdict.card(MADE, EN).text

    assert text.index("The buttons are on the card") < text.index("Answers:")
    assert "Are they in our niche? Somewhere else entirely" in text
    assert "Which numbers did they give you? 2 million revenue" in text


def test_what_was_typed_keeps_its_lines_and_cannot_be_styled() -> None:
    typed = "*Revenue:* 2 million\n> Leads: _40_ a month"
    made = cases.overview(cases.Case({**cases.GOOD, "numbers_given": typed}))
    card = verdict.card(made, EN)
    folded = next(block for block in card.blocks if block["type"] == "container")

    pieces = [
        piece["text"]
        for block in folded["child_blocks"][:-1]
        for paragraph in block["elements"]
        for piece in paragraph["elements"]
    ]
    assert typed in pieces
    assert "∗Revenue:∗ 2 million\n› Leads: ˍ40ˍ a month" in card.text


@pytest.mark.parametrize(
    ("action", "title"),
    [
        (Action.WALK_AWAY, "Walked away · Acme GmbH (verdict: problem)"),
        (Action.WON, "Won · Acme GmbH (verdict: problem)"),
        (Action.LOST, "Lost · Acme GmbH (verdict: problem)"),
    ],
)
def test_heading_says_the_stage_first_once_it_is_over(action: Action, title: str) -> None:
    card = verdict.card(cases.ended(MADE, action), EN)

    assert card.blocks[0]["text"]["text"] == title
    assert card.text.startswith(title)


@pytest.mark.parametrize(
    ("act", "happening"),
    [
        (acts.Undone(), "{} undid the decision. Acme GmbH is open again."),
        (acts.ConditionMet("Numbers"), "{} marked the condition for Acme GmbH as met."),
    ],
)
def test_card_keeps_a_trace_of_what_left_no_other(act: acts.Act, happening: str) -> None:
    entry = HistoryEntry(MADE.prospect.id, act, cases.SABINE, cases.LATER, 3)
    card = verdict.card(replace(MADE, history=(*MADE.history, entry)), EN)

    at = "Mon 7 Dec 2026 at 15:30 (Berlin time)"
    aloud = happening.format("Sabine Vogt")
    shown = happening.format("<@U0SABINE>")
    assert f"Last change on {at} · {aloud}" in card.text
    here = f"<!date^{int(cases.LATER.timestamp())}^{{date_short}} at {{time}}|{at}>"
    assert f"Last change on {here} · {shown}" in str(card.blocks)


def test_card_tells_of_no_other_change_than_its_own() -> None:
    assert "Last change" not in verdict.card(MADE, EN).text


def often(*counts: tuple[acts.Act, int]) -> Overview:
    done = [act for act, times in counts for _ in range(times)]
    entries = [
        HistoryEntry(MADE.prospect.id, act, cases.ANNA, cases.LATER, number)
        for number, act in enumerate(done, start=2)
    ]
    return replace(MADE, history=(*MADE.history, *entries))


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (often((acts.SignOfLife("they called"), 3)), "decide by Tue 8 Dec"),
        (often((acts.SignOfLife("they called"), 4)), "decide by Tue 8 Dec · 4 signs of life"),
        (often((acts.Chased(), 4)), "decide by Tue 8 Dec · 4 chases"),
        (
            often(
                (acts.OwnerChanged(cases.ANNA, cases.BEN), 5), (acts.SignOfLife("they called"), 3)
            ),
            "decide by Tue 8 Dec · 5 hand-overs",
        ),
        (often((OVERRIDDEN, 1)), "decide by Tue 8 Dec"),
        (often((OVERRIDDEN, 2)), "decide by Tue 8 Dec · 2 overrides"),
    ],
)
def test_card_says_what_was_done_all_too_often(made: Overview, line: str) -> None:
    assert f"Anna Nowak · €12,000 · {line}" in verdict.card(made, EN).text.splitlines()


def test_card_does_not_count_what_is_decided_or_screened_again() -> None:
    counted = often((acts.Chased(), 4))

    replaced, _ = cases.screened_again(counted, cases.GOOD)
    for made in (cases.ended(counted, Action.WALK_AWAY), replaced):
        assert "4 chases" not in verdict.card(made, EN).text


def test_replaced_card_has_no_buttons_and_no_due_date() -> None:
    old, _ = cases.screened_again(MADE, cases.TALKED_INTO)
    card = verdict.card(old, EN)

    assert "actions" not in {block["type"] for block in card.blocks}
    assert "Decide by" not in card.text
    assert "Re-screened by Anna Nowak" in card.text


def test_new_card_names_the_answers_that_changed_and_no_other() -> None:
    _, new = cases.screened_again(MADE, {**cases.NOT_SHOWN, "niche": "near"})
    text = verdict.card(new, EN).text

    assert "• Are they in our niche? Somewhere else entirely → Close to it" in text
    assert text.count("→") == 1


def test_what_is_no_longer_asked_is_no_answer_that_changed() -> None:
    made = cases.overview(cases.Case(cases.FIRE))
    _, new = cases.screened_again(made, {**cases.GOOD, "value": "not_shown"})
    text = verdict.card(new, EN).text

    assert "What do their numbers look like?" in text
    assert "Are they willing to learn?" not in text
    assert "By when?" not in text


def test_an_answer_that_is_new_is_one_that_changed() -> None:
    left_open = {key: value for key, value in cases.NOT_SHOWN.items() if key != "niche"}
    made = cases.overview(cases.Case(left_open))
    _, new = cases.screened_again(made, cases.NOT_SHOWN)

    assert "Are they in our niche? Not answered → Somewhere else" in verdict.card(new, EN).text


def test_what_was_not_said_is_left_out() -> None:
    case = cases.Case({key: each for key, each in cases.NOT_SHOWN.items() if key != "niche"})
    made = cases.overview(replace(case, value=None))
    card = verdict.card(made, EN)

    assert "\nAnna Nowak · decide by Tue 8 Dec\n" in card.text
    assert "Are they in our niche?" not in card.text + str(card.blocks)
    assert "Not " not in card.text


def test_unchanged_answers_are_said_to_be_unchanged() -> None:
    _, new = cases.screened_again(MADE, cases.NOT_SHOWN)

    assert "No answer has changed." in verdict.card(new, EN).text


def test_answer_of_an_older_version_that_is_gone_is_said_to_be_gone() -> None:
    before = replace(MADE.qualification, answers={**MADE.qualification.answers, "niche": "moon"})
    _, new = cases.screened_again(replace(MADE, qualification=before), cases.NOT_SHOWN)

    assert "an answer that's no longer offered → Somewhere else" in verdict.card(new, EN).text


def test_met_condition_is_no_condition_any_more() -> None:
    fire = cases.overview(cases.Case(cases.FIRE))

    assert verdict.card(fire, EN).text.startswith("🟢 Pursue, on condition · Acme GmbH")
    assert verdict.card(cases.met(fire, "All"), EN).text.startswith("🟢 Pursue · Acme GmbH")


def test_an_owner_we_do_not_know_by_name_is_mentioned() -> None:
    assert "\n<@U0ANNA> · " in verdict.card(replace(MADE, names={}), EN).text


def test_classic_card_leaves_what_is_folded_to_its_text_and_the_details() -> None:
    card = verdict.card(MADE, EN)
    old = classic(card)

    assert old.text == card.text
    assert "container" not in {block["type"] for block in old.blocks}
    assert not any("level" in block for block in old.blocks)
    assert "Are they in our niche?" not in str(old.blocks)
    assert "Are they in our niche?" in old.text
    assert old.blocks[-1] == card.blocks[-1]


def test_verdict_view_has_no_inputs_and_no_submit() -> None:
    view = verdict.verdict_view(MADE, EN, zone=cases.BERLIN)

    assert "submit" not in view
    assert "input" not in {block["type"] for block in view["blocks"]}


def test_verdict_view_of_a_decided_prospect_says_what_became_of_it() -> None:
    view = verdict.verdict_view(cases.ended(MADE, Action.WALK_AWAY), EN, zone=cases.BERLIN)

    assert "Sabine Vogt walked away on Mon 7 Dec at 15:30." in str(view)
    assert view["blocks"][0]["text"]["text"] == "Walked away · Acme GmbH (verdict: problem)"


def test_verdict_view_says_the_verdict_once_and_the_name_in_its_heading() -> None:
    view = verdict.verdict_view(MADE, EN, zone=cases.BERLIN)

    assert view["blocks"][0]["text"]["text"] == "Problem: needs a decision"
    assert view["blocks"][1]["text"]["text"] == "Acme GmbH"


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (
            Decision(Action.WON, cases.ANNA, cases.LATER, day=date(2026, 12, 4)),
            "Won on Fri 4 Dec, marked by Anna Nowak on Mon 7 Dec 2026",
        ),
        (
            Decision(Action.LOST, cases.ANNA, cases.LATER, ended_by=EndedBy.US, sentence="No fit"),
            "2026 at 15:30 (Berlin time). “No fit”",
        ),
        (
            Decision(Action.LOST, cases.ANNA, cases.LATER),
            "Lost, marked by Anna Nowak on Mon 7 Dec",
        ),
    ],
)
def test_card_tells_how_it_ended(decision: Decision, sentence: str) -> None:
    made = replace(MADE, prospect=replace(MADE.prospect, decision=decision))

    assert sentence in verdict.card(made, EN).text


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (acts.Screened(Q, Verdict.PROBLEM), "{} screened Acme GmbH. The verdict: problem."),
        (
            acts.ScreenedAgain(Q, Verdict.WALK_AWAY),
            "{} re-screened Acme GmbH. New verdict: walk away.",
        ),
        (acts.WalkedAway(), "{} walked away from Acme GmbH."),
        (
            acts.Won(date(2026, 12, 4)),
            "{} marked Acme GmbH as won: a client since Fri 4 Dec.",
        ),
        (acts.Won(), "{} marked Acme GmbH as won."),
        (
            acts.Lost(EndedBy.THEM, "Too <dear>"),
            "{} marked Acme GmbH as lost: they ended it. “Too &lt;dear&gt;”",
        ),
        (acts.Lost(EndedBy.US), "{} marked Acme GmbH as lost: we ended it."),
        (acts.Lost(), "{} marked Acme GmbH as lost."),
        (acts.Undone(), "{} undid the decision. Acme GmbH is open again."),
        (acts.Undone(Action.LOST), "{} undid the loss. Acme GmbH is open again."),
        (
            acts.Undone(Action.WON, cases.ANNA),
            "{} undid the win. Acme GmbH is open again.",
        ),
        (
            acts.Undone(Action.WALK_AWAY, UNKNOWN),
            "{} undid <@U0UNKNOWN>'s walk-away. Acme GmbH is open again.",
        ),
        (
            acts.Lost(overrides=_touched(was_asked=True)),
            ("{} marked Acme GmbH as lost. <@U0UNKNOWN>'s override request is withdrawn."),
        ),
        (
            acts.Won(overrides=_touched(was_asked=False)),
            "{} marked Acme GmbH as won. <@U0UNKNOWN>'s override has ended.",
        ),
        (
            acts.Undone(Action.WON, overrides=_touched(was_asked=False)),
            ("{} undid the win. Acme GmbH is open again. <@U0UNKNOWN>'s override stands again."),
        ),
        (
            acts.ScreenedAgain(Q, Verdict.PURSUE, UNKNOWN),
            "{} re-screened Acme GmbH. New verdict: pursue. Owner: <@U0UNKNOWN>.",
        ),
        (
            acts.ConditionMet("Numbers"),
            "{} marked the condition for Acme GmbH as met. “Numbers”",
        ),
    ],
)
def test_thread_line_tells_who_did_what(act: acts.Act, line: str) -> None:
    entry = HistoryEntry(MADE.prospect.id, act, cases.ANNA, cases.LATER, 2)
    drawn = verdict.thread_line(MADE, entry, EN)

    assert drawn.text == line.format("Anna Nowak")
    assert drawn.blocks[0]["text"]["text"] == line.format("<@U0ANNA>")


def test_german_card_speaks_german() -> None:
    text = verdict.card(MADE, DE).text

    assert "🟡 Problemfall · Acme GmbH" in text
    assert "· entscheiden bis Di., 8. Dez.\n" in text
