"""How payloads are compared with those that were recorded."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from tests.recorded import shape as taking
from tests.recorded.shaping import ABSENT, differences, optional, read, shape_of, shapes, together

RECORDED: dict[str, Any] = {
    "id": "V1",
    "enterprise": None,
    "state": {"values": {"name": {"answer": {"type": "plain_text_input", "value": "Acme"}}}},
    "items": [{"a": 1}, {"a": 2, "b": True}],
    "blocks": [{"type": "divider"}],
}


@pytest.mark.parametrize(
    ("ours", "found"),
    [
        (RECORDED, []),
        (RECORDED | {"blocks": [{"type": "header", "level": 1}]}, []),
        (RECORDED | {"items": []}, []),
        (RECORDED | {"state": {"values": {"other": {"": {"type": "x", "value": ""}}}}}, []),
        (RECORDED | {"hue": 1}, ["hue: nobody recorded it"]),
        (RECORDED | {"id": 1}, ["id: number, where string was recorded"]),
        (RECORDED | {"enterprise": "E1"}, ["enterprise: string, where null was recorded"]),
        (RECORDED | {"items": [{"b": False}]}, ["items[].a: always recorded, and left out"]),
        (
            RECORDED | {"state": {"values": {"name": {"answer": {"type": "x"}}}}},
            ["state.values.*.*.value: always recorded, and left out"],
        ),
    ],
)
def test_what_is_not_made_as_recorded_is_named(ours: Any, found: list[str]) -> None:
    assert differences(ours, shape_of(RECORDED)) == found


def test_of_two_samples_only_what_both_have_is_always_there() -> None:
    both = together(shape_of({"id": "1", "name": "x"}), shape_of({"id": None}))

    assert both["id"] == {"string", "null"}
    assert both["name"] == {"string", ABSENT}
    assert differences({"id": "2"}, both) == []


def test_of_a_partial_sample_nothing_is_always_there() -> None:
    assert differences({}, optional(shape_of(RECORDED))) == []


def test_a_sample_that_is_taken_in_widens_its_shape(tmp_path: Path) -> None:
    with patch.object(taking, "SHAPES", tmp_path):
        for answer, source in (
            ('{"ok": true, "id": "F1"}', "https://a"),
            ('{"ok": 1}', "https://b"),
        ):
            arguments = ["web_api.files.info", source]
            assert CliRunner().invoke(taking.main, arguments, input=answer).exit_code == 0

    kept = read(tmp_path / "web_api.files.info.json")
    assert kept.sources == ["https://a", "https://b"]
    assert kept.fields["ok"] == {"boolean", "number"}
    assert kept.fields["id"] == {"string", ABSENT}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("interaction.", {"enterprise", "is_enterprise_install", "team"}),
        ("event.", {"authorizations", "context_team_id", "context_enterprise_id"}),
        ("command", {"is_enterprise_install", "team_id"}),
        ("object.authorization", {"enterprise_id", "team_id", "is_enterprise_install"}),
    ],
)
def test_what_tells_of_an_organisation_is_asked_of_every_payload(
    kind: str, asked: set[str]
) -> None:
    names = [name for name in shapes() if name.startswith(kind)]
    assert names
    for name in names:
        fields = shapes()[name].fields
        if name != "event.url_verification":
            assert {each for each in asked if ABSENT in fields.get(each, {ABSENT})} == set(), name
