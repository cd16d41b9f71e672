"""``walkaway checklist check``: the proof, and what it says when there is none."""

import re
from datetime import date
from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner, Result

from bot import checklists
from bot.checklists.conditions import Word
from bot.cli import walkaway
from bot.domain.checklist.model import Kind

BANT = Path(__file__).parents[1] / "checklists" / "data" / "bant.yaml"


def check(file: Path) -> Result:
    return CliRunner().invoke(walkaway, ["checklist", "check", str(file)])


def test_the_default_checklist_is_proved() -> None:
    result = check(checklists.WALK_AWAY)

    version = checklists.default().short_version
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"walk-away, version {version}: 12 questions, 14 rules.\n"
        "Proved: every combination of answers gets one verdict, and every rule is needed.\n"
    )


def test_a_counterexample_is_named_in_words(tmp_path: Path) -> None:
    file = tmp_path / "bant.yaml"
    text = BANT.read_text(encoding="utf-8")
    file.write_text(text.replace("when: otherwise", "when: {need: no}"), encoding="utf-8")

    result = check(file)

    assert (result.exit_code, result.stdout) == (1, "")
    line = text.splitlines().index("rules:") + 1
    assert result.stderr == (
        f"{file}:{line}: rules: No rule matches when budget is yes, authority is no, "
        'need is unknown, timing is no, as in {"budget": "yes", "authority": "no", '
        '"need": "unknown", "timing": "no"}.\n'
    )


def test_every_problem_has_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("id: BAD\nsteps: []\n", encoding="utf-8")

    result = check(file)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{file}:1: title: This is missing.",
        f"{file}:1: rules: This is missing.",
        f"{file}:2: steps: A checklist needs at least one step.",
    ]


def test_warnings_do_not_fail(tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    text = BANT.read_text(encoding="utf-8").replace("Is there a budget?", "Budget? " * 20)
    file.write_text(text, encoding="utf-8")

    result = check(file)

    assert result.exit_code == 0
    assert (
        "Warning: steps[0].questions[0].text.en: The question has 160 characters" in result.stderr
    )


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert check(Path("nowhere.yaml")).exit_code == 2


def test_the_example_in_the_help_is_a_checklist_that_is_proved() -> None:
    text = CliRunner().invoke(walkaway, ["checklist", "--help"]).stdout
    example = dedent(text[text.index("    id: budget") : text.index("  What a condition")])

    loaded = checklists.loads(example)

    assert checklists.proved(loaded, on=date(2026, 12, 1)).holds


def test_the_help_names_every_kind_of_question_and_every_word_of_the_rules() -> None:
    text = CliRunner().invoke(walkaway, ["checklist", "--help"]).stdout
    words = set(re.findall(r"[a-z_]+", text))

    assert {*Kind, *Word} <= words


def test_both_commands_are_in_the_help_of_the_whole() -> None:
    text = CliRunner().invoke(walkaway, ["--help"]).stdout

    assert "evaluate" in text
    assert "checklist" in text
