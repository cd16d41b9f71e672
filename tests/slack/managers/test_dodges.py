"""Each way in which an owner alone may dodge ends in the message of a manager, in the real app."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.slack.payloads import ids
from bot.storage.prospects.prospects import prospects
from tests.office import GOOD, NO_OFFER, PROBLEM, Office
from tests.slack.decisions.test_listeners import choose
from tests.slack.nudges.test_actions import at
from tests.slack.reading import DE, words

Json = dict[str, Any]
Dodge = Callable[[Office, date], Awaitable[None]]

THURSDAY = datetime(2026, 12, 3, 11, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 11, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
UNDECIDED = DE("Undecided for long: {n} prospect").partition(":")[0]


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is: this is about it."""


async def pause_for_a_year(office: Office, day: date) -> None:
    if day == THURSDAY.date():
        await office.emma.command("/qualify", "pause")
        await office.emma.wait_for_view()
        await office.submit(office.emma, until="2027-11-30")
        await office.emma.close(everything=True)


async def hand_over_every_day(office: Office, day: date) -> None:
    """Ten times, to and fro."""
    owner, other = await owners(office)
    if THURSDAY.date() <= day < date(2026, 12, 17) and day.weekday() < 5:
        await choose(office, owner, "hand_over", office.cards[0])
        await owner.wait_for_view()
        assert (await office.submit(owner, owner=other)).closed


async def show_life_at_each_due_date(office: Office, day: date) -> None:
    [prospect] = await office.rows(prospects)
    if prospect.due_on == day:
        await choose(office, office.emma, "sign_of_life", office.cards[0])
        await office.emma.wait_for_view()
        assert (await office.submit(office.emma, sign="they called")).closed


async def stay_silent(_office: Office, _day: date) -> None:
    """Answer none of the nudges."""


async def owners(office: Office) -> tuple[Any, str]:
    """Return who owns the prospect, and the id of the other one."""
    [prospect] = await office.rows(prospects)
    if prospect.owner == "U0EMMA":
        return office.emma, "U0JONAS"
    return office.jonas, "U0EMMA"


async def told_on(office: Office, until: date, dodge: Dodge) -> dict[date, str]:
    """Let the days pass, each with its morning and a noon to dodge at; return what Sabine read."""
    said: dict[date, str] = {}
    while office.clock.now.date() <= until:
        day = office.clock.now.date()
        await at(office, office.clock.now)
        await office.bot.managers.tick()
        await office.delivered()
        for message in office.sabine.direct_messages[len(said) :]:
            said[day] = words(message)
        await dodge(office, day)
        await office.answered()
        await office.delivered()
        office.clock.now += ONE_DAY
    return said


@pytest.mark.parametrize(
    ("begun", "answers", "dodge", "morning", "kept_it_open"),
    [
        pytest.param(
            THURSDAY,
            NO_OFFER,
            pause_for_a_year,
            date(2026, 12, 22),
            "<@U0EMMA> nicht da bis Di., 30. Nov. 2027",
            id="a pause of a year",
        ),
        pytest.param(
            THURSDAY,
            NO_OFFER,
            hand_over_every_day,
            date(2026, 12, 22),
            "10 Übergaben",
            id="ten hand-overs",
        ),
        pytest.param(
            TUESDAY,
            PROBLEM,
            show_life_at_each_due_date,
            date(2026, 12, 23),
            "2 Lebenszeichen",
            id="a sign of life at each due date",
        ),
        pytest.param(
            THURSDAY, NO_OFFER, stay_silent, date(2026, 12, 22), "Fällig seit", id="silence"
        ),
    ],
)
async def test_a_manager_finds_it_undecided_on_the_right_morning(
    office: Office,
    begun: datetime,
    answers: Json,
    dodge: Dodge,
    morning: date,
    kept_it_open: str,
) -> None:
    office.clock.now = begun
    await office.screen(office.emma, **answers)

    said = await told_on(office, morning, dodge)

    assert [day for day, text in said.items() if UNDECIDED in text] == [morning]
    assert kept_it_open in said[morning]
    assert office.slack.refusals == []


async def test_silence_after_the_third_nudge_is_told_again_and_again(office: Office) -> None:
    office.clock.now = THURSDAY
    await office.screen(office.emma, **NO_OFFER)

    said = await told_on(office, date(2027, 1, 22), stay_silent)

    assert list(said) == [date(2026, 12, 22), date(2027, 1, 7), date(2027, 1, 21)]
    assert len(office.emma.direct_messages) == 3
    assert DE("Three reminders, no decision.") in said[date(2027, 1, 7)]


async def test_a_pause_of_a_year_is_told_the_next_morning(office: Office) -> None:
    office.clock.now = THURSDAY
    await office.screen(office.emma, **NO_OFFER)

    said = await told_on(office, date(2026, 12, 4), pause_for_a_year)

    assert list(said) == [date(2026, 12, 4)]
    assert "<@U0EMMA> ist bis Di., 30. Nov. 2027 nicht da" in said[date(2026, 12, 4)]


@pytest.mark.parametrize("answer", [ids.SAME_ONE, ids.ANOTHER_ONE])
async def test_a_shorter_name_begins_no_milder_screening_that_nobody_hears_of(
    office: Office, answer: str
) -> None:
    """Whichever Emma says that "Henkel" is, the one of Thursday is found undecided in time."""
    office.clock.now = THURSDAY
    first = await office.screen(office.emma, "Henkel AG & Co. KGaA", **NO_OFFER)

    async def screen_it_milder(office: Office, day: date) -> None:
        if day == date(2026, 12, 7):
            await office.begin(office.emma, "Henkel")
            await office.submit(office.emma, **PROBLEM)
            assert (office.emma.view or {})["callback_id"] == ids.NAME_ASKED
            await office.emma.click(answer)
            await office.answered()
            await office.finish(office.emma, **PROBLEM)

    said = await told_on(office, date(2026, 12, 22), screen_it_milder)

    listed = {day: text for day, text in said.items() if UNDECIDED in text}
    assert list(listed) == [date(2026, 12, 22)]
    assert "Henkel AG &amp; Co. KGaA" in listed[date(2026, 12, 22)]
    assert "Fällig seit Mo., 7. Dez." in listed[date(2026, 12, 22)]
    milder = next(each for each in office.cards[1:] if "Weekly digest" not in each["text"])
    assert first["ts"].replace(".", "") in words(milder)
    assert office.slack.refusals == []


async def test_it_stands_in_the_digest_beside_the_milder_one(office: Office) -> None:
    office.clock.now = THURSDAY
    await office.screen(office.emma, "Henkel AG & Co. KGaA", **NO_OFFER)
    await office.begin(office.emma, "Henkel")
    await office.submit(office.emma, **GOOD)
    await office.emma.click(ids.ANOTHER_ONE)
    await office.answered()
    await office.finish(office.emma, **GOOD)

    for monday in (7, 14):
        await at(office, datetime(2026, 12, monday, 11, tzinfo=UTC))
        await office.settled()

    _, digest = [each["text"] for each in office.cards if "Weekly digest" in each["text"]]
    assert "• Henkel AG &amp; Co. KGaA · Emma Clarke" in digest
