"""A workspace for a bot that is being installed: a pretend Slack, and Emma who screens a prospect.

It prints, as JSON, what the bot's `.env` has to say of this Slack; then it waits for the bot,
screens a prospect, and prints what the channel got. It serves until SIGTERM.
"""

import asyncio
import json
import signal
from typing import Any, Final

from sandbox import Slack, fill

ANSWERS: Final = {
    "offer": "clear",
    "numbers": "ready",
    "numbers_given": "1 million, margin 30 %",
    "value": "not_shown",
}
CHANNEL: Final = "C0VERDICTS"
PATIENCE: Final = 100


async def serve() -> None:
    """Be the workspace until SIGTERM."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with Slack.serving() as slack:
        print(json.dumps(_settings(slack)), flush=True)
        await slack.wait_for(lambda: slack.connected, PATIENCE)
        await _screen(slack)
        [card] = await slack.wait_for(lambda: slack.messages(CHANNEL), PATIENCE)
        print(f"The card in the channel says: {card['text']!r}", flush=True)
        await stopping.wait()


def _settings(slack: Slack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "VERDICT_CHANNEL": CHANNEL,
        "MANAGERS": "U0SABINE",
    }


async def _screen(slack: Slack) -> None:
    emma = slack.member("U0EMMA")
    await emma.command("/qualify", "Acme GmbH")
    view: dict[str, Any] | None = await emma.wait_for_view()
    while view is not None and view.get("submit"):
        asked = {block.get("block_id") for block in view["blocks"]}
        await emma.submit(fill(view, {key: ANSWERS[key] for key in ANSWERS.keys() & asked}))
        view = emma.view


if __name__ == "__main__":
    asyncio.run(serve())
