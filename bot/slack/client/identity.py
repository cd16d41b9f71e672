"""Our identity in Slack: the bot token of one workspace, and what `auth.test` says about it.

The bot can start while Slack is away. It finds out its identity in the background, and retries
until Slack answers.
"""

import logging
from collections.abc import Mapping

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from tenacity import RetryCallState, retry, retry_if_exception_type, wait_random_exponential

from bot.domain.workspace import WorkspaceId
from bot.slack.client.error_codes import code_of, is_token_refused
from bot.slack.payloads.payloads import UNREADABLE

log = logging.getLogger(__name__)

MAY_PASS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What Slack's client raises when Slack refuses, fails or is away."""

keep_trying = retry(
    retry=retry_if_exception_type(MAY_PASS),
    wait=wait_random_exponential(multiplier=1, max=60),
    before_sleep=lambda state: log.warning("%s; trying again", _in_words(state)),
)
"""Calls again, ever more seldom, for as long as Slack does not answer well."""


def _in_words(state: RetryCallState) -> str:
    return "Slack can't be reached" if state.outcome is None else trouble(state.outcome.exception())


def trouble(error: BaseException | None) -> str:
    """Return in one line, for the operator, what keeps us from Slack."""
    is_odd = isinstance(error, SlackApiError) and code_of(error) == UNREADABLE
    if is_odd or isinstance(error, OddAnswer):
        return "Slack's answer makes no sense (is SLACK_API_URL right, or a proxy in between?)"
    if not isinstance(error, SlackApiError):
        return f"Slack doesn't answer ({type(error).__name__})"
    code = code_of(error)
    if is_token_refused(error):
        return (
            f"Slack refuses our token ({code}): copy SLACK_BOT_TOKEN again from the app's page "
            "under OAuth & Permissions, SLACK_APP_TOKEN from Basic Information"
        )
    return f"Slack refuses us ({code})"


def granted_scopes(answer: AsyncSlackResponse) -> frozenset[str] | None:
    """Return our token's scopes, which Slack's answers carry; None if this one doesn't."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = headers.get("x-oauth-scopes")
    return frozenset(each.strip() for each in said.split(",")) if said else None


class OddAnswer(SlackClientError):
    """Slack's answer lacks what was asked for."""


_TOLD = ("user_id", "bot_id", "team_id", "team", "enterprise_id")


async def _identity_in(client: AsyncWebClient) -> Mapping[str, str]:
    """Return what Slack says about our token, complete."""
    try:
        answer = await client.auth_test()
        found = {name: answer.get(name) for name in _TOLD}
    except (AttributeError, TypeError, ValueError) as error:  # the client trips over what is none
        raise OddAnswer from error
    told = {name: value for name, value in found.items() if isinstance(value, str) and value}
    if not {"user_id", "bot_id", "team_id"} <= told.keys():
        raise OddAnswer
    return told


class SingleWorkspace:
    """One workspace, by its bot token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._bot_user_id: str | None = None
        self._bot_id: str | None = None
        self.enterprise_id: str | None = None
        """The organisation (Enterprise Grid) of the workspace, if it has one."""
        self.workspace_id: WorkspaceId | None = None
        """None until Slack has told."""
        self.trouble: str | None = "Slack hasn't said yet who we are"
        """What keeps us from knowing it."""

    def ours(self) -> tuple[WorkspaceId, ...]:
        """Return the workspaces whose tokens we have; empty until Slack has answered."""
        return () if self.workspace_id is None else (self.workspace_id,)

    @keep_trying
    async def find_out(self) -> None:
        """Ask Slack who we are until it answers."""
        await self.ask()

    async def ask(self) -> None:
        """Ask Slack once who we are. Raises one of MAY_PASS if it doesn't answer."""
        try:
            answer = await _identity_in(self._client)
        except MAY_PASS as error:
            self.trouble = trouble(error)
            raise
        self.trouble = None
        self._bot_user_id = answer["user_id"]
        self._bot_id = answer["bot_id"]
        self.enterprise_id = answer.get("enterprise_id")
        self.workspace_id = WorkspaceId(answer["team_id"])
        log.info("this is workspace %s (%s)", self.workspace_id, answer.get("team"))

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Return our only token and its workspace, without a call.

        A member of another organization, in a shared channel, may send their own workspace's id.
        They are a stranger in our workspace, not a member of a second one.
        """
        is_known = self.workspace_id is not None
        return AuthorizeResult(
            enterprise_id=self.enterprise_id if is_known else enterprise_id,
            team_id=self.workspace_id or team_id,
            bot_token=self._client.token,
            bot_user_id=self._bot_user_id,
            bot_id=self._bot_id,
        )
