"""How a manager forgets a prospect, from its details or the settings, and exports everything."""

import logging
from datetime import datetime

from bot.domain.errors import FileFailed
from bot.domain.people import OtherAction
from bot.slack import kit
from bot.slack.data import views
from bot.slack.error_messages import parts
from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids, payloads

log = logging.getLogger(__name__)


async def ask_for_name(it: Interaction) -> Reply:
    """Ask for the name to confirm forgetting; from the settings, ask which prospect is meant."""
    texts, is_found = await it.texts(), it.view.get("callback_id") == OtherAction.FORGET
    if not it.value:
        it.later(it.open(views.search_dialog(texts)))
    elif not is_found:
        overview = await it.surface.forgetting.opened(it.caller, it.target.prospect_id)
        name = overview.prospect.facts.name
        it.later(it.open(views.forget_dialog(name, str(it.target), texts)))
    else:
        field = ids.CONFIRM_FOUND
        dialog = views.forget_dialog(await _name(it), it.value, texts, field_id=field)
        it.later(it.redraw(dialog))
    return None


async def _name(it: Interaction) -> str:
    """Return the name of the prospect that a manager found and chose."""
    if (remembered_id := payloads.remembered_value(it.value)) is not None:
        return (await it.surface.forgetting.opened_remembered(it.caller, remembered_id)).name
    overview = await it.surface.forgetting.opened(it.caller, it.target.prospect_id)
    return overview.prospect.facts.name


async def submit_name(it: Interaction) -> Reply:
    """Forget a prospect and say what remains, or show what a search has found."""
    if views.SOUGHT in it.typed:
        return {"response_action": "update", "view": await _found(it)}
    is_found = ids.CONFIRM_FOUND in it.typed
    typed = typed_text(it.typed.get(ids.CONFIRM_FOUND if is_found else ids.CONFIRM))
    remembered_id = payloads.remembered_value(it.view.get("private_metadata"))
    forgetting = it.surface.forgetting
    if remembered_id is not None:
        left = await forgetting.forget_remembered(it.caller, remembered_id, typed)
    else:
        left = await forgetting.forget(it.caller, it.target.prospect_id, typed)
    texts = await it.texts()
    if it.is_on_top and not is_found:
        it.later(it.redraw_below(views.gone_view(texts)))
    return {"response_action": "update", "view": views.forgotten_view(left, texts)}


async def _found(it: Interaction) -> kit.Block:
    found = await it.surface.forgetting.search(it.caller, typed_text(it.typed[views.SOUGHT]))
    return views.found_view(found, (await it.person()).zone, await it.texts())


async def export(it: Interaction) -> Reply:
    """Send a manager everything in private, and say so at once."""
    asked_at = await it.surface.handing_out.ask(it.caller)
    it.later(_send(it, asked_at))
    return None


async def _send(it: Interaction, asked_at: datetime) -> None:
    """Send the export. If that fails, the notice says why, and the manager can ask again."""
    texts = await it.texts()
    notice = await it.opened(views.on_its_way(texts))
    title = texts("Everything Walkaway keeps for you")
    try:
        async with it.surface.handing_out.file(it.caller, asked_at) as file:
            await it.surface.files.send_from(
                it.caller.workspace_id, it.caller.member_id, file, title=title
            )
    except FileFailed as failed:
        log.warning("an export was not sent: %s", failed.why)
        if notice:
            await it.show_in(notice, views.not_sent(parts.file_failed(failed, texts), texts))


LISTENERS = Listeners(
    elements={OtherAction.FORGET: ask_for_name, OtherAction.EXPORT: export},
    changing_nothing={OtherAction.EXPORT},
    submissions={OtherAction.FORGET: submit_name},
)
