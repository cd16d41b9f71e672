"""What a command does when its work on the database has ended."""

import threading
from collections.abc import Iterator

import pytest

from bot.cli.failures import run_on_database


class OfSomebodyElse(threading.Thread):
    """A thread as SQLite's driver has one for each connection; this one must not be waited for."""

    def __init__(self) -> None:
        super().__init__(name="Thread-1 (_connection_worker_thread)", daemon=True)
        self.ending = threading.Event()
        self.is_waited_for = False

    def run(self) -> None:
        self.ending.wait()

    def join(self, timeout: float | None = None) -> None:
        self.is_waited_for = True


@pytest.fixture
def of_somebody_else() -> Iterator[OfSomebodyElse]:
    thread = OfSomebodyElse()
    thread.start()
    yield thread
    thread.ending.set()


def test_a_command_waits_for_no_connection_but_its_own(of_somebody_else: OfSomebodyElse) -> None:
    async def work() -> None:
        pass

    run_on_database(work())

    assert not of_somebody_else.is_waited_for
