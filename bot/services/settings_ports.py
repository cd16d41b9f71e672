"""What the settings that managers change in Slack need from storage, as protocols."""

from collections.abc import Sequence
from typing import Protocol


class Referrals(Protocol):
    """Whom the workspace refers prospects to."""

    async def listed(self) -> Sequence[str]:
        """In the order in which they were listed."""
        ...

    async def replace(self, lines: Sequence[str]) -> None: ...
