"""Fixtures for all folders: databases, and an office with the real bot in a pretend Slack."""

import logging
import shutil
import traceback
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox import Slack
from tests.databases import (
    database,
    database_kind,
    database_url,
    empty_database_url,
    migrated_sqlite,
    postgres,
)
from tests.office import Office, SetClock, opened

__all__ = [
    "database",
    "database_kind",
    "database_url",
    "empty_database_url",
    "migrated_sqlite",
    "postgres",
]

SECRETS = (Slack.bot_token, Slack.app_token, Slack.signing_secret)


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
