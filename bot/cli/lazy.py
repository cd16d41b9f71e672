"""A group of commands that loads each one when it runs."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
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
        command = getattr(_loaded(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table says so
        return command


def _loaded(name: str) -> ModuleType:
    """Import a module without garbage collection, and exempt from it all that was imported.

    Modules live as long as the process. Going through them again and again while more of them are
    loaded takes a third of a start.
    """
    if name in sys.modules:
        return sys.modules[name]
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
