"""Case, width and accents: what doesn't count in a letter when two names are compared."""

import re
import unicodedata

_TRADEMARKS = str.maketrans("", "", "™®©℠")
"""Signs after a name. NFKC would spell some of them out: "™" becomes "TM"."""

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "ſ": "s",
        "ة": "ه",
        "ى": "ي",
        "\u0640": "",  # only lengthens an Arabic word
        **dict.fromkeys(map(chr, range(0x064B, 0x0653)), ""),  # Arabic vowels, mostly left out
    }
)
"""Letters whose accent Unicode does not decompose, and signs that are written or not."""

_LOWEST_ACCENT = 200
"""Combining classes from here on are accents above, below or through a letter.

Lower ones make it a different letter: the voicing marks of kana, the vowel signs of Hebrew.
"""

_OVERLAY = 1
"""The combining class of what strikes a letter through."""

_UMLAUT = re.compile("([aou])e+")


class _Accents(dict[int, int | None]):
    """Maps each accent to nothing and any other character to itself; caches as it goes."""

    def __missing__(self, code: int) -> int | None:
        its = unicodedata.combining(chr(code))
        self[code] = read = None if its >= _LOWEST_ACCENT or its == _OVERLAY else code
        return read


_ACCENTS = _Accents()


def compose(text: str) -> str:
    """Return a text with one width for each character, and without trademark signs."""
    return unicodedata.normalize("NFKC", text.translate(_TRADEMARKS))


def fold(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", compose(text).casefold())
    return unicodedata.normalize("NFC", apart.translate(_ACCENTS)).translate(_LETTERS)


def merge_umlauts(folded: str) -> str:
    """Return a folded text with "ae", "oe" and "ue" as "a", "o" and "u", like a folded "ä"."""
    return _UMLAUT.sub(r"\1", folded)
