"""The settings that managers change in Slack."""

from bot.domain.settings.fields import Typed
from bot.domain.settings.table import Page, SettingId
from bot.services.settings import Opened
from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids
from bot.slack.payloads.payloads import MalformedPayload, settings_shown
from bot.slack.settings import pages
from bot.slack.settings.changes import settings_history
from bot.slack.texts import Texts


async def ask(it: Interaction) -> None:
    """Show a manager the settings; tell everyone else who can change them.

    Settings that nothing works without are asked for first.
    """
    opened = await it.surface.settings.opened(it.caller)
    await it.open(_first_view(opened, await it.texts()))


async def set_up(it: Interaction) -> Reply:
    """Start with the missing settings, from App Home."""
    it.later(ask(it))
    return None


async def open_page(it: Interaction) -> Reply:
    """Open a page on top of the overview."""
    it.later(_open_page(it, _page(it.value)))
    return None


async def show_history(it: Interaction) -> Reply:
    """Open the latest changes on top of the overview."""
    it.later(_show_history(it))
    return None


async def submit(it: Interaction) -> Reply:
    """Save a page and show the overview, keeping what others have changed since it was shown."""
    shown = {
        SettingId(each): key for each, key in settings_shown(it.view).items() if each in _KNOWN
    }
    saved = await it.surface.settings.change(
        it.caller, _typed(it), shown=shown, may_be_shared=bool(it.typed.get(ids.MAY_BE_SHARED))
    )
    texts = await it.texts()
    notes = pages.saved_notes(
        is_changed=bool(saved.changed),
        approves_alone=saved.approves_alone,
        barred_until=saved.barred_until,
        texts=texts,
    )
    view = pages.overview_view(saved.settings, saved.today, texts, notes=notes)
    if not it.view.get("previous_view_id"):
        return {"response_action": "update", "view": view}
    it.later(it.redraw_below(view))
    return None


def _first_view(opened: Opened, texts: Texts) -> dict[str, object]:
    settings, today = opened.settings, opened.today
    if opened.gaps:
        return pages.set_up_view(settings, today, texts)
    return pages.overview_view(settings, today, texts)


async def _open_page(it: Interaction, page: Page) -> None:
    opened = await it.surface.settings.opened(it.caller)
    await it.open(pages.page_view(page, opened.settings, opened.today, await it.texts()))


async def _show_history(it: Interaction) -> None:
    noted = await it.surface.settings.history(it.caller)
    settings = (await it.person()).workspace.settings
    await it.open(settings_history(noted, settings, await it.texts()))


def _page(value: str) -> Page:
    try:
        return Page(value)
    except ValueError as error:
        raise MalformedPayload from error


_KNOWN = frozenset(SettingId)


def _typed(it: Interaction) -> dict[SettingId, Typed]:
    """Return the content of each field; managing members and groups are one setting."""
    typed: dict[SettingId, Typed] = {
        SettingId(each): value for each, value in it.typed.items() if each in _KNOWN
    }
    if ids.APPROVAL in it.typed:
        typed[SettingId.OVERRIDE_APPROVAL] = it.typed[ids.APPROVAL]
    if SettingId.MANAGERS in typed:
        members = it.typed[SettingId.MANAGERS]
        groups = typed_text(it.typed.get(ids.MANAGER_GROUPS))
        typed[SettingId.MANAGERS] = " ".join([*(members or ()), groups])
    return typed


LISTENERS = Listeners(
    elements={
        ids.SETTINGS_PAGE: open_page,
        ids.SETTINGS_HISTORY: show_history,
        ids.SET_UP: set_up,
    },
    submissions={ids.SETTINGS: submit},
    changing_nothing=(ids.SETTINGS_PAGE, ids.SETTINGS_HISTORY, ids.SET_UP),
)
