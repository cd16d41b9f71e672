"""The modals of a decline message, and each letter as it reads."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.decisions.decline import DeclineChoice, Declined, KindReason, Tone
from bot.domain.prospects import ProspectId
from bot.domain.settings import fields
from bot.slack.decisions import decline_text
from bot.slack.decisions.decline_modal import MOST_KEPT, decline_view
from bot.slack.kit.blocks import Block
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts
from sandbox.rules import view_problems
from tests.slack import cases

TARGET = payloads.Target(ProspectId("p1"), 2)
WEB = "Petra Klein, websites for small shops."
FULL = tuple(
    f"{n:02} ".ljust(fields.LONGEST_REFERRAL - 1, "ü") + ", " + "ö" * (fields.LONGEST_REFERRAL - 2)
    for n in range(fields.MOST_REFERRALS)
)
"""Nearly as much as the list takes."""
SEEN = KindReason.VALUE_NOT_SEEN
FIELD = KindReason.OUTSIDE_OUR_FIELD
HOSTILE = cases.HOSTILE[:80]

ORDINARY = Declined("Acme GmbH", SEEN, (WEB, "Zahlenwerk, bookkeeping"), "Emma Stone")
LONGEST = Declined("🚀" * 80, KindReason.NUMBERS_MISSING, FULL, "Ö" * 80)
EMPTY = Declined("A", SEEN, (), "E")
RUDE = Declined(HOSTILE, FIELD, (HOSTILE,), HOSTILE)

MODALS: Mapping[str, Callable[[Texts], Block]] = {
    "decline.ordinary": lambda texts: _view(ORDINARY, texts),
    "decline.warm": lambda texts: _view(ORDINARY, texts, Tone.WARM, WEB),
    "decline.longest": lambda texts: decline_view(
        LONGEST,
        DeclineChoice(Tone.WARM, "de", FULL[-1]),
        TARGET,
        texts,
        chosen_at="1764579840.123456",
        written=["ü" * 3000] * (MOST_KEPT + 1),
    ),
    "decline.described": lambda texts: _view(
        Declined("Acme GmbH", SEEN, FULL[:1], "Emma Stone"), texts, referral=FULL[0]
    ),
    "decline.empty": lambda texts: _view(EMPTY, texts),
    "decline.hostile": lambda texts: decline_view(
        RUDE,
        DeclineChoice(Tone.WARM, texts.language, HOSTILE),
        TARGET,
        texts,
        chosen_at="1764579840.123456",
        written=[cases.HOSTILE],
    ),
}


def _view(
    declined: Declined,
    texts: Texts,
    tone: Tone = Tone.SHORT,
    referral: str | None = None,
) -> Block:
    return decline_view(declined, DeclineChoice(tone, texts.language, referral), TARGET, texts)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("modal", MODALS)
def test_modal_looks_as_it_did_and_slack_takes_it(
    modal: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MODALS[modal](Texts(language))

    assert list(view_problems(drawn)) == []
    golden(f"{modal}.{language}", drawn)


@pytest.mark.parametrize("language", ["en", "de"])
def test_letters_read_as_they_did(language: str, golden: Callable[[str, Any], None]) -> None:
    letters = {
        f"{reason}, {tone}, {'with' if referral else 'without'} referral": _letter(
            reason, DeclineChoice(tone, language, referral)
        ).split("\n")
        for reason, tone, referral in product(KindReason, Tone, (None, WEB))
    }

    golden(f"letters.{language}", letters)


@pytest.mark.parametrize(
    ("reason", "tone", "language", "referral"),
    list(product(KindReason, Tone, ["en", "de"], [None, WEB])),
)
def test_a_letter_is_whole_formal_and_fits_a_link(
    reason: KindReason, tone: Tone, language: str, referral: str | None
) -> None:
    text = _letter(reason, DeclineChoice(tone, language, referral))

    assert "{" not in text
    assert "Acme GmbH" in text
    assert text.endswith("\nEmma Stone")
    assert ("Petra Klein, websites for small shops." in text) is (referral is not None)
    assert ".." not in text
    words = set(text.replace(",", " ").split())
    assert not words & {"du", "dir", "dich", "dein", "deine", "ihr", "euch", "euer"}
    assert decline_text.has_body(decline_text.mail_link("Our answer", text))


def test_no_letter_says_what_we_say_among_ourselves() -> None:
    harsh = ("donkey", "talk", "warning", "haggl", "drain", "respect", "fire", "feilsch", "überred")

    for reason, language in product(KindReason, ["en", "de"]):
        text = _letter(reason, DeclineChoice(Tone.WARM, language)).replace("Our talks", "")
        assert [word for word in harsh if word in text.lower()] == [], reason


def test_the_mail_link_carries_every_sign_and_no_address() -> None:
    text = "Hello [name],\n\n100 % <b> & Söhne + ?body=#"

    link = decline_text.mail_link("To Acme & Söhne?", text)

    address = urlsplit(link)
    assert (address.scheme, address.path, address.fragment) == ("mailto", "", "")
    assert parse_qs(address.query, strict_parsing=True) == {
        "subject": ["To Acme & Söhne?"],
        "body": [text.replace("\n", "\r\n")],
    }
    assert " " not in link
    assert "+" not in link


@pytest.mark.parametrize(("more", "has_body"), [(0, True), (1, False)])
def test_a_mail_that_slack_would_not_take_has_its_subject_alone(more: int, has_body: bool) -> None:
    room = decline_text.LONGEST_LINK - len("mailto:?subject=A&body=")

    link = decline_text.mail_link("A", "x" * (room + more))

    assert len(link) <= decline_text.LONGEST_LINK
    assert decline_text.has_body(link) is has_body


def test_who_cannot_have_the_text_in_the_mail_is_told() -> None:
    [small_print] = [
        block["elements"][0]["text"]
        for block in MODALS["decline.longest"](Texts("en"))["blocks"]
        if block["type"] == "context" and "too long" in block["elements"][0]["text"]
    ]

    assert "Copy the text into it" in small_print


def test_a_referral_too_long_for_one_line_of_the_menu_stands_on_two_and_whole() -> None:
    both = f"{'n' * fields.LONGEST_REFERRAL}, {'g' * fields.LONGEST_REFERRAL}"
    view = _view(Declined("A", SEEN, (WEB, both), "E"), Texts("en"))

    [menu] = [b["element"] for b in view["blocks"] if b.get("block_id") == ids.REFERRAL]
    shown = [
        (each["text"]["text"], each.get("description", {}).get("text")) for each in menu["options"]
    ]
    assert shown == [
        ("No referral", None),
        (WEB, None),
        ("n" * fields.LONGEST_REFERRAL, "g" * fields.LONGEST_REFERRAL),
    ]


def test_slack_does_not_call_the_message_optional() -> None:
    blocks = _view(EMPTY, Texts("en"))["blocks"]

    [message] = [b for b in blocks if str(b.get("block_id")).startswith(ids.DECLINE_TEXT)]
    assert not message["optional"]


def test_what_was_written_is_shown_whole_as_it_was_typed() -> None:
    shown = MODALS["decline.hostile"](Texts("en"))["blocks"][-1]

    assert shown["text"] == {"type": "plain_text", "text": cases.HOSTILE, "emoji": True}


def _letter(reason: KindReason, choice: DeclineChoice) -> str:
    declined = Declined("Acme GmbH", reason, (WEB,), "Emma Stone")
    return decline_text.letter(declined, choice, Texts(choice.language))
