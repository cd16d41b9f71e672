"""``walkaway evaluate``: answers in, verdict out, every problem named."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from tests.checklists.combinations import every_combination
from tests.checklists.oracle import expected

BANT = Path(__file__).parents[1] / "checklists" / "data" / "bant.yaml"
STRONG = {"offer": "clear", "numbers": "ready", "numbers_given": "2 million", "value": "at_once"}
FIRE = {
    "offer": "vague",
    "numbers": "none",
    "willing": "yes",
    "able": "yes",
    "fire": "yes",
    "homework": "Umsätze der letzten drei Monate",
    "value": "at_once",
    "margin": "thin",
}


def evaluate(given: object, *arguments: str) -> Result:
    text = given if isinstance(given, str | bytes) else json.dumps(given)
    return CliRunner().invoke(walkaway, ["evaluate", "--on", "2026-12-01", *arguments], input=text)


def errors_of(given: object, *arguments: str) -> list[str]:
    result = evaluate(given, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.splitlines()


def test_the_verdict_comes_out_as_json() -> None:
    result = evaluate(FIRE)

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "verdict": "pursue",
        "rule": "fire",
        "reasons": [
            {
                "rule": "fire",
                "verdict": "pursue",
                "sentence": "A weak start, but they want to learn, they can, and there's fire in "
                "their eyes. Work with them, on one condition: the homework by its date.",
            },
            {
                "rule": "thin_margin",
                "verdict": "problem",
                "sentence": "The margin is thin: one bad month, and we pay to work. Raise the "
                "price or cut the scope first.",
            },
        ],
        "decide_within": None,
        "conditions": [{"what": "Umsätze der letzten drei Monate", "due": "2026-12-08"}],
    }


def test_an_array_gives_an_array() -> None:
    result = evaluate([STRONG, {"offer": "none", "numbers": "none"}])

    verdicts = [each["verdict"] for each in json.loads(result.stdout)]
    assert verdicts == ["pursue", "walk_away"]
    assert json.loads(evaluate([]).stdout) == []
    assert len(json.loads(evaluate([STRONG]).stdout)) == 1


def test_every_combination_agrees_with_the_table() -> None:
    few_signs = every_combination(
        signs=[0, 2, 3], margins=["healthy", "thin", "loss"], niches=["inside", "outside"]
    )
    documents = list(few_signs)

    results = json.loads(evaluate(documents).stdout)

    for document, result in zip(documents, results, strict=True):
        wanted = expected(document, date(2026, 12, 1))
        got = {key: result[key] for key in ("verdict", "rule", "decide_within", "conditions")}
        assert got == {
            "verdict": wanted.verdict,
            "rule": wanted.rule,
            "decide_within": wanted.decide_within,
            "conditions": wanted.conditions,
        }, document
        assert [reason["rule"] for reason in result["reasons"]] == wanted.rules, document


def test_answers_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(STRONG), encoding="utf-8-sig")

    assert json.loads(evaluate("", str(file)).stdout)["rule"] == "good_fit"
    assert json.loads(evaluate(STRONG, "-").stdout)["rule"] == "good_fit"


def test_sentences_come_in_german_too() -> None:
    result = evaluate({"offer": "none", "numbers": "none"}, "--language", "de")

    assert json.loads(result.stdout)["reasons"][0]["sentence"] == (
        "Sie können nicht sagen, was sie verkaufen. Dann kann es auch sonst niemand verkaufen. "
        "Sag ab."
    )


def test_without_a_day_today_is_the_day_of_judging() -> None:
    result = CliRunner().invoke(walkaway, ["evaluate"], input=json.dumps(FIRE))

    due = date.fromisoformat(json.loads(result.stdout)["conditions"][0]["due"])
    assert due.weekday() < 5


def test_answers_that_were_not_asked_for_are_named_and_not_judged() -> None:
    result = evaluate(STRONG | {"fire": "no", "homework": "some"})

    assert json.loads(result.stdout)["rule"] == "good_fit"
    assert result.stderr == "Not judged, because not asked: fire, homework.\n"


def test_in_an_array_dropped_answers_are_named_with_their_index() -> None:
    result = evaluate([STRONG, STRONG | {"fire": "no"}])

    assert result.stderr == "[1] Not judged, because not asked: fire.\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"offer": "great"}, '"offer": There\'s no option "great". Use one of clear, vague, none.'),
        ({"offer": 1}, '"offer": This takes the id of one option, as a text.'),
        ({"signs": "drains"}, '"signs": This takes a list of option ids.'),
        ({"numbers_given": ["2"]}, '"numbers_given": This takes a text.'),
        ({"homework_due": 8}, '"homework_due": This takes a day, such as "2026-12-08".'),
        (
            {"homework_due": "soon"},
            '"homework_due": "soon" isn\'t a day such as "2026-12-08".',
        ),
        ({"value": None}, '"value": This must be answered.'),
        (
            {"numbers_given": "9" * 3001},
            '"numbers_given": This text has 3001 characters; 3000 are allowed.',
        ),
        (
            {"numbers_given": "\x00"},
            '"numbers_given": This text contains a character that can\'t be stored.',
        ),
    ],
)
def test_a_problem_is_named_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    assert errors_of(STRONG | change) == [sentence]


def test_an_unknown_question_is_named_with_those_that_exist() -> None:
    (line,) = errors_of(STRONG | {"colour\x1b[31m": "red"})

    assert line.startswith('"colour\\u001b[31m": There\'s no such question. Use one of offer, numb')


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("2026-11-30", "This day has passed; 2026-12-01 is the first one possible."),
        (
            "2026-12-16",
            "This is too far ahead; 2026-12-15, in 10 working days, is the last day.",
        ),
    ],
)
def test_homework_is_due_within_ten_working_days(due: str, sentence: str) -> None:
    assert errors_of(FIRE | {"homework_due": due}) == [f'"homework_due": {sentence}']


def test_all_problems_of_all_answers_are_named_and_nothing_comes_out() -> None:
    assert errors_of(
        [STRONG, {"offer": "great", "numbers": "ready"}, 7, STRONG | {"niche": 1}]
    ) == [
        '[1] "offer": There\'s no option "great". Use one of clear, vague, none.',
        '[1] "numbers_given": This must be answered.',
        '[1] "value": This must be answered.',
        '[2] Answers must be an object, such as {"offer": "clear"}.',
        '[3] "niche": This takes the id of one option, as a text.',
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "standard input: not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("{offer: none}", "standard input: not JSON: Expecting property name"),
        ('{"offer": "none", "offer": "clear"}', 'standard input: not JSON: "offer" appears twice'),
        (b"\xff\xfe", "standard input: not JSON: not a text in UTF-8."),
        ("[" * 100_000, "standard input: nested too deeply."),
        ("3", 'Answers must be an object, such as {"offer": "clear"}.'),
        ("null", 'Answers must be an object, such as {"offer": "clear"}.'),
    ],
)
def test_what_is_not_a_set_of_answers_is_refused(text: str | bytes, sentence: str) -> None:
    (line,) = errors_of(text)

    assert line.startswith(sentence)


def test_another_checklist_can_be_used() -> None:
    answers = {"budget": "yes", "authority": "yes", "need": "yes", "timing": "no"}

    result = evaluate(answers, "--checklist", str(BANT))

    assert json.loads(result.stdout)["rule"] == "three_of_four"


def test_answers_that_no_rule_matches_are_named_and_nothing_is_proved(tmp_path: Path) -> None:
    file = tmp_path / "partial.yaml"
    text = BANT.read_text(encoding="utf-8")
    file.write_text(text.replace("when: otherwise", "when: {budget: no}"), encoding="utf-8")

    fitting = dict.fromkeys(["budget", "authority", "need", "timing"], "yes")
    (line,) = errors_of(dict.fromkeys(fitting, "no") | {"budget": "yes"}, "--checklist", str(file))

    assert line == ("No rule matches these answers: find out why with `walkaway checklist check`.")
    result = evaluate(fitting, "--checklist", str(file))
    assert json.loads(result.stdout)["verdict"] == "pursue"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--language", "fr"],
        ["--on", "tomorrow"],
        ["--on", "9999-12-31"],
        ["--checklist", "nowhere.yaml"],
        ["nowhere.json"],
        ["--colour"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert evaluate(STRONG, *arguments).exit_code == 2


def test_help_teaches_with_an_example_that_works() -> None:
    text = CliRunner().invoke(walkaway, ["evaluate", "--help"]).stdout
    example = text[text.index("{") : text.index("}") + 1]

    assert json.loads(evaluate(example).stdout)["rule"] == "some_signs"
