"""The modal: fields, errors, typed text that survives, the stack of views."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.gallery import STEP
from tests.sandbox.page.scripted import (
    ScriptedSandbox,
    field,
    mrkdwn,
    option,
    plain_text,
    view,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NAME = field("name", {"type": "plain_text_input", "max_length": 10}, "Name")
OFFER = field("offer", {"type": "radio_buttons", "options": [option("clear"), option("none")]})
HOMEWORK = field("homework", {"type": "plain_text_input", "initial_value": "Numbers"})
TALL = {"type": "section", "block_id": "tall", "text": mrkdwn("tall\n" * 60)}


async def test_only_what_was_touched_is_sent(page: Page, sandbox: ScriptedSandbox) -> None:
    signs = field("signs", {"type": "checkboxes", "options": [option("haggles"), option("drains")]})
    await sandbox.show(views=[view("V1", [NAME, OFFER, HOMEWORK, signs])])

    await page.get_by_label("Name").fill("Acme")
    await page.get_by_label("None").check()
    await page.get_by_label("Drains").check()
    await page.get_by_test_id("modal-submit").click()

    assert await sandbox.posted("submit") == {
        "member": "U0JONAS",
        "view_id": "V1",
        "state": {
            "name": {"answer": {"type": "plain_text_input", "value": "Acme"}},
            "offer": {"answer": {"type": "radio_buttons", "selected_option": option("none")}},
            "signs": {"answer": {"type": "checkboxes", "selected_options": [option("drains")]}},
        },
    }


async def test_cleared_is_told_from_untouched(page: Page, sandbox: ScriptedSandbox) -> None:
    homework = HOMEWORK | {"optional": True}
    boxes = {"type": "checkboxes", "options": [option("a")], "initial_options": [option("a")]}
    signs = field("signs", boxes, optional=True)
    await sandbox.show(views=[view("V1", [homework, signs])])
    await expect(page.get_by_label("Homework")).to_have_value("Numbers")

    await page.get_by_label("Homework").fill("")
    await page.get_by_role("checkbox", name="A").uncheck()
    await page.get_by_test_id("modal-submit").click()

    state = (await sandbox.posted("submit"))["state"]
    assert state["homework"]["answer"]["value"] is None
    assert state["signs"]["answer"]["selected_options"] == []


async def test_every_kind_of_field_sends_its_own_value(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", STEP)])

    await page.get_by_label("Wie heißt der Interessent?").fill("Müller")
    await page.get_by_label("Nur ungefähr").check()
    await page.get_by_label("Kennen sie ihre Zahlen?").select_option("ready")
    await page.locator("[data-block-id=tags] button").click()
    await page.get_by_label("Handwerk").check()
    await page.get_by_label("Wer führt das Gespräch?").select_option("U0EMMA")
    await page.get_by_label("Auftragswert in Euro").fill("12000")
    await page.get_by_label("Erster Kontakt").fill("2026-11-30")
    await page.get_by_label("Uhrzeit").fill("14:15")
    await page.get_by_test_id("modal-submit").click()

    state = (await sandbox.posted("submit"))["state"]
    sent = {block: actions["answer"] for block, actions in state.items()}
    assert sent["numbers"]["selected_option"]["value"] == "ready"
    assert [one["value"] for one in sent["tags"]["selected_options"]] == ["b"]
    assert sent["owner"] == {"type": "users_select", "selected_user": "U0EMMA"}
    assert sent["expected_value"] == {"type": "number_input", "value": "12000"}
    assert sent["first_contact"] == {"type": "datepicker", "selected_date": "2026-11-30"}
    assert sent["call"] == {"type": "timepicker", "selected_time": "14:15"}


async def test_what_slack_would_refuse_never_leaves_the_page(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    value = field("value", {"type": "number_input", "min_value": "1"}, optional=True)
    await sandbox.show(views=[view("V1", [NAME, OFFER, value])])

    await page.get_by_label("Name").fill("Acme GmbH & Co. KG")
    await page.get_by_label("Value").fill("-3")
    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("error-name")).to_contain_text("möglich sind 10")
    await expect(page.get_by_test_id("error-offer")).to_have_text(
        "Bitte fülle dieses Pflichtfeld aus."
    )
    await expect(page.get_by_test_id("error-value")).to_have_text("Bitte gib 1 oder mehr ein.")
    await expect(page.get_by_label("Name")).to_be_focused()
    assert sandbox.all_posted("submit") == []


@pytest.mark.parametrize(
    ("member", "written"), [("U0EMMA", "4 Dec 2026"), ("U0JONAS", "4. Dez. 2026")]
)
async def test_a_day_stands_as_its_reader_writes_it(
    page: Page, sandbox: ScriptedSandbox, member: str, written: str
) -> None:
    day = field("day", {"type": "datepicker", "initial_date": "2026-12-01"})
    await page.get_by_test_id(f"member-{member}").click()
    await sandbox.show(views=[view("V1", [NAME, day])])

    await page.get_by_label("Day").fill("2026-12-04")
    await page.get_by_label("Name").focus()

    await expect(page.locator(".picked-day")).to_have_text(written)


async def test_the_app_s_errors_stand_beside_their_fields_until_corrected(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    sandbox.answers["submit"] = {"errors": {"name": "Wir kennen ihn schon."}}
    await sandbox.show(views=[view("V1", [NAME])])

    await page.get_by_label("Name").fill("Acme")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("error-name")).to_have_text("Wir kennen ihn schon.")
    await page.get_by_label("Name").fill("Acme 2")

    await expect(page.get_by_test_id("error-name")).to_be_hidden()
    await page.get_by_test_id("modal-submit").click()
    await sandbox.posted("submit", count=2)


async def test_no_answer_leaves_a_sentence_and_the_typed_text(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    sandbox.answers["submit"] = {"error": "We had some trouble connecting. Try again?"}
    await sandbox.show(views=[view("V1", [NAME])])

    await page.get_by_label("Name").fill("Acme")
    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("modal-error")).to_contain_text("trouble connecting")
    await expect(page.get_by_label("Name")).to_have_value("Acme")


async def test_a_view_is_submitted_once_however_often_one_clicks(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    sandbox.held.clear()
    await sandbox.show(views=[view("V1", [HOMEWORK])])

    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_have_attribute("aria-busy", "true")
    await page.get_by_test_id("modal-submit").click()
    await page.get_by_label("Homework").press("Enter")

    sandbox.held.set()
    await sandbox.show(views=[])
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    assert len(sandbox.all_posted("submit")) == 1


async def test_typed_text_caret_and_focus_survive_an_update(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", [NAME])])
    await page.get_by_label("Name").press_sequentially("Ame")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")

    await sandbox.show(views=[view("V1", [NAME, OFFER], hash="2")])
    await expect(page.get_by_label("Clear")).to_be_visible()
    await page.keyboard.type("c")

    await expect(page.get_by_label("Name")).to_have_value("Acme")


@pytest.mark.parametrize("changed", ["block_id", "action_id"])
async def test_a_changed_id_drops_what_was_typed(
    page: Page, sandbox: ScriptedSandbox, changed: str
) -> None:
    await sandbox.show(views=[view("V1", [NAME])])
    await page.get_by_label("Name").fill("Acme")

    element = NAME["element"] | ({"action_id": "other"} if changed == "action_id" else {})
    block = "other" if changed == "block_id" else "name"
    renamed = NAME | {"element": element, "block_id": block, "optional": True}
    await sandbox.show(views=[view("V1", [renamed], hash="2")])

    await expect(page.get_by_label("Name")).to_have_value("")
    await page.get_by_test_id("modal-submit").click()
    assert (await sandbox.posted("submit"))["state"] == {}


async def test_the_next_step_starts_at_its_top_with_its_title(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", [HOMEWORK, TALL])])
    await page.locator(".modal-body").evaluate("body => { body.scrollTop = 400 }")
    await page.get_by_test_id("modal-submit").click()
    await sandbox.posted("submit")

    await sandbox.show(views=[view("V1", [HOMEWORK, TALL], hash="2", title=plain_text("Step 2"))])

    await expect(page.get_by_role("dialog", name="Step 2")).to_be_visible()
    assert await page.locator(".modal-body").evaluate("body => body.scrollTop") == 0


async def test_a_field_that_tells_at_once_sends_its_value_with_the_state(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", [NAME, OFFER | {"dispatch_action": True}])])
    await page.get_by_label("Name").fill("Acme")

    await page.get_by_label("None").check()

    act = await sandbox.posted("act")
    assert act["source"] == {"kind": "view", "view_id": "V1"}
    assert act["element"] == {"type": "radio_buttons", "selected_option": option("none")}
    assert act["state"]["name"]["answer"]["value"] == "Acme"


@pytest.mark.parametrize(
    ("moment", "key"), [("on_enter_pressed", "Enter"), ("on_character_entered", "e")]
)
async def test_a_text_field_tells_when_its_block_asks_for_it(
    page: Page, sandbox: ScriptedSandbox, moment: str, key: str
) -> None:
    config = {"dispatch_action_config": {"trigger_actions_on": [moment]}}
    name = NAME | {"dispatch_action": True, "element": NAME["element"] | config}
    await sandbox.show(views=[view("V1", [name])])

    await page.get_by_label("Name").press_sequentially("Acm")
    await page.get_by_label("Name").press(key)

    assert (await sandbox.posted("act"))["element"]["value"] in ("Acm", "Acme")
    assert sandbox.all_posted("submit") == []


@pytest.mark.parametrize(
    ("how", "everything"), [("Escape", True), ("modal-x", True), ("modal-close", False)]
)
async def test_escape_and_the_cross_close_all_views_cancel_only_one(
    page: Page, sandbox: ScriptedSandbox, how: str, everything: bool
) -> None:
    await sandbox.show(views=[view("V1", [NAME]), view("V2", [NAME])])
    await expect(page.get_by_label("Name")).to_be_focused()

    if how == "Escape":
        await page.keyboard.press("Escape")
    else:
        await page.get_by_test_id(how).click()

    closed = await sandbox.posted("close")
    assert closed == {"member": "U0JONAS", "view_id": "V2", "all": everything}


async def test_the_focus_stays_in_the_modal_and_returns_after_it(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await page.get_by_test_id("composer").focus()
    await sandbox.show(views=[view("V1", [NAME])])
    await expect(page.get_by_label("Name")).to_be_focused()

    for _ in range(4):
        await page.keyboard.press("Tab")
    await expect(page.get_by_label("Name")).to_be_focused()
    await sandbox.show(views=[])

    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_a_view_without_submit_has_only_a_way_out(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    await sandbox.show(views=[view("V1", [TALL], submit=None, close=None)])

    await expect(page.get_by_test_id("modal-submit")).to_have_count(0)
    await expect(page.get_by_test_id("modal-close")).to_have_text("Schließen")


async def test_a_picked_file_is_uploaded_named_and_can_be_taken_out(
    page: Page, sandbox: ScriptedSandbox
) -> None:
    chooser = {"type": "file_input", "filetypes": ["yaml"], "max_files": 1}
    await sandbox.show(views=[view("V1", [field("file", chooser, "Your checklist")])])
    pick = page.get_by_label("Your checklist")

    await pick.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    await page.get_by_test_id("modal-submit").click()
    refused = "a.txt gehört nicht zu diesen Arten: yaml."
    await expect(page.get_by_test_id("error-file")).to_have_text(refused)
    await page.get_by_role("button", name="a.txt entfernen").click()
    await pick.set_input_files({"name": "b.yaml", "mimeType": "text/yaml", "buffer": b"id: b"})
    await expect(page.locator(".files")).to_contain_text("b.yaml")
    await page.get_by_test_id("modal-submit").click()

    state = (await sandbox.posted("submit"))["state"]
    assert [each["name"] for each in state["file"]["answer"]["files"]] == ["b.yaml"]
