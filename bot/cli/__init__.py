"""The command line. Each command lives in a module of its own; ``bot.__main__`` starts it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

__all__ = ["walkaway"]

_COMMANDS: Final[Mapping[str, str]] = {
    "run": "bot.cli.serve:run",
    "web": "bot.cli.serve:web",
    "worker": "bot.cli.serve:worker",
    "tick": "bot.cli.tick:tick",
    "migrate": "bot.cli.migrate:migrate",
    "manifest": "bot.cli.manifest:manifest",
    "evaluate": "bot.cli.evaluate:evaluate",
    "checklist": "bot.cli.checklist:checklist",
}
"""Where each command is; a module is loaded when its command is asked for."""


class _Commands(click.Group):
    """Loads only the command that is run: judging answers needs neither Slack nor a database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """Return the names in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command; None for an unknown one."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above says so
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def walkaway() -> None:
    """Keep a team disciplined about whom it takes on as clients.

    Try the checklist without Slack and without a database:

    \b
      echo '{"offer": "none", "numbers": "none"}' | walkaway evaluate

    Every command explains itself: walkaway evaluate --help

    Exit status: 0 done, 1 a problem that the output names, 2 wrong usage.
    """  # noqa: D301 - click reads the \b
