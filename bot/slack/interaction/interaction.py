"""One interaction in Slack: what it says, and the ways to answer it."""

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from aiohttp import InvalidURL
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.calendar import today_in
from bot.domain.errors import NotFullMember, NotPermitted
from bot.domain.people import Action
from bot.domain.prospects import ProspectId
from bot.domain.read_models import HomePage
from bot.domain.workspace import FALLBACK, language_of
from bot.services.ports import Caller, Person
from bot.services.transaction.action import Click
from bot.slack import kit
from bot.slack.client.identity import MAY_PASS
from bot.slack.interaction.surface import Surface, TooBusy
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.texts import Texts, texts_in

log = logging.getLogger(__name__)

Guard = Callable[["Interaction", Coroutine[Any, Any, None]], Coroutine[Any, Any, None]]
"""Runs work that follows an answer, and says what it refuses."""

Reply = Mapping[str, Any] | None
"""What Slack gets back at once: a `response_action`, or nothing."""

Handler = Callable[["Interaction"], Awaitable[Reply]]
"""Does what an element or a dialog stands for; who it is, is known by then."""

Follow = Callable[["Interaction"], Coroutine[Any, Any, None]]
"""Does what follows an answer that Slack got already."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """The handlers of one part of the surface, by the id that Slack sends."""

    elements: Mapping[str, Handler] = field(default_factory=dict)
    """By action_id."""
    submissions: Mapping[str, Handler] = field(default_factory=dict)
    """By callback_id."""
    events: Mapping[str, Follow] = field(default_factory=dict)
    """By type. Slack may tell of an event twice, and of people we do not know."""
    changing_nothing: Collection[str] = ()
    """Of the elements; after the others App Home is drawn anew, if they came from there."""


async def take_note(_: "Interaction") -> Reply:
    """Let a modal close, or a link open: there's nothing to do for anyone."""
    return None


class Interaction:
    """A payload from Slack, with its sender and the ways to answer."""

    def __init__(
        self,
        surface: Surface,
        client: AsyncWebClient,
        body: Mapping[str, Any],
        caller: Caller,
        guard: Guard,
        reference: str,
    ) -> None:
        self.surface = surface
        self._guard = guard
        self.body = body
        self.caller = caller
        self.reference = reference
        """Names it in the log, and to who is told of an error that nobody foresaw."""
        self._client = client
        self._person: Person | None = None
        self._until = time.monotonic() + surface.patience
        self.is_calling = False
        """Whether it is done but for Slack, which is being told."""

    @property
    def seconds_left(self) -> float:
        """How many seconds Slack still waits."""
        return self._until - time.monotonic()

    @property
    def is_screening(self) -> bool:
        """Whether it came from the modal that screens a prospect."""
        return self.view.get("callback_id") in {ids.STEP, ids.NAME_ASKED}

    @property
    def is_submission(self) -> bool:
        """Whether it's a submitted view, whose answer goes back at once."""
        return self.body.get("type") == "view_submission"

    @cached_property
    def _home_and_view(self) -> tuple[HomePage | None, Mapping[str, Any]]:
        view = self.body.get("view") or {}
        return payloads.home_behind(view) if isinstance(view, Mapping) else (None, {})

    @property
    def view(self) -> Mapping[str, Any]:
        """The view that it came from; empty for a message."""
        return self._home_and_view[1]

    @property
    def is_on_top(self) -> bool:
        """Whether it came from a modal on top of another."""
        return self.view.get("root_view_id") not in (None, self.view.get("id"))

    @property
    def is_on_home(self) -> bool:
        """Whether it's a click in App Home, which can only be answered in a modal."""
        return self.view.get("type") == "home"

    @property
    def home_page(self) -> HomePage | None:
        """The page of App Home that it came from, also through a modal; None from elsewhere."""
        return self._home_and_view[0]

    @property
    def event(self) -> Mapping[str, Any]:
        """The event that Slack sent; empty for any other payload."""
        event = self.body.get("event")
        return event if isinstance(event, Mapping) else {}

    @property
    def action(self) -> Mapping[str, Any]:
        """The element that was used; empty without one."""
        used = self.body.get("actions")
        first = used[0] if isinstance(used, list) and used else None
        return first if isinstance(first, Mapping) else {}

    @property
    def value(self) -> str:
        """The value of the button, or of the chosen option."""
        option = self.action.get("selected_option")
        chosen = option if isinstance(option, Mapping) else self.action
        return str(chosen.get("value") or "")

    @property
    def target(self) -> payloads.Target:
        """The prospect that it's about, as it was drawn. Raises MalformedPayload.

        A dialog stores it in its metadata, a menu behind the action's name, and a button as its
        value.
        """
        if self.view.get("type") == "modal" and self.view.get("private_metadata"):
            return payloads.Target.of_dialog(self.view)
        if self.action.get("action_id") == ids.MORE:
            return payloads.parse_option(self.value)[1]
        return payloads.Target.parse(self.value)

    @property
    def about(self) -> ProspectId | None:
        """The prospect that it's about; None if it names none."""
        try:
            return self.target.prospect_id
        except payloads.MalformedPayload:
            return None

    @property
    def click(self) -> Click:
        """The prospect that it's about, as the services take it."""
        return Click(self.target.prospect_id, self.target.revision)

    @property
    def typed(self) -> Mapping[str, view_state.Typed]:
        """What stands in each input of the view, by `block_id`. Raises MalformedPayload."""
        return view_state.read_inputs(self.view)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` after Slack got its answer. A refusal is shown to the sender.

        Raises TooBusy.
        """
        self.surface.background.spawn(self._guard(self, work))

    def afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` after Slack got its answer. A failure is only logged."""
        try:
            self.surface.background.spawn(work)
        except TooBusy:
            log.warning("too busy for what nobody waits for")

    async def person(self) -> Person:
        """Return the sender. An unknown one is looked up in Slack, for at most a second."""
        if self._person is None:
            self._person = await self.surface.membership.greet(self.caller)
        return self._person

    async def greet(self) -> None:
        """Identify the sender first, so that someone without rights is told why at once.

        Raises NotFullMember, and NotPermitted if Slack doesn't let us ask. If Slack is slow, an
        unknown sender is let in without any rights.
        """
        person = await self.person()
        if person.lacks is not None:
            raise NotPermitted(person.lacks)
        why = person.outsider
        if why is not None:
            raise NotFullMember(Action.DETAILS, why)

    async def today(self) -> date:
        """Return today's date where the sender is."""
        return today_in((await self.person()).zone, self.surface.clock())

    @property
    def texts_at_hand(self) -> Texts:
        """The texts in the sender's language, as far as it's known without asking."""
        person = self._person
        if person is None:
            return texts_in(FALLBACK)
        return texts_in(language_of(person.locale, person.workspace.settings.language))

    async def texts(self) -> Texts:
        """Return the texts in the sender's language."""
        await self.person()
        return self.texts_at_hand

    def remembering(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """Return a modal that remembers the page of App Home behind it, if there is one."""
        return (
            dict(view)
            if self.home_page is None
            else payloads.opened_from_home(view, self.home_page)
        )

    async def open(self, view: Mapping[str, Any]) -> None:
        """Open a modal; inside a modal, put it on top, unless that one was closed meanwhile."""
        await self.opened(view)

    async def opened(self, view: Mapping[str, Any]) -> str:
        """Open a modal as `open` does, and return its id; empty if the one below was closed."""
        self.is_calling = True
        trigger_id = payloads.sent_text(self.body, "trigger_id")
        is_inside = self.view.get("type") == "modal"
        opens = self._client.views_push if is_inside else self._client.views_open
        try:
            answer = await opens(trigger_id=trigger_id, view=self.remembering(view))
        except SlackApiError as error:
            if not is_inside or payloads.refusal_code(error.response) != "not_found":
                raise
            log.info("a view was not put on top: the one below was closed")
            return ""
        opened = answer.get("view") or {}
        return str(opened.get("id") or "")

    async def redraw(self, view: Mapping[str, Any], *, if_changed: bool = False) -> None:
        """Replace the modal that it came from, unless that was closed meanwhile.

        A modal that was redrawn since is left alone too, except with `if_changed`. From App Home,
        this opens a modal instead.
        """
        if self.is_on_home:
            await self.open(view)
        else:
            await self.redrawn(view, if_changed=if_changed)

    async def redrawn(self, view: Mapping[str, Any], *, if_changed: bool = False) -> bool:
        """Replace a modal as `redraw` does; False if it was redrawn since and left alone."""
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
            return code != "hash_conflict"
        return True

    async def redraw_below(self, view: Mapping[str, Any]) -> None:
        """Replace the modal below the one that it came from, unless that was closed meanwhile."""
        await self.show_in(payloads.sent_text(self.view, "previous_view_id"), view)

    async def show_in(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Replace the content of the modal with this id, unless it was closed meanwhile."""
        try:
            await self._client.views_update(view_id=view_id, view=self.remembering(view))
        except SlackApiError as error:
            code = payloads.refusal_code(error.response)
            if code != "not_found":
                raise
            log.info("a view was not redrawn: %s", code)

    async def publish(self, home: Mapping[str, Any], instead_of: str | None) -> bool:
        """Show App Home to the sender; False if it's no longer in the state of this hash.

        While Slack is away, members keep what they see; it's drawn anew whenever they open it.
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

    @property
    def client(self) -> AsyncWebClient:
        """Slack's Web API, for calls that have no method here."""
        return self._client

    async def say(self, message: kit.Rendered) -> None:
        """Reply privately, in the place where it happened."""
        self.is_calling = True
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
