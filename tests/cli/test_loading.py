"""What a command does not need, it does not load: that takes time at the start, and memory."""

import subprocess
import sys
from functools import cache

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
    _run(f"import sys; {what}; assert not {solving} & sys.modules.keys()")


def test_the_proof_loads_it() -> None:
    _run(
        "import sys, datetime; from bot import checklists;"
        " checklists.proved(checklists.load(checklists.WALK_AWAY), on=datetime.date(2026, 12, 1));"
        " assert 'z3' in sys.modules"
    )


def test_sentry_is_loaded_only_by_who_asks_for_it() -> None:
    assert "sentry_sdk" not in loaded_to_serve()


def test_the_doctor_is_loaded_only_once_it_serves() -> None:
    assert "bot.cli.operating.doctor" not in loaded_to_serve()


@pytest.mark.parametrize(
    "module",
    [
        "bot.wiring.commands",
        "bot.services.forecast",
        "bot.services.figures.audit",
        "bot.services.data.arrival",
        "bot.services.remembered.importing",
        "bot.storage.copy",
        "bot.storage.tables",
    ],
)
def test_what_only_other_commands_need_is_not_loaded_by_who_serves(module: str) -> None:
    assert module not in loaded_to_serve()


def test_postgresql_is_not_loaded_before_it_is_asked_for_or_tables_are_created() -> None:
    of_postgresql = "'sqlalchemy.dialects.postgresql' in sys.modules"
    _run(
        f"import sys; import bot.cli.serve; assert not {of_postgresql};"
        f" import bot.storage.tables; assert {of_postgresql}"
    )


def test_a_command_is_loaded_without_collecting_garbage_and_leaves_the_collector_on() -> None:
    _run(
        "import gc, sys; from bot.cli import walkaway;"
        " before = [each['collections'] for each in gc.get_stats()];"
        " walkaway.get_command(None, 'run');"
        " assert [each['collections'] for each in gc.get_stats()] == before;"
        " assert 'bot.wiring' in sys.modules and gc.isenabled();"
        " assert gc.get_freeze_count() > 10_000"
    )


def test_of_all_countries_only_the_one_that_is_asked_for_is_loaded() -> None:
    _run(
        "import sys; from bot.domain.days_off import public_holidays; public_holidays('DE-BY');"
        " loaded = {each for each in sys.modules if each.startswith('holidays.countries.')};"
        " assert loaded == {'holidays.countries.germany'}, loaded"
    )


def test_loaded_one_at_a_time_the_countries_are_those_of_the_library() -> None:
    counted = (
        "print([(each, sorted(library.country_holidays(each, years=2027).items()))"
        " for each in sorted(library.list_supported_countries(include_aliases=False))])"
    )
    ours = f"import bot.domain.days_off as it; it.regions_of('DE'); library = it.library; {counted}"

    assert _run(ours) == _run(f"import holidays as library; {counted}")


@cache
def loaded_to_serve() -> frozenset[str]:
    """Return what a process has loaded that can serve; a new one takes a second to say so."""
    loaded = frozenset(_run("import sys; import bot.cli.serve; print(*sys.modules)").split())
    assert "bot.cli.serve" in loaded
    return loaded


def _run(script: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
