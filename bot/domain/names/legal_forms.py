"""Removes the legal forms from a name. The two tables beside this module list them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.domain.names.folding import compose, fold
from bot.domain.names.words import AND, NameWord, has_letters, joined, words_of

Words = tuple[NameWord, ...]

_TABLES = ("iso-20275.tsv", "other-forms.tsv")
_GLUED = "glued"
"""Stands in a table where other rows have their country."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_READ_AS = " 株式会社 "
"""What a form that only counts in brackets, such as "(주)", is read as."""
_ABBREVIATION = re.compile("[^\\W\\d_]{2,8}")
"""A form that may have a point after each letter, so that no shorter one at its end is meant."""
_INITIALS = re.compile(
    r"(?:(?<![^\W_])(?<![^\W_]\.)(?:[^\W\d_]\.){2,}|^(?:[^\W\d_]\.? ){2,})[^\W\d_](?![^\W_])"
)
"""Three single letters or more: between points anywhere, between spaces at the beginning only."""
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_AND_BETWEEN_FORMS = frozenset({AND, "u", "et", "e", "y", "i", "og", "ja"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class LegalForms:
    """The legal forms, in folded spelling."""

    written: frozenset[str]
    """The forms as the tables write them, in words: "sp z o o", "gesellschaft mbh"."""
    spellings: frozenset[str]
    """Each form as one word, since people separate its parts as they like."""
    parts: frozenset[str]
    """What stands between two spaces of a form: "sapi" of "S.A.P.I. de C.V."."""
    bracketed: frozenset[str]
    """Forms that count in brackets only."""
    unspaced: tuple[str, ...]
    """Forms in a script without spaces, the longest first: they may be part of a longer word."""
    glued: frozenset[str]
    """Forms that may be written as one word with another form."""
    begins_glued: tuple[str, ...]
    """The same, to see at once that a word begins with none."""

    def read_brackets(self, text: str) -> str:
        """Return a composed text, spelling out forms that count in brackets only."""
        return _BRACKETS.sub(self._spelled_out, text)

    def read_initials(self, text: str) -> str:
        """Return a folded text in which initials that are no form are one word: "adac e.v.".

        Otherwise the "A.C." in "A.D.A.C." would be taken for a form.
        """
        return _INITIALS.sub(self._as_one_word, text)

    def names(self, text: str) -> bool:
        """Tell whether a text is the name of a form, and nothing else."""
        return _solid(text) in self.spellings

    def strip(self, words: Words) -> Words:
        """Remove forms from both ends until nothing changes, unless no word would be left."""
        while not self.is_form(words):
            shorter = self._without_last(words) or self._without_first(words)
            if shorter is None:
                break
            words = shorter
        return words

    def is_form(self, words: Words) -> bool:
        """Tell whether words, however separated, are one form or several glued together."""
        text = joined(words)
        return text in self.spellings or (len(words) == 1 and self._is_glued(text))

    def _spelled_out(self, match: re.Match[str]) -> str:
        return _READ_AS if _solid(match[1]) in self.bracketed else match[0]

    def _as_one_word(self, match: re.Match[str]) -> str:
        letters = _solid(match[0])
        is_form = letters in self.spellings or (match.start() > 0 and letters in self.parts)
        return match[0] if is_form else letters

    def _without_last(self, words: Words) -> Words | None:
        """Remove the longest form from the end, preferring one separated as the tables write it."""
        for is_form in (self._is_written, self.is_form):
            for at in range(1, len(words)):
                if is_form(words[at:]) and not _begins_with_sign(words[at:]):
                    rest = self._without_and(words[:at], before=words[at])
                    if has_letters(rest):
                        return rest
        return self._without_glued(words, at=-1)

    def _without_first(self, words: Words) -> Words | None:
        for is_form in (self._is_written, self.is_form):
            for at in range(len(words) - 1, 0, -1):
                if is_form(words[:at]):
                    rest = words[at + 1 :] if words[at].text == AND else words[at:]
                    if has_letters(rest):
                        return rest
        return self._without_glued(words, at=0)

    def _is_written(self, words: Words) -> bool:
        text = " ".join([word.text for word in words])
        return text in self.written or (len(words) == 1 and self._is_glued(text))

    def _without_and(self, words: Words, *, before: NameWord) -> Words:
        """Drop the "and" that joined a form to what is left; the one in "C++ Co" stays."""
        *rest, last = words
        if last.text not in _AND_BETWEEN_FORMS:
            return words
        follows_form = bool(rest) and self.is_form((rest[-1],))
        is_left_over = follows_form or (last.text == AND and _joins(last, before))
        return tuple(rest) if is_left_over else words

    def _without_glued(self, words: Words, *, at: int) -> Words | None:
        """Remove a form from the first or last word of a script without spaces."""
        if not words:
            return None
        word = words[at]
        if not _WITHOUT_SPACES.search(word.text):
            return None
        for form in self.unspaced:
            rest = word.text.removeprefix(form) if at == 0 else word.text.removesuffix(form)
            if rest and rest != word.text:
                left = NameWord(rest, word.is_apart)
                return (left, *words[1:]) if at == 0 else (*words[:-1], left)
        return None

    def _is_glued(self, text: str) -> bool:
        """Tell whether a word consists of forms, one of them longer than two letters: "GmbHCoKG".

        Two forms of two letters each are too often a word of their own.
        """
        if not text.startswith(self.begins_glued):
            return False
        starts = {0: False}
        for at in range(len(text)):
            if at in starts:
                for end in range(at + 2, len(text) + 1):
                    if text[at:end] in self.glued:
                        starts[end] = starts.get(end, False) or starts[at] or end - at > 2
        return starts.get(len(text), False) or text == "cokg"


def _joins(sign: NameWord, after: NameWord) -> bool:
    """Tell whether an "and" belongs to what follows, and not only to the word before it."""
    return sign.is_apart or not after.is_apart


def _begins_with_sign(words: Words) -> bool:
    """Tell whether words begin with an "and" of the word before, as after "C" in "C++ C."."""
    return words[0].text == AND and not _joins(*words[:2])


@cache
def legal_forms() -> LegalForms:
    """Return the contents of the tables, which are read only once."""
    written: set[str] = set()
    spellings: set[str] = set()
    bracketed: set[str] = set()
    glued: set[str] = set()
    parts: set[str] = set()
    for country, spelling in _rows():
        variants = [words_of(fold(text)) for text in _variants(spelling)]
        if country == _GLUED:
            glued.update(map(joined, variants))
        elif spelling.startswith("(") and spelling.endswith(")"):
            bracketed.update(map(joined, variants))
        else:
            spellings.update(map(joined, variants))
            written.update(" ".join(word.text for word in words) for words in variants)
            for text in _variants(spelling):
                solid = [*map(_solid, text.split())]
                written.add(" ".join(solid))
                parts.update(solid)
            if _ABBREVIATION.fullmatch(spelling):
                written.add(" ".join(fold(spelling)))
    unspaced = sorted(filter(_WITHOUT_SPACES.search, spellings), key=len, reverse=True)
    return LegalForms(
        written=frozenset(written | spellings),
        spellings=frozenset(spellings),
        parts=frozenset(parts),
        bracketed=frozenset(bracketed),
        unspaced=tuple(unspaced),
        glued=frozenset(glued),
        begins_glued=tuple(glued),
    )


def _solid(text: str) -> str:
    """Return the text between two spaces as one word: "m.b.H." becomes "mbh"."""
    return joined(words_of(fold(text)))


def _variants(spelling: str) -> Iterable[str]:
    """Return a spelling with its umlauts as one letter, and with them as two."""
    lower = compose(spelling).casefold()
    return {lower, lower.translate(_UMLAUTS)}


def _rows() -> Iterator[tuple[str, str]]:
    for name in _TABLES:
        for line in (files(__package__) / name).read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                country, *spellings = line.split("\t")
                yield from ((country, spelling) for spelling in spellings)
