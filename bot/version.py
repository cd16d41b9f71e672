"""Which version of Walkaway this is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def own_version() -> str:
    """Return our version, also where a host runs the checkout and has installed only our pins."""
    try:
        return version("walkaway")
    except PackageNotFoundError:
        project = Path(__file__).parents[1] / "pyproject.toml"
        told = tomllib.loads(project.read_text(encoding="utf-8"))
        return str(told["project"]["version"])
