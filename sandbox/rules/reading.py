"""Reads a payload into blockkit's classes, and turns every refusal of theirs into a `Problem`.

blockkit builds payloads and checks them while building, one refusal at a time. To judge a payload
that somebody else built, we fill the fields of its classes with the payload's values and run the
validators that hang on each field. What blockkit does not know, or knows wrongly, is in `shapes`
and `amendments`; what concerns several fields or blocks at once is in `across`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from blockkit.core import (
    Component,
    ComponentValidationError,
    ComponentValidator,
    Field,
    FieldValidationError,
    FieldValidator,
    Length,
    Required,
    Text,
    Typed,
    Within,
)

from sandbox.rules.amendments import amend, coerce
from sandbox.rules.problem import Problem, missing, unsupported
from sandbox.rules.wording import expectation, wording

Kinds = tuple[type[Component], ...]
Reading = tuple[Component | None, list[Problem]]


def read(kinds: Kinds, payload: object, pointer: str) -> Reading:
    """Read one object that may be of several kinds; its `type` tells which."""
    if not isinstance(payload, dict):
        return None, [Problem(pointer, "must provide an object")]
    component = _of_type(kinds, payload.get("type"))
    if component is None:
        return None, [_no_such_type(payload, pointer)]
    return component, _fill(component, payload, pointer)


def _of_type(kinds: Kinds, name: object) -> Component | None:
    """The kind with this type, made empty. A lone text or untyped object is taken as it comes."""
    by_name = _by_name(kinds)
    kind = by_name.get(name) if isinstance(name, str) else None
    kind = kind or by_name.get(None)
    return amend(kind()) if kind else None


@cache
def _by_name(kinds: Kinds) -> dict[str | None, type[Component]]:
    names: dict[str | None, type[Component]] = {}
    for kind in kinds:
        if issubclass(kind, Text):
            names |= dict.fromkeys((Text.PLAIN, Text.MD, None)[: 3 if len(kinds) == 1 else 2], kind)
        else:
            fixed = _fields(kind()).get("type")
            names[fixed.value if fixed else None] = kind
    return names


def _no_such_type(payload: dict[str, Any], pointer: str) -> Problem:
    if "type" not in payload:
        return missing(pointer, "type")
    return unsupported(pointer, payload["type"])


def _fields(component: Component) -> dict[str, Field]:
    """The fields of a component with their validators; blockkit has no public name for them."""
    fields: dict[str, Field] = vars(component)["_fields"]
    return fields


def _fill(component: Component, payload: dict[str, Any], pointer: str) -> list[Problem]:
    fields = _fields(component)
    problems = [
        Problem(pointer, f"invalid additional property: {name}")
        for name in payload
        if name not in fields
    ]
    for field in fields.values():
        if field.validators:
            problems += _fill_field(field, payload, pointer)
    return problems or list(_whole(component, pointer))


def _fill_field(field: Field, payload: dict[str, Any], pointer: str) -> list[Problem]:
    many = isinstance(field.value, list)
    if field.name not in payload:
        field.value = [] if many else None
        required = any(isinstance(validator, Required) for validator in field.validators)
        return [missing(pointer, field.name)] if required else []
    place = f"{pointer}/{field.name}"
    given = coerce(field, payload[field.name])
    if many and not isinstance(given, list):
        return [Problem(place, "must provide an array")]
    items = given if many and isinstance(given, list) else [given]
    places = [f"{place}/{index}" for index in range(len(items))] if many else [place]
    values, problems = _read_items(field, items, places)
    field.value = values if many else values[0]
    return _strictest(problems, _refusals(field, _askable(field, problems), place))


def _askable(field: Field, problems: list[Problem]) -> list[FieldValidator]:
    """Which validators make sense although something inside the value is wrong already."""
    if not problems or (isinstance(field.value, Text) and len(field.value) > 0):
        return field.validators
    counts = isinstance(field.value, list)
    return [one for one in field.validators if counts and isinstance(one, Length)]


def _read_items(
    field: Field, items: list[Any], places: list[str]
) -> tuple[list[Any], list[Problem]]:
    allowed = next((v.types for v in field.validators if isinstance(v, Typed)), ())
    kinds = tuple(kind for kind in allowed if issubclass(kind, Component))
    values: list[Any] = []
    problems: list[Problem] = []
    for item, place in zip(items, places, strict=True):
        value, found = read(kinds, item, place) if kinds else _plain_value(allowed, item, place)
        values.append(value)
        problems += found
    return values, problems


def _plain_value(
    allowed: tuple[type, ...], value: object, pointer: str
) -> tuple[object, list[Problem]]:
    """A value that is no component; `True` is no number here, and a list no string."""
    fits = isinstance(value, allowed) and (bool in allowed or not isinstance(value, bool))
    return (value, []) if fits else (None, [Problem(pointer, expectation(allowed))])


def _refusals(field: Field, validators: list[FieldValidator], pointer: str) -> list[Problem]:
    """What the validators refuse: the first refusal only, others often follow from it."""
    for validator in validators:
        try:
            _validate(validator, field)
        except FieldValidationError:
            below = _inside(validator, field.value)
            return [Problem(pointer + below, wording(validator, field.value))]
    return []


def _validate(validator: FieldValidator, field: Field) -> None:
    """Run a validator. blockkit drops empty arrays and so finds none too short; Slack does."""
    if isinstance(validator, Length) and field.value == [] and validator.min:
        raise FieldValidationError(field.name, "too short")
    validator.validate(field.name, field.value)


def _inside(validator: FieldValidator, value: object) -> str:
    """Where in a text object the refused thing is."""
    if not isinstance(value, Text):
        return ""
    return "/text" if isinstance(validator, Length) else "/type"


def _strictest(inner: list[Problem], outer: list[Problem]) -> list[Problem]:
    """An outer limit on a text replaces what the text itself said about the same place."""
    places = {problem.pointer for problem in outer}
    return [problem for problem in inner if problem.pointer not in places] + outer


def _whole(component: Component, pointer: str) -> Iterator[Problem]:
    """Refusals of the component as a whole, asked only when its fields are in order.

    `Within` is left out: it takes option groups for options. `across` has the rule.
    """
    checks: list[ComponentValidator] = vars(component)["_validators"]
    for check in checks:
        if isinstance(check, Within):
            continue
        try:
            check.validate(component)
        except ComponentValidationError as refusal:
            yield Problem(pointer, wording(check, None) or refusal.message)
