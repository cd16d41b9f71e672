"""Start here: `python -m benchmarks` measures, and prints one table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import click
import uvloop

from benchmarks import (
    bench,
    checking,
    foretelling,
    growth,
    lanes,
    lateness,
    naming,
    pacing,
    profiling,
    qualify,
    report,
    reporting,
    starting,
    steps,
    ticking,
    verdicts,
)
from benchmarks.bench import Bench
from benchmarks.databases import KINDS
from benchmarks.report import Row

Scenario = Callable[[Bench], Awaitable[Sequence[Row]]]

SCENARIOS: Final[Mapping[str, Scenario]] = {
    "qualify": qualify.measure,
    "steps": steps.measure,
    "verdict": verdicts.measure,
    "checklist": checking.measure,
    "names": naming.measure,
    "start": starting.measure,
    "growth": growth.measure,
    "forecast": foretelling.measure,
    "report": reporting.measure,
    "lanes": lanes.measure,
    "tick": ticking.measure,
    "lateness": lateness.measure,
    "pace": pacing.measure,
}
"""By name, in the order of the table. The report lets nothing be due: the forecast comes first."""

MOST_OF_EACH: Final = 30.0
SHORT_OF_EACH: Final = 5.0
"""Minutes."""
_TO_END: Final = 30.0
"""Seconds in which a scenario can still say which of its halves took too long."""

_MANY: Final = click.Choice(list(SCENARIOS))
_PROFILES: Final = click.Choice([*profiling.PREPARED, "start"])


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=_MANY, multiple=True, help="Measure only this; more than once.")
@click.option("--rounds", default=7, show_default=True, help="Of which the median counts.")
@click.option("--quick", is_flag=True, help="Try it out: the figures mean nothing.")
@click.option("--write", is_flag=True, help="Put the table into docs/performance.md.")
@click.option("--profile", type=_PROFILES, help="Show where the CPU goes instead.")
@click.option("--database", type=click.Choice(list(KINDS)), default="postgres", show_default=True)
@click.option("--short", is_flag=True, help="Without the million, in 3 rounds: a quarter hour.")
@click.option("--minutes", type=float, help="For each scenario at most: 30, or 5 in a short run.")
def main(
    only: Sequence[str],
    rounds: int,
    quick: bool,
    write: bool,
    profile: str | None,
    database: str,
    short: bool,
    minutes: float | None,
) -> None:
    """Measure Walkaway side by side with a bare Bolt app."""
    if profile:
        click.echo(uvloop.run(_profile(profile, database, is_quick=quick)))
        return
    chosen = list(only or SCENARIOS)
    rounds = min(rounds, 3) if short else rounds
    largest = bench.TRIED if quick else bench.SHORT if short else bench.MOST
    seconds = 60 * (minutes or (SHORT_OF_EACH if short else MOST_OF_EACH))
    rows = uvloop.run(_measure(chosen, rounds, largest, seconds, is_quick=quick))
    text = report.table(rows, on=datetime.now(UTC).date(), rounds=rounds)
    click.echo(text)
    if write:
        report.write(text)


async def _measure(
    names: Sequence[str], rounds: int, largest: int, seconds: float, *, is_quick: bool
) -> list[Row]:
    """Measure each; one that fails, or takes too long, loses no figure of another."""
    rows: list[Row] = []
    async with bench.opened(rounds, largest, is_quick=is_quick, seconds=seconds) as it:
        for name in names:
            click.echo(f"{datetime.now(UTC):%H:%M:%S} measuring {name} …", err=True)
            found = await it.attempted(name, SCENARIOS[name](it), seconds + _TO_END)
            for row in found:
                click.echo(f"  {row.measure}: {row.ours} {row.compared}", err=True)
            rows += found
    return rows


async def _profile(name: str, kind: str, *, is_quick: bool) -> str:
    async with bench.opened(1, bench.MOST, is_quick=is_quick) as it:
        return await profiling.profile(it, name, kind)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
