"""F for the steps: bare Bolt that writes as many rows as Walkaway does, in one Core transaction.

`python -m benchmarks.bare_writing PORT SLACK_URL VIEWS DATABASE_URL`. The database has one
screening in it that Walkaway wrote; F writes the same rows into the same tables, with other ids.
It reads nothing, checks nothing, and answers with the views that Walkaway showed.
"""

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import uvloop
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from sqlalchemy import Table, bindparam, delete, event, insert, make_url, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from benchmarks.bare import serve, views_in
from bot.storage.delivery.tables import outbox
from bot.storage.nudges import looks, rounds
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts, qualifications

Row = dict[str, Any]

_OWN: Final = drafts.c.draft_id == bindparam("own")
_SAVE: Final = update(drafts).where(drafts.c.workspace_id == bindparam("ours"), _OWN)
_REMOVE: Final = delete(drafts).where(drafts.c.workspace_id == bindparam("ours"), _OWN)
_CALL: Final = update(rounds).where(rounds.c.workspace_id == bindparam("ours"))
_PRAGMAS: Final = ("journal_mode=WAL", "foreign_keys=ON")


async def main(port: int, slack_url: str, views: Sequence[Row], database_url: str) -> None:
    """Serve until SIGTERM."""
    engine = _engine(database_url)
    try:
        examples = await _examples(engine)

        def add(app: AsyncApp) -> None:
            app.view("qualify_step")(_submit(engine, examples, views))

        await serve(port, slack_url, views[0], add)
    finally:
        await engine.dispose()


def _submit(engine: AsyncEngine, examples: Mapping[Table, Row], views: Sequence[Row]) -> Any:
    async def submit(ack: AsyncAck, view: Row, body: Row) -> None:
        ref = json.loads(view["private_metadata"])
        step, draft_id = int(ref["step"]), str(ref["draft"])
        async with engine.begin() as connection:
            if step == 0:
                await _begin(connection, examples, draft_id, body["user"]["id"])
            elif step == 1:
                await _save(connection, examples, draft_id, view["state"]["values"])
            else:
                await _file(connection, examples, draft_id)
        await ack(response_action="update", view=views[step + 1])

    return submit


async def _begin(
    connection: AsyncConnection, examples: Mapping[Table, Row], draft_id: str, member: str
) -> None:
    own = {"draft_id": draft_id, "member_id": member, "name_key": draft_id}
    await connection.execute(insert(drafts), {**examples[drafts], **own})


async def _save(
    connection: AsyncConnection, examples: Mapping[Table, Row], draft_id: str, values: Row
) -> None:
    """Write one row."""
    answers = {**examples[drafts]["answers"], "homework": str(values["homework"])}
    own = {"ours": examples[drafts]["workspace_id"], "own": draft_id}
    changed = {"answers": answers, "step": 2, "updated_at": datetime.now(UTC)}
    await connection.execute(_SAVE, {**own, **changed})


async def _file(connection: AsyncConnection, examples: Mapping[Table, Row], draft_id: str) -> None:
    """Write six rows, and delete one."""
    prospect_id, qualification_id = uuid.uuid4().hex, uuid.uuid4().hex
    now = datetime.now(UTC)
    ids = {"prospect_id": prospect_id, "qualification_id": qualification_id}
    await connection.execute(insert(prospects), {**examples[prospects], **ids, "created_at": now})
    await connection.execute(
        insert(qualifications), {**examples[qualifications], **ids, "draft_id": draft_id, "at": now}
    )
    await connection.execute(_REMOVE, {"ours": examples[drafts]["workspace_id"], "own": draft_id})
    await connection.execute(
        insert(history), {**examples[history], "prospect_id": prospect_id, "at": now}
    )
    await connection.execute(insert(looks), {**examples[looks], "prospect_id": prospect_id})
    await connection.execute(_CALL, {"ours": examples[rounds]["workspace_id"], "due_at": now})
    message = {**ids, "dedupe_key": f"card:{qualification_id}", "due_at": now.timestamp()}
    await connection.execute(insert(outbox), {**examples[outbox], **message})


async def _examples(engine: AsyncEngine) -> dict[Table, Row]:
    """Return a row of each table, as Walkaway wrote it."""
    async with engine.connect() as connection:
        found = {
            table: dict((await connection.execute(select(table).limit(1))).mappings().one())
            for table in (drafts, prospects, qualifications, history, outbox, looks, rounds)
        }
    del found[outbox]["row_id"]
    found[outbox] |= {"state": "pending", "sent_at": None, "channel": None, "ts": None}
    return found


def _engine(database_url: str) -> AsyncEngine:
    url = make_url(database_url)
    if url.drivername == "postgresql":
        return create_async_engine(url.set(drivername="postgresql+asyncpg"))
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"), pool_size=1, max_overflow=0
    )

    def set_pragmas(connection: Any, _: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine.sync_engine, "connect", set_pragmas)
    return engine


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], views_in(sys.argv[3]), sys.argv[4]))
