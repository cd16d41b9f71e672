"""Count the instructions of the hot path by callgrind: `make count`.

What a request costs in time depends on the machine and on who else uses it; how many instructions
it takes does not. It fails if one takes more than a tenth more than is written in
`.ci/instructions.json`; `make count ARGS=--write` writes what it takes now. Another Python, or
another version of it, runs other instructions: then it only says so.
"""

import argparse
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = Path(__file__).with_suffix(".json")
MOST: Final = 1.1
"""Times what is kept."""
_NOTHING: Final[Mapping[str, Any]] = {"built": "nothing", "millions": {}}
_MACHINE: Final = "x86_64"
_WITHIN: Final = 1500
"""Seconds; it takes half a minute on a machine that is free, and is to fail on no busy one."""
_CALLGRIND: Final = (
    *("valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet"),
    *("--dump-line=no", "--compress-strings=no"),
)
_NAME: Final = re.compile(r"^desc: Trigger: Client Request: (.+)$", re.MULTILINE)
_TOTAL: Final = re.compile(r"^totals: (\d+)$", re.MULTILINE)


def main() -> None:
    """Count, and compare or write; end with 1 if something takes too many."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="keep what it takes now")
    arguments = parser.parse_args()
    if platform.machine() != _MACHINE:
        print(f"Instructions are counted on {_MACHINE} alone, and this is {platform.machine()}.")
        return
    if shutil.which(_CALLGRIND[0]) is None:
        sys.exit("Counting instructions needs valgrind: apt-get install valgrind")
    found = counted()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else _NOTHING
    lines, is_too_much = compared(found, kept["millions"])
    print("\n".join(lines))
    if arguments.write:
        new = {"built": built(), "millions": found}
        KEPT.write_text(json.dumps(new, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    elif kept["built"] != built():
        print(f"Kept figures are of {kept['built']}, and this is {built()}: nothing is compared.")
    elif is_too_much:
        sys.exit(
            f"More than {MOST:.1f} times what is kept. If it is worth that: make count ARGS=--write"
        )


def built() -> str:
    """Return with what instructions are counted: others make others."""
    return (
        f"Python {platform.python_version()} ({platform.python_compiler()}), {platform.machine()}"
    )


def compared(found: Mapping[str, float], kept: Mapping[str, float]) -> tuple[list[str], bool]:
    """Return a line for each figure, and whether one of them is too large."""
    lines = ["Million instructions a request:   now    kept"]
    for name, millions in found.items():
        was = kept.get(name)
        lines.append(
            f"{name:<30} {millions:7.3f}"
            + (f" {was:7.3f} {millions / was - 1:+.1%}" if was else " (not kept)")
        )
    return lines, any(millions > kept.get(name, 0) * MOST for name, millions in found.items())


def counted() -> dict[str, float]:
    """Return the millions of instructions that a request of each kind takes."""
    from benchmarks.counted import NAMES, NUMBER

    with tempfile.TemporaryDirectory(prefix="walkaway-count-") as folder, _slack() as port:
        url = f"sqlite:///{folder}/counted.db"
        environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
        _run([sys.executable, "-m", "bot", "migrate"], environment | {"DATABASE_URL": url})
        out = f"--callgrind-out-file={folder}/counts"
        program = [sys.executable, "-m", "benchmarks.counted", str(port), url]
        _run([*_CALLGRIND, out, *program], environment)
        read = [file.read_text() for file in sorted(Path(folder).glob("counts*"))]
    found = {
        name[1]: round(int(total[1]) / NUMBER / 1e6, 3)
        for text in read
        if (name := _NAME.search(text)) and (total := _TOTAL.search(text))
    }
    if not all(found.get(name) for name in NAMES):
        sys.exit(f"callgrind did not count everything: {found}")
    return found


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run a command to its end; what it says is shown if it fails."""
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, timeout=_WITHIN, check=False, capture_output=True
    )
    if ended.returncode:
        sys.exit(f"{command[-1]} ended with {ended.returncode}:\n{ended.stderr.decode()[-3000:]}")


@contextmanager
def _slack() -> Iterator[int]:
    """Run the fake Slack, whose instructions are not counted."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fake_slack", str(port)], cwd=ROOT
    )
    try:
        for _ in range(200):
            if process.poll() is not None:
                sys.exit("the fake Slack ended")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
