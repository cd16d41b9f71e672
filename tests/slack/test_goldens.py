"""Golden files: they hold what the tests make and nothing else, and a change reads as a change."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.slack.goldens import GOLDEN, Goldens


def message(text: str, **keys: Any) -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return {"text": text, "blocks": [{**section, **keys}]}


@pytest.fixture
def goldens(tmp_path: Path) -> Goldens:
    return Goldens(tmp_path)


def test_golden_files_hold_what_the_tests_make_and_nothing_else(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    run = subprocess.run(  # noqa: S603 - our own tests
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *(Path(__file__).parent, f"--golden-into={tmp_path}"),
        ],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )
    kept, made = _cases(GOLDEN), _cases(tmp_path)

    assert run.returncode == 0, run.stdout + run.stderr
    assert kept - made == set(), "no test makes these any more: delete them"
    assert {case for case in made - kept if case[1]} == set()


def test_all_cases_of_a_view_stand_in_one_file_the_ordinary_in_english_first(
    goldens: Goldens,
) -> None:
    for name in ("card.longest.de", "card.longest.en", "card.ordinary.de", "card.ordinary.en"):
        goldens.write(name, message(name))
    goldens.write("help.en", message("What I can do"))

    assert _headings(goldens.folder / "card.txt") == [
        "## ordinary, English",
        "## ordinary, German",
        "## longest, English",
        "## longest, German",
    ]
    assert _read(goldens.folder / "help.txt") == (
        "## English\n\nmessage\ntext: What I can do\nsection: What I can do\n"
    )


def test_writing_a_case_leaves_the_others_as_they_are(goldens: Goldens) -> None:
    odd = message("\n\n## ordinary, English\n\n")
    goldens.write("card.hostile.en", odd)
    goldens.write("card.ordinary.en", message("One"))
    goldens.write("card.ordinary.en", message("Two"))

    assert goldens.differences("card.hostile.en", odd) == []
    assert goldens.differences("card.ordinary.en", message("Two")) == []


def test_a_change_is_shown_by_the_lines_that_differ(goldens: Goldens) -> None:
    goldens.write("card.ordinary.en", message("Decide by Monday"))

    assert goldens.differences("card.ordinary.en", message("Decide by Tuesday")) == [
        "--- card.txt, ordinary, English: kept",
        "+++ card.txt, ordinary, English: made",
        "@@ -1,3 +1,3 @@",
        " message",
        "-text: Decide by Monday",
        "-section: Decide by Monday",
        "+text: Decide by Tuesday",
        "+section: Decide by Tuesday",
    ]


def test_a_case_that_nobody_kept_yet_differs(goldens: Goldens) -> None:
    assert "+section: New" in goldens.differences("card.ordinary.en", message("New"))


def test_what_is_kept_whole_is_compared_whole_and_stays_whole(goldens: Goldens) -> None:
    goldens.write("card.ordinary.en", message("One"), whole=True)
    goldens.write("card.ordinary.en", message("Two"))

    assert '+      "block_id": "b"' in goldens.differences(
        "card.ordinary.en", message("Two", block_id="b")
    )
    assert goldens.differences("card.ordinary.en", message("Two")) == []


def test_a_shape_that_no_whole_file_has_is_found(goldens: Goldens) -> None:
    goldens.write("card.ordinary.en", message("One"), whole=True)

    assert goldens.unseen(message("Two")) == set()
    assert goldens.unseen(message("Two", block_id="b")) == {
        ("blocks", "section", ("block_id", "text", "type"))
    }


@pytest.mark.parametrize("made", [{"blocks": ()}, {"blocks": [], 1: "one"}])
def test_only_what_json_can_say_is_kept_whole(goldens: Goldens, made: Any) -> None:
    with pytest.raises(AssertionError):
        goldens.write("card.ordinary.en", made, whole=True)


def _cases(folder: Path) -> set[tuple[str, str]]:
    """Each file that is whole, and each heading of the other ones."""
    return {
        (str(path.relative_to(folder)), heading)
        for path in folder.rglob("*")
        if path.is_file()
        for heading in (_headings(path) if path.suffix == ".txt" else [""])
    }


def _headings(path: Path) -> list[str]:
    return re.findall("^## .*", _read(path), re.MULTILINE)


def _read(path: Path) -> str:
    return path.read_text("utf-8")
