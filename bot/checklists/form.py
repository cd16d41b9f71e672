"""The form of a checklist file: its keys, the kind of value each takes, and what Slack can show.

Each part is filled in on its own, so that one bad question hides nothing about the others.
``reader`` checks how the parts fit together.

Slack's limits: https://docs.slack.dev/reference/block-kit/
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import truediv
from typing import Annotated, Any, Literal, TypeVar

from babel import Locale, UnknownLocaleError
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from bot.checklists.source import NumberLike, Place
from bot.domain.checklist.model import Kind
from bot.domain.checklist.rules import LANGUAGES, Verdict
from bot.domain.errors import Language, Sentence, sentence
from bot.domain.names import clean_name

_LONGEST_ID = 150
_CODE = re.compile(r"[a-z]{2,3}", re.ASCII)
_WRITTEN_NUMBER = re.compile(r"-?(\d{10,15}|\d{1,15}\.\d{1,4})", re.ASCII)
"""A number that our YAML doesn't read as a whole one: it is long, or has decimals."""
_ZEROS = re.compile(r"(-?)0+(\d[\d.]*)", re.ASCII)
"""A number that other readers of YAML take for an octal one: 010 is 8 to them."""
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)
"""A number that is a thousand times larger to a German reader: 1.000."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that reorder the text around them."""


@dataclass(frozen=True, slots=True)
class IdField:
    """A field that is an id of these characters, beginning with a letter."""

    use: Sentence
    pattern: re.Pattern[str]

    def check(self, name: str, place: Place) -> None:
        """Report a text that can't be an id."""
        if not self.pattern.fullmatch(name):
            shown = "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in name)
            place.error(sentence("“{name}” can't be an id. {use}", name=shown, use=self.use))
        elif len(name) > _LONGEST_ID:
            place.error(
                sentence(
                    "This id has {length} characters; {limit} are allowed.",
                    length=len(name),
                    limit=_LONGEST_ID,
                )
            )

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Tell editors the same rules."""
        pattern = f"^{self.pattern.pattern}$"
        return {**handler(core), "pattern": pattern, "maxLength": _LONGEST_ID}


@dataclass(frozen=True, slots=True)
class Longest:
    """A text in every language, no longer than its place allows."""

    characters: int

    def check(self, texts: dict[str, str], place: Place) -> None:
        """Report a missing translation, an unknown language, and a text that is too long."""
        for language in place.languages:
            here, text = place / language, texts.get(language, "").strip()
            length = len(text)
            if not (text if place.is_stored else clean_name(text)):
                here.error(sentence("The {language} text is missing.", language=_named(language)))
            elif length > self.characters:
                here.error(
                    sentence(
                        "The {language} text has {length} characters; {limit} are allowed.",
                        language=_named(language),
                        length=length,
                        limit=self.characters,
                    )
                )
        for language in texts.keys() - set(place.languages):
            known = ", ".join(place.languages)
            what = sentence(
                "There's no language “{name}”; use {known}.", name=language, known=known
            )
            (place / language).error(what)

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Tell editors the same, as far as possible without knowing the file's languages."""
        text = {"type": "string", "minLength": 1, "maxLength": self.characters}
        languages = {"pattern": f"^{_CODE.pattern}$"}
        return {"type": "object", "propertyNames": languages, "additionalProperties": text}


def is_language(code: str) -> bool:
    """Tell whether the code is that of a language; Babel isn't asked about our own."""
    return code in LANGUAGES or _english_name(code) is not None


def _named(code: str) -> Language:
    return Language(code, _english_name(code) or code)


def _english_name(code: str) -> str | None:
    try:
        return Locale(code).english_name if _CODE.fullmatch(code) else None
    except UnknownLocaleError:
        return None


def _number(value: object, info: ValidationInfo) -> Decimal:
    """Return a number from a file, whole or decimal."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    is_stored = bool(info.context and info.context["is_stored"])
    if isinstance(value, str if is_stored else NumberLike):
        written = str(value)
        if _WRITTEN_NUMBER.fullmatch(written) and (is_stored or not _is_odd(written)):
            return Decimal(written)
    raise PydanticCustomError("no_number", "This must be a number")


def _is_odd(value: str) -> bool:
    """Tell whether people and programs don't agree on what a number is."""
    return any(each.fullmatch(value) for each in (_ZEROS, _THOUSANDS))


def _text(value: object, info: ValidationInfo) -> object:
    """Refuse what isn't in quotes but looks like a number, and what nobody sees."""
    if not isinstance(value, str):
        return value
    if info.context and info.context["is_stored"]:
        return str(value)
    if isinstance(value, NumberLike):
        raise PydanticCustomError("string_type", "This must be a text")
    if found := _UNSEEN.search(value):
        code = f"U+{ord(found[0]):04X}"
        raise PydanticCustomError("unseen", "Nobody sees this character", {"code": code})
    return value


Text = Annotated[str, BeforeValidator(_text)]
Translations = dict[str, Text]
AnyNumber = Annotated[
    Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"}, mode="validation")
]
PointsOfOption = Annotated[int, Field(ge=-1000, le=1000)]
CalendarDays = Annotated[int, Field(ge=0, le=10_000)]
Unit = Annotated[str, Field(min_length=1, max_length=20), BeforeValidator(_text)]
Days = Annotated[int, Field(ge=1, le=250)]
Number = Annotated[int, Field(ge=0)]
_ID = IdField(
    sentence("Use small letters, digits and _, a letter first."),
    re.compile(r"[a-z][a-z0-9_]*", re.ASCII),
)
Id = Annotated[str, _ID]
ChecklistId = Annotated[
    str,
    IdField(
        sentence("Use small letters, digits, _ and -, a letter first."),
        re.compile(r"[a-z][a-z0-9_-]*", re.ASCII),
    ),
]


class Form(BaseModel):
    """What all parts have in common: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PartWithId(Form):
    """A part that its id distinguishes from others of its kind."""

    id: Id


class OptionForm(PartWithId):
    """An option of a question."""

    text: Annotated[Translations, Longest(75)]
    description: Annotated[Translations | None, Longest(75)] = None
    evidence: Literal["required"] | None = None


class DueForm(Form):
    """How far ahead a date lies, in working days."""

    default: Days | None = None
    latest: Days | None = None


class QuestionForm(PartWithId):
    """A question of a step."""

    kind: Annotated[Kind, Field(strict=False)]
    text: Annotated[Translations, Longest(2000)]
    short: Annotated[Translations | None, Longest(40)] = None
    hint: Annotated[Translations | None, Longest(2000)] = None
    options: list[Any] = []
    required: bool = False
    asked_when: Any = None
    due: DueForm | None = None
    unit: Unit | None = None
    min: AnyNumber | None = None
    max: AnyNumber | None = None


class StepForm(PartWithId):
    """A step, whose title is the title of the modal, and why it comes."""

    title: Annotated[Translations, Longest(24)]
    intro: Annotated[Translations | None, Longest(300)] = None
    questions: list[Any]


class ConditionForm(Form):
    """Which questions hold what a prospect must do, and by when."""

    what: str
    due: str


class RuleForm(PartWithId):
    """A rule, whose sentence is short enough for a verdict with several reasons."""

    when: Any
    verdict: Annotated[Verdict, Field(strict=False)]
    sentence: Annotated[Translations, Longest(1000)]
    decide_within: Days | None = None
    settle: Annotated[Translations | None, Longest(150)] = None
    final: bool = False
    condition: ConditionForm | None = None


class CountForm(Form):
    """How many of some conditions hold."""

    of: Any
    at_least: Number | None = None
    at_most: Number | None = None
    exactly: Number | None = None


class ScoreForm(Form):
    """A sum of points: by question, by option."""

    title: Annotated[Translations, Longest(40)]
    points: dict[str, dict[str, PointsOfOption]]


class BoundsForm(Form):
    """Where a score or a number lies."""

    at_least: AnyNumber | None = None
    at_most: AnyNumber | None = None
    below: AnyNumber | None = None
    above: AnyNumber | None = None


class ScoreConditionForm(BoundsForm):
    """Where a score lies."""

    score: str


class NumberConditionForm(BoundsForm):
    """Where a number lies."""

    number: str


class DateConditionForm(Form):
    """How many calendar days ahead a day lies."""

    date: str
    more_than_days_ahead: CalendarDays | None = None
    less_than_days_ahead: Annotated[CalendarDays, Field(ge=1)] | None = None


class ChecklistForm(Form):
    """The whole file."""

    id: ChecklistId
    title: Annotated[Translations, Longest(150)]
    languages: Annotated[list[str], Field(min_length=1, max_length=10)] = list(LANGUAGES)
    names: dict[str, Any] = {}
    scores: dict[str, Any] = {}
    steps: list[Any]
    rules: list[Any]


AnyForm = TypeVar("AnyForm", bound=Form)
AnyPart = TypeVar("AnyPart", bound=PartWithId)


def filled(form: type[AnyForm], written: object, place: Place) -> AnyForm | None:
    """Return the part in this form; None if it does not fit. Every error is reported."""
    try:
        part = form.model_validate(written, context={"is_stored": place.is_stored})
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            reduce(truediv, detail["loc"], place).error(_sentence(detail, form))
        return None
    for key, field in form.model_fields.items():
        value = getattr(part, key)
        for limit in field.metadata:
            if isinstance(limit, IdField | Longest) and value is not None:
                limit.check(value, place / key)
            if isinstance(limit, Longest) and value is not None:
                _put_in_order(value, place.languages)
    return part


def _put_in_order(texts: dict[str, str], languages: Sequence[str]) -> None:
    """Put the text in the first language first: it stands in for missing languages."""
    for language in languages:
        if language in texts:
            texts[language] = texts.pop(language)


def check_id(name: str, place: Place) -> None:
    """Report the key of a part that can't be its id."""
    _ID.check(name, place)


def filled_each(
    form: type[AnyPart], written: Sequence[object], place: Place
) -> list[AnyPart | None]:
    """Return every part of a list in this form; report ids that occur twice."""
    parts = [filled(form, item, place / n) for n, item in enumerate(written)]
    check_unique((part.id, place / n) for n, part in enumerate(parts) if part)
    return parts


def check_unique(ids: Iterable[tuple[str, Place]]) -> None:
    """Report every id that has occurred before."""
    seen: set[str] = set()
    for name, place in ids:
        if name in seen:
            (place / "id").error(sentence("The id “{name}” appears twice.", name=name))
        seen.add(name)


_KEYS = sentence("This must be keys with values.")
_EXPECTED = {
    "missing": sentence("This is missing."),
    "string_type": sentence("This must be a text (in quotes, if it looks like something else)."),
    "int_type": sentence("This must be a whole number, such as 12."),
    "no_number": sentence("This must be a number, such as 12 or 0.5."),
    "bool_type": sentence("This must be true or false."),
    "list_type": sentence("This must be a list."),
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "too_short": sentence("This can't be empty."),
    "string_too_short": sentence("This can't be empty."),
}


def _sentence(  # noqa: C901 - a line for each kind of error
    detail: ErrorDetails, form: type[Form]
) -> Sentence:
    context, written = detail.get("ctx", {}), detail.get("input")
    match detail["type"]:
        case "int_type" if isinstance(written, NumberLike) and "." not in written:
            return _how_to_write(written) or _EXPECTED["int_type"]
        case "no_number" if isinstance(written, NumberLike):
            return _how_to_write(written) or _EXPECTED["no_number"]
        case "literal_error":
            return sentence("Write {word}, or leave this out.", word=_choices(context))
        case "too_long":
            found, most = context["actual_length"], context["max_length"]
            return sentence("There are {n} of these; {limit} are allowed.", n=found, limit=most)
        case "unseen":
            return sentence("Take out the invisible character {code}.", code=context["code"])
        case "string_too_long":
            most = context["max_length"]
            return sentence("This is too long; {limit} characters are allowed.", limit=most)
        case "extra_forbidden" if len(detail["loc"]) == 1:
            known = ", ".join(form.model_fields)
            return sentence("There's no such key here. Use one of {known}.", known=known)
        case "extra_forbidden":
            return sentence("There's no such key here.")
        case "enum":
            return sentence("Use one of {known}.", known=_choices(context))
        case "greater_than_equal":
            return sentence("This must be {limit} or more.", limit=context["ge"])
        case "less_than_equal":
            return sentence("This must be {limit} or less.", limit=context["le"])
        case kind:
            return _EXPECTED.get(
                kind, sentence("This doesn't fit. {reason}.", reason=detail["msg"])
            )


def _how_to_write(number: str) -> Sentence | None:
    """Return how a number is written so that nobody reads another one; None if it is none."""
    if zeros := _ZEROS.fullmatch(number):
        plain = zeros[1] + zeros[2]
        return sentence("Write {number}, without a 0 in front.", number=plain)
    if _THOUSANDS.fullmatch(number):
        return sentence(
            "Write {thousands} or {decimal}. Some people read {number} as the other one.",
            thousands=number.replace(".", ""),
            decimal=number[:-1] if number[-1] == "0" else f"{number}0",
            number=number,
        )
    if re.fullmatch(r"-?\d{10,}(\.\d*)?", number, re.ASCII):
        return sentence("This number is too large.")
    if re.fullmatch(r"-?\d+\.\d{5,}", number, re.ASCII):
        return sentence("A number has at most 4 decimals.")
    return None


def _choices(context: dict[str, Any]) -> str:
    """Return the values that a field takes, without the English words between them."""
    return ", ".join(re.findall("'([^']+)'", context["expected"]))
