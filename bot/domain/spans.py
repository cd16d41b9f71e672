"""How long things may take, and how often they may be put off: what a workspace can set.

How often an owner is nudged stands in `nudges.NudgePolicy`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of a workspace, in working days unless it says otherwise."""

    sign_of_life_gives: int = 7
    """What a sign of life gives, if more are not left anyway."""
    request_lapses_after: int = 3
    """In which a manager answers, or else a request lapses."""
    kill_within: int = 60
    """Calendar days ahead, at most, that a kill date may lie."""


DEFAULT_SPANS = Spans()
