"""Finds the handler of a payload, and answers in words when it refuses or fails.

Bolt tries its listeners one after another, so there is one for each kind of payload,
and it looks up the rest in a table here.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import DirectoryUnavailable, DomainError, StaleClick
from bot.domain.people import Action, Errand
from bot.domain.workspace import FALLBACK
from bot.slack import kit, outcomes
from bot.slack.app import commands
from bot.slack.client.identity import TOKEN_REFUSED, trouble
from bot.slack.decisions import listeners
from bot.slack.error_messages import refusals
from bot.slack.home import listeners as home_listeners
from bot.slack.home.home import closed_view
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.managers import listeners as managers_listeners
from bot.slack.overrides import listeners as overrides_listeners
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.screening import listeners as screening_listeners
from bot.slack.settings import listeners as settings_listeners
from bot.slack.texts import Texts

log = logging.getLogger(__name__)

CANNOT_SAY = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    payloads.MalformedPayload,
)
"""What keeps us from saying anything: Slack is away, or the way to answer is used up."""

Handler = Callable[[Interaction], Awaitable[Reply]]

ACTIONS: Mapping[str, Handler] = {
    **dict.fromkeys(listeners.CLICKS, listeners.click),
    ids.MORE: listeners.choose_from_menu,
    ids.BACK: screening_listeners.go_back,
    ids.CONTINUE_DRAFT: screening_listeners.continue_draft,
    ids.START_NEW: screening_listeners.start_new,
    ids.SAME_ONE: screening_listeners.choose_same,
    ids.ANOTHER_ONE: screening_listeners.choose_another,
    ids.CHOOSE_FEAR: overrides_listeners.choose_fear,
    ids.ANSWER: screening_listeners.note_emptied,
    Action.QUALIFY: screening_listeners.screen_another,
    Errand.SEND_AGAIN: managers_listeners.send_again,
    ids.HAND_ALL_OVER: managers_listeners.ask_who_takes_all,
    Errand.ANSWER_OUTCOME: outcomes.tap,
    payloads.NOT_NOW: outcomes.not_now,
    payloads.NEVER: outcomes.never,
    ids.EARLIER: home_listeners.turn_page,
    ids.LATER: home_listeners.turn_page,
    ids.SCOPE: home_listeners.turn_page,
    ids.REDRAFT: listeners.redraft,
    ids.MAIL: listeners.take_note,
}
"""By action_id."""

_CHANGING_NOTHING = (
    home_listeners.turn_page,
    overrides_listeners.choose_fear,
    screening_listeners.note_emptied,
    listeners.redraft,
    listeners.take_note,
)
"""After the others App Home is drawn anew, if they came from there."""

SUBMISSIONS: Mapping[str, Handler] = {
    ids.STEP: screening_listeners.submit_step,
    Action.WON: listeners.submit_won,
    Action.LOST: listeners.submit_lost,
    Action.OVERRIDE: overrides_listeners.submit_override,
    Action.DENY_OVERRIDE: overrides_listeners.submit_denial,
    Action.CONDITION_MET: listeners.submit_condition_met,
    Action.SIGN_OF_LIFE: listeners.submit_sign_of_life,
    Action.SNOOZE: listeners.submit_snooze,
    Action.HAND_OVER: listeners.submit_hand_over,
    ids.PAUSE: listeners.submit_pause,
    ids.HAND_ALL_OVER: managers_listeners.submit_hand_all_over,
    ids.SETTINGS: settings_listeners.submit,
    Action.DECLINE_MESSAGE: listeners.take_note,
}
"""By callback_id."""

EVENTS: Mapping[str, Callable[[Interaction], Coroutine[Any, Any, None]]] = {
    ids.HOME_OPENED: home_listeners.opened,
    ids.USER_CHANGED: managers_listeners.changed,
}
"""By type."""


_TOO_LATE = frozenset({"exchanged_trigger_id", "expired_trigger_id", "trigger_expired"})
"""Slack's words for a modal that was to open more than 3 s after the click."""


async def on_command(it: Interaction) -> Reply:
    """Answer at once; the modal or the reply follows."""
    it.later(commands.run_command(it))
    return None


async def on_action(it: Interaction) -> Reply:
    """Do what an element of a message or view stands for."""
    handler = ACTIONS.get(payloads.listened_for(it.action.get("action_id")), _unknown)
    answer = await _answered(it, handler)
    if it.home_page is not None and handler not in _CHANGING_NOTHING:
        it.afterwards(home_listeners.refresh(it))
    return answer


async def on_submission(it: Interaction) -> Reply:
    """Take a submitted view."""
    answer = await _answered(it, SUBMISSIONS.get(str(it.view.get("callback_id")), _unknown))
    if it.home_page is None:
        return answer
    it.afterwards(home_listeners.refresh(it))
    if answer is None or "view" not in answer:
        return answer
    return {**answer, "view": it.remembering(answer["view"])}


async def on_shortcut(it: Interaction) -> Reply:
    """Answer at once; the modal follows."""
    shortcut = commands.SHORTCUTS.get(str(it.body.get("callback_id")))
    if shortcut is None:
        return await _answered(it, _unknown)
    it.later(shortcut(it))
    return None


async def on_event(it: Interaction) -> Reply:
    """Take note, and do what follows; Slack may tell of an event twice."""
    follow = EVENTS.get(str(it.event.get("type")))
    if follow is not None:
        it.later(follow(it))
    return None


async def guarded(it: Interaction, work: Coroutine[Any, Any, None]) -> None:
    """Run what follows an answer; what it refuses is said where it happened."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the member gets a sentence
        await _say(it, await explain(it, error))


async def explain(it: Interaction, error: Exception) -> str:
    """Return the sentence for an error; an unknown one is logged under the reference it names."""
    texts = await _texts(it)
    if isinstance(error, DomainError):
        log.info("refused: %s", type(error).__name__)
        zone = (await it.person()).zone
        if isinstance(error, StaleClick) and it.is_screening:
            return refusals.overtaken(error, texts, zone=zone)
        return refusals.sentence(error, texts, zone=zone)
    if isinstance(error, SlackApiError) and payloads.refusal_code(error.response) in _TOO_LATE:
        log.warning("a modal came too late for Slack")
        return refusals.too_late(texts)
    if isinstance(error, payloads.MalformedPayload):
        log.warning("a payload does not read as one of ours")
        return refusals.outdated(texts)
    reference = secrets.token_hex(4)
    if isinstance(error, SlackApiError) and payloads.refusal_code(error.response) in TOKEN_REFUSED:
        log.error("%s, reference %s", trouble(error), reference)
    else:
        log.error("unexpected error, reference %s", reference, exc_info=error)
    return refusals.unknown(reference, texts)


async def _answered(it: Interaction, handler: Handler) -> Reply:
    try:
        return await handler(it)
    except Exception as error:  # noqa: BLE001 - whatever it is, the member gets a sentence
        sentence = await explain(it, error)
        if it.is_submission:
            return await _refusal(it, error, sentence)
        it.later(_say(it, sentence))
        return None


async def _refusal(it: Interaction, error: Exception, sentence: str) -> Reply:
    """Refuse a submission; where trying again may help, what was typed stays in its fields."""
    blocks = view_state.input_blocks(it.view)
    may_pass = isinstance(error, DirectoryUnavailable) or not isinstance(
        error, DomainError | payloads.MalformedPayload
    )
    if may_pass and blocks:
        return {"response_action": "errors", "errors": {blocks[0]: sentence}}
    return {"response_action": "update", "view": await _notice(it, sentence)}


async def _say(it: Interaction, sentence: str) -> None:
    """Say a sentence privately: beside the message, in a modal, or in App Home instead of it."""
    try:
        if it.body.get("response_url"):
            await it.say(kit.Rendered(sentence, []))
        elif it.body.get("trigger_id"):
            await it.open(await _notice(it, sentence))
        elif it.event.get("type") == ids.HOME_OPENED:
            await it.publish(closed_view(sentence, await _texts(it)), None)
    except CANNOT_SAY as error:
        log.warning("a sentence could not be said: %s", type(error).__name__)


async def _notice(it: Interaction, sentence: str) -> Mapping[str, Any]:
    texts = await _texts(it)
    return kit.notice_view(texts("Walkaway"), sentence, texts)


async def _texts(it: Interaction) -> Texts:
    """Return the texts of who is answered; English ones if the database is away and cannot tell.

    An answer that fails as well would close the modal, and with it what was typed.
    """
    try:
        return await it.texts()
    except Exception:  # noqa: BLE001 - the error that is explained is logged, and says more
        return Texts(FALLBACK)


async def _unknown(_: Interaction) -> Reply:
    """Refuse what no handler is for, such as a button of another version."""
    raise payloads.MalformedPayload
