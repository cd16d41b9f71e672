"""*Still open?* in the managers' message: a *pursue* whose owner has been asked repeatedly."""

from collections.abc import Iterator, Mapping

from bot.domain.delivery.contents import ManagersMessage, ProposedProspect
from bot.domain.prospects import is_open_pursue
from bot.slack import kit
from bot.slack.card import briefs, buttons, wording
from bot.slack.nudges import asked_again, quiet_line, who_decided
from bot.slack.texts import Texts


def still_open(message: ManagersMessage, texts: Texts) -> tuple[list[str], list[kit.Block]]:
    """Return the rows as plain text and as blocks; nothing without any."""
    if not message.questions:
        return [], []
    title = texts("Still open?")
    words, blocks = [title], kit.paragraphs([kit.bold(title)])
    for item in message.questions:
        words += _lines(item, message, texts, message.names)
        headline, *rest = _lines(item, message, texts, None)
        blocks += kit.paragraphs([kit.bold(headline), *rest])
        if is_open_pursue(item.prospect) and item.again_on is None:
            blocks.append(buttons.for_question(item.prospect, item.today, texts))
    return words, blocks


def waits(item: ProposedProspect) -> bool:
    """Tell whether a manager is to look at it here: it's asked about, and in no later message."""
    is_asked = is_open_pursue(item.prospect) and item.prospect.quiet.asked > 0
    return is_asked and item.again_on is None


def _lines(
    item: ProposedProspect, message: ManagersMessage, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    prospect, today = item.prospect, item.today
    yield wording.standing_headline(prospect, today, kit.markup_name(prospect.facts.name), texts)
    yield from who_decided(prospect, today, message.zone, message.workspace, texts, names)
    if prospect.decision is None:
        yield texts("Owner: {owner}.", owner=wording.who(prospect.facts.owner, names))
    if is_open_pursue(prospect):
        yield quiet_line(prospect, today, texts)
    if waits(item):
        yield texts.plural("Asked once.", "Asked {n} times in a row.", prospect.quiet.asked)
    if item.again_on is not None and prospect.decision is None:
        yield asked_again(item.again_on, today, texts, item.again_link)
    yield from briefs.facts(item.brief, texts)
