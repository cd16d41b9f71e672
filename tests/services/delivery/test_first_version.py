"""What is written now is what the first version wrote, key by key: a running database has both."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.delivery import Dead, MessageKind
from bot.services.digest import store_digest
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, A
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time

ROWS = Path(__file__).parents[2] / "storage" / "delivery" / "data" / "first_version.json"


SINCE = {
    MessageKind.ERASURE,
    MessageKind.PRIVATE_ERASURE,
    MessageKind.RETENTION,
    MessageKind.INTAKE,
    MessageKind.INTAKE_REWRITE,
}
"""Kinds that came after the rows were taken."""


async def live_through_every_kind(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what was done when the rows were taken."""
    agency = post.agency
    post.messenger.answers["card"] = [Dead("is_archived")]
    await agency.walk_away(OWNER, await agency.screen(MANAGER, NO_OFFER, "Acme", owner=OWNER))
    await post.deliver()
    beta = await agency.screen(OWNER, PROBLEM, "Beta")
    await agency.screen(OWNER, HOMEWORK, "Gamma")
    await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Delta"))
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Epsilon"))
    await agency.screen(LEAVER, PROBLEM, "Zeta")
    await agency.leave(LEAVER)
    await pass_time(agency, datetime(2026, 12, 2, tzinfo=UTC))
    await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OTHER)
    await agency.let_managers_approve()
    eta = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Eta"))
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Theta"))
    await agency.tick()
    await agency.approve(MANAGER, eta)
    await pass_time(agency, datetime(2027, 1, 1, tzinfo=UTC))
    await agency.walk_away(OWNER, await agency.now(beta.id))
    await agency.set(nudges="4")
    monkeypatch.setattr(
        "bot.domain.figures.digest.is_past_backstop", lambda _prospect, _today: True
    )
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        no_room = replace(workspace.settings, digest_rows=0)
        await work.workspaces.change_settings(no_room)
        await store_digest(work, date(2026, 12, 28), ("C0VERDICTS", "1.0"), None, agency.clock())


async def test_every_kind_is_written_as_the_first_version_wrote_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_version: list[dict[str, Any]] = json.loads(ROWS.read_text(encoding="utf-8"))

    await live_through_every_kind(post, monkeypatch)

    written: dict[str, dict[str, Any]] = {}
    for row in await post.agency.messages():
        written.setdefault(row.kind, {name: getattr(row, name) for name in first_version[0]})
    assert list(written.values()) == first_version
    assert written.keys() == set(MessageKind) - SINCE
