"""*Undecided for long* in the managers' message: since when, and what kept it open."""

from collections.abc import Iterator, Mapping

from bot.domain.backstop import is_past_backstop
from bot.domain.delivery.contents import ManagersMessage, UndecidedProspect
from bot.domain.nudges import is_proposed_for_closing
from bot.domain.prospects import Prospect, Stage
from bot.slack import kit
from bot.slack.card import briefs, buttons, wording
from bot.slack.card.wording import who
from bot.slack.nudges import asked_again, who_decided
from bot.slack.texts import Texts

WITH_BUTTONS = 10
"""Of the prospects in one message; the others have a line each."""


def waits(item: UndecidedProspect) -> bool:
    """Tell whether a manager is to decide about it here: no later message lists it."""
    return is_past_backstop(item.prospect, item.row.today) and item.row.again_on is None


def undecided_rows(message: ManagersMessage, texts: Texts) -> Iterator[kit.Block]:
    """Return a row with buttons for each of the first, and a line for each of the others."""
    for item in message.undecided[:WITH_BUTTONS]:
        headline, *rest = _lines(item, message, texts, None)
        yield from kit.paragraphs([kit.bold(headline), *rest])
        yield from _actions(item, texts)
        yield {"type": "divider"}
    others = [_line(each, message, texts, None) for each in message.undecided[WITH_BUTTONS:]]
    if others:
        yield from kit.paragraphs(others)


def undecided_words(message: ManagersMessage, texts: Texts) -> Iterator[str]:
    """Return the same as plain text."""
    for item in message.undecided[:WITH_BUTTONS]:
        yield from _lines(item, message, texts, message.names)
    for item in message.undecided[WITH_BUTTONS:]:
        yield _line(item, message, texts, message.names)


def _actions(item: UndecidedProspect, texts: Texts) -> Iterator[kit.Block]:
    prospect, today = item.prospect, item.row.today
    if waits(item):
        yield buttons.for_manager(prospect, today, texts)
    elif prospect.stage is Stage.WALKED_AWAY:
        yield buttons.after_walking_away(prospect, today, item.row.undo_by, texts)
    elif prospect.stage is Stage.OPEN and item.row.again_on is None:
        yield buttons.left_alone(prospect, today, texts)


def _lines(
    item: UndecidedProspect, message: ManagersMessage, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    prospect, today, brief = item.prospect, item.row.today, item.row.brief
    yield wording.standing_headline(prospect, today, kit.markup_name(prospect.facts.name), texts)
    if prospect.decision is not None:
        yield from who_decided(prospect, today, message.zone, message.workspace, texts, names)
        yield from briefs.to_card(None if brief is None else brief.link, texts)
        return
    yield texts("Owner: {owner}.", owner=who(prospect.facts.owner, names))
    yield _since(item, texts, names)
    if item.row.again_on is not None:
        yield asked_again(item.row.again_on, today, texts, item.row.again_link)
    elif prospect.nudge_record.is_discussed and prospect.nudge_record.snoozed_until is not None:
        day = texts.day(prospect.nudge_record.snoozed_until, today)
        yield texts("Discussed: left until {day}.", day=day)
    elif is_proposed_for_closing(prospect, policy := message.workspace.settings.nudge_policy):
        yield wording.reminders_without_decision(prospect.nudge_record.nudges, policy.most, texts)
    if waits(item):
        yield from briefs.lines(brief, texts)
    elif brief is not None:
        yield from briefs.to_card(brief.link, texts)


def _line(
    item: UndecidedProspect, message: ManagersMessage, texts: Texts, names: Mapping[str, str] | None
) -> str:
    link = None if item.row.brief is None else item.row.brief.link
    name = kit.bold(briefs.linked(kit.markup_name(item.prospect.facts.name), link))
    if item.prospect.decision is not None:
        today = item.row.today
        decided = who_decided(item.prospect, today, message.zone, message.workspace, texts, names)
        return " · ".join([name, *decided])
    return " · ".join([name, who(item.prospect.facts.owner, names), _since(item, texts, names)])


def _since(item: UndecidedProspect, texts: Texts, names: Mapping[str, str] | None) -> str:
    """Return since when it's due, and what kept it open, such as signs of life or a pause."""
    prospect, today = item.prospect, item.row.today
    kept = [*wording.counted(item.counts, texts), *_away(prospect, item, texts, names)]
    question = prospect.in_question
    if question is None:
        return ", ".join(kept)
    since = texts("Due since {day}", day=texts.day(question.first_due, today))
    return " · ".join([since, *([", ".join(kept)] if kept else [])])


def _away(
    prospect: Prospect, item: UndecidedProspect, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    if item.away_until is not None:
        owner, day = who(prospect.facts.owner, names), texts.day(item.away_until, item.row.today)
        yield texts("{owner} away until {day}", owner=owner, day=day)
