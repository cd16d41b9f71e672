"""`walkaway checklist audit`: the table, and what it says when there is nothing to tell."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import checklists
from bot.cli import walkaway
from bot.domain.checklist.rules import Answers
from bot.domain.figures.facts import Facts, TimelineFacts
from bot.domain.figures.timeline import Timeline
from bot.domain.outcomes.outcome import Outcome, Regret, WouldTakeAgain
from bot.storage.database import Database
from bot.storage.figures.facts import FactsRepository
from bot.storage.figures.timelines import TimelineRepository
from tests.domain.figures.timelines import CALENDAR, PURSUE, left, overridden, screened, tell, won
from tests.office import GOOD, NO_OFFER, SetClock
from tests.services.agency import OWNER, Agency

AGAIN, NOT_AGAIN = Outcome(again=WouldTakeAgain.YES), Outcome(again=WouldTakeAgain.NO)
REGRETTED, NOT_REGRETTED = Outcome(regret=Regret.YES), Outcome(regret=Regret.NO)
LONG_AGO = date(2026, 1, 5)
"""The command reads the clock, and a verdict counts from five working days on."""
HAGGLES: Answers = {**GOOD, "signs": frozenset({"haggles"})}


def clients(answers: Answers, outcome: Outcome, n: int) -> list[Timeline]:
    return [tell(screened("12-01", PURSUE, answers), won("12-07"), outcome=outcome)] * n


def walk_aways(outcome: Outcome, n: int) -> list[Timeline]:
    return [tell(screened("12-01", answers=NO_OFFER), left("12-02"), outcome=outcome)] * n


def audited(database_url: str, *options: str) -> Result:
    command = ["checklist", "audit", *options]
    return CliRunner().invoke(walkaway, command, env={"DATABASE_URL": database_url})


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    """Open an agency in which one prospect was screened."""
    agency = Agency(database, clock)
    await agency.everybody_comes()
    await agency.screen(OWNER, GOOD)
    return agency


async def told(
    monkeypatch: pytest.MonkeyPatch, database_url: str, timelines: Sequence[Timeline], *options: str
) -> Result:
    """Audit, as if this were what the database tells."""

    async def after(_: TimelineRepository, prospect_id: str, _most: int) -> Sequence[Timeline]:
        return () if prospect_id else timelines

    async def counted(_: FactsRepository, count: Callable[[Facts], Any]) -> Any:
        return count(TimelineFacts(timelines, CALENDAR))

    monkeypatch.setattr(TimelineRepository, "after", after)
    monkeypatch.setattr(FactsRepository, "counted", counted)
    return await asyncio.to_thread(audited, database_url, *options)


async def test_each_answer_and_each_rule_has_a_line_with_counts_interval_and_word(
    agency: Agency, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    timelines = [
        *clients(HAGGLES, NOT_AGAIN, 9),
        *clients(HAGGLES, AGAIN, 3),
        *clients(GOOD, NOT_AGAIN, 2),
        *clients(GOOD, AGAIN, 18),
        *clients(GOOD, Outcome(), 2),
        *walk_aways(REGRETTED, 1),
        *walk_aways(NOT_REGRETTED, 11),
    ]

    result = await told(monkeypatch, database_url, timelines)

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    version = checklists.default().short_version
    assert lines[0] == f"Checklist walk-away, version {version}."
    assert "Clients that wouldn't be signed again, of 32 (answered: 32 of 34, 81% to 98%)" in lines
    assert "Walk-aways that are regretted, of 12 (answered: 12 of 12, 76% to 100%)" in lines
    assert columns(lines, "haggles") == "9 of 12 2 of 20 +65 (+30 to +83) difference seen"
    haggled = next(n for n, line in enumerate(lines) if line.split()[:1] == ["haggles"])
    assert lines[haggled + 1].split() == ["47%-91%", "3%-30%"]
    assert columns(lines, "reschedules") == "- 11 of 32 not enough yet"
    assert columns(lines, "good_fit") == "11 of 32 - not enough yet"
    assert [line for line in lines if len(line) > 100] == []


async def test_every_question_with_options_and_every_rule_is_named(
    agency: Agency, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await told(monkeypatch, database_url, clients(GOOD, AGAIN, 1))

    checklist = checklists.default()
    asked = [f"question {each.id}" for each in checklist.questions if each.options]
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert [line for line in lines if line.startswith("question ")] == asked
    rules = lines[lines.index("rules") + 1 :][: len(checklist.rules)]
    assert [line.split()[0] for line in rules] == [rule.id for rule in checklist.rules]
    assert "Walk-aways: no one has said yet how many are regretted." in lines


async def test_each_rule_that_could_be_overridden_has_a_line_with_its_rate_and_word(
    agency: Agency, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"no_offer": (9, 20), "some_signs": (4, 20), "thin_margin": (1, 20), "fire": (3, 4)}
    timelines = [
        tell(
            replace(screened("12-03", rule=rule), on=LONG_AGO),
            *([replace(overridden("12-04"), on=LONG_AGO)] if n < count else []),
        )
        for rule, (count, of) in said.items()
        for n in range(of)
    ]

    result = await told(monkeypatch, database_url, timelines)

    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    start = lines.index("Overrides, of the verdicts by which a rule said problem or walk away")
    table = lines[start:]
    assert columns(table, "no_offer") == "9 of 20 26%-66% not followed, or wrong: clearly > 10%"
    assert columns(table, "some_signs") == "4 of 20 8%-42% look: clearly > 5%"
    assert columns(table, "thin_margin") == "1 of 20 1%-24%"
    assert columns(table, "fire") == "3 of 4 not enough yet"


async def test_it_says_of_which_rules_clients_teach_nothing(
    agency: Agency, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await told(monkeypatch, database_url, clients(GOOD, AGAIN, 1))

    silent = "no_offer, no_numbers, talked_into_it, loses_money, many_signs"
    assert f"and the regrets): {silent}" in result.stdout.splitlines()


async def test_another_checklist_is_judged_by_what_it_would_have_said(
    agency: Agency, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    text = checklists.WALK_AWAY.read_text(encoding="utf-8")
    own.write_text(text.replace("at_least: 3", "at_least: 4"), encoding="utf-8")

    timelines = clients(GOOD, AGAIN, 1)
    result = await told(monkeypatch, database_url, timelines, "--checklist", str(own))

    version = checklists.load(own).checklist.short_version
    assert result.stdout.startswith(f"Checklist walk-away, version {version}.")


async def test_without_an_outcome_it_says_that_there_is_nothing_yet(
    agency: Agency, database_url: str
) -> None:
    result = await asyncio.to_thread(audited, database_url)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "There's nothing to audit yet" in result.stderr


def test_a_database_that_is_not_migrated_says_what_to_run(tmp_path: Path) -> None:
    result = audited(f"sqlite:///{tmp_path / 'new.db'}")

    assert result.exit_code == 1
    assert "run `walkaway migrate` first" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_odd_database_is_named() -> None:
    result = audited("mysql://h/db")

    assert result.exit_code == 1
    assert "DATABASE_URL must be" in result.stderr


def columns(lines: Sequence[str], name: str) -> str:
    """Return what stands behind the first line of this name."""
    found: list[Any] = [line.split() for line in lines if line.split()[:1] == [name]]
    return " ".join(found[0][1:])
