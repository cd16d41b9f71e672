"""Errors that no one foresaw, told to Sentry: only where SENTRY_DSN is set.

What goes out is built from a list of what may: where it happened in our code, and the ids that the
log names. No message of an error, no value of a variable, no payload, no name.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint
from structlog.contextvars import get_contextvars

from bot.version import own_version

_OF_EVENT: Final = ("event_id", "timestamp", "level", "logger", "platform", "release", "sdk")
_OF_ERROR: Final = ("type", "module")
_OF_FRAME: Final = (
    "filename",
    "function",
    "module",
    "lineno",
    "pre_context",
    "context_line",
    "post_context",
    "in_app",
)
_IDS: Final = ("request", "payload", "workspace", "message", "kind", "prospect", "job")


@contextmanager
def errors_reported(dsn: str, transport: Transport | None = None) -> Iterator[None]:
    """Report what our loggers write with a trace, until the end; then send what is left."""
    sentry_sdk.init(
        dsn,
        release=own_version(),
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        data_collection={
            "user_info": False,
            "http_bodies": [],
            "database_query_data": False,
            "stack_frame_variables": False,
        },
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=_without_anybody,
    )
    try:
        yield
    finally:
        sentry_sdk.get_client().close()


def _without_anybody(event: Event, hint: Hint) -> Event | None:
    """Return what may go out of an event; None if it is no error of ours."""
    record = hint.get("log_record")
    if record is None or record.name.partition(".")[0] != "bot" or not record.exc_info:
        return None
    kept: dict[str, Any] = _only(_OF_EVENT, event)
    kept["logentry"] = {"message": str(record.msg)}  # its arguments stay with us
    kept["exception"] = {"values": [_error(each) for each in event["exception"]["values"]]}
    kept["tags"] = {name: str(it) for name, it in _only(_IDS, get_contextvars()).items()}
    return kept  # type: ignore[return-value]  # a part of an event is one


def _error(told: Mapping[str, Any]) -> dict[str, Any]:
    frames = (told.get("stacktrace") or {}).get("frames", ())
    return {
        **_only(_OF_ERROR, told),
        "stacktrace": {"frames": [_only(_OF_FRAME, each) for each in frames]},
    }


def _only(names: tuple[str, ...], of: Mapping[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in names if name in of}
