"""`walkaway checklist new`: a start for someone who writes a checklist."""

from pathlib import Path

import click

from bot.checklists.editing import schema

_START = schema.PATH.with_name("start.yaml")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default="checklist.yaml")
def new(file: Path) -> None:
    """Write a commented starting point to FILE (checklist.yaml if you name none).

    You can use it as it is. Beside it goes the schema of the format, which its first line names,
    so that editors complete what you type and mark what is wrong:

    \b
      walkaway checklist new ours.yaml
    """  # noqa: D301 - click reads the \b
    if file.exists():
        raise click.ClickException(f'"{file}" already exists. Choose another name.')
    beside = file.with_name(schema.PATH.name)
    try:
        beside.write_text(schema.PATH.read_text("utf-8"), "utf-8")
        start = _START.read_text("utf-8")
        file.write_text(f"{schema.NAMED_BY}{beside.name}\n{start}", "utf-8")
    except OSError as error:
        raise click.ClickException(f'"{file}" can\'t be written: {error.strerror}.') from None
    click.echo(f"Wrote {file} to start from, and {beside}, its schema for your editor.")
