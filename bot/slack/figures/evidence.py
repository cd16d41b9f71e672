"""How clients turned out, in words: by verdict, against it, and by the named fear.

No member typed any of it, so plain text and markup are the same.
"""

from collections.abc import Iterator

from bot.domain.figures.evidence import Compared, Evidence, FearAnswer, VerdictsRight
from bot.domain.figures.shares import LEAST
from bot.domain.outcomes.outcome import HowTaken
from bot.slack.card.outcomes import choice_word
from bot.slack.figures import words
from bot.slack.texts import Texts


def evidence_lines(evidence: Evidence | None, texts: Texts) -> Iterator[str]:
    """Yield what became of overrides for a fear, beside clients won by their verdict.

    It takes at most six short lines.
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
        yield from client_lines(evidence.compared, texts)
    if evidence is not None:
        yield from answer(evidence.answer, texts)


def not_again(found: Compared, texts: Texts) -> Iterator[str]:
    """Yield who wouldn't be signed again: against the verdict, by it, and the difference."""
    yield texts(
        "Wouldn't sign again: with an override {against}, without one {followed}.",
        against=words.share(found.against.not_again, texts),
        followed=words.share(found.followed.not_again, texts),
    )
    if found.difference is not None:
        yield texts("Difference: {points}.", points=words.difference(found.difference, texts))


def _asked(found: Compared, texts: Texts) -> str:
    """Return of which side how many answered: those who don't may have turned out differently."""
    return texts(
        "Answered after {n} days: with an override {against}, without one {followed}.",
        n=found.after,
        against=words.share(found.against.answered, texts),
        followed=words.share(found.followed.answered, texts),
    )


def client_lines(found: Compared, texts: Texts) -> Iterator[str]:
    """Yield whether they paid, and their unplanned hours, as far as both sides have enough data."""
    followed, against = found.followed, found.against
    if against.not_paid.is_enough and followed.not_paid.is_enough:
        yield texts(
            "Not paid as agreed: with an override {against}, without {followed}.",
            against=words.share(against.not_paid, texts),
            followed=words.share(followed.not_paid, texts),
        )
    if against.hours.is_enough and followed.hours.is_enough:
        yield texts(
            "Unplanned hours: with an override {against}, without {followed}.",
            against=words.hours(against.hours, texts),
            followed=words.hours(followed.hours, texts),
        )


def answered_lines(right: VerdictsRight, texts: Texts) -> Iterator[str]:
    """Yield regretted walk-aways, and how many answered."""
    yield texts(
        "Walk-aways regretted after {n} days: {share}.",
        n=right.regretted.after,
        share=words.share(right.regretted.share, texts),
    )
    yield answered(right, texts)


def answered(right: VerdictsRight, texts: Texts) -> str:
    """Return of how many outcomes it is known: nothing else says whom the figures leave out."""
    return texts("Outcomes answered: {share}.", share=words.share(right.response, texts))


def second_judge(right: VerdictsRight, texts: Texts) -> Iterator[str]:
    """Yield how often two judges of the same client differ, and in which direction."""
    if right.second.differ.of:
        yield texts(
            "Owner and manager judged {n} of {of} clients differently; the manager was harder on "
            "{harder}.",
            n=texts.number(right.second.differ.count),
            of=texts.number(right.second.differ.of),
            harder=texts.number(right.second.harder),
        )


def answer(found: FearAnswer, texts: Texts) -> Iterator[str]:
    """Yield what speaks against a fear besides its own outcomes."""
    if found.next_client is not None:
        yield texts(
            "From a walk-away to the next client: {time}.",
            time=words.time(found.next_client, texts),
        )
    if found.taken:
        taken = [
            f"{choice_word(HowTaken(each), texts)} {texts.number(n)}"
            for each, n in found.taken.items()
        ]
        yield texts("How they took your no: {answers}.", answers=", ".join(taken))
    if found.pursued is not None:
        yield texts(
            "Verdict “pursue”, of all you screened: {share}.",
            share=words.share(found.pursued, texts),
        )
    if found.by_time is not None:
        now, then = found.by_time
        yield texts(
            "Wouldn't sign again: {now} this quarter, {then} in your first two.",
            now=words.share(now, texts),
            then=words.share(then, texts),
        )
