"""What a large checklist takes: to be checked, to judge by, and to judge a long past by again."""

import json
import time
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

from benchmarks.bench import Bench
from benchmarks.report import Row, alone
from benchmarks.team import OURS
from benchmarks.verdicts import DAY
from bot import checklists
from bot.checklists.proving.checking import Checker
from bot.domain.calendar import working_calendar
from bot.domain.checklist.answers import from_document
from bot.domain.checklist.verdict import assess
from bot.domain.figures.reports.backtest import backtest
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork

CHECKED: Final = {30: 2.0, 60: 10.0}
"""Seconds, by the number of questions."""
EVALUATED: Final = 100.0
"""Microseconds."""
QUALIFICATIONS: Final = 10_000
JUDGED_AGAIN: Final = 2.0
"""Seconds."""
_OPTIONS: Final = "abcde"
_STEP: Final = 10
"""Questions in each step."""
_BANDS: Final = 16
_RISKS: Final = 4
"""Rules: twenty in all."""


async def measure(bench: Bench) -> list[Row]:
    """Check as an upload is checked, evaluate in process, and judge the past again."""
    rows = []
    for questions, goal in CHECKED.items():
        content = json.dumps(large(questions)).encode()
        took = []
        for _ in range(bench.rounds):
            began = time.perf_counter()
            await Checker().check(content, on=DAY)
            took.append(time.perf_counter() - began)
        what = f"check of {questions} questions by {len(_OPTIONS)} options, 2 scores, 20 rules"
        rows.append(alone(what, median(took), goal, "s"))
    rows.append(_evaluated(bench))
    rows.append(await _judged_again(bench))
    return rows


def large(questions: int) -> dict[str, Any]:
    """Return a checklist as a document; JSON is YAML."""
    ids = [f"q{number}" for number in range(questions)]
    points = {
        "fit": {each: _points(_OPTIONS, 1 + at % 3) for at, each in enumerate(ids)},
        "risk": {each: _points(_OPTIONS[::-1], 1 + at % 4) for at, each in enumerate(ids)},
    }
    most = {name: sum(max(each.values()) for each in by.values()) for name, by in points.items()}
    return {
        "id": "large",
        "title": _text("Large"),
        "scores": {
            name: {"title": _text(name.title()), "points": by} for name, by in points.items()
        },
        "steps": [
            {
                "id": f"s{start}",
                "title": _text(f"Step {start}"),
                "questions": [_question(each) for each in ids[start : start + _STEP]],
            }
            for start in range(0, questions, _STEP)
        ],
        "rules": [*_risks(most["risk"]), *_bands(most["fit"])],
    }


def _points(options: str, weight: int) -> dict[str, int]:
    return {option: at * weight for at, option in enumerate(options)}


def _question(question_id: str) -> dict[str, Any]:
    options = [{"id": each, "text": _text(f"Option {each}")} for each in _OPTIONS]
    text = _text(f"How is {question_id}?")
    return {"id": question_id, "kind": "one_of", "text": text, "options": options}


def _risks(most: int) -> list[dict[str, Any]]:
    """Return what is too risky, the worst first."""
    limits = [most * (20 - at) // 22 for at in range(_RISKS)]
    return [
        _rule(f"risk{limit}", {"score": "risk", "at_least": limit}, "walk_away") for limit in limits
    ]


def _bands(most: int) -> list[dict[str, Any]]:
    """Return rules that every fit is in one of."""
    ends = [most * at // _BANDS for at in range(1, _BANDS)]
    return [
        _rule("fit0", {"score": "fit", "below": ends[0]}, "walk_away"),
        *(
            _rule(f"fit{low}", {"score": "fit", "at_least": low, "below": high}, "pursue")
            for low, high in pairwise(ends)
        ),
        _rule(f"fit{ends[-1]}", {"score": "fit", "at_least": ends[-1]}, "pursue"),
    ]


def _rule(rule_id: str, when: dict[str, Any], verdict: str) -> dict[str, Any]:
    return {"id": rule_id, "when": when, "verdict": verdict, "sentence": _text(f"{rule_id}.")}


def _text(english: str) -> dict[str, str]:
    return {"en": english, "de": english}


def _evaluated(bench: Bench) -> Row:
    checklist = checklists.loads(json.dumps(large(min(CHECKED)))).checklist
    answered = {each.id: _OPTIONS[at % 5] for at, each in enumerate(checklist.questions)}
    answers, calendar = from_document(checklist, answered), working_calendar("DE")
    calls, took = bench.many(500), []
    for _ in range(bench.rounds):
        began = time.perf_counter()
        for _ in range(calls):
            assess(checklist, answers, on=DAY, calendar=calendar)
        took.append((time.perf_counter() - began) / calls * 1e6)
    return alone(f"verdict of {min(CHECKED)} questions, 20 rules", median(took), EVALUATED, "µs")


async def _judged_again(bench: Bench) -> Row:
    """Judge every qualification of a past by the checklist of today, its stories being read."""
    url = await bench.with_past("sqlite", bench.sized(QUALIFICATIONS))
    database = Database.from_url(url, patience=timedelta(minutes=5))
    try:
        async with UnitsOfWork(database, checklists.restore).reading(OURS) as work:
            timelines = await work.timelines.all()
    finally:
        await database.close()
    took, judged = [], 0
    for _ in range(bench.rounds):
        began = time.perf_counter()
        judged = backtest(checklists.default(), timelines).judged
        took.append(time.perf_counter() - began)
        assert judged >= bench.sized(QUALIFICATIONS)  # noqa: S101 - or it was not all of them
    return alone(f"backtest of {judged:,} qualifications", median(took), JUDGED_AGAIN, "s")
