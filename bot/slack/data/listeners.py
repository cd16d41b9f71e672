"""A manager forgets a prospect, from its details."""

from bot.domain.people import Errand
from bot.slack.data import views
from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids


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
    view = views.forgotten_view(left.links, texts, is_hidden=left.is_hidden)
    return {"response_action": "update", "view": view}


async def export(it: Interaction) -> Reply:
    """Send a manager everything in private, and say so at once."""
    await it.surface.handing_out.ask(it.caller)
    texts = await it.texts()
    it.later(it.open(views.on_its_way(texts)))
    it.later(_send(it, texts("Everything Walkaway keeps for you")))
    return None


async def _send(it: Interaction, title: str) -> None:
    name, content = await it.surface.handing_out.file(it.caller)
    await it.surface.files.send(
        it.caller.workspace_id, it.caller.member_id, name=name, content=content, title=title
    )


LISTENERS = Listeners(
    elements={Errand.FORGET: ask_for_name, Errand.EXPORT: export},
    changing_nothing={Errand.EXPORT},
    submissions={Errand.FORGET: submit_name},
)
