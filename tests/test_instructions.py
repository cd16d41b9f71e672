"""That the count of instructions fails when it must, and only then."""

import json
from pathlib import Path

import pytest

import instructions

KEPT = {"/qualify": 4.0, "a step": 6.0}


def test_a_tenth_more_is_let_through_and_more_is_not() -> None:
    assert not instructions.compared(KEPT | {"a step": 6.6}, KEPT)[1]
    assert instructions.compared(KEPT | {"a step": 6.61}, KEPT)[1]


def test_less_is_said_and_blamed_on_nobody() -> None:
    lines, is_too_much = instructions.compared(KEPT | {"/qualify": 3.0}, KEPT)

    assert not is_too_much
    assert lines[1].split() == ["/qualify", "3.000", "4.000", "-25.0%"]


def test_what_was_not_kept_has_to_be() -> None:
    assert instructions.compared({"the last step": 9.0}, KEPT)[1]


@pytest.mark.parametrize(("built", "fails"), [(None, True), ("Python 4", False)])
def test_figures_of_another_python_are_not_compared(
    built: str | None,
    fails: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(instructions, "counted", lambda: {"/qualify": 5.0, "a step": 6.0})
    monkeypatch.setattr("shutil.which", str)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"built": built or instructions.built(), "millions": KEPT}))
    monkeypatch.setattr(instructions, "KEPT", kept)
    monkeypatch.setattr("sys.argv", ["instructions.py"])

    if fails:
        with pytest.raises(SystemExit, match="make count ARGS=--write"):
            instructions.main()
    else:
        instructions.main()
        assert "nothing is compared" in capsys.readouterr().out


def test_what_is_kept_is_of_every_kind_of_request() -> None:
    from benchmarks.counted import NAMES

    assert json.loads(instructions.KEPT.read_text())["millions"].keys() == set(NAMES)
