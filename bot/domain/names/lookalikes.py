"""Cyrillic and Greek letters that look like Latin ones, inside a word that is written in Latin."""

import re

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝ", "ABESIJKMHOPCTYXaesijopcyxdhqw", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιορυ", "ABEZHIKMNOPTYXaiopu", strict=True))
_AS_LATIN = str.maketrans(_CYRILLIC | _GREEK)
_LATIN = re.compile("[A-Za-z]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"[^\W\d_]+")


def read_lookalikes(text: str) -> str:
    """Return a text in which each word that mixes Latin with lookalikes is wholly Latin.

    A word with another letter of such a script is left as it is, and so is one wholly in it.
    """
    return _WORD.sub(_in_latin, text) if _FOREIGN.search(text) and _LATIN.search(text) else text


def _in_latin(match: re.Match[str]) -> str:
    word = match[0]
    read = word.translate(_AS_LATIN)
    return word if _FOREIGN.search(read) or not _LATIN.search(word) else read
