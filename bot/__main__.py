"""Start here: the command line, also as `python -m bot`."""

from pathlib import Path

from dotenv import load_dotenv

from bot.cli import walkaway


def main() -> None:
    """Run the command line, with what a `.env` file in the working directory adds."""
    load_dotenv(Path.cwd() / ".env")
    walkaway(prog_name="walkaway")


if __name__ == "__main__":
    main()
