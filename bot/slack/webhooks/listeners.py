"""What managers do with webhooks, from the settings."""

from collections.abc import Sequence

from bot.domain.webhooks.addresses import ADDRESS
from bot.domain.webhooks.webhooks import Webhook, WebhookId
from bot.slack import kit
from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids, payloads
from bot.slack.webhooks import views
from bot.slack.webhooks.words import events_line, host_markup


async def open_webhooks(it: Interaction) -> Reply:
    """Open the webhooks on top of the settings."""
    it.later(_open_webhooks(it))
    return None


async def ask_for_address(it: Interaction) -> Reply:
    """Ask for a new webhook's address."""
    it.later(it.open(views.add_view(await it.texts())))
    return None


async def submit_address(it: Interaction) -> Reply:
    """Add a webhook, and show its secret only this once."""
    address = typed_text(it.typed.get(ADDRESS))
    added = await it.surface.webhooks.add(it.caller, address, _events(it))
    texts = await it.texts()
    it.later(it.redraw_below(await _in_use(it)))
    return {"response_action": "update", "view": views.secret_view(added, texts)}


async def ask_for_events(it: Interaction) -> Reply:
    """Ask which events a webhook is to receive."""
    it.later(_ask_for_events(it))
    return None


async def submit_events(it: Interaction) -> Reply:
    """Change a webhook's events, and return to the list."""
    its = WebhookId(payloads.sent_text(it.view, "private_metadata"))
    webhook = await it.surface.webhooks.change_events(it.caller, its, _events(it))
    texts = await it.texts()
    note = texts(
        "The webhook to {host} now reports: {events}.",
        host=host_markup(webhook.host),
        events=events_line(webhook.events, texts),
    )
    it.later(it.redraw_below(await _in_use(it, [note])))
    return None


async def replace_secret(it: Interaction) -> Reply:
    """Create a new secret, and show it only this once."""
    it.later(_replace_secret(it))
    return None


async def send_test(it: Interaction) -> Reply:
    """Send a test delivery."""
    it.later(_send_test(it))
    return None


async def switch_on(it: Interaction) -> Reply:
    """Switch a webhook on."""
    it.later(_switch(it, on=True))
    return None


async def switch_off(it: Interaction) -> Reply:
    """Switch a webhook off."""
    it.later(_switch(it, on=False))
    return None


async def remove(it: Interaction) -> Reply:
    """Remove a webhook."""
    it.later(_remove(it))
    return None


async def show_deliveries(it: Interaction) -> Reply:
    """Open the latest deliveries."""
    it.later(_show_deliveries(it))
    return None


async def refresh_deliveries(it: Interaction) -> Reply:
    """Redraw the latest deliveries."""
    it.later(_refresh_deliveries(it))
    return None


async def show_history(it: Interaction) -> Reply:
    """Open the latest changes."""
    it.later(_show_history(it))
    return None


async def _in_use(it: Interaction, notes: Sequence[str] = ()) -> kit.Block:
    webhooks = await it.surface.webhooks.all(it.caller)
    return views.webhooks_view(webhooks, (await it.person()).zone, await it.texts(), notes=notes)


def _events(it: Interaction) -> list[str]:
    events = it.typed.get(ids.WEBHOOK_EVENTS)
    return list(events) if isinstance(events, list) else []


async def _ask_for_events(it: Interaction) -> None:
    webhook = await it.surface.webhooks.opened(it.caller, _webhook_id(it))
    await it.open(views.edit_view(webhook, await it.texts()))


async def _open_webhooks(it: Interaction) -> None:
    await it.open(await _in_use(it))


async def _replace_secret(it: Interaction) -> None:
    webhook = await it.surface.webhooks.replace_secret(it.caller, _webhook_id(it))
    await it.open(views.secret_view(webhook, await it.texts()))


async def _send_test(it: Interaction) -> None:
    webhook = await it.surface.webhooks.send_test(it.caller, _webhook_id(it))
    texts, host = await it.texts(), host_markup(webhook.host)
    note = (
        texts(
            "A test is on its way to {host}. You'll find the answer under *Deliveries*.", host=host
        )
        if webhook.is_on
        else texts("The webhook to {host} is switched off.", host=host)
    )
    await it.redraw(await _in_use(it, [note]), if_changed=True)


async def _switch(it: Interaction, *, on: bool) -> None:
    webhook = await it.surface.webhooks.switch(it.caller, _webhook_id(it), on=on)
    texts, host = await it.texts(), host_markup(webhook.host)
    note = (
        texts("The webhook to {host} is switched on.", host=host)
        if webhook.is_on
        else texts("The webhook to {host} is switched off.", host=host)
    )
    await it.redraw(await _in_use(it, [note]), if_changed=True)


async def _remove(it: Interaction) -> None:
    webhook: Webhook = await it.surface.webhooks.remove(it.caller, _webhook_id(it))
    texts = await it.texts()
    note = texts("The webhook to {host} has been removed.", host=host_markup(webhook.host))
    await it.redraw(await _in_use(it, [note]), if_changed=True)


async def _show_deliveries(it: Interaction) -> None:
    await it.open(await _deliveries(it))


async def _refresh_deliveries(it: Interaction) -> None:
    await it.redraw(await _deliveries(it), if_changed=True)


async def _deliveries(it: Interaction) -> kit.Block:
    webhook, found = await it.surface.webhooks.deliveries(it.caller, _webhook_id(it))
    return views.deliveries_view(webhook, found, (await it.person()).zone, await it.texts())


async def _show_history(it: Interaction) -> None:
    noted = await it.surface.webhooks.noted_changes(it.caller)
    await it.open(views.history_view(noted, (await it.person()).zone, await it.texts()))


def _webhook_id(it: Interaction) -> WebhookId:
    return WebhookId(it.value)


LISTENERS = Listeners(
    elements={
        ids.WEBHOOKS: open_webhooks,
        ids.WEBHOOK_ADD: ask_for_address,
        ids.WEBHOOK_EDIT: ask_for_events,
        ids.WEBHOOK_SECRET: replace_secret,
        ids.WEBHOOK_TEST: send_test,
        ids.WEBHOOK_ON: switch_on,
        ids.WEBHOOK_OFF: switch_off,
        ids.WEBHOOK_REMOVE: remove,
        ids.WEBHOOK_DELIVERIES: show_deliveries,
        ids.WEBHOOK_REFRESH: refresh_deliveries,
        ids.WEBHOOK_HISTORY: show_history,
    },
    submissions={ids.WEBHOOK_ADD: submit_address, ids.WEBHOOK_EDIT: submit_events},
    changing_nothing=(
        ids.WEBHOOKS,
        ids.WEBHOOK_ADD,
        ids.WEBHOOK_EDIT,
        ids.WEBHOOK_SECRET,
        ids.WEBHOOK_TEST,
        ids.WEBHOOK_ON,
        ids.WEBHOOK_OFF,
        ids.WEBHOOK_REMOVE,
        ids.WEBHOOK_DELIVERIES,
        ids.WEBHOOK_REFRESH,
        ids.WEBHOOK_HISTORY,
    ),
)
