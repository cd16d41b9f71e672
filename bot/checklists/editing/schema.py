"""The JSON Schema of a checklist file, by which editors complete and check it as one types.

It is derived from the forms that the reader fills in. The reader takes a file part by part; here
the parts are assembled, together with conditions, which have no form as a whole. The schema says
what a file may look like; only ``walkaway checklist check`` says whether it can be used.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from bot.checklists.conditions import OTHERWISE, WORDS, Measure, Word
from bot.checklists.form import (
    ChecklistForm,
    CountForm,
    DateConditionForm,
    Form,
    NumberConditionForm,
    OptionForm,
    QuestionForm,
    RuleForm,
    ScoreConditionForm,
    ScoreForm,
    StepForm,
)

PATH: Final = Path(__file__).with_name("checklist.schema.json")
"""The schema that is shipped; `python -m bot.checklists.editing.schema` rewrites it."""
NAMED_BY: Final = "# yaml-language-server: $schema="
"""The beginning of a file's first line, which tells editors its schema."""

Json = dict[str, Any]

_CONDITION: Final = "Condition"
_LISTS: Mapping[tuple[type[Form], str], type[Form]] = MappingProxyType(
    {
        (ChecklistForm, "steps"): StepForm,
        (ChecklistForm, "rules"): RuleForm,
        (StepForm, "questions"): QuestionForm,
        (QuestionForm, "options"): OptionForm,
    }
)
"""Fields with a list of parts that are filled in one by one."""
_CONDITIONS: Final = ((RuleForm, "when"), (QuestionForm, "asked_when"))
_COMPARING: Mapping[Measure, type[Form]] = MappingProxyType(
    {
        Measure.SCORE: ScoreConditionForm,
        Measure.NUMBER: NumberConditionForm,
        Measure.DATE: DateConditionForm,
    }
)


def schema() -> Json:
    """Return the schema of the whole file."""
    forms: list[type[Form]] = [ChecklistForm, ScoreForm, CountForm]
    forms += [*_LISTS.values(), *_COMPARING.values()]
    _, made = models_json_schema([(each, "validation") for each in forms])
    parts: Json = made["$defs"]
    for (form, field), part in _LISTS.items():
        _field(parts, form, field)["items"] = _ref(part.__name__)
    for form, field in _CONDITIONS:
        parts[form.__name__]["properties"][field] = _ref(_CONDITION)
    _field(parts, CountForm, "of").update(_counted())
    _field(parts, ChecklistForm, "names")["additionalProperties"] = _ref(_CONDITION)
    _field(parts, ChecklistForm, "scores")["additionalProperties"] = _ref(ScoreForm.__name__)
    parts[_CONDITION] = _condition()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A checklist of Walkaway",
        **_ref(ChecklistForm.__name__),
        "$defs": dict(sorted(parts.items())),
    }


def written() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _field(parts: Json, form: type[Form], name: str) -> Json:
    found: Json = parts[form.__name__]["properties"][name]
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _condition() -> Json:
    """Return the schema of a condition: a name, a comparison, or one key with its value."""
    keyed = {
        Word.ALL: _conditions(),
        Word.ANY: _conditions(),
        Word.NOT: _ref(_CONDITION),
        Word.ANSWERED: {"type": "string", "description": "The id of a question."},
        Word.COUNT: _ref(CountForm.__name__),
    }
    options: Json = {
        "description": "An option of the question, or several.",
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
        ],
    }
    one = {
        "type": "object",
        "properties": {word.value: keyed[word] for word in sorted(WORDS)},
        "additionalProperties": options,
        "minProperties": 1,
        "maxProperties": 1,
    }
    name = {"type": "string", "description": f'A combination under names, or "{OTHERWISE}".'}
    return {"anyOf": [name, *(_ref(each.__name__) for each in _COMPARING.values()), one]}


def _conditions() -> Json:
    return {"type": "array", "items": _ref(_CONDITION), "minItems": 1}


def _counted() -> Json:
    question = {"type": "string", "description": "The id of a question whose options count."}
    return {"anyOf": [question, _conditions()]}


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
