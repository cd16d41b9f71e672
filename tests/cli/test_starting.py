"""Starting with settings that cannot work: exit status 1, and a sentence instead of a trace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "VERDICT_CHANNEL": "C0VERDICTS",
}


@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize(
    "url",
    [
        "postgres://[walkaway/db",
        "postgres://me:pass@host:port/db",
        "postgres://me:pa/ss@host/db",
        "postgres://me:pass@host",
        "mysql://me:pass@host/db",
        "walkaway.db",
    ],
)
def test_an_odd_database_url_is_named_and_not_quoted(command: str, url: str) -> None:
    result = _started(command, DATABASE_URL=url)

    assert result.exit_code == 1
    assert "DATABASE_URL must be sqlite:///PATH or postgresql://" in result.output
    assert url not in result.output


def test_what_postgresql_takes_in_an_url_and_we_do_not_is_named() -> None:
    result = _started("migrate", DATABASE_URL="postgres://h/db?sslmode=require&keepalives=1")

    assert result.exit_code == 1
    assert "DATABASE_URL takes sslmode, sslrootcert, " in result.output
    assert "after the question mark, not keepalives" in result.output


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sslmode=always", "has an sslmode that isn't one of disable, allow"),
        ("sslmode=verify-full&sslrootcert=/no/ca.pem", "names in sslrootcert a file that isn't"),
        (
            f"sslmode=verify-ca&sslrootcert={__file__}",
            "names in sslrootcert a file without a cer",
        ),
        ("connect_timeout=soon", "has a connect_timeout that isn't a number of seconds: 'soon'"),
    ],
)
def test_what_is_odd_after_the_question_mark_is_named(query: str, sentence: str) -> None:
    result = _started("migrate", DATABASE_URL=f"postgres://h/db?{query}")

    assert result.exit_code == 1
    assert f"DATABASE_URL {sentence}" in result.output


@pytest.mark.parametrize("url", ["http://[slack", "http://slack:port/", "http://:80/", "slack"])
def test_an_odd_address_of_slack_is_named(url: str) -> None:
    result = _started("run", SLACK_API_URL=url)

    assert result.exit_code == 1
    assert "SLACK_API_URL must be an address" in result.output


def test_a_host_that_is_not_of_this_machine_is_no_trouble_of_the_database(
    migrated_sqlite: Path,
) -> None:
    result = _started("run", DATABASE_URL=f"sqlite:///{migrated_sqlite}", HOST="192.0.2.1")

    assert result.exit_code == 1
    assert "Can't listen on port 3000 of 192.0.2.1" in result.output
    assert "check HOST and PORT" in result.output


ENV_FILE = "LANGUAGE=de\n# für Nordlicht\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_env_file_is_read_to_its_first_variable(encoding: str, tmp_path: Path) -> None:
    done = _with_env_file(ENV_FILE.encode(encoding), tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Interessent" in json.loads(done.stdout)["features"]["shortcuts"][0]["name"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_an_env_file_in_another_encoding_is_refused_in_a_sentence(
    encoding: str, tmp_path: Path
) -> None:
    done = _with_env_file(ENV_FILE.encode(encoding), tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: .env isn't in UTF-8: save it as UTF-8.\n"


def test_an_env_file_of_null_bytes_that_read_as_utf_8_is_refused_too(tmp_path: Path) -> None:
    done = _with_env_file("LANGUAGE=de\n".encode("utf-16-le"), tmp_path)

    assert done.stderr == "Error: .env isn't in UTF-8: save it as UTF-8.\n"


def _with_env_file(written: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """Print the manifest, which is in the language that the file names."""
    (folder / ".env").write_bytes(written)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "manifest"]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def _started(command: str, **settings: str) -> Result:
    return CliRunner().invoke(walkaway, [command], env=SETTINGS | settings)
