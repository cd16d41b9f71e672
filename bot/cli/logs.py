"""How a line of the log looks: text for who reads along, JSON for who collects.

Whoever logs does so by Python's own loggers; what a line is about besides (a request, a message,
a prospect) stands in the context, and is added here.
"""

import logging
import sys
from typing import Final

import structlog
from structlog.typing import Processor

FIELDS: Final = ("version", "mode", "slack", "database", "address", "workspace")
"""What a line may bring along by itself; anything else might be a name."""

_COMPLETING: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.ExtraAdder(allow=FIELDS),
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def log_to_stderr(level: str, form: str | None) -> None:
    """Log in one line each; at `level` only what we write, others when something is wrong.

    Slack's client would write whole payloads, and a driver the values of its statements. Without
    a `form`, a terminal gets text, and anything else JSON.
    """
    is_terminal = sys.stderr.isatty()
    handler = logging.StreamHandler()
    handler.setFormatter(
        formatter(form or ("text" if is_terminal else "json"), colours=is_terminal)
    )
    logging.basicConfig(handlers=[handler])
    logging.getLogger().setLevel("ERROR" if level == "ERROR" else "WARNING")
    logging.getLogger("bot").setLevel(level)


def formatter(form: str, *, colours: bool = False) -> logging.Formatter:
    """Return what makes a line of a record. A trace has no values of variables in it."""
    written: tuple[Processor, ...] = (
        (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())
        if form == "json"
        else (
            structlog.dev.ConsoleRenderer(
                colors=colours, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        )
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        foreign_pre_chain=_COMPLETING,
    )
