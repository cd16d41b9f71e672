"""Drafts, at most one per member and name, and qualifications."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.answers import from_document, to_document
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Verdict
from bot.domain.delivery import NO_PLACE
from bot.domain.errors import DraftFiled
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId, QualificationId
from bot.domain.screening import Draft, DraftId, Qualification, VersionId
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository, checklist_versions
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.prospects.facts import _facts, facts_of, facts_row
from bot.storage.prospects.names import stored_key
from bot.storage.prospects.prospects import prospects
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_unless_there, upsert
from bot.storage.schema.statements import Among, Statement

drafts = sa.Table(
    "drafts",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("draft_id"),
    columns.required("member_id"),
    columns.required("version_id"),
    *_facts(),
    columns.required("name_key"),
    columns.required("answers", sa.JSON),
    columns.required("step", sa.Integer),
    columns.required("cleared", sa.JSON),
    sa.Column("prospect_id", sa.Text),
    sa.Column("settled_name", sa.Text),
    columns.required("updated_at", columns.UtcDateTime),
    sa.Column("came_at", columns.UtcDateTime),
    sa.Column("waits_since", columns.UtcDateTime),
    columns.in_workspace(),
    columns.inside_workspace("version_id", "checklist_versions.version_id"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.UniqueConstraint("workspace_id", "member_id", "name_key"),
    sa.Index("ix_drafts_prospect", "workspace_id", "prospect_id"),
    columns.partial_index(
        "ix_drafts_waiting", "workspace_id", "member_id", only="waits_since IS NOT NULL"
    ),
)


_ITS_KEY = sa.and_(
    drafts.c.workspace_id == sa.bindparam("its_workspace"),
    drafts.c.draft_id == sa.bindparam("its_id"),
)
_SELECT = sa.select(drafts).where(_ITS_KEY)
_DELETE = sa.delete(drafts).where(_ITS_KEY)
_SELECT_OF_NAME = sa.select(drafts).where(
    drafts.c.workspace_id == sa.bindparam("its_workspace"),
    drafts.c.member_id == sa.bindparam("its_member"),
    drafts.c.name_key == sa.bindparam("its_name"),
)
_GET = Statement(_SELECT)
_GET_TO_CHANGE = Statement(_SELECT.with_for_update())
_SAVE = Statement(sa.update(drafts).where(_ITS_KEY))
_REMOVE = Statement(_DELETE)
_REMOVE_IF_RENAMED = Statement(_DELETE.where(drafts.c.name_key != sa.bindparam("its_name")))
_OF_NAME = Statement(_SELECT_OF_NAME)
_OF_NAME_TO_CHANGE = Statement(_SELECT_OF_NAME.with_for_update())
_OF_MEMBER = Statement(
    sa.select(drafts)
    .where(
        drafts.c.workspace_id == sa.bindparam("its_workspace"),
        drafts.c.member_id == sa.bindparam("its_member"),
    )
    .order_by(drafts.c.updated_at.desc(), drafts.c.draft_id)
    .limit(sa.bindparam("most"))
)
_BOTH_TO_CHANGE = Statement(
    sa.select(drafts)
    .where(
        drafts.c.workspace_id == sa.bindparam("its_workspace"),
        sa.or_(
            drafts.c.draft_id == sa.bindparam("its_id"),
            sa.and_(
                drafts.c.member_id == sa.bindparam("its_member"),
                drafts.c.name_key == sa.bindparam("its_name"),
            ),
        ),
    )
    .order_by(drafts.c.draft_id)
    .with_for_update()
)
"""Each step of a modal uses them."""
_ALL = 2**31 - 1
"""A limit that nobody reaches."""


class DraftRepository:
    """One workspace's drafts."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._absent: set[DraftId] = set()
        self._to_change: dict[tuple[MemberId, str], Draft | None] = {}
        """What this transaction looked for to change and hasn't changed since."""

    async def get(self, draft_id: DraftId) -> Draft | None:
        """Return any member's draft."""
        row = await _GET.one(self._connection, self._key(draft_id))
        return None if row is None else _draft(row)

    async def of_member(self, member_id: MemberId, *, limit: int | None = None) -> Sequence[Draft]:
        """Return a member's drafts, newest first."""
        its = {
            "its_workspace": self._workspace_id,
            "its_member": member_id,
            "most": _ALL if limit is None else limit,
        }
        return [_draft(row) for row in await _OF_MEMBER.rows(self._connection, its)]

    async def of_name(self, member_id: MemberId, name: str) -> Draft | None:
        """Return a member's draft whose name has the same key."""
        return await self._of_name(_OF_NAME, member_id, name)

    async def of_name_to_change(self, member_id: MemberId, name: str) -> Draft | None:
        """Return a member's draft of this name, locked until the end of the transaction.

        It's read once, until a draft is changed.
        """
        key = member_id, stored_key(name)
        if key not in self._to_change:
            self._to_change[key] = await self._of_name(_OF_NAME_TO_CHANGE, member_id, name)
        return self._to_change[key]

    async def _of_name(self, statement: Statement, member_id: MemberId, name: str) -> Draft | None:
        key = {
            "its_workspace": self._workspace_id,
            "its_member": member_id,
            "its_name": stored_key(name),
        }
        row = await statement.one(self._connection, key)
        return None if row is None else _draft(row)

    async def get_to_change(self, draft_id: DraftId) -> Draft | None:
        """Return any member's draft, locked until the end of the transaction."""
        row = await _GET_TO_CHANGE.one(self._connection, self._key(draft_id))
        if row is None:
            self._absent.add(draft_id)
            return None
        return _draft(row)

    async def get_to_change_with_name(
        self, draft_id: DraftId, member_id: MemberId, name: str
    ) -> Draft | None:
        """Return the same, and lock the member's draft of this name with it.

        `of_name_to_change` then knows it without asking.
        """
        its_name = stored_key(name)
        key = {**self._key(draft_id), "its_member": member_id, "its_name": its_name}
        its = named = None
        for row in await _BOTH_TO_CHANGE.rows(self._connection, key):
            draft = _draft(row)
            its = draft if row.draft_id == draft_id else its
            is_named = row.member_id == member_id and row.name_key == its_name
            named = draft if is_named else named
        if its is None:
            self._absent.add(draft_id)
        self._to_change[member_id, its_name] = named
        return its

    async def save(self, draft: Draft) -> None:
        """Store changes of an existing draft with an unchanged name."""
        self._to_change.clear()
        await _SAVE.run(self._connection, {**self._key(draft.id), **_progress(draft)})

    async def put(self, draft: Draft) -> None:
        """Store a draft, replacing its earlier state and the member's other one by that name."""
        row = {
            "workspace_id": self._workspace_id,
            "draft_id": draft.id,
            "member_id": draft.member_id,
            "version_id": draft.version_id,
            **facts_row(draft.facts),
            "name_key": stored_key(draft.facts.name),
            **_progress(draft),
        }
        if draft.id not in self._absent:
            renamed = {**self._key(draft.id), "its_name": row["name_key"]}
            await _REMOVE_IF_RENAMED.run(self._connection, renamed)
        self._absent.discard(draft.id)
        self._to_change.clear()
        one_of_its_name = ["workspace_id", "member_id", "name_key"]
        await upsert(self._connection, drafts, row, one_of_its_name)

    async def remove(self, draft_id: DraftId) -> None:
        """Remove a draft, if it exists."""
        self._to_change.clear()
        await _REMOVE.run(self._connection, self._key(draft_id))

    def _key(self, draft_id: DraftId) -> dict[str, str]:
        return {"its_workspace": self._workspace_id, "its_id": draft_id}


def _progress(draft: Draft) -> dict[str, Any]:
    return {
        "answers": dict(draft.answers),
        "step": draft.step,
        "cleared": sorted(draft.cleared),
        "prospect_id": draft.prospect_id,
        "settled_name": draft.settled_name,
        "updated_at": draft.updated_at,
        "came_at": draft.came_at,
        "waits_since": draft.waits_since,
    }


def _draft(row: sa.Row[*tuple[Any, ...]]) -> Draft:
    return Draft(
        id=DraftId(row.draft_id),
        member_id=MemberId(row.member_id),
        version_id=VersionId(row.version_id),
        facts=facts_of(row),
        answers=row.answers,
        step=row.step,
        cleared=frozenset(row.cleared),
        prospect_id=row.prospect_id,
        settled_name=row.settled_name,
        updated_at=row.updated_at,
        came_at=row.came_at,
        waits_since=row.waits_since,
    )


qualifications = sa.Table(
    "qualifications",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("qualification_id"),
    columns.required("prospect_id"),
    columns.required("draft_id"),
    columns.required("version_id"),
    columns.required("member_id"),
    columns.required("at", columns.UtcDateTime),
    columns.required("verdict"),
    sa.Column("decide_within", sa.Integer),
    columns.required("answers", sa.JSON),
    columns.required("reasons", sa.JSON),
    *_facts(),
    columns.required("conditions", sa.JSON),
    sa.Column("before_id", sa.Text),
    sa.Column("card_channel", sa.Text),
    sa.Column("card_ts", sa.Text),
    sa.Column("card_link", sa.Text),
    columns.in_workspace(),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    columns.inside_workspace("version_id", "checklist_versions.version_id"),
    columns.inside_workspace(
        "before_id", "qualifications.qualification_id", name="fk_qualifications_before"
    ),
    sa.UniqueConstraint("workspace_id", "draft_id"),
    sa.UniqueConstraint("workspace_id", "before_id"),
    sa.Index("ix_qualifications_prospect", "workspace_id", "prospect_id"),
    columns.one_of("verdict", Verdict),
    sa.CheckConstraint("(card_channel IS NULL) = (card_ts IS NULL)", name="card"),
)

_OF_DRAFT = Statement(
    sa.select(qualifications).where(
        qualifications.c.workspace_id == sa.bindparam("its_workspace"),
        qualifications.c.draft_id == sa.bindparam("its_draft"),
    )
)


_ALL_OF = Among.rows_of(qualifications.c.qualification_id)
_CHANNELS = Among(
    lambda ids: sa.select(qualifications.c.qualification_id, qualifications.c.card_channel).where(
        qualifications.c.workspace_id == sa.bindparam("its_workspace"),
        qualifications.c.qualification_id.in_(ids),
    )
)
_WITH_LATER = Among(
    lambda ids: sa.select(qualifications).where(
        qualifications.c.workspace_id == sa.bindparam("its_workspace"),
        sa.or_(qualifications.c.qualification_id.in_(ids), qualifications.c.before_id.in_(ids)),
    )
)
_CARD = qualifications.alias("card")
_ITS_PROSPECT = (
    sa.select(_CARD.c.prospect_id)
    .where(
        _CARD.c.workspace_id == sa.bindparam("its_workspace"),
        _CARD.c.qualification_id == sa.bindparam("its_id"),
    )
    .scalar_subquery()
)
_SET_CARD = Statement(
    sa.update(qualifications)
    .where(
        qualifications.c.workspace_id == sa.bindparam("its_workspace"),
        qualifications.c.qualification_id == sa.bindparam("its_id"),
    )
    .returning(
        sa.select(prospects.c.revision)
        .where(
            prospects.c.workspace_id == sa.bindparam("its_workspace"),
            prospects.c.prospect_id == _ITS_PROSPECT,
        )
        .scalar_subquery()
        .label("revision"),
        sa.exists()
        .where(
            outbox.c.workspace_id == sa.bindparam("its_workspace"),
            outbox.c.qualification_id == sa.bindparam("its_id"),
            outbox.c.state == RowState.DEAD,
            outbox.c.cause == NO_PLACE,
        )
        .label("has_lost"),
    )
)
"""By parameters, and no table joins another: SQLite gets the columns here without their tables."""


@dataclass(frozen=True, slots=True)
class CardKept:
    """What is known once a card's place has been stored."""

    revision: int
    """Of its prospect, at that moment."""
    has_lost: bool
    """Whether something died because the card did not stand anywhere."""


class QualificationRepository:
    """One workspace's qualifications; each is read with the checklist that it answered."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions

    async def get(self, qualification_id: QualificationId) -> Qualification | None:
        """Return a qualification."""
        return (await self.of([qualification_id])).get(qualification_id)

    async def of_draft(self, draft_id: DraftId) -> Qualification | None:
        """Return the qualification made from a draft."""
        its = {"its_workspace": self._workspace_id, "its_draft": draft_id}
        return next(iter(await self._made(await _OF_DRAFT.rows(self._connection, its))), None)

    async def after(self, qualification_id: QualificationId) -> Qualification | None:
        """Return the qualification that replaced this one."""
        return await self._one(qualifications.c.before_id == qualification_id)

    async def add(self, qualification: Qualification) -> None:
        """Add a qualification; its prospect may follow in the same transaction.

        Raises: DraftFiled: If its draft has already become one.
        """
        row = {"workspace_id": self._workspace_id, **_row(qualification)}
        one_of_its_draft = ["workspace_id", "draft_id"]
        if not await insert_unless_there(self._connection, qualifications, row, one_of_its_draft):
            raise DraftFiled(qualification.draft_id)

    async def count_by_checklist(self) -> Mapping[str, int]:
        """Return how many there are by checklist id."""
        key = checklist_versions.c.checklist_id
        query = (
            sa.select(key, sa.func.count())
            .join_from(
                qualifications,
                checklist_versions,
                sa.and_(
                    qualifications.c.workspace_id == checklist_versions.c.workspace_id,
                    qualifications.c.version_id == checklist_versions.c.version_id,
                ),
            )
            .where(qualifications.c.workspace_id == self._workspace_id)
            .group_by(key)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def of(self, ids: Collection[QualificationId]) -> Mapping[QualificationId, Qualification]:
        """Return those of these that exist."""
        its = {"its_workspace": self._workspace_id}
        rows = await _ALL_OF.rows(self._connection, sorted(set(ids)), its)
        return {each.id: each for each in await self._made(rows)}

    async def channels_of(
        self, ids: Collection[QualificationId]
    ) -> Mapping[QualificationId, str | None]:
        """Return where the card of each of these stands; None of one that is not posted."""
        its = {"its_workspace": self._workspace_id}
        rows = await _CHANNELS.rows(self._connection, sorted(set(ids)), its)
        return {QualificationId(row.qualification_id): row.card_channel for row in rows}

    async def with_later(
        self, ids: Collection[QualificationId]
    ) -> Mapping[QualificationId, tuple[Qualification, Qualification | None]]:
        """Return those of these that exist, each with the one that replaced it."""
        its = {"its_workspace": self._workspace_id}
        found = await self._made(await _WITH_LATER.rows(self._connection, sorted(set(ids)), its))
        later = {each.before: each for each in found if each.before is not None}
        return {each.id: (each, later.get(each.id)) for each in found if each.id in ids}

    async def values_of(self, prospect_id: ProspectId) -> Sequence[Decimal]:
        """Return every expected value given when a prospect was screened."""
        query = sa.select(qualifications.c.expected_value).where(
            qualifications.c.workspace_id == self._workspace_id,
            qualifications.c.prospect_id == prospect_id,
            qualifications.c.expected_value.is_not(None),
        )
        return list(await self._connection.scalars(query))

    async def set_card(
        self, qualification_id: QualificationId, channel: str, ts: str, link: str | None = None
    ) -> CardKept | None:
        """Store where its card was posted, and the permalink if known."""
        key = {"its_workspace": self._workspace_id, "its_id": qualification_id}
        values = {"card_channel": channel, "card_ts": ts}
        if link is not None:
            values["card_link"] = link
        row = await _SET_CARD.one(self._connection, {**key, **values})
        return None if row is None else CardKept(row.revision, has_lost=row.has_lost)

    async def forget_card(self, qualification_id: QualificationId) -> None:
        """Record that its card no longer exists."""
        nowhere = {"card_channel": None, "card_ts": None, "card_link": None}
        await self._connection.execute(
            sa.update(qualifications)
            .where(
                qualifications.c.workspace_id == self._workspace_id,
                qualifications.c.qualification_id == qualification_id,
            )
            .values(nowhere)
        )

    async def _one(self, condition: sa.ColumnElement[bool]) -> Qualification | None:
        return next(iter(await self._found(condition)), None)

    async def _found(self, condition: sa.ColumnElement[bool]) -> Sequence[Qualification]:
        own = qualifications.c.workspace_id == self._workspace_id
        query = sa.select(qualifications).where(own, condition)
        return await self._made((await self._connection.execute(query)).all())

    async def _made(self, rows: Sequence[Any]) -> Sequence[Qualification]:
        found = []
        for row in rows:
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - a foreign key says so
            found.append(_qualification(row, version.checklist))
        return found


def _row(qualification: Qualification) -> dict[str, Any]:
    return {
        "qualification_id": qualification.id,
        "prospect_id": qualification.prospect_id,
        "draft_id": qualification.draft_id,
        "version_id": qualification.version_id,
        "member_id": qualification.member_id,
        "at": qualification.at,
        "verdict": qualification.verdict,
        "decide_within": qualification.decide_within,
        "answers": to_document(qualification.answers),
        "reasons": list(qualification.reasons),
        **facts_row(qualification.facts),
        "conditions": [[what, due.isoformat()] for what, due in qualification.conditions],
        "before_id": qualification.before,
        "card_channel": qualification.card_channel,
        "card_ts": qualification.card_ts,
        "card_link": qualification.card_link,
    }


def _qualification(row: sa.Row[*tuple[Any, ...]], checklist: Checklist) -> Qualification:
    return Qualification(
        id=QualificationId(row.qualification_id),
        prospect_id=ProspectId(row.prospect_id),
        draft_id=DraftId(row.draft_id),
        version_id=VersionId(row.version_id),
        member_id=MemberId(row.member_id),
        at=row.at,
        verdict=Verdict(row.verdict),
        decide_within=row.decide_within,
        answers=from_document(checklist, row.answers),
        reasons=tuple(row.reasons),
        facts=facts_of(row),
        conditions=tuple((what, date.fromisoformat(due)) for what, due in row.conditions),
        before=row.before_id,
        card_channel=row.card_channel,
        card_ts=row.card_ts,
        card_link=row.card_link,
    )
