"""What was meant to be said, counted against what stands in the pretend Slack."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox import Slack


@dataclass(frozen=True)
class Meant:
    """One message: where it is to stand, and the word in it that is in no other there."""

    place: str
    word: str
    is_reply: bool = False


@dataclass(frozen=True)
class Tally:
    """What became of the messages that were meant."""

    meant: int
    once: int
    doubled: int
    lost: int
    odd: tuple[tuple[Meant, int], ...] = ()
    """Those that are not there once, and how often they are; for whoever reads a failure."""

    @property
    def is_exact(self) -> bool:
        """Whether each is there once."""
        return self.once == self.meant


def tally(slack: Slack, meant: Iterable[Meant]) -> Tally:
    """Count in all channels and direct messages."""
    counts = Counter(said(slack))
    meant = list(meant)
    found = [counts[each] for each in meant]
    return Tally(
        meant=len(found),
        once=found.count(1),
        doubled=sum(count > 1 for count in found),
        lost=found.count(0),
        odd=tuple((each, counts[each]) for each in meant if counts[each] != 1),
    )


def said(slack: Slack) -> list[Meant]:
    """Return what stands there, as far as it has one of our words, in the order of each place."""
    return [
        Meant(place, word, message.is_reply)
        for place in list(slack.workspace.world.channels)
        for message in slack.workspace.messages.lasting(place)
        if not _OVERDUE_CARD.match(message.text)
        for word in _words(message.is_reply, f"{message.text} {json.dumps(message.blocks)}")
    ]


_OVERDUE_CARD = re.compile(r"🟡 .*name5\d{4}")
"""The card of what a morning tells about: its due date has passed, so it is posted after all."""


def _words(is_reply: bool, text: str) -> set[str]:
    """A card quotes what its lines say; so a message is known by a name, a reply by a sign."""
    return set(re.findall(r"sign\d{5}" if is_reply else r"name\d{5}", text))
