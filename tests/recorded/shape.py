"""Takes the shape of what Slack was seen to send.

    python -m tests.recorded.shape web_api.pins.add https://docs.slack.dev/… < answer.json

Values are not kept. Of a second sample a shape has what both have; `--partial` says of a sample
that it was cut or gathered from many, so that nothing can be said of what is always there.
"""

import json
import sys

import click

from tests.recorded.shaping import SHAPES, optional, read, shape_of, together


@click.command()
@click.argument("name")
@click.argument("source")
@click.option("--partial", is_flag=True)
def main(name: str, source: str, *, partial: bool) -> None:
    """Read a sample from standard input, and keep its shape with its source."""
    fields = shape_of(json.load(sys.stdin))
    fields = optional(fields) if partial else fields
    sources = {source}
    file = SHAPES / f"{name}.json"
    if file.exists():
        known = read(file)
        fields, sources = together(known.fields, fields), {*known.sources, source}
    drawn = {path: " | ".join(sorted(types)) for path, types in sorted(fields.items()) if path}
    text = json.dumps({"sources": sorted(sources), "fields": drawn}, indent=1)
    file.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
