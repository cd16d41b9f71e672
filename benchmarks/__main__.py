"""Start here: `python -m benchmarks` measures, and prints one table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import click
import uvloop

from benchmarks import bench, qualify, report, starting, steps, verdicts
from benchmarks.bench import Bench
from benchmarks.report import Row

Scenario = Callable[[Bench], Awaitable[Sequence[Row]]]

SCENARIOS: Final[Mapping[str, Scenario]] = {
    "qualify": qualify.measure,
    "steps": steps.measure,
    "verdict": verdicts.measure,
    "start": starting.measure,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=click.Choice(list(SCENARIOS)), help="Measure only this.")
@click.option("--rounds", default=7, show_default=True, help="Of which the median counts.")
@click.option("--quick", is_flag=True, help="Try it out: the figures mean nothing.")
@click.option("--write", is_flag=True, help="Put the table into docs/performance.md.")
def main(only: str | None, rounds: int, quick: bool, write: bool) -> None:
    """Measure Walkaway side by side with a bare Bolt app."""
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


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
