"""A folded name in words, and what separates them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

AND = "&"
"""What "&", "+", "und" and "and" are all read as."""

_AND_WORDS = frozenset({"und", "and"})
_APOSTROPHES = frozenset("'’‘‛ʼʻʽ`´′")
_SELECTORS = re.compile("[\u180b-\u180d\u180f\U000e0100-\U000e01ef]")
"""They choose between two shapes of a Mongolian or Chinese letter, mostly the same."""
_TOKEN = re.compile(r"&|[^& ]+")
_SHORT_AND = re.compile(r"(?<=\w )u\.(?=\s+\w|co\b)|(?<=[0-9])(?:und|and)(?=[0-9])")
"""An "and" that is no word of its own: "Müller u. Söhne", "1und1"."""


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name, or the sign for "and"."""

    text: str
    is_apart: bool = True
    """Whether something separates it from the word before: a space, a hyphen, a full stop."""


def words_of(folded: str) -> tuple[NameWord, ...]:
    """Return the words of a folded name; points, hyphens, emoji and the like only separate them."""
    plain = _SHORT_AND.sub(AND, folded).translate(_SIGNS)
    return tuple(_word(match, plain) for match in _TOKEN.finditer(plain))


def joined(words: Iterable[NameWord]) -> str:
    """Return the words joined without spaces."""
    return "".join([word.text for word in words])


def has_letters(words: Iterable[NameWord]) -> bool:
    """Tell whether there is a word, rather than only signs for "and"."""
    return any(word.text != AND for word in words)


def symbols_of(folded: str) -> str:
    """Return the emoji and other symbols of a name, without their skin tones."""
    if folded.isascii():
        return ""
    return "".join(each for each in folded if unicodedata.category(each) in {"So", "Co", "Cn"})


def _word(match: re.Match[str], plain: str) -> NameWord:
    text = match[0]
    if text in _AND_WORDS:
        return NameWord(AND)
    return NameWord(text, match.start() == 0 or plain[match.start() - 1] == " ")


class _Signs(dict[int, str]):
    """Maps each character to itself, to the sign for "and", or to a gap; caches as it goes."""

    def __missing__(self, code: int) -> str:
        self[code] = read = _read(chr(code))
        return read


def _read(character: str) -> str:
    if character in "&+":
        return AND
    if character in _APOSTROPHES or _SELECTORS.match(character):
        return ""
    category = unicodedata.category(character)
    is_of_word = category[0] in "LN" or category in {"Mn", "Mc", "Sc"}
    is_selector = "\ufe00" <= character <= "\ufe0f"
    return character if is_of_word and not is_selector else " "


_SIGNS = _Signs()
