"""What the use cases need from storage of prospects and their overrides, as a protocol."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.override import Override
from bot.domain.people import MemberId
from bot.domain.prospect import Prospect, ProspectId, QualificationId


class Prospects(Protocol):
    """Prospects as they stand."""

    async def get(self, prospect_id: ProspectId) -> Prospect | None: ...
    async def get_to_change(self, prospect_id: ProspectId) -> Prospect | None:
        """The same, locked until the unit of work ends."""
        ...

    async def add(self, prospect: Prospect, at: datetime) -> None: ...
    async def unless_busy(self, ids: Sequence[ProspectId]) -> Sequence[Prospect] | None:
        """Those of these that are there, locked; None if somebody is changing one of them."""
        ...

    async def keep_told(self, prospect: Prospect) -> None:
        """Keep what its owner was told, which is no action of anybody."""
        ...

    async def keep_overrides(self, prospect: Prospect) -> None:
        """Keep what became of its overrides, such as a lapse, which is no action of anybody."""
        ...

    async def save(self, prospect: Prospect) -> None:
        """Raises ProspectChanged unless the stored revision is exactly one less."""
        ...

    async def overrides_of(self, qualification_id: QualificationId) -> Sequence[Override]:
        """Those of a verdict, the first asked for first; also once the prospect has a newer one."""
        ...

    async def asking(self) -> Sequence[Prospect]:
        """Open ones with a request for an override, the first asked for first."""
        ...

    async def open_of(
        self, owner: MemberId | None, limit: int, *, offset: int = 0
    ) -> Sequence[Prospect]:
        """Open ones, the earliest due first, then those that are not due; None for everybody's."""
        ...

    async def named(self, name: str, limit: int) -> Sequence[Prospect]:
        """Those whose name has the same key, the latest first."""
        ...

    async def count_open_of(self, owner: MemberId | None) -> int: ...
    async def all_open_to_change(self, owner: MemberId) -> Sequence[Prospect]:
        """Every open one of an owner, locked until the unit of work ends."""
        ...
