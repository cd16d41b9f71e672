"""The recipes of docs/integrations.md, taken from the page and run on each event."""

import asyncio
import csv
import importlib
import json
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from aiohttp import web

from bot.clock import real_time
from bot.domain.webhooks import payloads
from bot.domain.webhooks.attempts import Answer, Attempt, DeliveryId
from bot.domain.webhooks.webhooks import Event, WebhookId, secret_of
from bot.domain.workspace import WorkspaceId
from bot.posting import webhook_poster

PAGE = Path(__file__).parents[1] / "docs/integrations.md"
SECRET = secret_of(b"s" * 32)
RECIPES = ("receive", "hubspot", "pipedrive", "spreadsheet")
ABOUT: payloads.AboutProspect = {
    "prospect_id": "p1",
    "name": "=Müller & Söhne",
    "owner": "U0EMMA",
    "owner_name": "Emma Clarke",
    "stage": "open",
    "verdict": "problem",
    "rule": "value_not_shown",
    "expected_value": "12000.50",
    "currency": "EUR",
    "decide_by": "2026-12-07",
    "qualification_id": "q1",
    "by": "U0EMMA",
}
SUBMITTED: payloads.QualificationSubmitted = {
    **ABOUT,
    "reasons": ["value_not_shown"],
    "checklist": "walk-away",
    "checklist_version": 1,
    "is_again": False,
}
LOST: payloads.ProspectDecided = {
    **ABOUT,
    "stage": "lost",
    "decision": "lost",
    "day": None,
    "ended_by": "them",
    "sentence": "no budget",
}


def code() -> dict[str, str]:
    """Each module of the page, by its name."""
    blocks = re.findall(
        r"^```python\n# (\w+)\.py\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return dict(blocks)


@dataclass
class Elsewhere:
    """What stands in for the API of a CRM: keeps what it is asked, and answers from a script."""

    address: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    """What a search finds."""
    deal: dict[str, str] = field(default_factory=dict)
    """The properties of the one deal that is here, as they were sent."""

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.path_qs, body))
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        if body and "inputs" in body:
            self.deal |= body["inputs"][0]["properties"]
        elif "idProperty" in request.query:
            return web.json_response({"properties": self.deal}, status=200 if self.deal else 404)
        return web.json_response({"success": True, "data": {"items": self.found}})


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    it = Elsewhere()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", it.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    it.address = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield it
    finally:
        await runner.cleanup()


@contextmanager
def running(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **variables: str
) -> Iterator[str]:
    """Run the receiver of the page with a recipe of it; yields its address."""
    for name, text in code().items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    given = {"WEBHOOK_SECRET": SECRET, "RECIPE": recipe, "PORT": "0", **variables}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(tmp_path)
    for name in RECIPES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("receive")
    monkeypatch.setattr(module.Receiver, "log_message", lambda *_: None)
    monkeypatch.setattr(module.ThreadingHTTPServer, "handle_error", lambda *_: None)
    with module.server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
            for name in RECIPES:
                sys.modules.pop(name, None)


async def send(
    address: str, event: Event, data: Any, *, webhook_id: str = "msg_1", secret: str = SECRET
) -> Answer:
    now = real_time()
    attempt = Attempt(
        WorkspaceId("T0"),
        WebhookId("w1"),
        DeliveryId(webhook_id),
        1,
        now,
        now,
        address,
        secret,
        payloads.body(event, now, data),
    )
    async with webhook_poster({"localhost"}) as poster:
        return await poster.post(attempt, now)


def test_the_page_has_each_recipe() -> None:
    assert tuple(code()) == RECIPES


@pytest.mark.parametrize(
    "payload",
    [
        payloads.QualificationSubmitted,
        payloads.ProspectDecided,
        payloads.OverrideDecided,
        payloads.OutcomeAnswered,
    ],
)
def test_the_page_names_every_field(payload: type[Any]) -> None:
    page = PAGE.read_text("utf-8")

    assert [each for each in get_type_hints(payload) if f"`{each}`" not in page] == []


def test_the_page_names_every_event() -> None:
    page = PAGE.read_text("utf-8")

    assert [each for each in Event if f"| `{each}` |" not in page] == []


def test_the_example_of_the_page_is_what_is_sent() -> None:
    page = PAGE.read_text("utf-8")
    (example,) = re.findall(
        r"^## What is sent.*?^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL
    )

    said = json.loads(example)

    assert set(said["data"]) == set(get_type_hints(payloads.ProspectDecided))
    assert said["type"] == Event.PROSPECT_DECIDED


async def test_what_is_signed_otherwise_is_refused_and_a_test_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with elsewhere() as hubspot:
        given = {"HUBSPOT_API": hubspot.address, "HUBSPOT_TOKEN": "pat-1"}
        with running("hubspot", tmp_path, monkeypatch, **given) as address:
            forged = await send(address, Event.PROSPECT_DECIDED, LOST, secret=secret_of(b"x" * 32))
            tested = await send(address, Event.TEST, {"by": "U0SABINE"})

    assert (forged.status, tested.status, hubspot.asked) == (401, 204, [])


async def test_hubspot_has_one_deal_for_a_prospect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with elsewhere() as hubspot:
        given = {"HUBSPOT_API": hubspot.address, "HUBSPOT_TOKEN": "pat-1"}
        with running("hubspot", tmp_path, monkeypatch, **given) as address:
            answers = [
                await send(address, Event.QUALIFICATION_SUBMITTED, SUBMITTED),
                await send(address, Event.PROSPECT_DECIDED, LOST | {"expected_value": None}),
            ]

    assert [each.status for each in answers] == [204, 204]
    assert {each["authorization"] for each in hubspot.headers} == {"Bearer pat-1"}
    path = "/crm/v3/objects/deals/batch/upsert"
    found = "/crm/v3/objects/deals/p1?idProperty=walkaway_id&properties=walkaway_stage"
    first = {
        "dealname": "=Müller & Söhne",
        "amount": "12000.50",
        "walkaway_verdict": "problem",
        "walkaway_rule": "value_not_shown",
        "walkaway_stage": "open",
        "dealstage": "appointmentscheduled",
    }
    then = first | {"amount": "", "walkaway_stage": "lost", "dealstage": "closedlost"}
    made = [{"idProperty": "walkaway_id", "id": "p1", "properties": each} for each in (first, then)]
    assert hubspot.asked == [
        asked
        for each in made
        for asked in (("GET", found, None), ("POST", path, {"inputs": [each]}))
    ]


async def test_hubspot_opens_a_deal_again_and_leaves_one_where_people_moved_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone = LOST | {"stage": "open", "decision": "undone"}
    async with elsewhere() as hubspot:
        given = {"HUBSPOT_API": hubspot.address, "HUBSPOT_TOKEN": "pat-1"}
        with running("hubspot", tmp_path, monkeypatch, **given) as address:
            await send(address, Event.PROSPECT_DECIDED, LOST)
            lost = hubspot.deal["dealstage"]
            await send(address, Event.PROSPECT_DECIDED, undone)
            reopened = hubspot.deal["dealstage"]
            hubspot.deal["dealstage"] = "contractsent"
            await send(address, Event.QUALIFICATION_SUBMITTED, SUBMITTED | {"is_again": True})

    assert (lost, reopened) == ("closedlost", "appointmentscheduled")
    assert hubspot.deal["dealstage"] == "contractsent"


async def test_pipedrive_finds_the_deal_of_a_prospect_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with elsewhere() as pipedrive:
        given = {
            "PIPEDRIVE_API": pipedrive.address,
            "PIPEDRIVE_TOKEN": "t1",
            "PIPEDRIVE_ID": "aa11",
            "PIPEDRIVE_VERDICT": "bb22",
        }
        with running("pipedrive", tmp_path, monkeypatch, **given) as address:
            await send(address, Event.QUALIFICATION_SUBMITTED, SUBMITTED)
            pipedrive.found = [{"item": {"id": 42}}]
            await send(address, Event.PROSPECT_DECIDED, LOST)

    assert {each["x-api-token"] for each in pipedrive.headers} == {"t1"}
    search = "/api/v2/deals/search?term=p1&fields=custom_fields&exact_match=true"
    first = {
        "title": "=Müller & Söhne",
        "status": "open",
        "custom_fields": {"aa11": "p1", "bb22": "problem"},
        "value": 12000.5,
        "currency": "EUR",
    }
    assert pipedrive.asked == [
        ("GET", search, None),
        ("POST", "/api/v2/deals", first),
        ("GET", search, None),
        ("PATCH", "/api/v2/deals/42", first | {"status": "lost", "lost_reason": "no budget"}),
    ]


async def test_a_spreadsheet_gets_a_line_for_each_event_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.csv"
    with running("spreadsheet", tmp_path, monkeypatch, SPREADSHEET=str(file)) as address:
        for webhook_id in ("msg_1", "msg_1", "msg_2"):
            await send(address, Event.PROSPECT_DECIDED, LOST, webhook_id=webhook_id)

    text = await asyncio.to_thread(file.read_text, "utf-8")
    lines = list(csv.DictReader(text.splitlines()))
    assert [each["webhook_id"] for each in lines] == ["msg_1", "msg_2"]
    assert lines[0]["name"] == "'=Müller & Söhne"
    assert (lines[0]["type"], lines[0]["decision"]) == ("prospect.decided", "lost")


async def test_what_a_recipe_could_not_hand_on_is_a_failure_and_so_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"HUBSPOT_API": "http://127.0.0.1:9", "HUBSPOT_TOKEN": "pat-1"}
    with running("hubspot", tmp_path, monkeypatch, **given) as address:
        answer = await send(address, Event.PROSPECT_DECIDED, LOST)

    assert not answer.is_taken
