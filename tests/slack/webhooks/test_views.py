"""The modals of webhooks and the lines of the channel as they look, in both languages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.domain.delivery.payloads import WebhooksChanged
from bot.domain.people import MemberId
from bot.domain.webhooks.attempts import (
    Answer,
    Delivery,
    DeliveryId,
    DeliveryState,
    Failure,
)
from bot.domain.webhooks.webhooks import (
    CHOOSABLE,
    MOST,
    NO_SECRET,
    Event,
    NotedWebhookChange,
    Webhook,
    WebhookAct,
    WebhookId,
    WebhookState,
    change_of,
)
from bot.slack.kit import Block
from bot.slack.texts import Texts
from bot.slack.webhooks import views
from bot.slack.webhooks.words import webhooks_line
from sandbox.rules import message_problems, view_problems
from tests.slack import cases

WEBHOOK = Webhook(
    WebhookId("w1"),
    "https://hooks.example.com/T0/crm?key=1",
    "whsec_c2FtcGxl",
    frozenset(CHOOSABLE),
    cases.NOW,
    cases.SABINE,
)
HOSTILE = replace(
    WEBHOOK, address=f"https://hooks.example.com/{cases.HOSTILE}*_~`<!channel>", id=WebhookId("w2")
)
LONGEST = replace(WEBHOOK, address=f"https://{'x' * 63}.{'y' * 63}.example.com/{'z' * 900}")
SOON = cases.NOW + timedelta(minutes=10)


def delivery(state: DeliveryState, answer: Answer | None, attempts: int = 1) -> Delivery:
    is_pending = state is DeliveryState.PENDING
    return Delivery(
        DeliveryId("msg_1"),
        Event.PROSPECT_DECIDED,
        cases.NOW,
        state,
        attempts,
        None if answer is None else cases.NOW,
        SOON if is_pending else None,
        answer,
    )


def answer(status: int | None = None, **more: Any) -> Answer:
    return Answer(timedelta(milliseconds=85), status, **more)


DELIVERIES = (
    delivery(DeliveryState.PENDING, None, 0),
    delivery(DeliveryState.DELIVERED, answer(200, excerpt="ok")),
    delivery(DeliveryState.PENDING, answer(500, excerpt=cases.HOSTILE)),
    delivery(DeliveryState.PENDING, answer(302), 2),
    delivery(DeliveryState.GIVEN_UP, answer(404), 20),
    delivery(DeliveryState.GIVEN_UP, answer(410)),
    delivery(DeliveryState.DROPPED, answer(503, excerpt="x" * 200), 3),
    *(delivery(DeliveryState.PENDING, answer(failure=each), 3) for each in Failure),
)


def listed(*webhooks: Webhook, **more: Any) -> Callable[[Texts], Block]:
    return partial(views.webhooks_view, webhooks, cases.BERLIN, **more)


def in_state(state: WebhookState) -> Webhook:
    return replace(WEBHOOK, id=WebhookId(state), state=state)


def sent(*deliveries: Delivery) -> Callable[[Texts], Block]:
    return partial(views.deliveries_view, WEBHOOK, deliveries, cases.BERLIN)


MODALS: Mapping[str, Callable[[Texts], Block]] = {
    "webhooks.none": listed(),
    "webhooks.states": listed(
        *map(in_state, WebhookState),
        replace(WEBHOOK, id=WebhookId("failing"), failing_since=cases.KEPT),
    ),
    "webhooks.moved_here": listed(replace(WEBHOOK, secret=NO_SECRET, state=WebhookState.OFF)),
    "webhooks.hostile": listed(HOSTILE, notes=["A note."]),
    "webhooks.longest": listed(
        *(replace(LONGEST, id=WebhookId(f"{n:032}")) for n in range(MOST)), notes=["x" * 200]
    ),
    "webhook_add.ordinary": views.add_view,
    "webhook_edit.ordinary": partial(
        views.edit_view, replace(WEBHOOK, events=frozenset({Event.PROSPECT_DECIDED}))
    ),
    "webhook_edit.longest": partial(views.edit_view, LONGEST),
    "webhook_secret.ordinary": partial(views.secret_view, WEBHOOK),
    "webhook_deliveries.all": sent(*DELIVERIES),
    "webhook_deliveries.longest": sent(*[DELIVERIES[2]] * 20),
    "webhook_deliveries.none": sent(),
    "webhook_history.changes": partial(
        views.history_view,
        [
            NotedWebhookChange(change_of(WebhookAct.GONE, WEBHOOK), None, cases.LATER),
            NotedWebhookChange(change_of(WebhookAct.ADDED, WEBHOOK), cases.SABINE, cases.NOW),
        ],
        cases.BERLIN,
    ),
    "webhook_history.empty": partial(views.history_view, [], cases.BERLIN),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("modal", MODALS)
def test_modal_looks_as_it_did_and_slack_takes_it(
    modal: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = MODALS[modal](Texts(language))

    assert list(view_problems(drawn)) == []
    golden(f"{modal}.{language}", drawn)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("by", [cases.SABINE, None])
def test_the_channel_reads_of_each_change_who_made_it_and_never_where_to(
    by: MemberId | None, language: str, golden: Callable[[str, Any], None]
) -> None:
    acts = [
        each for each in WebhookAct if (each in {WebhookAct.FAILED, WebhookAct.GONE}) != bool(by)
    ]
    news = WebhooksChanged(tuple(change_of(each, WEBHOOK) for each in acts), by)

    said = webhooks_line(news, Texts(language))

    made = {"text": said.text, "blocks": said.blocks}
    assert list(message_problems(made)) == []
    assert "/T0" not in said.text
    assert "whsec" not in said.text
    golden(f"webhooks_line.{'by_managers' if by else 'by_the_clock'}.{language}", made)
