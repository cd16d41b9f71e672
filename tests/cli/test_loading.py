"""What a command does not need, it does not load: the solver takes 100 ms and memory."""

import subprocess
import sys

import pytest

JUDGED = (
    "from click.testing import CliRunner; from bot.cli import walkaway;"
    " done = CliRunner().invoke(walkaway, ['evaluate'], input='{\"offer\": \"none\"}');"
    " assert done.exit_code == 0, done.output"
)


@pytest.mark.parametrize(
    "what",
    [
        "import bot.wiring, bot.serving, bot.readiness",
        "import bot.cli.serve, bot.cli.evaluate, bot.cli.checklist, bot.cli.checklists",
        JUDGED,
    ],
    ids=["run, web and worker", "their commands", "evaluate"],
)
def test_nothing_that_only_judges_loads_the_solver(what: str) -> None:
    solving = "{'z3', 'bot.checklists.proving.solver'}"
    script = f"import sys; {what}; assert not {solving} & sys.modules.keys()"

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_proof_loads_it() -> None:
    script = (
        "import sys, datetime; from bot import checklists;"
        " checklists.proved(checklists.load(checklists.WALK_AWAY), on=datetime.date(2026, 12, 1));"
        " assert 'z3' in sys.modules"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_sentry_is_loaded_only_by_who_asks_for_it() -> None:
    script = "import sys; import bot.cli.serve; assert 'sentry_sdk' not in sys.modules"

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
