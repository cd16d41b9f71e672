"""The entry point of the command line, `walkaway` or `python -m bot`."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dotenv import load_dotenv

from bot.cli import walkaway
from bot.cli.tempo import Hurry, Tempo


def main(clock: Callable[[], datetime] | None = None, *, hurry: Hurry | None = None) -> None:
    """Run the command line with the variables of a `.env` file in the working directory.

    `clock` replaces the machine's clock. For `hurry`, see `Tempo`.
    """
    try:
        load_dotenv(Path.cwd() / ".env", encoding="utf-8-sig")
    except ValueError:  # also for UTF-16 without a mark, which reads as UTF-8 full of null bytes
        sys.exit("Error: .env isn't in UTF-8: save it as UTF-8.")
    walkaway(prog_name="walkaway", obj=Tempo(clock, hurry))


if __name__ == "__main__":
    main()
