"""How a database's schema relates to this code.

A revision is a number of four digits. One that only adds what older code doesn't notice says so:
`0031_for_0027` also serves code whose newest revision is 0027 or later. So an update can be rolled
back, and processes of the previous version go on working through a migration.
"""

from enum import Enum, auto


class Schema(Enum):
    """How a database's schema relates to this code."""

    BEHIND = auto()
    """It is empty, or of an older version."""
    OURS = auto()
    AHEAD = auto()
    """Of a newer version that only added to it: we work with it."""
    BEYOND = auto()
    """Of a newer version that changed what we know."""

    @property
    def is_usable(self) -> bool:
        """Whether this code works with it."""
        return self in {Schema.OURS, Schema.AHEAD}


class NotMigrated(Exception):
    """The database doesn't have the schema that this version works with."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema.name)
        self.schema = schema


def standing(revision: str | None, ours: str) -> Schema:
    """Return how a database's revision (None if empty) relates to the code's revision."""
    if revision == ours:
        return Schema.OURS
    if revision is None or _number(revision) <= _number(ours):
        return Schema.BEHIND
    _, _, oldest = revision.partition("_for_")
    serves_us = bool(oldest) and _number(oldest) <= _number(ours)
    return Schema.AHEAD if serves_us else Schema.BEYOND


def _number(revision: str) -> int:
    return int(revision[:4])
