"""What comes in by the door: a draft, never a verdict, and somebody is told of it."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.errors import AnswersRejected, DirectoryUnavailable, NotPermitted
from bot.domain.intake import MOST, NOBODY, TooManyRequests, hashed
from bot.domain.screening import Draft
from bot.services.intake.coming_in import DoorClosed, Received
from bot.services.ports import Caller
from bot.storage.intake.doors import IntakeDoors
from tests.office import GOOD
from tests.services.agency import (
    BOT,
    GONE,
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    SECOND_MANAGER,
    STRANGER,
    A,
    Agency,
    B,
)

pytestmark = pytest.mark.both_databases

LEAD: Mapping[str, object] = {
    "name": "Acme GmbH",
    "owner": OWNER,
    "expected_value": "12000",
    "answers": {"offer": "clear", "numbers": "partly", "signs": ["haggles"]},
}


@pytest.fixture
async def open_door(agency: Agency) -> str:
    """The secret of a door that is open."""
    address = await agency.door.renew(Caller(A, MANAGER))
    return address.removeprefix("/hooks/")


async def send(agency: Agency, **more: object) -> Received:
    return await agency.intake.take(A, {**LEAD, **more})


async def drafts(agency: Agency, member: str = OWNER) -> list[Draft]:
    async with agency.units.reading(A) as work:
        return list(await work.drafts.of_member(member))  # type: ignore[arg-type]


async def told(agency: Agency) -> list[str]:
    return [row.recipient for row in await agency.messages() if row.kind == "intake"]


def why(received: Received) -> dict[str, str]:
    return {each["id"]: each["why"] for each in received.answer["not_taken"]}


async def test_what_comes_in_is_a_draft_of_its_owner(agency: Agency, open_door: str) -> None:
    received = await send(agency)

    [draft] = await drafts(agency)
    assert draft.facts.name == "Acme GmbH"
    assert draft.facts.expected_value == Decimal("12000.00")
    assert draft.answers == {"offer": "clear", "numbers": "partly", "signs": ["haggles"]}
    assert draft.step == 0
    assert received.answer == {
        "draft": draft.id,
        "answered": 3,
        "of": received.answer["of"],
        "told": "owner",
        "taken": ["name", "owner", "expected_value", "offer", "numbers", "signs"],
        "not_taken": [],
    }
    assert await told(agency) == [OWNER]
    async with agency.units.reading(A) as work:
        assert await work.prospects.open_of(None, 9) == []


async def test_its_owner_finishes_it_like_any_draft(agency: Agency, open_door: str) -> None:
    await send(agency, answers={"offer": "clear", "numbers": "ready"})
    [draft] = await drafts(agency)

    shown = await agency.screening.resume(Caller(A, OWNER), draft.id)
    overview = await agency.finish(OWNER, shown, **GOOD)

    assert shown.answers == {"offer": "clear", "numbers": "ready"}
    assert overview.prospect.facts.name == "Acme GmbH"
    assert overview.qualification.draft_id == draft.id
    assert await drafts(agency) == []


async def test_unknown_ids_are_named_and_the_rest_is_kept(agency: Agency, open_door: str) -> None:
    received = await send(
        agency,
        expected_value="a lot",
        answers={
            "offer": "perhaps",
            "budget": "5",
            "signs": ["haggles", "sings"],
            "numbers": "partly",
            "homework_due": "tomorrow",
        },
    )

    [draft] = await drafts(agency)
    assert draft.answers == {"numbers": "partly", "signs": ["haggles"]}
    assert set(why(received)) == {"expected_value", "offer", "budget", "signs", "homework_due"}
    assert why(received)["offer"] == 'There\'s no option "perhaps". Use one of clear, vague, none.'
    assert why(received)["budget"].startswith("There's no such question. Use one of offer, ")
    assert why(received)["homework_due"] == '"tomorrow" isn\'t a day such as "2026-12-08".'


ODD: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "name"),
    ({"name": "  "}, "name"),
    ({"name": 5}, "name"),
    ({"name": "x" * 2000}, "name"),
    ({"key": ["a"]}, "key"),
    ({"key": "k" * 300}, "key"),
]


@pytest.mark.parametrize(("more", "field"), ODD)
async def test_what_cannot_be_a_draft_is_refused(
    agency: Agency, open_door: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        await send(agency, **more)

    assert [each.question for each in rejected.value.problems] == [field]
    assert await drafts(agency) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"owner": 7}, "owner"),
        ({"expected_value": -1}, "expected_value"),
        ({"expected_value": 10**20}, "expected_value"),
        ({"expected_value": True}, "expected_value"),
        ({"answers": "offer"}, "answers"),
        ({"answers": {"offer": None, "numbers": 5}}, "numbers"),
        ({"answers": {"numbers_given": "a\x00b"}}, "numbers_given"),
        ({"answers": {"signs": 3}}, "signs"),
        ({"nonsense": "x"}, "nonsense"),
    ],
)
async def test_what_is_odd_beside_the_name_is_named(
    agency: Agency, open_door: str, more: dict[str, object], field: str
) -> None:
    received = await send(agency, **more)

    assert list(why(received)) == [field]


async def test_of_very_much_that_is_wrong_fifty_are_named(agency: Agency, open_door: str) -> None:
    received = await send(agency, answers={"signs": ["haggles", *map(str, range(9999))]})

    *named, last = received.answer["not_taken"]
    assert len(named) == 50
    assert last == {"id": "", "why": "And 9949 more."}
    assert [each.answers for each in await drafts(agency)] == [{"signs": ["haggles"]}]


async def test_the_same_key_does_nothing_a_second_time(agency: Agency, open_door: str) -> None:
    first = await send(agency, key="lead-1")
    second = await send(agency, key="lead-1", name="Somebody else")
    other = await send(agency, key="lead-2")

    assert (first.is_repeated, second.is_repeated, other.is_repeated) == (False, True, False)
    assert second.answer == first.answer
    assert [each.facts.name for each in await drafts(agency)] == ["Acme GmbH"]
    assert len(await told(agency)) == 2


async def test_of_two_at_the_same_moment_one_is_a_repetition(
    agency: Agency, open_door: str
) -> None:
    found = await asyncio.gather(*(send(agency, key="lead-1") for _ in range(4)))

    assert sorted(each.is_repeated for each in found) == [False, True, True, True]
    assert len({each.answer["draft"] for each in found}) == 1
    assert len(await told(agency)) == 1


async def test_a_door_takes_sixty_a_minute(agency: Agency, open_door: str) -> None:
    for _ in range(MOST):
        await agency.intake.admit(A)
    agency.clock.now += timedelta(seconds=20)

    with pytest.raises(TooManyRequests) as many:
        await agency.intake.admit(A)

    assert many.value.retry_after == timedelta(seconds=40)
    agency.clock.now += timedelta(seconds=40)
    await agency.intake.admit(A)


async def test_what_a_person_has_answered_stays(agency: Agency, open_door: str) -> None:
    shown = await agency.begin(OWNER)
    await agency.step(OWNER, shown, offer="vague", numbers="none")

    received = await send(agency, answers={"offer": "clear", "value": "at_once"})

    [draft] = await drafts(agency)
    assert draft.answers == {"offer": "vague", "numbers": "none", "value": "at_once"}
    assert draft.facts.expected_value == Decimal("12000.00")
    assert draft.waits_since is None
    assert received.answer["taken"] == ["name", "owner", "expected_value", "value"]
    assert why(received) == {"offer": "A person has answered this already, and their answer stays."}


async def test_what_nobody_has_touched_gives_way(agency: Agency, open_door: str) -> None:
    await send(agency)
    await send(agency, expected_value=15000, answers={"offer": "vague"})

    [draft] = await drafts(agency)
    assert draft.answers["offer"] == "vague"
    assert draft.facts.expected_value == Decimal("15000.00")


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        ("", None),
        (None, None),
        (GUEST, "Only a full member"),
        (BOT, "Only a full member"),
        (STRANGER, "Only a full member"),
        (GONE, "Only a full member"),
        ("guest@agency.example", "Only a full member"),
        ("U0NOBODY", "No one here"),
        ("who@ever.example", "No one here"),
        ("'; DROP TABLE drafts", "No one here"),
    ],
)
async def test_without_an_owner_the_managers_are_told(
    agency: Agency, open_door: str, owner: str | None, sentence: str | None
) -> None:
    received = await send(agency, owner=owner)

    [draft] = await drafts(agency, NOBODY)
    assert draft.facts.name == "Acme GmbH"
    assert received.answer["told"] == "managers"
    assert sorted(await told(agency)) == [MANAGER, SECOND_MANAGER]
    if sentence is not None:
        assert why(received)["owner"].startswith(sentence)


async def test_an_owner_is_found_by_their_address(agency: Agency, open_door: str) -> None:
    await send(agency, owner=" owner@agency.example ")

    assert [each.facts.name for each in await drafts(agency)] == ["Acme GmbH"]


async def test_while_slack_is_away_nothing_new_is_taken(agency: Agency, open_door: str) -> None:
    earlier = await send(agency, owner="owner@agency.example", key="lead-1")
    agency.clock.now += timedelta(days=2)
    agency.directory.is_away = True

    again = await send(agency, owner="owner@agency.example", key="lead-1")
    with pytest.raises(DirectoryUnavailable):
        await send(agency, owner="owner@agency.example", key="lead-2")

    assert (again.is_repeated, again.answer) == (True, earlier.answer)
    assert await drafts(agency, NOBODY) == []
    agency.directory.is_away = False
    assert not (await send(agency, key="lead-2")).is_repeated


async def test_a_missing_scope_is_named(
    agency: Agency, open_door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise NotPermitted("users:read.email")

    monkeypatch.setattr(agency.directory, "look_up_email", refuse)

    received = await send(agency, owner="owner@agency.example")

    assert "users:read.email" in why(received)["owner"]


async def test_a_secret_opens_the_door_until_it_is_replaced(agency: Agency, open_door: str) -> None:
    assert await agency.intake.find(open_door) == A

    address = await agency.door.renew(Caller(A, MANAGER))

    assert await agency.intake.find(open_door) is None
    assert await agency.intake.find(address.removeprefix("/hooks/")) == A
    async with agency.units.reading(A) as work:
        kept = [each.act for each in await work.intake.history(9)]
    assert kept == ["replaced", "opened"]


async def test_the_doors_of_other_workspaces_are_none_of_ours(
    agency: Agency, open_door: str
) -> None:
    ours = IntakeDoors(agency.database, lambda: (A, B))
    theirs = IntakeDoors(agency.database, lambda: (B,))

    assert await ours.find(hashed(open_door)) == A
    assert await theirs.find(hashed(open_door)) is None


async def test_what_comes_in_while_the_door_closes_is_refused(
    agency: Agency, open_door: str
) -> None:
    await agency.door.close(Caller(A, MANAGER))
    await agency.door.close(Caller(A, MANAGER))

    with pytest.raises(DoorClosed):
        await agency.intake.admit(A)
    with pytest.raises(DoorClosed):
        await send(agency)

    assert await agency.intake.find(open_door) is None
    lines = [row.detail for row in await agency.messages() if row.kind == "settings_changed"]
    assert [line["door"] for line in lines] == ["opened", "closed"]


async def test_a_door_leads_into_its_own_workspace(agency: Agency, open_door: str) -> None:
    await agency.everybody_comes(B)

    for use in (agency.intake.admit(B), agency.intake.take(B, LEAD)):
        with pytest.raises(DoorClosed):
            await use

    assert await drafts(agency, OTHER) == []


async def test_all_that_comes_in_at_the_same_moment_is_taken(
    agency: Agency, open_door: str
) -> None:
    found = await asyncio.gather(
        *(send(agency, key=f"lead-{each}", name=f"Acme {each}") for each in range(4))
    )

    assert [each.is_repeated for each in found] == [False] * 4
    assert len(await drafts(agency)) == 4
