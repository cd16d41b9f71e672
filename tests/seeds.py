"""One number from which all chance of a test comes, and which a failure names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

FIRST = int(os.environ.get("SEED", "0"))
"""Of the tests that try several: `SEED=7` lets the first of them be the seventh."""
MORE = int(os.environ.get("CHAOS", "0"))
"""How many storms there are; 0: one short one."""


@contextmanager
def named(seed: int) -> Iterator[None]:
    """Let whatever fails say by which seed it fails again."""
    try:
        yield
    except Exception as error:
        error.add_note(f"SEED={seed} does it again")
        raise
