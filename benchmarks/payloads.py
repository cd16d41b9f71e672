"""What Slack would send, as whole signed HTTP requests."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

TEAM_ID: Final = "T0BENCH"
SIGNING_SECRET: Final = "a secret of loopback"  # noqa: S105 - opens nothing
BOT_TOKEN: Final = "xoxb-bench"  # noqa: S105 - opens nothing
MEMBERS: Final = tuple(f"U0MEMBER{number:02d}" for number in range(50))

View = Mapping[str, Any]


def get(path: str) -> bytes:
    """Return a plain request."""
    return f"GET {path} HTTP/1.1\r\nhost: loopback\r\n\r\n".encode()


def command(number: int, text: str | None = None) -> bytes:
    """Return `/qualify NAME`; each number is another name, by one of many members in turn.

    Instead of the name something else can be typed.
    """
    member = MEMBERS[number % len(MEMBERS)]
    return signed(
        {
            "token": "not-used-any-more",
            "team_id": TEAM_ID,
            "team_domain": "bench",
            "channel_id": "C0GENERAL",
            "channel_name": "general",
            "user_id": member,
            "user_name": member.lower(),
            "command": "/qualify",
            "text": prospect_name(number) if text is None else text,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": f"http://127.0.0.1:9/commands/{TEAM_ID}/{number:012d}/{'x' * 24}",
            "trigger_id": f"{number:013d}.{number:012d}.{'a' * 32}",
        }
    )


def submission(number: int, view: View) -> bytes:
    """Return the submission of a view by the member of this number."""
    member = MEMBERS[number % len(MEMBERS)]
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM_ID, "domain": "bench"},
        "user": {"id": member, "username": member, "name": member, "team_id": TEAM_ID},
        "api_app_id": "A0BENCH",
        "token": "not-used-any-more",
        "trigger_id": f"{number:013d}.{number:012d}.{'a' * 32}",
        "view": view,
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
    return signed({"payload": json.dumps(payload)})


def prospect_name(number: int) -> str:
    """Return the name of a prospect, another one for each number, and similar to none."""
    return f"Acme & Sons {hashlib.sha256(b'%d' % number).hexdigest()[:12]} GmbH"


def signed(form: Mapping[str, str]) -> bytes:
    """Return a POST of a form to Slack's endpoint, signed now."""
    body = urlencode(form).encode()
    timestamp = str(int(time.time()))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\n"
        "host: loopback\r\n"
        "user-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        "accept-encoding: gzip,deflate\r\n"
        "accept: application/json,*/*\r\n"
        "content-type: application/x-www-form-urlencoded\r\n"
        f"content-length: {len(body)}\r\n"
        f"x-slack-request-timestamp: {timestamp}\r\n"
        f"x-slack-signature: v0={digest}\r\n\r\n"
    )
    return head.encode() + body
