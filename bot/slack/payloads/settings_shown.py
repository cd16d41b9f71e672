"""What a settings modal remembers of the settings that it shows: the codec of its metadata."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.workspace.choices import Shown
from bot.domain.workspace.workspace import OverrideApproval
from bot.slack.payloads.payloads import MalformedPayload


def settings_metadata(shown: Shown) -> str:
    """Return the `private_metadata` of a modal that shows these."""
    return json.dumps(
        {
            "weekdays": sorted(shown.weekdays),
            "approval": shown.approval,
            "referrals": shown.referrals,
        },
        separators=(",", ":"),
    )


def settings_shown(view: Mapping[str, Any]) -> Shown | None:
    """Read back what a modal showed; raises MalformedPayload.

    None for one that was opened before we remembered it.
    """
    metadata = view.get("private_metadata")
    if not metadata:
        return None
    try:
        data = json.loads(metadata)
        weekdays = frozenset(map(int, data["weekdays"]))
        return Shown(str(data["referrals"]), weekdays, OverrideApproval(data["approval"]))
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error
