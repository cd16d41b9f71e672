"""A web address counts as the name in it: "https://www.acme.co.uk/shop" is read as "acme".

So does an e-mail address, unless it is with a provider that anybody has one with.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

_ADDRESS = re.compile(
    r"""(?P<scheme>(?:[a-z][a-z0-9.-]*:)?//)?
        (?P<host>[^\s/?\#:@]+)
        (?::[0-9]+)?
        (?:[/?\#].*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_MAIL = re.compile(
    r"(?:mailto:)?[^\s@:/]+@(?P<host>[^\s@:/?]+\.[^\s@:/?]+)(?:\?.*)?", re.IGNORECASE
)
_PROFILE = re.compile(
    r"""(?:https?://)?(?:[a-z-]+\.)?
        (?:(?:crunchbase|etsy|facebook|github|instagram|kununu|linkedin|medium|pinterest|threads|tiktok
            |twitter|vimeo|vk|x|xing|yelp|youtube)\.com|linktr\.ee|threads\.net)/
        (?:(?:biz|company|companies|in|organization|pages|pg|profile|school|shop|showcase|channel|c|user
            |at|ch|de)/)?
        @?(?P<name>[^\s/?\#@]+)(?:[/?\#].*)?""",
    re.VERBOSE | re.IGNORECASE,
)
"""The page of somebody on a site where many have one; the site itself isn't meant."""
_WRAPPING = "\"'()[]<>«»„“”‚‘’,;."
_SECOND_LEVEL = frozenset(
    {"ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "me", "ne"}
    | {"net", "nom", "or", "org", "plc", "sch"}
)
"""Labels between the name and the domain of some countries, as in "acme.co.uk"."""
_COMMON = frozenset({"ai", "app", "biz", "com", "dev", "eu", "info", "io", "net", "org", "shop"})
_COUNTRY = 2
"""The length of a country's domain."""
_ABBREVIATION = 3
"""The longest word that may be an abbreviation before a country's domain: "San.ve Tic."."""


def read_addresses(
    text: str, *, is_form: Callable[[str], bool], key_of: Callable[[str], str]
) -> str:
    """Return a name in which each web address is replaced by the name in it.

    Beside words other than legal forms, only the commonest domains count, since a full stop may
    just end an abbreviation. A form is not an address, although some look like one ("Comm.VA").
    An address that only repeats the name it stands beside is left out: "Acme (acme.de)".
    """
    if "." not in text and "//" not in text:
        return text
    chunks = text.split()
    if len(chunks) > 1:
        chunks = _without_repetition(chunks, key_of)
    candidates = {chunk for chunk in chunks if _has_letters(chunk) and not is_form(chunk)}
    return " ".join(
        _name_in(chunk, is_alone=len(candidates) == 1) or chunk if chunk in candidates else chunk
        for chunk in chunks
    )


def _without_repetition(chunks: list[str], key_of: Callable[[str], str]) -> list[str]:
    """Leave out the only address if the other words have the same key as the name in it."""
    named = [_name_in(chunk, is_alone=True) if "." in chunk else None for chunk in chunks]
    names = [name for name in named if name is not None]
    if len(names) != 1:
        return chunks
    rest = [chunk for chunk, name in zip(chunks, named, strict=True) if name is None]
    return rest if key_of(names[0]) == key_of(" ".join(rest)) else chunks


def _has_letters(chunk: str) -> bool:
    return any(map(str.isalnum, chunk))


def _name_in(chunk: str, *, is_alone: bool) -> str | None:
    """Return the name in an address; None if it isn't one, or doesn't say whose it is."""
    address = chunk.strip(_WRAPPING)
    mail, profile = _MAIL.fullmatch(address), _PROFILE.fullmatch(address)
    if mail is not None:
        host = mail["host"].casefold().split(".")
        registered = _registered(host)
        is_anybodys = {registered[0], ".".join(registered)} & _domains()["mail"]
        is_address = host[-1] in _top_level() and not is_anybodys
        return _decoded(registered[0]) if is_address else None
    if profile is not None:
        return profile["name"]
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    labels = match["host"].casefold().strip(".").split(".")
    is_certain = match["scheme"] is not None
    if labels[0] == "www" and len(labels) > 1:
        labels = labels[1:]
        is_certain = True
    if not all(labels):
        return None
    name, *domain = _registered(labels)
    if is_certain or (domain and _is_address(name, domain[-1], is_alone=is_alone)):
        return _decoded(name)
    return None


def _registered(labels: list[str]) -> list[str]:
    """Return what somebody registered: the name and its domain, without the hosts before it."""
    if len(labels) < 2 or labels[-1] not in _top_level():
        return labels[-1:]
    if len(labels) > 2 and ".".join(labels[-2:]) in _domains()["site"]:
        return labels[-3:]
    has_second = len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND_LEVEL
    return labels[-3:] if has_second and len(labels) > 2 else labels[-2:]


def _is_address(name: str, domain: str, *, is_alone: bool) -> bool:
    if len(name) == 1:  # "E.ON" and "A.S." are no addresses, "x.com" is one
        return domain in _COMMON
    is_country = len(domain) == _COUNTRY and len(name) > _ABBREVIATION
    return is_alone or domain in _COMMON or is_country


def _decoded(label: str) -> str:
    """Return a label as people read it: "xn--mller-kva" becomes "müller"."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


def _top_level() -> frozenset[str]:
    return _domains()["top"]


@cache
def _domains() -> Mapping[str, frozenset[str]]:
    """Return the domains of the table, or their names alone, by kind."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for line in (files(__package__) / "domains.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *domains = line.split("\t")
            kinds[kind if domains else "top"].update(domains or [kind])
    return {kind: frozenset(domains) for kind, domains in kinds.items()}
