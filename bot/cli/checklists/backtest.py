"""`walkaway checklist backtest`: what a checklist would have said of past qualifications."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.checklists.adopt import found, meant, of_workspace, run
from bot.domain.checklist.model import Checklist
from bot.domain.figures.reports.backtest import Backtest, Move
from bot.domain.figures.shares import Share
from bot.domain.settings.checklists import with_id
from bot.services.checklists import OperatorsChecklists


@click.command()
@click.argument("checklist", metavar="FILE|ID")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@of_workspace
def backtest(checklist: str, workspace: str | None, *, as_json: bool) -> None:
    """Judge the past qualifications of a workspace by another checklist.

    FILE is one of yours, ID one that is in use or that Walkaway comes with. Each qualification is
    judged as of its own day, from the answers it has: the same questions and options count, by
    their ids. One that lacks a required answer that the checklist reads can't be judged. For each
    verdict that would change, it says what became of those prospects. Nothing is claimed from fewer
    than 5 outcomes. It reads DATABASE_URL, and changes nothing:

    \b
      walkaway checklist backtest my-checklist.yaml
    """  # noqa: D301 - click reads the \b
    is_id = not Path(checklist).is_file()
    content = None if is_id else found(checklist)
    run(lambda it: _backtest(it, workspace, checklist, content, as_json=as_json))


async def _backtest(
    it: OperatorsChecklists,
    workspace: str | None,
    which: str,
    content: Checklist | None,
    *,
    as_json: bool,
) -> None:
    workspace_id = await meant(it, workspace)
    if content is None:
        adopted = with_id(await it.adopted(workspace_id), which)
        content = found(which) if adopted is None else adopted.checklist
    lived = await it.backtest(workspace_id, content)
    remembered = await it.backtest_remembered(workspace_id, content)
    if as_json:
        click.echo(json.dumps(document(lived, remembered), indent=2))
        return
    for line in (*table(content, lived), *_from_memory(content, remembered)):
        click.echo(line)


def document(lived: Backtest, remembered: Backtest) -> dict[str, object]:
    """Return the JSON: of lived qualifications, and apart from them of remembered ones."""
    return {**_counts(lived), "remembered": _counts(remembered)}


def _from_memory(content: Checklist, remembered: Backtest) -> Iterator[str]:
    """The same of whom the team remembers, under a heading of its own."""
    if remembered.judged or remembered.cannot_be_judged:
        yield "\nFrom memory:"
        yield from table(content, remembered)


def _counts(result: Backtest) -> dict[str, object]:
    return {
        "judged": result.judged,
        "cannot_be_judged": result.cannot_be_judged,
        "moves": [_cell(move) for move in result.moves],
    }


def _cell(move: Move) -> dict[str, object]:
    counts = asdict(move)
    before, after = counts.pop("before"), counts.pop("after")
    return {"from": before.value, "to": after.value, **counts}


def table(content: Checklist, result: Backtest) -> Iterator[str]:
    """Draw the table, line by line."""
    yield (
        f"{content.id}, version {content.short_version}: {result.judged} judged, "
        f"{result.cannot_be_judged} can't be judged, {result.changed} would change."
    )
    if not result.moves:
        return
    yield ""
    yield f"{'was':<12}{'would be':<12}{'n':>6}"
    for move in result.moves:
        yield f"{_words(move.before)}{_words(move.after)}{move.n:>6}"
        if move.is_change:
            yield from _became(move)


def _words(verdict: str) -> str:
    return f"{verdict.replace('_', ' '):<12}"


def _became(move: Move) -> Iterator[str]:
    """What became of those whose verdict would be another one."""
    if move.won:
        yield f"    won: {move.won}; wouldn't be signed again: {_claim(move.share_not_again)}"
        yield from _answered(move.share_answered)
    if move.walked_away:
        yield f"    walked away: {move.walked_away}; regretted: {_claim(move.share_regretted)}"
        yield from _answered(move.share_walk_aways_answered)


def _answered(share: Share) -> Iterator[str]:
    """Yield of those asked about how many were answered, where a share is claimed."""
    if share.count >= share.least:
        yield f"      answered: {_claim(share)}"


def _claim(share: Share) -> str:
    interval = share.interval
    if interval is None:
        return f"needs {share.missing} more"
    low, high = round(interval.low * 100), round(interval.high * 100)
    return f"{share.count} of {share.of} ({low}-{high} %)"
