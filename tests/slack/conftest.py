"""Options to rewrite golden files and catalogues, and the fixture that compares a view."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.backstop import BackstopPolicy
from bot.domain.workspace import Settings
from tests.slack.goldens import GOLDEN, Goldens

Golden = Callable[[str, Any], None]


@pytest.fixture(autouse=True)
def far_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be told of what is undecided for long, as most tests are about something else."""
    policy = BackstopPolicy(after=1000)
    monkeypatch.setattr(Settings, "backstop", property(lambda _: policy))


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("walkaway")
    group.addoption("--update-golden", action="store_true", help="rewrite the golden files")
    group.addoption(
        "--golden-into",
        type=Path,
        help="run what makes golden files, and write them into this folder, each also whole",
    )
    group.addoption(
        "--update-catalogues",
        action="store_true",
        help="write new sentences into the gettext catalogues, ready to be translated",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--golden-into"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with the golden files, or rewrite them with `--update-golden`."""
    into = request.config.getoption("--golden-into")
    rewriting = into or request.config.getoption("--update-golden")
    goldens = Goldens(into or GOLDEN)

    def compare(name: str, made: Any) -> None:
        if rewriting:
            goldens.write(name, made, whole=bool(into))
        differences = goldens.differences(name, made)
        if differences:
            advice = f"{name} is not what it was. If it should: pytest tests/slack --update-golden"
            pytest.fail("\n".join([advice, *differences]), pytrace=False)
        assert rewriting or not goldens.unseen(made), f"keep {name} whole: no whole file has these"

    return compare
