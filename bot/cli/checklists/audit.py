"""`walkaway checklist audit`: which question and which rule of a checklist earns its place."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from bot import checklists
from bot.cli.checklist import print_problems, readable
from bot.cli.failures import named_database, run_on_database
from bot.domain.checklist.model import Checklist
from bot.domain.figures.audit import Audit, Audits, AuditWord, Comparison, Group
from bot.domain.figures.discipline import LOOK_ABOVE, NOT_FOLLOWED_ABOVE, OverrideNote, note_on
from bot.domain.figures.shares import Share
from bot.wiring.commands import audit_service

NOTHING = (
    "There's nothing to audit yet: no one has said how a client or a walk-away turned out. "
    "Owners are asked after 30 and 90 days."
)
_WORDS = {
    AuditWord.TELLS_APART: "difference seen",
    AuditWord.NO_DIFFERENCE: "no difference seen",
    AuditWord.NOT_ENOUGH: "not enough yet",
}
_NOTES = {
    None: "",
    OverrideNote.LOOK: f"look: clearly > {LOOK_ABOVE}%",
    OverrideNote.NOT_FOLLOWED_OR_WRONG: f"not followed, or wrong: clearly > {NOT_FOLLOWED_ABOVE}%",
}
_NAME = 30
"""Columns for the id of an option or a rule; a longer one is cut."""
_CAUTION = (
    "Below each count of 5 or more: the range that holds the true share in 95 of 100 cases\n"
    "(Wilson's interval). Differences are in percentage points: + is more with it, - is less. In\n"
    "brackets: the range that holds the true difference as often (Newcombe's interval). Of the\n"
    "lines that say “difference seen”, expect at most one in ten to say so by chance: they are\n"
    "corrected for their number (Benjamini-Hochberg)."
)


@click.command()
@click.option(
    "--checklist",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Audit this checklist instead of the one that comes with the bot.",
)
def audit(file: Path | None) -> None:
    """Show how outcomes differed by answer and by rule.

    For each option of each question, and for each rule: how many clients with it, and how many
    without it, you wouldn't sign again; and how many walk-aways are regretted. Rules are applied
    again to the answers given at the time, so a checklist that you changed is judged by what it
    would have said. With 5 outcomes or more on each side, a line says what they show. A last
    table shows how often each rule of the time was overridden, with a comment once there are 5
    verdicts.

    It reads DATABASE_URL, and writes only to bring the stored figures up to date:

    \b
      walkaway checklist audit
    """  # noqa: D301 - click reads the \b
    found = checklists.default() if file is None else _usable(file)
    url = named_database()
    run_on_database(_audit(url, found))


def table(audits: Audits) -> Iterator[str]:
    """Draw what was found for one workspace, line by line."""
    yield from _part("Clients", "wouldn't be signed again", audits.clients, is_about_clients=True)
    yield ""
    yield from _part("Walk-aways", "are regretted", audits.walk_aways, is_about_clients=False)
    yield ""
    yield from _overrides(audits.overrides)


def _usable(file: Path) -> Checklist:
    loaded = readable(file)
    print_problems(loaded.warnings, "Warning: ")
    return loaded.checklist


async def _audit(url: str, checklist: Checklist) -> None:
    async with audit_service(url) as it:
        found = [each async for each in it.audits(checklist) if each.has_data]
    if not found:
        raise click.ClickException(NOTHING)
    click.echo(f"Checklist {checklist.id}, version {checklist.short_version}.")
    for each in found:
        if len(found) > 1:
            click.echo(f"\nWorkspace {each.workspace_id}")
        click.echo()
        for line in table(each):
            click.echo(line)
    click.echo(f"\n{_CAUTION}")


def _always_followed(found: Audit) -> Iterator[str]:
    """Say of which rules no client can ever tell whether they are right."""
    rules = [each.rule for each in found.rules if each.is_always_followed]
    if rules:
        yield "always followed, so no client can tell whether they're right (see their overrides"
        yield f"and the regrets): {', '.join(rules)}"


def _part(whom: str, what: str, found: Audit, *, is_about_clients: bool) -> Iterator[str]:
    if not found.outcomes:
        yield f"{whom}: no one has said yet how many {what}."
        return
    yield f"{whom} that {what}, of {found.outcomes} (answered: {_shown(found.answered)})"
    yield _row("", "with it", "without it", "percentage points", "")
    for question in found.questions:
        yield f"question {question.question}"
        for option in question.options:
            yield from _lines(option.option or "(not answered)", option.comparison)
    yield "rules"
    for rule in found.rules:
        yield from _lines(rule.rule, rule.comparison)
    if is_about_clients:
        yield from _always_followed(found)


def _overrides(rates: Mapping[str, Share]) -> Iterator[str]:
    if not rates:
        yield "Overrides: no rule has said problem or walk away for five working days yet."
        return
    yield "Overrides, of the verdicts by which a rule said problem or walk away"
    yield f"{'':<{_NAME + 2}}{'overridden':>12}{'95 of 100':>13}"
    for rule, rate in rates.items():
        yield _rate_line(rule, rate)


def _shown(share: Share) -> str:
    interval = share.interval
    count = f"{share.count} of {share.of}"
    return count if interval is None else f"{count}, {interval.low:.0%} to {interval.high:.0%}"


def _rate_line(rule: str, share: Share) -> str:
    interval = share.interval
    shown = "" if interval is None else f"{interval.low:.0%}-{interval.high:.0%}"
    word = _NOTES[note_on(share)] if share.is_enough else _WORDS[AuditWord.NOT_ENOUGH]
    name = f"{_cut(rule):<{_NAME}}"
    return f"  {name}{f'{share.count} of {share.of}':>12}{shown:>13}  {word}".rstrip()


def _lines(name: str, comparison: Comparison) -> Iterator[str]:
    """Yield a line of counts, and below it where the true shares lie."""
    yield _row(
        f"  {_cut(name)}",
        _counts(comparison.having),
        _counts(comparison.lacking),
        _difference(comparison),
        _WORDS[comparison.word],
    )
    having, lacking = _range(comparison.having), _range(comparison.lacking)
    if having or lacking:
        yield _row("", having, lacking, "", "")


def _row(name: str, having: str, lacking: str, difference: str, word: str) -> str:
    return f"{name:<{_NAME + 2}}{having:>12}{lacking:>13}{difference:>23}  {word}".rstrip()


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _counts(group: Group) -> str:
    return f"{group.bad} of {group.n}" if group.n else "-"


def _range(group: Group) -> str:
    interval = group.interval
    return "" if interval is None else f"{interval.low:.0%}-{interval.high:.0%}"


def _difference(comparison: Comparison) -> str:
    interval = comparison.difference
    if interval is None:
        return ""
    having, lacking = comparison.having, comparison.lacking
    points = having.bad / having.n - lacking.bad / lacking.n
    return f"{_points(points)} ({_points(interval.low)} to {_points(interval.high)})"


def _points(share: float) -> str:
    rounded = round(share * 100)
    return f"{rounded:+d}" if rounded else "0"
