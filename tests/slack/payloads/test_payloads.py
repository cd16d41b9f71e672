"""What goes over the wire comes back as it was, and what is not ours is refused."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.people import Action
from bot.domain.prospects import ProspectId
from bot.domain.screening import DraftId, StepRef, VersionId
from bot.domain.settings.table import SettingId
from bot.slack.payloads import payloads, view_state
from bot.slack.payloads.payloads import settings_metadata, settings_shown

LONGEST_METADATA = 3000
"""What Slack keeps of a view."""

ids = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=36)
refs = st.builds(
    StepRef,
    draft_id=ids.map(DraftId),
    version_id=ids.map(VersionId),
    step=st.integers(0, 50),
    is_redrawn=st.booleans(),
    joins=st.booleans(),
    set_aside=st.dictionaries(st.sampled_from(["numbers_given", "signs"]), st.text(max_size=99)),
    prospect_id=st.none() | ids.map(ProspectId),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
targets = st.builds(payloads.Target, ids.map(ProspectId), st.integers(0, 999_999_999))
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(refs)
def test_a_step_is_read_back_as_it_was_written(ref: StepRef) -> None:
    metadata = payloads.step_metadata(ref)

    assert payloads.step_of({"private_metadata": metadata}) == ref
    assert len(metadata) < LONGEST_METADATA


@given(st.dictionaries(st.sampled_from(SettingId), st.text("0123456789abcdef", max_size=12)))
def test_settings_are_read_back_as_they_were_shown(shown: dict[SettingId, str]) -> None:
    metadata = settings_metadata({str(each): key for each, key in shown.items()})

    assert settings_shown({"private_metadata": metadata}) == shown
    assert len(metadata) < LONGEST_METADATA


def test_the_settings_of_the_version_before_showed_nothing_that_we_know() -> None:
    before = '{"weekdays":[0,1],"approval":"none","referrals":"e3b0c44298fc1c14"}'

    assert settings_shown({"private_metadata": before}) == {}
    assert settings_shown({"private_metadata": ""}) == {}


@given(st.fixed_dictionaries({}, optional={"shown": anything}) | anything)
def test_what_no_settings_showed_is_refused_or_read(data: Any) -> None:
    for metadata in (data, json.dumps(data)):
        try:
            shown = settings_shown({"private_metadata": metadata})
        except payloads.MalformedPayload:
            continue
        assert all(isinstance(each, str) for pair in shown.items() for each in pair)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("draft", "version", "step", "redrawn", "prospect", "name"), anything
        ),
    )
    | anything
)
def test_metadata_that_is_not_ours_is_refused_or_read(data: Any) -> None:
    for metadata in (data, json.dumps(data)):
        try:
            assert isinstance(payloads.step_of({"private_metadata": metadata}), StepRef)
        except payloads.MalformedPayload:
            continue


@given(targets)
def test_a_target_is_read_back_as_it_was_written(target: payloads.Target) -> None:
    assert payloads.Target.parse(str(target)) == target
    assert payloads.Target.of_dialog({"private_metadata": str(target)}) == target
    for action in Action:
        assert payloads.parse_option(target.option(action)) == (action, target)


def test_a_button_says_prospect_and_revision_and_an_option_its_action_too() -> None:
    target = payloads.Target(ProspectId("p1"), 3)

    assert str(target) == "p1.3"
    assert target.option(Action.LOST) == "lost.p1.3"


@given(anything)
def test_a_value_that_is_not_ours_is_refused_or_read(value: Any) -> None:
    for read in (payloads.Target.parse, payloads.parse_option):
        try:
            read(value)
        except payloads.MalformedPayload:
            continue


@pytest.mark.parametrize("value", ["", "p", ".1", "p.", "p.x", "p.-1", "p.²", "p." + "9" * 5000])
def test_an_odd_target_is_refused(value: str) -> None:
    with pytest.raises(payloads.MalformedPayload):
        payloads.Target.parse(value)


def test_inputs_are_read_by_block_as_texts_options_and_lists() -> None:
    chosen = {"text": {"type": "plain_text", "text": "x"}, "value": "clear"}
    values = {
        "name": {"answer": {"type": "plain_text_input", "value": "Acme"}},
        "offer": {"answer": {"type": "radio_buttons", "selected_option": chosen}},
        "numbers": {"answer": {"type": "radio_buttons", "selected_option": None}},
        "signs": {"answer": {"type": "checkboxes", "selected_options": [chosen]}},
        "none": {"answer": {"type": "checkboxes", "selected_options": []}},
        "day": {"answer": {"type": "datepicker", "selected_date": "2026-12-08"}},
        "owner": {"answer": {"type": "users_select", "selected_user": "U0EMMA"}},
        "value": {"answer": {"type": "number_input", "value": None}},
    }

    assert view_state.read_inputs({"state": {"values": values}}) == {
        "name": "Acme",
        "offer": "clear",
        "numbers": None,
        "signs": ["clear"],
        "none": [],
        "day": "2026-12-08",
        "owner": "U0EMMA",
        "value": None,
    }


@given(anything)
def test_a_state_that_is_not_slacks_is_refused_or_read(odd: Any) -> None:
    for read, part in (
        (view_state.read_inputs, {"state": odd}),
        (view_state.read_inputs, {"state": {"values": odd}}),
        (view_state.read_inputs, {"state": {"values": {"name": odd}}}),
        (view_state.is_empty, odd),
    ):
        try:
            read(part)
        except payloads.MalformedPayload:
            continue


@pytest.mark.parametrize(
    ("action", "is_empty"),
    [
        ({"type": "plain_text_input", "value": None}, True),
        ({"type": "plain_text_input", "value": ""}, True),
        ({"type": "plain_text_input", "value": "x"}, False),
        ({"type": "checkboxes", "selected_options": []}, True),
        ({"type": "radio_buttons", "selected_option": {"value": "x"}}, False),
    ],
)
def test_an_emptied_field_is_told_from_a_filled_one(action: Any, is_empty: bool) -> None:
    assert view_state.is_empty(action) is is_empty


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"ok": False, "error": "is_archived"}, "is_archived"),
        ({"ok": False}, payloads.UNREADABLE),
        ({}, payloads.UNREADABLE),
        ("Bad gateway", payloads.UNREADABLE),
        (b"", payloads.UNREADABLE),
    ],
)
def test_a_refusal_has_its_code_or_is_unreadable(data: Any, code: str) -> None:
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=2
    )

    assert payloads.refusal_code(response) == code
    assert payloads.refusal_code(object()) == payloads.UNREADABLE


@pytest.mark.parametrize(
    ("action_id", "name"),
    [
        ("answer_outcome.yes", "answer_outcome"),
        ("walk_away", "walk_away"),
        ("walk_away.yes", "walk_away.yes"),
        (None, "None"),
    ],
)
def test_only_answers_for_an_outcome_stand_side_by_side(action_id: object, name: str) -> None:
    assert payloads.listened_for(action_id) == name
