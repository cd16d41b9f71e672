"""What most people write: synchronous Bolt, a thread for each ack, and the ORM.

`python -m benchmarks.bare_usual PORT SLACK_URL VIEWS [DATABASE_URL]`, with a SQLite file into which
`bare_writing` could write as well. It reads the draft that it saves, as the ORM does, and nothing
else.
"""

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import uvloop
from slack_bolt import Ack, App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_sdk import WebClient
from sqlalchemy import Engine, Table, create_engine, select
from sqlalchemy.orm import Session, registry, sessionmaker

from benchmarks.bare import serve_asgi, views_in
from benchmarks.payloads import BOT_TOKEN, SIGNING_SECRET
from bot.storage.delivery.tables import outbox
from bot.storage.nudges import looks
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts, qualifications

Row = dict[str, Any]


class Draft:
    """A screening under way."""


class Prospect:
    """Who is screened."""


class Qualification:
    """How it was judged."""


class Entry:
    """What happened."""


class Look:
    """When to look again."""


class Message:
    """What Slack is to be told."""


MODELS: Mapping[type[Any], Table] = {
    Draft: drafts,
    Prospect: prospects,
    Qualification: qualifications,
    Entry: history,
    Look: looks,
    Message: outbox,
}


def create_app(slack_url: str, views: Sequence[Row], database_url: str | None) -> App:
    """Return the app; its listeners run in Bolt's pool of threads."""
    app = App(client=WebClient(token=BOT_TOKEN, base_url=slack_url), signing_secret=SIGNING_SECRET)

    @app.command("/qualify")
    def qualify(ack: Ack, body: Row, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=views[0])

    if database_url is not None:
        app.view("qualify_step")(_submitting(create_engine(database_url), views))
    return app


def _submitting(engine: Engine, views: Sequence[Row]) -> Any:
    mapping = registry()
    for model, table in MODELS.items():
        mapping.map_imperatively(model, table)
    sessions = sessionmaker(engine)
    with sessions() as session:
        examples = {model: _example(session, model) for model in MODELS}

    def submit(ack: Ack, view: Row, body: Row) -> None:
        ref = json.loads(view["private_metadata"])
        step, draft_id = int(ref["step"]), str(ref["draft"])
        with sessions.begin() as session:
            if step == 0:
                own = {"member_id": body["user"]["id"], "name_key": draft_id}
                session.add(_like(Draft, examples, draft_id=draft_id, **own))
            else:
                key = (examples[Draft]["workspace_id"], draft_id)
                draft: Any = session.get_one(Draft, key)
                if step == 1:
                    draft.answers = {**draft.answers, "homework": str(view["state"]["values"])}
                    draft.step, draft.updated_at = 2, datetime.now(UTC)
                else:
                    session.delete(draft)
                    _file(session, examples, draft_id)
        ack(response_action="update", view=views[step + 1])

    return submit


def _file(session: Session, examples: Mapping[type[Any], Row], draft_id: str) -> None:
    ids = {"prospect_id": uuid.uuid4().hex, "qualification_id": uuid.uuid4().hex}
    one = {"prospect_id": ids["prospect_id"]}
    now = datetime.now(UTC)
    session.add(_like(Prospect, examples, **ids, created_at=now))
    session.add(_like(Qualification, examples, **ids, draft_id=draft_id, at=now))
    session.add(_like(Entry, examples, **one, at=now))
    session.add(_like(Look, examples, **one))
    key = f"card:{ids['qualification_id']}"
    session.add(_like(Message, examples, **ids, dedupe_key=key, due_at=now.timestamp()))


def _like(model: type[Any], examples: Mapping[type[Any], Row], **own: Any) -> Any:
    made = model()
    for name, value in {**examples[model], **own}.items():
        setattr(made, name, value)
    return made


def _example(session: Session, model: type[Any]) -> Row:
    table = MODELS[model]
    found = dict(session.execute(select(table).limit(1)).mappings().one())
    found.pop("row_id", None)
    if table is outbox:
        found |= {"state": "pending", "sent_at": None, "channel": None, "ts": None}
    return found


if __name__ == "__main__":
    port, url, file, *more = sys.argv[1:]
    app = create_app(url, views_in(file), next(iter(more), None))
    uvloop.run(serve_asgi(SlackRequestHandler(app), int(port)))
