"""How long things may take, and how often they may be put off: what a workspace can set.

How often an owner is nudged stands in `nudges.NudgePolicy`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of a workspace, in working days unless it says otherwise."""

    walk_away_within: int = 2
    """In which a *walk away* is to be carried out."""
    sign_of_life_gives: int = 7
    """What a sign of life gives, if more are not left anyway."""
    request_lapses_after: int = 3
    """In which a manager answers, or else a request lapses."""
    request_again_after: int = 1
    """After which a manager who has not answered is asked once more."""
    kill_within: int = 60
    """Calendar days ahead, at most, that a kill date may lie."""
    talked_into_it_from: int = 3
    """From so many chases without an answer on, we talk them into it."""


DEFAULT_SPANS = Spans()
