"""Which tests run on which database."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ON_BOTH = (
    "tests/storage/test_unit_of_work.py",
    "tests/faults/test_time.py",
    "tests/services/test_isolation.py",
)
ON_SQLITE = "tests/services/decisions/test_rights.py"
BOTH = {"sqlite", "postgres"}


def databases(*options: str) -> dict[str, set[str]]:
    """Collect tests of each sort, and return on which databases those of each file would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *options]
    said = subprocess.run(  # noqa: S603 - our own tests
        [*command, *ON_BOTH, ON_SQLITE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {
        file: {
            kind
            for line in said.stdout.splitlines()
            for kind in BOTH
            if line.startswith(f"{file}::") and kind in line.partition("[")[2]
        }
        for file in (*ON_BOTH, ON_SQLITE)
    }


def test_storage_faults_and_what_is_marked_run_on_both_databases_and_the_rest_on_sqlite() -> None:
    on_both = dict.fromkeys(ON_BOTH, BOTH)

    assert databases() == {**on_both, ON_SQLITE: {"sqlite"}}


def test_all_run_on_both_databases_if_that_is_asked_for() -> None:
    on_both = dict.fromkeys((*ON_BOTH, ON_SQLITE), BOTH)

    assert databases("--all-databases") == on_both
