"""``walkaway checklist``: what someone needs who writes a checklist."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bot import checklists
from bot.cli.lazy import LazyGroup
from bot.domain.errors import ChecklistProblem, ChecklistRejected

_LATER = {
    "audit": "bot.cli.checklists.audit:audit",
    "backtest": "bot.cli.checklists.backtest:backtest",
    "new": "bot.cli.checklists.new:new",
    "adopt": "bot.cli.checklists.adopt:adopt",
    "list": "bot.cli.checklists.adopt:list_adopted",
    "show": "bot.cli.checklists.adopt:show",
    "retire": "bot.cli.checklists.adopt:retire",
}


@click.group(cls=LazyGroup, later=_LATER)
def checklist() -> None:
    """Work on a checklist of your own.

    A checklist is a YAML file: steps with questions, and rules, read from the top, of which the
    first that matches gives the verdict.

    \b
      id: budget
      title: {en: Budget, de: Budget}
      steps:
        - id: money
          title: {en: Money, de: Geld}
          questions:
            - id: budget
              kind: one_of             # or any_of, text, date, number
              required: true
              text: {en: "Is there a budget?", de: "Gibt es ein Budget?"}
              options:
                - {id: yes, text: {en: "Yes", de: "Ja"}}
                - {id: no, text: {en: "No", de: "Nein"}}
      rules:
        - id: no_budget
          when: {budget: no}
          verdict: walk_away           # or problem (with decide_within: 5), pursue
          sentence: {en: No money. Walk away., de: Kein Geld. Sag ab.}
        - id: fine
          when: otherwise
          verdict: pursue
          sentence: {en: Go for it., de: Leg los.}

    What a condition can say:

    \b
      {numbers: none}                  the question has this option
      {numbers: [partly, none]}        ... or one of these
      {answered: homework}             it has an answer
      {all: [...]}  {any: [...]}  {not: ...}
      {count: {of: signs, at_least: 3}}   at least this many options are chosen
      {count: {of: [...], exactly: 2}}    exactly this many conditions hold
      {score: fit, at_least: 6, below: 12}  a score lies within these bounds
      {number: budget, below: 10000}   a number does; also at_most, above
      {number: expected_value, at_least: 50000}  what the prospect may be worth
      {date: start, more_than_days_ahead: 60}  also less_than_days_ahead
      weak_start                       a combination defined under names:
      otherwise                        no other rule matches (the last rule only)

    A question can have asked_when: with a condition about earlier questions, and short: a word or
    two that name it when it's left open. A step can have intro: why it comes. A date can have
    due: {default: 5, latest: 10} in working days, a number unit: EUR, min: and max:. An option with
    evidence: required asks for a sentence on the next view. A rule can be final: true (nothing more
    is asked once it matches) and can have condition: {what: TEXT_QUESTION, due: DATE_QUESTION}. A
    problem rule can have settle: {en: ..., de: ...}, the one step that would settle it.

    Sentences and hints can hold {fit}, {fit.max}, the {id} of a number or date question, and
    {niche}, the workspace's own words. Scores stand beside the steps:

    \b
      scores: {fit: {title: {en: Fit, de: Passung}, points: {budget: {yes: 3}}}}
    """  # noqa: D301 - click reads the \b


@checklist.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Prove that the checklist in FILE can be used.

    It must be complete in every language, fit into Slack, give every combination of answers a
    verdict, and need each of its rules. Everything that is wrong is named with its line, and with
    answers that show it:

    \b
      walkaway checklist check my-checklist.yaml
    """  # noqa: D301 - click reads the \b
    loaded = usable(file)
    print_problems(loaded.warnings, "Warning: ")
    found = loaded.checklist
    click.echo(
        f"{found.id}, version {found.short_version}: "
        f"{_counted(len(found.questions), 'question')}, {_counted(len(found.rules), 'rule')}.\n"
        "Proved: every combination of answers gets one verdict, and every rule is needed."
    )


def usable(file: Path) -> checklists.Loaded:
    """Load and prove the checklist, or name all that is wrong and exit with 1."""
    loaded = readable(file)
    try:
        checklists.proved(loaded, on=today())
    except ChecklistRejected as rejected:
        print_problems(rejected.problems)
        raise click.exceptions.Exit(1) from None
    return loaded


def readable(file: Path) -> checklists.Loaded:
    """Load the checklist without proving it, or name all that is wrong and exit with 1."""
    try:
        return checklists.load(file)
    except ChecklistRejected as rejected:
        print_problems(rejected.problems)
    except OSError as error:
        click.echo(f"{file}: can't be read: {error.strerror}.", err=True)
    raise click.exceptions.Exit(1)


def today() -> date:
    """The day of whoever runs the command."""
    return datetime.now(UTC).astimezone().date()


def print_problems(problems: Iterable[ChecklistProblem], prefix: str = "") -> None:
    """One line for each on standard error, in the form that editors can jump to."""
    for problem in problems:
        line = "" if problem.line is None else f":{problem.line}"
        path = f"{problem.path}: " if problem.path else ""
        click.echo(f"{problem.file}{line}: {prefix}{path}{problem.what}", err=True)


def _counted(n: int, one: str) -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"
