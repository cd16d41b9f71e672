"""How long things may take, and how often they may be put off: what a workspace can set.

How often an owner is nudged is in `nudges.NudgePolicy`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of a workspace, in working days unless stated otherwise."""

    walk_away_within: int = 2
    """The time within which a *walk away* should be carried out."""
    sign_of_life_gives: int = 7
    """The time that a sign of life gives, unless more is left anyway."""
    request_lapses_after: int = 3
    """The time a manager has to answer before a request lapses."""
    request_again_after: int = 1
    """The time after which a manager who has not answered is asked once more."""
    kill_within: int = 60
    """How many calendar days ahead a kill date may lie, at most."""
    talked_into_it_from: int = 3
    """The number of chases without an answer from which we are talking them into it."""


DEFAULT_SPANS = Spans()
