"""A group of commands that loads each one when it runs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Loads only the command that is run: judging answers needs neither Slack nor a database."""

    def __init__(self, *args: Any, later: Mapping[str, str], **more: Any) -> None:
        """Take where each command is that is loaded `later`, as `module:name`."""
        super().__init__(*args, **more)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return [*super().list_commands(ctx), *self._later]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None for an unknown one."""
        if cmd_name not in self._later:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._later[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so
        return command
