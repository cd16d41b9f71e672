"""The limits of blocks at their edge: the last that Slack takes, the first it refuses."""

from typing import Any

import pytest

from sandbox.rules import message_problems
from tests.sandbox.rules.making import (
    FIRST,
    Make,
    Node,
    Row,
    actions,
    asks,
    button,
    card,
    container,
    edges,
    element,
    icon_button,
    message,
    mrkdwn,
    plain,
    section,
    select,
    several,
    url,
    words,
)

PICTURE = {"image_url": "https://example.com/a.png", "alt_text": "A"}


def image(**more: Any) -> Node:
    return {"type": "image", **PICTURE, **more}


def task(**more: Any) -> Node:
    return {"type": "task_card", "task_id": "t", "title": "T", "status": "pending", **more}


def video(**more: Any) -> Node:
    return {
        "type": "video",
        "title": plain("Film"),
        "alt_text": "A film",
        "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t.png",
        **more,
    }


def bullets(**more: Any) -> Node:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    points = {"type": "rich_text_list", "style": "bullet", "elements": [line], **more}
    return {"type": "rich_text", "elements": [points]}


LIMITS: list[Row] = [
    ("list indent", lambda n: message(bullets(indent=n)), 8, f"{FIRST}/elements/0/indent"),
    ("list border", lambda n: message(bullets(border=n)), 1, f"{FIRST}/elements/0/border"),
    ("blocks", lambda n: message(*several("divider", n)), 50, "/blocks"),
    ("text", lambda n: message(text="x" * n), 40_000, "/text"),
    ("block_id", lambda n: message(section(block_id="x" * n)), 255, f"{FIRST}/block_id"),
    ("section text", lambda n: message(section(text=words(n))), 3000, f"{FIRST}/text/text"),
    (
        "section field",
        lambda n: message(section(fields=[mrkdwn("x" * n)])),
        2000,
        f"{FIRST}/fields/0/text",
    ),
    ("section fields", lambda n: message(section(fields=[plain()] * n)), 10, f"{FIRST}/fields"),
    ("header", lambda n: message(element("header", text=words(n))), 150, f"{FIRST}/text/text"),
    (
        "header level",
        lambda n: message(element("header", text=plain(), level=n)),
        4,
        f"{FIRST}/level",
    ),
    ("image url", lambda n: message(image(image_url=url(n))), 3000, f"{FIRST}/image_url"),
    ("image alt_text", lambda n: message(image(alt_text="x" * n)), 2000, f"{FIRST}/alt_text"),
    ("image title", lambda n: message(image(title=words(n))), 2000, f"{FIRST}/title/text"),
    (
        "accessory alt_text",
        lambda n: message(section(accessory=image(alt_text="x" * n))),
        2000,
        f"{FIRST}/accessory/alt_text",
    ),
    (
        "context elements",
        lambda n: message(element("context", elements=[plain()] * n)),
        10,
        f"{FIRST}/elements",
    ),
    (
        "context text",
        lambda n: message(element("context", elements=[words(n)])),
        3000,
        f"{FIRST}/elements/0/text",
    ),
    ("actions", lambda n: message(actions(*[button()] * n)), 25, f"{FIRST}/elements"),
    ("input label", lambda n: message(asks(select(), label=words(n))), 2000, f"{FIRST}/label/text"),
    ("input hint", lambda n: message(asks(select(), hint=words(n))), 2000, f"{FIRST}/hint/text"),
    ("video title", lambda n: message(video(title=words(n))), 199, f"{FIRST}/title/text"),
    ("markdown", lambda n: message(element("markdown", text="x" * n)), 12_000, f"{FIRST}/text"),
    (
        "all markdown",
        lambda n: message(
            element("markdown", text="x" * 6000), element("markdown", text="x" * (n - 6000))
        ),
        12_000,
        "/blocks/1/text",
    ),
    ("card title", lambda n: message(card(title=words(n))), 150, f"{FIRST}/title/text"),
    ("card subtitle", lambda n: message(card(subtitle=words(n))), 150, f"{FIRST}/subtitle/text"),
    ("card body", lambda n: message(card(body=words(n))), 200, f"{FIRST}/body/text"),
    ("card subtext", lambda n: message(card(subtext=words(n))), 200, f"{FIRST}/subtext/text"),
    ("card actions", lambda n: message(card(actions=[button()] * n)), 3, f"{FIRST}/actions"),
    (
        "carousel",
        lambda n: message(element("carousel", elements=[card()] * n)),
        10,
        f"{FIRST}/elements",
    ),
    (
        "container title",
        lambda n: message(container(section(), title=words(n))),
        150,
        f"{FIRST}/title/text",
    ),
    (
        "container subtitle",
        lambda n: message(container(section(), subtitle=words(n))),
        150,
        f"{FIRST}/subtitle/text",
    ),
    (
        "container children",
        lambda n: message(container(*several("divider", n))),
        10,
        f"{FIRST}/child_blocks",
    ),
    (
        "context_actions",
        lambda n: message(element("context_actions", elements=[icon_button()] * n)),
        5,
        f"{FIRST}/elements",
    ),
    ("task title", lambda n: message(task(title="x" * n)), 255, f"{FIRST}/title"),
]


@pytest.mark.parametrize(("make", "limit", "pointer"), edges(LIMITS))
def test_the_limit_is_accepted_and_one_beyond_is_refused_there(
    make: Make, limit: int, pointer: str
) -> None:
    assert message_problems(make(limit)) == []

    assert pointer in [problem.pointer for problem in message_problems(make(limit + 1))]
