"""The verdict of the default checklist, in process."""

import time
from datetime import date
from statistics import median
from typing import Any, Final

from benchmarks.bench import Bench
from benchmarks.report import Row
from bot import checklists
from bot.domain.calendar import working_calendar
from bot.domain.checklist.answers import from_document
from bot.domain.checklist.verdict import assess

GOAL: Final = 50.0
DAY: Final = date(2026, 11, 30)

CASES: Final[dict[str, dict[str, Any]]] = {
    "walk away at once": {"offer": "none", "numbers": "none"},
    "a good fit": {
        "offer": "clear",
        "numbers": "ready",
        "numbers_given": "1 million, margin 30 %",
        "value": "at_once",
        "margin": "healthy",
        "niche": "inside",
    },
    "everything answered": {
        "offer": "vague",
        "numbers": "partly",
        "willing": "yes",
        "able": "yes",
        "fire": "yes",
        "homework": "last year's figures",
        "homework_due": "2026-12-08",
        "value": "after_explaining",
        "signs": ["haggles", "drains"],
        "margin": "thin",
        "niche": "outside",
    },
}


async def measure(bench: Bench) -> list[Row]:
    """Time each case by itself."""
    return [_row(case, document, bench) for case, document in CASES.items()]


def _row(case: str, document: dict[str, Any], bench: Bench) -> Row:
    checklist = checklists.default()
    answers = from_document(checklist, document)
    calendar = working_calendar("DE")
    calls = bench.many(2000)
    spent = []
    for _ in range(bench.rounds):
        before = time.perf_counter()
        for _ in range(calls):
            assess(checklist, answers, on=DAY, calendar=calendar)
        spent.append((time.perf_counter() - before) / calls * 1e6)
    took = median(spent)
    return Row(f"verdict: {case}", f"{took:.1f} µs", "", "", f"under {GOAL:g} µs", took < GOAL)
