"""What a change of settings involves: its history, its message, and new planning."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from bot.domain.calendar import instant, today_in
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.people import MemberId
from bot.domain.retention import acts_from, months_before
from bot.domain.settings.changes import SettingChange, barred, changes
from bot.domain.settings.table import SettingId
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import Settings, Workspace
from bot.services.transaction.planning import call_managers, call_to_answer
from bot.storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


async def adopt_variables(work: UnitOfWork, first: FirstValues, now: datetime) -> Settings:
    """Apply those variables that differ from the last start.

    Returns the settings that now hold. The clock looks at everything anew, because the managers may
    have changed in Slack while we were down.
    """
    workspace = await work.workspaces.get_to_change()
    if workspace is None:
        return first.settings
    settings = first.adopted(workspace.settings, await work.workspaces.variables_seen())
    await work.workspaces.store_variables_seen(first.stored)
    changed = await change_settings(work, workspace, settings, by=None, now=now)
    for change in changed:
        variable = change.setting.setting.variable
        log.warning(
            "%s differs from the last start, so it replaces what was set in Slack", variable
        )
    await _call(work, now)
    return settings


async def change_settings(
    work: UnitOfWork, before: Workspace, after: Settings, *, by: MemberId | None, now: datetime
) -> tuple[SettingChange, ...]:
    """Save settings locked by `get_to_change`; unchanged ones are not mentioned.

    Dates that are already set stay. The clock works out what to plan from then on.
    """
    changed = changes(before.settings, after)
    if not changed:
        return ()
    await work.workspaces.change_settings(after)
    await work.workspaces.note_changes(changed, by, now)
    await _announce(work, before.settings, after, changed, by, now)
    if any(each.setting is SettingId.VERDICT_CHANNEL for each in changed):
        await work.outbox.revive_cards(after.verdict_channel)
    if any(each.setting is SettingId.FORGET_AFTER for each in changed):
        await announce_retention(work, after, now)
    if any(each.setting.setting.moves_rounds for each in changed):
        await work.nudges.look_at_all(now)
        await _call(work, now)
    return changed


async def announce_retention(
    work: UnitOfWork, after: Settings, now: datetime, *, of_remembered: bool = False
) -> None:
    """Say in the channel what will be forgotten, and from when on: nothing is before that.

    `of_remembered`: what was decided goes already, and now what was entered from memory, too.
    """
    months, zone = after.forget_after_months, after.zone
    await work.keeping.begin(now)
    if months is None:
        await work.keeping.act_on(None)
        return
    acts_on = acts_from(today_in(zone, now))
    before = months_before(acts_on, months)
    if of_remembered:
        await work.keeping.act_on_remembered(acts_on)
    else:
        await work.keeping.act_on(acts_on)
    n = await work.keeping.count_before(instant(before, time(), zone))
    if after.verdict_channel:
        await work.outbox.put(
            OutboxMessage(
                kind=MessageKind.RETENTION,
                recipient=after.verdict_channel,
                dedupe_key=f"{MessageKind.RETENTION}:{now.isoformat()}",
                payload=payloads.RetentionAhead(acts_on, before, months, n),
            )
        )


async def barred_managers(
    work: UnitOfWork, workspace: Workspace, now: datetime
) -> Mapping[MemberId, date]:
    """Return who recently removed another manager, and the last day on which that counts."""
    history = await work.workspaces.history(of=SettingId.MANAGERS)
    return barred(history, workspace.settings, now)


async def _announce(
    work: UnitOfWork,
    before: Settings,
    after: Settings,
    changed: tuple[SettingChange, ...],
    by: MemberId | None,
    now: datetime,
) -> None:
    """Tell the channel; if the channel itself changed, tell both."""
    for channel in _channels(before, after, changed):
        await work.outbox.put(
            OutboxMessage(
                kind=MessageKind.SETTINGS_CHANGED,
                recipient=channel,
                dedupe_key=f"settings:{now.isoformat()}:{channel}",
                payload=payloads.SettingsChanged(changed, by),
            )
        )


def _channels(
    before: Settings, after: Settings, changed: Iterable[SettingChange]
) -> tuple[str, ...]:
    is_moved = any(each.setting is SettingId.VERDICT_CHANNEL for each in changed)
    both = (after.verdict_channel, before.verdict_channel if is_moved else "")
    return tuple(filter(None, both))


async def _call(work: UnitOfWork, now: datetime) -> None:
    workspace = await work.workspaces.get()
    if workspace is not None:
        await call_managers(work, workspace, now)
        await call_to_answer(work, workspace, now)
