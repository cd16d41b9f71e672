"""Where webhooks may go: addresses as people type them, and IP addresses that nobody may use.

Otherwise, a manager could make our server call what only it can reach: its own ports, the office
network, a cloud's metadata service. What a name resolves to is checked on connecting.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.domain.errors import AnswerProblem, AnswersRejected

ADDRESS: Final = "address"
"""The id of the field in which it is typed."""
LONGEST: Final = 1000
ALLOWED: Final = "WEBHOOK_ALLOWED_HOSTS"
"""The variable that names hosts for which any address is allowed."""

_INSIDE_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # CGNAT
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's host, for the machines on it
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # the relay into 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_OUTSIDE_V6: Final = IPv6Network("2000::/3")
"""The globally reachable range: without loopback, local, multicast, mapped and NAT64 addresses."""
_INSIDE_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo among them
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "3fff::/20",
        ),
    )
)
_INSIDE_NAMES: Final = ("localhost", "local", "internal", "home.arpa")
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)


def is_inside(ip: str) -> bool:
    """Tell whether an IP address is not on the open internet, in any notation, or is not valid."""
    try:
        found = ip_address(ip.partition("%")[0])
    except ValueError:
        return True
    if isinstance(found, IPv4Address):
        return any(found in each for each in _INSIDE_V4)
    return _is_inside_v6(found)


def read_address(typed: str, allowed: Collection[str]) -> str:
    """Return an address that, judged by its text, webhooks may go to; raises AnswersRejected.

    `allowed` are names of hosts for which anything is accepted.
    """
    address = typed.strip()
    if len(address) > LONGEST:
        raise _odd("too_long", limit=LONGEST, length=len(address))
    parts = _split(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _odd("no_address")
    if parts.username is not None or parts.password is not None:
        raise _odd("has_credentials")
    if not is_allowed(parts.hostname, allowed):
        if parts.scheme != "https":
            raise _odd("not_https")
        if _is_inside_host(parts.hostname):
            raise _odd("address_inside", variable=ALLOWED)
    return parts._replace(fragment="").geturl()


def is_allowed(host: str, allowed: Collection[str]) -> bool:
    """Tell whether the operator allows webhooks to a host, wherever it is."""
    return host.rstrip(".").casefold() in allowed


def host_of(address: str) -> str:
    """Return the host of an address: the only part that the channel is told.

    The rest is often a secret.
    """
    return urlsplit(address).hostname or ""


def _odd(code: str, **detail: object) -> AnswersRejected:
    return AnswersRejected([AnswerProblem(ADDRESS, code, detail)])


def _split(address: str) -> SplitResult | None:
    if not address.isprintable() or " " in address or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # is parsed only here
    except ValueError:
        return None
    return parts


def _is_inside_host(host: str) -> bool:
    labels = host.rstrip(".").casefold().split(".")
    if ":" in host or _NUMBER.fullmatch(labels[-1]):
        return is_inside(host)  # also numbers that only some programs recognise
    return len(labels) == 1 or any(
        host.rstrip(".").casefold().endswith(f".{each}") for each in _INSIDE_NAMES
    )


def _is_inside_v6(found: IPv6Address) -> bool:
    return found not in _OUTSIDE_V6 or any(found in each for each in _INSIDE_V6)
