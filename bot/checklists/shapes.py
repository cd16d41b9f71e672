"""The form of a checklist file: which keys there are, and which kind of value each takes.

Each part is checked on its own, so that one bad question hides nothing about the others. What the
values say is not judged here but in ``reading``.
"""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.checklists.problems import Problems
from bot.checklists.source import Path

Translations = dict[str, str]
Days = Annotated[int, Field(ge=1, le=250)]


class Shape(BaseModel):
    """What all parts have in common: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OptionShape(Shape):
    """An option of a question."""

    id: str
    text: Translations
    description: Translations | None = None


class DueShape(Shape):
    """How far ahead a date lies, in working days."""

    default: Days | None = None
    latest: Days | None = None


class QuestionShape(Shape):
    """A question of a step."""

    id: str
    kind: Literal["one_of", "any_of", "text", "date"]
    text: Translations
    hint: Translations | None = None
    options: list[Any] = []
    required: bool = False
    asked_when: Any = None
    due: DueShape | None = None


class StepShape(Shape):
    """A step."""

    id: str
    title: Translations
    questions: list[Any]


class ConditionShape(Shape):
    """Which questions hold what a prospect must do, and by when."""

    what: str
    due: str


class RuleShape(Shape):
    """A rule."""

    id: str
    when: Any
    verdict: Literal["pursue", "problem", "walk_away"]
    sentence: Translations
    decide_within: Days | None = None
    final: bool = False
    condition: ConditionShape | None = None


class CountShape(Shape):
    """How many of some conditions hold."""

    of: Any
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None
    exactly: Annotated[int, Field(ge=0)] | None = None


class ChecklistShape(Shape):
    """The whole file."""

    id: str
    title: Translations
    names: dict[str, Any] = {}
    steps: list[Any]
    rules: list[Any]


AnyShape = TypeVar("AnyShape", bound=Shape)


def shaped(shape: type[AnyShape], value: object, path: Path, problems: Problems) -> AnyShape | None:
    """The value in this shape; None, and all that is wrong reported, when it does not fit."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.error((*path, *detail["loc"]), _sentence(detail, shape))
        return None


_EXPECTED = {
    "missing": "This is missing.",
    "string_type": "This must be a text (in quotes, if it looks like something else).",
    "int_type": "This must be a whole number.",
    "bool_type": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be keys with values.",
    "model_type": "This must be keys with values.",
}


def _sentence(detail: ErrorDetails, shape: type[Shape]) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden" if len(detail["loc"]) == 1:
            return f"There is no such key here; known are {', '.join(shape.model_fields)}."
        case "extra_forbidden":
            return "There is no such key here."
        case "literal_error":
            return f"This must be {context['expected']}."
        case "greater_than_equal":
            return f"This must be {context['ge']} or more."
        case "less_than_equal":
            return f"This must be {context['le']} or less."
        case kind:
            return _EXPECTED.get(kind, f"{detail['msg']}.")
