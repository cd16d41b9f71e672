"""The checklist that a modal shows before it's adopted, stored in the modal's metadata."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.slack.payloads.payloads import MalformedPayload


@dataclass(frozen=True, slots=True)
class CandidateRef:
    """A checklist that a manager considers adopting."""

    shipped: str = ""
    """The id of one of ours; empty for an uploaded one."""
    file: str = ""
    """The id of the file that it was uploaded in; empty for one of ours."""
    version: str = ""
    """The hash of what was proven and shown; empty before that."""
    seen: str = ""
    """The version that it would replace, as it was then; empty for none."""

    def metadata(self, at: int | None = None) -> str:
        """Return the `private_metadata` of a view about it, or about one of its steps."""
        return json.dumps({**asdict(self), "at": at}, separators=(",", ":"))


def candidate_of(view: Mapping[str, Any]) -> tuple[CandidateRef, int]:
    """Read a view's candidate, and which step it shows. Raises MalformedPayload."""
    try:
        kept = json.loads(view.get("private_metadata") or "")
        at = kept.pop("at", None) or 0
        ref = CandidateRef(**{key: str(value) for key, value in kept.items()})
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error
    if not isinstance(at, int) or at < 0 or not (ref.shipped or ref.file):
        raise MalformedPayload
    return ref, at
