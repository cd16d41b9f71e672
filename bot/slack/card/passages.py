"""The passages that make up a verdict, its card and the details of a prospect.

Everything here is escaped markup. Without ``names``, members are mentioned. Without the reader's
``zone``, times are in the workspace's zone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist import model
from bot.domain.checklist.rules import Verdict
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectCondition, QualificationId, Stage, lapsed
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import answers, due, overrides, wording
from bot.slack.texts import Texts

Links = Mapping[QualificationId, str]
"""Where the card of a qualification is, as a permalink."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and the text under it, as markup."""

    heading: str
    lines: Sequence[str]

    @property
    def in_markup(self) -> str:
        """The passage as a block shows it."""
        return "\n".join([kit.bold(self.heading), *(f"• {line}" for line in self.lines)])

    @property
    def in_words(self) -> str:
        """The passage as screen readers read it."""
        return f"{self.heading}: {' '.join(self.lines)}"


def title(overview: Overview, name: str, texts: Texts) -> str:
    """Return where the prospect stands and its name, as the target surface needs it."""
    if overview.after is None:
        return wording.standing_headline(overview.prospect, overview.today, name, texts)
    on_condition = is_on_condition(overview)
    return wording.headline(overview.qualification.verdict, name, texts, on_condition=on_condition)


def standing(
    overview: Overview,
    texts: Texts,
    zone: ZoneInfo | None,
    links: Links,
    names: Mapping[str, str] | None,
) -> Iterator[str]:
    """Yield what has become of the prospect since the verdict."""
    after, decision = overview.after, overview.prospect.decision
    if after is not None:
        yield texts(
            "Re-screened by {who} on {moment}. New verdict: {verdict}.",
            who=wording.who(after.member_id, names),
            moment=moment(after.at, overview, texts, zone, names),
            verdict=wording.verdict_word(after.verdict, texts),
        ) + _link(links.get(after.id), texts("The new card"))
    elif decision is not None:
        decided_at = moment(decision.at, overview, texts, zone, names)
        yield wording.decision_markup(decision, texts, wording.who(decision.by, names), decided_at)
    yield from overrides.standing(overview, texts, zone, names)


def facts(
    overview: Overview, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the known facts besides the name, as label and markup."""
    value = wording.value(overview, texts)
    yield texts("Owner"), wording.who(owner(overview), names)
    if value is not None:
        yield texts("Expected value"), value
    yield texts("First contact"), _first_contact(overview, texts)


def facts_line(overview: Overview, texts: Texts, names: Mapping[str, str] | None) -> str:
    """Return owner, value, due day, and what was done too often, as one line."""
    prospect, is_current = overview.prospect, overview.after is None
    day = due.fact(prospect, overview.today, texts) if is_current else None
    known = wording.who(owner(overview), names), wording.value(overview, texts), day
    is_open = is_current and prospect.stage is Stage.OPEN
    often = wording.counted(overview.striking, texts) if is_open else ()
    return " · ".join([*filter(None, known), *often])


def first_contact(overview: Overview, texts: Texts) -> str:
    """Return the day of the first contact."""
    return texts("First contact: {day}.", day=_first_contact(overview, texts))


def reasons(overview: Overview, texts: Texts) -> list[Passage]:
    """Return the deciding reason, then the others."""
    sentences = [
        kit.escape(texts.of(overview.sentence(rule))) for rule in overview.qualification.reasons
    ]
    is_pursue = overview.qualification.verdict is Verdict.PURSUE
    further = texts("Also watch") if is_pursue else texts("Also")
    passages = [Passage(texts("Why"), sentences[:1]), Passage(further, sentences[1:])]
    return [passage for passage in passages if passage.lines]


def settle(overview: Overview, texts: Texts) -> list[Passage]:
    """Return the one step that would settle it, if its checklist names one and it's open."""
    if overview.after is not None or overview.prospect.stage is not Stage.OPEN:
        return []
    step = overview.version.checklist.rule(overview.qualification.reasons[0]).settle
    if step is None:
        return []
    return [Passage(texts("What would settle it"), [kit.escape(texts.of(step))])]


def reasons_in_lines(overview: Overview, texts: Texts) -> list[str]:
    """Return the deciding reason, then the others, one line each."""
    deciding, *further = reasons(overview, texts)
    others = [f"{each.heading}: {line}" for each in further for line in each.lines]
    return [*deciding.lines, *others]


def conditions(
    overview: Overview, texts: Texts, zone: ZoneInfo | None, names: Mapping[str, str] | None
) -> list[Passage]:
    """Return each condition and, once met, what was brought."""
    return [
        Passage(texts("Condition"), list(_condition(condition, overview, texts, zone, names)))
        for condition in conditions_of(overview)
    ]


def due_day(
    overview: Overview, texts: Texts, calendar: WorkingCalendar | None = None
) -> Iterator[str]:
    """Yield when the prospect is or was due; nothing once it was screened again.

    With the ``calendar``, for a current reader, it adds how long ago that was.
    """
    if overview.after is None:
        told = due.sentence(overview.prospect, overview.today, texts, calendar)
        yield from filter(None, [told])


def scores(overview: Overview, texts: Texts) -> Iterator[str]:
    """Yield the points of each score, in one line."""
    shown = [
        texts(
            "{score} {points} of {most}",
            score=kit.escape(texts.of(each.score.title)),
            points=each.points,
            most=each.most,
        )
        for each in overview.tallies
    ]
    if shown:
        yield " · ".join(shown)


def left_open(overview: Overview, texts: Texts) -> Iterator[str]:
    """Yield which questions were left open."""
    checklist, answers = overview.version.checklist, overview.qualification.answers
    left = model.left_open(checklist, answers, overview.given)
    names = [texts.of(each.short or each.text) for each in left]
    if names:
        yield texts("Left open: {questions}", questions=kit.escape(", ".join(names)))


def changed(overview: Overview, texts: Texts, links: Links) -> Iterator[str]:
    """Yield what differs from the previous screening, with a link to its card."""
    if overview.before is None:
        return
    day = overview.before.at.astimezone(overview.workspace.settings.zone).date()
    yield texts(
        "Screened before on {date}. Verdict then: {verdict}.",
        date=texts.day(day, overview.today),
        verdict=wording.verdict_word(overview.before.verdict, texts),
    ) + _link(links.get(overview.before.id), texts("The earlier card"))
    found = answers.changes(overview, texts)
    yield texts("Changed since then:") if found else texts("No answer has changed.")
    for change in found:
        before, now = (
            wording.quote_line_markup(change.before, 200),
            wording.quote_line_markup(change.now, 200),
        )
        yield f"• {kit.escape(change.question)} {before} → {now}"


def namesake(overview: Overview, texts: Texts, links: Links) -> Iterator[str]:
    """Yield that there is another prospect with this name, with a link to its card."""
    other = overview.namesake
    if other is None:
        return
    day = other.at.astimezone(overview.workspace.settings.zone).date()
    yield texts(
        "There's a different prospect with this name, screened on {date}.",
        date=texts.day(day, overview.today),
    ) + _link(links.get(other.id), texts("Open card"))


def screened(
    overview: Overview, texts: Texts, zone: ZoneInfo | None, names: Mapping[str, str] | None
) -> str:
    """Return who screened it, when and with which checklist, and the one before if it differs."""
    said = texts(
        "Screened by {who} on {moment}. Checklist “{checklist}”, version {number}.",
        who=wording.who(overview.qualification.member_id, names),
        moment=moment(overview.qualification.at, overview, texts, zone, names),
        checklist=kit.escape(texts.of(overview.version.checklist.title)),
        number=overview.version.number,
    )
    if overview.other_checklist is None:
        return said
    other = kit.escape(texts.of(overview.other_checklist.checklist.title))
    before = texts("The previous verdict came from the checklist “{checklist}”.", checklist=other)
    return f"{said} {before}"


def conditions_of(overview: Overview) -> tuple[ProspectCondition, ...]:
    """Return this verdict's conditions; whether they're met is only known for the latest."""
    if overview.after is None:
        return overview.prospect.conditions
    return tuple(ProspectCondition(what, by) for what, by in overview.qualification.conditions)


def is_on_condition(overview: Overview) -> bool:
    """Tell whether the verdict depends on something that the prospect has to bring."""
    return any(not condition.is_met for condition in conditions_of(overview))


def owner(overview: Overview) -> MemberId:
    """Return the prospect's owner, on an earlier card the owner at that time."""
    return overview.facts.owner


def moment(
    at: datetime,
    overview: Overview,
    texts: Texts,
    zone: ZoneInfo | None,
    names: Mapping[str, str] | None,
) -> str:
    """Return day and time as `wording.moment` does, in the workspace of an overview."""
    return wording.moment(at, texts, zone, overview.workspace.settings.zone, names, overview.today)


def _first_contact(overview: Overview, texts: Texts) -> str:
    return texts.day(overview.facts.first_contact, overview.today)


def _condition(
    condition: ProspectCondition,
    overview: Overview,
    texts: Texts,
    zone: ZoneInfo | None,
    names: Mapping[str, str] | None,
) -> Iterator[str]:
    yield wording.condition_markup(condition.what, condition.due, texts, overview.today)
    if condition.met_at is not None and condition.met_by is not None:
        yield texts(
            "Met on {moment}, marked by {who}: {brought}",
            moment=moment(condition.met_at, overview, texts, zone, names),
            who=wording.named(condition.met_by, overview.names),
            brought=wording.quote_markup(condition.brought or ""),
        )
    elif condition in _lapsed(overview):
        yield texts("Not met in time. Needs a decision.")


def _lapsed(overview: Overview) -> tuple[ProspectCondition, ...]:
    """Return the lapsed conditions that now call for a decision."""
    is_over = overview.after is not None or overview.prospect.decision is not None
    if is_over or overview.prospect.override is not None:
        return ()
    return lapsed(overview.prospect, overview.today)


def _link(url: str | None, label: str) -> str:
    return "" if url is None else f" <{kit.escape(url)}|{kit.escape(label)}>"
