"""Adds the card's link to a verdict as soon as there is one."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.services.ports import Person
from bot.slack.card.verdict import verdict_view
from bot.slack.client.error_codes import FAILURES, code_of
from bot.slack.payloads import payloads
from bot.slack.texts import Texts

log = logging.getLogger(__name__)


async def show_again(
    client: AsyncWebClient, shown_in: OpenView, overview: Overview, reader: Person, texts: Texts
) -> None:
    """Redraw a verdict where it's read, unless its modal shows something else by now."""
    held = reader.roles(overview.prospect)
    view = verdict_view(overview, texts, zone=reader.zone, held=held)
    if shown_in.home_page:
        view = payloads.opened_from_home(view, payloads.page_of(shown_in.home_page))
    try:
        await client.views_update(
            external_id=payloads.verdict_in(shown_in.id),
            view=payloads.in_verdict(view, shown_in.id),
        )
    except FAILURES as error:
        log.info("a verdict was not drawn anew: %s", code_of(error))
