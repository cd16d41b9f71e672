"""The managers' own messages: what is proposed for closing, and prospects whose owner is gone.

With it the dialog that hands them over in one go, and what the new owner is told.
"""

from collections.abc import Iterator, Sequence

from bot.domain.dossier import GoneOwner, HandedOver, ManagersMessage, ProposedProspect
from bot.domain.due import is_stalled
from bot.domain.proposing import is_up_for_closing
from bot.domain.prospect import Prospect, Stage
from bot.slack import wire
from bot.slack.texts import Texts
from bot.slack.views import buttons, inputs
from bot.slack.views.blocks import Block, Rendered, header, message, modal, paragraphs
from bot.slack.views.nudge import where_it_stands, why_overdue
from bot.slack.views.passages import who
from bot.slack.views.typed import bold, cut, markup_name, plain_name
from bot.slack.views.wording import mention, named

_LONGEST_NAME = 40
_DIVIDER: Block = {"type": "divider"}


def managers_message(told: ManagersMessage, texts: Texts) -> Rendered:
    """Return the message as things stand now.

    What is decided has no buttons any more, but who walked away finds the decline message here.
    """
    title = _title(told, texts)
    blocks = [header(title, level=2)]
    words = [f"{title}."]
    for item in told.items:
        shown, spoken = (_lines(item, texts, owner) for owner in _both(item, told))
        words += spoken
        blocks += [*paragraphs([bold(shown[0]), *shown[1:]])]
        if is_stalled(item.prospect, item.today):
            blocks.append(buttons.for_manager(item.prospect, item.today, texts))
        elif item.prospect.stage is Stage.WALKED_AWAY:
            blocks.append(buttons.after_walking_away(item.prospect, texts))
        blocks.append(_DIVIDER)
    if told.more:
        more = texts.plural(
            "{n} more is in the next message, on your next working morning.",
            "{n} more are in the next message, on your next working morning.",
            told.more,
        )
        words.append(more)
        blocks += paragraphs([more])
    for gone in told.gone:
        name = named(gone.id, told.names)
        words += _left_behind(gone, name, texts)
        blocks += paragraphs(_left_behind(gone, mention(gone.id), texts, is_bold=True))
        if gone.total and not gone.is_back:
            blocks.append(buttons.hand_all_over(gone.id, told.names.get(gone.id, gone.id), texts))
    if blocks[-1] == _DIVIDER:
        blocks.pop()
    return message("\n".join(words), blocks)


def hand_all_over_dialog(gone: GoneOwner, name: str, texts: Texts) -> Block:
    """Return what is asked when all that a gone owner left behind gets another owner."""
    field = inputs.labelled(
        wire.OWNER,
        texts.plural(
            "Who takes over the {n} open prospect of {name}?",
            "Who takes over the {n} open prospects of {name}?",
            gone.total,
            name=plain_name(name),
        ),
        inputs.member_input(""),
        hint=texts("They get the nudges from then on. The due dates stay as they are."),
    )
    return modal(
        texts("Hand over"),
        [*paragraphs([_names(gone.prospects, gone.total, texts)]), field],
        callback_id=wire.HAND_ALL_OVER,
        metadata=gone.id,
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def handed_over(told: HandedOver, texts: Texts) -> Rendered:
    """Return what tells a new owner that everything somebody left behind is theirs."""
    shown, spoken = (
        texts.plural(
            "{who} handed {n} prospect of {before} over to you.",
            "{who} handed {n} prospects of {before} over to you.",
            told.total,
            who=who(told.by, names),
            before=who(told.before, names),
        )
        for names in (None, told.names)
    )
    rest = [
        _names(told.prospects, told.total, texts),
        texts(
            "You decide about them from now on: you find them under {command}, and the buttons "
            "on their cards.",
            command=f"`{wire.COMMAND} list`",
        ),
    ]
    return message("\n".join([spoken, *rest]), paragraphs([bold(shown), *rest]))


def _title(told: ManagersMessage, texts: Texts) -> str:
    waiting = sum(1 for each in told.items if is_up_for_closing(each.prospect))
    if waiting:
        return texts.plural(
            "{n} prospect is proposed for closing",
            "{n} prospects are proposed for closing",
            waiting,
        )
    if any(each.total and not each.is_back for each in told.gone):
        return texts("Prospects whose owner can no longer decide")
    return texts("Nothing of this waits for you any more")


def _both(item: ProposedProspect, told: ManagersMessage) -> tuple[str, str]:
    """The owner, as shown and as read aloud."""
    owner = item.prospect.facts.owner
    return mention(owner), named(owner, told.names)


def _lines(item: ProposedProspect, texts: Texts, owner: str) -> list[str]:
    prospect = item.prospect
    lines = list(where_it_stands(prospect, item.today, texts))
    if prospect.decision is not None:
        return lines
    lines.insert(1, texts("Owner: {owner}.", owner=owner))
    if is_stalled(prospect, item.today):
        lines += why_overdue(prospect, item.today, texts)
    return lines


def _left_behind(
    gone: GoneOwner, name: str, texts: Texts, *, is_bold: bool = False
) -> Iterator[str]:
    """Who is gone, how much they left, and what it is called; afterwards that nothing is left."""
    if gone.is_back:
        yield texts("{who} is here again and can decide.", who=name)
        return
    if not gone.total:
        yield texts("Nothing open is left of {who}.", who=name)
        return
    first = texts.plural(
        "{who} can no longer decide and has {n} open prospect.",
        "{who} can no longer decide and has {n} open prospects.",
        gone.total,
        who=name,
    )
    yield bold(first) if is_bold else first
    yield _names(gone.prospects, gone.total, texts)


def _names(prospects: Sequence[Prospect], total: int, texts: Texts) -> str:
    listed = ", ".join(markup_name(cut(each.facts.name, _LONGEST_NAME)) for each in prospects)
    more = total - len(prospects)
    if more <= 0:
        return listed
    return texts.plural("{names} and {n} more", "{names} and {n} more", more, names=listed)
