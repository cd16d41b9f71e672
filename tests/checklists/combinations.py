"""Every complete set of answers to the default checklist, as documents."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

SIGNS = ["reschedules", "cancellation_quarrels", "haggles", "no_respect", "steals_time", "drains"]
TRIO = ["willing", "able", "fire"]
VALUES = ["at_once", "after_explaining", "talked_into", "not_shown"]
MARGINS = [None, "healthy", "thin", "loss"]
NICHES = [None, "inside", "near", "outside"]

Document = dict[str, Any]


def every_combination(
    *,
    signs: Iterable[int] = range(len(SIGNS) + 1),
    margins: Sequence[str | None] = MARGINS,
    niches: Sequence[str | None] = NICHES,
) -> Iterator[Document]:
    """Each way through the checklist; of the signs, only how many there are is varied."""
    last_steps = [
        _given(value=value, signs=SIGNS[:count] or None, margin=margin, niche=niche)
        for value, count, margin, niche in product(VALUES, signs, margins, niches)
    ]
    for beginning in _beginnings():
        if _ends_early(beginning):
            yield beginning
        else:
            yield from ({**beginning, **last} for last in last_steps)


def _beginnings() -> Iterator[Document]:
    yield {"offer": "none"}
    for offer, numbers in product(["clear", "vague"], ["ready", "partly", "none"]):
        first = _given(offer=offer, numbers=numbers)
        given = "2 million, 30 %" if numbers == "ready" else None
        if (offer, numbers) == ("clear", "ready"):
            yield {**first, **_given(numbers_given=given)}
        else:
            for trio in product(["yes", "no", "unknown"], repeat=3):
                for homework in (None, "the last three months"):
                    rest = _given(numbers_given=given, homework=homework)
                    yield {**first, **dict(zip(TRIO, trio, strict=True)), **rest}


def _ends_early(document: Document) -> bool:
    if document["offer"] == "none":
        return True
    return document["numbers"] == "none" and any(document[each] == "no" for each in TRIO)


def _given(**answers: object) -> Document:
    return {key: value for key, value in answers.items() if value is not None}
