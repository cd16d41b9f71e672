"""Each figure in words: what it is and from how many, or how many are missing; and what for.

No member typed any of it, so plain text and markup are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.figures.discipline import (
    CARRIED_OUT_WITHIN,
    LOOK_ABOVE,
    NOT_FOLLOWED_ABOVE,
    Figures,
    OverrideNote,
    OverrideRate,
    Refill,
)
from bot.domain.figures.evidence import LEAST_OUTCOMES, Evidence, Median, Share
from bot.domain.figures.report import Report, RuleRate
from bot.domain.prospects import Fear
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.card.overrides import FEARS
from bot.slack.texts import Texts

LONGEST_RULE = 120
"""Of what a rule says, which the cards show whole."""


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure: what it is called, and its sentences."""

    name: str
    lines: tuple[str, ...]


def standard(figures: Figures, noted: Sequence[RuleRate], texts: Texts) -> Iterator[ShownFigure]:
    """Yield the figures that say how the standard is held, and the rules that stand out."""
    yield ShownFigure(texts("Time to no"), tuple(_time_to_no(figures.time_to_no, texts)))
    yield ShownFigure(texts("Discipline"), tuple(_discipline(figures.discipline, texts)))
    yield ShownFigure(
        texts("Override rate"), tuple(_override_rate(figures.override_rate, noted, texts))
    )
    yield ShownFigure(texts("Next client"), tuple(_refill(figures.refill, texts)))


def doubts(figures: Figures, texts: Texts) -> Iterator[ShownFigure]:
    """Yield the figures that say whether the others can be believed."""
    yield ShownFigure(texts("“I can't tell yet”"), tuple(_unknown(figures.unknown, texts)))
    yield ShownFigure(texts("Softened on re-screen"), tuple(_milder(figures.milder, texts)))


def fear(evidence: Evidence, texts: Texts) -> ShownFigure:
    """Return what became of the overrides for one fear."""
    named = Fear(evidence.fear)
    name = texts(FEARS[named])
    if named is not Fear.NEW_FACT:
        name = texts("Fear: {fear}", fear=name)
    return ShownFigure(name, tuple(evidence_lines(evidence, texts)))


def evidence_lines(evidence: Evidence | None, texts: Texts) -> Iterator[str]:
    """Yield what became of the overrides for a fear, or that there is not enough to say."""
    if evidence is None or not evidence.is_enough:
        yield texts(
            "Shown from {n} outcomes on; so far: {known}.",
            known=0 if evidence is None else evidence.not_again.of,
            n=LEAST_OUTCOMES,
        )
        return
    yield texts.plural(
        "{n} override named it. Clients won that way: {won}.",
        "{n} overrides named it. Clients won that way: {won}.",
        evidence.overrides,
        won=texts.number(evidence.won),
    )
    yield texts(
        "{count} of {of} clients wouldn't be signed again.", **_of(evidence.not_again, texts)
    )
    if evidence.not_paid.is_enough:
        yield texts("{count} of {of} didn't pay as agreed.", **_of(evidence.not_paid, texts))
    yield from _hours(evidence.hours, texts)


def _hours(hours: Median, texts: Texts) -> Iterator[str]:
    """About, because each answer stands for the middle of its band."""
    answers = texts.number(hours.n)
    if hours.value == 0:
        yield texts(
            "At least half of the clients took no unplanned hours ({n} answers).", n=answers
        )
    elif hours.value is not None:
        yield texts(
            "Half of the clients took {hours} unplanned hours or more ({n} answers).",
            hours=texts.number(hours.value),
            n=answers,
        )


def regret(share: Share, texts: Texts) -> ShownFigure:
    """Return how many walk-aways are regretted, which is what the fears foretell."""
    if share.value is None:
        value = texts.plural(
            "Needs {n} more answer about walk-aways; so far: {known}.",
            "Needs {n} more answers about walk-aways; so far: {known}.",
            share.missing,
            known=texts.number(share.of),
        )
    else:
        value = texts(
            "{percent}: {count} of {of} walk-aways are regretted.",
            **_of(share, texts),
        )
    why = texts("It shows whether you say no too often.")
    return ShownFigure(texts("Regretted walk-aways"), (value, why))


def _time_to_no(median: Median, texts: Texts) -> Iterator[str]:
    if median.value is None:
        yield texts.plural(
            "Needs {n} more walk-away; so far: {known}.",
            "Needs {n} more walk-aways; so far: {known}.",
            median.missing,
            known=texts.number(median.n),
        )
    else:
        yield texts.plural(
            "Median: {days} working day from the first contact ({of} walk-aways).",
            "Median: {days} working days from the first contact ({of} walk-aways).",
            _form(median.value),
            of=texts.number(median.n),
            days=texts.number(median.value),
        )
    yield texts("The sooner you leave problem clients, the sooner you get to the good ones.")


def _discipline(share: Share, texts: Texts) -> Iterator[str]:
    if share.value is None:
        yield texts.plural(
            "Needs {n} more prospect with a walk-away older than {within} working days; so "
            "far: {known}.",
            "Needs {n} more prospects with a walk-away older than {within} working days; so "
            "far: {known}.",
            share.missing,
            known=texts.number(share.of),
            within=CARRIED_OUT_WITHIN,
        )
    else:
        yield texts(
            "{percent}: {count} of {of} prospects with the verdict walk away got their no within "
            "{within} working days.",
            **_of(share, texts),
            within=CARRIED_OUT_WITHIN,
        )
    yield texts("Clients respect a standard that always holds.")


def _override_rate(rate: OverrideRate, noted: Sequence[RuleRate], texts: Texts) -> Iterator[str]:
    share = rate.share
    if share.value is None:
        yield texts.plural(
            "Needs {n} more prospect with the verdict problem or walk away; so far: {known}.",
            "Needs {n} more prospects with the verdict problem or walk away; so far: {known}.",
            share.missing,
            known=texts.number(share.of),
        )
    else:
        yield texts(
            "{percent}: {count} of {of} prospects with the verdict problem or walk away were "
            "pursued anyway.",
            **_of(share, texts),
        )
    yield from _note(rate, texts)
    yield from _by_rule(noted, texts)
    yield texts("A verdict that's often overridden protects no one.")


def _note(rate: OverrideRate, texts: Texts) -> Iterator[str]:
    match rate.note:
        case OverrideNote.LOOK:
            mark = texts.percent(LOOK_ABOVE / 100)
            yield texts("More than {mark}: look at what they have in common.", mark=mark)
        case OverrideNote.NOT_FOLLOWED_OR_WRONG:
            mark = texts.percent(NOT_FOLLOWED_ABOVE / 100)
            yield texts("More than {mark}: the rule isn't followed, or it's wrong.", mark=mark)


def _by_rule(noted: Sequence[RuleRate], texts: Texts) -> Iterator[str]:
    """The rules worth mentioning."""
    if noted:
        yield texts("Reasons overridden most:")
    for each in noted:
        yield texts(
            "• {percent}, {count} of {of} prospects: {rule}",
            rule=wording.quoted_markup(kit.cut(texts.of(each.rule.sentence), LONGEST_RULE), texts),
            **_of(each.rate.share, texts),
        )


def _refill(refill: Refill, texts: Texts) -> Iterator[str]:
    median = refill.days
    if median.value is None:
        yield texts.plural(
            "Needs {n} more walk-away followed by a new client; so far: {known}.",
            "Needs {n} more walk-aways followed by a new client; so far: {known}.",
            median.missing,
            known=texts.number(median.n),
        )
    else:
        yield texts.plural(
            "Half of {of} walk-aways were followed by the next client within {days} working day.",
            "Half of {of} walk-aways were followed by the next client within {days} working days.",
            _form(median.value),
            of=texts.number(median.n),
            days=texts.number(median.value),
        )
    if refill.waiting:
        yield texts.plural(
            "{n} walk-away is still waiting for the next client and isn't counted.",
            "{n} walk-aways are still waiting for the next client and aren't counted.",
            refill.waiting,
        )
    yield texts("It shows whether another client comes.")


def _unknown(share: Share, texts: Texts) -> Iterator[str]:
    if share.value is None:
        yield texts.plural(
            "Needs {n} more answer to a question that offers “I can't tell yet”; so far: {known}.",
            "Needs {n} more answers to questions that offer “I can't tell yet”; so far: {known}.",
            share.missing,
            known=texts.number(share.of),
        )
    else:
        yield texts(
            "{percent}: {count} of {of} answers were “I can't tell yet”, where it was offered.",
            **_of(share, texts),
        )
    yield texts("If no one asks, the verdict stays soft.")


def _milder(share: Share, texts: Texts) -> Iterator[str]:
    if share.value is None:
        yield texts.plural(
            "Needs {n} more verdict within a week of an earlier one; so far: {known}.",
            "Needs {n} more verdicts within a week of an earlier one; so far: {known}.",
            share.missing,
            known=texts.number(share.of),
        )
    else:
        yield texts(
            "{percent}: {count} of {of} verdicts within a week of an earlier one were milder.",
            **_of(share, texts),
        )
    yield texts("Answers should change because the prospect did, not because the verdict hurts.")


def _of(share: Share, texts: Texts) -> dict[str, str]:
    return {
        "percent": "" if share.value is None else texts.percent(share.value),
        "count": texts.number(share.count),
        "of": texts.number(share.of),
    }


def _form(value: float) -> int:
    """A whole number that takes the same form of a sentence: only 1 takes the singular."""
    return 1 if value == 1 else 2


def report(made: Report, texts: Texts) -> kit.Rendered:
    """Return the report; what has no figure yet says how many are missing."""
    title = texts("The team's discipline") if made.owner is None else texts("Your discipline")
    since = _basis(made, texts)
    chapters = list(_chapters(made, texts))
    blocks = [kit.header(title, level=1), kit.context([kit.plain(since)])]
    blocks += [block for name, shown in chapters for block in _chapter(name, shown)]
    return kit.message("\n".join([title, since, *_spoken(chapters)]), blocks)


def _basis(made: Report, texts: Texts) -> str:
    return texts.plural(
        "As of {date}, from {n} prospect.",
        "As of {date}, from {n} prospects.",
        made.prospects,
        date=texts.date(made.on),
    )


def _chapters(made: Report, texts: Texts) -> Iterator[tuple[str, Sequence[ShownFigure]]]:
    yield texts("The standard"), [*standard(made.figures, made.noted, texts)]
    fears = [fear(each, texts) for each in made.evidence]
    if not fears:
        none = (
            texts("No one has gone against a verdict yet.")
            if made.owner is None
            else texts("You haven't gone against a verdict yet.")
        )
        fears = [ShownFigure(texts("Overrides by fear"), (none,))]
    name = texts("How overrides and walk-aways turned out")
    yield name, [*fears, regret(made.regret, texts)]
    yield (
        texts("Data quality"),
        [*doubts(made.figures, texts)],
    )


def _chapter(name: str, shown: Sequence[ShownFigure]) -> Iterator[kit.Block]:
    yield kit.header(name, level=2)
    for each in shown:
        yield kit.section(kit.markup("\n".join([kit.bold(each.name), *each.lines])))


def _spoken(chapters: Sequence[tuple[str, Sequence[ShownFigure]]]) -> Iterator[str]:
    for name, shown in chapters:
        yield f"\n{name}"
        for each in shown:
            yield " ".join([f"• {each.name}:", *each.lines])
