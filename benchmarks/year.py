"""The demo's year, played by the real bot into a database: a past in which everything happened.

The year has no drafts, and its overrides need nobody's approval. So two weeks follow in which they
do: one of each kind is left, and two drafts.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from benchmarks.payloads import SIGNING_SECRET
from bot.config import Config
from bot.domain.workspace import OverrideApproval
from bot.storage.database import Database
from bot.storage.schema.migrations import upgrade
from bot.storage.workspaces import workspaces
from bot.wiring import Wired, wired
from sandbox import Slack, fill
from sandbox.clock import HOME_ZONE, working_day_after
from sandbox.demo.cases import read_memories
from sandbox.demo.desk import Desk
from sandbox.demo.playing import DAYS, beginning, days_until, play
from sandbox.messages import Message

ENDS_AT: Final = datetime(2026, 11, 16, 9, tzinfo=UTC)
"""The year; the two weeks come after it."""
NOW: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
"""A Monday at noon: what was due this morning is done."""
MANAGER: Final = "U0SABINE"
SALES: Final = ("U0EMMA", "U0JONAS")
MEMBERS: Final = (*SALES, MANAGER)
TEAM: Final = "T0NORDLICHT"
SHORT: Final = 40
"""Working days of a year to try things out with: it has somebody who was won, and asked about."""

_BAD: Final[Mapping[str, Any]] = {
    "offer": "clear",
    "numbers": "ready",
    "numbers_given": "1 million, margin 30 %",
    "value": "at_once",
    "margin": "loss",
    "niche": "inside",
}
"""Ends in *walk away*."""
_PLEA: Final[Mapping[str, Any]] = {
    "fear": "no_other_client",
    "reason": "They pay well.",
    "kill_criterion": "no signed offer by then",
}


async def played(folder: Path, days: int = DAYS) -> Path:
    """Play so many days of the year, and the two weeks; return the SQLite file."""
    file = folder / f"year_{days}.db"
    url = f"sqlite:///{file}"
    await upgrade(url)
    async with Slack.serving(clock=lambda: ENDS_AT) as slack:
        slack.clock.begin(beginning(ENDS_AT))
        config = Config.from_environment(_environment(slack, url))
        async with wired(config, clock=slack.clock, hurried=True, patience=600) as bot:
            bot.start_slack()
            bot.jobs.start()
            await slack.wait_for(lambda: slack.connected)
            await play(slack, days_until(ENDS_AT)[:days], bot.tick, memories=read_memories())
            await _require_approval(url)
            await _Weeks(slack, bot).go_by()
            await bot.look()
    return file


def _environment(slack: Slack, url: str) -> Mapping[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": url,
        "VERDICT_CHANNEL": "C0VERDICTS",
        "MANAGERS": MANAGER,
        "COUNTRY": "DE",
        "TIMEZONE": HOME_ZONE,
    }


async def _require_approval(url: str) -> None:
    database = Database.from_url(url)
    try:
        async with database.writing() as connection:
            every = {"override_approval": OverrideApproval.MANAGER}
            await connection.execute(update(workspaces).values(every))
    finally:
        await database.close()


class _Weeks:
    """What is done in the two weeks after the year."""

    def __init__(self, slack: Slack, bot: Wired) -> None:
        self._slack = slack
        self._bot = bot
        self._desk = Desk(slack)

    async def go_by(self) -> None:
        """Ask for an override of each end, and begin two drafts."""
        await self._be_at(ENDS_AT)
        await self._ask("Lapsed Lanterns Ltd")
        replaced = await self._ask("Replaced Roses Ltd", kill_after=3)
        await self._desk.act(MANAGER, replaced, "approve_override", {})
        await self._be_at(NOW - timedelta(hours=2))
        denied = await self._ask("Denied Doors Ltd")
        await self._desk.act(MANAGER, denied, "deny_override", {"refusal": "No new fact."})
        withdrawn = await self._ask("Withdrawn Windows Ltd")
        await self._desk.act(SALES[0], withdrawn, "walk_away", {})
        approved = await self._ask("Approved Apples Ltd")
        await self._desk.act(MANAGER, approved, "approve_override", {})
        await self._plead(replaced)
        await self._desk.act(MANAGER, replaced, "approve_override", {})
        await self._ask("Asked Asters Ltd")
        for name in ("Drafted Drums Ltd", "Drafted Dresses Ltd"):
            await self._begin(name)
        await self._be_at(NOW)

    async def _ask(self, name: str, kill_after: int = 20) -> Message:
        """Screen somebody to be walked away from, and ask for an override; return the card."""
        card = await self._desk.screen(SALES[0], name, _BAD)
        await self._plead(card, kill_after)
        return card

    async def _plead(self, card: Message, kill_after: int = 20) -> None:
        kill_on = working_day_after(self._slack.clock().date(), kill_after)
        await self._desk.act(SALES[0], card, "override", {**_PLEA, "kill_on": str(kill_on)})

    async def _begin(self, name: str) -> None:
        """Answer the first step, and leave it at that."""
        member = self._slack.member(SALES[0])
        await member.command("/qualify", name)
        view = await member.wait_for_view()
        await member.submit(fill(view, {"offer": "clear", "numbers": "partly"}))
        await member.close(everything=True)

    async def _be_at(self, when: datetime) -> None:
        self._slack.clock.move_to(when)
        await self._bot.look()
