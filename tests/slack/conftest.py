"""Golden files: what a view made once, read by a person, and is compared with ever since."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, Any], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("walkaway")
    group.addoption("--update-golden", action="store_true", help="rewrite the golden files")
    group.addoption(
        "--update-catalogues",
        action="store_true",
        help="write new sentences into the gettext catalogues, ready to be translated",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with a golden file, or rewrite it with `--update-golden`."""

    def compare(name: str, made: Any) -> None:
        path = GOLDEN / f"{name}.json"
        if request.config.getoption("--update-golden"):
            path.write_text(json.dumps(made, ensure_ascii=False, indent=2) + "\n", "utf-8")
        assert path.exists(), f"no golden file {path.name}: run pytest with --update-golden"
        assert made == json.loads(path.read_text("utf-8"))

    return compare
