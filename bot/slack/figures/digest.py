"""The digest: last week in words, the verdicts of twelve weeks, and what nobody decided.

It names owners without mentioning them; otherwise it would notify twenty people each Monday.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.delivery.contents import DigestMessage
from bot.domain.figures.digest import undecided_since
from bot.domain.figures.reports.course import Course, Stretch
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
_LONGEST_NAME, _LONGEST_OWNER, _LONGEST_REASON = 40, 20, 45
"""In the text, which has to hold twenty lines beside everything else."""


def digest(told: DigestMessage, texts: Texts) -> kit.Rendered:
    """Return the digest, as complete text and as blocks."""
    it, today = told.digest, told.today
    days = (texts.day(it.told.first, today), texts.day(it.told.last, today))
    title = texts("Weekly digest · {first} to {last}", first=days[0], last=days[1])
    if it.counts.is_empty and not it.undecided.total and not told.is_list_taken_out:
        line = texts("{title}: nothing was screened or decided, nothing is overdue.", title=title)
        return kit.message(line, kit.paragraphs([line]))
    happened = list(_happened(told, texts))
    figures = list(_figures(told, texts))
    chart = charts.verdicts(Course(Stretch.WEEK, it.weeks), texts)
    verdicts = () if chart is None else chart.numbers
    left = list(_left(told, texts))
    listed = [_line(each, told, texts) for each in it.undecided.rows]
    named = [_words(each, told, texts) for each in it.undecided.rows]
    blocks = [
        kit.header(title, level=1),
        *kit.paragraphs(happened),
        *([] if chart is None else [chart.block]),
        *kit.paragraphs(figures),
        kit.header(left[0], level=2),
        *(_table(told, texts) if listed else ()),
        *([kit.context([kit.plain(each) for each in left[1:]])] if left[1:] else ()),
    ]
    spoken = [title, *happened, "", *left[:1], *named, *left[1:], "", *figures, "", *verdicts]
    instead = {_TABLE: kit.paragraphs(listed)}
    if chart is not None:
        instead[chart.block["block_id"]] = kit.paragraphs(verdicts)
    return kit.message("\n".join(spoken), blocks, instead)


def rest_of_list(told: DigestMessage, texts: Texts) -> kit.Rendered:
    """Return the newly undecided for which the list has no room, for its thread."""
    lines = [
        texts("Also undecided for long:"),
        *(_line(each, told, texts) for each in told.digest.undecided.also_new),
    ]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def _happened(told: DigestMessage, texts: Texts) -> Iterator[str]:
    counts = told.digest.counts
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
        yield _overrides(told, texts)
        yield from _alone(told, texts)
    yield from _praise(told, texts)


def _overrides(told: DigestMessage, texts: Texts) -> str:
    named = [
        texts("“{fear}”: {n}", fear=texts(FEARS[Fear(fear)]), n=texts.number(n))
        for fear, n in told.digest.counts.overrides.items()
    ]
    return texts.plural(
        "{n} override. {fears}",
        "{n} overrides. {fears}",
        sum(told.digest.counts.overrides.values()),
        fears=" · ".join(named),
    )


def _alone(told: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how many overrides nobody else could approve, and how many in a row."""
    counts = told.digest.counts
    if sum(counts.overrides.values()) == 1:
        yield from alone(next(iter(counts.alone), None), texts)
    elif counts.alone:
        numbers = texts.listed([texts.number(each) for each in counts.alone])
        yield texts.plural(
            "No one else could approve one of the overrides (no. {numbers} in a row).",
            "No one else could approve {n} of the overrides (no. {numbers} in a row).",
            len(counts.alone),
            numbers=numbers,
        )


def _praise(told: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how fast the fastest no was; whose it was only where figures per person are shown."""
    praised = told.digest.counts.fastest_no
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
    if told.fastest is not None:
        owner = kit.escape(_named(praised.owner, told))
        whose = texts(
            "That was {owner}, with {name}.", owner=owner, name=kit.markup_name(told.fastest)
        )
        said = f"{said} {whose}"
    yield said


def _figures(told: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield the four figures of twelve weeks, and their change from the previous twelve."""
    if not told.digest.figures.has_any:
        yield texts("You'll see your figures here once there are enough verdicts to compare.")
        return
    yield kit.bold(texts("Last 12 weeks"))
    yield from four.lines(told.digest.figures, texts)


def _left(told: DigestMessage, texts: Texts) -> Iterator[str]:
    """Yield how many are undecided, and what the list leaves out."""
    undecided = told.digest.undecided
    if told.is_list_taken_out:
        yield texts("I removed the list of undecided prospects: one of them has been deleted.")
        return
    if not undecided.total:
        yield texts("Nothing is overdue.")
        return
    yield texts("Undecided: {n}", n=texts.number(undecided.total))
    if undecided.also_new:
        yield texts("More are listed in the thread.")
    if undecided.more:
        yield texts("Not in this list: {n}", n=texts.number(undecided.more))


def _table(told: DigestMessage, texts: Texts) -> Iterator[kit.Block]:
    heads = (texts("Prospect"), texts("Owner"), texts("Why"), texts("Working days"))
    rows = [_row(each, told, texts) for each in told.digest.undecided.rows]
    yield kit.data_table(_TABLE, texts("Undecided prospects"), heads, rows)


def _row(prospect: Prospect, told: DigestMessage, texts: Texts) -> Sequence[kit.Block]:
    days = _days(prospect, told)
    return (
        kit.link_cell(kit.plain_name(prospect.facts.name), _link(prospect, told)),
        kit.text_cell(_named(prospect.facts.owner, told)),
        kit.text_cell(" · ".join(_why(prospect, told, texts))),
        kit.number_cell(days, texts.number(days)),
    )


def _line(prospect: Prospect, told: DigestMessage, texts: Texts) -> str:
    """Return a row as a line of markup."""
    name = linked(kit.markup_name(prospect.facts.name), _link(prospect, told))
    why = [kit.escape(each) for each in _why(prospect, told, texts)]
    return " · ".join(
        [
            f"• {name}",
            kit.escape(_named(prospect.facts.owner, told)),
            _span(prospect, told, texts),
            *why,
        ]
    )


def _words(prospect: Prospect, told: DigestMessage, texts: Texts) -> str:
    """Return a row for the text: short, and without the link."""
    name = kit.markup_name(kit.cut(prospect.facts.name, _LONGEST_NAME))
    owner = kit.escape(kit.cut(_named(prospect.facts.owner, told), _LONGEST_OWNER))
    why = kit.escape(kit.cut(" · ".join(_why(prospect, told, texts)), _LONGEST_REASON))
    return " · ".join([f"• {name}", owner, _span(prospect, told, texts), why])


def _span(prospect: Prospect, told: DigestMessage, texts: Texts) -> str:
    return texts.plural("{n} working day", "{n} working days", _days(prospect, told))


def _why(prospect: Prospect, told: DigestMessage, texts: Texts) -> Iterator[str]:
    brief, until = told.briefs.get(prospect.id), prospect.told.snoozed_until
    if prospect.told.is_discussed and until is not None and until > told.today:
        yield texts("discussed, until {date}", date=texts.day(until, told.today))
    if brief is not None:
        yield texts.of(brief.reason)


def _named(member_id: MemberId, told: DigestMessage) -> str:
    return kit.plain_name(told.names.get(member_id, member_id))


def _days(prospect: Prospect, told: DigestMessage) -> int:
    """Return for how many working days it has been undecided."""
    calendar = told.workspace.settings.calendar
    return calendar.working_days_between(undecided_since(prospect), told.today)


def _link(prospect: Prospect, told: DigestMessage) -> str | None:
    brief = told.briefs.get(prospect.id)
    return None if brief is None else brief.link
