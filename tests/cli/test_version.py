"""`walkaway --version`."""

from importlib.metadata import PackageNotFoundError, version

import pytest
from click.testing import CliRunner

from bot.cli import walkaway


def test_the_version_is_the_packages() -> None:
    done = CliRunner().invoke(walkaway, ["--version"])

    assert done.output == f"walkaway {version('walkaway')}\n"


def test_a_checkout_that_is_not_installed_knows_its_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("bot.version.version", is_missing)

    done = CliRunner().invoke(walkaway, ["--version"])

    assert done.output == f"walkaway {version('walkaway')}\n"
