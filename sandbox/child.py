"""`python -m sandbox.child FILE COMMAND`: the app's command line, going by the sandbox's clock.

This is the one place that knows the app: its `__main__` takes a clock, and nothing else in it is
used.
"""

import sys
from pathlib import Path

from bot.__main__ import main as command_line
from sandbox.clock import followed


def main() -> None:
    """Hand over the clock that the file moves, and the rest of the command line."""
    file = Path(sys.argv.pop(1))
    command_line(clock=followed(file))


if __name__ == "__main__":
    main()
