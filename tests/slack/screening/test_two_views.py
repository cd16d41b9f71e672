"""Questions that appear and go with the answers of their own step, through the real app."""

from itertools import permutations
from typing import Any

import pytest

from bot.slack.payloads import ids
from bot.storage.screening import drafts, qualifications
from sandbox import ApiCall, Fault, fill
from tests.office import GOOD, HOMEWORK, NO_OFFER, Office
from tests.slack.reading import prefilled, words

TYPED = {"name": "Acme & Söhne", "expected_value": "12k", "first_contact": "2026-11-20"}
FIRST = {"offer": "clear", "numbers": "ready"}


@pytest.mark.parametrize(
    ("answers", "views"),
    [(NO_OFFER, 1), (GOOD, 2), (HOMEWORK, 3), (GOOD | {"offer": "vague"} | HOMEWORK, 3)],
)
async def test_a_verdict_takes_as_many_views_as_the_answers_call_for(
    office: Office, answers: dict[str, Any], views: int
) -> None:
    await office.begin(office.emma)
    places = []
    while shown(office)["callback_id"] == ids.STEP:
        await office.follow(office.emma, **answers)
        places.append(place(office))
        assert not (await office.submit(office.emma, **answers)).errors

    assert places == [f"Step {at + 1} of {views} · Acme GmbH" for at in range(views)]
    assert shown(office)["callback_id"] == ids.VERDICT


async def test_a_question_appears_with_the_answer_that_asks_for_it_and_goes_with_it(
    office: Office,
) -> None:
    await office.begin(office.emma)
    assert questions(office) == ["offer", "numbers"]

    await office.follow(office.emma, numbers="ready")
    assert questions(office) == ["offer", "numbers", "numbers_given"]
    await office.follow(office.emma, numbers="partly")
    assert questions(office) == ["offer", "numbers"]
    await office.follow(office.emma, offer="none")
    assert questions(office) == ["offer"]
    assert shown(office)["submit"]["text"] == "Get the verdict"
    await office.follow(office.emma, offer="vague")
    assert questions(office) == ["offer", "numbers"]
    assert shown(office)["submit"]["text"] == "Next"


async def test_only_a_view_that_looks_different_is_drawn_anew(office: Office) -> None:
    first = await office.begin(office.emma)

    await office.follow(office.emma, offer="clear")

    assert shown(office)["hash"] == first["hash"]


async def test_everything_typed_is_there_in_the_new_view_as_it_was_typed(office: Office) -> None:
    view = await office.begin(office.emma)
    entered = fill(view, {**TYPED, "expected_value": "a lot", "owner": "U0JONAS"})

    await office.emma.click(ids.ANSWER, "numbers", option="ready", touched=entered)
    await office.answered()

    assert entered_in(office) == {
        "numbers": "ready",
        "name": "Acme & Söhne",
        "owner": "U0JONAS",
        "expected_value": "a lot",
        "first_contact": "2026-11-20",
    }


async def test_what_nobody_touched_after_the_redraw_is_kept(office: Office) -> None:
    view = await office.begin(office.emma)
    entered = fill(view, TYPED)
    await office.emma.click(ids.ANSWER, "offer", option="clear", touched=entered)
    await office.emma.click(ids.ANSWER, "numbers", option="ready", touched=entered)
    await office.answered()
    office.slack.workspace.views.stack("U0EMMA")[-1].touched.clear()  # as Slack forgets it

    await office.submit(office.emma, numbers_given="1 million")
    await office.finish(office.emma, value="at_once")

    [kept] = await office.rows(qualifications)
    assert (kept.name, kept.expected_value) == ("Acme & Söhne", 12000)
    assert str(kept.first_contact) == "2026-11-20"
    assert kept.answers["offer"] == "clear"


async def test_what_was_emptied_after_the_redraw_is_empty(office: Office) -> None:
    view = await office.begin(office.emma)
    await office.emma.click(ids.ANSWER, "numbers", option="ready", touched=fill(view, TYPED))
    await office.answered()

    value = {"type": "plain_text_input", "value": None}
    await office.emma.click(ids.ANSWER, "expected_value", value)
    await office.answered()
    assert "expected_value" not in entered_in(office)
    await office.finish(office.emma, **GOOD)

    [kept] = await office.rows(qualifications)
    assert kept.expected_value is None


async def test_an_answer_that_was_hidden_meanwhile_comes_back_as_it_was_typed(
    office: Office,
) -> None:
    await office.begin(office.emma)
    view = await office.follow(office.emma, numbers="ready")
    given = fill(view, {"numbers_given": "1 million"})

    await office.emma.click(ids.ANSWER, "numbers", option="partly", touched=given)
    await office.answered()
    assert questions(office) == ["offer", "numbers"]
    await office.follow(office.emma, numbers="ready")

    assert entered_in(office)["numbers_given"] == "1 million"


async def test_a_step_handed_in_before_its_redraw_asks_for_the_rest_and_keeps_all(
    office: Office,
) -> None:
    view = await office.begin(office.emma)

    submission = await office.emma.submit(fill(view, FIRST | TYPED))

    assert not submission.errors
    assert questions(office) == ["offer", "numbers", "numbers_given"]
    assert entered_in(office) == {
        **FIRST,
        **TYPED,
        "expected_value": "12,000",
        "owner": "U0EMMA",
    }
    await office.finish(office.emma, numbers_given="1 million", value="at_once")
    [kept] = await office.rows(qualifications)
    assert kept.answers["numbers_given"] == "1 million"
    assert kept.expected_value == 12000
    assert await office.rows(drafts) == []


async def test_a_lost_redraw_loses_nothing(office: Office) -> None:
    broken = Fault(body={"ok": False, "error": "internal_error"})
    office.slack.faults = lambda call: broken if call.method == "views.update" else None
    view = await office.begin(office.emma)

    await office.emma.click(ids.ANSWER, "numbers", option="ready", touched=fill(view, TYPED))
    await office.answered()
    assert [each["hash"] for each in office.emma.views] == [view["hash"]]  # and nobody is told
    office.slack.faults = None
    await office.finish(office.emma, **GOOD)

    [kept] = await office.rows(qualifications)
    assert kept.answers["numbers_given"] == GOOD["numbers_given"]
    assert kept.name == "Acme & Söhne"


@pytest.mark.parametrize("clicks", [*permutations(["ready", "partly", "none"])])
async def test_of_clicks_in_quick_succession_the_last_one_counts(
    office: Office, clicks: tuple[str, ...]
) -> None:
    await office.begin(office.emma)

    for option in clicks:  # each before the view is drawn anew for the one before
        await office.emma.click(ids.ANSWER, "numbers", option=option)
    await office.answered()

    assert ("numbers_given" in questions(office)) is (clicks[-1] == "ready")


async def test_a_redraw_that_comes_after_the_step_was_handed_in_changes_nothing(
    office: Office,
) -> None:
    held: list[ApiCall] = []

    def slow(call: ApiCall) -> Fault | None:
        if call.method == "views.update":
            held.append(call)
            return Fault(delay=0.2)
        return None

    office.slack.faults = slow
    view = await office.begin(office.emma)
    await office.emma.click(ids.ANSWER, "offer", option="none")
    await office.emma.submit(fill(view, {"numbers": "none"}))
    assert shown(office)["callback_id"] == ids.VERDICT
    await office.answered()

    assert held
    assert shown(office)["callback_id"] == ids.VERDICT


async def test_the_step_of_the_exception_says_why_it_comes(office: Office) -> None:
    await office.begin(office.emma)
    await office.submit(office.emma, offer="vague", numbers="partly")

    assert "A weak start. Three questions decide whether" in words(shown(office))


async def test_the_verdict_and_its_card_name_what_was_left_open(office: Office) -> None:
    await office.begin(office.emma)
    left = {"offer": "clear", "numbers": "ready", "numbers_given": "1 million"}
    await office.submit(office.emma, **left)
    await office.submit(office.emma, value="at_once")
    assert "Left open: margin, niche" in words(shown(office))

    [card] = await office.slack.wait_for(lambda: office.cards)
    assert "Left open: margin, niche" in str(card["blocks"])
    assert "Left open: margin, niche" in card["text"]


async def test_where_nothing_was_left_open_nothing_is_said_of_it(office: Office) -> None:
    card = await office.screen(office.emma, **GOOD)

    assert "Left open" not in str(card)


def shown(office: Office) -> dict[str, Any]:
    assert office.emma.view is not None
    return office.emma.view


def questions(office: Office) -> list[str]:
    """Return the questions of the modal on top, without what a prospect is."""
    inputs = [block["block_id"] for block in shown(office)["blocks"] if block["type"] == "input"]
    return inputs[: inputs.index("name")]


def entered_in(office: Office) -> dict[str, Any]:
    """Return what the modal on top was drawn with, without what is empty."""
    return {key: value for key, value in prefilled(shown(office)).items() if value is not None}


def place(office: Office) -> str:
    return str(shown(office)["blocks"][0]["elements"][0]["text"])
