"""A fact as it is stored: read back, it is the same, however it is read."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.facts import (
    DisciplineFact,
    HowEnded,
    Reply,
    TimeToNoFact,
    WalkAwayFact,
    What,
    WonFact,
)
from bot.domain.outcomes.outcome import (
    NO_ANSWER,
    Hours,
    HowTaken,
    Outcome,
    PaidAsAgreed,
    Regret,
    Respect,
    WouldTakeAgain,
)
from bot.domain.people import MemberId
from bot.storage.figures import stored


def _one_of(answers: type[StrEnum]) -> st.SearchStrategy[StrEnum | None]:
    return st.none() | st.sampled_from(answers)


OUTCOMES = st.builds(
    Outcome,
    _one_of(PaidAsAgreed),
    _one_of(Hours),
    _one_of(WouldTakeAgain),
    _one_of(Regret),
    _one_of(Respect),
    _one_of(HowTaken),
)
REPLIES = st.none() | st.builds(Reply, OUTCOMES, OUTCOMES | st.just(NO_ANSWER), st.booleans())
CLIENTS = st.builds(
    WonFact,
    st.none() | st.sampled_from(["no_other_client", "new_fact"]) | st.text(),
    st.none() | st.sampled_from(Verdict),
    REPLIES,
    REPLIES,
    st.none() | st.decimals(allow_nan=False, allow_infinity=False),
)


@given(CLIENTS | st.builds(WalkAwayFact, REPLIES, REPLIES))
def test_an_end_is_read_back_as_it_was_whatever_its_texts_hold(what: What) -> None:
    text = stored.to_text(what)

    assert stored.to_fact(type(what), text) == what
    assert stored._READ[type(what)](*json.loads(text)) == what


def test_the_texts_of_ends_are_read_piece_by_piece() -> None:
    """Otherwise each of them is read as a whole, which takes three times as long."""
    own = Outcome(PaidAsAgreed.YES, Hours.UP_TO_20, WouldTakeAgain.NO)
    reply = Reply(own, NO_ANSWER, is_asked=True)
    client = WonFact("new_fact", Verdict.PURSUE, reply, None, Decimal("12.50"))
    for what in (client, WalkAwayFact(None, reply)):
        pattern, _ = stored._BY_PIECES[type(what)]
        assert pattern.fullmatch(stored.to_text(what))

    one, other = (stored.to_fact(WonFact, stored.to_text(client)) for _ in range(2))
    assert isinstance(one, WonFact)
    assert isinstance(other, WonFact)
    assert one.soon is other.soon


@pytest.mark.parametrize(
    "what",
    [
        DisciplineFact(date(2026, 12, 1), HowEnded.BY_THEM, is_back_and_won=False, left_owner=None),
        DisciplineFact(date(2026, 12, 1), HowEnded.BY_US, True, MemberId("U0ANNA")),
        TimeToNoFact(HowEnded.OPEN, None, date(2026, 12, 1)),
    ],
)
def test_other_facts_are_read_back_as_well(what: What) -> None:
    assert stored.to_fact(type(what), stored.to_text(what)) == what
