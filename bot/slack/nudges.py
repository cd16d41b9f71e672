"""The nudge: one private message to an owner about everything they should have decided.

It also asks about an open *pursue* without any activity, and how ended clients turned out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar
from bot.domain.delivery.contents import NudgedProspect, NudgeMessage
from bot.domain.nudges import is_being_talked_into_it
from bot.domain.prospects import Prospect, Stage, is_open_pursue, is_stalled, takes_chasing
from bot.domain.workspace import Settings, Workspace
from bot.slack import intake, kit
from bot.slack.card import briefs, buttons, due, outcomes, wording
from bot.slack.texts import Texts

_DIVIDER: kit.Block = {"type": "divider"}


def nudge_message(nudge: NudgeMessage, texts: Texts) -> kit.Rendered:
    """Return the message as things stand now.

    Prospects that are decided, handed over or asked about again have no buttons any more, except
    the decline message for a member who walked away.
    """
    words, blocks = _stalled(nudge, texts) if nudge.items else ([], [])
    open_words, open_blocks = _still_open(nudge, texts) if nudge.questions else ([], [])
    asked_words, asked_blocks = outcomes.asked(nudge.asked, texts)
    others = [*blocks, *open_blocks, *asked_blocks]
    draft_words, draft_blocks = intake.waiting_for_owner(nudge.drafts, texts, beside=len(others))
    said = [*words, *open_words, *asked_words, *draft_words]
    if not said:  # all that it listed was continued or discarded
        nothing = texts("Nothing left to decide here")
        return kit.message(f"{nothing}.", [kit.header(nothing, level=2)])
    return kit.message("\n".join(said), intake.ending(others, draft_blocks))


def _stalled(nudge: NudgeMessage, texts: Texts) -> tuple[list[str], list[kit.Block]]:
    waiting = sum(1 for each in nudge.items if _waits(each, nudge))
    title = (
        texts.plural("{n} prospect needs a decision", "{n} prospects need a decision", waiting)
        if waiting
        else texts("Nothing left to decide here")
    )
    blocks = [kit.header(title, level=2)]
    words = [f"{title}."]
    for place, item in enumerate(nudge.items):
        shown, spoken = (list(_lines(item, nudge, texts, names)) for names in (None, nudge.names))
        words += spoken
        if place:
            blocks.append(_DIVIDER)
        blocks += kit.paragraphs([kit.bold(shown[0]), *shown[1:]])
        if _waits(item, nudge):
            policy = nudge.workspace.settings.nudge_policy
            row = buttons.for_reader(item.prospect, nudge.today, nudge.held, texts, policy)
            blocks.append(row)
        elif item.prospect.stage is Stage.WALKED_AWAY and nudge.is_theirs(item.prospect):
            left = item.prospect, nudge.today, item.undo_by
            blocks.append(buttons.after_walking_away(*left, texts))
    return words, blocks


def _still_open(nudge: NudgeMessage, texts: Texts) -> tuple[list[str], list[kit.Block]]:
    """Ask about each open *pursue*: won, lost, or still open."""
    title = texts("And these?")
    words, blocks = [title], [kit.header(title, level=2)]
    for item in nudge.questions:
        shown, spoken = (
            list(_open_lines(item, nudge, texts, names)) for names in (None, nudge.names)
        )
        words += spoken
        blocks += kit.paragraphs([kit.bold(shown[0]), *shown[1:]])
        if asks_whether_open(item.prospect, item.again_on) and nudge.is_theirs(item.prospect):
            blocks.append(buttons.for_question(item.prospect, nudge.today, texts))
    return words, blocks


def _open_lines(
    item: NudgedProspect, nudge: NudgeMessage, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    prospect, settings = item.prospect, nudge.workspace.settings
    headline, *_ = standing_line(prospect, nudge.today, texts, settings.calendar)
    yield headline
    yield from who_decided(prospect, nudge.today, nudge.zone, nudge.workspace, texts, names)
    if not nudge.is_theirs(prospect):
        yield texts("Handed over to {owner}.", owner=wording.who(prospect.facts.owner, names))
    elif is_open_pursue(prospect):
        yield quiet_line(prospect, nudge.today, texts)
    if item.again_on is not None and prospect.decision is None:
        yield asked_again(item.again_on, nudge.today, texts, item.again_link)
    yield from briefs.facts(item.brief, texts)


def asks_whether_open(prospect: Prospect, again_on: date | None) -> bool:
    """Tell whether a message still asks about an open *pursue*, and no later one does."""
    quiet = prospect.quiet
    is_answered = quiet.asked_on is None or (quiet.answered_on or date.min) >= quiet.asked_on
    return is_open_pursue(prospect) and not is_answered and again_on is None


def quiet_line(prospect: Prospect, today: date, texts: Texts) -> str:
    """Return since when an open *pursue* is quiet, or when it was said to be still open."""
    quiet = prospect.quiet
    if quiet.answered_on is not None and quiet.answered_on >= (quiet.asked_on or date.min):
        return texts("Still open on {day}.", day=texts.day(quiet.answered_on, today))
    since = prospect.verdict_on if quiet.since is None else quiet.since
    return texts("No news since {day}.", day=texts.day(since, today))


def _waits(item: NudgedProspect, nudge: NudgeMessage) -> bool:
    """Tell whether the reader is to decide about it here, and not in a later message."""
    is_here = item.again_on is None and nudge.is_theirs(item.prospect)
    return is_here and is_stalled(item.prospect, nudge.today)


def _lines(
    item: NudgedProspect, nudge: NudgeMessage, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    """Return where the prospect stands; while it waits, why it's due and what has been tried."""
    prospect = item.prospect
    calendar = nudge.workspace.settings.calendar
    headline, *standing = standing_line(prospect, nudge.today, texts, calendar)
    yield headline
    yield from who_decided(prospect, nudge.today, nudge.zone, nudge.workspace, texts, names)
    link = None if item.brief is None else item.brief.link
    if not _waits(item, nudge):
        yield from briefs.to_card(link, texts)
    if not nudge.is_theirs(prospect):
        yield texts("Handed over to {owner}.", owner=wording.who(prospect.facts.owner, names))
        return
    yield from standing
    if not is_stalled(prospect, nudge.today):
        return
    if item.again_on is not None:
        yield asked_again(item.again_on, nudge.today, texts, item.again_link)
        return
    yield from briefs.lines(item.brief, texts)
    settings = nudge.workspace.settings
    yield from why_overdue(prospect, nudge.today, texts, settings, to_owner=True)
    if item.number >= nudge.workspace.settings.nudges:
        yield texts("Last reminder. I've suggested walking away in the card's thread.")


def asked_again(on: date, today: date | None, texts: Texts, link: str | None = None) -> str:
    """Return that a later message has the buttons, with a link to it."""
    day = texts.date(on) if today is None else texts.day(on, today)
    moved = texts("Moved to a newer reminder, sent {date}.", date=day)
    return briefs.linked(moved, link)


def who_decided(
    prospect: Prospect,
    today: date,
    zone: ZoneInfo | None,
    workspace: Workspace,
    texts: Texts,
    names: Mapping[str, str] | None,
) -> Iterator[str]:
    """Yield who decided and when; without the reader's ``zone``, by the workspace's clock."""
    decision = prospect.decision
    if decision is not None:
        at = texts.moment(
            decision.at,
            zone or workspace.settings.zone,
            today=today,
            names_zone=zone is None,
        )
        yield wording.decision_markup(decision, texts, wording.who(decision.by, names), at)


def standing_line(
    prospect: Prospect, today: date, texts: Texts, calendar: WorkingCalendar
) -> Iterator[str]:
    """Return the headline, and the due day of an open prospect that isn't overdue."""
    name = kit.markup_name(prospect.facts.name)
    yield wording.standing_headline(prospect, today, name, texts)
    if prospect.decision is None and not is_stalled(prospect, today):
        yield from due.standing(prospect, today, texts, calendar)


def why_overdue(
    prospect: Prospect,
    today: date,
    texts: Texts,
    settings: Settings,
    *,
    to_owner: bool = False,
) -> Iterator[str]:
    """Return why a stalled prospect was due, how long it's been open, and what has been tried."""
    yield due.overdue(prospect, today, texts, settings.calendar)
    yield from due.passed(prospect, today, texts, to_owner=to_owner)
    yield from filter(None, [due.request(prospect, today, texts)])
    days = (today - prospect.facts.first_contact).days
    since = texts.plural("Open for {n} day.", "Open for {n} days.", days)
    yield " ".join([since, *_chases(prospect, today, texts)])
    if prospect.nudge_record.snoozed_until is not None:
        day = texts.day(prospect.nudge_record.snoozed_until, today)
        yield texts("Snoozed until {day}.", day=day)
    if is_being_talked_into_it(prospect, settings.spans):
        yield texts("At this point you're talking them into it. Walk away.")


def _chases(prospect: Prospect, today: date, texts: Texts) -> Iterator[str]:
    """Return how often it was chased; nothing if chasing doesn't help."""
    if prospect.chases:
        yield texts.plural("Chased once, no reply.", "Chased {n} times, no reply.", prospect.chases)
    elif takes_chasing(prospect, today):
        yield texts("Not chased yet.")
