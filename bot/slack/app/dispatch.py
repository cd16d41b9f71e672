"""Finds the handler of a payload by the ids in it, in a table; Bolt would ask each in turn."""

import logging
from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from bot.domain.errors import NotFullMember
from bot.domain.people import Action, Outsider
from bot.slack import outcomes
from bot.slack.app import actions, commands
from bot.slack.app.failures import answer_failure
from bot.slack.app.patience import in_time
from bot.slack.data import listeners as data
from bot.slack.decisions import listeners as decisions
from bot.slack.figures import listeners as figures
from bot.slack.home import listeners as home
from bot.slack.interaction import Follow, Handler, Interaction, Reply, take_note
from bot.slack.managers import listeners as managers
from bot.slack.overrides import listeners as overrides
from bot.slack.payloads import payloads
from bot.slack.remembered import listeners as remembered
from bot.slack.screening import incoming
from bot.slack.screening import listeners as screening
from bot.slack.settings import adopting, checklists, forms
from bot.slack.settings import listeners as settings
from bot.slack.webhooks import listeners as webhooks

log = logging.getLogger(__name__)

_PARTS = (
    actions.LISTENERS,
    data.LISTENERS,
    decisions.LISTENERS,
    figures.LISTENERS,
    home.LISTENERS,
    managers.LISTENERS,
    outcomes.LISTENERS,
    overrides.LISTENERS,
    remembered.LISTENERS,
    screening.LISTENERS,
    incoming.LISTENERS,
    settings.LISTENERS,
    checklists.LISTENERS,
    adopting.LISTENERS,
    webhooks.LISTENERS,
    forms.LISTENERS,
)

ACTIONS: Mapping[str, Handler] = MappingProxyType(
    dict(chain.from_iterable(each.elements.items() for each in _PARTS))
)
"""By action_id."""

SUBMISSIONS: Mapping[str, Handler] = MappingProxyType(
    dict(chain.from_iterable(each.submissions.items() for each in _PARTS))
)
"""By callback_id."""

EVENTS: Mapping[str, Follow] = MappingProxyType(
    dict(chain.from_iterable(each.events.items() for each in _PARTS))
)
"""By type."""

_CHANGING_NOTHING = frozenset(chain.from_iterable(each.changing_nothing for each in _PARTS))


async def on_command(it: Interaction) -> Reply:
    """Acknowledge at once; the modal or the reply follows."""
    work = _greeted(it, commands.run_command)
    it.later(in_time(it, work) if commands.opens_modal(it) else work)
    return None


async def on_action(it: Interaction) -> Reply:
    """Run the handler of the element that was used."""
    name = payloads.listened_for(it.action.get("action_id"))
    answer = await _answered(it, ACTIONS.get(name))
    if it.home_page is not None and name not in _CHANGING_NOTHING:
        it.afterwards(home.refresh(it))
    return answer


async def on_submission(it: Interaction) -> Reply:
    """Run the handler of a submitted view. The view below a dialog shows what was true before."""
    callback_id = str(it.view.get("callback_id"))
    answer = await _answered(it, SUBMISSIONS.get(callback_id))
    if answer is None and callback_id in actions.LISTENERS.submissions and it.is_on_top:
        answer = {"response_action": "clear"}
    if it.home_page is None:
        return answer
    it.afterwards(home.refresh(it))
    if answer is None or "view" not in answer:
        return answer
    return {**answer, "view": it.remembering(answer["view"])}


async def on_shortcut(it: Interaction) -> Reply:
    """Acknowledge at once; the modal follows."""
    shortcut = commands.SHORTCUTS.get(str(it.body.get("callback_id")))
    if shortcut is None:
        return await _answered(it, None)
    it.later(in_time(it, _greeted(it, shortcut)))
    return None


async def on_event(it: Interaction) -> Reply:
    """Acknowledge, then run the handler. Only some events identify their sender first."""
    follow = EVENTS.get(str(it.event.get("type")))
    if follow is not None:
        it.later(follow(it))
    return None


async def refuse_stranger(it: Interaction) -> Reply:
    """Tell a stranger from another workspace, whoever they claim to be, that they can't act here.

    Nothing follows from an event of another workspace, as an event has nobody to answer.
    """
    log.warning("a payload of another workspace was refused")
    if it.event:
        return None
    return await answer_failure(it, NotFullMember(Action.DETAILS, Outsider.FOREIGN))


async def _answered(it: Interaction, handler: Handler | None) -> Reply:
    """Identify the sender and run the handler; a button of another version may have none."""
    try:
        if handler is None:
            raise payloads.MalformedPayload
        return await in_time(it, _handled(it, handler))
    except Exception as error:  # noqa: BLE001 - whatever it is, the member gets a sentence
        return await answer_failure(it, error)


async def _handled(it: Interaction, handler: Handler) -> Reply:
    if handler is not take_note:
        await it.greet()
    return await handler(it)


async def _greeted(it: Interaction, follow: Follow) -> None:
    await it.greet()
    await follow(it)
