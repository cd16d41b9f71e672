"""`python -m sandbox.child FILE COMMAND`: the app's command line, going by the sandbox's clock.

As with `python -m`, the app is named and not imported: its `__main__` takes a clock, and nothing
else in it is known here.
"""

import sys
from importlib import import_module
from pathlib import Path

from sandbox.clock import followed


def main() -> None:
    """Hand over the clock that the file moves, and the rest of the command line."""
    file = Path(sys.argv.pop(1))
    import_module("bot.__main__").main(clock=followed(file))


if __name__ == "__main__":
    main()
