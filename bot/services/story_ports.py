"""What figures need from storage, as a protocol."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.override import Fear
from bot.domain.people import MemberId
from bot.domain.story import Story


class Stories(Protocol):
    """What happened to prospects, told for the figures; read in a handful of statements."""

    async def all(self, owner: MemberId | None = None) -> Sequence[Story]:
        """Those of the prospects that a member owns now; of everybody's without one."""
        ...

    async def of_fear(self, fear: Fear) -> Sequence[Story]:
        """Those of the prospects for which an override that named this fear was ever asked."""
        ...
