"""How the bot is started elsewhere: as nobody, from what the files name, with nothing it needs not.

`.ci/contained.py` follows the Dockerfile to a verdict.
"""

from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from click import Context

from bot.cli import walkaway
from bot.config import Config
from container import instructions

ROOT = Path(__file__).parents[1]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: each for name, each in COMPOSE["services"].items() if each.get("image") == "walkaway"}
UNIT = RawConfigParser(delimiters=("=",))
UNIT.read(ROOT / "deploy" / "walkaway.service", encoding="utf-8")
SERVICE = UNIT["Service"]
STEPS = list(instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")))
COPIED = [
    source
    for word, rest in STEPS
    if word == "COPY" and not rest.startswith("--from=")
    for source in rest.split()[:-1]
]


@pytest.mark.parametrize("source", COPIED)
def test_what_the_image_copies_is_there_and_reaches_docker(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in IGNORED


def test_nothing_else_reaches_docker() -> None:
    assert IGNORED[1] == "*"
    assert {each[1:] for each in IGNORED if each.startswith("!")} == set(COPIED)


def test_the_container_is_nobody_when_it_starts() -> None:
    words = [word for word, _ in STEPS]
    [user] = [rest for word, rest in STEPS if word == "USER"]

    assert user == "65532:65532"
    assert words.index("USER") > max(n for n, word in enumerate(words) if word == "RUN")


@pytest.mark.parametrize("service", OURS)
def test_compose_gives_the_bot_no_right_it_does_not_need(service: str) -> None:
    started: dict[str, Any] = OURS[service]

    assert started["read_only"] is True
    assert started["cap_drop"] == ["ALL"]
    assert started["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in started.get("ports", []))
    assert not started.get("privileged")


def test_the_bot_waits_for_the_migration_and_that_for_the_database() -> None:
    assert OURS["bot"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert OURS["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_compose_builds_the_set_that_is_asked_for_and_else_the_dockerfiles_own() -> None:
    [default] = [rest for word, rest in STEPS if word == "ARG"]
    name, _, text = default.partition("=")

    assert {each["build"]["args"][name] for each in OURS.values()} == {f"${{{name}:-{text}}}"}


def test_hosts_that_read_a_procfile_find_the_same_pins() -> None:
    assert (ROOT / "requirements.txt").read_text().split() == ["-r", "requirements/runtime.txt"]


def test_the_unit_of_systemd_runs_what_make_install_puts_there() -> None:
    commands = [SERVICE[key].split() for key in ("ExecStartPre", "ExecStart")]

    assert [program for program, _ in commands] == ["/opt/walkaway/.venv/bin/walkaway"] * 2
    assert {command for _, command in commands} <= set(walkaway.list_commands(Context(walkaway)))


def test_the_unit_of_systemd_keeps_its_database_where_it_may_write() -> None:
    name, _, address = SERVICE["Environment"].partition("=")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    config = Config.from_environment({name: address, **tokens})

    assert config.warnings == ()
    assert config.database_url.startswith(f"sqlite:////var/lib/{SERVICE['StateDirectory']}/")
    assert SERVICE["ProtectSystem"] == "strict"
