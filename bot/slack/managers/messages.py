"""The managers' own messages: what is undecided or proposed for closing, and who is gone.

It includes the dialog that hands everything over, and the message to the new owner.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from bot.domain.delivery.contents import GoneOwner, HandedOver, ManagersMessage, ProposedProspect
from bot.domain.managers import is_up_for_closing
from bot.domain.nudges import is_proposed_for_closing
from bot.domain.prospects import Prospect, ProspectId, Stage, is_stalled
from bot.slack import intake, kit
from bot.slack.card import briefs, buttons, due, wording
from bot.slack.managers.still_open import still_open
from bot.slack.managers.still_open import waits as is_waiting
from bot.slack.managers.undecided import undecided_rows, undecided_words, waits
from bot.slack.nudges import (
    asked_again,
    standing_line,
    who_decided,
    why_overdue,
)
from bot.slack.payloads import ids
from bot.slack.texts import Texts

_LONGEST_NAME = 40
_DIVIDER: kit.Block = {"type": "divider"}


def managers_message(message: ManagersMessage, texts: Texts) -> kit.Rendered:
    """Return the message as things stand now.

    Prospects that are decided, or listed in a later message, have no buttons any more, except the
    decline message for a manager who walked away. Those left or handed over keep only the menu.
    """
    if message.drafts and not (
        message.items or message.gone or message.undecided or message.questions
    ):
        return _about_drafts(message, texts, [], [])
    title = _title(message, texts)
    blocks = [kit.header(title, level=2)]
    words = [f"{title}.", *undecided_words(message, texts)]
    blocks += undecided_rows(message, texts)
    waiting = sum(1 for each in message.items if _waits(each, message))
    if message.undecided and waiting:
        words.append(f"{_suggested(waiting, texts)}.")
        blocks += kit.paragraphs([kit.bold(_suggested(waiting, texts))])
    for item in message.items:
        shown, spoken = (
            list(_lines(item, message, texts, names)) for names in (None, message.names)
        )
        words += spoken
        blocks += [
            *kit.paragraphs([kit.bold(shown[0]), *shown[1:]]),
            *_actions(item, message, texts),
            _DIVIDER,
        ]
    question_words, question_blocks = still_open(message, texts)
    words += question_words
    blocks += question_blocks
    if message.more:
        more = texts.plural(
            "{n} more will be in your next message, on your next working morning.",
            "{n} more will be in your next message, on your next working morning.",
            message.more,
        )
        words.append(more)
        blocks += kit.paragraphs([more])
    for gone in message.gone:
        name = wording.named(gone.id, message.names)
        words += _left_behind(gone, name, texts)
        blocks += kit.paragraphs(_left_behind(gone, wording.mention(gone.id), texts, is_bold=True))
        if _is_offered(gone):
            called = message.names.get(gone.id, gone.id)
            blocks.append(buttons.hand_all_over(gone.id, called, gone.total, texts))
    if blocks[-1] == _DIVIDER:
        blocks.pop()
    return _about_drafts(message, texts, words, blocks)


def _about_drafts(
    message: ManagersMessage, texts: Texts, words: Sequence[str], blocks: Sequence[kit.Block]
) -> kit.Rendered:
    """Return a message that ends with the drafts that nobody continues."""
    more_words, more_blocks = intake.waiting_for_managers(
        message.drafts, message.names, texts, beside=len(blocks)
    )
    return kit.message("\n".join([*words, *more_words]), intake.ending(blocks, more_blocks))


def hand_all_over_dialog(gone: GoneOwner, name: str, texts: Texts) -> kit.Block:
    """Return the dialog that hands over everything a gone owner left behind."""
    field = kit.labelled(
        ids.OWNER,
        texts.plural(
            "Who takes over {name}'s open prospect?",
            "Who takes over {name}'s {n} open prospects?",
            gone.total,
            name=kit.plain_name(name),
        ),
        kit.member_input(""),
        hint=texts("They get the reminders from now on. The due dates stay."),
    )
    return kit.modal(
        texts("Hand over"),
        [*kit.paragraphs([_names(gone.prospects, gone.total, texts)]), field],
        callback_id=ids.HAND_ALL_OVER,
        metadata=gone.id,
        submit=texts("Hand over"),
        close=texts("Cancel"),
    )


def handed_over(handed_over: HandedOver, texts: Texts) -> kit.Rendered:
    """Return the message that tells a new owner what they took over."""
    shown, spoken = (
        texts.plural(
            "{who} handed you {n} prospect from {before}.",
            "{who} handed you {n} prospects from {before}.",
            handed_over.total,
            who=wording.who(handed_over.by, names),
            before=wording.who(handed_over.before, names),
        )
        for names in (None, handed_over.names)
    )
    listed = kit.commands.shown(kit.commands.LIST, texts)
    rest = [
        _names(
            handed_over.prospects, handed_over.total, texts, handed_over.overdue, handed_over.links
        ),
        texts.plural(
            "It's yours to decide now: find it with {command}, or on its card.",
            "They're yours to decide now: find them with {command}, or on their cards.",
            handed_over.total,
            command=listed,
        ),
    ]
    return kit.message("\n".join([spoken, *rest]), kit.paragraphs([kit.bold(shown), *rest]))


def _title(message: ManagersMessage, texts: Texts) -> str:
    undecided = sum(1 for each in message.undecided if waits(each))
    if undecided:
        return texts.plural(
            "Undecided for long: {n} prospect", "Undecided for long: {n} prospects", undecided
        )
    waiting = sum(1 for each in message.items if _waits(each, message))
    if waiting:
        return _suggested(waiting, texts)
    if any(is_waiting(each) for each in message.questions):
        return texts("Open for a long time, no news")
    if any(_is_offered(each) and each.away_until is None for each in message.gone):
        return texts("Prospects whose owner can no longer decide")
    if any(each.away_until is not None and not each.is_back for each in message.gone):
        return texts("Away for a while")
    return texts("Nothing left to decide here")


def _suggested(waiting: int, texts: Texts) -> str:
    return texts.plural(
        "I suggest walking away from {n} prospect",
        "I suggest walking away from {n} prospects",
        waiting,
    )


def _waits(item: ProposedProspect, message: ManagersMessage) -> bool:
    """Tell whether a manager is to decide about it here: it's proposed, and in no later message."""
    policy = message.workspace.settings.nudge_policy
    return is_up_for_closing(item.prospect, policy) and item.again_on is None


def _is_offered(gone: GoneOwner) -> bool:
    return bool(gone.total) and not gone.is_back and gone.again_on is None


def _actions(item: ProposedProspect, message: ManagersMessage, texts: Texts) -> Iterator[kit.Block]:
    prospect = item.prospect
    if _waits(item, message):
        yield buttons.for_manager(prospect, item.today, texts)
    elif prospect.stage is Stage.WALKED_AWAY:
        yield buttons.after_walking_away(prospect, item.today, item.undo_by, texts)
    elif prospect.stage is Stage.OPEN and item.again_on is None:
        yield buttons.left_alone(prospect, item.today, texts)


def _lines(
    item: ProposedProspect, message: ManagersMessage, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    """Return where it stands, and why it is proposed or no longer is."""
    prospect = item.prospect
    calendar, policy = message.workspace.settings.calendar, message.workspace.settings.nudge_policy
    headline, *standing = standing_line(prospect, item.today, texts, calendar)
    yield headline
    if prospect.decision is not None:
        yield from who_decided(prospect, item.today, message.zone, message.workspace, texts, names)
        yield from briefs.to_card(None if item.brief is None else item.brief.link, texts)
        return
    owner = wording.who(prospect.facts.owner, names)
    if item.was_handed_over:
        yield texts("Handed over to {owner}, who decides now.", owner=owner)
    else:
        yield texts("Owner: {owner}.", owner=owner)
    yield from standing
    if not _waits(item, message) and item.brief is not None:
        yield from briefs.to_card(item.brief.link, texts)
    if item.again_on is not None:
        yield asked_again(item.again_on, item.today, texts, item.again_link)
    elif _waits(item, message):
        yield from briefs.lines(item.brief, texts)
        yield from why_overdue(prospect, item.today, texts, message.workspace.settings)
    elif (
        is_proposed_for_closing(prospect, policy)
        and prospect.nudge_record.snoozed_until is not None
    ):
        day = texts.day(prospect.nudge_record.snoozed_until, item.today)
        yield texts("Discussed: left until {day}.", day=day)
    elif is_stalled(prospect, item.today):
        yield due.overdue(prospect, item.today, texts, calendar)
        yield texts("Reminders have started over. My suggestion is on hold until they run out.")


def _left_behind(
    gone: GoneOwner, name: str, texts: Texts, *, is_bold: bool = False
) -> Iterator[str]:
    """Return who is gone and what they left, counted and named; later, that nothing is left."""
    if gone.is_back:
        yield texts("{who} is back and can decide.", who=name)
        return
    if gone.away_until is not None:
        away = _away(gone, gone.away_until, name, texts)
        yield kit.bold(away) if is_bold else away
        if gone.total:
            yield _names(gone.prospects, gone.total, texts, links=gone.links)
        if gone.again_on is not None:
            yield asked_again(gone.again_on, None, texts, gone.again_link)
        return
    if not gone.total:
        yield texts("{who} has nothing open any more.", who=name)
        return
    first = texts.plural(
        "{who} can no longer decide and has one open prospect.",
        "{who} can no longer decide and has {n} open prospects.",
        gone.total,
        who=name,
    )
    yield kit.bold(first) if is_bold else first
    yield _names(gone.prospects, gone.total, texts, links=gone.links)
    if gone.again_on is not None:
        yield asked_again(gone.again_on, None, texts, gone.again_link)


def _away(gone: GoneOwner, until: date, name: str, texts: Texts) -> str:
    """Return who has paused, and how much of theirs is or will be due."""
    if not gone.total:
        return texts(
            "{who} is away until {day}. Nothing of theirs is due.", who=name, day=texts.date(until)
        )
    return texts.plural(
        "{who} is away until {day}. One prospect of theirs is due, or will be.",
        "{who} is away until {day}. {n} prospects of theirs are due, or will be.",
        gone.total,
        who=name,
        day=texts.date(until),
    )


def _names(
    prospects: Sequence[Prospect],
    total: int,
    texts: Texts,
    overdue: Collection[ProspectId] = frozenset(),
    links: Mapping[ProspectId, str] = MappingProxyType({}),
) -> str:
    cut = [(each.id, kit.cut(each.facts.name, _LONGEST_NAME)) for each in prospects]
    names = [(each, briefs.linked(kit.markup_name(name), links.get(each))) for each, name in cut]
    listed = ", ".join(
        texts("{name} (overdue)", name=name) if each in overdue else name for each, name in names
    )
    more = total - len(prospects)
    if more <= 0:
        return listed
    return texts.plural("{names} and {n} more", "{names} and {n} more", more, names=listed)
