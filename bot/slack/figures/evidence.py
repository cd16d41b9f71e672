"""How clients turned out, in words: by verdict, against it, and by the named fear.

No member typed any of it, so plain text and markup are the same.
"""

from collections.abc import Iterator

from bot.domain.figures.evidence import (
    Compared,
    Evidence,
    FearAnswer,
    NotAgain,
    SecondJudge,
    Taken,
    VerdictsRight,
)
from bot.domain.figures.shares import LEAST, Difference
from bot.domain.outcomes.outcome import HowTaken
from bot.slack.card.outcomes import choice_word
from bot.slack.figures import words
from bot.slack.texts import Texts


def evidence_lines(
    evidence: Evidence | None, texts: Texts, *, is_short: bool = True
) -> Iterator[str]:
    """Yield what became of overrides for a fear, beside clients won by their verdict.

    It takes at most six lines, short ones if `is_short`.
    """
    if evidence is None or not evidence.is_enough:
        yield texts(
            "Shown once there are {n} outcomes. So far: {known}.",
            known=0 if evidence is None else evidence.compared.against.not_again.of,
            n=LEAST,
        )
    else:
        yield from not_again(evidence.compared, texts)
        yield _asked(evidence.compared, texts)
        yield from client_lines(evidence.compared, texts, is_short=is_short)
    if evidence is not None:
        yield from answer(evidence.answer, texts)


def not_again(found: Compared, texts: Texts) -> Iterator[str]:
    """Yield who wouldn't be signed again: against the verdict, by it, and the difference."""
    yield texts(
        "Wouldn't sign again: {against} with an override, {followed} without.",
        against=words.share(found.against.not_again, texts),
        followed=words.share(found.followed.not_again, texts),
    )
    yield from _difference(found.difference, texts)


def _difference(found: Difference | None, texts: Texts) -> Iterator[str]:
    if found is not None:
        yield texts("Difference: {points}.", points=words.difference(found, texts))


def _asked(found: Compared, texts: Texts) -> str:
    """Return of which side how many answered: those who don't may have turned out differently."""
    if not found.followed.answered.is_enough:
        return texts(
            "Answered after {n} days: {against} with an override.",
            n=found.after,
            against=words.share(found.against.answered, texts),
        )
    return texts(
        "Answered after {n} days: {against} with an override, {followed} without.",
        n=found.after,
        against=words.share(found.against.answered, texts),
        followed=words.share(found.followed.answered, texts),
    )


def client_lines(found: Compared, texts: Texts, *, is_short: bool = False) -> Iterator[str]:
    """Yield whether they paid, and their unplanned hours, as far as one side has enough data.

    If `is_short`, both sides need it, and the difference between them is left out.
    """
    followed, against = found.followed, found.against
    some = all if is_short else any
    if some((against.not_paid.is_enough, followed.not_paid.is_enough)):
        paid = texts(
            "Not paid as agreed: {against} with an override, {followed} without.",
            against=words.share(against.not_paid, texts),
            followed=words.share(followed.not_paid, texts),
        )
        difference = [] if is_short else _difference(found.difference_unpaid, texts)
        yield " ".join([paid, *difference])
    if some((against.hours.is_enough, followed.hours.is_enough)):
        yield texts(
            "Median unplanned hours: {against} with an override, {followed} without.",
            against=words.hours(against.hours, texts),
            followed=words.hours(followed.hours, texts),
        )


def answered_lines(right: VerdictsRight, texts: Texts) -> Iterator[str]:
    """Yield regretted walk-aways, after as many days as clients unless it says so; and answers."""
    share = words.share(right.regretted.share, texts)
    if right.regretted.after == right.clients.after:
        yield texts("Walk-aways regretted: {share}.", share=share)
    else:
        yield texts(
            "Walk-aways regretted after {n} days: {share}.", n=right.regretted.after, share=share
        )
    yield answered(right, texts)


def answered(right: VerdictsRight, texts: Texts) -> str:
    """Return of how many outcomes it is known: nothing else says whom the figures leave out."""
    return texts("Outcomes answered: {share}.", share=words.share(right.response, texts))


def second_judge(right: VerdictsRight, texts: Texts) -> Iterator[str]:
    """Yield how often two judges of the same client differ, and in which direction."""
    if right.second.differ.of:
        yield " ".join(_differ(right.second, texts))


def _differ(found: SecondJudge, texts: Texts) -> Iterator[str]:
    share = words.share(found.differ, texts)
    yield texts("Owner and manager judged differently: {share}.", share=share)
    if found.differ.is_enough:
        yield texts(
            "The manager was harder on {harder}, the owner on {milder}.",
            harder=texts.number(found.harder),
            milder=texts.number(found.differ.count - found.harder),
        )


def answer(found: FearAnswer, texts: Texts) -> Iterator[str]:
    """Yield what speaks against a fear besides its own outcomes."""
    if found.next_client is not None:
        yield texts(
            "From a walk-away to the next client: {time}.",
            time=words.with_waiting(found.next_client, words.time(found.next_client, texts), texts),
        )
    if found.taken is not None and found.taken.answered.of:
        yield _taken(found.taken, texts)
    if found.pursued is not None:
        yield texts(
            "Verdict “pursue”, of all you screened: {share}.",
            share=words.share(found.pursued, texts),
        )
    if found.by_time is not None:
        now, then = (_of_asked(each, texts) for each in found.by_time)
        yield texts("Not again: this quarter {now}; in your first two {then}.", now=now, then=then)


def _of_asked(found: NotAgain, texts: Texts) -> str:
    """Return the share, and how many were asked for it."""
    share = words.share(found.share, texts)
    if not found.share.is_enough:
        return share
    return texts("{share}, {n} asked", share=share, n=texts.number(found.answered.of))


def _taken(found: Taken, texts: Texts) -> str:
    said = [
        f"{choice_word(HowTaken(each), texts)} {texts.number(n)}" for each, n in found.words.items()
    ]
    silent = found.answered.of - found.answered.count
    if silent:
        none = texts("No answer")
        said.append(f"{none} {texts.number(silent)}")
    return texts("How they took your no: {answers}.", answers=", ".join(said))
