"""What all spellings of a name have in common."""

from functools import lru_cache

from bot.domain.names.cleaning import clean_name
from bot.domain.names.folding import compose, fold, merge_umlauts
from bot.domain.names.legal_forms import legal_forms
from bot.domain.names.lookalikes import read_lookalikes
from bot.domain.names.web_addresses import read_addresses
from bot.domain.names.words import NameWord, has_letters, joined, symbols_of, words_of

KEY_VERSION = 6
"""Grows whenever the key of any name changes: `walkaway migrate` then writes stored keys anew."""


def name_key(name: str) -> str:
    """Return what all spellings of a name have in common: names with the same key may be the same.

    Legal forms, case, width, accents, punctuation, spaces and emoji do not count, unless nothing
    else would be left. Every name has a key, and a key is its own key.
    """
    return _joined(_words(name))


def name_words(name: str) -> str:
    """Return the words of a key in alphabetical order, for comparing names."""
    return " ".join(sorted(merge_umlauts(word) for word in _words(name)))


def let_names_go() -> None:
    """Drop the names whose words are remembered: none stays in a process that is forgotten."""
    _words.cache_clear()


@lru_cache(maxsize=256)
def _words(name: str) -> tuple[str, ...]:
    """Remove what does not count, until nothing changes."""
    words = _stripped(name)
    while not _is_bare(key := _joined(words)) and key != _joined(again := _stripped(key)):
        words = again
    return words


def _is_bare(key: str) -> bool:
    """Tell whether a key is one word in which no sign could mean something: it stays as it is."""
    return key.isascii() and key.isalnum() and words_of(key) == (NameWord(key),)


def _joined(words: tuple[str, ...]) -> str:
    return merge_umlauts("".join(words))


def _stripped(name: str) -> tuple[str, ...]:
    forms = legal_forms()
    visible = clean_name(name)
    named = read_addresses(read_lookalikes(compose(visible)), is_form=forms.names, key_of=name_key)
    folded = forms.read_initials(fold(forms.read_brackets(named)))
    words = forms.strip(words_of(folded))
    symbols = symbols_of(folded)
    if has_letters(words) and not (symbols and forms.is_form(words)):
        return tuple(word.text for word in words)
    rest = symbols or joined(words) or "".join(folded.split()) or "".join(visible.split())
    return (rest,) if rest else ()
