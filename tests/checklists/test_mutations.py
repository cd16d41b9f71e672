"""However a shipped file is changed, it stays usable, or it is said what is wrong and where."""

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import checklists
from bot.domain.errors import ChecklistProblem, ChecklistRejected

TUESDAY: Final = date(2026, 12, 1)
SHIPPED: Final = {name: path.read_text("utf-8") for name, path in checklists.SHIPPED.items()}
VALUE: Final = re.compile(r"(?<=: )[^{}\[\],\n]+")
SCALARS: Final = (
    *("", "~", "[]", "{}", "12", "-1", "010", "1.5", "1.000", "1e99", ".inf", "yes", "true", "no"),
    *(
        "2026-02-30",
        "1:30",
        "'",
        '"',
        "!x y",
        "&a b",
        "*a",
        "? a",
        "- a",
        "| x",
        "@",
        "`",
        "%",
        "#",
    ),
    *(
        "{a: b}",
        "[a, b]",
        "otherwise",
        "niche",
        '"\\ud800"',
        '"\\0"',
        '"\\U7fffffff"',
        "\u202e",
        "\ufeff",
    ),
    *("{{fit}}", "x" * 3001, "99999999999999999999", "a: b", "\t", "\x00", "\x85", "\u2028"),
)
WORDS: Final = st.sampled_from(SCALARS) | st.text(max_size=4)


def without_a_line(lines: list[str], at: Random, _: str) -> None:
    del lines[at.randrange(len(lines))]


def twice(lines: list[str], at: Random, _: str) -> None:
    lines.insert(at.randrange(len(lines)), lines[at.randrange(len(lines))])


def indented(lines: list[str], at: Random, _: str) -> None:
    n = at.randrange(len(lines))
    lines[n] = at.choice([" ", "  ", "\t"]) + lines[n] if at.random() < 0.5 else lines[n].lstrip()


def swapped(lines: list[str], at: Random, _: str) -> None:
    one, other = at.randrange(len(lines)), at.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def another_value(lines: list[str], at: Random, word: str) -> None:
    valued = [n for n, line in enumerate(lines) if VALUE.search(line)]
    n = at.choice(valued)
    found = at.choice([*VALUE.finditer(lines[n])])
    lines[n] = lines[n][: found.start()] + word + lines[n][found.end() :]


def in_between(lines: list[str], at: Random, word: str) -> None:
    n = at.randrange(len(lines))
    cut = at.randrange(len(lines[n]) + 1)
    lines[n] = lines[n][:cut] + word + lines[n][cut:]


Change = Callable[[list[str], Random, str], None]
CHANGES: Final = (without_a_line, twice, indented, swapped, another_value, in_between)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(SHIPPED)),
    st.lists(st.tuples(st.sampled_from(CHANGES), WORDS), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_a_changed_file_is_a_checklist_or_told_what_is_wrong_and_where(
    name: str, changes: list[tuple[Change, str]], at: Random
) -> None:
    lines = SHIPPED[name].split("\n")
    for change, word in changes:
        change(lines, at, word)
    content = "\n".join(lines).encode("utf-8", "surrogatepass")

    try:
        loaded = checklists.loads(content, "changed.yaml")
        checklists.proved(loaded, on=TUESDAY)
    except ChecklistRejected as rejected:
        found = rejected.problems
        assert found
    else:
        found = loaded.warnings
        assert checklists.restore(loaded.checklist.content).version == loaded.checklist.version

    for problem in found:
        assert is_told(problem), problem


def is_told(problem: ChecklistProblem) -> bool:
    """Tell whether a problem is a sentence that stands on a line, in words of our own."""
    said = str(problem.what)
    return (
        problem.line is not None
        and said.endswith((".", "?"))
        and "The parser says" not in said
        and "doesn't fit" not in said
    )
