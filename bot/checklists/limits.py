"""Checks of a checklist as a whole: Slack's limits, placeholders and bands."""

from collections.abc import Iterator
from json import dumps
from math import ceil
from typing import assert_never

from bot.checklists.source import Place
from bot.domain.checklist.answers import LONGEST_TEXT
from bot.domain.checklist.model import Checklist, Kind, Option, Question
from bot.domain.checklist.placeholders import known_places, places_in
from bot.domain.checklist.rules import Localized, Named, Predicate, ScoreWithin
from bot.domain.errors import sentence

INPUTS_IN_A_VIEW = 90
"""A modal takes 100 blocks; the facts about the prospect and the progress line need the others."""
LONGEST_LABEL = 2000
"""What Slack takes as the label of an input, and as its hint."""
HEAVIEST_VIEW = 250_000
"""Bytes that Slack takes as a view."""
BYTES_OF_A_CHARACTER = 3
"""At most, in UTF-8, of what members type; emoji count as two."""
FRAME = 4_500
"""Bytes of a view around its questions, with all that it can remember."""
FIRST_FRAME = 14_500
"""The same of the first one, with what a prospect is, and a menu of ten checklists."""
OF_ITS_CHECKLIST = 151
"""Bytes by which the first view is larger for each question, whose input names its checklist."""
INPUT_FRAME = 182
HINT_FRAME = 59
OPTION_FRAME = 74
DESCRIPTION_FRAME = 66
"""Bytes of JSON around the texts of a question, a hint, an option, and its description."""
_WEIGHT_OF_A_TEXT = 190 + LONGEST_TEXT * BYTES_OF_A_CHARACTER
LONGEST_FILLED = 75
"""Characters that a placeholder may become: the most are those of the workspace's niche."""
LONGEST_DUE = 200
"""Characters of what a hint says of the day that is taken by default."""


def check_whole(checklist: Checklist, file: Place) -> None:
    """Report what does not fit into Slack, and unknown placeholders; warn of overlapping bands."""
    if not file.is_stored:
        _check_places(checklist, file)
        _check_literal_places(checklist, file)
        _check_views(checklist, file)
        _check_labels(checklist, file)
    _check_bands(checklist, file / "rules")


def _check_places(checklist: Checklist, file: Place) -> None:
    known = known_places(checklist)
    for text, place in _texts_with_places(checklist, file):
        for language, written in text.items():
            for name in places_in(written):
                if name not in known:
                    named = ", ".join(f"{{{each}}}" for each in sorted(known))
                    (place / language).error(
                        sentence(
                            "There's no value for {place}. Use one of {known}.",
                            place=f"{{{name}}}",
                            known=named,
                        )
                    )


def _check_literal_places(checklist: Checklist, file: Place) -> None:
    """Warn of placeholders where nobody fills them, so that members read the braces."""
    known = known_places(checklist)
    for text, place in _texts_without_places(checklist, file):
        for language, written in text.items():
            for name in places_in(written):
                if name.strip() in known:
                    (place / language).warn(
                        sentence(
                            "Only sentences and hints can have placeholders: here, {place} "
                            "would be shown as it is.",
                            place=f"{{{name}}}",
                        )
                    )


def _texts_without_places(checklist: Checklist, file: Place) -> Iterator[tuple[Localized, Place]]:
    """Yield the texts that are shown as they are written."""
    found: list[tuple[Localized | None, Place]] = [(checklist.title, file / "title")]
    for at, step in enumerate(checklist.steps):
        here = file / "steps" / at
        found += [(step.title, here / "title"), (step.intro, here / "intro")]
    for question, place in _questions(checklist, file):
        found += [(question.text, place / "text"), (question.short, place / "short")]
        for n, option in enumerate(question.options):
            here = place / "options" / n
            found += [(option.text, here / "text"), (option.description, here / "description")]
    for n, rule in enumerate(checklist.rules):
        found.append((rule.settle, file / "rules" / n / "settle"))
    yield from ((text, place) for text, place in found if text is not None)


def _texts_with_places(checklist: Checklist, file: Place) -> Iterator[tuple[Localized, Place]]:
    for question, place in _questions(checklist, file):
        if question.hint is not None:
            yield question.hint, place / "hint"
    for n, rule in enumerate(checklist.rules):
        yield rule.sentence, file / "rules" / n / "sentence"


def _questions(checklist: Checklist, file: Place) -> Iterator[tuple[Question, Place]]:
    for at, step in enumerate(checklist.steps):
        for n, question in enumerate(step.questions):
            yield question, file / "steps" / at / "questions" / n


def _check_views(checklist: Checklist, file: Place) -> None:
    """Check that each view has room for its questions and the evidence due in it."""
    most_evidence = 0
    for at, step in enumerate(checklist.steps):
        _check_weight(checklist, at, file)
        count = len(step.questions) + most_evidence
        if count > INPUTS_IN_A_VIEW:
            what = sentence(
                "With the evidence for earlier answers, this step has up to {n} fields; "
                "Slack takes {limit}.",
                n=count,
                limit=INPUTS_IN_A_VIEW,
            )
            (file / "steps" / at / "questions").error(what)
        evidence = sum(each.id in checklist.evidence for each in step.questions)
        most_evidence = max(most_evidence, evidence)


def _check_weight(checklist: Checklist, at: int, file: Place) -> None:
    """A view may not be larger than Slack takes, with everything in it asked and answered."""
    step, before = checklist.steps[at], checklist.steps[at - 1].questions if at else ()
    evidence = [each for each in before if each.id in checklist.evidence]
    weight = max(
        (FRAME if at else FIRST_FRAME + len(step.questions) * OF_ITS_CHECKLIST)
        + (0 if step.intro is None else _bytes(step.intro, language))
        + sum(weight_of(each, language) for each in step.questions)
        + sum(_weight_of_evidence(each, language) for each in evidence)
        for language in checklist.languages
    )
    if weight > HEAVIEST_VIEW:
        (file / "steps" / at / "questions").error(
            sentence(
                "With every answer, this step can take up to {size} kB; Slack takes {limit} kB. "
                "Move some of its questions to another step.",
                size=ceil(weight / 1000),
                limit=HEAVIEST_VIEW // 1000,
            )
        )


def weight_of(question: Question, language: str) -> int:
    """Return how many bytes a question can take in a view, with the longest answer there is."""
    hint = 0 if question.hint is None else HINT_FRAME + _bytes(question.hint, language)
    if question.kind is Kind.DATE:
        hint = HINT_FRAME + hint + LONGEST_DUE
    unit = 0 if question.unit is None else 4 * len(question.unit) + 3
    label = len(question.id) + _bytes(question.text, language) + unit
    return INPUT_FRAME + label + hint + _weight_of_element(question, language)


def _weight_of_element(question: Question, language: str) -> int:
    """Return the bytes of what is chosen or typed, and of all there is to choose from."""
    options = [_weight_of_option(each, language) for each in question.options]
    match question.kind:
        case Kind.ONE_OF:
            return 75 + sum(options) + max(options)
        case Kind.ANY_OF:
            return 85 + 2 * sum(options)
        case Kind.TEXT:
            return _WEIGHT_OF_A_TEXT
        case Kind.NUMBER:
            return 290
        case Kind.DATE:
            return 70
        case _:
            assert_never(question.kind)


def _weight_of_option(option: Option, language: str) -> int:
    description = option.description
    below = 0 if description is None else DESCRIPTION_FRAME + _bytes(description, language)
    return OPTION_FRAME + _bytes(option.text, language) + len(option.id) + below


def _weight_of_evidence(question: Question, language: str) -> int:
    """Its hint is the question, and its label can name every option that asks for evidence."""
    named = sum(_bytes(each.text, language) + 8 for each in question.options if each.needs_evidence)
    label = len(question.evidence_id) + 40 + min(named, LONGEST_LABEL * BYTES_OF_A_CHARACTER)
    hint = HINT_FRAME + _bytes(question.text, language)
    return INPUT_FRAME + label + hint + _WEIGHT_OF_A_TEXT


def _bytes(text: Localized, language: str) -> int:
    written = text.get(language) or next(iter(text.values()))
    filled = LONGEST_FILLED * BYTES_OF_A_CHARACTER * sum(1 for _ in places_in(written))
    return len(dumps(written, ensure_ascii=False).encode()) - 2 + filled


def _check_labels(checklist: Checklist, file: Place) -> None:
    for question, place in _questions(checklist, file):
        for language, text in question.text.items():
            length = len(text) + len(f" ({question.unit})" if question.unit else "")
            if length > LONGEST_LABEL:
                (place / "text" / language).error(
                    sentence(
                        "With its unit, this has {length} characters; {limit} are allowed.",
                        length=length,
                        limit=LONGEST_LABEL,
                    )
                )
        for language, text in (question.hint or {}).items():
            length = _filled_length(text) + (LONGEST_DUE if question.kind is Kind.DATE else 0)
            if len(text) <= LONGEST_LABEL < length:
                (place / "hint" / language).error(
                    sentence(
                        "Filled in, this can have {length} characters; {limit} are allowed.",
                        length=length,
                        limit=LONGEST_LABEL,
                    )
                )


def _filled_length(text: str) -> int:
    """How long a text can be once its placeholders are filled."""
    return len(text) + sum(LONGEST_FILLED - len(f"{{{name}}}") for name in places_in(text))


def _check_bands(checklist: Checklist, rules: Place) -> None:
    """Warn of each band that overlaps an earlier one of the same score."""
    earlier: dict[str, list[tuple[str, int, int]]] = {}
    for n, rule in enumerate(checklist.rules):
        band = _band(rule.when)
        if band is None:
            continue
        low, high = _sums(band)
        bands = earlier.setdefault(band.score.id, [])
        overlapped = next((each for each in bands if low <= each[2] and each[1] <= high), None)
        if overlapped is not None and low <= high:
            first, least, most = overlapped
            (rules / n / "when").warn(
                sentence(
                    "“{first}” and “{second}” are bands of {score} that overlap, at {shared}.",
                    first=first,
                    second=rule.id,
                    score=band.score.id,
                    shared=_span(max(low, least), min(high, most)),
                )
            )
        if low <= high:
            bands.append((rule.id, low, high))


def _band(predicate: Predicate) -> ScoreWithin | None:
    """Return the range of a score, if that is all that the predicate says."""
    if isinstance(predicate, Named):
        return _band(predicate.predicate)
    return predicate if isinstance(predicate, ScoreWithin) else None


def _sums(band: ScoreWithin) -> tuple[int, int]:
    """Return the least and the greatest sum in the band; it has none if the least is greater."""
    least, most = band.bounds.whole
    low = sum(each.span[0] for each in band.score.points)
    high = sum(each.span[1] for each in band.score.points)
    return (
        low if least is None else max(low, least),
        high if most is None else min(high, most),
    )


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"
