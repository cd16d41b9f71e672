"""What the doctor finds: a line each, ok, a warning or wrong, with its mend."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    about: str
    """A word or two: which thing."""
    sentence: str
    """What was found; never quotes a secret."""
    mend: str | None = None
    """What to do about it."""


def ok(about: str, sentence: str) -> Finding:
    """Return what is as it should be."""
    return Finding(Level.OK, about, sentence)


def warning(about: str, sentence: str, mend: str | None = None) -> Finding:
    """Return what works, and may surprise somebody."""
    return Finding(Level.WARNING, about, sentence, mend)


def wrong(about: str, sentence: str, mend: str) -> Finding:
    """Return what has to be mended."""
    return Finding(Level.WRONG, about, sentence, mend)
