"""Why something was refused: the app reads it in Slack's words, the page in those of who looks."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import sandbox
from sandbox import Slack
from sandbox.problems import CannotDo
from sandbox.reasons import reason
from sandbox.snapshot import snapshot

HERE = Path(sandbox.__file__).parent
REFUSING = {"Problem": 1, "AppDidNotAnswer": 1}
"""What takes a reason, and at which place."""


@pytest.mark.parametrize(
    ("line", "german"),
    [
        (
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            "Muss kürzer als 3001 Zeichen sein [json-pointer:/blocks/0/text/text]",
        ),
        ("must be less than 5", "Muss kleiner als 5 sein"),
        ("must be less than 99 characters in total", "Muss insgesamt kürzer als 99 Zeichen sein"),
        ("unsupported type: no\nblock", "Dieser Typ geht hier nicht: no\nblock"),
        ("http_service_error: broken JSON", "http_service_error: Kein gültiges JSON"),
        ("HTTP 500", "HTTP 500"),
        ("", ""),
    ],
)
def test_a_reason_is_put_into_the_words_of_who_looks(line: str, german: str) -> None:
    assert reason(line, "de-DE") == german
    assert reason(line, "en-GB") == line


def test_every_reason_has_its_german() -> None:
    found = {each for file in sorted(HERE.rglob("*.py")) for each in reasons_in(file)}

    assert len(found) > 40
    assert {each for each in found if reason(each, "de-DE") == each} == set()


async def test_each_member_reads_in_their_language_what_was_refused(
    slack: Slack, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0SALES", text="x", blocks=[{"type": "no"}])

    told = {member: seen_by(slack, member)["notices"][-1] for member in ("U0JONAS", "U0EMMA")}

    place = "[json-pointer:/blocks/0/type]"
    assert told["U0JONAS"]["detail"] == [f"Dieser Typ geht hier nicht: no {place}"]
    assert told["U0EMMA"]["detail"] == [f"unsupported type: no {place}"]
    assert told["U0JONAS"]["title"] == told["U0EMMA"]["title"] == "chat.postMessage: invalid_blocks"


async def test_a_command_in_a_thread_is_noticed_in_the_language_of_who_looks(slack: Slack) -> None:
    refused = CannotDo("{command} is not supported in threads. Sorry!", command="/qualify")
    slack.workspace.notify("warning", refused.sentence)

    assert seen_by(slack, "U0JONAS")["notices"][-1]["title"].startswith("/qualify wird in Threads")
    assert seen_by(slack, "U0EMMA")["notices"][-1]["title"] == str(refused)


def seen_by(slack: Slack, member: str) -> dict[str, Any]:
    return snapshot(slack.workspace, slack.interactions, slack.delivery, member)


def reasons_in(file: Path) -> Iterator[str]:
    """Find what is given as a reason, with something in its places."""
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (at := REFUSING.get(getattr(node.func, "id", ""))):
            for said in node.args[at : at + 1]:
                yield from filled(said)
        if isinstance(node, ast.keyword) and node.arg == "problems":
            yield from filled(node.value)
        if file.name == "wording.py" and isinstance(node, ast.Return | ast.Dict):
            for each in node.values if isinstance(node, ast.Dict) else [node.value]:
                yield from filled(each)


def filled(said: ast.expr | None) -> Iterator[str]:
    match said:
        case ast.Constant(value=str(text)) if text:
            yield text.partition(" [json-pointer:")[0]
        case ast.JoinedStr(values):
            parts = [each.value if isinstance(each, ast.Constant) else "7" for each in values]
            text = "".join(map(str, parts)).partition(" [json-pointer:")[0]
            if text != "7" and not text.startswith("HTTP "):
                yield text
        case ast.IfExp(body=one, orelse=other):
            yield from filled(one)
            yield from filled(other)
        case ast.BinOp(left=left):
            yield from (f"{each}7" for each in filled(left))
        case ast.Tuple(elts=several):
            for each in several:
                yield from filled(each)
