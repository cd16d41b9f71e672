"""`walkaway --version`."""

from importlib.metadata import version

from click.testing import CliRunner

from bot.cli import walkaway


def test_the_version_is_the_packages() -> None:
    done = CliRunner().invoke(walkaway, ["--version"])

    assert done.output == f"walkaway {version('walkaway')}\n"
