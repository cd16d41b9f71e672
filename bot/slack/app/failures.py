"""What a member reads when something is refused or fails, wherever that happens."""

import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from structlog.contextvars import bind_contextvars

from bot.domain.errors import (
    AnswersRejected,
    CommitUnheard,
    DirectoryUnavailable,
    DomainError,
    StaleClick,
)
from bot.domain.workspace import FALLBACK
from bot.slack import kit
from bot.slack.app.patience import TookTooLong
from bot.slack.client.error_codes import came_too_late, is_token_refused
from bot.slack.client.identity import trouble
from bot.slack.error_messages import parts, refusals
from bot.slack.home.home import closed_view
from bot.slack.interaction import Interaction, Reply, TooBusy
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.texts import Texts

log = logging.getLogger(__name__)

_FIELDS = frozenset({ids.ANSWER, ids.REMEMBERED_ANSWER})
CANNOT_SAY = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    payloads.MalformedPayload,
)
"""What keeps us from saying anything: Slack is away, or the way to answer is used up."""


async def guarded(it: Interaction, work: Coroutine[Any, Any, None]) -> None:
    """Run work that follows an answer; a refusal is reported where the member acted."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the member gets a sentence
        await _show(it, await _explain(it, error))


async def answer_failure(it: Interaction, error: Exception) -> Reply:
    """Answer for a listener that refused or failed: in the dialog at once, or else afterwards.

    A dialog keeps what was typed if typing or trying again may help. While a member only fills in a
    field, a passing failure isn't mentioned; submitting will report it.
    """
    fields = view_state.input_blocks(it.view)
    if it.is_submission and fields and isinstance(error, AnswersRejected):
        return {"response_action": "errors", "errors": await _beside_fields(it, error, fields)}
    sentence = await _explain(it, error)
    may_pass = isinstance(error, DirectoryUnavailable) or not isinstance(
        error, DomainError | payloads.MalformedPayload
    )
    if not it.is_submission:
        if not (may_pass and payloads.listened_for(it.action.get("action_id")) in _FIELDS):
            it.later(_show(it, sentence))
        return None
    if may_pass and fields:
        return {"response_action": "errors", "errors": {fields[0]: sentence}}
    return {"response_action": "update", "view": await _notice(it, sentence)}


async def _beside_fields(
    it: Interaction, rejected: AnswersRejected, fields: Sequence[str]
) -> dict[str, str]:
    """Return the error beside each field; an error without a field goes to the first one."""
    sentences = parts.field_errors(rejected, await _texts(it), today=await it.today())
    return {
        (block if block in fields else fields[0]): sentence for block, sentence in sentences.items()
    }


async def _explain(it: Interaction, error: Exception) -> str:
    """Return the sentence for an error. An unknown one is logged under the reference it shows."""
    if it.about is not None:
        bind_contextvars(prospect=it.about)
    if isinstance(error, TookTooLong):
        log.warning("the database took too long, or too much was to be done")
        may_be_done = error.is_begun and bool(it.is_submission or it.action)
        return refusals.slow_database(it.texts_at_hand, may_be_done=may_be_done)
    texts = await _texts(it)
    if isinstance(error, CommitUnheard):
        log.error("nobody knows whether it was kept, reference %s", it.reference, exc_info=error)
        return refusals.slow_database(texts, may_be_done=True)
    if isinstance(error, DomainError):
        log.info("refused: %s", type(error).__name__)
        zone = (await it.person()).zone
        if isinstance(error, StaleClick) and it.is_screening:
            return refusals.overtaken(error, texts, zone=zone, today=await it.today())
        return refusals.sentence(error, texts, zone=zone, today=await it.today())
    if came_too_late(error) or isinstance(error, TooBusy):
        log.warning("a modal came too late for Slack")
        return refusals.too_late(texts)
    if isinstance(error, payloads.MalformedPayload):
        log.warning("a payload does not read as one of ours")
        return refusals.outdated(texts)
    if is_token_refused(error):
        log.error("%s, reference %s", trouble(error), it.reference)
    else:
        log.error("unexpected error, reference %s", it.reference, exc_info=error)
    return refusals.unknown(it.reference, texts)


async def _show(it: Interaction, sentence: str) -> None:
    """Show a sentence privately: beside the message, or in a modal, also for App Home."""
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
    """Return the texts in the member's language, or English if the database can't tell.

    If this answer failed too, Slack would close the modal and lose what was typed.
    """
    try:
        return await it.texts()
    except Exception:  # noqa: BLE001 - the error that is explained is logged, and says more
        return Texts(FALLBACK)
