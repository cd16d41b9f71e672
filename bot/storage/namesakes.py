"""Whose name is known already: one statement for all, as hardly any new name is.

The first step of a screening asks it while somebody waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.names import SIMILAR_SHOWN, name_words
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.remembered.recall import Remembered
from bot.domain.workspace import WorkspaceId
from bot.storage.prospects.names import VERSION_MARK, lengths_near, nearest, stored_key
from bot.storage.prospects.pieces import LINE
from bot.storage.prospects.prospects import (
    ProspectRepository,
    former_names,
    ids_with_name,
    words_unless_cut,
)
from bot.storage.remembered import RememberedRepository, has_name
from bot.storage.schema.statements import Statement

_SCREENED = ids_with_name(sa.bindparam("its_workspace"), sa.bindparam("its_name"))
_LOOK = Statement(
    sa.select(
        _SCREENED.exists().label("is_screened"),
        sa.exists().where(has_name).label("is_remembered"),
        sa.exists()
        .where(former_names.c.workspace_id == sa.bindparam("its_workspace"))
        .label("are_any_former"),
        *words_unless_cut,
    )
)
_FORMER = Statement(
    sa.select(former_names.c.prospect_id, former_names.c.name)
    .where(
        former_names.c.workspace_id == sa.bindparam("its_workspace"),
        former_names.c.name_key != sa.bindparam("its_name"),
        sa.func.length(former_names.c.name_key).between(
            sa.bindparam("shortest", type_=sa.Integer), sa.bindparam("longest", type_=sa.Integer)
        ),
    )
    .order_by(former_names.c.revision.desc(), former_names.c.prospect_id)
)
_NO_LENGTH = {"shortest": 1, "longest": 0}
"""Nothing is so long: no name is similar to one that is too short."""


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Who has a name, or a similar one."""

    same: Sequence[Prospect]
    similar: Sequence[Prospect]
    """Nobody who had exactly this name before a correction is among them once more."""
    were_similar: Sequence[tuple[Prospect, str]]
    """Who had a similar name before a correction, each with that name."""
    remembered: Sequence[Remembered]

    def __bool__(self) -> bool:
        """Tell whether there is anybody."""
        return bool(self.same or self.similar or self.were_similar or self.remembered)


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
        """Return who has this name, at most `limit` prospects of it; nobody stands there twice."""
        its = {
            "its_workspace": self._workspace_id,
            "its_name": stored_key(name),
            **(lengths_near(name) or _NO_LENGTH),
        }
        (known,) = await _LOOK.rows(self._connection, its)
        same = await self._prospects.named(name, limit) if known.is_screened else ()
        shown = {each.id for each in same}
        similar = await self._prospects.similar(name, SIMILAR_SHOWN + len(same), known)
        similar = [each for each in similar if each.id not in shown][:SIMILAR_SHOWN]
        shown |= {each.id for each in similar}
        room = SIMILAR_SHOWN - len(similar)
        former = await self._were_similar(name) if known.are_any_former and room else {}
        left = [each for each in former if each not in shown][:room]
        return Namesakes(
            same,
            similar,
            [(each, former[each.id]) for each in await self._prospects.all_of(left)],
            await self._remembered.named(name) if known.is_remembered else (),
        )

    async def _were_similar(self, name: str) -> Mapping[ProspectId, str]:
        """Return whose name was similar before a correction, and that name; the nearest first.

        Words of former names are not stored: few names are ever corrected.
        """
        lengths = lengths_near(name)
        if lengths is None:
            return {}
        its = {
            "its_workspace": self._workspace_id,
            "its_name": stored_key(name),
            "shortest": lengths["shortest"] // 3,  # a key has no spaces, and fewer vowels
            "longest": lengths["longest"] + len(VERSION_MARK),
        }
        rows = await _FORMER.rows(self._connection, its)
        words = [name_words(each.name) for each in rows]
        near = nearest(name, LINE.join(words))
        found: dict[ProspectId, str] = {}
        for its_words in near:
            for row, its_own in zip(rows, words, strict=True):
                if its_own == its_words:
                    found.setdefault(ProspectId(row.prospect_id), row.name)
        return found
