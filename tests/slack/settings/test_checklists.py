"""Managers adopt, change and retire checklists in Slack, through the real app."""

import asyncio
from typing import Any

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.slack.interaction.surface import CheckedFiles
from bot.slack.payloads import ids
from sandbox import Fault, Submission, fill
from sandbox.member import Member
from tests.checklists.own import NEXT, OWN
from tests.checklists.test_other_checklists import DATA
from tests.office import CHANNEL, GOOD, Office
from tests.slack.overrides.test_listeners import name_managers
from tests.slack.reading import DE, told, words

Json = dict[str, Any]
FIT_FILE = (DATA / "fit.yaml").read_bytes()


async def open_checklists(office: Office, member: Member | None = None) -> Json:
    """Open what is in use, from `/qualify settings`."""
    member = member or office.sabine
    await member.command("/qualify", "settings")
    await member.wait_for_view()
    return await click(office, member, ids.CHECKLISTS)


async def click(office: Office, member: Member, action: str, of: str = "") -> Json:
    """Use the button of one checklist, and return the modal that is on top then."""
    block = f"in_use.{of}" if of else None
    await member.click(action, block)
    await office.answered()
    assert member.view is not None
    return member.view


async def look(office: Office, checklist_id: str) -> Json:
    await office.sabine.click(ids.CHECKLIST_LOOK, f"offer.{checklist_id}")
    await office.answered()
    assert office.sabine.view is not None
    return office.sabine.view


async def upload(office: Office, content: bytes, member: Member | None = None) -> Json:
    """Upload a file, and return the modal with what came of it."""
    member = member or office.sabine
    if member.view is None or member.view["callback_id"] != ids.CHECKLIST_UPLOAD:
        await click(office, member, ids.CHECKLIST_UPLOAD)
    view = member.view
    assert view is not None
    (field,) = [each["block_id"] for each in view["blocks"] if each["type"] == "input"]
    submission = await member.submit(fill(view, {field: [member.pick("ours.yaml", content)]}))
    assert not submission.errors
    await office.answered()
    assert member.view is not None
    return member.view


async def adopt(
    office: Office, member: Member | None = None, *, as_default: bool = False
) -> Submission:
    member = member or office.sabine
    assert member.view is not None
    entries = {ids.CHECKLIST_AS_DEFAULT: ["yes"]} if as_default else {}
    submission = await member.submit(fill(member.view, entries))
    await office.answered()
    return submission


def lines(office: Office) -> list[str]:
    """What the channel reads."""
    return [each["text"] for each in office.slack.messages(CHANNEL)]


async def test_one_of_ours_is_looked_at_and_adopted(office: Office) -> None:
    await office.screen(office.jonas, **GOOD)
    await open_checklists(office)

    seen = words(await look(office, "bant"))
    await adopt(office)
    await office.delivered()

    assert DE("✅ Proven: every answer leads to a verdict, and every rule is needed.") in seen
    assert DE("This checklist can't judge any of them yet.") in seen
    assert office.sabine.view is not None
    assert office.sabine.view["callback_id"] == ids.CHECKLISTS
    assert DE("“{title}” is in use now.", title="BANT") in words(office.sabine.view)
    assert "<@U0SABINE> adopted the checklist “BANT” (version 1)." in lines(office)
    assert office.slack.refusals == []


async def test_an_uploaded_checklist_is_proven_previewed_and_screened_by(office: Office) -> None:
    await open_checklists(office)
    await upload(office, FIT_FILE)
    assert DE("Preview") == (office.sabine.view or {})["title"]["text"]

    titles = []
    for _ in range(3):
        view = await click(office, office.sabine, ids.CHECKLIST_STEP)
        titles.append(view["title"]["text"])
    for _ in range(3):
        await office.sabine.click(ids.CHECKLIST_STEP_BACK)
        await office.answered()
    await adopt(office, as_default=True)
    card = await office.screen(
        office.jonas, "Fit AG", need="real", wants=["web"], budget="40000", start="2026-12-14"
    )

    assert titles == ["Der Bedarf", "Geld und Zeit", DE("Evidence")]
    assert "Fit 5 of 9" in words(card)
    assert lines(office)[0].splitlines() == [
        "<@U0SABINE> adopted the checklist “Fit and timing” (version 1).",
        "<@U0SABINE> made “Fit and timing” the default checklist.",
    ]
    assert office.slack.refusals == []


async def test_the_steps_can_be_filled_in_as_members_would(office: Office) -> None:
    await open_checklists(office)
    await upload(office, FIT_FILE)
    first = await click(office, office.sabine, ids.CHECKLIST_STEP)

    await office.sabine.submit(fill(first, {"need": "burning", "name": "Anyone"}))
    await office.answered()
    second = office.sabine.view
    assert second is not None
    await office.sabine.submit(fill(second, {"need_evidence": "x", "reason": "y"}))
    await office.answered()
    last = office.sabine.view
    assert last is not None
    await office.sabine.submit(fill(last, {"signs_evidence": "z"}))
    await office.answered()

    assert second["title"]["text"] == "Geld und Zeit"
    assert last["title"]["text"] == DE("Evidence")
    assert DE("What makes you say “{option}”?", option="Feilscht") in words(last)
    assert (office.sabine.view or {})["callback_id"] == ids.CHECKLIST_ADOPT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id: [a", "Zeile 1"),
        (b"\xff\xfe\x00", DE("Save the file as UTF-8. It has another encoding.")),
        (b"", DE("The file is empty.")),
        (b"%PDF-1.7", "Zeile 1"),
        (b"just words", DE("This must be keys with values.")),
        (b"a: &a [x]\nb: *a", DE("References (*) aren't supported; write it out.")),
        (b"id: own\n\ttitle: x", "Zeile 2"),
        (b"id: own\nid: two\n", "Zeile 2"),
        (b"id: own\nunknown: 1", "unknown"),
        (
            FIT_FILE.replace(b"      need: {burning", b"      nodd: {burning"),
            "scores.fit.points.nodd",
        ),
        (FIT_FILE.replace(b"title: {en: Fit,", b"title: {en: 12,"), "scores.fit.title.en"),
        (
            FIT_FILE.replace(b"at_least: 50000", b"at_least: 1e3"),
            DE("This must be a number, such as 12 or 0.5."),
        ),
    ],
)
async def test_what_is_wrong_stands_there_with_its_place(
    office: Office, content: bytes, said: str
) -> None:
    await open_checklists(office)

    view = await upload(office, content)

    assert said in words(view)
    assert DE("Correct this, and upload the file again. Nothing has changed.") in words(view)
    assert lines(office) == []


@pytest.mark.parametrize("content", [b"", b"id: own\nunknown: 1"])
async def test_after_a_file_that_is_wrong_another_can_follow(
    office: Office, content: bytes
) -> None:
    await open_checklists(office)
    refused = await upload(office, content)
    assert refused["callback_id"] != ids.CHECKLIST_ADOPT

    view = await upload(office, as_yaml(OWN).encode())

    assert view["callback_id"] == ids.CHECKLIST_ADOPT
    assert lines(office) == []


async def test_a_file_that_is_too_large_is_not_even_fetched(office: Office) -> None:
    await open_checklists(office)

    view = await upload(office, b"x" * 5_000_000)

    assert DE("Choose a smaller file. {limit} kB are allowed.", limit=256) in words(view)
    assert "url_private_download" not in [call.method for call in office.slack.calls]


async def test_an_upload_is_answered_before_the_file_is_fetched(office: Office) -> None:
    await open_checklists(office)
    await click(office, office.sabine, ids.CHECKLIST_UPLOAD)
    held = asyncio.Event()
    office.slack.faults = lambda call: Fault(until=held) if call.method == "files.info" else None
    view = office.sabine.view
    assert view is not None

    file = office.sabine.pick("ours.yaml", as_yaml(OWN).encode())
    await office.sabine.submit(fill(view, {f"{ids.CHECKLIST_FILE}.": [file]}))

    assert DE("Checking… This takes a few seconds.") in words(office.sabine.view or {})
    await office.sabine.close(everything=True)
    held.set()
    await office.answered()
    assert [each.error for each in office.slack.refusals] == ["not_found"]
    assert office.sabine.view is None


async def test_a_deleted_file_and_a_slack_that_is_away_can_be_tried_again(office: Office) -> None:
    await open_checklists(office)
    await click(office, office.sabine, ids.CHECKLIST_UPLOAD)
    broken = Fault(body={"ok": False, "error": "file_deleted"})
    office.slack.faults = lambda call: broken if call.method == "files.info" else None

    view = await upload(office, as_yaml(OWN).encode())
    office.slack.faults = None

    assert DE("Upload the file again. It was deleted in Slack.") in words(view)
    assert (await upload(office, as_yaml(OWN).encode()))["callback_id"] == ids.CHECKLIST_ADOPT


async def test_without_the_scope_it_says_what_to_do(office: Office) -> None:
    office.slack.workspace.scopes.remove("files:read")
    await open_checklists(office)

    view = await click(office, office.sabine, ids.CHECKLIST_UPLOAD)

    assert "`files:read`" in words(view)
    assert "`walkaway checklist adopt FILE`" in words(view)
    assert office.slack.refusals == []


async def test_another_process_fetches_what_this_one_adopts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_checklists(office)
    await upload(office, as_yaml(OWN).encode())
    begun_anew = CheckedFiles()
    for name in ("get", "put"):
        method = getattr(begun_anew, name)
        monkeypatch.setattr(CheckedFiles, name, lambda _, *given, method=method: method(*given))

    await adopt(office)

    assert DE("“{title}” is in use now.", title=OWN.title["de"]) in words(office.sabine.view or {})
    await office.delivered()
    assert len(lines(office)) == 1


async def test_of_two_managers_at_once_the_second_sees_what_is_true_now(office: Office) -> None:
    await name_managers(office, "U0SABINE", "U0EMMA")
    for member in (office.sabine, office.emma):
        await open_checklists(office, member)
        await upload(office, as_yaml(OWN).encode(), member)
    await adopt(office, office.emma)
    seen = office.sabine.view

    await adopt(office)

    view = office.sabine.view or {}
    assert "<@U0EMMA>" in words(view)
    assert DE("Nothing to do. You already use exactly this checklist.") not in words(seen or {})
    assert "submit" not in view or view["submit"] is None
    await office.delivered()
    assert lines(office) == [f"<@U0EMMA> adopted the checklist “{OWN.title['en']}” (version 1)."]


async def test_the_second_manager_can_still_adopt_what_differs(office: Office) -> None:
    await name_managers(office, "U0SABINE", "U0EMMA")
    await open_checklists(office)
    await upload(office, as_yaml(OWN).encode())
    await open_checklists(office, office.emma)
    await upload(office, as_yaml(NEXT).encode(), office.emma)
    await adopt(office, office.emma)

    await adopt(office)
    assert "<@U0EMMA>" in words(office.sabine.view or {})
    await adopt(office)

    await office.delivered()
    assert len(lines(office)) == 2


async def test_the_default_changes_back_and_what_is_no_default_retires(office: Office) -> None:
    await open_checklists(office)
    await look(office, "bant")
    await adopt(office, as_default=True)

    view = await click(office, office.sabine, ids.CHECKLIST_DEFAULT, "walk-away")
    assert DE("New screenings begin with “{title}” now.", title="Absagen?") in words(view)
    view = await click(office, office.sabine, ids.CHECKLIST_RETIRE, "bant")

    assert DE("“{title}” is retired.", title="BANT") in words(view)
    assert "offer.bant" in [each.get("block_id") for each in view["blocks"]]
    await office.delivered()
    assert len(lines(office)) == 3


async def test_what_changed_meanwhile_is_said_above_what_is_true(office: Office) -> None:
    await open_checklists(office)
    await look(office, "bant")
    await adopt(office)
    async with office.bot.checklists.changing(office.bot.workspace.ours()[0]) as changing:
        await changing.retire("bant")

    view = await click(office, office.sabine, ids.CHECKLIST_DEFAULT, "bant")

    assert DE("You don't use this checklist any more.") in words(view)
    assert "in_use.bant" not in [each.get("block_id") for each in view["blocks"]]


async def test_a_checklist_comes_back_as_a_file(office: Office) -> None:
    await open_checklists(office)

    view = await click(office, office.sabine, ids.CHECKLIST_SEND, "walk-away")

    assert "`walk-away.yaml`" in words(view)
    (message,) = office.sabine.direct_messages
    content = office.sabine.read_file(message["files"][0]["id"]).decode()
    assert "id: walk-away" in content
    assert office.slack.messages(CHANNEL) == []


async def test_a_retired_checklist_comes_back_as_a_file_in_every_version(office: Office) -> None:
    await open_checklists(office)
    for content in (OWN, NEXT):
        await upload(office, as_yaml(content).encode())
        await adopt(office)
    view = await click(office, office.sabine, ids.CHECKLIST_RETIRE, OWN.id)
    assert DE("Retired") in words(view)

    await office.sabine.click(ids.CHECKLIST_SEND, f"retired.{OWN.id}")
    await office.answered()
    assert f"`{OWN.id}.yaml`" in words(office.sabine.view or {})
    history = await click(office, office.sabine, ids.CHECKLIST_HISTORY)
    at = {
        block["accessory"]["value"]: block["block_id"]
        for block in history["blocks"]
        if "accessory" in block
    }
    await office.sabine.click(ids.CHECKLIST_SEND_VERSION, at[f"{OWN.id}.1"])
    await office.answered()

    assert [*at] == [f"{OWN.id}.2", f"{OWN.id}.1"]
    assert f"`{OWN.id}.yaml`" in words(office.sabine.view or {})
    assert DE("Changes") == (office.sabine.view or {})["title"]["text"]
    sent = [
        office.sabine.read_file(each["files"][0]["id"]) for each in office.sabine.direct_messages
    ]
    assert [checklists.loads(each).checklist.version for each in sent] == [
        NEXT.version,
        OWN.version,
    ]
    assert office.slack.refusals == []


@pytest.mark.parametrize("scope", ["files:write", "im:write"])
async def test_a_file_that_cannot_be_sent_names_the_scope(office: Office, scope: str) -> None:
    office.slack.workspace.scopes.remove(scope)
    await open_checklists(office)

    view = await click(office, office.sabine, ids.CHECKLIST_SEND, "walk-away")

    assert f"`{scope}`" in words(view)
    assert office.sabine.direct_messages == []


async def test_the_history_names_who_did_what(office: Office) -> None:
    await open_checklists(office)
    await look(office, "bant")
    await adopt(office)

    view = await click(office, office.sabine, ids.CHECKLIST_HISTORY)

    assert "<@U0SABINE>" in words(view)
    assert "BANT" in words(view)


async def test_who_manages_no_more_changes_nothing(office: Office) -> None:
    await open_checklists(office)
    await look(office, "bant")
    await name_managers(office, "U0EMMA")

    await adopt(office)

    sentence = DE("Only managers can change the checklists. Ask one of them.")
    assert sentence in words(office.sabine.view or {})
    assert lines(office) == []
    await office.sabine.close()
    await office.sabine.click(ids.CHECKLIST_SEND, "in_use.walk-away")
    await office.answered()
    assert sentence in told(office.sabine)
    assert office.sabine.direct_messages == []
