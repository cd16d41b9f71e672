"""What was entered in a modal, what reaches the app of it, and what the app may answer."""

from typing import Any

import pytest

from sandbox import AppDidNotAnswer, CannotDo, Slack, fill

INITIAL = {"text": {"type": "plain_text", "text": "clear"}, "value": "clear"}
PREFILLED: dict[str, Any] = {
    "name": {"initial_value": "Acme"},
    "offer": {"initial_option": INITIAL},
}


async def test_a_prefilled_input_comes_back_as_long_as_the_view_was_not_updated(
    slack: Slack, bolt: Any, step: Any
) -> None:
    bolt.first_view = step(**PREFILLED)
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")

    await jonas.submit()

    values = bolt.last["view"]["state"]["values"]
    assert values["name"]["answer"]["value"] == "Acme"
    assert values["offer"]["answer"]["selected_option"]["value"] == "clear"


async def test_an_untouched_prefilled_input_comes_back_null_after_an_update(
    slack: Slack, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    bolt.first_view = step(**PREFILLED)
    await jonas.command("/qualify", "Acme")
    bolt.answer = {"response_action": "update", "view": step("Two", **PREFILLED)}
    await jonas.submit()
    bolt.answer = {}

    result = await jonas.submit()

    values = bolt.last["view"]["state"]["values"]
    assert result.closed
    assert values["name"]["answer"] == {"type": "plain_text_input", "value": None}
    assert values["offer"]["answer"] == {"type": "radio_buttons", "selected_option": None}


async def test_what_was_typed_survives_an_update_that_keeps_the_ids(
    slack: Slack, bolt: Any, step: Any
) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    first = await jonas.wait_for_view()
    bolt.answer = {"response_action": "update", "view": step("Two")}

    await jonas.submit(fill(first, {"name": "Typed", "offer": "none", "signs": ["clear"]}))
    bolt.answer = {}
    await jonas.submit({"signs": {"answer": {"selected_options": []}}})

    values = bolt.last["view"]["state"]["values"]
    assert values["name"]["answer"]["value"] == "Typed"
    assert values["signs"]["answer"]["selected_options"] == []


async def test_what_is_missing_or_too_long_never_reaches_the_app(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()

    result = await jonas.submit(fill(view, {"name": "x" * 81}))

    assert result.errors == {
        "name": "Bitte gib höchstens 80 Zeichen ein.",
        "offer": "Bitte fülle dieses Pflichtfeld aus.",
    }
    assert len(bolt.bodies) == 1
    assert jonas.view == view


async def test_the_apps_errors_stand_beside_the_inputs(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()
    bolt.answer = {"response_action": "errors", "errors": {"name": "Screened last week."}}

    result = await jonas.submit(fill(view, {"name": "Acme", "offer": "clear"}))

    assert result.errors == {"name": "Screened last week."}
    assert not result.closed


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"response_action": "errors", "errors": {"elsewhere": "x"}}, "elsewhere"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
        ({"response_action": "explode"}, "explode"),
    ],
)
async def test_an_answer_that_slack_would_not_take_is_refused_visibly(
    slack: Slack, step: Any, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], reason: str
) -> None:
    async def accept(_kind: str, _payload: Any, _retry: Any = None) -> dict[str, Any]:
        return answer

    monkeypatch.setattr(slack.delivery, "send", accept)
    jonas = slack.member("U0JONAS")
    view = slack.workspace.views.open("U0JONAS", step()).to_slack()

    with pytest.raises(AppDidNotAnswer, match=reason):
        await jonas.submit(fill(view, {"name": "Acme", "offer": "clear"}))

    assert slack.refusals[-1].method == "view_submission"
    assert slack.notices[-1].kind == "refused"
    assert jonas.view == view


async def test_an_answer_can_push_or_clear(slack: Slack, bolt: Any, step: Any) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    entries = fill(await jonas.wait_for_view(), {"name": "Acme", "offer": "clear"})

    bolt.answer = {"response_action": "push", "view": step("Above")}
    pushed = await jonas.submit(entries)
    titles = [view["title"]["text"] for view in jonas.views]
    bolt.answer = {"response_action": "clear"}
    cleared = await jonas.submit(entries)

    assert (pushed.closed, titles) == (False, ["Screen", "Above"])
    assert (cleared.closed, jonas.views) == (True, [])


async def test_a_click_in_a_modal_carries_what_was_entered_so_far(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()

    await jonas.click("back", touched=fill(view, {"name": "Half"}))

    assert bolt.last["container"] == {"type": "view", "view_id": view["id"]}
    assert bolt.last["view"]["state"]["values"]["name"]["answer"]["value"] == "Half"
    assert bolt.last["view"]["hash"] == view["hash"]
    action = bolt.last["actions"][0]
    assert (action["block_id"], action["type"], action["value"]) == ("buttons", "button", "7.1")


async def test_a_person_cannot_click_or_fill_what_is_not_there(slack: Slack, bolt: Any) -> None:
    jonas = slack.member("U0JONAS")
    with pytest.raises(CannotDo, match="no view open"):
        await jonas.submit()
    await jonas.command("/qualify", "Acme")
    view = await jonas.wait_for_view()

    with pytest.raises(CannotDo, match="explode"):
        await jonas.click("explode")
    with pytest.raises(CannotDo, match="no input 'elsewhere'"):
        fill(view, {"elsewhere": "x"})
    with pytest.raises(CannotDo, match="no option 'maybe'"):
        fill(view, {"offer": "maybe"})


async def test_a_submission_that_the_app_does_not_take_leaves_the_view_open(
    slack: Slack, step: Any
) -> None:
    slack.workspace.views.open("U0JONAS", step(**PREFILLED))

    with pytest.raises(AppDidNotAnswer, match="dispatch_failed"):
        await slack.member("U0JONAS").submit()

    assert slack.member("U0JONAS").view
