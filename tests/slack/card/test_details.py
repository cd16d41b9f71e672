"""The history in the details: everything that fits, and a word about what does not."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from bot.checklists import default
from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.prospects import EndedBy, Fear, Grounds
from bot.domain.read_models import Overview
from bot.slack.card import details, verdict
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.slack import cases

EN = Texts("en")
MADE = cases.overview(cases.CASES["ordinary"])
Q = MADE.qualification.id
GROUNDS = Grounds(Fear.REPUTATION, "They talk.", "no offer", date(2026, 12, 15))
OLD: tuple[acts.Act, ...] = (
    acts.Screened(Q, Verdict.PROBLEM),
    acts.ScreenedAgain(Q, Verdict.PURSUE),
    acts.WalkedAway(),
    acts.OverrideAsked(cases.OVERRIDE, GROUNDS, waits=True),
    acts.OverrideApproved(cases.OVERRIDE, cases.ANNA),
    acts.OverrideDenied(cases.OVERRIDE, cases.ANNA, "No."),
    acts.Won(),
    acts.Lost(),
    acts.ClientEnded(date(2026, 12, 4), EndedBy.US),
    acts.Undone(),
    acts.ConditionMet(),
    acts.SignOfLife(),
    acts.Chased(),
    acts.Snoozed(1, date(2026, 12, 15)),
    acts.OwnerChanged(cases.ANNA, cases.BEN),
    acts.Corrected(),
    acts.StillOpenSaid(),
)
"""What an entry had that was written before lapses were kept."""


def history(made: Overview) -> list[str]:
    blocks = details.details_view(made, EN, zone=cases.BERLIN)["blocks"]
    begin = [block.get("text", {}).get("text") for block in blocks].index("History")
    return "\n".join(block["text"]["text"] for block in blocks[begin + 1 : -1]).split("\n")


def entries(count: int, sentence: str) -> Overview:
    """A prospect to which as much happened, an hour after each other."""
    act = acts.Lost(sentence=sentence)
    happened = [
        HistoryEntry(MADE.prospect.id, act, cases.ANNA, cases.NOW + timedelta(hours=n), n + 1)
        for n in range(count)
    ]
    return replace(MADE, history=tuple(happened))


def test_every_kind_of_act_has_an_entry_of_before() -> None:
    assert {type(each) for each in OLD} == set(get_args(acts.Act))


@pytest.mark.parametrize("act", OLD, ids=lambda act: act.action)
def test_an_entry_of_before_reads_well(act: acts.Act) -> None:
    entry = HistoryEntry(MADE.prospect.id, act, cases.SABINE, cases.LATER, 2)
    made = replace(MADE, history=(*MADE.history, entry))

    newest, _ = history(made)

    assert newest.startswith("• Mon 7 Dec at 15:30 · ")
    assert "Acme GmbH" in newest
    assert newest.endswith(verdict.thread_line(made, entry, EN).blocks[0]["text"]["text"])
    assert cases.SABINE in entry.members


def test_a_long_history_is_shown_to_the_end() -> None:
    lines = history(entries(100, "They chose <somebody> else."))

    assert len(lines) == 100
    assert lines[-1].startswith("• Tue 1 Dec at 10:04 · ")


@pytest.mark.parametrize("count", [400, 5000])
def test_of_a_history_that_slack_does_not_take_the_newest_is_shown_and_the_rest_counted(
    count: int,
) -> None:
    made = entries(count, "x" * 400)

    *shown, last = history(made)

    assert view_problems(details.details_view(made, EN, zone=cases.BERLIN)) == []
    assert len(shown) > 100
    left_out = f"{count - len(shown):,} older entries don't fit here. They're"
    assert last == f"{left_out} kept."


@pytest.mark.parametrize("typed", ["ж" * 500, "🚀" * 250, "&" * 500, '"' * 500])
@pytest.mark.parametrize("count", [60, 1000])
def test_whatever_was_typed_the_details_are_no_larger_than_slack_takes(
    typed: str, count: int
) -> None:
    made = entries(count, typed)

    view = details.details_view(made, EN, zone=cases.BERLIN)
    shown = [each for each in history(made) if each.startswith("• ")]

    assert len(json.dumps(view)) < 250_000
    assert view_problems(view) == []
    assert (f"{count - len(shown):,} older entries don't fit here." in json.dumps(view)) is (
        len(shown) < count
    )
    assert len(shown) >= 30


def test_however_much_was_asked_there_is_room_for_the_history() -> None:
    checklist = default()
    last = checklist.steps[-1]
    more = [replace(last.questions[-1], id=f"more_{n}") for n in range(160)]
    steps = (*checklist.steps[:-1], replace(last, questions=(*last.questions, *more)))
    case = replace(cases.CASES["ordinary"], answers={**cases.NOT_SHOWN, "more_159": "near"})
    made = cases.overview(case, checklist=replace(checklist, steps=steps))

    view = details.details_view(made, EN, zone=cases.BERLIN)

    assert view_problems(view) == []
    assert str(view).count("Are they in our niche?") == 161
    assert len(history(made)) == 1
