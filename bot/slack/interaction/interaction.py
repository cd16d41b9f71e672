"""Work that goes on after Slack got its answer: tracked, and bounded."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aiohttp import InvalidURL
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.errors import AnswersRejected
from bot.domain.read_models import HomePage
from bot.domain.workspace import language_of
from bot.services.decisions.decide import DecisionService, DeclineService
from bot.services.decisions.follow_up import FollowUpService
from bot.services.decisions.handover import HandoverService
from bot.services.delivery.resend import ResendService
from bot.services.figures import ReportService
from bot.services.home import Home
from bot.services.outcomes import OutcomeService
from bot.services.overrides import OverrideService
from bot.services.people import Membership
from bot.services.ports import Caller, Person
from bot.services.screening.screen import ScreeningService
from bot.services.settings import SettingsService
from bot.slack import kit
from bot.slack.client.identity import MAY_PASS
from bot.slack.error_messages import parts
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.texts import Texts, texts_in

log = logging.getLogger(__name__)

AT_ONCE = 100
"""How many tasks run at the same time; a trigger_id lives 3 s, so more would only expire."""


class Background:
    """Runs tasks, keeps hold of them, and waits for them at the end."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin to run `work`; it reports its own errors, what escapes it is logged."""
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until all work is done, that begun meanwhile included."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._places:
            try:
                await work
            except Exception:
                log.exception("work after an answer failed")


log = logging.getLogger(__name__)

Guard = Callable[["Interaction", Coroutine[Any, Any, None]], Coroutine[Any, Any, None]]
"""Runs work that follows an answer, and says what it refuses."""

Reply = Mapping[str, Any] | None
"""What Slack gets back at once: a `response_action`, or nothing."""


@dataclass(frozen=True, slots=True)
class Surface:
    """What the listeners work with."""

    membership: Membership
    screening: ScreeningService
    decisions: DecisionService
    follow_up: FollowUpService
    overrides: OverrideService
    handover: HandoverService
    outcomes: OutcomeService
    decline: DeclineService
    settings: SettingsService
    home: Home
    reports: ReportService
    resend: ResendService
    background: Background


class Interaction:
    """A payload from Slack, with who sent it and how to answer."""

    def __init__(
        self,
        surface: Surface,
        client: AsyncWebClient,
        body: Mapping[str, Any],
        caller: Caller,
        guard: Guard,
    ) -> None:
        self.surface = surface
        self._guard = guard
        self.body = body
        self.caller = caller
        self._client = client
        self._person: Person | None = None

    @property
    def is_screening(self) -> bool:
        """Whether it came from the modal in which a prospect is screened."""
        return self.view.get("callback_id") in {ids.STEP, ids.NAME_ASKED}

    @property
    def is_submission(self) -> bool:
        """Whether it is a submitted view, which takes its answer back at once."""
        return self.body.get("type") == "view_submission"

    @cached_property
    def _home_and_view(self) -> tuple[HomePage | None, Mapping[str, Any]]:
        view = self.body.get("view") or {}
        return payloads.home_behind(view) if isinstance(view, Mapping) else (None, {})

    @property
    def view(self) -> Mapping[str, Any]:
        """The view that it came from; empty if it came from a message."""
        return self._home_and_view[1]

    @property
    def is_on_home(self) -> bool:
        """Whether it is a click in App Home, where nothing can be said but in a modal."""
        return self.view.get("type") == "home"

    @property
    def home_page(self) -> HomePage | None:
        """The page of App Home that it came from, be it through a modal; None from elsewhere."""
        return self._home_and_view[0]

    @property
    def event(self) -> Mapping[str, Any]:
        """What happened, if Slack tells of an event."""
        event = self.body.get("event")
        return event if isinstance(event, Mapping) else {}

    @property
    def action(self) -> Mapping[str, Any]:
        """The element that was used; empty if none was."""
        used = self.body.get("actions")
        first = used[0] if isinstance(used, list) and used else None
        return first if isinstance(first, Mapping) else {}

    @property
    def value(self) -> str:
        """What the element stands for: the value of a button, or of the option chosen."""
        option = self.action.get("selected_option")
        chosen = option if isinstance(option, Mapping) else self.action
        return str(chosen.get("value") or "")

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` after Slack got its answer; what it refuses is said to who is answered."""
        self.surface.background.spawn(self._guard(self, work))

    def afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` of which nobody is told, after Slack got its answer; a failure is logged."""
        self.surface.background.spawn(work)

    async def person(self) -> Person:
        """Return who it is; somebody new is looked up in Slack, for a second at most."""
        if self._person is None:
            self._person = await self.surface.membership.greet(self.caller)
        return self._person

    async def texts(self) -> Texts:
        """Return the texts in the language of who is answered."""
        person = await self.person()
        return texts_in(language_of(person.locale, person.workspace.settings.language))

    async def reject(self, rejected: AnswersRejected) -> Reply:
        """Say beside each field what is wrong with it; what belongs to none stands at the first.

        Raises it again where there is no field.
        """
        fields = view_state.input_blocks(self.view)
        if not fields:
            raise rejected
        sentences = parts.field_errors(rejected, await self.texts())
        errors = {
            (block if block in fields else fields[0]): sentence
            for block, sentence in sentences.items()
        }
        return {"response_action": "errors", "errors": errors}

    def remembering(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """Return a modal that knows the page of App Home behind it, if there is one."""
        return (
            dict(view)
            if self.home_page is None
            else payloads.opened_from_home(view, self.home_page)
        )

    async def open(self, view: Mapping[str, Any]) -> None:
        """Open a modal; inside one, put another on top."""
        trigger_id = payloads.sent_text(self.body, "trigger_id")
        if self.view.get("type") == "modal":
            await self._client.views_push(trigger_id=trigger_id, view=self.remembering(view))
        else:
            await self._client.views_open(trigger_id=trigger_id, view=self.remembering(view))

    async def redraw(self, view: Mapping[str, Any], *, if_changed: bool = False) -> None:
        """Replace the modal that it came from, unless it was closed meanwhile.

        One that was redrawn since is left alone too, but for `if_changed`. From App Home it opens
        a modal instead.
        """
        if self.is_on_home:
            return await self.open(view)
        try:
            await self._client.views_update(
                view_id=payloads.sent_text(self.view, "id"),
                hash=None if if_changed else payloads.sent_text(self.view, "hash"),
                view=self.remembering(view),
            )
        except SlackApiError as error:
            code = payloads.refusal_code(error.response)
            if code not in {"not_found", "hash_conflict"}:
                raise
            log.info("a view was not redrawn: %s", code)
        return None

    async def publish(self, home: Mapping[str, Any], instead_of: str | None) -> bool:
        """Show somebody their App Home; False if it is no longer the one of this hash.

        When Slack is away they keep what they see: it is drawn anew whenever they come.
        """
        try:
            await self._client.views_publish(
                user_id=self.caller.member_id, view=dict(home), hash=instead_of
            )
        except MAY_PASS as error:
            code = (
                payloads.refusal_code(error.response) if isinstance(error, SlackApiError) else None
            )
            if code == "hash_conflict":
                return False
            log.warning("an App Home was not published: %s", code or type(error).__name__)
        return True

    async def say(self, message: kit.Rendered) -> None:
        """Answer privately, where it happened."""
        webhook = AsyncWebhookClient(
            payloads.sent_text(self.body, "response_url"),
            session=self._client.session,
            retry_handlers=[],
        )
        try:
            await webhook.send(
                text=message.text,
                blocks=message.blocks or None,
                response_type="ephemeral",
                replace_original=False,
            )
        except InvalidURL as error:
            raise payloads.MalformedPayload from error
