"""The modals of webhooks: the list, a new one, its secret, its deliveries, the changes."""

from collections.abc import Collection, Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.domain.webhooks.addresses import ADDRESS, LONGEST
from bot.domain.webhooks.attempts import Delivery
from bot.domain.webhooks.webhooks import CHOOSABLE, MOST, Event, NotedWebhookChange, Webhook
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.texts import Texts
from bot.slack.webhooks import words


def webhooks_view(
    webhooks: Sequence[Webhook], zone: ZoneInfo, texts: Texts, *, notes: Sequence[str] = ()
) -> kit.Block:
    """Return the list of webhooks; `notes` are markup, shown on top."""
    blocks = kit.paragraphs(notes)
    if not webhooks:
        about = texts(
            "A webhook tells your CRM or a spreadsheet what is screened and decided here. "
            "Each message is signed, and retried for up to 3 days."
        )
        blocks.append(kit.section(kit.markup(about)))
    for each in webhooks:
        blocks += _webhook(each, zone, texts)
    buttons = [kit.button(texts("See changes"), ids.WEBHOOK_HISTORY)]
    if len(webhooks) < MOST:
        buttons.insert(0, kit.button(texts("Add a webhook"), ids.WEBHOOK_ADD))
    blocks.append(kit.actions("webhooks", buttons))
    return kit.modal(texts("Webhooks"), blocks, callback_id=ids.WEBHOOKS, close=texts("Back"))


def add_view(texts: Texts) -> kit.Block:
    """Return the dialog for a new webhook's address and events."""
    blocks = [
        kit.labelled(
            ADDRESS,
            texts("Where to?"),
            kit.text_input(None, longest=LONGEST),
            hint=texts("The https address of your CRM or automation tool."),
        ),
        _events_field(CHOOSABLE, texts),
    ]
    return kit.modal(
        texts("Add a webhook"),
        blocks,
        callback_id=ids.WEBHOOK_ADD,
        submit=texts("Add"),
        close=texts("Cancel"),
    )


def edit_view(webhook: Webhook, texts: Texts) -> kit.Block:
    """Return the dialog for the events that a webhook is to receive."""
    heading = kit.section(kit.markup(words.host_markup(webhook.host)))
    return kit.modal(
        texts("Edit webhook"),
        [heading, _events_field(webhook.events, texts)],
        callback_id=ids.WEBHOOK_EDIT,
        metadata=webhook.id,
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def secret_view(webhook: Webhook, texts: Texts) -> kit.Block:
    """Return the only view that shows a secret."""
    lines = [
        texts(
            "Copy this secret now: I won't show it again. {host} needs it to check that a "
            "message is from me:",
            host=words.host_markup(webhook.host),
        ),
        f"```{webhook.secret}```",
    ]
    return kit.modal(
        texts("Secret"), kit.paragraphs(lines), callback_id=ids.NOTICE, close=texts("Back")
    )


def deliveries_view(
    webhook: Webhook, deliveries: Sequence[Delivery], zone: ZoneInfo, texts: Texts
) -> kit.Block:
    """Return the latest deliveries and their answers."""
    heading = f"{words.host_markup(webhook.host)}\n{words.state_line(webhook, zone, texts)}"
    blocks = [kit.section(kit.markup(heading)), kit.DIVIDER]
    for each in deliveries:
        blocks += kit.paragraphs([words.delivery_line(each, zone, texts)])
    if not deliveries:
        blocks.append(kit.section(kit.markup(texts("Nothing has been sent yet."))))
    refresh = kit.button(texts("Refresh"), ids.WEBHOOK_REFRESH, webhook.id)
    blocks.append(kit.actions("deliveries", [refresh]))
    return kit.modal(
        texts("Deliveries"), blocks, callback_id=ids.WEBHOOK_DELIVERIES, close=texts("Back")
    )


def history_view(noted: Sequence[NotedWebhookChange], zone: ZoneInfo, texts: Texts) -> kit.Block:
    """Return the latest changes, newest first."""
    return kit.changes_view(words.history_lines(noted, zone, texts), texts)


def _events_field(chosen: Collection[Event], texts: Texts) -> kit.Block:
    options = [kit.option(texts(words.EVENTS[each]), each, each.value) for each in CHOOSABLE]
    return kit.labelled(
        ids.WEBHOOK_EVENTS,
        texts("What should it report?"),
        kit.checkboxes(options, chosen),
        hint=texts("It gets names, amounts and reasons too."),
    )


def _webhook(webhook: Webhook, zone: ZoneInfo, texts: Texts) -> Iterator[kit.Block]:
    lines = [
        words.host_markup(webhook.host),
        kit.unstyled(kit.cut(webhook.address, 200)),
        words.events_line(webhook.events, texts),
        words.state_line(webhook, zone, texts),
    ]
    edit = kit.button(texts("Edit"), ids.WEBHOOK_EDIT, webhook.id)
    yield kit.section(kit.markup("\n".join(lines)), accessory=edit)
    buttons = [kit.button(texts("Deliveries"), ids.WEBHOOK_DELIVERIES, webhook.id)]
    if webhook.is_on:
        buttons.append(kit.button(texts("Send a test"), ids.WEBHOOK_TEST, webhook.id))
        buttons.append(_switch_off(webhook, texts))
    elif webhook.may_be_on:
        buttons.append(kit.button(texts("Switch on"), ids.WEBHOOK_ON, webhook.id))
    yield kit.actions(
        f"webhook.{webhook.id}",
        [*buttons, _replace_secret(webhook, texts), _remove(webhook, texts)],
    )


def _switch_off(webhook: Webhook, texts: Texts) -> kit.Block:
    asked = kit.confirmation(
        texts("Switch it off?"),
        texts("What's waiting is dropped, and what happens while it's off is never sent."),
        yes=texts("Switch off"),
        no=texts("Cancel"),
    )
    return kit.button(texts("Switch off"), ids.WEBHOOK_OFF, webhook.id, confirmation=asked)


def _replace_secret(webhook: Webhook, texts: Texts) -> kit.Block:
    asked = kit.confirmation(
        texts("Replace the secret?"),
        texts(
            "The old one stops working at once. Give the receiving system the new one: what it "
            "rejects until then, I'll send again."
        ),
        yes=texts("Replace"),
        no=texts("Cancel"),
    )
    return kit.button(texts("New secret"), ids.WEBHOOK_SECRET, webhook.id, confirmation=asked)


def _remove(webhook: Webhook, texts: Texts) -> kit.Block:
    asked = kit.confirmation(
        texts("Remove it?"),
        texts("Its secret and its list of deliveries go too."),
        yes=texts("Remove"),
        no=texts("Cancel"),
    )
    return kit.button(
        texts("Remove"), ids.WEBHOOK_REMOVE, webhook.id, style="danger", confirmation=asked
    )
