"""The command line. Each command lives in a module of its own; ``bot.__main__`` starts it."""

from collections.abc import Mapping
from importlib import import_module

import click

from bot.cli.lazy import LazyGroup

__all__ = ["walkaway"]

_COMMANDS: Mapping[str, str] = {
    "run": "bot.cli.serve:run",
    "web": "bot.cli.serve:web",
    "worker": "bot.cli.serve:worker",
    "tick": "bot.cli.tick:tick",
    "migrate": "bot.cli.migrate:migrate",
    "outbox": "bot.cli.operating.outbox:outbox",
    "doctor": "bot.cli.operating.doctor:doctor",
    "backup": "bot.cli.backup:backup",
    "export": "bot.cli.data.export:export",
    "import": "bot.cli.importing:import_",
    "forget": "bot.cli.data.forget:forget",
    "manifest": "bot.cli.manifest:manifest",
    "evaluate": "bot.cli.evaluate:evaluate",
    "checklist": "bot.cli.checklist:checklist",
    "report": "bot.cli.report:report",
}
"""Where each command is; a module is loaded when its command is asked for."""


def _say_version(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        module = import_module("bot.version")
        click.echo(f"walkaway {module.own_version()}")
        context.exit()


@click.group(
    cls=LazyGroup,
    later=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
def walkaway() -> None:
    """Keep a team disciplined about who it takes on as clients.

    Try the checklist without Slack and without a database:

    \b
      echo '{"offer": "none", "numbers": "none"}' | walkaway evaluate

    Every command explains itself: walkaway evaluate --help

    Exit status: 0 done, 1 a problem that the output names, 2 wrong usage.
    """  # noqa: D301 - click reads the \b
