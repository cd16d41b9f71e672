"""Remembering past clients one by one, through the real app, counted in taps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.people import OtherAction
from bot.slack.payloads import ids
from bot.storage.delivery.tables import outbox
from bot.storage.prospects.prospects import prospects
from bot.storage.remembered import remembered
from sandbox import Submission, fill
from sandbox.member import Member
from tests.office import GOOD, NO_OFFER, Office
from tests.slack.reading import DE, prefilled, told, words

AGAIN, REGRET, BECAME = "remembered.again", "remembered.regret", "remembered.became"
READY = {"offer": "clear", "numbers": "ready", "value": "at_once"}
READY |= {"margin": "healthy", "niche": "inside", BECAME: "won", AGAIN: "yes"}
WEAK = READY | {"numbers": "partly", "willing": "yes", "able": "no", "fire": "unknown"}
BAD = READY | {"margin": "loss", BECAME: "ended", AGAIN: "no"}
REFUSED = READY | {BECAME: "walked_away", REGRET: "no"}


@dataclass
class Person:
    """Somebody at the form, who taps one option after another; a name is typed."""

    office: Office
    member: Member
    taps: int = 0

    @property
    def form(self) -> dict[str, Any]:
        view = self.member.view
        assert view is not None
        assert view["callback_id"] == ids.REMEMBERED
        return view

    async def begin(self) -> None:
        await self.member.command("/qualify", "remember")
        await self.member.wait_for_view()

    async def enter(self, name: str | None, answers: dict[str, Any]) -> Submission:
        """Answer in the order of the form, as far as it asks, and save."""
        entered: dict[str, Any] = {} if name is None else {"name": name}
        asked = self._next(entered, answers)
        while asked is not None:
            block, entered[asked] = self._block(asked), answers[asked]
            self.taps += 1
            if block.get("dispatch_action"):
                typed = fill(self.form, {k: v for k, v in entered.items() if k in self._ids()})
                action_id = block["element"]["action_id"]
                await self.member.click(action_id, asked, option=answers[asked], touched=typed)
                await self.office.answered()
            asked = self._next(entered, answers)
        self.taps += 1
        shown = {key: value for key, value in entered.items() if key in self._ids()}
        return await self.member.submit(fill(self.form, shown))

    def _next(self, entered: dict[str, Any], answers: dict[str, Any]) -> str | None:
        return next((key for key in self._ids() if key in answers and key not in entered), None)

    def _ids(self) -> list[str]:
        return [block["block_id"] for block in self.form["blocks"] if block["type"] == "input"]

    def _block(self, block_id: str) -> dict[str, Any]:
        return next(each for each in self.form["blocks"] if each.get("block_id") == block_id)


@pytest.fixture
async def emma(office: Office) -> Person:
    person = Person(office, office.emma)
    await person.begin()
    return person


@pytest.mark.parametrize(("answers", "most"), [(READY, 8), (WEAK, 11), (REFUSED, 8)])
async def test_a_ready_start_takes_eight_taps_and_a_weak_one_eleven(
    office: Office, emma: Person, answers: dict[str, Any], most: int
) -> None:
    assert not (await emma.enter("Acme GmbH", answers)).errors

    assert emma.taps <= most
    [kept] = await office.rows(remembered)
    asked = {key: value for key, value in answers.items() if "." not in key}
    assert kept.answers == asked
    assert (kept.name, kept.became, kept.by) == ("Acme GmbH", answers[BECAME], "U0EMMA")


async def test_saving_leads_to_an_empty_form_for_the_next_one(office: Office, emma: Person) -> None:
    await emma.enter("Acme GmbH", WEAK)

    assert not any(prefilled(emma.form).values())
    assert "willing" not in prefilled(emma.form)
    assert "Saved: Acme GmbH." in words(emma.form)
    assert "1 from memory so far. 4 more" in words(emma.form)

    await emma.enter("Globex", READY)
    await office.emma.close(everything=True)

    assert [each.name for each in await office.rows(remembered)] == ["Acme GmbH", "Globex"]


async def test_after_five_it_says_what_the_checklist_would_have_said(emma: Person) -> None:
    for n in range(3):
        await emma.enter(f"Bad {n}", BAD)
    await emma.enter("Odd", READY | {AGAIN: "no"})
    assert "caught" not in words(emma.form)

    await emma.enter("Good", READY)

    said = (
        "Of your 4 worst clients, the checklist would have caught 3. "
        "Of your best clients (1), the checklist would have"
    )
    assert said in words(emma.form)


async def test_what_stood_in_the_form_stays_when_more_is_asked(
    office: Office, emma: Person
) -> None:
    typed = fill(emma.form, {"name": "Acme", "offer": "clear", "margin": "thin"})

    numbers = emma._block("numbers")
    action_id = numbers["element"]["action_id"]
    await office.emma.click(action_id, "numbers", option="none", touched=typed)
    await office.answered()

    stands = {key: value for key, value in prefilled(emma.form).items() if value}
    assert stands == {"name": "Acme", "offer": "clear", "numbers": "none", "margin": "thin"}
    assert "fire" in prefilled(emma.form)


async def test_a_form_that_was_handed_in_before_it_asked_all_is_shown_once_more(
    office: Office, emma: Person
) -> None:
    typed = {key: value for key, value in WEAK.items() if key in prefilled(emma.form)}

    await office.emma.submit(fill(emma.form, {"name": "Acme", **typed}))

    assert await office.rows(remembered) == []
    assert prefilled(emma.form)["name"] == "Acme"
    assert {"willing", "able", "fire", AGAIN} <= set(prefilled(emma.form))


async def test_a_name_that_is_known_is_named_and_not_taken_twice(
    office: Office, emma: Person
) -> None:
    await emma.enter("Acme GmbH", READY)

    again = await emma.enter("ACME", READY)

    assert again.errors == {
        "name": "Enter another name. Acme GmbH is already in, and each counts once."
    }
    assert len(await office.rows(remembered)) == 1


async def test_a_name_that_was_screened_is_named_too(office: Office) -> None:
    await office.screen(office.jonas, "Acme GmbH", **GOOD)
    emma = Person(office, office.emma)
    await emma.begin()

    refused = await emma.enter("acme", READY)

    assert refused.errors == {
        "name": "Enter another name. Acme GmbH was screened here and already counts."
    }


async def test_what_is_wrong_stands_beside_its_field(office: Office, emma: Person) -> None:
    await emma.enter("Acme", {"offer": "none", BECAME: "lost"})

    refused = await emma.enter(None, {"offer": "none", BECAME: "lost"})

    assert set(refused.errors) == {"name"}


async def test_nothing_is_said_asked_or_posted_about_them(office: Office, emma: Person) -> None:
    await emma.enter("Acme GmbH", BAD)
    await office.settled()

    assert office.cards == []
    assert await office.rows(prospects) == []
    assert await office.rows(outbox) == []


async def test_a_later_screening_of_the_name_finds_what_is_remembered(
    office: Office, emma: Person
) -> None:
    await emma.enter("Acme GmbH", BAD)
    await office.emma.close(everything=True)

    await office.begin(office.jonas, "Acme")
    await office.submit(office.jonas, **GOOD)

    view = office.jonas.view
    assert view is not None
    assert view["callback_id"] == ids.NAME_ASKED
    remembered_of = "*Acme GmbH* · Aus dem Gedächtnis · Kein Kunde mehr\nUrteil: absagen."
    assert remembered_of in words(view)
    assert DE("Continue") in words(view)
    await office.jonas.click(ids.ANOTHER_ONE)
    await office.answered()
    await office.finish(office.jonas, **GOOD)
    assert len(await office.rows(prospects)) == 1
    assert len(await office.rows(remembered)) == 1


async def test_home_leads_there_and_shows_how_many_there_are(office: Office, emma: Person) -> None:
    await emma.enter("Acme GmbH", READY)
    await office.emma.close(everything=True)

    await office.emma.open_home()
    await office.answered()
    assert "Add past clients (1)" in words(office.emma.home or {})
    await office.emma.click(OtherAction.REMEMBER)
    await office.answered()
    await emma.enter("Globex", READY)
    await office.answered()

    assert "Add past clients (2)" in words(office.emma.home or {})


async def test_a_guest_remembers_nobody(office: Office) -> None:
    await office.gil.command("/qualify", "remember")
    await office.answered()

    assert "You're a guest" in told(office.gil)


async def test_a_certain_no_takes_four_taps(office: Office) -> None:
    jonas = Person(office, office.jonas)
    await jonas.begin()
    await jonas.enter("Acme", NO_OFFER | {BECAME: "walked_away", REGRET: "no"})

    assert jonas.taps == 4
    [kept] = await office.rows(remembered)
    assert (kept.verdict, kept.rule) == ("walk_away", "no_offer")


async def test_who_was_entered_by_mistake_is_taken_back(office: Office, emma: Person) -> None:
    await emma.enter("Acme GmbH", WEAK)
    offer = emma._block("offer")["element"]["action_id"]
    await office.emma.click(offer, "offer", option="none")
    await office.answered()
    assert "Saved: Acme GmbH." in words(emma.form)

    await office.emma.click(OtherAction.REMEMBER)
    await office.answered()

    assert "Removed: Acme GmbH." in words(emma.form)
    assert "Saved" not in words(emma.form)
    assert prefilled(emma.form)["offer"] == "none"
    assert await office.rows(remembered) == []


async def test_any_of_ones_own_can_be_taken_back_later(office: Office, emma: Person) -> None:
    jonas = Person(office, office.jonas)
    await jonas.begin()
    await jonas.enter("Of Jonas", WEAK)
    for name in ("First", "Second", "Third"):
        await emma.enter(name, WEAK)
        office.clock.now += timedelta(minutes=1)
    await office.emma.close()
    await emma.begin()
    assert names_in(menu(emma)) == ["Third", "Second", "First"]

    first = menu(emma)["options"][-1]["value"]
    await office.emma.click(OtherAction.REMEMBER, option=first)
    await office.answered()

    assert "Removed: First." in words(emma.form)
    assert names_in(menu(emma)) == ["Third", "Second"]
    kept = [each.name for each in await office.rows(remembered)]
    assert sorted(kept) == ["Of Jonas", "Second", "Third"]


async def test_a_manager_can_take_back_anybodys(office: Office, emma: Person) -> None:
    await emma.enter("First", WEAK)
    sabine = Person(office, office.sabine)

    await sabine.begin()

    assert names_in(menu(sabine)) == ["First"]
    assert menu(sabine)["confirm"]["confirm"]["text"] == "Entfernen"


def menu(person: Person) -> dict[str, Any]:
    """Return the menu of whom one may take back."""
    [found] = [
        each["accessory"]
        for each in person.form["blocks"]
        if each.get("accessory", {}).get("type") == "static_select"
    ]
    return dict(found)


def names_in(menu: dict[str, Any]) -> list[str]:
    return [each["text"]["text"] for each in menu["options"]]
