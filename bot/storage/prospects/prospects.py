"""Prospects as they stand, with their conditions and overrides."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.rules import Verdict
from bot.domain.errors import ProspectChanged
from bot.domain.people import Action, MemberId
from bot.domain.prospects import (
    Decision,
    Due,
    DueReason,
    EndedBy,
    NudgeRecord,
    Override,
    OverrideState,
    Prospect,
    ProspectCondition,
    ProspectId,
    QualificationId,
    QuietPeriod,
    Stage,
    TimeInQuestion,
)
from bot.domain.read_models import HomeOrder
from bot.domain.workspace import WorkspaceId
from bot.storage.overrides import overrides, overrides_by_qualification, store_overrides
from bot.storage.prospects.facts import _facts, facts_of, facts_row
from bot.storage.prospects.history import _RECORDED
from bot.storage.prospects.names import (
    all_words,
    lengths_near,
    listed_pieces,
    names_row,
    nearest,
    not_cut,
    stored_key,
)
from bot.storage.prospects.pieces import IS_CUT, NEAR
from bot.storage.schema import columns
from bot.storage.schema.statements import Among, Statement

prospects = sa.Table(
    "prospects",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    *_facts(),
    columns.required("name_key"),
    columns.required("qualification_id"),
    columns.required("verdict"),
    columns.required("verdict_on", sa.Date),
    sa.Column("decide_within", sa.Integer),
    sa.Column("due_on", sa.Date),
    sa.Column("due_reason", sa.Text),
    columns.required("stage"),
    sa.Column("decision_action", sa.Text),
    sa.Column("decision_by", sa.Text),
    sa.Column("decision_at", columns.UtcDateTime),
    sa.Column("decision_day", sa.Date),
    sa.Column("decision_ended_by", sa.Text),
    sa.Column("decision_sentence", sa.Text),
    columns.required("revision", sa.Integer),
    columns.required("created_at", columns.UtcDateTime),
    columns.required("chases", sa.Integer),
    columns.required("nudges", sa.Integer),
    sa.Column("nudged_on", sa.Date),
    sa.Column("snoozed_until", sa.Date),
    columns.required("snoozes", sa.Integer),
    sa.Column("not_before", sa.Date),
    sa.Column("name_words", sa.Text, nullable=False, server_default=""),
    sa.Column("is_discussed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("question_revision", sa.Integer),
    sa.Column("question_first_due", sa.Date),
    sa.Column("question_backstop", sa.Date),
    sa.Column("question_left_at", columns.UtcDateTime),
    sa.Column("question_back_at", columns.UtcDateTime),
    sa.Column("question_freed_on", sa.Date),
    sa.Column("quiet_since", sa.Date),
    sa.Column("quiet_asked", sa.Integer, nullable=False, server_default="0"),
    sa.Column("quiet_asked_on", sa.Date),
    sa.Column("quiet_answered_on", sa.Date),
    columns.in_workspace(),
    columns.inside_workspace(
        "qualification_id", "qualifications.qualification_id", use_alter=True, **columns.AT_COMMIT
    ),
    columns.one_of("verdict", Verdict),
    columns.one_of("due_reason", DueReason),
    columns.one_of("stage", [*Stage, columns.FORGOTTEN]),
    columns.one_of("decision_action", _RECORDED),
    columns.one_of("decision_ended_by", EndedBy),
    sa.CheckConstraint("(due_on IS NULL) = (due_reason IS NULL)", name="due"),
    sa.CheckConstraint(
        "(stage <> 'open' OR decision_action IS NULL)"
        " AND (stage IN ('open', 'forgotten') OR decision_action IS NOT NULL)"
        " AND (decision_action IS NULL) = (decision_by IS NULL)"
        " AND (decision_action IS NULL) = (decision_at IS NULL)",
        name="decision",
    ),
    sa.Index("ix_prospects_name_key", "workspace_id", "name_key"),
    sa.Index(
        "ix_prospects_name_words", "workspace_id", sa.text("length(name_words)"), "name_words"
    ),
    sa.Index("ix_prospects_qualification", "workspace_id", "qualification_id"),
    sa.Index("ix_prospects_decided", "workspace_id", "decision_at", "prospect_id"),
    columns.partial_index(
        "ix_prospects_open", "workspace_id", "owner", "due_on", only="stage = 'open'"
    ),
    columns.partial_index(
        "ix_prospects_backstop",
        "workspace_id",
        "question_backstop",
        only="stage = 'open' AND question_backstop IS NOT NULL",
    ),
)

former_names = sa.Table(
    "former_names",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("name"),
    columns.required("name_key"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_former_names_name_key", "workspace_id", "name_key"),
)
"""The names that prospects had before a correction, by the revision that the correction made."""

conditions = sa.Table(
    "conditions",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("what"),
    columns.required("due_on", sa.Date),
    sa.Column("met_at", columns.UtcDateTime),
    sa.Column("met_by", sa.Text),
    sa.Column("brought", sa.Text),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name="met"),
)


_ASKED = OverrideState.ASKED.value
_IS_KNOWN = prospects.c.stage != columns.FORGOTTEN
_INSERT = Statement(sa.insert(prospects))
_INSERT_CONDITIONS = Statement(sa.insert(conditions))


def ids_with_name(workspace_id: Any, name_key: Any) -> sa.CompoundSelect[Any]:
    """Select the ids of prospects with a name, or that had it before a correction."""
    return sa.union_all(
        *(
            sa.select(table.c.prospect_id).where(
                table.c.workspace_id == workspace_id, table.c.name_key == name_key
            )
            for table in (prospects, former_names)
        )
    )


_NAMED = Statement(
    sa.select(prospects)
    .where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id.in_(
            ids_with_name(sa.bindparam("its_workspace"), sa.bindparam("its_name"))
        ),
    )
    .order_by(
        sa.case((prospects.c.name_key == sa.bindparam("its_name"), 0), else_=1),
        prospects.c.created_at.desc(),
        prospects.c.prospect_id,
    )
    .limit(sa.bindparam("most"))
)
_WORDS = all_words(prospects.c.name_words).where(
    prospects.c.workspace_id == sa.bindparam("its_workspace", type_=sa.Text)
)
_ALL_WORDS = Statement(_WORDS)
words_unless_cut = (
    IS_CUT.label("is_cut"),
    sa.case((~IS_CUT, _WORDS.scalar_subquery())).label("together"),
)
"""All words at once where pieces are not looked up."""
_UNLESS_CUT = Statement(sa.select(*words_unless_cut))
_KEEP_TOLD = Statement(
    sa.update(prospects).where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id == sa.bindparam("its_id"),
    )
)


_HAVE = (
    sa.exists()
    .where(
        conditions.c.workspace_id == prospects.c.workspace_id,
        conditions.c.prospect_id == prospects.c.prospect_id,
    )
    .label("has_conditions"),
    sa.exists()
    .where(
        overrides.c.workspace_id == prospects.c.workspace_id,
        overrides.c.qualification_id == prospects.c.qualification_id,
    )
    .label("has_overrides"),
)


def _some(
    ids: Sequence[sa.BindParameter[Any]], *more: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(prospects, *more).where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id.in_(ids),
        _IS_KNOWN,
    )


_ALL_OF = Among(lambda ids: _some(ids, *_HAVE))
_ALL_FREE = Among(lambda ids: _some(ids).with_for_update(key_share=True, skip_locked=True))
_CONDITIONS = Among.rows_of(
    conditions.c.prospect_id, conditions.c.prospect_id, conditions.c.position
)
_IS_IN_QUESTION = (
    prospects.c.workspace_id == sa.bindparam("its_workspace"),
    prospects.c.stage == sa.literal_column(f"'{Stage.OPEN.value}'"),
    prospects.c.owner > sa.literal_column("''"),
    prospects.c.question_backstop.is_not(None),
)
"""By what `_is_open_and_of` says."""
_PAST_BACKSTOP = Statement(
    sa.select(prospects, *_HAVE)
    .where(*_IS_IN_QUESTION, prospects.c.question_backstop < sa.bindparam("its_day"))
    .order_by(prospects.c.question_backstop, prospects.c.prospect_id)
)
_NEXT_BACKSTOP = Statement(
    sa.select(sa.func.min(prospects.c.question_backstop, type_=sa.Date).label("backstop")).where(
        *_IS_IN_QUESTION, prospects.c.question_backstop >= sa.bindparam("its_day")
    )
)
_BY_SEVERITY = {Verdict.WALK_AWAY: 0, Verdict.PROBLEM: 1, Verdict.PURSUE: 2}


class ProspectRepository:
    """One workspace's prospects. Forgotten ones are never found."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def get(self, prospect_id: ProspectId) -> Prospect | None:
        """Return a prospect."""
        return next(iter(await self.all_of([prospect_id])), None)

    async def all_of(self, ids: Sequence[ProspectId]) -> Sequence[Prospect]:
        """Return those of these prospects that exist, in this order."""
        its = {"its_workspace": self._workspace_id}
        rows = await _ALL_OF.rows(self._connection, ids, its)
        found = {each.id: each for each in await self._having(rows)}
        return [found[each] for each in ids if each in found]

    async def get_to_change(self, prospect_id: ProspectId) -> Prospect | None:
        """Return a prospect, locked until the end of the transaction.

        On SQLite, a writing transaction is alone anyway.
        """
        return next(
            iter(await self._read(self._select(prospect_id).with_for_update(key_share=True))), None
        )

    async def add(self, prospect: Prospect, at: datetime) -> None:
        """Add a prospect; its qualification may follow in the same transaction."""
        key = {"workspace_id": self._workspace_id, "prospect_id": prospect.id, "created_at": at}
        await _INSERT.run(self._connection, {**key, **_row(prospect)})
        await self._add_conditions(prospect)
        await self.store_overrides(prospect)

    async def save(self, prospect: Prospect) -> None:
        """Store what an action made of a prospect.

        Raises: ProspectChanged: Unless the stored revision is exactly one less.
        """
        statement = (
            sa.update(prospects)
            .where(
                prospects.c.workspace_id == self._workspace_id,
                prospects.c.prospect_id == prospect.id,
                prospects.c.revision == prospect.revision - 1,
            )
            .values(_row(prospect))
        )
        if (await self._connection.execute(statement)).rowcount != 1:
            raise ProspectChanged(prospect.id)
        await self._connection.execute(
            sa.delete(conditions).where(
                conditions.c.workspace_id == self._workspace_id,
                conditions.c.prospect_id == prospect.id,
            )
        )
        await self._add_conditions(prospect)
        await self.store_overrides(prospect)

    async def store_former_name(self, prospect: Prospect, name: str) -> None:
        """Store the name that a correction took away, so that the prospect is still found by it."""
        if stored_key(name) != stored_key(prospect.facts.name):
            row = {
                "workspace_id": self._workspace_id,
                "prospect_id": prospect.id,
                "revision": prospect.revision,
                "name": name,
                "name_key": stored_key(name),
            }
            await self._connection.execute(sa.insert(former_names).values(row))

    async def unless_busy(self, ids: Sequence[ProspectId]) -> Sequence[Prospect] | None:
        """Return these, locked; None if one is not there, or another transaction is changing it."""
        locked = await self.all_free(ids)
        return None if len(locked) < len(ids) else locked

    async def all_free(self, ids: Sequence[ProspectId]) -> Sequence[Prospect]:
        """Return those of these that no other transaction is changing, locked."""
        if not ids:
            return []
        its = {"its_workspace": self._workspace_id}
        return await self._with_all(await _ALL_FREE.rows(self._connection, ids, its))

    async def store_nudge_records(self, *told: Prospect) -> None:
        """Store what owners were told about prospects that are locked."""
        key = {"its_workspace": self._workspace_id}
        rows = [{**key, "its_id": each.id, **_nudge_record_row(each)} for each in told]
        if rows:
            await _KEEP_TOLD.run_each(self._connection, rows)

    async def store_overrides(self, prospect: Prospect) -> None:
        """Store what became of a locked prospect's overrides."""
        await store_overrides(self._connection, self._workspace_id, prospect)

    async def overrides_of(self, qualification_id: QualificationId) -> Sequence[Override]:
        """Return a verdict's overrides, in order of their requests."""
        found = await overrides_by_qualification(
            self._connection, self._workspace_id, [qualification_id]
        )
        return found.get(qualification_id, ())

    async def asking(self) -> Sequence[Prospect]:
        """Return the prospects with an override request, earliest first."""
        query = (
            sa.select(prospects)
            .join(
                overrides,
                sa.and_(
                    overrides.c.workspace_id == prospects.c.workspace_id,
                    overrides.c.prospect_id == prospects.c.prospect_id,
                    overrides.c.state == sa.bindparam("state", _ASKED, literal_execute=True),
                ),
            )
            .where(prospects.c.workspace_id == self._workspace_id, _IS_KNOWN)
            .order_by(overrides.c.asked_at, overrides.c.override_id)
        )
        return await self._read(query)

    async def open_of(
        self, owner: MemberId | None, limit: int, *, offset: int = 0, only_due: bool = False
    ) -> Sequence[Prospect]:
        """Return a member's or all open prospects: earliest due first, then those not due."""
        query = (
            sa.select(prospects)
            .where(self._is_open_and_of(owner), *_has_due_date(only_due=only_due))
            .order_by(
                prospects.c.due_on.asc().nulls_last(),
                prospects.c.created_at,
                prospects.c.prospect_id,
            )
            .limit(limit)
            .offset(offset)
        )
        return await self._read(query)

    async def past_backstop(self, day: date) -> Sequence[Prospect]:
        """Return open prospects whose backstop passed before a day, with or without an override."""
        its = {"its_workspace": self._workspace_id, "its_day": day}
        return await self._having(await _PAST_BACKSTOP.rows(self._connection, its))

    async def next_backstop(self, day: date) -> date | None:
        """Return the first backstop of an open prospect on or after this day."""
        its = {"its_workspace": self._workspace_id, "its_day": day}
        row = await _NEXT_BACKSTOP.one(self._connection, its)
        found: date | None = None if row is None else row.backstop
        return found

    async def owners_in_question(self) -> Sequence[MemberId]:
        """Return the owners of open prospects that are in question."""
        query = sa.select(prospects.c.owner).where(self._is_in_question()).distinct()
        return [MemberId(each) for each in sorted(await self._connection.scalars(query))]

    async def open_of_all(
        self, order: HomeOrder, today: date, limit: int, *, offset: int = 0
    ) -> Sequence[Prospect]:
        """Return all open prospects in an order, undecided ones first within each group."""
        c = prospects.c
        is_past = sa.and_(c.question_backstop < today, c.due_reason != DueReason.OVERRIDE)
        is_undecided = sa.or_(c.due_on < today, is_past)
        first: Mapping[HomeOrder, Sequence[Any]] = {
            HomeOrder.DUE: (),
            HomeOrder.OWNER: (c.owner,),
            HomeOrder.VERDICT: (sa.case(_BY_SEVERITY, value=c.verdict),),
        }
        query = (
            sa.select(prospects)
            .where(self._is_open_and_of(None))
            .order_by(
                *first[order],
                sa.case((is_undecided, 0), else_=1),
                c.due_on.asc().nulls_last(),
                c.created_at,
                c.prospect_id,
            )
            .limit(limit)
            .offset(offset)
        )
        return await self._read(query)

    async def decided_recently(self, limit: int) -> Sequence[Prospect]:
        """Return the latest decisions by anyone, latest first."""
        query = (
            sa.select(prospects)
            .where(
                prospects.c.workspace_id == self._workspace_id,
                prospects.c.decision_at.is_not(None),
                _IS_KNOWN,
            )
            .order_by(prospects.c.decision_at.desc(), prospects.c.prospect_id.desc())
            .limit(limit)
        )
        return await self._read(query)

    async def named(self, name: str, limit: int) -> Sequence[Prospect]:
        """Return prospects with this name, then those that once had it, each latest first."""
        its = {"its_workspace": self._workspace_id, "its_name": stored_key(name), "most": limit}
        return await self._with_all(await _NAMED.rows(self._connection, its))

    async def similar(self, name: str, limit: int, words: Any = None) -> Sequence[Prospect]:
        """Return prospects with a similar name but another key, nearest first.

        `words` is a row with `words_unless_cut`, if they have been read already.
        """
        near = await self._words_near(name, words)
        if not near:
            return []
        its_own = prospects.c.workspace_id == self._workspace_id
        lengths = sorted({len(each) for each in near})
        rank = sa.case({each: at for at, each in enumerate(near)}, value=prospects.c.name_words)
        query = (
            sa.select(prospects)
            .where(
                its_own,
                sa.func.length(prospects.c.name_words).in_(lengths),
                prospects.c.name_words.in_(near),
                prospects.c.name_key != stored_key(name),
            )
            .order_by(rank, prospects.c.created_at.desc(), prospects.c.prospect_id)
            .limit(limit)
        )
        return await self._read(query)

    async def _words_near(self, name: str, every: Any) -> Sequence[str]:
        """Return the words of the nearest similar names, whether cut or not."""
        lengths = lengths_near(name)
        if lengths is None:
            return []
        its = {"its_workspace": self._workspace_id}
        every = every or await _UNLESS_CUT.one(self._connection, {**its, **lengths})
        if not every.is_cut:
            return nearest(name, every.together)
        (found,) = await NEAR.rows(self._connection, {**its, "pieces": listed_pieces(name)})
        longer = not_cut(lengths)
        if longer is None:
            return nearest(name, found.together)
        (more,) = await _ALL_WORDS.rows(self._connection, {**its, **longer})
        return nearest(name, found.together, more.together)

    async def count_open_of(self, owner: MemberId | None, *, only_due: bool = False) -> int:
        """Return the number of open prospects, a member's or all."""
        of_these = self._is_open_and_of(owner), *_has_due_date(only_due=only_due)
        query = sa.select(sa.func.count()).select_from(prospects).where(*of_these)
        return int((await self._connection.execute(query)).scalar_one())

    async def all_open_to_change(self, owner: MemberId) -> Sequence[Prospect]:
        """Return an owner's open prospects, locked until the end of the transaction.

        They are locked in a fixed order, so that two transactions never wait for each other.
        """
        query = (
            sa.select(prospects)
            .where(self._is_open_and_of(owner))
            .order_by(prospects.c.prospect_id)
            .with_for_update(key_share=True)
        )
        return await self._read(query)

    def _is_open_and_of(self, owner: MemberId | None) -> sa.ColumnElement[bool]:
        """Return a condition for which each database uses the index of open prospects.

        With a parameter for the stage, the index might not be used. And for everyone's prospects,
        SQLite has no statistics and would take any of the workspace's indexes; this is the only one
        with an owner.
        """
        is_open = sa.and_(
            prospects.c.workspace_id == self._workspace_id,
            prospects.c.stage == sa.bindparam("stage", Stage.OPEN.value, literal_execute=True),
        )
        its = prospects.c.owner
        return sa.and_(is_open, its > "" if owner is None else its == owner)

    def _is_in_question(self) -> sa.ColumnElement[bool]:
        is_known = prospects.c.question_backstop.is_not(None)
        return sa.and_(self._is_open_and_of(None), is_known)

    def _select(self, prospect_id: ProspectId) -> sa.Select[*tuple[Any, ...]]:
        return sa.select(prospects).where(
            prospects.c.workspace_id == self._workspace_id,
            prospects.c.prospect_id == prospect_id,
            _IS_KNOWN,
        )

    async def _having(self, rows: Sequence[Any]) -> list[Prospect]:
        """Read what belongs to rows that tell whether they have conditions or overrides."""
        return await self._whole(
            rows,
            [row.prospect_id for row in rows if row.has_conditions],
            [row.qualification_id for row in rows if row.has_overrides],
        )

    async def _read(self, query: sa.Select[*tuple[Any, ...]]) -> list[Prospect]:
        """Read rows that may be locked; what belongs to them is read after the lock is held."""
        return await self._with_all((await self._connection.execute(query)).all())

    async def _with_all(self, rows: Sequence[Any]) -> list[Prospect]:
        return await self._whole(
            rows, [row.prospect_id for row in rows], [row.qualification_id for row in rows]
        )

    async def _whole(
        self,
        rows: Sequence[Any],
        with_conditions: Sequence[str],
        with_overrides: Sequence[str],
    ) -> list[Prospect]:
        kept = await self._conditions(with_conditions) if with_conditions else {}
        overridden = (
            await overrides_by_qualification(self._connection, self._workspace_id, with_overrides)
            if with_overrides
            else {}
        )
        return [
            _prospect(row, kept.get(row.prospect_id, ()), overridden.get(row.qualification_id, ()))
            for row in rows
        ]

    async def _conditions(self, ids: Sequence[str]) -> dict[str, tuple[ProspectCondition, ...]]:
        rows = await _CONDITIONS.rows(self._connection, ids, {"its_workspace": self._workspace_id})
        by_prospect = groupby(rows, key=lambda row: row.prospect_id)
        return {key: tuple(map(_condition, group)) for key, group in by_prospect}

    async def _add_conditions(self, prospect: Prospect) -> None:
        key = {"workspace_id": self._workspace_id, "prospect_id": prospect.id}
        rows = [
            {
                **key,
                "position": position,
                "what": condition.what,
                "due_on": condition.due,
                "met_at": condition.met_at,
                "met_by": condition.met_by,
                "brought": condition.brought,
            }
            for position, condition in enumerate(prospect.conditions)
        ]
        if rows:
            await _INSERT_CONDITIONS.run_each(self._connection, rows)


def _has_due_date(*, only_due: bool) -> Iterator[sa.ColumnElement[bool]]:
    if only_due:
        yield prospects.c.due_on.is_not(None)


def _row(prospect: Prospect) -> dict[str, Any]:
    due, decision = prospect.due, prospect.decision
    return {
        **facts_row(prospect.facts),
        **names_row(prospect.facts.name),
        "qualification_id": prospect.qualification_id,
        "verdict": prospect.verdict,
        "verdict_on": prospect.verdict_on,
        "decide_within": prospect.decide_within,
        "due_on": due and due.on,
        "due_reason": due and due.reason,
        "stage": prospect.stage,
        "decision_action": decision and decision.action,
        "decision_by": decision and decision.by,
        "decision_at": decision and decision.at,
        "decision_day": decision and decision.day,
        "decision_ended_by": decision and decision.ended_by,
        "decision_sentence": decision and decision.sentence,
        "revision": prospect.revision,
        "chases": prospect.chases,
        **_nudge_record_row(prospect),
        **_time_in_question_row(prospect.in_question),
    }


def _nudge_record_row(prospect: Prospect) -> dict[str, Any]:
    told, quiet = prospect.nudge_record, prospect.quiet
    return {
        "nudges": told.nudges,
        "nudged_on": told.last_on,
        "snoozed_until": told.snoozed_until,
        "snoozes": told.snoozes,
        "not_before": told.not_before,
        "is_discussed": told.is_discussed,
        "quiet_since": quiet.since,
        "quiet_asked": quiet.asked,
        "quiet_asked_on": quiet.asked_on,
        "quiet_answered_on": quiet.answered_on,
    }


def _time_in_question_row(question: TimeInQuestion | None) -> dict[str, Any]:
    return {
        "question_revision": question and question.revision,
        "question_first_due": question and question.first_due,
        "question_backstop": question and question.backstop,
        "question_left_at": question and question.left_at,
        "question_back_at": question and question.back_at,
        "question_freed_on": question and question.freed_on,
    }


def _prospect(
    row: sa.Row[*tuple[Any, ...]],
    its_conditions: tuple[ProspectCondition, ...],
    its_overrides: tuple[Override, ...],
) -> Prospect:
    return Prospect(
        id=ProspectId(row.prospect_id),
        facts=facts_of(row),
        qualification_id=QualificationId(row.qualification_id),
        verdict=Verdict(row.verdict),
        verdict_on=row.verdict_on,
        decide_within=row.decide_within,
        conditions=its_conditions,
        due=None if row.due_on is None else Due(row.due_on, DueReason(row.due_reason)),
        stage=Stage(row.stage),
        decision=None if row.decision_action is None else _decision(row),
        revision=row.revision,
        chases=row.chases,
        nudge_record=_nudge_record(row),
        overrides=its_overrides,
        in_question=None if row.question_backstop is None else _time_in_question(row),
        quiet=QuietPeriod(
            row.quiet_since, row.quiet_asked, row.quiet_asked_on, row.quiet_answered_on
        ),
    )


def _time_in_question(row: sa.Row[*tuple[Any, ...]]) -> TimeInQuestion:
    return TimeInQuestion(
        revision=row.question_revision,
        first_due=row.question_first_due,
        backstop=row.question_backstop,
        left_at=row.question_left_at,
        back_at=row.question_back_at,
        freed_on=row.question_freed_on,
    )


def _nudge_record(row: sa.Row[*tuple[Any, ...]]) -> NudgeRecord:
    return NudgeRecord(
        nudges=row.nudges,
        last_on=row.nudged_on,
        snoozed_until=row.snoozed_until,
        snoozes=row.snoozes,
        not_before=row.not_before,
        is_discussed=row.is_discussed,
    )


def _decision(row: sa.Row[*tuple[Any, ...]]) -> Decision:
    return Decision(
        action=Action(row.decision_action),
        by=MemberId(row.decision_by),
        at=row.decision_at,
        day=row.decision_day,
        ended_by=None if row.decision_ended_by is None else EndedBy(row.decision_ended_by),
        sentence=row.decision_sentence,
    )


def _condition(row: sa.Row[*tuple[Any, ...]]) -> ProspectCondition:
    return ProspectCondition(row.what, row.due_on, row.met_at, row.met_by, row.brought)
