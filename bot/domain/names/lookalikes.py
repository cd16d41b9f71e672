"""Letters of another script that look like those around them."""

import re

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝ", "ABESIJKMHOPCTYXaesijopcyxdhqw", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιορυ", "ABEZHIKMNOPTYXaiopu", strict=True))
_AS_LATIN = str.maketrans(_CYRILLIC | _GREEK)
_AS_CYRILLIC = str.maketrans({latin: letter for letter, latin in _CYRILLIC.items()})
_AS_GREEK = str.maketrans({latin: letter for letter, latin in _GREEK.items()})
_LATIN = re.compile("[A-Za-z]")
_HAS_CYRILLIC = re.compile("[\u0400-\u052f]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"[^\W\d_]+")


def read_lookalikes(text: str) -> str:
    """Return a text in which each word that mixes Latin with lookalikes is wholly in one script.

    That is Latin, if it can be: "Неnkel". Otherwise Latin lookalikes are read in the script of the
    other letters: "Cбербанк". A word wholly in one script is left as it is.
    """
    return (
        _WORD.sub(_in_one_script, text) if _FOREIGN.search(text) and _LATIN.search(text) else text
    )


def _in_one_script(match: re.Match[str]) -> str:
    word = match[0]
    if not (_LATIN.search(word) and _FOREIGN.search(word)):
        return word
    in_latin = word.translate(_AS_LATIN)
    if not _FOREIGN.search(in_latin):
        return in_latin
    in_other = word.translate(_AS_CYRILLIC if _HAS_CYRILLIC.search(word) else _AS_GREEK)
    return word if _LATIN.search(in_other) else in_other
