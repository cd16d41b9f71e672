"""Whatever stands in a file or in a set of answers, it is refused in words or it works."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import checklists
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers
from bot.domain.checklist.verdict import assess
from bot.domain.errors import AnswersRejected, ChecklistRejected

CHECKLIST = checklists.default()
CONTENT = json.loads(CHECKLIST.content)
TUESDAY = date(2026, 12, 1)

WORDS = st.sampled_from(
    ["offer", "numbers", "signs", "none", "weak_start", "otherwise", "all", "not", "of", "homework"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | WORDS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)


def places(content: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from places(value, (*above, key))


@settings(deadline=None)
@given(st.sampled_from(list(places(CONTENT))), JUNK)
def test_a_file_with_junk_anywhere_is_refused_or_is_a_checklist(
    place: tuple[Any, ...], junk: Any
) -> None:
    content = deepcopy(CONTENT)
    inside = content
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = junk

    try:
        loaded = checklists.loads(json.dumps(content), "junk.yaml")
        checklists.proved(loaded, on=TUESDAY)
    except ChecklistRejected as rejected:
        problems = rejected.problems
    else:
        problems = ()
        assert checklists.restore(loaded.checklist.content) == loaded.checklist
    assert all(str(problem.what).endswith((".", "?")) for problem in problems)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([question.id for question in CHECKLIST.questions]) | st.text(max_size=3),
        JUNK | st.sampled_from(["clear", "ready", "yes", "at_once", "2026-12-04"]),
    )
)
def test_junk_among_answers_is_refused_or_judged(document: dict[str, Any]) -> None:
    try:
        answers = read_answers(CHECKLIST, document, today=TUESDAY, calendar=MONDAY_TO_FRIDAY)
        outcome = assess(CHECKLIST, answers, on=TUESDAY, calendar=MONDAY_TO_FRIDAY).rule
    except AnswersRejected as rejected:
        outcome = rejected.problems[0].code
    assert outcome
