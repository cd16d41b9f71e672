"""The codecs of values and metadata that go to Slack and come back.

Views write these, listeners read them. A question's `block_id` is the question's id, and a
decision's `action_id` its action's name; both are known outside.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.figures.reports.page import ReportPage, ReportView, Whose
from bot.domain.figures.scope import Span
from bot.domain.outcomes.outcome import CHOICES, Ask, Choice, Ending, OutcomeKey, ask_of
from bot.domain.people import Action, OtherAction
from bot.domain.prospects import ProspectId
from bot.domain.read_models import HomeOrder, HomePage, HomeScope
from bot.domain.remembered.recall import RememberedId, RememberedRef
from bot.domain.screening import DraftId, StepRef, VersionId
from bot.slack.payloads import ids

_compact = json.JSONEncoder(separators=(",", ":")).encode
_ID = re.compile(r"[!-~]{1,255}")
_RECIPIENT = re.compile(r"[CGDUW][A-Z0-9]{1,30}")
_REVISION = re.compile(r"[0-9]{1,9}")

UNREADABLE = "unreadable_answer"
"""Stands for the code of a refusal that nobody can read."""


LONGEST_METADATA = 2800
"""Slack keeps 3000 characters; the page of App Home behind a modal needs some of them."""


def step_metadata(ref: StepRef) -> str:
    """Return the `private_metadata` of a step's view. It leaves out a text that is too long."""
    aside = dict(ref.set_aside)
    while len(written := _step_metadata(ref, aside)) > LONGEST_METADATA and aside:
        del aside[max(aside, key=lambda question: len(str(aside[question])))]
    return written


def _step_metadata(ref: StepRef, aside: Mapping[str, Any]) -> str:
    return _compact(
        {
            "draft": ref.draft_id,
            "version": ref.version_id,
            "step": ref.step,
            "redrawn": ref.is_redrawn,
            "prospect": ref.prospect_id,
            "name": ref.name,
            **({"joins": ref.joins} if ref.joins is ref.is_redrawn else {}),
            **({} if ref.revision is None else {"revision": ref.revision}),
            **({"aside": aside} if aside else {}),
        }
    )


def step_of(view: Mapping[str, Any]) -> StepRef:
    """Read which step a view shows. Raises MalformedPayload."""
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
            joins=bool(data.get("joins", not data["redrawn"])),
            set_aside=_set_aside(data.get("aside", {})),
        )
    except (KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error


def remembered_metadata(ref: RememberedRef, saved: RememberedId | None = None) -> str:
    """Return the `private_metadata` of the form for a past client; `saved` is the previous one."""
    data = {"remembered": ref.id, "version": ref.version_id}
    return _compact(data if saved is None else {**data, "saved": saved})


def remembered_saved(view: Mapping[str, Any]) -> RememberedId | None:
    """Read which past client was saved last. Raises MalformedPayload."""
    try:
        saved = json.loads(view["private_metadata"]).get("saved")
        return None if saved is None else RememberedId(readable_id(saved))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error


def remembered_ref(view: Mapping[str, Any]) -> RememberedRef:
    """Read which past client a form is about. Raises MalformedPayload."""
    try:
        data = json.loads(view["private_metadata"])
        remembered_id = RememberedId(readable_id(data["remembered"]))
        return RememberedRef(remembered_id, VersionId(readable_id(data["version"])))
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error


_REMEMBERED = "remembered:"


def value_of_remembered(remembered_id: RememberedId) -> str:
    """Return the value of a remembered client, for a button or a dialog."""
    return f"{_REMEMBERED}{remembered_id}"


def remembered_value(value: object) -> RememberedId | None:
    """Read a remembered client's value; None if it's a prospect's. Raises MalformedPayload."""
    if not isinstance(value, str) or not value.startswith(_REMEMBERED):
        return None
    return RememberedId(readable_id(value.removeprefix(_REMEMBERED)))


def drafts_metadata(name: str) -> str:
    """Return the `private_metadata` of the view that offers drafts for a requested name."""
    return _compact({"name": name})


def name_asked_for(view: Mapping[str, Any]) -> str:
    """Read the name that a view offers drafts for. Raises MalformedPayload.

    The name is empty in views opened before it was stored.
    """
    try:
        return str(json.loads(view.get("private_metadata") or '{"name":""}')["name"])
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error


def _set_aside(data: Any) -> Mapping[str, str | list[str]]:
    """Read the texts or options that a step had put aside. Raises MalformedPayload."""
    for value in dict(data).values():
        many = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in many):
            raise MalformedPayload
    return dict(data)


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
        """Read `<prospect id>.<revision>`. Raises MalformedPayload."""
        prospect_id, _, revision = str(value).rpartition(".")
        if not _REVISION.fullmatch(revision):
            raise MalformedPayload
        return cls(ProspectId(readable_id(prospect_id)), int(revision))

    @classmethod
    def of_dialog(cls, view: Mapping[str, Any]) -> "Target":
        """Read a dialog's target from its metadata. Raises MalformedPayload."""
        return cls.parse(view.get("private_metadata"))


def parse_option(value: object) -> tuple[Action, Target]:
    """Read `<action>.<prospect id>.<revision>`. Raises MalformedPayload."""
    name, _, target = str(value).partition(".")
    try:
        return Action(name), Target.parse(target)
    except ValueError as error:
        raise MalformedPayload from error


_SIDE_BY_SIDE = frozenset(
    {OtherAction.ANSWER_OUTCOME.value, ids.REMEMBERED_ANSWER, ids.REPORT, ids.ANSWER}
)


def listened_for(action_id: object) -> str:
    """Return the part of an element's id that picks its handler.

    Several elements with one handler can stand side by side; they differ behind a dot.
    """
    name = str(action_id).partition(".")[0]
    return name if name in _SIDE_BY_SIDE else str(action_id)


class MalformedPayload(Exception):
    """The payload isn't what we once sent."""


def hash_of(view: object) -> str | None:
    """Return the hash that identifies this state of a view; None if it's unknown."""
    known = view.get("hash") if isinstance(view, Mapping) else None
    return None if known is None else str(known)


_NAMED_BY: Mapping[str, Sequence[str | int]] = {
    "block_actions": ("actions", 0, "action_id"),
    "command": ("command",),
    "event_callback": ("event", "type"),
    "message_action": ("callback_id",),
    "shortcut": ("callback_id",),
    "view_closed": ("view", "callback_id"),
    "view_submission": ("view", "callback_id"),
}
"""Where a payload of each type says what it is about."""


def type_of(payload: Mapping[str, Any]) -> str | None:
    """Return the type of a payload that has what Slack sends with it; None for any other."""
    type_ = "command" if "command" in payload else str(payload.get("type"))
    try:
        place: Any = payload
        for key in _NAMED_BY[type_]:
            place = place[key]
    except (LookupError, TypeError):
        return None
    return type_ if isinstance(place, str) else None


def readable_id(value: object) -> str:
    """Return an id as it came. Raises MalformedPayload if it can't be one."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise MalformedPayload
    return value


def recipient_id(value: object) -> str:
    """Return the id of a channel or member as it came. Raises MalformedPayload for any other."""
    if not isinstance(value, str) or not _RECIPIENT.fullmatch(value):
        raise MalformedPayload
    return value


def sent_text(payload: Mapping[str, Any], key: str) -> str:
    """Return a text that Slack always sends. Raises MalformedPayload if it's missing."""
    value = payload.get(key)
    if not isinstance(value, str) or not value:
        raise MalformedPayload
    return value


def refusal_code(response: object) -> str:
    """Return the error code of a refused call, from what Slack's client kept of the answer.

    If the answer wasn't JSON as Slack writes it, the client keeps something else or nothing.
    """
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, Mapping) else None
    return str(code or UNREADABLE)


NOT_NOW = "outcome_not_now"
NEVER = "outcome_never"
"""Action ids; the value of both is a question."""


def question_value(key: OutcomeKey) -> str:
    """Return the value of a button for a question as a whole."""
    return f"{key.prospect_id}.{key.ending}.{key.ended_on.isoformat()}.{key.after}"


def tap_value(key: OutcomeKey, choice: Choice, seen: int) -> str:
    """Return the value of a button that answers a question."""
    return f"{question_value(key)}.{ask_of(choice)}.{choice}.{seen}"


def parse_question(value: str) -> OutcomeKey:
    """Read a button's question. Raises MalformedPayload."""
    try:
        prospect_id, ending, ended_on, after = value.split(".")
        day = date.fromisoformat(ended_on)
        return OutcomeKey(ProspectId(readable_id(prospect_id)), Ending(ending), day, _number(after))
    except ValueError as error:
        raise MalformedPayload from error


def parse_tap(value: str) -> tuple[OutcomeKey, Choice, int]:
    """Read a tap: question, answer, and what the button showed. Raises MalformedPayload."""
    try:
        question, ask, choice, seen = value.rsplit(".", 3)
        return parse_question(question), CHOICES[Ask(ask)](choice), _number(seen)
    except ValueError as error:
        raise MalformedPayload from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise MalformedPayload
    return int(text)


def report_page(page: ReportPage) -> str:
    """Return the value of a button that opens a page of the report."""
    return f"{page.view}.{page.span}.{page.whose or ''}"


def report_page_of(value: str) -> ReportPage:
    """Read which page of the report to show. Raises MalformedPayload."""
    try:
        view, span, whose = value.split(".")
        return ReportPage(ReportView(view), Span(span), Whose(whose) if whose else None)
    except ValueError as error:
        raise MalformedPayload from error


_FROM_HOME = "from_home:"


def home_page(page: HomePage) -> str:
    """Return the value of a button that opens a page of App Home.

    `7`, `whole.7`, or `whole.owner.7` in an order other than by due date.
    """
    if page.scope is None:
        return str(page.number)
    order = "" if page.order is HomeOrder.DUE else f"{page.order}."
    return f"{page.scope}.{order}{page.number}"


def page_of(value: object) -> HomePage:
    """Read which page of App Home to show. Raises MalformedPayload."""
    page = _page(str(value))
    if page is None:
        raise MalformedPayload
    return page


def version_of(value: object) -> tuple[str, int]:
    """Read `<checklist id>.<number>`. Raises MalformedPayload."""
    checklist_id, _, number = str(value).rpartition(".")
    if not _REVISION.fullmatch(number):
        raise MalformedPayload
    return readable_id(checklist_id), int(number)


def opened_from_home(view: Mapping[str, Any], page: HomePage) -> dict[str, Any]:
    """Return a view that remembers which page of App Home it was opened from."""
    metadata = view.get("private_metadata") or ""
    return {**view, "private_metadata": f"{_FROM_HOME}{home_page(page)}|{metadata}"}


def in_verdict(view: Mapping[str, Any], view_id: str) -> dict[str, Any]:
    """Return a view marked as the verdict shown in this modal, by which it is found."""
    return {**view, "external_id": verdict_in(view_id)}


def instead_of_verdict(view: Mapping[str, Any], view_id: str) -> dict[str, Any]:
    """Return a view that replaces a verdict and is no longer found as one."""
    return {**view, "external_id": f"instead.{view_id}"}


def verdict_in(view_id: str) -> str:
    """Return the `external_id` of a modal while it shows a verdict and nothing else."""
    return f"verdict.{view_id}"


def home_behind(view: Mapping[str, Any]) -> tuple[HomePage | None, Mapping[str, Any]]:
    """Return the page of App Home that a view was opened from, and the view as drawn."""
    metadata = str(view.get("private_metadata") or "")
    if view.get("type") == "home":
        return _page(metadata) or HomePage(), view
    opened, bar, own = metadata.partition("|")
    page = _page(opened.removeprefix(_FROM_HOME)) if opened.startswith(_FROM_HOME) else None
    if page is None or not bar:
        return None, view
    return page, {**view, "private_metadata": own}


def _page(written: str) -> HomePage | None:
    *chosen, number = written.split(".")
    if not re.fullmatch(r"[0-9]{1,9}", number):
        return None
    try:
        match chosen:
            case []:
                return HomePage(int(number))
            case [scope]:
                return HomePage(int(number), HomeScope(scope))
            case [scope, order]:
                return HomePage(int(number), HomeScope(scope), HomeOrder(order))
    except ValueError:
        return None
    return None


def settings_metadata(shown: Mapping[str, str]) -> str:
    """Return the `private_metadata` of a page that shows these settings."""
    return _compact({"shown": dict(shown)})


def settings_shown(view: Mapping[str, Any]) -> dict[str, str]:
    """Read what each field of a page showed. Raises MalformedPayload.

    Empty for a modal of an earlier version, which is saved as it stands.
    """
    try:
        shown = json.loads(view.get("private_metadata") or "{}").get("shown", {})
        return {str(setting): str(key) for setting, key in shown.items()}
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedPayload from error
