"""Do by hand what the Dockerfile says, where no Docker is to be had: build, and start as nobody.

A folder stands for the container's root. `FROM` is a copy of this machine's Python, `COPY` and
`RUN` are carried out below that folder, `ENV`, `USER`, `ENTRYPOINT` and `CMD` hold for what is
started. What this can't show is the image itself: its size, its layers, its Debian.

Changing to another user takes root; anybody else starts it as themselves, and is told so.
Standard library only, as `smoke.py`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
Process = subprocess.Popen[str]
PLACES: Final = re.compile(r"(?<![\w.])/(app|data)\b")
"""The container's own folders, wherever they are named."""
_SAYS_NOTHING_HERE: Final = {"EXPOSE", "VOLUME"}


@dataclass
class Container:
    """What the Dockerfile made, and how it is started."""

    root: Path
    """Where its files are."""
    folder: Path
    """Where its commands run."""
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    """What `docker build --build-arg` gives, and the Dockerfile's own where that gives none."""
    user: int | None = None
    """None: whoever starts it."""
    entry: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    """What tells whether it is healthy, while it runs."""

    def start(self, *command: str, environment: Mapping[str, str]) -> Process:
        """Start it with another command than its own, and with what `docker run --env` gives."""
        return self._run([*self.entry, *(command or self.command)], environment)

    def is_healthy(self, environment: Mapping[str, str]) -> bool:
        """Run its check beside it, with the same environment."""
        return self._run(self.check, environment).wait() == 0

    def _run(self, words: Sequence[str], environment: Mapping[str, str]) -> Process:
        variables = {"PATH": os.environ["PATH"], **self.environment, **environment}
        program = shutil.which(words[0], path=variables["PATH"])
        assert program is not None, f"there is no {words[0]} in the container"
        return subprocess.Popen(
            [program, *words[1:]],
            cwd=self.folder,
            env=variables,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            stdout=subprocess.PIPE,
            text=True,
        )


def build(root: Path, checkout: Path = ROOT, **arguments: str) -> Container:
    """Carry out the Dockerfile of a checkout below `root`; ends the program where that fails.

    Where it was carried out before, with other arguments, only what they change is done anew.
    """
    container = Container(root, root, arguments=arguments)
    container.environment |= _python(root / "usr" / "local")
    for word, rest in instructions((checkout / "Dockerfile").read_text(encoding="utf-8")):
        if word in _SAYS_NOTHING_HERE:
            continue
        _STEPS[word](container, checkout, PLACES.sub(rf"{root}/\1", rest))
    return container


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction with its arguments; long lines are joined, comments left out."""
    lines = dockerfile.replace("\\\n", " ").splitlines()
    for line in lines:
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


def _python(place: Path) -> dict[str, str]:
    """Copy the Python that runs this, as `FROM python` does; return where it is found.

    Debian's own is there for everybody, and stays where it is.
    """
    if sys.base_prefix == "/usr":
        return {"PATH": os.environ["PATH"]}
    if not place.exists():
        shutil.copytree(sys.base_prefix, place, symlinks=True)
    path = f"{place / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "LD_LIBRARY_PATH": str(place / "lib")}


def _workdir(container: Container, _checkout: Path, rest: str) -> None:
    container.folder = Path(rest)
    container.folder.mkdir(parents=True, exist_ok=True)


def _copy(container: Container, checkout: Path, rest: str) -> None:
    if rest.startswith("--from="):
        return  # both stages have the same root here
    *sources, target = rest.split()
    for source in sources:
        place = container.folder / target
        if (checkout / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(checkout / source, place, ignore=ignored, dirs_exist_ok=True)
        else:
            place = place / Path(source).name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(checkout / source, place)


def _run(container: Container, _checkout: Path, rest: str) -> None:
    if os.geteuid():
        rest = re.sub(r"--(owner|group)=\S+ ?", "", rest)
    print(f"RUN {rest}", flush=True)
    environment = {**os.environ, **container.arguments, **container.environment}
    subprocess.run(["sh", "-ec", rest], cwd=container.folder, env=environment, check=True)


def _arg(container: Container, _checkout: Path, rest: str) -> None:
    name, _, text = rest.partition("=")
    container.arguments.setdefault(name, text)


def _env(container: Container, _checkout: Path, rest: str) -> None:
    name, _, text = rest.partition("=")
    container.environment[name] = text.replace("$PATH", container.environment["PATH"])


def _user(container: Container, _checkout: Path, rest: str) -> None:
    if os.geteuid():
        print(f"Only root can become {rest}: the container is started as whoever runs this.")
    else:
        container.user = int(rest.partition(":")[0])


def _entrypoint(container: Container, _checkout: Path, rest: str) -> None:
    container.entry = tuple(json.loads(rest))


def _healthcheck(container: Container, _checkout: Path, rest: str) -> None:
    container.check = tuple(json.loads(rest.partition("CMD ")[2]))


def _command(container: Container, _checkout: Path, rest: str) -> None:
    container.command = tuple(json.loads(rest))


_STEPS: Final[Mapping[str, Callable[[Container, Path, str], None]]] = {
    "FROM": lambda *_: None,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "RUN": _run,
    "ARG": _arg,
    "ENV": _env,
    "USER": _user,
    "ENTRYPOINT": _entrypoint,
    "HEALTHCHECK": _healthcheck,
    "CMD": _command,
}
