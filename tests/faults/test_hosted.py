"""PostgreSQL as it is hosted, under the whole bot: behind PgBouncer, and over TLS."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.processes import free_port
from bot.serving import ProcessPart
from bot.storage.screening import qualifications
from tests.databases import Postgres
from tests.faults.ledger import Meant
from tests.faults.offices import NO_OFFER, address, begin, submit
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.office import CHANNEL
from tests.storage.test_postgresql import pgbouncer
from tests.storage.tls import authority, encrypting

NAMES = ["name00001", "name98765"]
Host = Callable[[Postgres, Path], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def behind_pgbouncer(server: Postgres, _folder: Path) -> AsyncIterator[str]:
    async with pgbouncer(server) as port:
        yield f"postgresql://someone@127.0.0.1:{port}/migrated?sslmode=disable"


@asynccontextmanager
async def over_tls(server: Postgres, folder: Path) -> AsyncIterator[str]:
    ours = authority(folder / "tls")
    async with encrypting(server.directory, ours.vouch("localhost")) as proxy:
        yield proxy.secure_url(f"sslmode=verify-full&sslrootcert={ours.certificate}")
        assert proxy.encrypted


@pytest.mark.parametrize("database_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("host", [behind_pgbouncer, over_tls])
async def test_the_whole_bot_works_where_postgresql_is_hosted(
    scene: Scene, postgres: Postgres, tmp_path: Path, host: Host
) -> None:
    """One process is killed amid its work, and another goes on."""
    emma, port = scene.slack.member("U0EMMA"), free_port()
    async with host(postgres, tmp_path) as url:
        hosted = replace(scene, database_url=url)
        order = hosted.order(parts=ProcessPart.WEB | ProcessPart.WORKER, port=port)
        scene.slack.request_url = address(port)
        process = scene.crew.start(order)
        await until(scene.slack.verify_request_url)
        await asyncio.gather(*(emma.command("/qualify", "list") for _ in range(20)))
        await begin(emma, NAMES[0])
        await submit(emma, NO_OFFER)
        await emma.close(everything=True)
        scene.crew.restart(process, order)
        await until(scene.slack.verify_request_url)
        await begin(emma, NAMES[1])
        await submit(emma, NO_OFFER)
        await scene.delivered()

    assert "Traceback" not in order.log.read_text()
    async with scene.database.reading() as connection:
        assert len((await connection.execute(select(qualifications))).all()) == len(NAMES)
    meant = [Meant(CHANNEL, name) for name in NAMES]
    assert scene.count(f"hosted: {host.__name__.replace('_', ' ')}", meant).is_exact
