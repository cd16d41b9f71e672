"""Outcomes: what is asked about an end, in which message, and the answers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.outcomes.outcome import (
    CHOICES,
    Ask,
    Ending,
    OutcomeAnswer,
    OutcomeKey,
    OutcomeQuestion,
    ask_of,
)
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.schema.columns import (
    UtcDateTime,
    inside_workspace,
    key,
    metadata,
    one_of,
    refuse_changes,
    required,
)
from bot.storage.schema.dialects import insert_unless_there
from bot.storage.schema.statements import Among, Statement

QUESTION_KEY = ("prospect_id", "ending", "ended_on", "after")
"""What tells one question from the others of a workspace."""


def _its_question() -> sa.ForeignKeyConstraint:
    columns = ("workspace_id", *QUESTION_KEY)
    return sa.ForeignKeyConstraint(columns, [f"outcome_questions.{name}" for name in columns])


outcome_questions = sa.Table(
    "outcome_questions",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    key("ending"),
    sa.Column("ended_on", sa.Date, primary_key=True),
    sa.Column("after", sa.Integer, primary_key=True, autoincrement=False),
    required("owner"),
    sa.Column("not_before", sa.Date),
    sa.Column("asked_on", sa.Date),
    sa.Column("put_off_on", sa.Date),
    required("is_refused", sa.Boolean),
    required("is_waiting", sa.Boolean),
    required("is_dropped", sa.Boolean),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    one_of("ending", Ending),
    sa.Index("ix_outcome_questions_owner", "workspace_id", "owner", "is_waiting"),
)
"""A question whose end was undone is dropped, not deleted: what was answered stays in the record.

`is_waiting` is what the domain says of the question, so that the clock finds those few at once.
"""

outcome_answers = sa.Table(
    "outcome_answers",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    key("ending"),
    sa.Column("ended_on", sa.Date, primary_key=True),
    sa.Column("after", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    required("ask"),
    required("choice"),
    required("by"),
    required("at", UtcDateTime),
    _its_question(),
    one_of("ask", Ask),
)
refuse_changes(outcome_answers)

outcome_items = sa.Table(
    "outcome_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("ending"),
    required("ended_on", sa.Date),
    required("after", sa.Integer),
    sa.ForeignKeyConstraint(
        ["workspace_id", "member_id", "day"],
        ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
    ),
    _its_question(),
    sa.Index("ix_outcome_items_prospect", "workspace_id", "prospect_id", "day"),
)
"""What the private message of a day asks, be it a nudge as well or not."""


_STATE = ("not_before", "asked_on", "put_off_on", "is_refused", "is_waiting")
_KEEP = Statement(
    sa.update(outcome_questions)
    .where(
        *(
            outcome_questions.c[name] == sa.bindparam(f"its_{name}")
            for name in ("workspace_id", *QUESTION_KEY)
        )
    )
    .values({name: sa.bindparam(name) for name in _STATE})
)


def _with_waiting(owners: Sequence[sa.BindParameter[Any]]) -> sa.Select[*tuple[Any, ...]]:
    questions = outcome_questions.c
    return sa.select(questions.prospect_id).where(
        questions.workspace_id == sa.bindparam("its_workspace"),
        questions.owner.in_(owners),
        questions.is_waiting.is_(True),
    )


_STANDING = Among(
    lambda ids: (
        sa.select(outcome_questions)
        .where(
            outcome_questions.c.workspace_id == sa.bindparam("its_workspace"),
            outcome_questions.c.prospect_id.in_(ids),
            ~outcome_questions.c.is_dropped,
        )
        .order_by(*(outcome_questions.c[name] for name in QUESTION_KEY))
    )
)
_WAITING = Among(
    lambda owners: (
        sa.select(outcome_questions)
        .where(
            outcome_questions.c.workspace_id == sa.bindparam("its_workspace"),
            outcome_questions.c.prospect_id.in_(_with_waiting(owners)),
            ~outcome_questions.c.is_dropped,
        )
        .order_by(*(outcome_questions.c[name] for name in QUESTION_KEY))
    )
)
_ITEMS = Statement(
    sa.select(outcome_items)
    .where(
        outcome_items.c.workspace_id == sa.bindparam("its_workspace"),
        outcome_items.c.member_id == sa.bindparam("its_member"),
        outcome_items.c.day == sa.bindparam("its_day"),
    )
    .order_by(outcome_items.c.position)
)
_ADD_ITEMS = Statement(sa.insert(outcome_items))
_ANSWERS = Among.rows_of(
    outcome_answers.c.prospect_id,
    *(outcome_answers.c[name] for name in (*QUESTION_KEY, "position")),
)


class OutcomeRepository:
    """One workspace's outcomes."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def hold(self, questions: Sequence[OutcomeQuestion], owner: MemberId) -> bool:
        """Store questions to be asked; return whether any is new or asked again."""
        held = [await self._hold(question, owner) for question in questions]
        return any(held)

    async def drop(
        self, prospect_id: ProspectId, ending: Ending, ended_on: date | None = None
    ) -> bool:
        """Stop asking about an end, or that of a day; return whether anything was being asked."""
        standing = sa.and_(
            self._about(outcome_questions, prospect_id),
            outcome_questions.c.ending == ending,
            outcome_questions.c.is_dropped.is_(False),
            *([] if ended_on is None else [outcome_questions.c.ended_on == ended_on]),
        )
        dropped = await self._connection.execute(
            sa.update(outcome_questions).where(standing).values(is_dropped=True, is_waiting=False)
        )
        return dropped.rowcount > 0

    async def hand_over(self, prospect_id: ProspectId, owner: MemberId) -> list[OutcomeQuestion]:
        """Direct the waiting questions about a prospect to somebody else; return them."""
        others = sa.and_(
            self._about(outcome_questions, prospect_id),
            outcome_questions.c.is_waiting,
            outcome_questions.c.owner != owner,
        )
        waiting = await self._standing(others)
        if waiting:
            await self._connection.execute(
                sa.update(outcome_questions).where(others).values(owner=owner)
            )
        return waiting

    async def get(self, key: OutcomeKey) -> OutcomeQuestion | None:
        """Return a question that still stands."""
        return (await self.all_of([key])).get(key)

    async def all_of(self, keys: Collection[OutcomeKey]) -> Mapping[OutcomeKey, OutcomeQuestion]:
        """Return those of these questions that still stand."""
        if not keys:
            return {}
        about = {each.prospect_id for each in keys}
        return {each.key: each for each in await self._standing_about(about) if each.key in keys}

    async def standing(self, prospect_id: ProspectId) -> Sequence[OutcomeQuestion]:
        """Return a prospect's standing questions, earliest first."""
        return await self._standing_about([prospect_id])

    async def waiting_of(
        self, owners: Collection[MemberId]
    ) -> Mapping[MemberId, Sequence[OutcomeQuestion]]:
        """Return the questions of every end that still has something to ask each owner."""
        its = {"its_workspace": self._workspace_id}
        rows = await _WAITING.rows(self._connection, owners, its)
        found = await self._answered(list({key_of(row): row for row in rows}.values()))
        return _by_owner(found, owners)

    async def waiting_about(
        self, ids: Collection[ProspectId], owners: Collection[MemberId]
    ) -> Mapping[MemberId, Sequence[OutcomeQuestion]]:
        """Return the same as far as it is about these prospects."""
        return _by_owner(await self._standing_about(ids), owners)

    async def store(self, *questions: OutcomeQuestion) -> None:
        """Keep when questions were asked or put off, and whether they were refused."""
        rows = [
            {
                **{f"its_{name}": value for name, value in self._key(each.key).items()},
                **_state(each),
            }
            for each in questions
        ]
        if rows:
            await _KEEP.run_each(self._connection, rows)

    async def add_answer(self, question: OutcomeQuestion, given: OutcomeAnswer) -> None:
        """Add an answer after the question's earlier ones."""
        row = {
            **self._key(question.key),
            "position": len(question.answers),
            "ask": ask_of(given.choice),
            "choice": given.choice,
            "by": given.by,
            "at": given.at,
        }
        await self._connection.execute(sa.insert(outcome_answers), row)

    async def answers_about(self, prospect_id: ProspectId) -> Sequence[OutcomeAnswer]:
        """Return every answer ever given about a prospect, oldest first."""
        query = sa.select(outcome_answers).where(self._about(outcome_answers, prospect_id))
        rows = await self._connection.execute(query.order_by(outcome_answers.c.at))
        return [answer_of(row) for row in rows]

    async def add_items(self, asked: Iterable[tuple[MemberId, date, Sequence[OutcomeKey]]]) -> None:
        """Keep what the message of a day asks each of these members."""
        rows = [
            {**self._key(key), "member_id": member_id, "day": day, "position": position}
            for member_id, day, keys in asked
            for position, key in enumerate(keys)
        ]
        if rows:
            await _ADD_ITEMS.run_each(self._connection, rows)

    async def items(self, member_id: MemberId, day: date) -> Sequence[OutcomeKey]:
        """Return what a day's message asks."""
        its = {"its_workspace": self._workspace_id, "its_member": member_id, "its_day": day}
        return [key_of(row) for row in await _ITEMS.rows(self._connection, its)]

    async def messages_about(self, prospect_id: ProspectId) -> Sequence[tuple[MemberId, date]]:
        """Return every message that asked about a prospect."""
        query = (
            sa.select(outcome_items.c.member_id, outcome_items.c.day)
            .where(self._about(outcome_items, prospect_id))
            .distinct()
            .order_by(outcome_items.c.day, outcome_items.c.member_id)
        )
        rows = await self._connection.execute(query)
        return [(MemberId(row.member_id), row.day) for row in rows]

    async def _hold(self, question: OutcomeQuestion, owner: MemberId) -> bool:
        row = {**self._key(question.key), "owner": owner, "is_dropped": False, **_state(question)}
        key = ("workspace_id", *QUESTION_KEY)
        if await insert_unless_there(self._connection, outcome_questions, row, key):
            return True
        its_row = self._is(outcome_questions, question.key)
        query = sa.select(outcome_questions).where(its_row, outcome_questions.c.is_dropped)
        for kept in await self._with_answers(query):
            again = replace(kept, not_before=question.not_before)
            values = {"owner": owner, "is_dropped": False, **_state(again)}
            await self._connection.execute(
                sa.update(outcome_questions).where(its_row).values(values)
            )
            return True
        return False

    async def _standing_about(self, ids: Iterable[str]) -> list[OutcomeQuestion]:
        its = {"its_workspace": self._workspace_id}
        return await self._answered(await _STANDING.rows(self._connection, ids, its))

    async def _standing(self, which: sa.ColumnElement[bool]) -> list[OutcomeQuestion]:
        query = sa.select(outcome_questions).where(which, ~outcome_questions.c.is_dropped)
        return await self._with_answers(query)

    async def _with_answers(self, query: Any) -> list[OutcomeQuestion]:
        order = [outcome_questions.c[name] for name in QUESTION_KEY]
        return await self._answered((await self._connection.execute(query.order_by(*order))).all())

    async def _answered(self, rows: Sequence[Any]) -> list[OutcomeQuestion]:
        answers = await self._answers({row.prospect_id for row in rows})
        return [_question(row, answers.get(key_of(row), ())) for row in rows]

    async def _answers(
        self, prospects: Iterable[str]
    ) -> dict[OutcomeKey, tuple[OutcomeAnswer, ...]]:
        its = {"its_workspace": self._workspace_id}
        rows = await _ANSWERS.rows(self._connection, prospects, its)
        return {key: tuple(map(answer_of, group)) for key, group in groupby(rows, key=key_of)}

    def _key(self, key: OutcomeKey) -> dict[str, Any]:
        return {"workspace_id": self._workspace_id, **key._asdict()}

    def _is(self, table: sa.Table, key: OutcomeKey) -> sa.ColumnElement[bool]:
        return sa.and_(*(table.c[name] == value for name, value in self._key(key).items()))

    def _about(self, table: sa.Table, prospect_id: ProspectId) -> sa.ColumnElement[bool]:
        return sa.and_(
            table.c.workspace_id == self._workspace_id, table.c.prospect_id == prospect_id
        )


def _by_owner(
    found: Sequence[OutcomeQuestion], owners: Collection[MemberId]
) -> Mapping[MemberId, Sequence[OutcomeQuestion]]:
    """Return the questions of every end that still has something to ask each of these owners."""
    asked: dict[ProspectId, set[MemberId]] = {}
    for each in found:
        if each.is_waiting and each.owner is not None and each.owner in owners:
            asked.setdefault(each.prospect_id, set()).add(each.owner)
    by_owner: dict[MemberId, list[OutcomeQuestion]] = {}
    for each in found:
        for owner in asked.get(each.prospect_id, ()):
            by_owner.setdefault(owner, []).append(each)
    return by_owner


def _state(question: OutcomeQuestion) -> dict[str, Any]:
    return {
        "not_before": question.not_before,
        "asked_on": question.asked_on,
        "put_off_on": question.put_off_on,
        "is_refused": question.is_refused,
        "is_waiting": question.is_waiting,
    }


def key_of(row: sa.Row[*tuple[Any, ...]]) -> OutcomeKey:
    """Return the question of a row."""
    return OutcomeKey(ProspectId(row.prospect_id), Ending(row.ending), row.ended_on, row.after)


def _question(row: sa.Row[*tuple[Any, ...]], answers: tuple[OutcomeAnswer, ...]) -> OutcomeQuestion:
    return OutcomeQuestion(
        *key_of(row),
        not_before=row.not_before,
        asked_on=row.asked_on,
        put_off_on=row.put_off_on,
        is_refused=row.is_refused,
        answers=answers,
        owner=MemberId(row.owner),
    )


def answer_of(row: sa.Row[*tuple[Any, ...]]) -> OutcomeAnswer:
    """Return the answer of a row."""
    return OutcomeAnswer(CHOICES[Ask(row.ask)](row.choice), MemberId(row.by), row.at)
