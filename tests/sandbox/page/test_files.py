"""The page's files: small, complete, and without a way from text to markup."""

import re
from pathlib import Path

import pytest

from tests.sandbox.page.scripted import FILES

MODULES = sorted(FILES.glob("*.js"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_is_small_says_what_it_is_for_and_parses_no_markup(module: Path) -> None:
    source = module.read_text(encoding="utf-8")

    assert source.startswith("/**")
    assert len(source.splitlines()) < 300
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source)


def test_everything_that_is_asked_for_is_there() -> None:
    index = (FILES / "index.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'"/page/([\w.]+)"', index))
    for module in MODULES:
        source = module.read_text(encoding="utf-8")
        asked |= set(re.findall(r'from "\./([\w.]+)"', source))
        asked |= set(re.findall(r'fetch\("/page/([\w.]+)"', source))

    assert asked == {file.name for file in FILES.iterdir()} - {"index.html"}


def test_the_page_is_allowed_to_talk_to_its_own_server_only() -> None:
    index = (FILES / "index.html").read_text(encoding="utf-8")

    assert "default-src 'none'" in index
    assert "https://" not in index
