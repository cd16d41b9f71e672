"""`python -m sandbox.child [--hurried] FILE COMMAND`: the app's command line, by our clock.

This is the one place that knows the app: its `__main__` takes a clock, and whether it is to
hurry, and nothing else in it is used.
"""

import sys
from pathlib import Path

from bot.__main__ import main as command_line
from sandbox.clock import followed

HURRIED = "--hurried"


def main() -> None:
    """Hand over the clock that the file moves, and the rest of the command line."""
    is_hurried = sys.argv[1] == HURRIED
    if is_hurried:
        del sys.argv[1]
    clock = followed(Path(sys.argv.pop(1)))
    if is_hurried:
        command_line(clock=clock, hurried=True)
    else:
        command_line(clock=clock)


if __name__ == "__main__":
    main()
