"""The actions offered for a prospect: three buttons, and a menu with four more and the details.

Rarer actions have their buttons in the details. What is offered is only a convenience; rights and
stages are checked when a click arrives.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import fits, may, snooze_choices
from bot.domain.nudges import DEFAULT as DEFAULT_NUDGES
from bot.domain.nudges import NudgePolicy
from bot.domain.overrides import has_lapsed
from bot.domain.people import Action, MemberId, OtherAction, Role
from bot.domain.prospects import Prospect, Stage
from bot.slack import kit
from bot.slack.card.actions import WORDS
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts, marked

DECIDE = "decide"
ORDER = (
    Action.DECLINE_MESSAGE,
    Action.WALK_AWAY,
    Action.CONDITION_MET,
    Action.APPROVE_OVERRIDE,
    Action.DENY_OVERRIDE,
    Action.UNDO,
    Action.WON,
    Action.OVERRIDE,
    Action.REQUALIFY,
    Action.SIGN_OF_LIFE,
    Action.CHASED,
    Action.SNOOZE,
    Action.LOST,
    Action.HAND_OVER,
    Action.END_CLIENT,
    Action.CORRECT,
    Action.STILL_OPEN,
)
"""In which order the actions that are allowed are offered, the likeliest first."""

_ANSWERS = (Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE)
_BUTTONS = 3
_IN_MENU = 4

_LEAVE_IT = marked("Discussed: leave it")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The question asked before an action that takes effect at once."""

    title: str
    question: str
    yes: str
    no: str


def offered(
    prospect: Prospect,
    today: date,
    held: Collection[Role] | None = None,
    policy: NudgePolicy = DEFAULT_NUDGES,
) -> Sequence[Action]:
    """Return the possible actions in order; with ``held``, only those that these roles may use.

    Winning against the verdict comes late, since it needs an override first.
    """
    found = [each for each in ORDER if _is_offered(each, prospect, today)]
    if Action.OVERRIDE in found:
        found.insert(found.index(Action.CORRECT), Action.WON)
    if held is None:
        return found
    if not snooze_choices(prospect, held, policy):
        found = [each for each in found if each is not Action.SNOOZE]
    return [each for each in found if may(each, held)]


def decide(prospect: Prospect, today: date, texts: Texts, undo_by: date | None = None) -> kit.Block:
    """Return the buttons and the menu of a card, which everyone sees."""
    last = None if undo_by is None else texts.day(undo_by, today)
    return _row(offered(prospect, today), prospect, texts, undo_by=last)


def for_reader(
    prospect: Prospect,
    today: date,
    held: Collection[Role],
    texts: Texts,
    policy: NudgePolicy = DEFAULT_NUDGES,
) -> kit.Block:
    """Return the buttons and the menu for a reader with these roles, in private."""
    return _row(offered(prospect, today, held, policy), prospect, texts)


def for_question(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return the buttons that answer whether an open *pursue* is still open."""
    answers = (Action.WON, Action.LOST, Action.STILL_OPEN)
    every = offered(prospect, today)
    first = [each for each in answers if each in every]
    return _row([*first, *(each for each in every if each not in first)], prospect, texts)


def for_manager(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return the buttons for a prospect proposed for closing: walk away, or leave it."""
    every = offered(prospect, today)
    first = [each for each in (Action.WALK_AWAY, Action.SNOOZE) if each in every]
    rest = [each for each in every if each not in first]
    return _row([*first, *rest], prospect, texts, {Action.SNOOZE: _LEAVE_IT})


def left_alone(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return the menu for a prospect that a manager needn't decide now."""
    return _row(offered(prospect, today), prospect, texts, shown=0)


def in_details(
    prospect: Prospect, today: date, held: Collection[Role], texts: Texts
) -> list[kit.Block]:
    """Return the buttons that don't fit on a card, as far as the reader may use them."""
    rest = [each for each in offered(prospect, today)[_BUTTONS + _IN_MENU :] if may(each, held)]
    if not rest:
        return []
    elements = [_button(each, prospect, texts) for each in rest]
    return [kit.actions(_block_id(prospect), elements)]


def to_forget(prospect: Prospect, held: Collection[Role], texts: Texts) -> list[kit.Block]:
    """Return the button to erase a prospect for good, if the reader may."""
    if not may(OtherAction.FORGET, held):
        return []
    spoken = texts("Delete {name} for good", name=kit.plain_name(prospect.facts.name))
    erase = kit.button(
        texts("Delete for good"), OtherAction.FORGET, str(_target(prospect)), spoken=spoken
    )
    return [kit.actions(OtherAction.FORGET, [erase])]


def in_verdict(
    prospect: Prospect, held: Collection[Role], link: str | None, texts: Texts
) -> list[kit.Block]:
    """Return what the verdict's reader can do on the spot, and the link to the card.

    A *walk away* can be carried out here, and then the decline message follows. Other verdicts
    first need a step outside of Slack.
    """
    now = {
        Stage.OPEN: Action.WALK_AWAY if prospect.verdict is Verdict.WALK_AWAY else None,
        Stage.WALKED_AWAY: Action.DECLINE_MESSAGE,
    }.get(prospect.stage)
    elements = [_button(now, prospect, texts)] if now is not None and may(now, held) else []
    if link is not None:
        elements.append(open_card(prospect, link, texts))
    return [kit.actions(_block_id(prospect), elements)] if elements else []


def open_card(prospect: Prospect, link: str, texts: Texts) -> kit.Block:
    """Return the button that opens the card."""
    spoken = texts("Open the card of {name}", name=kit.plain_name(prospect.facts.name))
    return kit.button(texts("Open card"), ids.OPEN_CARD, url=link, spoken=spoken)


def answer(prospect: Prospect, texts: Texts) -> kit.Block:
    """Return the buttons for a manager who is asked to approve an override."""
    elements = [_button(action, prospect, texts) for action in (*_ANSWERS, Action.DETAILS)]
    return kit.actions(_block_id(prospect), elements)


def hand_all_over(owner: MemberId, name: str, total: int, texts: Texts) -> kit.Block:
    """Return the button that hands over everything a gone owner left behind."""
    spoken = texts("Hand over all of {name}'s prospects", name=name)
    label = texts("Hand over all") if total > 1 else texts(WORDS[Action.HAND_OVER].label)
    each = kit.button(label, ids.HAND_ALL_OVER, owner, spoken=spoken)
    return kit.actions(f"{ids.HAND_ALL_OVER}.{owner}", [each])


def after_walking_away(
    prospect: Prospect, today: date, undo_by: date | None, texts: Texts
) -> kit.Block:
    """Return what is left to do in a private message after walking away.

    That is the decline message, and undo for as long as it's allowed.
    """
    elements = [_button(Action.DECLINE_MESSAGE, prospect, texts)]
    if undo_by is not None:
        last = texts.day(undo_by, today)
        elements.append(_button(Action.UNDO, prospect, texts, undo_by=last))
    return kit.actions(_block_id(prospect), elements)


def details(prospect: Prospect, texts: Texts) -> kit.Block:
    """Return the button that opens a prospect's details, for beside a line about it."""
    spoken = texts(WORDS[Action.DETAILS].spoken, name=kit.plain_name(prospect.facts.name))
    return kit.button(texts("Details"), Action.DETAILS, str(_target(prospect)), spoken=spoken)


def confirmation(
    action: Action, prospect: Prospect, texts: Texts, undo_by: str | None = None
) -> Confirmation | None:
    """Return what is asked before an action is done; None if it asks nothing, or in a dialog.

    Whoever is asked about an undo reads until which day it is possible.
    """
    name = kit.plain_name(prospect.facts.name)
    if action is Action.WALK_AWAY:
        return Confirmation(
            texts("Walk away?"),
            texts(
                "Walk away from {name}? You can undo until the end of the next working day.",
                name=name,
            ),
            yes=texts("Walk away"),
            no=texts("Not yet"),
        )
    if action is Action.UNDO:
        assert undo_by is not None, prospect.id  # noqa: S101 - nothing else offers an undo
        return Confirmation(
            texts("Undo the decision?"),
            _what_undoing_does(prospect, name, texts, undo_by),
            yes=texts("Undo"),
            no=texts("Keep the decision"),
        )
    return None


def _what_undoing_does(prospect: Prospect, name: str, texts: Texts, undo_by: str) -> str:
    if prospect.stage is Stage.WON:
        return texts(
            "{name} will be open again, as before. After {day}, only a manager can undo it, and "
            "only until I ask how it turned out.",
            name=name,
            day=undo_by,
        )
    if prospect.stage is Stage.ENDED:
        return texts(
            "{name} will be a client again. You can undo the decision until the end of {day}.",
            name=name,
            day=undo_by,
        )
    return texts(
        "{name} will be open again, as before. You can undo the decision until the end of {day}.",
        name=name,
        day=undo_by,
    )


def _is_offered(action: Action, prospect: Prospect, today: date) -> bool:
    """Tell whether an action is allowed. A request that nobody answered in time takes no answer."""
    is_late = action in _ANSWERS and has_lapsed(prospect, today)
    return fits(action, prospect, today) and not is_late


def _row(
    actions: Sequence[Action],
    prospect: Prospect,
    texts: Texts,
    labels: Mapping[Action, str] = MappingProxyType({}),
    *,
    shown: int = _BUTTONS,
    undo_by: str | None = None,
) -> kit.Block:
    """Return the first actions as buttons and the next in a menu that ends with the details."""
    elements = [
        _button(each, prospect, texts, labels.get(each), undo_by) for each in actions[:shown]
    ]
    behind = [*actions[shown : shown + _IN_MENU], Action.DETAILS]
    return kit.actions(_block_id(prospect), [*elements, _more(behind, prospect, texts)])


def _block_id(prospect: Prospect) -> str:
    """Return an id for each revision, because Slack keeps a choice in a block with the same id."""
    return f"{DECIDE}.{_target(prospect)}"


def _more(behind: Iterable[Action], prospect: Prospect, texts: Texts) -> kit.Block:
    target = _target(prospect)
    options = [kit.option(texts(WORDS[action].label), target.option(action)) for action in behind]
    return kit.menu(ids.MORE, options)


def _button(
    action: Action,
    prospect: Prospect,
    texts: Texts,
    label: str | None = None,
    undo_by: str | None = None,
) -> kit.Block:
    name = kit.plain_name(prospect.facts.name)
    asked = confirmation(action, prospect, texts, undo_by)
    urged = action is Action.WALK_AWAY and prospect.verdict is not Verdict.PURSUE
    return kit.button(
        texts(label or WORDS[action].label),
        action,
        str(_target(prospect)),
        style="danger" if urged else None,
        confirmation=None
        if asked is None
        else kit.confirmation(asked.title, asked.question, yes=asked.yes, no=asked.no),
        spoken=texts(WORDS[action].spoken, name=name),
    )


def _target(prospect: Prospect) -> payloads.Target:
    return payloads.Target(prospect.id, prospect.revision)
