"""Permissions that an interaction gives to the app for a while: trigger ids and response URLs."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.problems import ApiError

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)

in_tab: ContextVar[str | None] = ContextVar("in_tab", default=None)
"""The tab of the page in which somebody does something; None without a page."""


@dataclass(slots=True)
class Trigger:
    """The right to open one view for one member within three seconds."""

    id: str
    member: str
    until: float
    """By the monotonic clock."""
    from_view: bool
    tab: str | None
    """Where the view is to be seen, as in Slack: where it was asked for."""
    used: bool = False


@dataclass(slots=True)
class ResponseAddress:
    """The right to answer an interaction five times within half an hour."""

    id: str
    member: str
    channel: str
    until: datetime
    message_ts: str | None = None
    uses_left: int = RESPONSE_USES


class Permits:
    """All permissions that were given."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        new_id: Callable[[str], str],
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._new_id = new_id
        self._triggers: dict[str, Trigger] = {}
        self._addresses: dict[str, ResponseAddress] = {}

    def new_trigger(self, member: str, *, from_view: bool = False) -> str:
        """Give a trigger id; `from_view` says that it comes from inside a modal."""
        trigger_id = f"{self._new_id('1')}.{self._new_id('2')}.{self._new_id('t').lower()}"
        until = self._monotonic() + TRIGGER_SECONDS
        self._triggers[trigger_id] = Trigger(trigger_id, member, until, from_view, in_tab.get())
        return trigger_id

    def spend(self, trigger_id: str) -> Trigger:
        """Use a trigger id up. Raises ApiError as views.open would answer."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self._monotonic() > trigger.until:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_address(self, member: str, channel: str, message_ts: str | None = None) -> str:
        """Give a response address, and return its id."""
        address_id = self._new_id("R")
        until = self._clock() + RESPONSE_LIFE
        self._addresses[address_id] = ResponseAddress(
            address_id, member, channel, until, message_ts
        )
        return address_id

    def use_address(self, address_id: str) -> ResponseAddress:
        """Use an address once. Raises ApiError when it is unknown, worn out or too old."""
        address = self._addresses.get(address_id)
        if address is None or self._clock() > address.until:
            raise ApiError("expired_url")
        if address.uses_left == 0:
            raise ApiError("used_url")
        address.uses_left -= 1
        return address
