"""The rules of the default checklist once more, in plain Python and without the product's code.

Written from the table in the product's description, to check the checklist file, the loader and
the verdict against something that shares nothing with them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

SEVERITY = {"pursue": 0, "problem": 1, "walk_away": 2}


@dataclass
class Expected:
    """What must come out."""

    verdict: str
    rule: str
    rules: list[str]
    decide_within: int | None
    conditions: list[dict[str, str]] = field(default_factory=list)


def expected(document: dict[str, Any], on: date) -> Expected:
    """The verdict on answers that are complete and contain only what is asked."""
    found = _rules_that_match(document) or [("good_fit", "pursue", None)]
    rule, verdict, _ = found[0]
    listed = [each for each in found if SEVERITY[each[1]] >= SEVERITY[verdict]]
    times = [within for _, _, within in listed if within is not None]
    conditions = []
    if verdict != "walk_away" and any(each[0] == "fire" for each in found):
        due = document.get("homework_due", _working_days_after(on, 5).isoformat())
        conditions = [{"what": document["homework"], "due": due}]
    return Expected(
        verdict,
        rule,
        [each[0] for each in listed],
        min(times) if verdict == "problem" else None,
        conditions,
    )


def _rules_that_match(document: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    offer, numbers = document["offer"], document.get("numbers")
    trio = [document.get(question) for question in ("willing", "able", "fire")]
    weak = offer == "vague" or numbers in ("partly", "none")
    value, margin = document.get("value"), document.get("margin")
    signs = len(document.get("signs", []))
    a_no, all_yes = "no" in trio, trio == ["yes"] * 3
    unknown = "unknown" in trio and not a_no
    homework = bool(document.get("homework"))
    table = [
        ("no_offer", "walk_away", None, offer == "none"),
        ("no_numbers", "walk_away", None, numbers == "none" and a_no),
        ("talked_into_it", "walk_away", None, value == "talked_into"),
        ("loses_money", "walk_away", None, margin == "loss"),
        ("many_signs", "walk_away", None, signs >= 3),
        ("value_not_shown", "problem", 5, value == "not_shown"),
        ("half_answer", "problem", 3, weak and numbers != "none" and a_no),
        ("exception_untested", "problem", 5, weak and unknown),
        ("fire_unproven", "problem", 3, weak and all_yes and not homework),
        ("fire", "pursue", None, weak and all_yes and homework),
        ("some_signs", "problem", 7, signs == 2),
        ("outside_niche", "problem", 7, document.get("niche") == "outside"),
        ("thin_margin", "problem", 7, margin == "thin"),
    ]
    return [(rule, verdict, within) for rule, verdict, within, matches in table if matches]


def _working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
