"""The digest: last week in words, the verdicts of twelve weeks, and what nobody decided.

It names owners without mentioning them; otherwise it would notify twenty people each Monday.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.delivery.contents import DigestMessage
from bot.domain.figures.digest import undecided_since
from bot.domain.figures.reports.trend import TimeStep, Trend
from bot.domain.people import MemberId
from bot.domain.prospects import Fear, Prospect, Stage
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.card.briefs import linked
from bot.slack.card.overrides import FEARS, alone
from bot.slack.figures import charts, four
from bot.slack.texts import Texts, marked

_ENDS: Final = {
    Stage.WALKED_AWAY: marked("Walked away: {n}"),
    Stage.WON: marked("Won: {n}"),
    Stage.LOST: marked("Lost: {n}"),
    Stage.ENDED: marked("No longer clients: {n}"),
}
_TABLE: Final = "undecided"
_LONGEST_NAME, _LONGEST_OWNER = 40, 20
"""In the text, which has to hold twenty lines beside everything else."""
_LONGEST_REASONS = (45, 30, 15)
"""The same, the first one for which there is room."""


def digest(digest: DigestMessage, texts: Texts) -> kit.Rendered:
    """Return the digest, as complete text and as blocks."""
    it, today = digest.digest, digest.today
    days = (texts.day(it.covered.first, today), texts.day(it.covered.last, today))
    title = texts("Weekly digest · {first} to {last}", first=days[0], last=days[1])
    if it.counts.is_empty and not it.undecided.total and not digest.is_list_taken_out:
        line = texts(
            "{title}: nothing was screened or decided, and nothing is overdue.", title=title
        )
        return kit.message(line, kit.paragraphs([line]))
    happened = list(_happened(digest, texts))
    figures = list(_figures(digest, texts))
    chart = charts.verdicts(Trend(TimeStep.WEEK, it.weeks), texts)
    verdicts = () if chart is None else chart.numbers
    left = list(_left(digest, texts))
    listed = [_line(each, digest, texts) for each in it.undecided.rows]
    blocks = [
        kit.header(title, level=1),
        *kit.paragraphs(happened),
        *([] if chart is None else [chart.block]),
        *kit.paragraphs(figures),
        kit.header(left[0], level=2),
        *(_table(digest, texts) if listed else ()),
        *([kit.context([kit.plain(each) for each in left[1:]])] if left[1:] else ()),
    ]
    above, below = [title, *happened, "", *left[:1]], [*left[1:], "", *figures, "", *verdicts]
    room = kit.LONGEST_MESSAGE - len("\n".join([*above, *below]))
    spoken = [*above, *_in_words(digest, texts, room), *below]
    instead = {_TABLE: kit.paragraphs(listed)}
    if chart is not None:
        instead[chart.block["block_id"]] = kit.paragraphs(verdicts)
    return kit.message("\n".join(spoken), blocks, instead)


def rest_of_list(digest: DigestMessage, texts: Texts) -> kit.Rendered:
    """Return the newly undecided for which the list has no room, for its thread."""
    lines = [
        texts("Also undecided for long:"),
        *(_line(each, digest, texts) for each in digest.digest.undecided.also_new),
    ]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def _happened(digest: DigestMessage, texts: Texts) -> Iterator[str]:
    counts = digest.digest.counts
    if counts.is_empty:
        yield texts("Nothing was screened or decided.")
        return
    given = [
        f"{texts(wording.verdict_words(each).title)}: {texts.number(counts.screened[each])}"
        for each in charts.VERDICTS
        if counts.screened.get(each)
    ]
    if given:
        total = sum(counts.screened.values())
        yield texts.plural(
            "{n} screening. {verdicts}",
            "{n} screenings. {verdicts}",
            total,
            verdicts=" · ".join(given),
        )
    ended = [
        texts(words, n=texts.number(counts.ended[stage]))
        for stage, words in _ENDS.items()
        if counts.ended.get(stage)
    ]
    if ended:
        yield " · ".join(ended)
    if counts.overrides:
        yield _overrides(digest, texts)
        yield from _alone(digest, texts)
    yield from _praise(digest, texts)


def _overrides(digest: DigestMessage, texts: Texts) -> str:
    named = [
        texts("“{fear}”: {n}", fear=texts(FEARS[Fear(fear)]), n=texts.number(n))
        for fear, n in digest.digest.counts.overrides.items()
    ]
    return texts.plural(
        "{n} override. {fears}",
        "{n} overrides. {fears}",
        sum(digest.digest.counts.overrides.values()),
        fears=" · ".join(named),
    )


def _alone(digest: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how many overrides nobody else could approve, and how many in a row."""
    counts = digest.digest.counts
    if sum(counts.overrides.values()) == 1:
        yield from alone(next(iter(counts.alone), None), texts)
    elif counts.alone:
        numbers = texts.listed([texts.number(each) for each in counts.alone])
        yield texts.plural(
            "One override took effect because no one else could approve it (no. {numbers} in a row "
            "for its prospect).",
            "{n} overrides took effect because no one else could approve them (no. {numbers} in a "
            "row for their prospects).",
            len(counts.alone),
            numbers=numbers,
        )


def _praise(digest: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how fast the fastest no was; whose it was only where figures per person are shown."""
    praised = digest.digest.counts.fastest_no
    if praised is None:
        return
    if praised.working_days:
        said = texts.plural(
            "Fastest no: {n} working day after the first contact.",
            "Fastest no: {n} working days after the first contact.",
            praised.working_days,
        )
    else:
        said = texts("Fastest no: on the day of the first contact.")
    if digest.fastest is not None:
        owner = kit.escape(_named(praised.owner, digest))
        whose = texts(
            "That was {owner}, with {name}.", owner=owner, name=kit.markup_name(digest.fastest)
        )
        said = f"{said} {whose}"
    yield said


def _figures(digest: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield the four figures of twelve weeks, their change, and what stands beside each."""
    if not digest.digest.figures.has_any:
        yield texts("You'll see your figures here once there are enough verdicts to compare.")
        return
    yield kit.bold(texts("Last 12 weeks"))
    yield from four.lines(digest.digest.figures, texts)


def _left(digest: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how many are undecided, and what the list leaves out."""
    undecided = digest.digest.undecided
    if digest.is_list_taken_out:
        yield texts("I removed the list of undecided prospects: one of them has been deleted.")
        return
    if not undecided.total:
        yield texts("Nothing is overdue.")
        return
    yield texts("Undecided: {n}", n=texts.number(undecided.total))
    yield texts("Working days count from the first due date.")
    if undecided.also_new:
        yield texts("More are listed in the thread.")
    if undecided.more:
        yield texts("Not in this list: {n}", n=texts.number(undecided.more))


def _table(digest: DigestMessage, texts: Texts) -> Iterator[kit.Block]:
    heads = (texts("Prospect"), texts("Owner"), texts("Why"), texts("Working days"))
    rows = [_row(each, digest, texts) for each in digest.digest.undecided.rows]
    yield kit.data_table(_TABLE, texts("Undecided prospects"), heads, rows)


def _row(prospect: Prospect, digest: DigestMessage, texts: Texts) -> Sequence[kit.Block]:
    days = _days(prospect, digest)
    return (
        kit.link_cell(kit.plain_name(prospect.facts.name), _link(prospect, digest)),
        kit.text_cell(_named(prospect.facts.owner, digest)),
        kit.text_cell(" · ".join(_why(prospect, digest, texts))),
        kit.number_cell(days, texts.number(days)),
    )


def _line(prospect: Prospect, digest: DigestMessage, texts: Texts) -> str:
    """Return a row as a line of markup."""
    name = linked(kit.markup_name(prospect.facts.name), _link(prospect, digest))
    why = [kit.escape(each) for each in _why(prospect, digest, texts)]
    return " · ".join(
        [
            f"• {name}",
            kit.escape(_named(prospect.facts.owner, digest)),
            _span(prospect, digest, texts),
            *why,
        ]
    )


def _in_words(digest: DigestMessage, texts: Texts, room: int) -> Sequence[str]:
    """Return the rows for the text, with as much of each reason as there is room for."""
    rows: Sequence[str] = ()
    for longest in _LONGEST_REASONS:
        rows = [_words(each, digest, texts, longest) for each in digest.digest.undecided.rows]
        if sum(len(row) + 1 for row in rows) <= room:
            break
    return rows


def _words(prospect: Prospect, digest: DigestMessage, texts: Texts, longest_reason: int) -> str:
    """Return a row for the text: short, and without the link."""
    name = kit.markup_name(kit.cut(prospect.facts.name, _LONGEST_NAME))
    owner = kit.escape(kit.cut(_named(prospect.facts.owner, digest), _LONGEST_OWNER))
    why = kit.escape(kit.cut(" · ".join(_why(prospect, digest, texts)), longest_reason))
    return " · ".join([f"• {name}", owner, _span(prospect, digest, texts), why])


def _span(prospect: Prospect, digest: DigestMessage, texts: Texts) -> str:
    return texts.plural("{n} working day", "{n} working days", _days(prospect, digest))


def _why(prospect: Prospect, digest: DigestMessage, texts: Texts) -> Iterator[str]:
    brief, until = digest.briefs.get(prospect.id), prospect.nudge_record.snoozed_until
    if prospect.nudge_record.is_discussed and until is not None and until > digest.today:
        yield texts("discussed, until {date}", date=texts.day(until, digest.today))
    if brief is not None:
        yield texts.of(brief.reason)


def _named(member_id: MemberId, digest: DigestMessage) -> str:
    return kit.plain_name(digest.names.get(member_id, member_id))


def _days(prospect: Prospect, digest: DigestMessage) -> int:
    """Return for how many working days it has been undecided."""
    calendar = digest.workspace.settings.calendar
    return calendar.working_days_between(undecided_since(prospect), digest.today)


def _link(prospect: Prospect, digest: DigestMessage) -> str | None:
    brief = digest.briefs.get(prospect.id)
    return None if brief is None else brief.link
