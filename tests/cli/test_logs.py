"""How a line of the log looks: text on a terminal, JSON elsewhere, or as LOG_FORMAT says."""

import json
import logging
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from bot.cli.logs import FIELDS, formatter

SOMETHING = (
    "import logging, sys; from bot.cli.logs import log_to_stderr;"
    " log_to_stderr(sys.argv[1], sys.argv[2] or None);"
    " logging.getLogger('bot.any').info('it runs', extra={'mode': 'run', 'name_of': 'Acme'});"
    " logging.getLogger('slack_sdk').info('a payload');"
    " logging.getLogger('slack_sdk').warning('it is away')"
)


OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def line(form: str, logger: str = "bot.any", error: bool = False, **extra: Any) -> str:
    """Return a line, as it stands in the log."""
    try:
        secret = "Canary GmbH"
        raise LookupError(len(secret))
    except LookupError:
        trace = sys.exc_info() if error else None
    log = logging.getLogger(logger)
    record = log.makeRecord(
        logger, logging.INFO, "any.py", 1, "message %s is out", (7,), trace, extra=extra
    )
    return formatter(form).format(record)


def logged(form: str, level: str = "INFO", *, to_terminal: bool = False) -> str:
    """Return what a process of its own writes to standard error; nothing else may be written."""
    reads, writes = pty.openpty() if to_terminal else os.pipe()
    command = [sys.executable, "-c", SOMETHING, level, form]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=writes, check=True
    )
    os.close(writes)
    text = os.read(reads, 10_000).decode()
    os.close(reads)
    assert done.stdout == b""
    return text


def test_json_has_what_happened_to_what_and_when() -> None:
    with bound_contextvars(workspace="T0", message=7):
        said = json.loads(line("json"))

    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "event": "message 7 is out",
        "level": "info",
        "logger": "bot.any",
        "workspace": "T0",
        "message": 7,
    }


def test_the_examples_in_the_documentation_are_lines_of_it() -> None:
    examples = re.findall(r"^\{.*\}$", OPERATIONS, re.MULTILINE)
    explained = set(re.findall(r"`(\w+)`", OPERATIONS)) | {"event", "level", "logger", "timestamp"}

    for each in map(json.loads, examples):
        assert each.keys() <= explained | set(FIELDS)
    assert len(examples) == 3


def test_text_has_the_same() -> None:
    with bound_contextvars(workspace="T0", message=7):
        said = line("text")

    assert said.endswith("Z [info     ] message 7 is out [bot.any] message=7 workspace=T0")


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_trace_has_no_values(form: str) -> None:
    said = line(form, error=True)

    assert "LookupError: 11" in said
    assert "Canary" not in said


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_others_attach_to_a_line_stays_out(form: str) -> None:
    said = line(form, "slack_sdk", payload_of_slack="Canary GmbH", mode="run")

    assert "Canary" not in said
    assert "run" in said


def test_in_json_each_line_is_one_whatever_is_in_it() -> None:
    with bound_contextvars(request="a\nb"):
        assert line("json", error=True).count("\n") == 0


def test_a_terminal_gets_text_and_a_pipe_json() -> None:
    on_terminal, piped = logged("", to_terminal=True), logged("")

    assert "it runs" in on_terminal
    assert "\033[" in on_terminal
    assert events(piped) == {"it runs": "run", "it is away": None}


def test_what_is_set_wins() -> None:
    assert events(logged("json", to_terminal=True)) == {"it runs": "run", "it is away": None}
    assert " [info     ] it runs [bot.any] mode=run\n" in logged("text")


def test_of_others_only_what_is_wrong_is_logged() -> None:
    assert events(logged("json", "DEBUG")) == {"it runs": "run", "it is away": None}
    assert events(logged("json", "WARNING")) == {"it is away": None}


def events(text: str) -> Mapping[str, str | None]:
    lines = [json.loads(each) for each in text.splitlines()]
    assert not any("name_of" in each for each in lines)
    return {each["event"]: each.get("mode") for each in lines}
