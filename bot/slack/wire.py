"""What goes over the wire to Slack and comes back: ids, and the codecs of values and metadata.

Views write these, listeners read them. The `block_id` of a question is the question's
id and the `action_id` of a decision its action's name; both are known outside.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.people import Action, Errand
from bot.domain.prospect import ProspectId
from bot.domain.qualification import DraftId, StepRef, VersionId

COMMAND: Final = "/qualify"

# Shortcuts, by callback_id: the one of everywhere, and the one in the menu of a message.
SHORTCUT: Final = "qualify"
MESSAGE_SHORTCUT: Final = "qualify_message"

HOME_OPENED: Final = "app_home_opened"
"""The event that somebody opened our App Home."""
USER_CHANGED: Final = "user_change"
"""The event that something about a member changed: their zone, or whether they are still there."""

_ID: Final = re.compile(r"[!-~]{1,255}")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,30}")
_REVISION: Final = re.compile(r"[0-9]{1,9}")

# Views, by callback_id; the dialog of a decision has its action's name.
STEP: Final = "qualify_step"
DRAFTS: Final = "qualify_drafts"
NAME_ASKED: Final = "qualify_name"
VERDICT: Final = "qualify_verdict"
NOTICE: Final = "notice"
PAUSE: Final = "pause"
HAND_ALL_OVER: Final = "hand_all_over"
"""Also the button that opens it; its value is the id of the gone owner."""
SETTINGS: Final = "settings"

# What a prospect is, asked beside the questions, by block_id.
NAME: Final = "name"
OWNER: Final = "owner"
EXPECTED_VALUE: Final = "expected_value"
FIRST_CONTACT: Final = "first_contact"

# What the dialogs ask, by block_id.
DAY: Final = "day"
ENDED_BY: Final = "ended_by"
SENTENCE: Final = "sentence"
BROUGHT: Final = "brought"
SIGN: Final = "sign"
DAYS: Final = "days"
UNTIL: Final = "until"
FEAR: Final = "fear"
NEW_FACT: Final = "new_fact"
REASON: Final = "reason"
KILL_CRITERION: Final = "kill_criterion"
KILL_ON: Final = "kill_on"
REFUSAL: Final = "refusal"
REFERRALS: Final = "referrals"
WEEKDAYS: Final = "weekdays"
APPROVAL: Final = "approval"
VERSION: Final = "version"
LANGUAGE: Final = "language"
REFERRAL: Final = "referral"
DECLINE_TEXT: Final = "decline_text"
"""Begins the id; when the draft was chosen follows."""
WRITTEN: Final = "written"
"""Begins the id of a section with what a member made of an earlier draft."""

# Elements, by action_id.
ANSWER: Final = "answer"
"""Every input of a modal; its block tells which."""
CHOOSE_FEAR: Final = "choose_fear"
"""The menu of fears, which tells us at once what was chosen."""
BACK: Final = "back"
CONTINUE_DRAFT: Final = "continue_draft"
"""Its value is the id of a draft."""
START_NEW: Final = "start_new"
SAME_ONE: Final = "same_one"
"""Its value is the id of a prospect screened before."""
ANOTHER_ONE: Final = "another_one"
MORE: Final = "more"
"""The menu of a card; its options say which action."""
EARLIER: Final = "home_page_earlier"
LATER: Final = "home_page_later"
SCOPE: Final = "home_scope"
"""Turn to a page of App Home; their value is that page."""
REDRAFT: Final = "redraft"
"""A choice for a decline message; its block tells which."""
MAIL: Final = "decline_mail"
"""Opens a link; Slack tells us all the same."""

NOBODY: Final = "nobody"
"""The value of the option to refer a prospect to nobody."""

UNREADABLE: Final = "unreadable_answer"
"""Stands for the code of a refusal that nobody can read."""


def step_metadata(ref: StepRef) -> str:
    """Return the `private_metadata` of a step's view."""
    return json.dumps(
        {
            "draft": ref.draft_id,
            "version": ref.version_id,
            "step": ref.step,
            "redrawn": ref.is_redrawn,
            "prospect": ref.prospect_id,
            "name": ref.name,
            **({} if ref.revision is None else {"revision": ref.revision}),
        },
        separators=(",", ":"),
    )


def step_of(view: Mapping[str, Any]) -> StepRef:
    """Read back which step a view shows; raises MalformedPayload."""
    try:
        data = json.loads(view["private_metadata"])
        prospect = data["prospect"]
        return StepRef(
            draft_id=DraftId(readable_id(data["draft"])),
            version_id=VersionId(readable_id(data["version"])),
            step=int(data["step"]),
            is_redrawn=bool(data["redrawn"]),
            prospect_id=ProspectId(readable_id(prospect)) if prospect else None,
            revision=int(data["revision"]) if "revision" in data else None,
            name=str(data["name"]),
        )
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error


@dataclass(frozen=True, slots=True)
class Target:
    """A prospect as a button showed it."""

    prospect_id: ProspectId
    revision: int

    def __str__(self) -> str:
        return f"{self.prospect_id}.{self.revision}"

    def option(self, action: Action) -> str:
        """Return the value of a menu's option for `action`."""
        return f"{action}.{self}"

    @classmethod
    def parse(cls, value: object) -> "Target":
        """Read `<prospect id>.<revision>`; raises MalformedPayload."""
        prospect_id, _, revision = str(value).rpartition(".")
        if not _REVISION.fullmatch(revision):
            raise MalformedPayload
        return cls(ProspectId(readable_id(prospect_id)), int(revision))

    @classmethod
    def of_dialog(cls, view: Mapping[str, Any]) -> "Target":
        """Read the target of a decision's dialog from its metadata; raises MalformedPayload."""
        return cls.parse(view.get("private_metadata"))


def parse_option(value: object) -> tuple[Action, Target]:
    """Read `<action>.<prospect id>.<revision>`; raises MalformedPayload."""
    name, _, target = str(value).partition(".")
    try:
        return Action(name), Target.parse(target)
    except ValueError as error:
        raise MalformedPayload from error


def listened_for(action_id: object) -> str:
    """Return what an element is listened for by.

    Several that answer the same stand side by side, and differ in what stands behind a dot.
    """
    name = str(action_id).partition(".")[0]
    return name if name == Errand.ANSWER_OUTCOME else str(action_id)


class MalformedPayload(Exception):
    """What came over the wire is not what we once sent."""


def hash_of(view: object) -> str | None:
    """Return what tells a view from the same view drawn anew; None if it is not known."""
    known = view.get("hash") if isinstance(view, Mapping) else None
    return None if known is None else str(known)


_TOLD_BY: Final[Mapping[str, Sequence[str | int]]] = {
    "block_actions": ("actions", 0, "action_id"),
    "event_callback": ("event", "type"),
    "message_action": ("callback_id",),
    "shortcut": ("callback_id",),
    "view_closed": ("view", "callback_id"),
    "view_submission": ("view", "callback_id"),
}
"""Where a payload of each type says what it is about."""


def says_what_it_is(payload: Mapping[str, Any]) -> bool:
    """Tell whether a payload is of a kind that Slack sends us, and says what it is about."""
    try:
        place: Any = payload
        for key in ("command",) if "command" in payload else _TOLD_BY[payload["type"]]:
            place = place[key]
    except (LookupError, TypeError):
        return False
    return isinstance(place, str)


def readable_id(value: object) -> str:
    """Return an id as it came; raises MalformedPayload for what cannot be one."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise MalformedPayload
    return value


def channel_id(value: object) -> str:
    """Return the id of a channel as it came; raises MalformedPayload for what cannot be one."""
    if not isinstance(value, str) or not _CHANNEL.fullmatch(value):
        raise MalformedPayload
    return value


def sent_text(payload: Mapping[str, Any], key: str) -> str:
    """Return a text that Slack always sends; raises MalformedPayload if it did not."""
    value = payload.get(key)
    if not isinstance(value, str) or not value:
        raise MalformedPayload
    return value


Typed = str | list[str] | None
"""What stands in an input; None if it is empty, or if Slack left it out untouched."""


def read_inputs(view: Mapping[str, Any]) -> dict[str, Typed]:
    """Return what stands in each input of a view, by `block_id`; raises MalformedPayload."""
    try:
        values = (view.get("state") or {}).get("values") or {}
        return {
            block_id: _typed(element)
            for block_id, elements in values.items()
            for element in elements.values()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedPayload from error


def input_blocks(view: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the `block_id` of each input of a view, in order: where errors can be shown."""
    blocks = view.get("blocks")
    return tuple(
        str(block.get("block_id"))
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
    )


def is_empty(action: Mapping[str, Any]) -> bool:
    """Tell whether an input that reported a change is empty now; raises MalformedPayload."""
    try:
        return not _typed(action)
    except (AttributeError, KeyError, TypeError) as error:
        raise MalformedPayload from error


def refusal_code(response: object) -> str:
    """Return the code with which Slack refused a call, from what its client kept of the answer.

    When that was not JSON as Slack writes it, the client keeps something else or nothing.
    """
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return str(code or UNREADABLE)


def _typed(element: Mapping[str, Any]) -> Typed:
    match element["type"]:
        case "checkboxes":
            chosen = element.get("selected_options")
            return None if chosen is None else [readable_id(option["value"]) for option in chosen]
        case "radio_buttons" | "static_select":
            option = element.get("selected_option")
            return None if option is None else readable_id(option["value"])
        case "datepicker":
            return _chosen(element.get("selected_date"))
        case "users_select":
            return _chosen(element.get("selected_user"))
        case _:
            return _text(element.get("value"))


def _chosen(value: object) -> str | None:
    return None if value is None else readable_id(value)


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise MalformedPayload
    return value
