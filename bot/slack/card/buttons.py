"""Which actions a prospect offers, as buttons and as a menu.

What is offered here is a courtesy: rights and stages are checked when a click arrives.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import may, snooze_choices
from bot.domain.nudges import is_talked_into_it
from bot.domain.overrides import has_lapsed
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import Prospect, Stage, is_stalled, is_winnable, takes_chasing
from bot.slack import kit
from bot.slack.card.actions import WORDS
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts, marked

DECIDE = "decide"
ANSWERS = (Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE)

_UNDO_UNTIL: Mapping[bool, str] = MappingProxyType(
    {
        False: marked(
            "{name} will be open again, as before. You can undo until the end of the next "
            "working day."
        ),
        True: marked(
            "{name} will be open again, as before. After the next working day only a manager "
            "can undo this."
        ),
    }
)
"""By whether it is a client: the card is not drawn anew when the time is over."""
_LEAVE_IT = marked("Discussed: leave it")


def decide(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return the buttons that fit where the prospect stands, the likeliest first."""
    shown, behind = _offered(prospect, today)
    if prospect.request is not None:
        behind = tuple(each for each in (*shown, *behind) if each is not Action.WALK_AWAY)
        shown = (*ANSWERS, Action.WALK_AWAY)
    elements = [_button(action, prospect, texts) for action in shown]
    return kit.actions(DECIDE, [*elements, *_more(behind, prospect, texts)])


def in_verdict(
    prospect: Prospect, held: Collection[Role], link: str | None, texts: Texts
) -> list[kit.Block]:
    """Return what can be done on the spot by who reads the verdict, and the way to the card.

    A *walk away* is carried out here, and said kindly right after it. Other verdicts need a step
    outside of Slack first.
    """
    now = {
        Stage.OPEN: Action.WALK_AWAY if prospect.verdict is Verdict.WALK_AWAY else None,
        Stage.WALKED_AWAY: Action.DECLINE_MESSAGE,
    }.get(prospect.stage)
    elements = [_button(now, prospect, texts)] if now is not None and may(now, held) else []
    if link is not None:
        elements.append(open_card(prospect, link, texts))
    return [kit.actions(f"{DECIDE}.{prospect.id}", elements)] if elements else []


def open_card(prospect: Prospect, link: str, texts: Texts) -> kit.Block:
    """Return the button that leads to the card."""
    spoken = texts("Open the card of {name}", name=kit.plain_name(prospect.facts.name))
    return kit.button(texts("Open card"), ids.OPEN_CARD, url=link, spoken=spoken)


def answer(prospect: Prospect, texts: Texts) -> kit.Block:
    """Return the buttons of a manager who is asked for an override."""
    elements = [_button(action, prospect, texts) for action in (*ANSWERS, Action.DETAILS)]
    return kit.actions(f"{DECIDE}.{prospect.id}", elements)


def at_home(prospect: Prospect, today: date, held: Collection[Role], texts: Texts) -> kit.Block:
    """Return the likeliest button, that of walking away, the details, and a menu of the rest.

    Walking away asks once more, which an entry of a menu could not. Whoever may answer a request
    with these roles does so first; the details are then the first of the menu.
    """
    shown, behind = _offered(prospect, today)
    walking_away = [each for each in shown if each is Action.WALK_AWAY]
    if _waits_for(prospect, today, held):
        first = dict.fromkeys([*ANSWERS, *walking_away])
        behind = (Action.DETAILS, *shown, *behind)
    else:
        first = dict.fromkeys([shown[0], *walking_away, Action.DETAILS])
        behind = (*shown, *behind)
    rest = [each for each in dict.fromkeys(behind) if each not in first]
    elements = [_button(action, prospect, texts) for action in first]
    return kit.actions(f"{DECIDE}.{prospect.id}", [*elements, *_more(rest, prospect, texts)])


def on_nudge(prospect: Prospect, today: date, held: Collection[Role], texts: Texts) -> kit.Block:
    """Return what can be done about a stalled prospect: three buttons, and a menu of the rest.

    Walking away comes first, unless a condition is still to be met. A snooze that would be
    refused to whoever holds these roles is not offered.
    """
    shown, behind = _offered(prospect, today)
    every = dict.fromkeys([*shown, *behind])
    if not snooze_choices(prospect, held):
        every.pop(Action.SNOOZE, None)
    likely = [
        Action.CONDITION_MET,
        Action.WALK_AWAY,
        Action.SIGN_OF_LIFE,
        Action.CHASED,
        Action.SNOOZE,
        Action.REQUALIFY,
    ]
    if is_talked_into_it(prospect):
        likely.insert(0, Action.WALK_AWAY)
    first = list(dict.fromkeys(each for each in likely if each in every))[:3]
    elements = [_button(action, prospect, texts) for action in first]
    rest = [each for each in dict.fromkeys([*likely, *every]) if each in every]
    rest = [each for each in rest if each not in first]
    return kit.actions(f"{DECIDE}.{prospect.id}", [*elements, *_more(rest, prospect, texts)])


def for_manager(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return what a manager can do about what is proposed for closing: end it, or leave it."""
    shown, behind = _offered(prospect, today)
    every = dict.fromkeys([*shown, *behind])
    first = [each for each in (Action.WALK_AWAY, Action.SNOOZE) if each in every]
    rest = [each for each in every if each not in first]
    elements = [
        _button(each, prospect, texts, label=_LEAVE_IT if each is Action.SNOOZE else None)
        for each in first
    ]
    return kit.actions(f"{DECIDE}.{prospect.id}", [*elements, *_more(rest, prospect, texts)])


def left_alone(prospect: Prospect, today: date, texts: Texts) -> kit.Block:
    """Return the menu of all that can be done about what a manager need not decide now.

    Walking away asks once more, which an entry of a menu could not: it is left to the card.
    """
    shown, behind = _offered(prospect, today)
    every = [each for each in (*shown, *behind) if each is not Action.WALK_AWAY]
    return kit.actions(f"{DECIDE}.{prospect.id}", _more(every, prospect, texts))


def hand_all_over(owner: MemberId, name: str, total: int, texts: Texts) -> kit.Block:
    """Return the button that hands over all that a gone owner left behind."""
    spoken = texts("Hand over all of {name}'s prospects", name=name)
    label = texts("Hand all over") if total > 1 else texts(WORDS[Action.HAND_OVER].label)
    each = kit.button(label, ids.HAND_ALL_OVER, owner, spoken=spoken)
    return kit.actions(f"{ids.HAND_ALL_OVER}.{owner}", [each])


def after_walking_away(prospect: Prospect, texts: Texts) -> kit.Block:
    """Return what is left to do in a private message once somebody walked away: say so kindly."""
    said = _button(Action.DECLINE_MESSAGE, prospect, texts)
    return kit.actions(f"{DECIDE}.{prospect.id}", [said])


def details(prospect: Prospect, texts: Texts) -> kit.Block:
    """Return the button that shows everything about a prospect, for beside a line about it."""
    spoken = texts(WORDS[Action.DETAILS].spoken, name=kit.plain_name(prospect.facts.name))
    return kit.button(texts("Details"), Action.DETAILS, str(_target(prospect)), spoken=spoken)


def _offered(prospect: Prospect, today: date) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """At most three buttons, and what is in the menu behind them."""
    if prospect.stage is Stage.WON:
        return (Action.UNDO, Action.DETAILS), ()
    if prospect.stage is Stage.WALKED_AWAY:
        return (Action.DECLINE_MESSAGE, Action.UNDO), (Action.REQUALIFY, Action.DETAILS)
    if prospect.stage is not Stage.OPEN:
        return (Action.UNDO, Action.REQUALIFY, Action.DETAILS), ()
    if is_winnable(prospect, today):
        behind = (Action.LOST, Action.HAND_OVER, Action.DETAILS)
        return (Action.WON, Action.WALK_AWAY, Action.REQUALIFY), behind
    ends = (Action.WON, Action.LOST, Action.HAND_OVER, Action.DETAILS)
    rest = (*_while_hesitating(prospect, today), *ends)
    shown = (Action.WALK_AWAY, Action.REQUALIFY)
    going_on = () if prospect.request is not None else (Action.OVERRIDE,)
    if prospect.unmet:
        return (Action.CONDITION_MET, *shown), (*going_on, *rest)
    return (*shown, *going_on), rest


def _waits_for(prospect: Prospect, today: date, held: Collection[Role]) -> bool:
    """Tell whether a request is open that whoever holds these roles may answer."""
    is_open = prospect.request is not None and not has_lapsed(prospect, today)
    return is_open and all(may(each, held) for each in ANSWERS)


def _while_hesitating(prospect: Prospect, today: date) -> tuple[Action, ...]:
    """What can be done about a problem prospect without deciding."""
    chasing = (Action.SIGN_OF_LIFE, Action.CHASED) if takes_chasing(prospect, today) else ()
    return (*chasing, Action.SNOOZE) if is_stalled(prospect, today) else chasing


def _more(behind: Sequence[Action], prospect: Prospect, texts: Texts) -> list[kit.Block]:
    """The menu of what has no button, if there is any."""
    if not behind:
        return []
    target = _target(prospect)
    options = [kit.option(texts(WORDS[action].label), target.option(action)) for action in behind]
    return [kit.menu(ids.MORE, options, texts("More"))]


def _button(
    action: Action, prospect: Prospect, texts: Texts, *, label: str | None = None
) -> kit.Block:
    name = kit.plain_name(prospect.facts.name)
    urged = action is Action.WALK_AWAY and prospect.verdict is not Verdict.PURSUE
    style = "danger" if urged else None
    return kit.button(
        texts(label or WORDS[action].label),
        action,
        str(_target(prospect)),
        style=style,
        confirmation=_confirmation(action, prospect, texts, style),
        spoken=texts(WORDS[action].spoken, name=name),
    )


def _confirmation(
    action: Action, prospect: Prospect, texts: Texts, style: str | None
) -> kit.Block | None:
    name = kit.plain_name(prospect.facts.name)
    if action is Action.WALK_AWAY:
        return kit.confirmation(
            texts("Walk away?"),
            texts(
                "Walk away from {name}? You can undo this until the end of the next working day.",
                name=name,
            ),
            yes=texts("Walk away"),
            no=texts("Not yet"),
            style=style,
        )
    if action is Action.UNDO:
        return kit.confirmation(
            texts("Undo the decision?"),
            texts(_UNDO_UNTIL[prospect.stage is Stage.WON], name=name),
            yes=texts("Undo"),
            no=texts("Leave it"),
        )
    return None


def _target(prospect: Prospect) -> payloads.Target:
    return payloads.Target(prospect.id, prospect.revision)
