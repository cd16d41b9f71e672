"""Why Slack refused something, for whoever looks at the page: the app is told in Slack's English.

An answer names its reasons in Slack's words, and where in the payload they are found.
"""

import re
from typing import Final

from sandbox.words import Sentence

REASONS: Final = (
    Sentence("action_id must be unique: {id}"),
    Sentence("all markdown together must be less than {n} characters"),
    Sentence("block_id must be unique: {id}"),
    Sentence("broken JSON"),
    Sentence("errors for blocks that are no inputs of the view: {blocks}"),
    Sentence("errors must name at least one block"),
    Sentence("input must match regex pattern: {pattern}"),
    Sentence("invalid additional property: {name}"),
    Sentence("is invalid"),
    Sentence("is nested too deeply"),
    Sentence("missing required field: {name}"),
    Sentence("must be a plain_text object"),
    Sentence("must be a valid date in the format YYYY-MM-DD"),
    Sentence("must be a valid hex color"),
    Sentence("must be a valid number"),
    Sentence("must be a valid time in the format HH:mm"),
    Sentence("must be a valid time zone"),
    Sentence("must be a valid url"),
    Sentence("must be an object"),
    Sentence("must be between {least} and {most} characters"),
    Sentence("must be between {least} and {most}"),
    Sentence("must be false for a file_input"),
    Sentence("must be greater than 0"),
    Sentence("must be less than {n} bytes"),
    Sentence("must be less than {n} characters in total"),
    Sentence("must be less than {n} characters"),
    Sentence("must be less than {n}"),
    Sentence("must be more than {n} characters"),
    Sentence("must be one of the options"),
    Sentence("must be one of: {values}"),
    Sentence("must define either {names}"),
    Sentence("must have exactly one point for each category"),
    Sentence("must have {n} cells like the first row"),
    Sentence("must provide a boolean"),
    Sentence("must provide a string"),
    Sentence("must provide an array"),
    Sentence("must provide an integer"),
    Sentence("must provide an object"),
    Sentence("no app is connected"),
    Sentence("no fewer than {n} items allowed"),
    Sentence("no files"),
    Sentence("no more than {n} items allowed"),
    Sentence("no more than {n} {kind} blocks allowed"),
    Sentence("no request URL is set"),
    Sentence("only allowed in an input block of a modal"),
    Sentence("only one element can be focused on load"),
    Sentence("option value must be unique: {value}"),
    Sentence("series name must be unique: {name}"),
    Sentence("should be less than {n} characters"),
    Sentence("the connection broke"),
    Sentence("the top-level `text` is what notifications and screen readers say"),
    Sentence("unknown: {what}"),
    Sentence("unsupported type: {kind}"),
)
"""Of two that fit a line the first one is meant."""

_LINE: Final = re.compile(r"(?P<said>.*?)(?P<where> \[json-pointer:[^\]]*\])?", re.DOTALL)
_CODE: Final = re.compile(r"[a-z_]+: ")


def reason(line: str, locale: str) -> str:
    """Return a line for somebody with this locale; as it is if it is in nobody's words but Slack's.

    A code may stand before it, and where it is found behind it.
    """
    found = _LINE.fullmatch(line)
    assert found is not None  # noqa: S101 - anything fits
    said, where = found["said"], found["where"] or ""
    if known := _known(said):
        return known.to(locale) + where
    code = _CODE.match(said)
    if code and (known := _known(said[code.end() :])):
        return code[0] + known.to(locale) + where
    return line


def _known(said: str) -> Sentence | None:
    return next((found for each in REASONS if (found := each.of(said)) is not None), None)
