"""App Home: drawn when somebody opens it, and again after each of their actions there."""

import logging

from bot.domain.errors import DomainError
from bot.domain.read_models import HomePage
from bot.slack.home import home
from bot.slack.interaction import Interaction, Listeners
from bot.slack.payloads import ids, payloads

log = logging.getLogger(__name__)

_FIRST = HomePage()


async def opened(it: Interaction) -> None:
    """Show the first page to the member who opened the tab; a repeated event does no harm."""
    if it.event.get("tab") == "home":
        await _publish(it, _FIRST, payloads.hash_of(it.event.get("view")))


async def turn_page(it: Interaction) -> None:
    """Show another page, scope or order."""
    it.later(_publish(it, payloads.page_of(it.value), payloads.hash_of(it.view)))


async def refresh(it: Interaction) -> None:
    """Redraw the page that a click or a modal came from."""
    page = _FIRST if it.home_page is None else it.home_page
    try:
        await _publish(it, page, payloads.hash_of(it.view) if it.is_on_home else None)
    except DomainError as refused:
        log.info("an App Home was not drawn anew: %s", type(refused).__name__)


async def _publish(it: Interaction, page: HomePage, seen: str | None) -> None:
    """Draw and show a page; once more if another one came first. Raises NotFullMember.

    Of two quick clicks, the second may have read before the first was done, or the other way round.
    So whichever comes second reads again.
    """
    await it.greet()
    texts = await it.texts()
    content = await it.surface.home.content(it.caller, page)
    if not await it.publish(home.home_view(content, texts), seen):
        content = await it.surface.home.content(it.caller, page)
        await it.publish(home.home_view(content, texts), None)


_PAGES = (ids.EARLIER, ids.LATER, ids.SCOPE, ids.BY_DUE, ids.BY_OWNER, ids.BY_VERDICT)
LISTENERS = Listeners(
    elements=dict.fromkeys(_PAGES, turn_page),
    events={ids.HOME_OPENED: opened},
    changing_nothing=_PAGES,
)
