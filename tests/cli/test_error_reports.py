"""What Sentry hears of an error: where it happened and what ids it is about; nobody's name."""

import json
import logging
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import sentry_sdk
from click.testing import CliRunner
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.cli import walkaway
from bot.cli.error_reports import errors_reported
from bot.services.decisions.decide import DecisionService
from bot.storage.prospects.prospects import prospects
from tests.office import CHANNEL, NO_OFFER, Office
from tests.slack.reading import told

DSN = "https://canary@sentry.example/1"
NAME = "Canary 4711 GmbH"
OTHERS = ("U0EMMA", "Emma", "xoxb", "hostname")


class Heard(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.others: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is None:
            self.others += [each.type or "" for each in envelope.items]
        else:
            self.events.append(event)


@pytest.fixture
def heard() -> Iterator[Heard]:
    transport = Heard()
    with errors_reported(DSN, transport):
        yield transport
    sentry_sdk.get_global_scope().set_client(None)


async def boom(_: Any, caller: Any, __: Any) -> None:
    name = NAME
    try:
        raise LookupError(name)
    except LookupError as cause:
        raise RuntimeError(f"{name} of {caller}") from cause


async def test_an_error_is_reported_under_its_reference_and_names_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    card = await office.screen(office.emma, NAME, **NO_OFFER)
    monkeypatch.setattr(DecisionService, "walk_away", boom)

    await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    [event] = heard.events
    [prospect] = await office.rows(prospects)
    assert event["tags"]["request"] in told(office.emma)
    assert event["tags"]["prospect"] == prospect.prospect_id
    assert event["tags"]["workspace"] == "T0NORDLICHT"
    assert event["release"] == version("walkaway")
    assert event["logentry"] == {"message": "unexpected error, reference %s"}
    errors = event["exception"]["values"]
    assert [each["type"] for each in errors] == ["LookupError", "RuntimeError"]
    assert errors[-1]["stacktrace"]["frames"][-1]["function"] == "boom"
    written = json.dumps(event)
    assert [each for each in (NAME, "4711", *OTHERS) if each in written] == []
    assert heard.others == []


async def test_what_is_foreseen_is_not_reported(office: Office, heard: Heard) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    for _ in range(2):
        await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()

    assert heard.events == []


@pytest.mark.parametrize("name", ["slack_sdk", "sqlalchemy.pool", "robot"])
def test_errors_of_others_are_not_reported(name: str, heard: Heard) -> None:
    try:
        raise RuntimeError(NAME)
    except RuntimeError:
        logging.getLogger(name).exception("a payload: %s", NAME)

    assert heard.events == []


def test_an_error_without_a_trace_is_not_reported(heard: Heard) -> None:
    logging.getLogger("bot.any").error("message 1 is dead")

    assert heard.events == []


def test_without_the_library_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.serve.find_spec", lambda _: None)
    variables = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SENTRY_DSN": DSN}

    done = CliRunner().invoke(walkaway, ["run"], env=variables)

    assert done.exit_code == 1
    assert "install with REQUIREMENTS=sentry" in done.output
    assert "canary" not in done.output
