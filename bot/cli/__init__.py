"""The command line. Each command lives in a module of its own; ``bot.__main__`` starts it."""

import click

from bot.cli.checklist import checklist as checklist_group
from bot.cli.evaluate import evaluate as evaluate_command
from bot.cli.serve import migrate, run, web, worker

__all__ = ["walkaway"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def walkaway() -> None:
    """Keep a team disciplined about whom it takes on as clients.

    Try the checklist without Slack and without a database:

    \b
      echo '{"offer": "none", "numbers": "none"}' | walkaway evaluate

    Every command explains itself: walkaway evaluate --help

    Exit status: 0 done, 1 a problem that the output names, 2 wrong usage.
    """  # noqa: D301 - click reads the \b


walkaway.add_command(evaluate_command)
walkaway.add_command(checklist_group)
for command in (run, web, worker, migrate):
    walkaway.add_command(command)
