"""Look for known weaknesses in everything the bot installs: `make audit`.

pip-audit asks the package index about each pin. Some mirrors of it have a page for each package
but none for each release, and pip-audit then passes over every pin and is content. Of what it
passed over, this script reads the page of the package, which says what is known of the newest
release. A pin that is older than that remains unchecked, and what is unchecked is wrong.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

from packaging.version import InvalidVersion, Version
from pip_audit._dependency_source.interface import PYPI_URL  # type: ignore[import-untyped]

PINS: Final = Path(__file__).parents[1] / "requirements" / "sentry.txt"
"""All that an image can hold: the runtime's pins, and those of the extra."""
TRIES: Final = 3
AT_ONCE: Final = 8
_WAITS: Final = 20
"""Seconds for one answer."""

Page = Mapping[str, Any]
"""What the index says of a package."""
Pins = Mapping[str, str]
"""The pinned version of each package."""


class NotChecked(Exception):
    """Nothing can be said of any pin."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is passed over."""

    now: datetime
    ignored: frozenset[str] = frozenset()
    """Weaknesses by id, since they don't concern us or can't be mended yet."""
    superseded: timedelta = timedelta(0)
    """For how long a pin may be older than the newest release without being checked."""
    pause: float = 0
    """Seconds before the index is asked again, if it did not answer; longer the second time."""


class Kind(StrEnum):
    """What is the matter with a pin."""

    WEAK = auto()
    UNCHECKED = auto()
    PASSED_OVER = auto()
    """Unchecked as well, but the terms allow it."""


Finding = tuple[Kind, str]
"""With a sentence about it."""


def main() -> None:
    """End with 1 if a pin has a known weakness, with 2 if one could not be checked."""
    terms = _terms(sys.argv[1:])
    pins = pins_of(PINS.read_text(encoding="utf-8"))
    try:
        report = asked_of_pip_audit(PINS, terms.pause)
        found = list(findings(pins, report, partial(page_of, pause=terms.pause), terms))
    except NotChecked as error:
        print(f"Nothing could be checked: {error}")
        sys.exit(2)
    for _, sentence in found:
        print(sentence)
    kinds = [kind for kind, _ in found]
    unchecked = len(kinds) - kinds.count(Kind.WEAK)
    print(f"{len(pins) - unchecked} of {len(pins)} pins were checked.")
    sys.exit(1 if Kind.WEAK in kinds else 2 if Kind.UNCHECKED in kinds else 0)


def _terms(arguments: Sequence[str]) -> Terms:
    parser = argparse.ArgumentParser(prog="make audit ARGS=…", description="Audit the pins.")
    parser.add_argument("--ignore-vuln", metavar="ID", action="append", default=[])
    parser.add_argument("--superseded", metavar="DAYS", type=int, default=0)
    parser.add_argument("--pause", metavar="SECONDS", type=float, default=3)
    given = parser.parse_args(arguments)
    ignored = frozenset(given.ignore_vuln)
    return Terms(datetime.now(UTC), ignored, timedelta(days=given.superseded), given.pause)


def pins_of(text: str) -> dict[str, str]:
    """Return the version of each pinned package."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE))


def _tries(pause: float) -> Iterator[None]:
    """Yield for each time that something is tried, after a pause but for the first."""
    for turn in range(TRIES):
        time.sleep(pause * turn)
        yield


def asked_of_pip_audit(requirements: Path, pause: float) -> Mapping[str, Any]:
    """Return what pip-audit reports; it is asked again where it could not reach the index."""
    program = shutil.which("pip-audit", path=f"{Path(sys.executable).parent}:{os.defpath}")
    if program is None:
        raise NotChecked("pip-audit is not installed")
    command = [program, "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    said = ""
    for _ in _tries(pause):
        run = subprocess.run(
            [*command, "--format", "json", "-r", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.stdout:
            report: Mapping[str, Any] = json.loads(run.stdout)
            return report
        said = run.stderr.strip().rpartition("\n")[2]
    raise NotChecked(said)


def page_of(name: str, *, pause: float) -> Page | None:
    """Return the page of a package; None if the index has none, or doesn't answer."""
    address = f"{PYPI_URL.removesuffix('simple/')}pypi/{name}/json"
    for _ in _tries(pause):
        try:
            with urlopen(address, timeout=_WAITS) as answer:  # noqa: S310 - https
                page: Page = json.load(answer)
                return page
        except HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
        except (OSError, HTTPException, ValueError):
            continue
    return None


def findings(
    pins: Pins,
    report: Mapping[str, Any],
    read: Callable[[str], Page | None],
    terms: Terms,
) -> Iterator[Finding]:
    """Judge each pin by pip-audit's report, else by the page of its package."""
    known = {each["name"]: each["vulns"] for each in report["dependencies"] if "vulns" in each}
    missed = [name for name in pins if name not in known]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        pages = dict(zip(missed, readers.map(read, missed), strict=True))
    for name, version in pins.items():
        if name in known:
            yield from _weaknesses(name, version, known[name], terms)
        else:
            yield from _by_page(name, version, pages[name] or {}, terms)


def _by_page(name: str, version: str, page: Page, terms: Terms) -> Iterator[Finding]:
    """Judge a pin by what the page of its package says of the newest release."""
    if "vulnerabilities" not in page:
        yield Kind.UNCHECKED, f"{name} {version} was not checked: nothing is said of it."
        return
    newest = page["info"]["version"]
    if newest == version:
        yield from _weaknesses(name, version, page["vulnerabilities"], terms)
        return
    since = superseded_since(version, page)
    allowed = since is not None and terms.now - since < terms.superseded
    dated = f" was the newest until {since:%Y-%m-%d}" if since else " is not the newest"
    kind = Kind.PASSED_OVER if allowed else Kind.UNCHECKED
    yield kind, f"{name} {version} was not checked: it{dated}; now {newest} is."


def _weaknesses(
    name: str, version: str, known: Sequence[Mapping[str, Any]], terms: Terms
) -> Iterator[Finding]:
    """Yield each known weakness; the index and pip-audit have slightly different fields."""
    for each in known:
        ids = {each["id"], *each.get("aliases", ())}
        if each.get("withdrawn") or ids & terms.ignored:
            continue
        mended = ", ".join(each.get("fix_versions") or each.get("fixed_in") or ()) or "no release"
        yield Kind.WEAK, f"{name} {version} has {each['id']}, mended in {mended}."


def superseded_since(version: str, page: Page) -> datetime | None:
    """Return since when there is a newer release than this one; None if the page doesn't say."""
    dates = [
        datetime.fromisoformat(files[0]["upload_time_iso_8601"])
        for release, files in page.get("releases", {}).items()
        if files and _is_newer(release, version)
    ]
    return min(dates, default=None)


def _is_newer(release: str, version: str) -> bool:
    try:
        return Version(release) > Version(version) and not Version(release).is_prerelease
    except InvalidVersion:
        return False


if __name__ == "__main__":
    main()
