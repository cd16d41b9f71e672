"""Finds the handler of a payload, and answers in words when it refuses or fails.

Bolt tries its listeners one after another, so there is one for each kind of payload,
and it looks up the rest in a table here.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import DirectoryUnavailable, DomainError, StaleClick
from bot.domain.people import Action, Errand
from bot.slack import outcome_values, wire
from bot.slack.authorizing import TOKEN_REFUSED, trouble
from bot.slack.interaction import Answer, Interaction
from bot.slack.listeners import (
    commands,
    decisions,
    declining,
    hesitating,
    home,
    mending,
    outcomes,
    overriding,
    people,
    qualification,
    settings,
    shortcuts,
)
from bot.slack.texts import FALLBACK, Texts
from bot.slack.views import problem
from bot.slack.views.blocks import Rendered
from bot.slack.views.decisions import notice_view
from bot.slack.views.home import closed_view

log = logging.getLogger(__name__)

CANNOT_SAY: Final = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    wire.MalformedPayload,
)
"""What keeps us from saying anything: Slack is away, or the way to answer is used up."""

Handler = Callable[[Interaction], Awaitable[Answer]]

ACTIONS: Final[Mapping[str, Handler]] = {
    **dict.fromkeys(decisions.CLICKS, decisions.click),
    wire.MORE: decisions.choose_from_menu,
    wire.BACK: qualification.go_back,
    wire.CONTINUE_DRAFT: qualification.continue_draft,
    wire.START_NEW: qualification.start_new,
    wire.SAME_ONE: qualification.choose_same,
    wire.ANOTHER_ONE: qualification.choose_another,
    wire.CHOOSE_FEAR: overriding.choose_fear,
    wire.ANSWER: qualification.note_emptied,
    Action.QUALIFY: qualification.screen_another,
    Errand.SEND_AGAIN: mending.send_again,
    wire.HAND_ALL_OVER: people.ask_who_takes_all,
    Errand.ANSWER_OUTCOME: outcomes.tap,
    outcome_values.NOT_NOW: outcomes.not_now,
    outcome_values.NEVER: outcomes.never,
    wire.EARLIER: home.turn_page,
    wire.LATER: home.turn_page,
    wire.SCOPE: home.turn_page,
    wire.REDRAFT: declining.redraft,
    wire.MAIL: declining.take_note,
}
"""By action_id."""

_CHANGING_NOTHING: Final = (
    home.turn_page,
    overriding.choose_fear,
    qualification.note_emptied,
    declining.redraft,
    declining.take_note,
)
"""After the others App Home is drawn anew, if they came from there."""

SUBMISSIONS: Final[Mapping[str, Handler]] = {
    wire.STEP: qualification.submit_step,
    Action.WON: decisions.submit_won,
    Action.LOST: decisions.submit_lost,
    Action.OVERRIDE: overriding.submit_override,
    Action.DENY_OVERRIDE: overriding.submit_denial,
    Action.CONDITION_MET: decisions.submit_condition_met,
    Action.SIGN_OF_LIFE: hesitating.submit_sign_of_life,
    Action.SNOOZE: hesitating.submit_snooze,
    Action.HAND_OVER: hesitating.submit_hand_over,
    wire.PAUSE: hesitating.submit_pause,
    wire.HAND_ALL_OVER: people.submit_hand_all_over,
    wire.SETTINGS: settings.submit,
    Action.DECLINE_MESSAGE: declining.take_note,
}
"""By callback_id."""

EVENTS: Final[Mapping[str, Callable[[Interaction], Coroutine[Any, Any, None]]]] = {
    wire.HOME_OPENED: home.opened,
    wire.USER_CHANGED: people.changed,
}
"""By type."""


_TOO_LATE: Final = frozenset({"exchanged_trigger_id", "expired_trigger_id", "trigger_expired"})
"""Slack's words for a modal that was to open more than 3 s after the click."""


async def on_command(it: Interaction) -> Answer:
    """Answer at once; the modal or the reply follows."""
    it.later(commands.run_command(it))
    return None


async def on_action(it: Interaction) -> Answer:
    """Do what an element of a message or view stands for."""
    handler = ACTIONS.get(wire.listened_for(it.action.get("action_id")), _unknown)
    answer = await _answered(it, handler)
    if it.home_page is not None and handler not in _CHANGING_NOTHING:
        it.afterwards(home.refresh(it))
    return answer


async def on_submission(it: Interaction) -> Answer:
    """Take a submitted view."""
    answer = await _answered(it, SUBMISSIONS.get(str(it.view.get("callback_id")), _unknown))
    if it.home_page is None:
        return answer
    it.afterwards(home.refresh(it))
    if answer is None or "view" not in answer:
        return answer
    return {**answer, "view": it.remembering(answer["view"])}


async def on_shortcut(it: Interaction) -> Answer:
    """Answer at once; the modal follows."""
    shortcut = shortcuts.SHORTCUTS.get(str(it.body.get("callback_id")))
    if shortcut is None:
        return await _answered(it, _unknown)
    it.later(shortcut(it))
    return None


async def on_event(it: Interaction) -> Answer:
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
            return problem.overtaken(error, texts, zone=zone)
        return problem.sentence(error, texts, zone=zone)
    if isinstance(error, SlackApiError) and wire.refusal_code(error.response) in _TOO_LATE:
        log.warning("a modal came too late for Slack")
        return problem.too_late(texts)
    if isinstance(error, wire.MalformedPayload):
        log.warning("a payload does not read as one of ours")
        return problem.outdated(texts)
    reference = secrets.token_hex(4)
    if isinstance(error, SlackApiError) and wire.refusal_code(error.response) in TOKEN_REFUSED:
        log.error("%s, reference %s", trouble(error), reference)
    else:
        log.error("unexpected error, reference %s", reference, exc_info=error)
    return problem.unknown(reference, texts)


async def _answered(it: Interaction, handler: Handler) -> Answer:
    try:
        return await handler(it)
    except Exception as error:  # noqa: BLE001 - whatever it is, the member gets a sentence
        sentence = await explain(it, error)
        if it.is_submission:
            return await _refusal(it, error, sentence)
        it.later(_say(it, sentence))
        return None


async def _refusal(it: Interaction, error: Exception, sentence: str) -> Answer:
    """Refuse a submission; where trying again may help, what was typed stays in its fields."""
    blocks = wire.input_blocks(it.view)
    may_pass = isinstance(error, DirectoryUnavailable) or not isinstance(
        error, DomainError | wire.MalformedPayload
    )
    if may_pass and blocks:
        return {"response_action": "errors", "errors": {blocks[0]: sentence}}
    return {"response_action": "update", "view": await _notice(it, sentence)}


async def _say(it: Interaction, sentence: str) -> None:
    """Say a sentence privately: beside the message, in a modal, or in App Home instead of it."""
    try:
        if it.body.get("response_url"):
            await it.say(Rendered(sentence, []))
        elif it.body.get("trigger_id"):
            await it.open(await _notice(it, sentence))
        elif it.event.get("type") == wire.HOME_OPENED:
            await it.publish(closed_view(sentence, await _texts(it)), None)
    except CANNOT_SAY as error:
        log.warning("a sentence could not be said: %s", type(error).__name__)


async def _notice(it: Interaction, sentence: str) -> Mapping[str, Any]:
    texts = await _texts(it)
    return notice_view(texts("Walkaway"), sentence, texts)


async def _texts(it: Interaction) -> Texts:
    """Return the texts of who is answered; English ones if the database is away and cannot tell.

    An answer that fails as well would close the modal, and with it what was typed.
    """
    try:
        return await it.texts()
    except Exception:  # noqa: BLE001 - the error that is explained is logged, and says more
        return Texts(FALLBACK)


async def _unknown(_: Interaction) -> Answer:
    """Refuse what no handler is for, such as a button of another version."""
    raise wire.MalformedPayload
