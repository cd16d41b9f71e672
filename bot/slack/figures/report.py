"""The report in words: whether the verdicts were right, how the standard is held, and what to do.

No member typed any of it, so plain text and markup are the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import (
    CARRIED_OUT_WITHIN,
    LOOK_ABOVE,
    NOT_FOLLOWED_ABOVE,
    Discipline,
    OverrideNote,
    TimeToNo,
    note_on,
)
from bot.domain.figures.evidence import Compared, Evidence, FearAnswer, VerdictsRight
from bot.domain.figures.report import Report, RuleRate
from bot.domain.figures.shares import LEAST, Share
from bot.domain.outcomes.outcome import Taken
from bot.domain.prospects import Fear
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.card.outcomes import choice_word
from bot.slack.card.overrides import FEARS
from bot.slack.figures import words
from bot.slack.texts import Texts

LONGEST_RULE = 120
"""Of what a rule says, which the cards show whole."""


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure: what it is called, and its sentences."""

    name: str
    lines: tuple[str, ...]


def report(made: Report, texts: Texts) -> kit.Rendered:
    """Return the report; what has no figure yet says how many are missing."""
    title = texts("The team's discipline") if made.owner is None else texts("Your discipline")
    since = _basis(made, texts)
    chapters = list(_chapters(made, texts))
    blocks = [kit.header(title, level=1), kit.context([kit.plain(since)])]
    blocks += [block for name, shown in chapters for block in _chapter(name, shown)]
    return kit.message("\n".join([title, since, *_spoken(chapters)]), blocks)


def evidence_lines(evidence: Evidence | None, texts: Texts) -> Iterator[str]:
    """Yield what became of the overrides for a fear, beside the clients won by their verdict.

    Six short lines at most.
    """
    if evidence is None or not evidence.is_enough:
        yield texts(
            "Shown from {n} outcomes on; so far: {known}.",
            known=0 if evidence is None else evidence.compared.against.not_again.of,
            n=LEAST,
        )
    else:
        yield from _compared(evidence.compared, texts)
    if evidence is not None:
        yield from _answer(evidence.answer, texts)


def _basis(made: Report, texts: Texts) -> str:
    return texts.plural(
        "As of {date}, from {n} prospect. In brackets: where the truth lies in 95 of 100 cases.",
        "As of {date}, from {n} prospects. In brackets: where the truth lies in 95 of 100 cases.",
        made.prospects,
        date=texts.date(made.on),
    )


def _chapters(made: Report, texts: Texts) -> Iterator[tuple[str, Sequence[ShownFigure]]]:
    yield texts("Were the verdicts right?"), [*_right(made.right, texts)]
    yield texts("The standard"), [*_standard(made, texts)]
    fears = [_fear(each, texts) for each in made.evidence]
    if not fears:
        none = (
            texts("No one has gone against a verdict yet.")
            if made.owner is None
            else texts("You haven't gone against a verdict yet.")
        )
        fears = [ShownFigure(texts("Overrides by fear"), (none,))]
    yield texts("Overrides by fear"), fears


def _right(right: VerdictsRight, texts: Texts) -> Iterator[ShownFigure]:
    yield ShownFigure(texts("Clients you wouldn't sign again"), (*_compared(right.clients, texts),))
    regretted = texts("Regretted: {share}.", share=words.share(right.regretted.share, texts))
    yield ShownFigure(texts("Walk-aways"), (regretted,))
    answered = texts("Outcomes answered: {share}.", share=words.share(right.response, texts))
    yield ShownFigure(texts("How much is known"), (answered, *_second(right, texts)))


def _compared(found: Compared, texts: Texts) -> Iterator[str]:
    """Against the verdict, by it, the difference, and the unplanned hours of both."""
    followed, against = found.followed, found.against
    yield texts(
        "Won against the verdict, not again: {share}.", share=words.share(against.not_again, texts)
    )
    yield texts(
        "Won by the verdict, not again: {share}.", share=words.share(followed.not_again, texts)
    )
    if found.difference is not None:
        yield texts("Difference: {points}.", points=words.difference(found.difference, texts))
    if against.not_paid.is_enough and followed.not_paid.is_enough:
        yield texts(
            "Not paid as agreed: {against}; by the verdict {followed}.",
            against=words.share(against.not_paid, texts),
            followed=words.share(followed.not_paid, texts),
        )
    if against.hours.is_enough and followed.hours.is_enough:
        yield texts(
            "Unplanned hours: {against}; by the verdict {followed}.",
            against=words.hours(against.hours, texts),
            followed=words.hours(followed.hours, texts),
        )


def _second(right: VerdictsRight, texts: Texts) -> Iterator[str]:
    if right.second.differ.of:
        yield texts(
            "Owner and manager judged a client differently: {n} of {of}, {harder} of them harder "
            "by the manager.",
            n=texts.number(right.second.differ.count),
            of=texts.number(right.second.differ.of),
            harder=texts.number(right.second.harder),
        )


def _standard(made: Report, texts: Texts) -> Iterator[ShownFigure]:
    found = made.figures
    yield ShownFigure(texts("Discipline"), tuple(_discipline(found.discipline, texts)))
    yield ShownFigure(texts("Time to no"), tuple(_time_to_no(found.time_to_no, texts)))
    overridden = tuple(_overridden(made, texts))
    yield ShownFigure(texts("Override rate"), overridden)
    following = words.time(found.next_client, texts)
    waiting = texts.number(found.next_client.still)
    yield ShownFigure(
        texts("Next client"),
        (
            texts("From a walk-away to the next client: {time}.", time=following),
            texts("Still waiting: {n}.", n=waiting),
        ),
    )
    milder = words.share(found.softened, texts)
    yield ShownFigure(
        texts("Softened on re-screen"),
        (texts("Milder within a week of a problem or walk away: {share}.", share=milder),),
    )


def _discipline(found: Discipline, texts: Texts) -> Iterator[str]:
    yield texts(
        "Got their no within {within} working days: {share}.",
        within=CARRIED_OUT_WITHIN,
        share=words.share(found.share, texts),
    )
    if found.left_out:
        yield texts(
            "Left by themselves in that time: {n}. If none of them really did: {share}.",
            n=texts.number(found.left_out),
            share=words.share(found.at_worst, texts),
        )
    if found.back_and_won:
        yield texts("Re-screened later and won: {n}.", n=texts.number(found.back_and_won))


def _time_to_no(found: TimeToNo, texts: Texts) -> Iterator[str]:
    yield texts(
        "Half had their no by: {time}, from the first contact.", time=words.time(found.half, texts)
    )
    parts = [
        texts("{n} won", n=texts.number(found.won)),
        texts("{n} left by themselves", n=texts.number(found.left)),
    ]
    if found.open_for.value is not None:
        still = texts(
            "{n} still open, half of them for {days} working days or more",
            n=texts.number(found.open_for.n),
            days=texts.number(found.open_for.value),
        )
        parts.insert(0, still)
    yield texts("Of the others: {parts}.", parts=", ".join(parts))


def _overridden(made: Report, texts: Texts) -> Iterator[str]:
    for verdict in (Verdict.WALK_AWAY, Verdict.PROBLEM):
        share = made.figures.overridden[verdict]
        told = texts(
            "{verdict} pursued anyway: {share}.",
            verdict=texts(wording.verdict_words(verdict).title),
            share=words.share(share, texts),
        )
        yield " ".join([told, *_note(share, texts)])
    yield texts(
        "Pursue walked away from: {share}.",
        share=words.share(made.figures.overridden[Verdict.PURSUE], texts),
    )
    yield from _by_rule(made.noted, texts)


def _note(share: Share, texts: Texts) -> Iterator[str]:
    match note_on(share):
        case OverrideNote.LOOK:
            mark = texts.percent(LOOK_ABOVE / 100)
            yield texts("Surely more than {mark}: look at what they have in common.", mark=mark)
        case OverrideNote.NOT_FOLLOWED_OR_WRONG:
            mark = texts.percent(NOT_FOLLOWED_ABOVE / 100)
            yield texts(
                "Surely more than {mark}: the rule isn't followed, or it's wrong.", mark=mark
            )


def _by_rule(noted: Sequence[RuleRate], texts: Texts) -> Iterator[str]:
    """The rules worth mentioning."""
    if noted:
        yield texts("Reasons overridden most:")
    for each in noted:
        rule = wording.quoted_markup(kit.cut(texts.of(each.rule.sentence), LONGEST_RULE), texts)
        yield texts("• {share}: {rule}", rule=rule, share=words.share(each.rate, texts))


def _fear(evidence: Evidence, texts: Texts) -> ShownFigure:
    named = Fear(evidence.fear)
    name = texts(FEARS[named])
    if named is not Fear.NEW_FACT:
        name = texts("Fear: {fear}", fear=name)
    against = evidence.compared.against.not_again
    if not against.is_enough:
        return ShownFigure(name, tuple(evidence_lines(evidence, texts)))
    told = texts("Not again: {share}.", share=words.share(against, texts))
    return ShownFigure(name, (told, *_answer(evidence.answer, texts)))


def _answer(found: FearAnswer, texts: Texts) -> Iterator[str]:
    """What answers a fear beside its own outcomes."""
    if found.next_client is not None:
        yield texts(
            "From a walk-away to the next client: {time}.",
            time=words.time(found.next_client, texts),
        )
    if found.taken:
        taken = [
            f"{choice_word(Taken(each), texts)} {texts.number(n)}"
            for each, n in found.taken.items()
        ]
        yield texts("How they took your no: {answers}.", answers=", ".join(taken))
    if found.pursued is not None:
        yield texts(
            "Of all you screened, pursue: {share}.", share=words.share(found.pursued, texts)
        )
    if found.by_time is not None:
        now, then = found.by_time
        yield texts(
            "Not again: {now} this quarter, {then} in your first two.",
            now=words.share(now, texts),
            then=words.share(then, texts),
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
