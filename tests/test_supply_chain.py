"""What the bot installs: searched for known weaknesses, listed, and free to give away."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import Message
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from audit import PINS, Kind, Terms, findings, pins_of
from licences import licence_of, problems

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
AT_ONCE = Terms(NOW)
WEAK = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-4711"], "withdrawn": None}
KNOWN = {**WEAK, "fixed_in": ["8.5.2"]}
"""As the index tells of a weakness."""


def page(newest: str = "8.5.1", *known: dict[str, Any], **released: str) -> dict[str, Any]:
    """What the index says of a package; `v8_5_2="2026-11-20"` is a release and its day."""
    releases = {
        name.removeprefix("v").replace("_", "."): [
            {"upload_time_iso_8601": f"{day}T08:00:00.000000Z"}
        ]
        for name, day in released.items()
    }
    return {"info": {"version": newest}, "vulnerabilities": list(known), "releases": releases}


def found(
    asked: dict[str, Any] | None = None,
    read: dict[str, Any] | None = None,
    terms: Terms = AT_ONCE,
) -> list[tuple[Kind, str]]:
    """Judge one pin by what pip-audit reports, and by the page of its package."""
    report = {"dependencies": [{"name": "click", **(asked or {"skip_reason": "not found"})}]}
    return list(findings({"click": "8.5.1"}, report, lambda _: read, terms))


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ({"vulns": [{**WEAK, "fix_versions": ["8.5.2"]}]}, None),
        (None, page("8.5.1", KNOWN)),
    ],
    ids=["told by pip-audit", "told by the page of the package"],
)
def test_a_known_weakness_is_found(
    asked: dict[str, Any] | None, read: dict[str, Any] | None
) -> None:
    told = [(Kind.WEAK, "click 8.5.1 has PYSEC-2026-1, mended in 8.5.2.")]
    assert found(asked, read) == told
    assert found(asked, read, Terms(NOW, frozenset({"CVE-2026-4711"}))) == []


def test_a_weakness_that_was_withdrawn_is_none() -> None:
    assert found(read=page("8.5.1", {**KNOWN, "withdrawn": "2026-11-20T08:00:00Z"})) == []


@pytest.mark.parametrize("asked", [{"vulns": []}, None])
def test_a_pin_without_any_is_well(asked: dict[str, Any] | None) -> None:
    assert found(asked, page()) == []


@pytest.mark.parametrize("read", [None, {"info": {"version": "8.5.1"}}])
def test_a_pin_of_which_nothing_is_said_is_not_checked(read: dict[str, Any] | None) -> None:
    ninety = Terms(NOW, superseded=timedelta(days=90))
    told = [(Kind.UNCHECKED, "click 8.5.1 was not checked: nothing is said of it.")]

    assert found(read=read) == told
    assert found(read=read, terms=ninety) == told


@pytest.mark.parametrize(
    ("day", "days", "kind"),
    [
        ("2026-11-29", 0, Kind.UNCHECKED),
        ("2026-11-29", 90, Kind.PASSED_OVER),
        ("2026-09-02", 90, Kind.PASSED_OVER),
        ("2026-09-01", 90, Kind.UNCHECKED),
    ],
)
def test_the_newest_release_says_nothing_of_an_older_one(day: str, days: int, kind: Kind) -> None:
    read = page("8.6.0", v8_5_1="2026-01-01", v8_5_2=day, v8_6_0="2026-11-30")

    [(told, sentence)] = found(read=read, terms=Terms(NOW, superseded=timedelta(days=days)))

    assert told is kind
    assert sentence.endswith(f"it was the newest until {day}; now 8.6.0 is.")


def test_the_page_of_a_package_that_was_never_superseded_by_date_is_not_trusted() -> None:
    [(told, _)] = found(read=page("8.6.0"), terms=Terms(NOW, superseded=timedelta(days=90)))

    assert told is Kind.UNCHECKED


def test_an_audit_without_a_network_fails() -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    variables = {**os.environ, **nowhere, "NO_PROXY": "", "no_proxy": ""}

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, ROOT / ".ci" / "audit.py", "--superseded", "90", "--pause", "0"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout.startswith("Nothing could be checked: ")


def test_all_that_an_image_can_hold_is_audited() -> None:
    [given] = re.findall(
        r"^ARG REQUIREMENTS=(\w+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    runtime = pins_of((ROOT / "requirements" / f"{given}.txt").read_text(encoding="utf-8"))
    audited = pins_of(PINS.read_text(encoding="utf-8"))

    assert runtime.items() < audited.items()
    assert {"sqlalchemy", "uvloop", "sentry-sdk"} <= audited.keys()


@pytest.mark.parametrize("target", ["audit", "sbom"])
def test_ci_audits_and_lists(target: str) -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    begun = re.search(rf"^begin {target} make {target}\b", run, re.MULTILINE)

    assert begun
    assert f"\nend {target}\n" in run[begun.end() :]


def test_the_list_has_every_pin_with_its_hashes(tmp_path: Path) -> None:
    place = tmp_path / "made" / "sbom.json"
    binaries = Path(sys.executable).parent
    command = ["make", "-s", "--assume-old=.venv/.has-development", "sbom"]
    made = [*command, f"BIN={binaries}", f"SBOM={place}"]

    subprocess.run(made, cwd=ROOT, check=True)  # noqa: S603 - our own target

    listed = json.loads(place.read_text(encoding="utf-8"))
    pins = pins_of((ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8"))
    assert listed["bomFormat"] == "CycloneDX"
    assert listed["metadata"]["component"]["name"] == "walkaway"
    assert listed["metadata"]["component"]["version"] == version("walkaway")
    assert {each["name"]: each["version"] for each in listed["components"]} == pins
    for each in listed["components"]:
        assert each["purl"].startswith(f"pkg:pypi/{each['name']}@{each['version']}")
        assert any(place.get("hashes") for place in each["externalReferences"])


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        ("click==8.3.1", []),
        ("moon-phase==1.0", ["moon-phase is not installed"]),
    ],
)
def test_a_licence_that_is_not_known_is_wrong(pin: str, sentence: list[str]) -> None:
    assert [each.partition(",")[0] for each in problems(pin)] == sentence


def test_a_licence_that_asks_for_more_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licences.licence_of", lambda _: "MIT AND GPL-3.0-or-later")

    [sentence] = problems("click==8.3.1")

    assert "GPL" in sentence


def test_the_expression_counts_more_than_the_older_fields() -> None:
    package = Message()
    package["License"] = "All rights reserved"
    assert licence_of(package) == "All rights reserved"
    package["License-Expression"] = "MIT"
    assert licence_of(package) == "MIT"
