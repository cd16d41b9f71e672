"""Config: the operator's choices, read from the environment once and checked as a whole.

Nothing here reads `.env` or the process's environment: `__main__` passes the variables in.
`.env.example` repeats the names and defaults; a test keeps both in step.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import is_currency

from bot.domain.calendar import working_calendar
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import spelled
from bot.domain.errors import UnknownCountry, UnknownRegion
from bot.domain.settings.fields import InvalidValue, read_zone
from bot.domain.settings.table import SettingId
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import FALLBACK, OverrideApproval, Settings

DEFAULT_DATABASE_URL = "sqlite:///walkaway.db"
DEFAULT_API_URL = "https://slack.com/api/"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")

PREFIX = "WALKAWAY_"
"""Each variable can be given with it too, and wins then: other programs read the short names."""
NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_API_URL",
    "DATABASE_URL",
    "DATABASE_CONNECTIONS",
    "HOST",
    "PORT",
    "METRICS_PORT",
    "WEBHOOK_ALLOWED_HOSTS",
    "HOOKS_PORT",
    "PUBLIC_URL",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "SENTRY_DSN",
    "VERDICT_CHANNEL",
    "MANAGERS",
    "LANGUAGE",
    "COUNTRY",
    "TIMEZONE",
    "CURRENCY",
    "OVERRIDE_APPROVAL",
)
"""Every variable that we read."""

Environment = Mapping[str, str]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """A variable that is missing or unusable."""

    variable: str
    sentence: str
    """What is wrong and what to do; never quotes a secret."""


class ConfigError(Exception):
    """The environment is unusable; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__(*(problem.variable for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """The operator's choices."""

    database_url: str = field(repr=False)
    """May hold a password."""
    database_connections: int | None
    """As many as this process may have to PostgreSQL at once; None: as usual."""
    slack_bot_token: str = field(repr=False)
    slack_app_token: str | None = field(repr=False)
    """Present: Socket Mode; else HTTP."""
    slack_signing_secret: str | None = field(repr=False)
    slack_api_url: str
    host: str
    port: int
    metrics_port: int | None
    """None: nothing is counted."""
    webhook_allowed_hosts: frozenset[str]
    """Hosts to which webhooks may go wherever they stand, also without TLS."""
    hooks_port: int | None
    """Where drafts come in beside Socket Mode; None: nowhere."""
    public_url: str | None
    """How the outside reaches us, without a slash at the end, if that was said."""
    log_level: str
    log_format: str | None
    """None: text on a terminal, JSON elsewhere."""
    sentry_dsn: str | None = field(repr=False)
    """None: errors are told to nobody but the log."""
    first_values: FirstValues
    """The settings of a workspace as far as it has none yet."""
    warnings: tuple[str, ...] = ()
    """What is passed over or looks odd, a sentence each."""

    @property
    def settings(self) -> Settings:
        """A workspace's first settings."""
        return self.first_values.settings

    @classmethod
    def from_environment(cls, environ: Environment) -> "Config":
        """Read everything. Raises ConfigError with all that is missing or unusable."""
        read = _Variables(environ)
        config = cls(
            database_url=read.value("DATABASE_URL", _database_url, DEFAULT_DATABASE_URL),
            database_connections=read.optional("DATABASE_CONNECTIONS", _connections),
            slack_bot_token=read.value("SLACK_BOT_TOKEN", _bot_token),
            slack_app_token=read.optional("SLACK_APP_TOKEN", _app_token),
            slack_signing_secret=read.optional("SLACK_SIGNING_SECRET", str),
            slack_api_url=read.value("SLACK_API_URL", _api_url, DEFAULT_API_URL),
            host=read.value("HOST", str, "127.0.0.1"),
            port=read.value("PORT", _port, "3000"),
            metrics_port=read.optional("METRICS_PORT", _port),
            webhook_allowed_hosts=(read.optional("WEBHOOK_ALLOWED_HOSTS", _hosts) or frozenset()),
            hooks_port=read.optional("HOOKS_PORT", _port),
            public_url=read.optional("PUBLIC_URL", _public_url),
            log_level=read.value("LOG_LEVEL", _log_level, "INFO"),
            log_format=read.optional("LOG_FORMAT", _log_format),
            sentry_dsn=read.optional("SENTRY_DSN", _sentry_dsn),
            first_values=_first_values(read),
            warnings=tuple(_warnings(read)),
        )
        read.require_one_way_in()
        read.refuse_oauth()
        read.finish()
        return config


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What the manifest of the Slack app depends on. None of it has to be set."""

    language: str
    is_socket_mode: bool
    is_http: bool
    """Neither: it is not decided yet."""

    @classmethod
    def from_environment(cls, environ: Environment) -> "AppSettings":
        """Read only these, before there are any tokens. Raises ConfigError."""
        read = _Variables(environ)
        app_token = read.optional("SLACK_APP_TOKEN", _app_token)
        secret = read.optional("SLACK_SIGNING_SECRET", str)
        language = read.optional("LANGUAGE", _language) or FALLBACK
        read.finish()
        return cls(language, app_token is not None, app_token is None and secret is not None)


def database_url(environ: Environment) -> str:
    """Read only the database's address, for commands that need no Slack. Raises ConfigError."""
    read = _Variables(environ)
    url = read.value("DATABASE_URL", _database_url, DEFAULT_DATABASE_URL)
    read.finish()
    return url


def _first_values(read: "_Variables") -> FirstValues:
    """Read the settings that managers can change later. An empty variable counts as unset."""
    found = {
        SettingId.VERDICT_CHANNEL: read.optional("VERDICT_CHANNEL", _channel),
        SettingId.MANAGERS: read.optional("MANAGERS", _managers) or None,
        SettingId.LANGUAGE: read.optional("LANGUAGE", _language),
        SettingId.COUNTRY: read.optional("COUNTRY", _country),
        SettingId.ZONE: read.optional("TIMEZONE", _zone),
        SettingId.CURRENCY: read.optional("CURRENCY", _currency),
        SettingId.OVERRIDE_APPROVAL: read.optional("OVERRIDE_APPROVAL", _override_approval),
    }
    named: dict[str, Any] = {each: value for each, value in found.items() if value is not None}
    return FirstValues(Settings(**named), frozenset(map(SettingId, named)))


def _warnings(read: "_Variables") -> Iterator[str]:
    if read.is_set("LANGUAGE") and read.optional("LANGUAGE", _language) is None:
        spoken = ", ".join(LANGUAGES)
        yield f"LANGUAGE isn't one of our languages ({spoken}), so it's ignored"
    secret = read.optional("SLACK_SIGNING_SECRET", str)
    if secret is not None and read.is_set("SLACK_APP_TOKEN"):
        yield "SLACK_SIGNING_SECRET isn't used with SLACK_APP_TOKEN (Socket Mode)"
    elif secret is not None and not re.fullmatch(r"[0-9a-f]{32}", secret):
        yield (
            "SLACK_SIGNING_SECRET doesn't look like one (32 of 0-9 and a-f): copy it again from "
            "Basic Information, Signing Secret"
        )
    yield from read.unknown()


class _Odd(Exception):
    """The value is unusable; the argument is the sentence for the operator."""


class _Variables:
    """Reads variables one by one and collects what is wrong, to report everything at once.

    The value returned for a wrong variable is never used, because `finish` raises.
    """

    def __init__(self, environ: Environment) -> None:
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        ours = {name: given[PREFIX + name] for name in NAMES if PREFIX + name in given}
        self._environ = given | ours
        self._problems: list[ConfigProblem] = []

    def value(self, name: str, parse: Callable[[str], T], default: str | None = None) -> T:
        """Return a variable that is required or has a default."""
        text = self._environ.get(name, default)
        try:
            if text is None:
                raise _Odd(_MISSING[name])
            if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
                raise _Odd("is in quotes, which docker --env-file keeps: leave them out.")
            return parse(text)
        except _Odd as odd:
            self._problems.append(ConfigProblem(name, str(odd)))
            return None  # type: ignore[return-value]  # never seen, see above

    def unknown(self) -> Iterator[str]:
        """Yield a sentence for each name that looks like ours and is none."""
        for name in sorted(self._environ):
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in NAMES:
                near = get_close_matches(name, [PREFIX + each for each in NAMES], n=1, cutoff=0.8)
                meant = f" (did you mean {near[0]}?)" if near else ""
                yield f"{name} isn't one of our variables{meant}, so it's ignored"

    def is_set(self, name: str) -> bool:
        """Tell whether a variable is set and not empty."""
        return name in self._environ

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return a variable that may be left out."""
        return self.value(name, parse) if name in self._environ else None

    def require_one_way_in(self) -> None:
        """Require a token or secret through which Slack can reach us."""
        if not {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} & self._environ.keys():
            self._problems.append(
                ConfigProblem(
                    "SLACK_APP_TOKEN",
                    "is missing: set it (xapp-…) for Socket Mode, or set SLACK_SIGNING_SECRET "
                    "to receive Slack's requests over HTTP.",
                )
            )

    def refuse_oauth(self) -> None:
        """Say plainly what this version does not do."""
        for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
            if name in self._environ:
                self._problems.append(
                    ConfigProblem(
                        name,
                        "is set, but this version serves one workspace, by SLACK_BOT_TOKEN: "
                        "remove it.",
                    )
                )

    def finish(self) -> None:
        """Raise ConfigError if anything is wrong."""
        if self._problems:
            raise ConfigError(tuple(self._problems))


_MISSING = {
    "SLACK_BOT_TOKEN": "is missing: copy the Bot User OAuth Token (xoxb-…) from your Slack app's "
    "page, under OAuth & Permissions.",
}


def _bot_token(text: str) -> str:
    if not text.startswith("xoxb-"):
        raise _Odd("doesn't start with xoxb-: it must be the Bot User OAuth Token.")
    return _whole_token(text)


def _app_token(text: str) -> str:
    if not text.startswith("xapp-"):
        raise _Odd("doesn't start with xapp-: it must be an app-level token.")
    return _whole_token(text)


def _whole_token(text: str) -> str:
    if not re.fullmatch(r"xox[a-z]-[!-~]+|xapp-[!-~]+", text):
        raise _Odd("isn't a whole token, or has characters that no token has: copy it again.")
    return text


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme.startswith("sqlite") and ":memory:" in rest:
        raise _Odd("names a database in memory, which no one could share or keep: name a file.")
    if scheme == "sqlite" and separator and rest.startswith("/") and len(rest) > 1:
        return text
    parts = _split(text)
    is_postgresql = bool(separator) and _POSTGRESQL.fullmatch(scheme)
    if parts is None or not is_postgresql or not parts.path.strip("/"):
        raise _Odd(
            "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE; in the password, "
            "write / as %2F, @ as %40, : as %3A."
        )
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    if unknown := given.keys() - _AFTER_THE_QUESTION_MARK - _PASSED_OVER:
        names, known = ", ".join(sorted(unknown)), ", ".join(_AFTER_THE_QUESTION_MARK)
        raise _Odd(f"takes {known} after the question mark, not {names}.")
    if len(pairs) > len(given):
        raise _Odd("says something twice after the question mark: leave one of them out.")
    _check_connection(given)
    return text if scheme in _SCHEMES else f"postgresql://{rest}"


_SCHEMES = ("postgres", "postgresql", "postgresql+asyncpg")
_POSTGRESQL = re.compile(r"postgres(?:ql)?(?:\+(?:asyncpg|psycopg2?))?", re.IGNORECASE)
_AFTER_THE_QUESTION_MARK = (
    "sslmode",
    "sslrootcert",
    "channel_binding",
    "connect_timeout",
    "application_name",
    "host",
    "port",
)
"""What providers print; nothing follows from `channel_binding` and `application_name`."""
_PASSED_OVER = frozenset(
    {"connection_limit", "gssencmode", "pgbouncer", "supa", "target_session_attrs"}
)
"""What some providers print for other programs."""
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def _check_connection(given: Mapping[str, str]) -> None:
    mode, root, wait = (given.get(each) for each in ("sslmode", "sslrootcert", "connect_timeout"))
    if mode is not None and mode not in _SSL_MODES:
        raise _Odd(f"has an sslmode that isn't one of {', '.join(_SSL_MODES)}: {mode!r}.")
    if root not in {None, "system"} and not Path(root).is_file():
        raise _Odd(f"names in sslrootcert a file that isn't there: {root!r}.")
    if root not in {None, "system"} and not _has_certificates(root):
        raise _Odd(f"names in sslrootcert a file without a certificate we can read: {root!r}.")
    if wait is not None and not (wait.isascii() and wait.isdecimal() and int(wait) > 0):
        raise _Odd(f"has a connect_timeout that isn't a number of seconds: {wait!r}.")


def _has_certificates(file: str | None) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:  # as its errors are, too
        return False
    return True


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address; None if it is none."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # is looked at only now
    except ValueError:
        return None
    return parts


def _api_url(text: str) -> str:
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _Odd(f"must be an address such as {DEFAULT_API_URL}")
    return text.rstrip("/") + "/"


def _public_url(text: str) -> str:
    parts = _split(text)
    is_address = parts is not None and parts.scheme in {"http", "https"} and parts.hostname
    if parts is None or not is_address or parts.query or parts.fragment:
        raise _Odd("must be an address such as https://walkaway.example.com")
    return text.rstrip("/")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise _Odd(f"must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _connections(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 2 <= int(text) <= 1000):
        raise _Odd(f"must be a number from 2 to 1000, not {text!r}.")
    return int(text)


def _hosts(text: str) -> frozenset[str]:
    hosts = frozenset(each.casefold().rstrip(".") for each in re.split(r"[\s,;]+", text) if each)
    odd = sorted(each for each in hosts if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:]+", each))
    if odd:
        raise _Odd(
            "must be host names, separated by commas, without https://, port or path; these "
            f"aren't: {', '.join(odd)}."
        )
    return hosts


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise _Odd(f"must be one of {', '.join(LOG_LEVELS)}, not {text!r}.")
    return text.upper()


def _log_format(text: str) -> str:
    if text.lower() not in LOG_FORMATS:
        raise _Odd(f"must be one of {', '.join(LOG_FORMATS)}, not {text!r}.")
    return text.lower()


def _sentry_dsn(text: str) -> str:
    parts = _split(text)
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not (parts.username and parts.hostname and parts.path.strip("/"))
    ):
        raise _Odd("must be a DSN such as https://KEY@sentry.example/PROJECT.")
    return text


def _channel(text: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{2,}", text):
        raise _Odd(f"must be a channel's id such as C0123456789, not {text!r} (a name won't do).")
    return text


def _managers(text: str) -> tuple[str, ...]:
    ids = tuple(re.split(r"[\s,;]+", text.strip("-,; ")) if text.strip("-,; ") else ())
    odd = [each for each in ids if not re.fullmatch(r"[UWS][A-Z0-9]{2,}", each)]
    if odd:
        raise _Odd(
            "must be ids of members (U…) or user groups (S…), separated by commas; "
            f"these aren't: {', '.join(odd)}."
        )
    return ids


def _language(text: str) -> str | None:
    """Read a language, or the first one of ours in a list for gettext: `de_DE:de:en` is `de`.

    None if it names none: the variable belongs to the whole machine, and is no mistake of anybody.
    """
    spoken = (re.split(r"[_.@-]", each)[0].casefold() for each in text.split(":"))
    return next((each for each in spoken if each in LANGUAGES), None)


def _country(text: str) -> str:
    try:
        working_calendar(text)
    except UnknownCountry as unknown:
        raise _Odd(
            f"{text!r} isn't a country whose holidays we know; use one of: "
            f"{', '.join(unknown.known)}."
        ) from None
    except UnknownRegion as unknown:
        known = ", ".join(f"{unknown.country}-{region}" for region in unknown.known)
        raise _Odd(
            f"{text!r} isn't a region whose holidays we know; use one of: {known}."
        ) from None
    return spelled(text)


def _zone(text: str) -> ZoneInfo:
    try:
        return read_zone(text)
    except InvalidValue:
        raise _Odd(f"must be a time zone such as Europe/Berlin, not {text!r}.") from None


def _currency(text: str) -> str:
    if not is_currency(text.upper()):
        raise _Odd(f"must be a currency's code such as EUR, not {text!r}.")
    return text.upper()


def _override_approval(text: str) -> OverrideApproval:
    try:
        return OverrideApproval(text.lower())
    except ValueError:
        raise _Odd(f"must be one of {', '.join(OverrideApproval)}, not {text!r}.") from None
