"""Files that are no checklist, with what is said about each and where.

`test_bad_inputs` reads them; `tests.cli.checklists.test_bad_inputs` names them to the command line,
and `tests.slack.settings.test_bad_inputs` uploads them as an English and as a German manager.
"""

from dataclasses import dataclass
from typing import Final

from tests.checklists.test_other_checklists import DATA

FIT: Final = (DATA / "fit.yaml").read_text(encoding="utf-8")
TEXT: Final = "This must be a text (in quotes, if it looks like something else)."
WHOLE: Final = "This must be a whole number, such as 12."
NUMBER: Final = "This must be a number, such as 12 or 0.5."
KEYS: Final = "This must be keys with values."
ENCODING: Final = "Save the file as UTF-8. It has another encoding."
CLOSE: Final = "A quote or bracket isn't closed, or a line is indented too far or not far enough."
LETTERS: Final = "Use small letters, digits and _, a letter first."


@dataclass(frozen=True, slots=True)
class Bad:
    """A file, and the first thing that is said about it."""

    name: str
    content: bytes
    line: int | None
    path: str
    said: str


def wrong(name: str, old: str, new: str, line: int, path: str, said: str) -> Bad:
    """Return the checklist with one thing wrong in it."""
    assert FIT.count(old) == 1, f"not there once: {old}"
    return Bad(name, FIT.replace(old, new).encode("utf-8", "surrogatepass"), line, path, said)


def no_yaml(why: str, column: int) -> str:
    return f"This isn't YAML (column {column}). {why}"


def title(written: str, said: str = TEXT) -> Bad:
    return wrong(
        f"text {written}", "en: Fit, de", f"en: {written}, de", 6, "scores.fit.title.en", said
    )


def points(written: str, said: str = WHOLE) -> Bad:
    path = "scores.fit.points.need.real"
    return wrong(f"points {written}", "real: 3", f"real: {written}", 8, path, said)


def bound(written: str, said: str = NUMBER) -> Bad:
    new, path = f"at_least: {written}", "rules[1].when.all[0].at_least"
    return wrong(f"bound {written}", "at_least: 50000", new, 72, path, said)


_NAMES = "".join(f"  n{n}: {{all: [n{n - 1}, n{n - 1}]}}\n" for n in range(1, 40))
_CHAIN = "".join(f"  n{n}: n{n + 1}\n" for n in range(2000))
_BOMB = "a: &a [lol, lol]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n"

BAD: Final = (
    # no text, no YAML, or more YAML than a checklist needs
    Bad("empty", b"", None, "", "The file is empty."),
    Bad("only comments", b"# one\n# two\n", None, "", "The file is empty."),
    Bad("UTF-16", FIT.encode("utf-16"), None, "", ENCODING),
    Bad("UTF-16 without a mark", FIT.encode("utf-16-le"), None, "", ENCODING),
    Bad("UTF-32", FIT.encode("utf-32"), None, "", ENCODING),
    Bad("Latin 1", FIT.encode("latin-1"), 20, "", ENCODING),
    Bad("a picture", b"\x89PNG\r\n\x1a\n\x00\x00", 1, "", ENCODING),
    Bad("a PDF", b"%PDF-1.7\n", 1, "", no_yaml("Leave out the line that starts with %.", 7)),
    Bad("a page", b"<!doctype html>\n<p>Hello</p>\n", 1, "", KEYS),
    Bad("words", b"just words", 1, "", KEYS),
    Bad("an array", b"[1, 2]", 1, "", KEYS),
    Bad("not closed", b"id: [a", 1, "", no_yaml(CLOSE, 7)),
    Bad(
        "tabs",
        b"id: own\n\ttitle: x",
        2,
        "",
        no_yaml(
            "Indent with spaces, not tabs, and put a text that starts with a special sign in "
            "quotes.",
            1,
        ),
    ),
    Bad(
        "a bomb",
        _BOMB.encode(),
        2,
        "",
        no_yaml("References (*) aren't supported; write it out.", 8),
    ),
    Bad(
        "a key merged in",
        b"a: &x {b: c}\nd:\n  <<: *x\n",
        3,
        "",
        no_yaml("References (*) aren't supported; write it out.", 7),
    ),
    Bad(
        "two documents",
        f"{FIT}---\n{FIT}".encode(),
        95,
        "",
        no_yaml("Only one document is taken; leave out the lines with ---.", 1),
    ),
    Bad("nested deeply", b"[" * 100_000, 1, "", "The file is nested too deeply."),
    Bad(
        "nested line by line",
        "\n".join(" " * n + "a:" for n in range(600)).encode(),
        31,
        "",
        "The file is nested too deeply.",
    ),
    Bad(
        "a NUL byte",
        FIT.replace("EUR", "E\0").encode(),
        46,
        "",
        "Take out the character U+0000. No YAML file can hold it.",
    ),
    Bad("a lone surrogate", FIT.encode().replace(b"EUR", b"\xed\xa0\x80"), 46, "", ENCODING),
    wrong(
        "one that is escaped",
        "unit: EUR",
        'unit: "\\ud800"',
        46,
        "steps[1].questions[0].unit",
        "There's a character in it that I can't store. Leave it out.",
    ),
    wrong(
        "an escape that is none",
        "unit: EUR",
        'unit: "\\UFFFFFFFF"',
        46,
        "",
        "There's a character in it that I can't store. Leave it out.",
    ),
    wrong(
        "a tag",
        "min: 0",
        "min: !!int abc",
        47,
        "steps[1].questions[0].min",
        "Tags like int aren't supported.",
    ),
    # a number for a text
    *map(
        title,
        ("12", "1.5", "010", "1e3", "1_000", "0x10", ".inf", "1:30", "2026-12-01", "~", "true"),
    ),
    # a text for a number, or a number that not everybody reads alike
    *map(
        points,
        ("yes", "1e3", '"3"', "0x10", "1_000", ".inf", "1:30", "~", "3.0", "1.000", "2026-12-01"),
    ),
    points("010", "Write 10, without a 0 in front."),
    points("1001", "This must be 1000 or less."),
    points("12345678901", "This number is too large."),
    *map(bound, ("on", "12e03", "'5'", "+5", "0o10", "1.", ".5")),
    bound("007", "Write 7, without a 0 in front."),
    bound("50.000", "Write 50000 or 50.00. Some people read 50.000 as the other one."),
    bound("1.500", "Write 1500 or 1.50. Some people read 1.500 as the other one."),
    bound("1.005", "Write 1005 or 1.0050. Some people read 1.005 as the other one."),
    bound("0.12345", "A number has at most 4 decimals."),
    wrong(
        "a day that is none",
        "more_than_days_ahead: 60",
        "more_than_days_ahead: 2026-02-30",
        81,
        "rules[3].when.more_than_days_ahead",
        WHOLE,
    ),
    # what a text may not hold
    title('"\\u200b"', "The English text is missing."),
    title('"\\u202eFit"', "Take out the invisible character U+202E."),
    title('"F\\x07t"', "Take out the invisible character U+0007."),
    title("x" * 200_000, "The English text has 200000 characters; 40 are allowed."),
    # keys, ids and what they name
    wrong("a key twice", "id: fit\n", "id: fit\nid: again\n", 3, "id", "This appears twice."),
    wrong(
        "a key that is none",
        "id: fit\n",
        "id: fit\ncolour: red\n",
        3,
        "colour",
        "There's no such key here. Use one of id, title, languages, names, scores, steps, rules.",
    ),
    wrong(
        "a score of nothing",
        "need: {burning",
        "neet: {burning",
        8,
        "scores.fit.points.neet",
        "There's no question “neet”. Did you mean “need”?",
    ),
    wrong(
        "no language",
        "id: fit\n",
        "id: fit\nlanguages: [en, xx]\n",
        3,
        "languages[1]",
        "“xx” isn't a language code such as en or de.",
    ),
    wrong(
        "nothing fills it",
        "Fit is only {fit} of",
        "Fit is only {fitt} of",
        94,
        "rules[5].sentence.en",
        "There's no value for {fitt}. Use one of {budget}, {fit}, {fit.max}, {niche}, {start}.",
    ),
    wrong(
        "nothing fills it with spaces",
        "Fit is only {fit} of",
        "Fit is only { fit } of",
        94,
        "rules[5].sentence.en",
        "There's no value for { fit }. Use one of {budget}, {fit}, {fit.max}, {niche}, {start}.",
    ),
    wrong(
        "a mark in an id",
        "- id: reason",
        '- id: "rea\\u200fson"',
        51,
        "steps[1].questions[1].id",
        f"“reaU+200Fson” can't be an id. {LETTERS}",
    ),
    wrong(
        "an id twice once it is normal",
        "- id: reason",
        "- id: ｎeed",
        51,
        "steps[1].questions[1].id",
        f"“ｎeed” can't be an id. {LETTERS}",
    ),
    # conditions
    wrong(
        "names that double",
        "names:\n",
        f"names:\n  n0: {{answered: budget}}\n{_NAMES}",
        26,
        "names.n14",
        "With its combinations written out, this file has more than 30000 conditions. Use fewer "
        "combinations inside others.",
    ),
    wrong(
        "a chain of names",
        "names:\n",
        f"names:\n{_CHAIN}  n2000: small\n",
        63,
        "names.n51",
        "This is nested too deeply. Use fewer conditions inside others.",
    ),
    wrong(
        "no rule matches",
        "when: {score: fit, below: 5}",
        "when: {score: fit, below: 4}",
        65,
        "rules",
        "No rule matches when need is burning, wants isn't answered, budget isn't answered, "
        "start isn't answered, signs has drains, expected_value isn't answered, as in "
        '{"need": "burning", "signs": ["drains"]}.',
    ),
)
