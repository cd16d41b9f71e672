"""`walkaway outbox`: what waits for Slack, what is dead and why, and sending it again."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

import click

from bot.cli.failures import named_database, run_on_database
from bot.storage.delivery.desk import OutboxDesk, OutboxRow
from bot.storage.delivery.tables import RowState
from bot.wiring.commands import outbox_desk

T = TypeVar("T")

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def outbox() -> None:
    """See what's waiting for Slack and what's dead, and send dead messages again.

    It reads DATABASE_URL, and needs no Slack: the running bot delivers what you resend.
    """


@outbox.command("list")
@_AS_JSON
def list_(*, as_json: bool) -> None:
    """List what's waiting and what's dead, with the cause.

    Dead messages that are no longer needed are left out.
    """
    rows = _asked(lambda desk: desk.unsent())
    if as_json:
        click.echo(json.dumps([_json(each) for each in rows], indent=2))
    elif not rows:
        click.echo("Nothing is waiting, and nothing is dead.")
    else:
        for line in _table(list(rows)):
            click.echo(line)


@outbox.command()
@click.argument("row_id", metavar="ID", type=int)
@_AS_JSON
def show(row_id: int, *, as_json: bool) -> None:
    """Show one message, sent or not."""
    row = _asked(lambda desk: desk.one(row_id))
    if row is None:
        raise click.ClickException(f"There's no message {row_id}.")
    if as_json:
        click.echo(json.dumps(_json(row), indent=2))
        return
    for name, value in _json(row).items():
        if value is not None:
            click.echo(f"{name:<13}{value}")


@outbox.command()
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="All dead messages that are still needed.")
@_AS_JSON
def resend(ids: tuple[int, ...], *, is_all: bool, as_json: bool) -> None:
    """Send dead messages again, no matter why they failed.

    A message that may have arrived is looked for first. One that is no longer needed isn't sent,
    even if you name it here.
    """
    if bool(ids) == is_all:
        raise click.UsageError(
            "Name messages, as `walkaway outbox list` shows them, or give --all."
        )
    again = list(_asked(lambda desk: desk.send_again(None if is_all else ids)))
    left = sorted(set(ids) - set(again))
    if as_json:
        click.echo(json.dumps({"resent": again, "not_dead": left}))
    else:
        click.echo(_sent_again(len(again)))
    if left:
        names = ", ".join(map(str, left))
        raise click.ClickException(f"Not dead, or not there: {names}.")


def _sent_again(count: int) -> str:
    if not count:
        return "Nothing is dead."
    return f"{count} message{'s are' if count > 1 else ' is'} on the way again."


def _asked(question: Callable[[OutboxDesk], Awaitable[T]]) -> T:
    """Open the database that the environment names, and ask its outbox."""
    url = named_database()
    found: list[T] = []

    async def ask() -> None:
        async with outbox_desk(url) as desk:
            found.append(await question(desk))

    run_on_database(ask())
    return found[0]


def _table(rows: list[OutboxRow]) -> Iterator[str]:
    cells = [("ID", "STATE", "KIND", "TO", "WRITTEN (UTC)", "NEXT TRY (UTC)", "CAUSE")]
    cells += [
        (
            str(each.id),
            _state(each),
            each.kind,
            each.recipient,
            _minute(each.written_at),
            _minute(each.due_at),
            each.cause or "",
        )
        for each in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield line.rstrip()
    dead = sum(each.state is RowState.DEAD for each in rows)
    yield ""
    yield f"{len(rows) - dead} waiting, {dead} dead." + (
        " Send them again: walkaway outbox resend --all" if dead else ""
    )


def _state(row: OutboxRow) -> str:
    """Return the state of a row; what may be out is neither sent nor unsent."""
    is_unknown = row.may_be_out and row.state is not RowState.DEAD
    return "unknown" if is_unknown else row.state.value


def _minute(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _json(row: OutboxRow) -> dict[str, Any]:
    values = {**asdict(row), "state": _state(row)}
    return {
        name: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in values.items()
    }
