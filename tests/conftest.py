"""Fixtures for all folders: databases, and an office with the real bot in a pretend Slack."""

import gc
import logging
import os
import shutil
import tempfile
import traceback
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from sandbox import Slack
from tests.databases import (
    choose_databases,
    database,
    database_kind,
    database_url,
    databases,
    empty_database_url,
    made_once,
    migrated_sqlite,
    postgres,
    second_database_url,
    unchanged_database_url,
)
from tests.faults.table import print_table
from tests.office import Office, SetClock, opened

__all__ = [
    "database",
    "database_kind",
    "database_url",
    "databases",
    "empty_database_url",
    "made_once",
    "migrated_sqlite",
    "postgres",
    "second_database_url",
    "unchanged_database_url",
]

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a random name, as in /tmp
ROOM = 2 * 1024**3
"""Bytes that have to be free there."""


def keep_files_in_memory() -> None:
    """Let no test wait for a disk: what it writes, and its processes do, is gone at the end.

    Whoever sets TMPDIR says where else.
    """
    if "TMPDIR" in os.environ or not IN_MEMORY.is_dir():
        return
    if shutil.disk_usage(IN_MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


keep_files_in_memory()

gc.disable()  # until all is imported and collected, which leaves next to no garbage

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

HERE = Path(__file__).parent
LONGEST = (
    "browser/test_report.py",
    "test_demo.py",
    "fuzz",
    "cli",
    "test_benchmarks.py",
    "faults",
)
"""Files and folders with single tests that take from ten seconds to a minute and a half."""

SECRETS = (Slack.bot_token, Slack.app_token, Slack.signing_secret)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("walkaway")
    group.addoption("--all-databases", action="store_true", help="run all tests on PostgreSQL too")
    group.addoption("--screenshots", help="a folder to keep pictures of the page in")


def pytest_report_header(config: pytest.Config) -> str:
    whole = "each test" if config.getoption("--all-databases") else "storage, faults and the marked"
    return f"databases: SQLite; PostgreSQL as well for {whole}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    choose_databases(metafunc)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    print_table(terminalreporter)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more process than there are cores: some tests wait more than they work."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process has it left when the others are done."""

    @cache
    def rank(file: Path) -> int:
        path = file.relative_to(HERE)
        found = (at for at, each in enumerate(LONGEST) if path.is_relative_to(each))
        return next(found, len(LONGEST))

    items.sort(key=lambda item: rank(item.path))


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from looking through thousands of tests again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def no_secret_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """See to it that no token reaches a log."""
    caplog.set_level(logging.INFO)
    yield
    for record in [*caplog.get_records("setup"), *caplog.get_records("call")]:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        written = record.getMessage() + trace
        assert not any(secret in written for secret in SECRETS), record.name


@pytest.fixture
async def office(
    request: pytest.FixtureRequest,
    migrated_sqlite: Path,
    tmp_path: Path,
    clock: SetClock,
    no_secret_logged: None,
) -> AsyncIterator[Office]:
    """Open an office, over Socket Mode unless a test asks for "http" (`indirect`)."""
    file = shutil.copy(migrated_sqlite, tmp_path / "office.db")
    async with opened(Path(file), getattr(request, "param", "socket"), clock) as office:
        yield office
