"""Slack's charts and sortable tables, which some workspaces don't have yet.

Each has a `block_id`, under which `Rendered.instead` keeps its fallback.
"""

from collections.abc import Mapping, Sequence

from bot.slack.kit.blocks import Block
from bot.slack.kit.escaping import cut

LONGEST_TITLE = 50
LONGEST_LABEL = 20
"""Of a category and of the name of a series."""
LONGEST_CELL = 200
"""Twenty rows of four such cells stay below what a table takes at the least: 10,000 characters."""


def bar_chart(
    block_id: str, title: str, categories: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Block:
    """Return a bar chart: for each name, one number per category, in their order."""
    labels = [cut(each, LONGEST_LABEL) for each in categories]
    return {
        "type": "data_visualization",
        "block_id": block_id,
        "title": cut(title, LONGEST_TITLE),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": cut(name, LONGEST_LABEL),
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(labels, values, strict=True)
                    ],
                }
                for name, values in series.items()
            ],
            "axis_config": {"categories": labels},
        },
    }


def data_table(
    block_id: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[Block]]
) -> Block:
    """Return a table that the reader can sort. Screen readers begin rows with the first cell."""
    return {
        "type": "data_table",
        "block_id": block_id,
        "caption": caption,
        "page_size": 10,
        "row_header_column_index": 0,
        "rows": [[text_cell(each) for each in heads], *(list(row) for row in rows)],
    }


def text_cell(text: str) -> Block:
    """Return a cell with text shown as it is."""
    return {"type": "raw_text", "text": cut(text, LONGEST_CELL)}


def number_cell(value: int, text: str) -> Block:
    """Return a cell whose column is sorted by its number."""
    return {"type": "raw_number", "value": value, "text": text}


def link_cell(text: str, url: str | None) -> Block:
    """Return a cell with a link; without an address it's plain text."""
    if url is None:
        return text_cell(text)
    link = {"type": "link", "url": url, "text": cut(text, LONGEST_CELL)}
    section = {"type": "rich_text_section", "elements": [link]}
    return {"type": "rich_text", "elements": [section]}
