"""What each line of the log names besides: the request, the message, the prospect, by their ids."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from bot.cli.logs import formatter
from bot.services.decisions.decide import DecisionService
from bot.services.delivery.deliver import DeliveryService
from bot.services.nudges import NudgeRounds
from bot.storage.prospects.prospects import prospects
from tests.office import CHANNEL, NO_OFFER, Office
from tests.slack.reading import told

TEAM = "T0NORDLICHT"

Lines = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What our loggers say in JSON: the lines in which something is said."""
    log, stream = logging.getLogger("bot"), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    log.addHandler(handler)
    yield lambda what: [json.loads(line) for line in stream.getvalue().splitlines() if what in line]
    log.removeHandler(handler)


async def boom(*_: Any, **__: Any) -> None:
    raise RuntimeError("boom")


async def test_the_reference_that_a_member_sees_is_the_request_of_its_lines(
    office: Office, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    monkeypatch.setattr(DecisionService, "walk_away", boom)

    await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    [line] = lines("unexpected error")
    [prospect] = await office.rows(prospects)
    assert line["request"] in told(office.emma)
    assert (line["payload"], line["workspace"]) == ("action", TEAM)
    assert line["prospect"] == prospect.prospect_id
    assert "boom" in line["exception"]


async def test_each_payload_has_a_request_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    monkeypatch.setattr(DecisionService, "walk_away", boom)

    for _ in range(2):
        await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    one, other = lines("unexpected error")
    assert one["request"] != other["request"]


async def test_what_is_sent_is_named_and_not_what_rang_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    monkeypatch.setattr("bot.services.delivery.deliver.read_ahead", boom)
    monkeypatch.setattr(DeliveryService, "_about", boom)
    await office.begin(office.emma)
    await office.submit(office.emma, **NO_OFFER)
    await office.delivered()

    line = lines("could not be gathered")[0]
    [prospect] = await office.rows(prospects)
    assert (line["kind"], line["prospect"], line["workspace"]) == (
        "card",
        prospect.prospect_id,
        TEAM,
    )
    assert line["event"] == f"message {line['message']} (card) could not be gathered"
    assert not {"request", "payload", "job"} & line.keys()


async def test_what_the_clock_does_names_the_job(
    office: Office, monkeypatch: pytest.MonkeyPatch, lines: Lines
) -> None:
    monkeypatch.setattr(NudgeRounds, "tick", boom)

    with bound_contextvars(request="rings"):
        office.bot.jobs.begin_all()
    await office.bot.jobs._nudges.finished()

    [line] = lines("failed and runs again")
    assert line["job"] == "nudges"
    assert "request" not in line
