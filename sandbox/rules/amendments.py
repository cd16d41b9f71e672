"""Where blockkit's classes lag behind Slack or ask for Python values instead of JSON."""

import re
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from blockkit.core import (
    ActionElement,
    Actions,
    Button,
    Checkboxes,
    Component,
    DatetimePicker,
    DispatchActionConfig,
    EmailInput,
    ExternalSelect,
    Field,
    Header,
    Home,
    Image,
    ImageEl,
    Length,
    Modal,
    MultiExternalSelect,
    MultiStaticSelect,
    Option,
    Overflow,
    Plain,
    RadioButtons,
    RawText,
    Required,
    RichTextInput,
    RichTextPreformatted,
    Section,
    StaticSelect,
    Strings,
    Typed,
    UrlInput,
    Video,
)

from sandbox.rules.shapes import (
    ChoiceOption,
    FieldText,
    OverflowOption,
    Spec,
    between,
    many,
    one,
    string,
    text,
)

_UNCHECKED = one()
_ALT_TEXT = string(2000, Required())
_URL = string(3000, Required())
_LINES = between(1, 100)
_SELECT_OPTIONS = many(Typed(Option), Length(1, 100))
_SELECTED = many(Typed(Option), Length(1, 100))
_OPTIONAL_STRING = one(Typed(str), Length(0, 255))

_VIEW: dict[str, Spec | None] = {
    "blocks": _UNCHECKED,  # `surfaces` reads them
    "callback_id": _OPTIONAL_STRING,
    "external_id": _OPTIONAL_STRING,
    "private_metadata": one(Typed(str), Length(0, 3000)),
}

AMENDMENTS: Mapping[type[Component], Mapping[str, Spec | None]] = {
    Actions: {
        "elements": many(Typed(*get_args(ActionElement), DatetimePicker), Required(), Length(1, 25))
    },
    Button: {
        "agent_prompt": string(4000),
        "agent_prompt_display": _UNCHECKED,
        "visible_to_user_ids": many(Typed(str)),
    },
    Checkboxes: {
        "options": many(Typed(ChoiceOption), Required(), Length(1, 10)),
        "initial_options": many(Typed(ChoiceOption), Length(1, 10)),
    },
    RadioButtons: {
        "options": many(Typed(ChoiceOption), Required(), Length(1, 10)),
        "initial_option": one(Typed(ChoiceOption)),
    },
    StaticSelect: {"options": _SELECT_OPTIONS, "initial_option": one(Typed(Option))},
    MultiStaticSelect: {"options": _SELECT_OPTIONS, "initial_options": _SELECTED},
    ExternalSelect: {"initial_option": one(Typed(Option))},
    MultiExternalSelect: {"initial_options": _SELECTED},
    DispatchActionConfig: {
        "trigger_actions_on": many(
            Typed(str),
            Required(),
            Length(1, 2),
            Strings("on_enter_pressed", "on_character_entered"),
        )
    },
    Overflow: {"options": many(Typed(OverflowOption), Required(), Length(1, 5))},
    Option: {"description": text(75, Plain()), "url": None},
    OverflowOption: {"description": text(75, Plain())},
    ChoiceOption: {"text": text(75, Required()), "url": None},
    EmailInput: {"initial_value": string(3000)},
    UrlInput: {"initial_value": string(3000)},
    FieldText: {"text": string(2000, Required())},
    Header: {"level": between(1, 4)},
    Image: {"alt_text": _ALT_TEXT},
    ImageEl: {"alt_text": _ALT_TEXT},
    RawText: {"text": string(20_000, Required())},  # `figures` knows the total of a table
    RichTextInput: {"min_lines": _LINES, "max_lines": _LINES},
    RichTextPreformatted: {"language": string(255)},
    Section: {"fields": many(Typed(FieldText), Length(1, 10))},
    Video: {
        "title": text(199, Required(), Plain()),
        "video_url": _URL,
        "thumbnail_url": _URL,
    },
    Modal: _VIEW,
    Home: _VIEW,
}
"""Fields to add or to replace, by class; `None` strikes a field out."""


def amend(component: Component) -> Component:
    """Bring a fresh component up to what Slack really asks for."""
    fields: dict[str, Field] = vars(component)["_fields"]
    for name, spec in AMENDMENTS.get(type(component), {}).items():
        if spec is None:
            del fields[name]
        else:
            fields[name] = Field(name, [] if spec.many else None, list(spec.validators))
    return component


def coerce(field: Field, value: object) -> object:
    """The Python value that blockkit's validators expect for a JSON one, or the JSON one itself."""
    if field.stringify:
        return _number(value)
    if not isinstance(value, str):
        return value
    allowed = next((v.types for v in field.validators if isinstance(v, Typed)), ())
    for kind, parse in ((date, _date), (time, _time), (ZoneInfo, _zone)):
        if kind in allowed:
            return parse(value)
    return value


def _number(value: object) -> float | None:
    """Numbers of a number input travel as strings."""
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", value):
        return None
    return float(value) if "." in value else int(value)


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None


def _time(value: str) -> time | None:
    try:
        return time.fromisoformat(value) if re.fullmatch(r"\d\d:\d\d", value) else None
    except ValueError:
        return None


def _zone(value: str) -> ZoneInfo | None:
    return ZoneInfo(value) if value in _zones() else None


@cache
def _zones() -> set[str]:
    return available_timezones()
