"""A manager forgets a prospect, from its details."""

import logging
from datetime import datetime

from bot.domain.errors import FileFailed
from bot.domain.people import Errand
from bot.slack.data import views
from bot.slack.error_messages import parts
from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids

log = logging.getLogger(__name__)


async def ask_for_name(it: Interaction) -> Reply:
    """Ask for the name of what is to be forgotten."""
    overview = await it.surface.forgetting.opened(it.caller, it.target.prospect_id)
    it.later(it.open(views.forget_dialog(overview.prospect, it.target, await it.texts())))
    return None


async def submit_name(it: Interaction) -> Reply:
    """Forget it, and say what stays."""
    typed = typed_text(it.typed.get(ids.CONFIRM))
    left = await it.surface.forgetting.forget(it.caller, it.target.prospect_id, typed)
    texts = await it.texts()
    if it.is_on_top:
        it.later(it.redraw_below(views.gone_view(texts)))
    view = views.forgotten_view(left, texts)
    return {"response_action": "update", "view": view}


async def export(it: Interaction) -> Reply:
    """Send a manager everything in private, and say so at once."""
    asked_at = await it.surface.handing_out.ask(it.caller)
    it.later(_send(it, asked_at))
    return None


async def _send(it: Interaction, asked_at: datetime) -> None:
    """Send it; if that fails the notice that it comes says why instead, and they can ask again."""
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
        await it.show_in(notice, views.not_sent(parts.file_failed(failed, texts), texts))


LISTENERS = Listeners(
    elements={Errand.FORGET: ask_for_name, Errand.EXPORT: export},
    changing_nothing={Errand.EXPORT},
    submissions={Errand.FORGET: submit_name},
)
