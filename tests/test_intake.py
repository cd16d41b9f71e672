"""The door as programs reach it: over HTTP, and on a port of its own beside Socket Mode."""

import json
import logging
import re
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.workspace import WorkspaceId
from bot.http import EVENTS_PATH, Asgi, Health, create_asgi
from bot.intake import LARGEST, MANY_WAIT, UNSAID, DoorsApp
from bot.services.intake import coming_in
from bot.services.ports import Caller
from bot.storage.database import Database
from tests.office import SetClock
from tests.services.agency import MANAGER, OWNER, A, Agency

DOCS = Path(__file__).parents[1] / "docs" / "integrations.md"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
LEAD: Mapping[str, object] = {"name": "Acme GmbH", "owner": OWNER, "answers": {"offer": "clear"}}
NO_TYPE = (
    "Send application/json or application/x-www-form-urlencoded, and say which in Content-Type."
)
NOWHERE = (404, {"error": "there is nothing here"})


class Door:
    """A door, with the ways to send something to it."""

    def __init__(self, agency: Agency, secret: str) -> None:
        self.agency = agency
        self.path = f"/hooks/{secret}"
        self.is_open = True
        self.headers: dict[str, str] = {}
        self.hooks = DoorsApp(agency.intake, self._opened)

    async def _opened(self) -> bool:
        return self.is_open

    async def send(
        self,
        body: bytes | Mapping[str, object],
        headers: Mapping[str, str] = JSON,
        *,
        path: str | None = None,
        method: str = "POST",
        by: Asgi | None = None,
    ) -> tuple[int, Any]:
        """Send something, and return status and answer."""
        asgi, path = by or self.hooks, self.path if path is None else path
        status, answer, self.headers = await request(asgi, path, body, headers, method=method)
        return status, answer

    async def drafts(self, member: str = OWNER) -> list[Any]:
        async with self.agency.units.reading(A) as work:
            return list(await work.drafts.of_member(member))  # type: ignore[arg-type]


async def request(
    asgi: Asgi,
    path: str,
    body: bytes | Mapping[str, object],
    headers: Mapping[str, str] = JSON,
    *,
    method: str = "POST",
) -> tuple[int, Any, dict[str, str]]:
    """Send a request as a server hands it over, and return status, answer and headers."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def note(message: Any) -> None:
        sent.append(message)

    await asgi(scope, receive, note)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], json.loads(sent[1]["body"]), told


@pytest.fixture
async def door(database: Database, clock: SetClock) -> Door:
    agency = Agency(database, clock)
    await agency.know_everybody()
    address = await agency.door.renew(Caller(A, MANAGER))
    return Door(agency, address.removeprefix("/hooks/"))


async def test_json_becomes_a_draft(door: Door) -> None:
    status, answer = await door.send(LEAD)

    assert status == 201
    assert answer["taken"] == ["name", "owner", "offer"]
    assert answer["told"] == "owner"
    assert [each.answers for each in await door.drafts()] == [{"offer": "clear"}]


@pytest.mark.parametrize(
    "fields",
    [
        [("offer", "clear"), ("signs", "haggles"), ("signs", "drains")],
        [("answers.offer", "clear"), ("answers.signs", "haggles, drains")],
        [("answers.offer", "clear"), ("signs[]", "haggles"), ("signs[]", "drains"), ("value", "")],
    ],
)
async def test_a_form_becomes_a_draft(door: Door, fields: list[tuple[str, str]]) -> None:
    form = urlencode([("name", "Müller & Söhne"), ("owner", OWNER), *fields]).encode()

    status, answer = await door.send(form, FORM)

    assert (status, answer["not_taken"]) == (201, [])
    [draft] = await door.drafts()
    assert draft.facts.name == "Müller & Söhne"
    assert draft.answers == {"offer": "clear", "signs": ["drains", "haggles"]}


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        (b"{", JSON, 400, "The body isn't JSON in UTF-8."),
        (b"\xff", JSON, 400, "The body isn't JSON in UTF-8."),
        (b'{"name": NaN}', JSON, 400, "The body isn't JSON in UTF-8."),
        (b"[" * 9999, JSON, 400, "The body isn't JSON in UTF-8."),
        (b"[]", JSON, 400, 'The body must be an object, such as {"name": "Acme GmbH"}.'),
        (b"name=%ff", FORM, 400, "The body isn't a form in UTF-8 with at most 200 fields."),
        (b"a=&" * 300, FORM, 400, "The body isn't a form in UTF-8 with at most 200 fields."),
        (b"{}", {}, 415, NO_TYPE),
        (b"x" * (LARGEST + 1), JSON, 413, "too large"),
        (b"{}", {**JSON, "content-length": "99999999"}, 413, "too large"),
        (json.dumps({f"q{n}": 1 for n in range(201)}).encode(), JSON, 413,
         "There are more than 200 fields."),
        (json.dumps({"name": "A", "answers": {f"q{n}": 1 for n in range(199)}}).encode(), JSON, 413,
         "There are more than 200 fields."),
        (b"{}", JSON, 422, "Nothing was taken."),
        (b'{"name": ""}', JSON, 422, "Nothing was taken."),
        (b'{"name": ["Acme"]}', JSON, 422, "Nothing was taken."),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_answered_in_a_sentence(
    door: Door, body: bytes, headers: Mapping[str, str], status: int, error: str
) -> None:
    found, answer = await door.send(body, headers)

    assert (found, answer["error"]) == (status, error)
    assert await door.drafts() == []


async def test_without_a_name_the_answer_names_the_field(door: Door) -> None:
    _, answer = await door.send({"owner": OWNER})

    assert answer["not_taken"] == [{"id": "name", "why": "A name is needed."}]


async def test_only_post_is_taken(door: Door) -> None:
    assert await door.send(b"", method="GET") == (405, {"error": "Only POST is taken here."})


async def test_the_key_stands_in_the_header_or_the_body(door: Door) -> None:
    first = await door.send(LEAD, {**JSON, "idempotency-key": "lead-1"})
    again = await door.send({**LEAD, "key": "lead-1"})

    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]


async def test_the_sixty_first_within_a_minute_is_told_when_to_come_again(door: Door) -> None:
    for number in range(60):
        assert (await door.send({**LEAD, "name": f"Acme {number}"}))[0] == 201

    status, answer = await door.send(LEAD)

    assert (status, door.headers["retry-after"]) == (429, "60")
    assert answer["error"].endswith("Send it again in 60 seconds.")


@pytest.mark.parametrize("secret", ["", "x", "secret1/", "../secret1", "ä" * 40, "\udcff"])
async def test_a_wrong_secret_opens_nothing_and_looks_like_no_path(door: Door, secret: str) -> None:
    for method in ("POST", "GET"):
        assert await door.send(LEAD, path=f"/hooks/{secret}", method=method) == NOWHERE
    assert await door.send(LEAD, path="/elsewhere") == NOWHERE


async def test_a_wrong_secret_is_looked_up_as_a_right_one_is(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    find = door.agency.intake._doors.find

    async def noted(secret_hash: str) -> WorkspaceId | None:
        asked.append(secret_hash)
        return await find(secret_hash)

    monkeypatch.setattr(door.agency.intake._doors, "find", noted)
    for path in (door.path, "/hooks/wrong", "/hooks/"):
        await door.send(LEAD, path=path)

    assert [len(each) for each in asked] == [64, 64, 64]


async def test_a_closed_door_looks_like_no_path(door: Door) -> None:
    await door.agency.door.close(Caller(A, MANAGER))

    assert await door.send(LEAD) == NOWHERE


async def test_before_it_is_known_whose_it_is_everybody_is_to_come_again(door: Door) -> None:
    door.is_open = False

    for path in (door.path, "/hooks/wrong"):
        assert (await door.send(LEAD, path=path))[0] == 503
        assert door.headers["retry-after"] == "5"


async def test_what_cannot_be_read_counts_too(door: Door) -> None:
    for _ in range(60):
        assert (await door.send(b"{"))[0] == 400

    assert (await door.send(b"{"))[0] == 429
    assert (await door.send(b"", method="GET"))[0] == 429


async def test_no_more_is_taken_while_very_much_waits(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coming_in, "MOST_WAITING", 2)
    for name in ("Acme", "Beta"):
        assert (await door.send({**LEAD, "name": name}))[0] == 201

    assert await door.send({**LEAD, "name": "Gamma"}) == (429, {"error": MANY_WAIT})
    assert door.headers["retry-after"] == "3600"
    assert (await door.send({**LEAD, "name": "Beta"}))[0] == 201
    [draft, _] = await door.drafts()
    await door.agency.screening.discard(Caller(A, OWNER), draft.id)
    assert (await door.send({**LEAD, "name": "Gamma"}))[0] == 201


async def test_while_slack_is_away_it_is_to_be_sent_again(door: Door) -> None:
    door.agency.directory.is_away = True

    status, answer = await door.send({**LEAD, "owner": "owner@agency.example"})

    assert (status, answer, door.headers["retry-after"]) == (503, {"error": UNSAID}, "5")
    assert (await door.send({**LEAD, "owner": None}))[0] == 201


async def test_a_failure_of_ours_is_to_be_sent_again_and_names_no_secret(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(door.agency.intake, "take", fail)

    status, _ = await door.send(LEAD)

    assert status == 503
    assert "not taken" in caplog.text
    assert door.path.removeprefix("/hooks/") not in caplog.text


async def test_nothing_that_is_logged_names_the_secret(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    for body in (LEAD, b"{", b"x" * (LARGEST + 1)):
        await door.send(body)

    assert door.path.removeprefix("/hooks/") not in caplog.text


@asynccontextmanager
async def over_http(door: Door, *, slack: bool) -> AsyncIterator[Asgi]:
    """Open what a process serves at its main port."""

    async def bolt(*_: object) -> None:
        """Take nothing."""

    async def readiness() -> Health:
        return Health()

    hooks = door.hooks if slack else None
    yield create_asgi(bolt if slack else None, "secret", lambda: 0.0, readiness, hooks=hooks)


async def test_over_http_the_door_is_beside_slacks_requests(door: Door) -> None:
    async with over_http(door, slack=True) as asgi:
        assert (await door.send(LEAD, by=asgi))[0] == 201
        assert (await door.send(LEAD, path="/hooks/wrong", by=asgi)) == NOWHERE
        assert (await door.send(LEAD, path=EVENTS_PATH, by=asgi))[0] == 401
        assert (await door.send(LEAD, path="/healthz", by=asgi))[0] == 200


async def test_in_socket_mode_the_main_port_has_no_door(door: Door) -> None:
    async with over_http(door, slack=False) as asgi:
        assert await door.send(LEAD, by=asgi) == NOWHERE


async def test_the_port_of_its_own_has_nothing_but_the_door(door: Door) -> None:
    for path in ("/healthz", "/readyz", "/metrics", EVENTS_PATH, "/"):
        assert await door.send(LEAD, path=path) == NOWHERE


async def test_the_examples_of_the_documents_work(door: Door) -> None:
    text = DOCS.read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    examples = [each for each in blocks if "/hooks/SECRET" in each]

    for example in examples:
        status, answer = await curl(door, example)
        assert (status, answer["not_taken"]) == (201, []), example

    assert len(examples) == 2
    assert {each.facts.name for each in await door.drafts()} == {"Acme GmbH", "Beta AG"}


async def curl(door: Door, command: str) -> tuple[int, Any]:
    """Send what a command line of curl would."""
    words = shlex.split(command.replace("\\\n", " "))
    headers, fields, body = dict(FORM), [], b""
    for option, value in pairwise(words):
        if option in {"-H", "--header"}:
            name, _, said = value.partition(":")
            headers[name.strip().lower()] = said.strip()
        elif option in {"-d", "--data", "--json"}:
            body = value.encode()
            headers |= JSON if option == "--json" else {}
        elif option == "--data-urlencode":
            fields.append(value.partition("=")[::2])
    assert "https://walkaway.example.com/hooks/SECRET" in words
    return await door.send(body or urlencode(fields).encode(), headers)
