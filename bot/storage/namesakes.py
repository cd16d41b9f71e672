"""Whose name is known already: one statement for all, as hardly any new name is.

The first step of a screening asks it while somebody waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.names import SIMILAR_SHOWN
from bot.domain.prospects import Prospect
from bot.domain.remembered.recall import Remembered
from bot.domain.workspace import WorkspaceId
from bot.storage.prospects.names import lengths_near, stored_key
from bot.storage.prospects.prospects import ProspectRepository, ids_with_name, words_unless_cut
from bot.storage.remembered import RememberedRepository, has_name
from bot.storage.schema.statements import Statement

_SCREENED = ids_with_name(sa.bindparam("its_workspace"), sa.bindparam("its_name"))
_LOOK = Statement(
    sa.select(
        _SCREENED.exists().label("is_screened"),
        sa.exists().where(has_name).label("is_remembered"),
        *words_unless_cut,
    )
)
_NO_LENGTH = {"shortest": 1, "longest": 0}
"""Nothing is so long: no name is similar to one that is too short."""


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Who has a name, or a similar one."""

    same: Sequence[Prospect]
    similar: Sequence[Prospect]
    remembered: Sequence[Remembered]

    def __bool__(self) -> bool:
        """Tell whether there is anybody."""
        return bool(self.same or self.similar or self.remembered)


class NamesakeRepository:
    """The names of one workspace, wherever they are kept."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        prospects: ProspectRepository,
        remembered: RememberedRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._prospects = prospects
        self._remembered = remembered

    async def of(self, name: str, limit: int) -> Namesakes:
        """Return who has this name, at most `limit` prospects of it."""
        its = {
            "its_workspace": self._workspace_id,
            "its_name": stored_key(name),
            **(lengths_near(name) or _NO_LENGTH),
        }
        (known,) = await _LOOK.rows(self._connection, its)
        return Namesakes(
            await self._prospects.named(name, limit) if known.is_screened else (),
            await self._prospects.similar(name, SIMILAR_SHOWN, known),
            await self._remembered.named(name) if known.is_remembered else (),
        )
