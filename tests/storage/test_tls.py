"""PostgreSQL over TLS, with a certificate that somebody vouches for, or nobody; and passwords."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.trouble import in_words
from tests.databases import Postgres
from tests.storage.tls import Authority, authority, encrypting

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tls") / "others")


async def trouble(url: str) -> str | None:
    """Return what is wrong with a database; None if it answers."""
    database = Database.from_url(url)
    try:
        async with asyncio.timeout(60), database.writing() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - whatever the driver raises
        return in_words(error)
    finally:
        await database.close()
    return None


@pytest.mark.parametrize(
    ("query", "host"),
    [
        ("sslmode=verify-full&sslrootcert={ours}", "localhost"),
        ("sslmode=verify-ca&sslrootcert={ours}", "127.0.0.1"),
        ("sslmode=require&sslrootcert={ours}", "127.0.0.1"),
        ("sslmode=require", "127.0.0.1"),
        ("sslmode=prefer&sslrootcert={others}", "localhost"),
        ("connect_timeout=10", "localhost"),
    ],
)
async def test_it_is_spoken_to_over_tls(
    postgres: Postgres, ours: Authority, others: Authority, query: str, host: str
) -> None:
    async with encrypting(postgres.directory, ours.vouch("localhost")) as server:
        files = {"ours": ours.certificate, "others": others.certificate}

        assert await trouble(server.secure_url(query.format(**files), host)) is None

        assert server.encrypted


NOBODY = "shows a certificate that no authority we trust has signed: give the provider's"


@pytest.mark.parametrize(
    ("query", "host", "sentence"),
    [
        ("sslmode=verify-full&sslrootcert={others}", "localhost", NOBODY),
        ("sslmode=verify-ca&sslrootcert={others}", "localhost", NOBODY),
        ("sslmode=require&sslrootcert={others}", "localhost", NOBODY),
        ("sslmode=verify-full&sslrootcert=system", "localhost", NOBODY),
        ("sslrootcert=system", "localhost", NOBODY),
        ("sslmode=verify-full&sslrootcert={ours}", "127.0.0.1", "shows a certificate of another h"),
        ("sslmode=verify-full", "localhost", "has no certificate to be checked by: give"),
    ],
)
async def test_what_is_wrong_with_its_certificate_is_said(
    postgres: Postgres,
    ours: Authority,
    others: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    host: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # where the driver looks for a file
    async with encrypting(postgres.directory, ours.vouch("localhost")) as server:
        files = {"ours": ours.certificate, "others": others.certificate}

        said = await trouble(server.secure_url(query.format(**files), host))

    assert said is not None
    assert said.startswith(sentence)


async def test_a_certificate_that_has_expired_is_called_so(
    postgres: Postgres, ours: Authority
) -> None:
    async with encrypting(postgres.directory, ours.vouch("localhost", days=-1)) as server:
        query = f"sslmode=verify-full&sslrootcert={ours.certificate}"

        assert await trouble(server.secure_url(query)) == "shows a certificate that has expired"


@pytest.fixture
def guarded(postgres: Postgres) -> Iterator[Postgres]:
    """Let one role have a password, and another be let in from nowhere."""
    postgres.run("CREATE ROLE known LOGIN PASSWORD 'right'; CREATE ROLE shut_out LOGIN")
    hba = postgres.log.parent / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(
        "local all known scram-sha-256\nlocal empty shut_out trust\nlocal all postgres trust\n"
    )
    postgres.run("SELECT pg_reload_conf()")
    yield postgres
    hba.write_text(before)
    postgres.run("SELECT pg_reload_conf(); DROP ROLE known; DROP ROLE shut_out")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("known:right", None),
        ("known:canary", "refuses the password of DATABASE_URL"),
        ("known", "refuses the password of DATABASE_URL"),
        (
            "shut_out",
            "lets no one in from here: add this machine to its pg_hba.conf, or give ?sslmode=",
        ),
    ],
)
async def test_who_is_not_let_in_reads_why(
    guarded: Postgres, who: str, sentence: str | None
) -> None:
    said = await trouble(guarded.url("migrated").replace("postgres@", f"{who}@"))

    assert (said or "").startswith(sentence or "")
    assert (said is None) is (sentence is None)
