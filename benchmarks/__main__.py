"""Start here: `python -m benchmarks` measures, and prints one table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import click
import uvloop

from benchmarks import (
    bench,
    lateness,
    naming,
    pacing,
    profiling,
    qualify,
    report,
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
    "names": naming.measure,
    "start": starting.measure,
    "tick": ticking.measure,
    "lateness": lateness.measure,
    "pace": pacing.measure,
}
"""By name, in the order of the table."""

_MANY: Final = click.Choice(list(SCENARIOS))
_PROFILES: Final = click.Choice([*profiling.PREPARED, "start"])


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=_MANY, help="Measure only this.")
@click.option("--rounds", default=7, show_default=True, help="Of which the median counts.")
@click.option("--quick", is_flag=True, help="Try it out: the figures mean nothing.")
@click.option("--write", is_flag=True, help="Put the table into docs/performance.md.")
@click.option("--profile", type=_PROFILES, help="Show where the CPU goes instead.")
@click.option("--database", type=click.Choice(list(KINDS)), default="postgres", show_default=True)
def main(
    only: str | None, rounds: int, quick: bool, write: bool, profile: str | None, database: str
) -> None:
    """Measure Walkaway side by side with a bare Bolt app."""
    if profile:
        click.echo(uvloop.run(_profile(profile, database, is_quick=quick)))
        return
    chosen = [only] if only else list(SCENARIOS)
    rows = uvloop.run(_measure(chosen, rounds, is_quick=quick))
    text = report.table(rows, on=datetime.now(UTC).date(), rounds=rounds)
    click.echo(text)
    if write:
        report.write(text)


async def _measure(names: Sequence[str], rounds: int, *, is_quick: bool) -> list[Row]:
    rows: list[Row] = []
    async with bench.opened(rounds, is_quick=is_quick) as it:
        for name in names:
            click.echo(f"measuring {name} …", err=True)
            rows += await SCENARIOS[name](it)
    return rows


async def _profile(name: str, kind: str, *, is_quick: bool) -> str:
    async with bench.opened(1, is_quick=is_quick) as it:
        return await profiling.profile(it, name, kind)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
