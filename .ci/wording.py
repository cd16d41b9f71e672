"""Check how the texts read that people see: `make check`.

A sentence begins with a capital, says nothing twice, keeps its places, uses no word that the
glossary or the voice rules out, and is not much longer in German than in English. The texts are
the gettext catalogues and the YAML files of the checklists. Exceptions stand at the top, each
with its reason.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Final

import yaml
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).parents[1]

PARTS: Final = frozenset(
    {
        "pursue",
        "problem",
        "walk away",
        "dranbleiben",
        "homework",
        "margin",
        "niche",
        "absagen",
        "answer by {date}",
        "check-in {date}",
        "condition due {date}",
        "decide by {date}",
        "entscheiden bis {date}",
        "fällig war {date}",
        "was due {date}",
        "an answer that's no longer offered",
        "eine Antwort, die es nicht mehr gibt",
        "discussed, until {date}",
        "besprochen, bis {date}",
        "a long list",
        "eine lange Liste",
        "in {n} Tag",
        "in {n} Tagen",
        "about {hours} (from {of})",
        "about {hours} ({low}–{high}, from {of})",
        "etwa {hours} ({low}–{high}, aus {of})",
        "etwa {hours} (aus {of})",
        "less than half (of {n})",
        "unter der Hälfte (von {n})",
        "ab {low}",
        "less than half so far (of {n})",
        "bisher weniger als die Hälfte (von {n})",
        "needs {n} more",
        "noch {n} nötig",
        "none",
        "keine",
        "no answer at all",
        "keine einzige Antwort",
        "nothing more is answered",
        "keine weitere Antwort",
        "not set",
        "nicht festgelegt",
        "only repeated ones",
        "nur wiederholte",
        "every one",
        "jede",
    }
)
"""Words that stand inside a sentence and begin in lower case on purpose."""

LONG_IN_GERMAN: Final = frozenset(
    {
        "Mark {name} as won",
        "Resume {name}",
        "Settings saved.",
        "Sort by owner",
        "{who} corrected {name}.",
        "{who} marked {name} as lost: they ended it.",
    }
)
"""English sentences so short that their German is longer than the limit."""

LONGEST_RATIO: Final = 1.6
"""German characters for each English one."""
SHORT: Final = 24
"""Characters below which a German text is never too long: one word may be twice another."""

DENIED: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        r"\ball the same\b": "anyway",
        r"\bwhoever\b": "a person, or *you*",
        r"\bwhat came of\b": "how it turned out",
        r"\bsays <@|, says \{": "who logged or marked it",
        r"\bas well\b": "also, too",
        r"\bin which case\b": "when, if",
        r"\blest\b": "so that … not",
        r"\bwhereof\b|\bthereof\b|\bhereby\b": "of it",
        r"\bsomebody\b": "someone",
        r"\bnobody\b": "no one",
        r"\bnudge[sd]?\b": "reminder: a nudge is what the code calls it",
        r"\bhears? of\b": "is told",
        r"\boverride of \{": "override for: what is overridden is the verdict",
        r"\bsomething went wrong\b": "what went wrong, with a reference",
        r"\bscreen(ed)? again\b": "re-screen",
        r"\bby now\b": "nothing",
        r"\b(un)?forg(et|ot)": "delete",
        r"\bend(ed)? client|\bas a client instead": "mark as former client",
        r"\b(against|by) the verdict\b": "with or without an override",
        r"^Look\b": "View",
        r"\bmend(ed|s)?\b": "fix",
        r"\bwho runs me\b": "your admin",
        r"\b(cannot|do not|does not|is not|will not|are not)\b": "a contraction",
        r"!": "a full stop",
    },
    "de": {
        r"\bdem, der mich betreibt\b|\bwer mich betreibt\b": "dein Admin",
        r"\bjemand von den Managern\b": "ein Manager",
        r"\bFassung\b": "Ton",
        r"/qualify (help|list|report|settings|remember)\b": "the command in German",
        r"\b(?-i:Nichts) wurde\b": "„Es wurde nichts“",
        r"\bErwartete[rn]? Wert": "Auftragswert",
        r"\bAufschub\b|\bAufsch(u|ü)be\b": "zurückstellen",
        r"\bNachschub\b": "nächster Kunde",
        r"\bvergess": "löschen",
        r"\bgegen das Urteil\b": "trotz des Urteils, mit Ausnahme",
        r"\b(?<!zu )lange unentschieden\b": "zu lange unentschieden",
        r"\bPunkte \(": "Prozentpunkte",
        r"\bAuf deinem Tisch\b": "Deine Interessenten",
        r"!": "a full stop",
    },
}
"""By language: what no text may say, as a pattern, and what to say instead."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages, each with its plural forms."""

    place: str
    english: tuple[str, ...]
    german: tuple[str, ...]


def main() -> int:
    """Print what is wrong, one line each."""
    texts = [*of_catalogues(), *of_checklists()]
    found = [line for text in texts for line in problems(text)] + [*unused(texts)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def problems(text: Text) -> Iterator[str]:
    """Yield what is wrong with a text, as sentences for the person who wrote it."""
    for language, forms in (("en", text.english), ("de", text.german)):
        for form in forms:
            yield from (f"{text.place}: {trouble}: “{form}”" for trouble in _alone(form, language))
    for one, other in zip(text.english, text.german, strict=False):
        if places(one) != places(other):
            yield f"{text.place}: the German has other places than “{one}”"
        if _is_too_long(one, other):
            yield (
                f"{text.place}: the German is more than {LONGEST_RATIO} times as long as “{one}”. "
                "Shorten it, or name it as an exception"
            )


def unused(texts: Iterable[Text]) -> Iterator[str]:
    """Yield the exceptions that no text needs any more."""
    kept = list(texts)
    forms = {form for text in kept for form in (*text.english, *text.german)}
    yield from (f"exception: nothing reads “{each}” any more" for each in sorted(PARTS - forms))
    long = {
        one
        for text in kept
        for one, other in zip(text.english, text.german, strict=False)
        if _is_longer(one, other)
    }
    yield from (f"exception: “{each}” isn't long in German" for each in LONG_IN_GERMAN - long)


def places(text: str) -> set[str]:
    """Return the names of the places that a text has for values."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def of_catalogues() -> Iterator[Text]:
    """Yield the sentences of the gettext catalogues."""
    with (ROOT / "bot/locales/de/LC_MESSAGES/walkaway.po").open("rb") as source:
        catalogue = read_po(source, locale="de")
    for message in catalogue:
        if message.id:
            yield Text("catalogue", _forms(message.id), _forms(message.string))


def of_checklists() -> Iterator[Text]:
    """Yield the texts of the checklists that are shipped."""
    for path in sorted((ROOT / "bot/checklists").rglob("*.yaml")):
        yield from _localized(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)


def _alone(form: str, language: str) -> Iterator[str]:
    """What is wrong with a text in one language, whatever the other says."""
    if form[:1].islower() and form not in PARTS and not form.startswith(("http", "e.g.", "z. B.")):
        yield "begins in lower case"
    _, *later = re.split(r"(?<=[a-zäöüß][.?])(?<!e\.g\.)\s+", form)
    if any(re.match(r"[a-zäöü]", sentence) for sentence in later):
        yield "goes on in lower case after the end of a sentence"
    if re.search(r"(?<!\.)\.\.(?!\.)", form):
        yield "has a doubled point"
    if _has_two_colons(form):
        yield "has two colons in a sentence"
    if repeated := _repeated(form):
        yield f"says “{repeated}” twice"
    for pattern, instead in DENIED[language].items():
        if found := re.search(pattern, form, re.IGNORECASE):
            yield f"says “{found[0]}”; say {instead}"


def _has_two_colons(form: str) -> bool:
    """Whether what a colon announces announces something itself; a list of examples may."""
    return any(len(re.findall(r":\s", each)) > 1 for each in re.split(r"(?<=[.?!])\s+|\n", form))


def _repeated(form: str) -> str | None:
    """The first sentence of four words or more that stands there twice."""
    seen = set()
    for sentence in re.split(r"(?<=[.?!])\s+", form):
        words = sentence.strip().rstrip(".?!").lower()
        if len(words.split()) > 3 and words in seen:
            return sentence
        seen.add(words)
    return None


def _is_too_long(english: str, german: str) -> bool:
    return english not in LONG_IN_GERMAN and _is_longer(english, german)


def _is_longer(english: str, german: str) -> bool:
    return len(german) > SHORT and len(german) > LONGEST_RATIO * len(english)


def _forms(value: Any) -> tuple[str, ...]:
    return (
        tuple(map(str, value))
        if isinstance(value, Iterable) and not isinstance(value, str)
        else (str(value),)
    )


def _localized(node: Any, place: str) -> Iterator[Text]:
    """Every text in a YAML document that is given in both languages."""
    if isinstance(node, Mapping):
        if set(node) == {"en", "de"}:
            yield Text(place, (str(node["en"]),), (str(node["de"]),))
            return
        for key, value in node.items():
            yield from _localized(value, f"{place}: {key}" if isinstance(key, str) else place)
    elif isinstance(node, list):
        for each in node:
            name = each.get("id") if isinstance(each, Mapping) else None
            yield from _localized(each, f"{place}: {name}" if name else place)


if __name__ == "__main__":
    sys.exit(main())
