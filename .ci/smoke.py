"""Does `make sandbox` start, serve its page, and leave nothing running when told to stop?

Linux and the standard library only: it runs before anything else is installed.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Final

START_WITHIN: Final = 60
END_WITHIN: Final = 15
OPTIONS: Final = "--port 3910 --bot-port 3911 --fresh"


def main() -> None:
    """Start it, read its page, stop it, and look for what is left."""
    with tempfile.TemporaryDirectory() as scratch:
        mark = f"WALKAWAY_SMOKE={os.getpid()}"
        sandbox = subprocess.Popen(
            ["make", "sandbox", f"ARGS={OPTIONS} --database {scratch}/smoke.db"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **dict([mark.split("=")])},
        )
        try:
            _see_it_work(sandbox)
            _see_it_end(sandbox, mark)
        finally:
            for process in _marked(mark):
                os.kill(process, signal.SIGKILL)


def _see_it_work(sandbox: "subprocess.Popen[str]") -> None:
    began = time.monotonic()
    giving_up = threading.Timer(START_WITHIN, sandbox.terminate)
    giving_up.start()
    address = _address(sandbox)
    giving_up.cancel()
    with urllib.request.urlopen(address, timeout=10) as page:  # noqa: S310 - loopback
        _expect(page.status == 200, f"{address} answers {page.status}")
        _expect("<title>" in page.read().decode(), f"{address} is no page")
    print(f"The page answers after {time.monotonic() - began:.1f} s.")


def _address(sandbox: "subprocess.Popen[str]") -> str:
    assert sandbox.stdout is not None
    for line in sandbox.stdout:
        print(line, end="", flush=True)
        if found := re.search(r"http://127\.0\.0\.1:\d+\S*", line):
            return found[0]
    sys.exit(f"make sandbox named no address within {START_WITHIN} s.")


def _see_it_end(sandbox: "subprocess.Popen[str]", mark: str) -> None:
    _expect(len(_marked(mark)) >= 2, "the sandbox and the bot are not both there")
    sandbox.terminate()
    try:
        sandbox.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        sys.exit(f"make sandbox still runs {END_WITHIN} s after SIGTERM.")
    left = [Path(f"/proc/{each}/cmdline").read_text() for each in _marked(mark)]
    _expect(not left, f"still running: {left}")
    print("Nothing is left running.")


def _marked(mark: str) -> list[int]:
    """The living processes that descend from our `make`, known by a variable they inherit."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
        except OSError:
            continue
    return found


def _expect(truth: bool, otherwise: str) -> None:
    if not truth:
        sys.exit(otherwise)


if __name__ == "__main__":
    main()
