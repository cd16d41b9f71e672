"""Does README.md lead to a verdict? Its commands are followed as they stand, in clones.

First those of "Try it": the page answers in time, so does the bot, and SIGTERM leaves nothing.
Then those of "Install it in a workspace", with a pretend Slack in Slack's place: what the text
says to fill in is filled in, and somebody screens a prospect. All listen on ports that are free:
make takes those of the sandbox from the environment, the bot takes its own from `.env`. Linux, git
and the standard library only: it runs before anything else is installed.
"""

import re
import subprocess
import time
from pathlib import Path

from trial import (
    ANSWER_WITHIN,
    ROOT,
    expect,
    expect_verdict,
    fetch,
    inherited,
    line_with,
    pretend_slack,
    scratch,
    started,
)


def main() -> None:
    """Try it, and install it."""
    with scratch() as folder:
        _try_it(folder / "desk")
        _install_it(folder / "server", folder / "desk")


def _try_it(desk: Path) -> None:
    began = time.monotonic()
    _clone(desk)
    *preparing, starting = _commands("Try it")[0]
    for command in preparing:
        _run(command, desk)
    with started(starting, desk, processes=2) as sandbox:
        address = line_with(r"http://127\.0\.0\.1:\d+/\S*", sandbox, ANSWER_WITHIN)
        expect("<title>" in fetch(address), f"{address} is no page")
        took = time.monotonic() - began
        expect(took < ANSWER_WITHIN, f"the page answers only after {took:.0f} s")
        print(f"The page answers {took:.0f} s after `git clone` began.", flush=True)
        said = {"member": "U0EMMA", "text": "/qualify Acme GmbH"}
        answer = fetch(f"{address}page/say", said)
        expect("error" not in answer, f"the bot does not answer: {answer}")


def _install_it(server: Path, desk: Path) -> None:
    _clone(server)
    installing, starting, *_ = _commands("Install it in a workspace")
    *preparing, running = starting
    for command in installing:
        _run(command, server)
    with pretend_slack(desk) as (workspace, settings):
        _fill_in(server / ".env", settings)
        for command in preparing:
            _run(command, server)
        with started(running, server):
            expect_verdict(workspace, settings)


def _commands(heading: str) -> list[list[str]]:
    """The commands below a heading of README.md, block by block."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]


def _clone(folder: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)


def _run(command: str, folder: Path) -> None:
    print(f"$ {command}", flush=True)
    subprocess.run(["bash", "-c", command], cwd=folder, check=True, env=inherited())


def _fill_in(path: Path, settings: dict[str, str]) -> None:
    """Set what `.env` names, whether it is empty or commented out."""
    text = path.read_text(encoding="utf-8")
    for name, setting in settings.items():
        text, found = re.subn(rf"^#?{name}=.*$", f"{name}={setting}", text, flags=re.MULTILINE)
        expect(found == 1, f".env does not name {name}")
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
