"""The HTTP endpoint of the doors, through which forms and other programs send drafts.

Senders read English. The secret is part of the path, so nothing of the path is logged. A wrong
secret gets the same answer as any unknown path, after the same lookup in the database.
"""

import json
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

from bot.domain.checklist.wording import what_is_wrong
from bot.domain.errors import AnswersRejected, DirectoryUnavailable
from bot.domain.intake import MOST_WAITING, TooManyDrafts, TooManyRequests
from bot.domain.workspace import WorkspaceId
from bot.http import HOOKS_PATH, NOTHING_HERE, Receive, Refusal, Scope, Send, body_of, reply
from bot.services.intake.coming_in import DoorClosed, IntakeService, Received

log = logging.getLogger(__name__)

LARGEST: Final = 64 * 1024
"""Bytes: every answer of a checklist in its full length is less."""
MOST_FIELDS: Final = 200
UNSAID: Final = "Slack didn't say in time who the owner is. Send it again soon."
MANY_WAIT: Final = (
    f"{MOST_WAITING} drafts are waiting for someone here. Send it again once some are continued "
    "or gone."
)
_LATER: Final = (b"retry-after", b"5")
_MUCH_LATER: Final = (b"retry-after", b"3600")
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_KEY: Final = b"idempotency-key"

Headers = Mapping[bytes, bytes]


class DoorsApp:
    """The ASGI app of the doors. Every other path is a 404."""

    def __init__(self, intake: IntakeService, opened: Callable[[], Awaitable[bool]]) -> None:
        """Take the service; requests wait for `opened`, until our workspace is known."""
        self._intake = intake
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if not scope["path"].startswith(HOOKS_PATH):
            await reply(send, 404, NOTHING_HERE)
            return
        try:
            await self._answer(scope, receive, send)
        except Exception:
            log.exception("what came in by a door was not taken")
            await reply(send, 503, {"error": "That failed here. Send it again later."}, _LATER)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await self._opened():
            await reply(send, 503, {"error": "Not ready yet. Send it again soon."}, _LATER)
            return
        workspace_id = await self._intake.find(scope["path"].removeprefix(HOOKS_PATH))
        if workspace_id is None:
            await reply(send, 404, NOTHING_HERE)
            return
        try:
            await self._intake.admit(workspace_id)
            received = await self._take(workspace_id, scope, receive)
        except Refusal as refusal:
            log.info("refused what came in by a door: %s", refusal.reason)
            await reply(send, refusal.status, {"error": refusal.reason})
        except AnswersRejected as rejected:
            not_taken = [
                {"id": each.question, "why": what_is_wrong(each)} for each in rejected.problems
            ]
            await reply(send, 422, {"error": "Nothing was taken.", "not_taken": not_taken})
        except TooManyRequests as many:
            seconds = max(1, math.ceil(many.retry_after.total_seconds()))
            sentence = f"More than 60 came within a minute. Send it again in {seconds} seconds."
            await reply(send, 429, {"error": sentence}, (b"retry-after", b"%d" % seconds))
        except TooManyDrafts:
            log.warning("refused what came in by a door: %s drafts wait", MOST_WAITING)
            await reply(send, 429, {"error": MANY_WAIT}, _MUCH_LATER)
        except DoorClosed:
            await reply(send, 404, NOTHING_HERE)
        except DirectoryUnavailable:
            log.info("Slack didn't say in time who owns what came in by a door")
            await reply(send, 503, {"error": UNSAID}, _LATER)
        else:
            await reply(send, 200 if received.is_repeated else 201, received.answer)

    async def _take(self, workspace_id: WorkspaceId, scope: Scope, receive: Receive) -> Received:
        if scope["method"] != "POST":
            raise Refusal(405, "Only POST is taken here.")
        headers = dict(scope["headers"])
        document = read_document(headers, await body_of(headers, receive, LARGEST))
        return await self._intake.take(workspace_id, document)


def read_document(headers: Headers, body: bytes) -> dict[str, object]:
    """Return the object that was sent. A header may hold the idempotency key. Raises Refusal."""
    kind = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind == _JSON or kind.endswith("+json"):
        document = _object(body)
    elif kind == _FORM:
        document = _form(body)
    else:
        raise Refusal(415, f"Send {_JSON} or {_FORM}, and say which in Content-Type.")
    answers = document.get("answers")
    if len(document) + (len(answers) if isinstance(answers, dict) else 0) > MOST_FIELDS:
        raise Refusal(413, f"There are more than {MOST_FIELDS} fields.")
    key = headers.get(_KEY, b"").decode("latin-1").strip()
    return {**document, "key": key} if key else document


def _object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body isn't JSON in UTF-8.") from None
    if not isinstance(found, dict):
        raise Refusal(400, 'The body must be an object, such as {"name": "Acme GmbH"}.')
    return found


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _form(body: bytes) -> dict[str, object]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Refusal(
            400, f"The body isn't a form in UTF-8 with at most {MOST_FIELDS} fields."
        ) from None
    return _gathered(pairs)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return the fields of a form. A repeated field becomes a list, as tick boxes send it."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name.removesuffix("[]"), []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
