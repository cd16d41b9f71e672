"""Ids and texts: what Slack can show, and what every language must have.

Slack's limits: https://docs.slack.dev/reference/block-kit/
"""

import re
from collections.abc import Iterable

from bot.checklists.problems import Problems
from bot.checklists.shapes import Translations
from bot.checklists.source import Path
from bot.domain.checklist.rules import LANGUAGES

STEP_TITLE = 24
"""It is the title of the modal."""
QUESTION_TEXT = 2000
COMFORTABLE_TEXT = 150
HINT = 2000
OPTION_TEXT = 75
OPTION_DESCRIPTION = 75
SENTENCE = 1000
"""So that a verdict with several reasons still fits its message."""
CHECKLIST_TITLE = 150
OPTIONS = 10
QUESTIONS_IN_A_STEP = 80
"""A modal takes 100 blocks; what we add to a step needs some of them."""
COMFORTABLE_QUESTIONS = 12

_LONGEST_ID = 150
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_CHECKLIST_ID = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_LANGUAGE_NAMES = {"en": "English", "de": "German"}


def check_id(name: str, path: Path, problems: Problems, *, hyphens: bool = False) -> None:
    """Report an id that could not be one; only a checklist's may have hyphens."""
    if not (_CHECKLIST_ID if hyphens else _ID).fullmatch(name):
        allowed = "small letters, digits, _ and -" if hyphens else "small letters, digits and _"
        what = f'"{name}" cannot be an id: use {allowed}, a letter first.'
        problems.error((*path, "id"), what)
    elif len(name) > _LONGEST_ID:
        what = f"This id has {len(name)} characters; {_LONGEST_ID} are allowed."
        problems.error((*path, "id"), what)


def check_unique(ids: Iterable[tuple[str, Path]], problems: Problems) -> None:
    """Report every id that was there before."""
    seen: set[str] = set()
    for name, path in ids:
        if name in seen:
            problems.error((*path, "id"), f'The id "{name}" is there twice.')
        seen.add(name)


def check_texts(texts: Translations | None, limit: int, path: Path, problems: Problems) -> None:
    """Report a missing translation, an unknown language and a text too long for its place."""
    if texts is None:
        return
    for language in LANGUAGES:
        name = _LANGUAGE_NAMES[language]
        text = texts.get(language, "").strip()
        if not text:
            problems.error((*path, language), f"The {name} text is missing.")
        elif len(text) > limit:
            what = f"The {name} text has {len(text)} characters; {limit} are allowed."
            problems.error((*path, language), what)
    for language in texts.keys() - set(LANGUAGES):
        what = f'There is no language "{language}"; known are {", ".join(LANGUAGES)}.'
        problems.error((*path, language), what)


def warn_of_length(texts: Translations, path: Path, problems: Problems) -> None:
    """Warn of a question that nobody will read to its end."""
    for language, text in texts.items():
        if len(text) > COMFORTABLE_TEXT:
            what = f"The question has {len(text)} characters; people read about {COMFORTABLE_TEXT}."
            problems.warn((*path, language), what)
