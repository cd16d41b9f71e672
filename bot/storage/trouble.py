"""What is wrong with the database, in a sentence for the operator that never quotes a value.

The drivers aren't imported here, so that each is loaded only for its own database.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

_BY_CLASS: Mapping[str, str] = MappingProxyType(
    {
        "InvalidPasswordError": "refuses the password of DATABASE_URL",
        "InvalidAuthorizationSpecificationError": "refuses the user of DATABASE_URL",
        "InvalidCatalogNameError": "has no database of the name in DATABASE_URL",
        "InsufficientPrivilegeError": "doesn't let its user do that: grant it what is missing",
        "ReadOnlySQLTransactionError": "lets no one write: it is a standby, or set to read only",
        "TooManyConnectionsError": "has no connection left: raise its limit or run fewer processes",
        "CannotConnectNowError": "is starting or stopping",
        "AdminShutdownError": "was stopped",
        "DiskFullError": "has no room left on its disk",
        "UndefinedTableError": "lacks a table: run `walkaway migrate`",
        "UndefinedColumnError": "lacks a column: run `walkaway migrate`",
        "DuplicatePreparedStatementError": "is behind a pooler that mixes up statements: set "
        "PgBouncer's max_prepared_statements, or connect to PostgreSQL itself",
        "InvalidSQLStatementNameError": "is behind a pooler that mixes up statements: set "
        "PgBouncer's max_prepared_statements, or connect to PostgreSQL itself",
        "ConnectionDoesNotExistError": "closed the connection",
        "QueryCanceledError": "took too long",
        "FileReplaced": "was moved, deleted or replaced while it was in use: start this again",
    }
)
_BY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "database or disk is full": "has no room left on its disk",
        "disk i/o error": "can't be read or written: its disk has an error, or is full",
        "readonly database": "can't be written: its file or folder belongs to someone else",
        "database is locked": "is held by another process that writes for a long time",
        "unable to open database file": "can't be opened: is its folder there, and is it ours?",
        "file is not a database": "isn't an SQLite file",
        "malformed": "is damaged: restore a backup",
        "no such table": "lacks a table: run `walkaway migrate`",
        "no such column": "lacks a column: run `walkaway migrate`",
        "no such database": "has no database of the name in DATABASE_URL",
        "bouncer config error": "is behind a pooler that doesn't know this database: check the "
        "name in DATABASE_URL, and the pooler's settings",
        "no such user": "refuses the user of DATABASE_URL",
        "query_wait_timeout": "is behind a pooler that has no connection free: raise its pool size",
        "no more connections allowed": "is behind a pooler that takes no more connections: raise "
        "its max_client_conn",
        "server login has been failing": "is behind a pooler that it doesn't let in: check the "
        "pooler's own user and password",
        "unsupported startup parameter": "is behind a pooler that refuses how we connect: add "
        "application_name to its ignore_startup_parameters",
        "closed in the middle of operation": "closed the connection",
        "rejected ssl": "doesn't speak TLS: give ?sslmode=disable, or switch TLS on there",
    }
)
_AT_ONCE: Mapping[str, str] = MappingProxyType(
    {
        "no pg_hba.conf entry": "lets no one in from here: add this machine to its pg_hba.conf, "
        "or give ?sslmode=require if it wants TLS",
        "root certificate file": "has no certificate to be checked by: give ?sslrootcert=FILE, or "
        "?sslrootcert=system",
    }
)
"""What tells more than the class of the error, or than its cause."""

_EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 10, 62, 64
"""OpenSSL's numbers for what may be wrong with a certificate."""


def in_words(error: BaseException) -> str:
    """Return what is wrong, without a subject: "refuses the password of ..."."""
    return _known(error) or f"fails ({type(error).__name__})"


def is_known(error: BaseException) -> bool:
    """Tell whether it's trouble that has a sentence of its own, such as a stopped database."""
    return _known(error) is not None


def is_unheard(error: BaseException) -> bool:
    """Tell whether a commit that failed like this may be done: the answer to it was lost."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, TimeoutError | OSError)


def _known(error: BaseException) -> str | None:
    chain = list(_chain(error))
    at_once = (_by_words(each, _AT_ONCE) for each in chain)
    return next(filter(None, (*at_once, *map(_of, chain))), None)


def _of(error: BaseException) -> str | None:
    by_class = _BY_CLASS.get(type(error).__name__)
    return by_class or _by_words(error, _BY_WORDS) or _of_system(error)


def _by_words(error: BaseException, sentences: Mapping[str, str]) -> str | None:
    said = str(error).lower()
    return next((sentence for words, sentence in sentences.items() if words in said), None)


def _of_system(error: BaseException) -> str | None:
    match error:
        case socket.gaierror():
            return "isn't found: the host name in DATABASE_URL is unknown"
        case ConnectionRefusedError() | FileNotFoundError():
            return "isn't there: nothing listens at the address in DATABASE_URL"
        case ssl.SSLCertVerificationError():
            return _of_certificate(error.verify_code)
        case ssl.SSLError():
            return "doesn't agree on TLS: check ?sslmode= and ?sslrootcert= of DATABASE_URL"
        case NoFreeConnection():
            return "has no free connection for us: all are in use"
        case asyncio.TimeoutError():
            return "doesn't answer in time"
        case OSError(errno=errno.ENOSPC):
            return "has no room left on its disk"
        case OSError():
            return f"doesn't answer ({type(error).__name__})"
        case _:
            return None


def _of_certificate(code: int) -> str:
    if code == _EXPIRED:
        return "shows a certificate that has expired"
    if code in {_OTHER_HOST, _OTHER_ADDRESS}:
        return (
            "shows a certificate of another host: name that one in DATABASE_URL, or give "
            "?sslmode=verify-ca"
        )
    return (
        "shows a certificate that no authority we trust has signed: give the provider's "
        "certificate with ?sslrootcert=FILE"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, innermost first."""
    found = [error]
    while (before := found[-1].__cause__ or found[-1].__context__) and before not in found:
        found.append(before)
        if (original := getattr(before, "orig", None)) is not None and original not in found:
            found.append(original)
    if (original := getattr(error, "orig", None)) is not None:
        found.insert(1, original)
    yield from reversed(found)
