"""The writing end of the outbox: a message is stored together with the decision it tells of."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import (
    FINAL,
    NO_PLACE,
    MessageKind,
    OutboxMessage,
    Posted,
    WaitingMessage,
    payloads,
)
from bot.domain.prospects import ProspectId, QualificationId
from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.tables import FINISHED, RowState, lanes, outbox
from bot.storage.schema.dialects import Insert, insert_on, seconds_now
from bot.storage.schema.statements import Among, Statement


@cache
def _insert(dialect: str) -> Statement:
    """Return the INSERT of a message that is due at once, unless it's already there."""
    return Statement(
        insert_on(dialect, outbox)
        .values(due_at=seconds_now(), written_at=seconds_now())
        .on_conflict_do_nothing(index_elements=["workspace_id", "dedupe_key"])
    )


@cache
def _waited_for(kinds: frozenset[MessageKind]) -> Among:
    """Return what finds for whom a message of one of these kinds is still to be sent."""
    return Among(
        lambda recipients: (
            sa.select(outbox.c.recipient)
            .where(
                outbox.c.workspace_id == sa.bindparam("its_workspace"),
                outbox.c.recipient.in_(recipients),
                outbox.c.state.not_in(FINISHED),
                outbox.c.kind.in_([sa.literal(each.value) for each in sorted(kinds)]),
            )
            .distinct()
        )
    )


@cache
def _restart_lane(dialect: str) -> Insert:
    """Return the statement that restarts a lane, so that managers are told of trouble again."""
    statement = insert_on(dialect, lanes).values(not_before=0, turn=1)
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "recipient"], set_={"turn": lanes.c.turn + 1}
    )


def as_if_new() -> dict[str, Any]:
    """Return the values of a row that waits as if it were new."""
    return {
        "state": RowState.PENDING,
        "due_at": seconds_now(),
        "attempts": 0,
        "cause": None,
        "died_at": None,
        "ask_at": None,
    }


def is_missed() -> sa.ColumnElement[bool]:
    """Return the condition that a row is dead and should have been sent."""
    final = [sa.literal(each) for each in sorted(FINAL)]
    return sa.and_(outbox.c.state == RowState.DEAD, outbox.c.cause.not_in(final))


def _revive_each(keys: Sequence[sa.BindParameter[Any]]) -> sa.Executable:
    """Return what revives dead cards for a channel; what may be out stays where it was for."""
    channel = sa.bindparam("its_channel", type_=sa.Text)
    return (
        sa.update(outbox)
        .where(
            outbox.c.workspace_id == sa.bindparam("its_workspace"),
            outbox.c.dedupe_key.in_(keys),
            is_missed(),
            sa.or_(~outbox.c.may_be_out, outbox.c.recipient == channel),
        )
        .values(**as_if_new(), recipient=channel)
        .returning(outbox.c.dedupe_key)
    )


_REVIVE_EACH = Among(_revive_each)


class OutboxRepository:
    """One workspace's messages."""

    def __init__(
        self, connection: AsyncConnection, workspace_id: WorkspaceId, written: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._written = written

    async def put(self, message: OutboxMessage) -> None:
        """Write a message, due at once, unless its dedupe key is already there."""
        statement = _insert(self._connection.dialect.name)
        if await statement.run(self._connection, self._row(message)) == 1:
            self._written()

    async def put_all(self, messages: Sequence[OutboxMessage]) -> None:
        """Write these in this order, each unless its dedupe key is there already."""
        if messages:
            statement = _insert(self._connection.dialect.name)
            await statement.run_each(self._connection, list(map(self._row, messages)))
            self._written()

    def _row(self, message: OutboxMessage) -> dict[str, Any]:
        return {
            "workspace_id": self._workspace_id,
            "kind": message.kind,
            "recipient": message.recipient,
            "dedupe_key": message.dedupe_key,
            "prospect_id": message.prospect_id,
            "qualification_id": message.qualification_id,
            "revision": message.revision,
            "detail": _detail_of(message),
            "state": RowState.PENDING,
            "fence": 0,
            "attempts": 0,
            "may_be_out": False,
            "may_be_twice": False,
        }

    async def waited_for(
        self, kinds: Collection[MessageKind], recipients: Collection[str]
    ) -> frozenset[str]:
        """Return for whom a message of one of these kinds waits, or is being sent."""
        statement = _waited_for(frozenset(kinds))
        its = {"its_workspace": self._workspace_id}
        rows = await statement.rows(self._connection, recipients, its)
        return frozenset(row.recipient for row in rows)

    async def waiting(self) -> Sequence[WaitingMessage]:
        """Return everything waiting or being sent, in order of writing."""
        query = (
            sa.select(outbox)
            .where(
                outbox.c.workspace_id == self._workspace_id,
                outbox.c.state.not_in(FINISHED),
            )
            .order_by(outbox.c.row_id)
        )
        return [_waiting(row) for row in await self._connection.execute(query)]

    async def messages_about(
        self, prospect_id: ProspectId, kinds: Collection[MessageKind]
    ) -> Sequence[OutboxMessage]:
        """Return messages of these kinds that are or will be in Slack, in order of writing."""
        query = (
            sa.select(outbox)
            .where(
                outbox.c.workspace_id == self._workspace_id,
                outbox.c.prospect_id == prospect_id,
                outbox.c.kind.in_(kinds),
                outbox.c.state != RowState.DEAD,
            )
            .order_by(outbox.c.row_id)
        )
        return [message_of(row) for row in await self._connection.execute(query)]

    async def standing(self, keys: Collection[str]) -> Sequence[OutboxMessage]:
        """Return those of these messages that are or may be in Slack, in order of writing.

        A message being sent right now is finished before the next one of its lane is claimed.
        """
        may_stand = sa.or_(
            outbox.c.state.in_([RowState.SENT, RowState.CLAIMED]), outbox.c.may_be_out
        )
        query = (
            sa.select(outbox)
            .where(
                outbox.c.workspace_id == self._workspace_id,
                outbox.c.dedupe_key.in_(keys),
                may_stand,
            )
            .order_by(outbox.c.row_id)
        )
        return [message_of(row) for row in await self._connection.execute(query)]

    async def written(self, dedupe_key: str) -> tuple[OutboxMessage, Posted | None] | None:
        """Return a message as written, and where it stands once sent."""
        query = sa.select(outbox).where(
            outbox.c.workspace_id == self._workspace_id, outbox.c.dedupe_key == dedupe_key
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return message_of(row), (row.channel, row.ts) if row.state == RowState.SENT else None

    async def place_of(self, dedupe_key: str) -> Posted | None:
        """Return where a message stands, once sent."""
        query = sa.select(outbox.c.channel, outbox.c.ts).where(
            outbox.c.workspace_id == self._workspace_id,
            outbox.c.dedupe_key == dedupe_key,
            outbox.c.state == RowState.SENT,
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (row.channel, row.ts)

    async def revive_cards(self, channel: str) -> int:
        """Revive every dead card for `channel`, except those that may already be in Slack."""
        is_card = outbox.c.kind == MessageKind.CARD
        return await self._revive(is_card, is_missed(), ~outbox.c.may_be_out, recipient=channel)

    async def revive_card(self, dedupe_key: str, channel: str) -> bool:
        """Revive one dead card for `channel`; return whether it was dead.

        One that may be in Slack is searched for in its original channel, and goes nowhere else.
        """
        return bool(await self.revive_each([dedupe_key], channel))

    async def revive_each(self, dedupe_keys: Collection[str], channel: str) -> frozenset[str]:
        """Let those of these cards that are dead be posted to `channel`; return which those are."""
        its = {"its_workspace": self._workspace_id, "its_channel": channel}
        rows = await _REVIVE_EACH.rows(self._connection, dedupe_keys, its)
        revived = frozenset(row.dedupe_key for row in rows)
        if revived:
            self._written()
        return revived

    async def revive_requests(self, prospect_id: ProspectId) -> None:
        """Revive dead messages that ask for an answer about a prospect."""
        is_asking = outbox.c.kind == MessageKind.OVERRIDE_ASKED
        await self._revive(is_asking, outbox.c.prospect_id == prospect_id, is_missed())

    async def revive_one(self, dedupe_key: str, causes: Collection[str] | None = None) -> None:
        """Revive a message that died, of one of these causes if any are named."""
        why = is_missed() if causes is None else outbox.c.cause.in_(causes)
        await self._revive(outbox.c.dedupe_key == dedupe_key, why)

    async def post_anew(self, dedupe_key: str, recipient: str | None = None) -> bool:
        """Have a message that no longer exists posted again; False if it never existed."""
        whom = {} if recipient is None else {"recipient": recipient}
        nowhere = {"channel": None, "ts": None, "sent_at": None, "may_be_out": False}
        statement = (
            sa.update(outbox)
            .where(
                outbox.c.workspace_id == self._workspace_id,
                outbox.c.dedupe_key == dedupe_key,
                outbox.c.state == RowState.SENT,
            )
            .values(**as_if_new(), **whom, **nowhere, written_at=seconds_now())
        )
        return await self._set_free(statement) > 0

    async def follow(
        self,
        kinds: Collection[MessageKind],
        channel: str,
        qualification_id: QualificationId | None = None,
    ) -> None:
        """Redirect to `channel` what waited for a card or digest to be posted there."""
        which = [outbox.c.kind.in_(kinds), outbox.c.cause == NO_PLACE]
        if qualification_id is not None:
            which.append(outbox.c.qualification_id == qualification_id)
        await self._revive(*which, recipient=channel)

    async def send_again(self, recipient: str) -> int:
        """Resend everything that died at `recipient`, as if it were new."""
        revived = await self._revive(outbox.c.recipient == recipient, is_missed())
        if revived:
            lane = {"workspace_id": self._workspace_id, "recipient": recipient}
            await self._connection.execute(_restart_lane(self._connection.dialect.name), lane)
        return revived

    async def _revive(self, *which: sa.ColumnElement[bool], recipient: str | None = None) -> int:
        """Revive dead rows, for another `recipient` if given."""
        whom = {} if recipient is None else {"recipient": recipient}
        own = outbox.c.workspace_id == self._workspace_id
        return await self._set_free(
            sa.update(outbox)
            .where(own, outbox.c.state == RowState.DEAD, *which)
            .values(**as_if_new(), **whom)
        )

    async def _set_free(self, statement: sa.Update) -> int:
        changed = (await self._connection.execute(statement)).rowcount
        if changed:
            self._written()
        return changed


def _waiting(row: sa.Row[*tuple[Any, ...]]) -> WaitingMessage:
    return WaitingMessage(message_of(row), datetime.fromtimestamp(row.due_at, UTC))


def message_of(row: sa.Row[*tuple[Any, ...]]) -> OutboxMessage:
    """Return a row's message; raises KeyError or ValueError if no version of ours wrote it."""
    return OutboxMessage(
        kind=MessageKind(row.kind),
        recipient=row.recipient,
        dedupe_key=row.dedupe_key,
        prospect_id=row.prospect_id,
        qualification_id=row.qualification_id,
        revision=row.revision,
        payload=payloads.read(MessageKind(row.kind), row.detail),
    )


def _detail_of(message: OutboxMessage) -> payloads.Stored:
    """Return a message's content as JSON; raises TypeError if it's not of its kind."""
    detail = payloads.written(message.payload)
    if payloads.read(message.kind, detail) != message.payload:
        raise TypeError(f"{message.kind} does not say {message.payload}")
    return detail
