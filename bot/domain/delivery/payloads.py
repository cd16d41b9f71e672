"""What a message says beyond the columns of its row: one type for each shape, and its JSON.

Rows of any earlier version stay readable, because a running database has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, assert_never

from bot.domain.delivery.kinds import MessageKind
from bot.domain.intake import DoorAct
from bot.domain.people import MemberId
from bot.domain.prospects import OverrideId, ProspectId
from bot.domain.screening import DraftId, OpenView
from bot.domain.settings.changes import SettingChange
from bot.domain.settings.checklists import ChecklistAct, ChecklistChange
from bot.domain.settings.table import SettingId
from bot.domain.webhooks.webhooks import Event, WebhookAct, WebhookChange

Stored = Mapping[str, Any]
"""The JSON of a payload, in the column `detail`."""


@dataclass(frozen=True, slots=True)
class AboutCard:
    """Nothing beyond the row: it names a qualification and perhaps a revision of its prospect."""


ABOUT_CARD = AboutCard()


@dataclass(frozen=True, slots=True)
class CardOfVerdict:
    """A new card whose verdict somebody is just reading."""

    shown_in: OpenView
    """The view that links to the card once that is posted, if it is still open by then."""


@dataclass(frozen=True, slots=True)
class KillDateReached:
    """An override's kill date has come."""

    override: OverrideId | None
    """None in the oldest rows, which know only one override."""


@dataclass(frozen=True, slots=True)
class OverrideChanged:
    """An action changed an override, or a request for one."""

    asked_by: MemberId
    was_asked: bool
    """Whether it was still waiting for an answer."""


@dataclass(frozen=True, slots=True)
class RequestAsked:
    """A manager is asked for an answer to a request."""

    request: OverrideId
    n: int = 1
    """1 for the first time of asking, 2 for the second."""


@dataclass(frozen=True, slots=True)
class RequestRewritten:
    """A manager's question in Slack may no longer be up to date."""

    asked: RequestAsked
    of: str
    """The dedupe key of the message that asked."""


@dataclass(frozen=True, slots=True)
class OwnersMorning:
    """A day's message to an owner; the tables of the nudges say what it is about."""

    day: date
    kinds: ClassVar = (MessageKind.NUDGE, MessageKind.OUTCOME)
    """Its possible kinds when it is posted."""
    rewrite: ClassVar = MessageKind.NUDGE_REWRITE
    """The kind that keeps it up to date afterwards."""


@dataclass(frozen=True, slots=True)
class ManagersMorning:
    """A day's message to a manager; the tables of the managers say what it is about."""

    day: date
    kinds: ClassVar = (MessageKind.MANAGERS,)
    rewrite: ClassVar = MessageKind.MANAGERS_REWRITE


Morning = OwnersMorning | ManagersMorning
"""A message that the clock writes for one day of its reader, or its rewrite."""


@dataclass(frozen=True, slots=True)
class AllHandedOver:
    """Everything that somebody left behind has a new owner."""

    by: MemberId
    before: MemberId
    """Whose prospects they were."""
    prospects: tuple[ProspectId, ...]
    """The named ones, the longest overdue first."""
    total: int


@dataclass(frozen=True, slots=True)
class OfWeek:
    """The digest of a week."""

    monday: date


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A channel or a member did not get a message."""

    recipient: str
    cause: str
    what: MessageKind | None = None
    """The kind that was not delivered; None for a card."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings that were changed together."""

    changes: tuple[SettingChange, ...]
    by: MemberId | None
    """None if the environment changed them."""


@dataclass(frozen=True, slots=True)
class ChecklistsChanged:
    """Checklists of the workspace that were changed together."""

    changes: tuple[ChecklistChange, ...]
    by: MemberId | None
    """None if an operator or an update of Walkaway changed them."""


@dataclass(frozen=True, slots=True)
class WebhooksChanged:
    """Webhooks of the workspace that were changed together."""

    changes: tuple[WebhookChange, ...]
    by: MemberId | None
    """None if the clock switched them off."""


@dataclass(frozen=True, slots=True)
class DoorChanged:
    """What managers did to the door by which drafts come in."""

    act: DoorAct
    by: MemberId


@dataclass(frozen=True, slots=True)
class DraftArrived:
    """A draft came in by the door, or something that came in was added to an existing one."""

    draft: DraftId


@dataclass(frozen=True, slots=True)
class DraftArrivedRewritten:
    """The message about an incoming draft may no longer be up to date."""

    draft: DraftId
    of: str
    """The dedupe key of that message."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """A message of ours names a prospect that has been forgotten."""

    of: str
    """The dedupe key of that message."""


@dataclass(frozen=True, slots=True)
class RetentionAhead:
    """Prospects decided long ago will be forgotten."""

    acts_on: date
    """The day from which they are forgotten."""
    before: date
    """What will then be forgotten was decided before this day."""
    months: int
    n: int
    """How many prospects that will be on that day."""


Payload = (
    AboutCard
    | CardOfVerdict
    | KillDateReached
    | OverrideChanged
    | RequestAsked
    | RequestRewritten
    | Morning
    | AllHandedOver
    | OfWeek
    | NotDelivered
    | SettingsChanged
    | ChecklistsChanged
    | WebhooksChanged
    | DoorChanged
    | DraftArrived
    | DraftArrivedRewritten
    | Erasing
    | RetentionAhead
)
"""What a message says; its kind determines which of these."""


def written(payload: Payload) -> Stored:  # noqa: C901 - a table: one case each
    """Return the JSON of a payload."""
    match payload:
        case AboutCard() | KillDateReached(None):
            return {}
        case CardOfVerdict(shown_in):
            return {"view": shown_in.id, "home_page": shown_in.home_page}
        case KillDateReached(override):
            return {"override": override}
        case OverrideChanged(asked_by, was_asked):
            return {"asked_by": asked_by, "was_asked": was_asked}
        case RequestAsked(request, n):
            return {"request": request, "n": n}
        case RequestRewritten(asked, of):
            return {**written(asked), "of": of}
        case OwnersMorning(day) | ManagersMorning(day):
            return {"day": day.isoformat()}
        case AllHandedOver(by, before, prospects, total):
            return {"by": by, "from": before, "prospects": list(prospects), "total": total}
        case OfWeek(monday):
            return {"monday": monday.isoformat()}
        case NotDelivered(recipient, cause, None):
            return {"recipient": recipient, "cause": cause}
        case NotDelivered(recipient, cause, what):
            return {"recipient": recipient, "cause": cause, "what": what}
        case SettingsChanged(changes, by):
            return {"by": by, "changes": [[it.setting, it.before, it.after] for it in changes]}
        case ChecklistsChanged(changes, by):
            rows = [[it.act, it.checklist_id, dict(it.title), it.number] for it in changes]
            return {"by": by, "checklists": rows}
        case WebhooksChanged(changes, by):
            return {"by": by, "webhooks": [[it.act, it.host, [*it.events]] for it in changes]}
        case DoorChanged(act, by):
            return {"by": by, "door": act}
        case DraftArrived(draft):
            return {"draft": draft}
        case DraftArrivedRewritten(draft, of):
            return {"draft": draft, "of": of}
        case Erasing(of):
            return {"of": of}
        case RetentionAhead(acts_on, before, months, n):
            days = {"acts_on": acts_on.isoformat(), "before": before.isoformat()}
            return {**days, "months": months, "n": n}
        case _:
            assert_never(payload)


def read(kind: MessageKind, stored: Stored) -> Payload:  # noqa: C901 - a table: one case each
    """Return what a row of this kind says; raise KeyError or ValueError if it isn't valid."""
    match kind:
        case MessageKind.CARD:
            return _card(stored)
        case (
            MessageKind.CARD_REWRITE
            | MessageKind.THREAD_LINE
            | MessageKind.LAPSE_LINE
            | MessageKind.CLOSING_LINE
            | MessageKind.REQUEST_LINE
            | MessageKind.OWNER_CHOSEN
            | MessageKind.OVERRIDE_LAPSED
        ):
            return AboutCard()
        case MessageKind.KILL_DATE_LINE:
            return KillDateReached(stored.get("override"))
        case MessageKind.OVERRIDE_NEWS:
            return OverrideChanged(MemberId(stored["asked_by"]), bool(stored["was_asked"]))
        case MessageKind.OVERRIDE_ASKED:
            return _request_asked(stored)
        case MessageKind.OVERRIDE_REWRITE:
            return RequestRewritten(_request_asked(stored), str(stored["of"]))
        case MessageKind.NUDGE | MessageKind.NUDGE_REWRITE | MessageKind.OUTCOME:
            return OwnersMorning(date.fromisoformat(stored["day"]))
        case MessageKind.MANAGERS | MessageKind.MANAGERS_REWRITE:
            return ManagersMorning(date.fromisoformat(stored["day"]))
        case MessageKind.HANDED_OVER:
            named = tuple(ProspectId(each) for each in stored["prospects"])
            by, before = MemberId(stored["by"]), MemberId(stored["from"])
            return AllHandedOver(by, before, named, int(stored["total"]))
        case MessageKind.DIGEST | MessageKind.DIGEST_LINE:
            return OfWeek(date.fromisoformat(stored["monday"]))
        case MessageKind.UNDELIVERABLE if "webhooks" not in stored:
            what = MessageKind(stored["what"]) if "what" in stored else None
            return NotDelivered(str(stored["recipient"]), str(stored["cause"]), what)
        case MessageKind.SETTINGS_CHANGED | MessageKind.UNDELIVERABLE:
            return _changed(stored)
        case MessageKind.ERASURE | MessageKind.PRIVATE_ERASURE:
            return Erasing(str(stored["of"]))
        case MessageKind.RETENTION:
            return RetentionAhead(
                date.fromisoformat(stored["acts_on"]),
                date.fromisoformat(stored["before"]),
                int(stored["months"]),
                int(stored["n"]),
            )
        case MessageKind.INTAKE:
            return DraftArrived(DraftId(stored["draft"]))
        case MessageKind.INTAKE_REWRITE:
            return DraftArrivedRewritten(DraftId(stored["draft"]), str(stored["of"]))
        case _:
            assert_never(kind)


def _card(stored: Stored) -> AboutCard | CardOfVerdict:
    """Read a card's row; the oldest rows do not say where the verdict is shown."""
    if "view" not in stored:
        return ABOUT_CARD
    return CardOfVerdict(OpenView(str(stored["view"]), str(stored["home_page"])))


def _changed(
    stored: Stored,
) -> SettingsChanged | ChecklistsChanged | WebhooksChanged | DoorChanged:
    if "door" in stored:
        return DoorChanged(DoorAct(stored["door"]), MemberId(stored["by"]))
    by = None if stored["by"] is None else MemberId(stored["by"])
    if "webhooks" in stored:
        changed = (
            WebhookChange(WebhookAct(act), str(host), tuple(map(Event, events)))
            for act, host, events in stored["webhooks"]
        )
        return WebhooksChanged(tuple(changed), by)
    if "checklists" in stored:
        return ChecklistsChanged(
            tuple(
                ChecklistChange(ChecklistAct(act), str(checklist_id), title, int(number))
                for act, checklist_id, title, number in stored["checklists"]
            ),
            by,
        )
    changes = tuple(
        SettingChange(SettingId(setting), before, after)
        for setting, before, after in stored["changes"]
    )
    return SettingsChanged(changes, by)


def _request_asked(stored: Stored) -> RequestAsked:
    """Read a request's row; the oldest rows do not say which time it is."""
    return RequestAsked(OverrideId(stored["request"]), int(stored.get("n", 1)))
