"""What Prometheus is told, and that dashboard and alerts ask for nothing else."""

import json
import logging
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import aiohttp
import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from bot.domain.delivery import MessageKind, SendResult
from bot.http import Asgi
from bot.metrics import PARTS
from bot.services.decisions.decide import DecisionService
from bot.services.digest import DigestRounds
from bot.storage.delivery.desk import OutboxState
from bot.storage.delivery.tables import RowState
from bot.storage.digests import digests
from tests.office import CHANNEL, NO_OFFER, Office, SetClock, opened, served

DEPLOY = Path(__file__).parents[1] / "deploy"
ALERTS = [
    rule["expr"]
    for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = [
    target["expr"]
    for panel in json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))["panels"]
    for target in panel["targets"]
]
OF_PROMETHEUS = {"le", "instance"}
"""Labels that a histogram or whoever asks adds."""

Labels = dict[str, str]
Samples = dict[str, list[tuple[Labels, float]]]
"""Each series with its value, by name."""


@pytest.fixture
async def office(migrated_sqlite: Path, tmp_path: Path, clock: SetClock) -> AsyncIterator[Office]:
    """An office that is counted."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "office.db"))
    async with opened(file, clock=clock, variables={"METRICS_PORT": "1"}) as office:
        yield office


async def told(office: Office) -> Samples:
    """Return what an office says."""
    assert office.bot.metrics is not None
    return await said_at(office.bot.metrics)


async def said_at(metrics: Asgi) -> Samples:
    """Return the samples by name, as Prometheus reads them."""
    async with (
        served(metrics) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/metrics") as answer,
    ):
        assert answer.status == 200
        text = await answer.text()
    samples: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, []).append((sample.labels, sample.value))
    return samples


def value(samples: Samples, name: str, **labels: str) -> float:
    [found] = [number for its, number in samples[name] if labels.items() <= its.items()]
    return found


async def test_what_happens_is_counted(office: Office) -> None:
    began = await told(office)
    await office.screen(office.emma, **NO_OFFER)
    await office.settled()

    samples = await told(office)

    assert value(began, "walkaway_verdicts_total", verdict="walk_away") == 0
    assert value(samples, "walkaway_verdicts_total", verdict="walk_away") == 1
    assert value(samples, "walkaway_sends_total", kind="card", outcome="sent") == 1
    assert value(samples, "walkaway_ack_seconds_count", kind="command") == 1
    assert value(samples, "walkaway_ack_seconds_count", kind="submission") >= 1
    assert value(samples, "walkaway_outbox_messages", state="pending") == 0
    assert value(samples, "walkaway_outbox_messages", state="dead") == 0
    assert value(samples, "walkaway_tick_age_seconds") < 60


async def test_what_slack_refuses_is_counted_as_dead(office: Office) -> None:
    office.slack.archive(CHANNEL)
    await office.begin(office.emma)
    await office.submit(office.emma, **NO_OFFER)
    await office.settled()

    samples = await told(office)

    assert value(samples, "walkaway_outbox_messages", state="dead") == 1
    assert value(samples, "walkaway_sends_total", kind="card", outcome="dead") == 1


async def test_an_error_that_nobody_foresaw_is_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def boom(*_: object) -> None:
        raise RuntimeError("Canary GmbH")

    card = await office.screen(office.emma, **NO_OFFER)
    for _ in range(2):  # the second one is too late, which is foreseen
        await office.emma.click("walk_away", channel=CHANNEL, message_ts=card["ts"])
    await office.settled()
    assert value(await told(office), "walkaway_errors_total", part="slack") == 0
    logging.getLogger("bot.clock").error("away", exc_info=ConnectionRefusedError())
    assert value(await told(office), "walkaway_errors_total", part="clock") == 0
    monkeypatch.setattr(DecisionService, "undo", boom)
    monkeypatch.setattr(DigestRounds, "tick", boom)

    await office.emma.click("undo", channel=CHANNEL, message_ts=card["ts"])
    await office.answered()
    await office.bot.jobs.look()

    samples = await told(office)
    assert value(samples, "walkaway_errors_total", part="slack") == 1
    assert value(samples, "walkaway_errors_total", part="clock") >= 1
    assert value(samples, "walkaway_errors_total", part="storage") == 0


async def test_an_office_that_ended_counts_no_more(
    migrated_sqlite: Path, tmp_path: Path, clock: SetClock
) -> None:
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "office.db"))
    before = logging.getLogger("bot").handlers[:]
    async with opened(file, clock=clock, variables={"METRICS_PORT": "1"}):
        assert logging.getLogger("bot").handlers != before

    assert logging.getLogger("bot").handlers == before


def test_each_part_that_writes_down_errors_begins_at_none() -> None:
    bot = DEPLOY.parent / "bot"
    written = re.compile(r"log\.exception\(|log\.error\([^)]*exc_info")
    parts = {
        path.relative_to(bot).parts[0].removesuffix(".py")
        for path in bot.rglob("*.py")
        if written.search(path.read_text(encoding="utf-8"))
    }

    assert parts == set(PARTS)


async def test_a_round_that_nobody_makes_is_told(office: Office) -> None:
    await office.bot.jobs.stop()
    await office.bot.tick()
    assert value(await told(office), "walkaway_rounds_late_seconds") == 0
    async with office.database.writing() as connection:
        await connection.execute(update(digests).values(due_at=office.clock() - timedelta(hours=1)))

    assert value(await told(office), "walkaway_rounds_late_seconds") == 3600


async def test_without_its_database_a_process_tells_what_it_knows_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await office.screen(office.emma, **NO_OFFER)
    assert value(await told(office), "walkaway_database_up") == 1

    async def standing(_: object) -> OutboxState:
        raise OSError("10.0.0.1")

    monkeypatch.setattr("bot.storage.delivery.desk.OutboxDesk.standing", standing)
    samples = await told(office)

    assert value(samples, "walkaway_database_up") == 0
    assert value(samples, "walkaway_ack_seconds_count", kind="command") == 1
    assert "walkaway_tick_age_seconds" not in samples
    assert "the database doesn't answer" in caplog.text


async def test_no_label_names_anybody(office: Office) -> None:
    await office.screen(office.emma, "Canary GmbH", **NO_OFFER)
    await office.settled()

    said = {
        text for each in (await told(office)).values() for its, _ in each for text in its.values()
    }

    assert not [each for each in said if each.startswith(("U0", "C0", "T0")) or "Canary" in each]


@pytest.mark.parametrize("query", ALERTS + DASHBOARD)
async def test_dashboard_and_alerts_ask_for_what_is_told(office: Office, query: str) -> None:
    await office.screen(office.emma, **NO_OFFER)
    await office.settled()
    samples = await told(office)

    for name, labels in asked(promql_parser.parse(query)).items():
        assert name in samples
        known = OF_PROMETHEUS.union(*(its for its, _ in samples[name]))
        assert labels <= known


def series_of(query: str, samples: Samples) -> dict[str, list[Labels]]:
    """Return, for each selector of a query, the series that it finds."""
    found: dict[str, list[Labels]] = {}

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            matchers = node.matchers.matchers
            assert {str(its.op) for its in matchers} <= {"MatchOp.Equal"}, query
            wanted = {(its.name, its.value) for its in matchers}
            its_samples = samples.get(str(node.name), [])
            found[str(node)] = [its for its, _ in its_samples if wanted <= its.items()]

    promql_parser.walk(promql_parser.parse(query), visit)
    return found


async def test_what_has_not_happened_yet_is_told_as_none(office: Office) -> None:
    samples = await told(office)

    found = [each for query in ALERTS + DASHBOARD for each in series_of(query, samples).items()]

    assert [name for name, its in found if not its and "walkaway_ack" not in name] == []
    assert value(samples, "walkaway_sends_total", kind="digest", outcome="unknown") == 0


SAID: Mapping[tuple[str, str], set[str]] = {
    ("walkaway_outbox_messages", "state"): {each.value for each in RowState},
    ("walkaway_sends_total", "kind"): {each.value for each in MessageKind},
    ("walkaway_sends_total", "outcome"): {each.__name__.lower() for each in get_args(SendResult)},
}
"""What a label may say, of those that queries choose by."""


def test_what_queries_choose_by_can_be_said() -> None:
    chosen = {each for query in ALERTS + DASHBOARD for each in choices(promql_parser.parse(query))}

    assert {(name, label) for name, label, _ in chosen} == SAID.keys()
    assert [(name, label, it) for name, label, it in chosen if it not in SAID[name, label]] == []


def choices(expression: Any) -> set[tuple[str, str, str]]:
    """Return the metric, the label and the value of each choice in a query."""
    found: set[tuple[str, str, str]] = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.update((str(node.name), its.name, its.value) for its in node.matchers.matchers)

    promql_parser.walk(expression, visit)
    return found


def asked(expression: Any) -> dict[str, set[str]]:
    """Return each metric that a query reads, with the labels that it goes by."""
    found: dict[str, set[str]] = {}
    grouped: set[str] = set()

    def visit(node: Any) -> None:
        match node:
            case promql_parser.VectorSelector(name=str(name)):
                found.setdefault(name, set()).update(its.name for its in node.matchers.matchers)
            case promql_parser.AggregateExpr() if node.modifier is not None:
                grouped.update(node.modifier.labels)

    promql_parser.walk(expression, visit)
    return {name: labels | grouped for name, labels in found.items()}


async def test_there_is_nothing_else_at_its_port(office: Office) -> None:
    assert office.bot.metrics is not None
    async with (
        served(office.bot.metrics) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/readyz") as answer,
    ):
        assert answer.status == 404
