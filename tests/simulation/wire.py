"""Between the bot and the pretend Slack, without a network: every call, and how long it takes."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from sandbox.delivery import Json
from sandbox.responses import Responses
from sandbox.web_api import WebApi

GIVES_UP_AFTER: Final = 10.0
"""Seconds, as where it is no rehearsal."""


class Wire:
    """What the bot takes for its `aiohttp.ClientSession`."""

    closed = False

    def __init__(self, web_api: WebApi, responses: Responses, chance: random.Random) -> None:
        self._web_api = web_api
        self._responses = responses
        self._chance = chance

    @asynccontextmanager
    async def request(self, _verb: str, url: str | URL, **sent: Any) -> AsyncIterator["Answer"]:
        """Bring a call to Slack and its answer back; raises what aiohttp raises."""
        async with asyncio.timeout(GIVES_UP_AFTER):
            await self._way()
            answer = await self._answered(urlsplit(str(url)).path, sent)
            await self._way()
        if answer is None:
            raise aiohttp.ServerDisconnectedError
        yield Answer(answer)

    async def _answered(self, path: str, sent: Mapping[str, Any]) -> web.Response | None:
        door, name = path.removeprefix("/").split("/", 1)
        if door == "response":
            return self._responses.take(name, json.loads(sent["data"]))
        raw = {**(sent.get("params") or {}), **(sent.get("data") or {}), **(sent.get("json") or {})}
        token = sent["headers"].get("Authorization", "").removeprefix("Bearer ")
        return await self._web_api.answer(name, token, raw)

    async def _way(self) -> None:
        await asyncio.sleep(self._chance.uniform(0.005, 0.15))


class Answer:
    """What came back, as slack_sdk reads it."""

    def __init__(self, response: web.Response) -> None:
        self.status = response.status
        self.headers = response.headers
        self.content_type = response.content_type
        self._text = response.text or ""

    async def text(self) -> str:
        """Return the body."""
        return self._text

    async def json(self) -> Json:
        """Return the body read as JSON; raises ContentTypeError for what does not say it is."""
        if self.content_type != "application/json":
            request: Any = None
            raise aiohttp.ContentTypeError(request, ())
        return dict(json.loads(self._text))
