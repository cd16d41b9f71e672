"""What is said about remembered clients: plain counts, always marked as from memory."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.domain.figures.reports.memory import FromMemory
from bot.domain.outcomes.outcome import ask_of
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import Remembered
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.card.outcomes import choice_word, question
from bot.slack.texts import Texts, marked

BECAME: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.WON: marked("Still a client"),
        Stage.ENDED: marked("A former client"),
        Stage.WALKED_AWAY: marked("We walked away"),
        Stage.LOST: marked("Lost"),
    }
)
"""What can have become of somebody."""


def so_far(found: FromMemory, texts: Texts) -> str:
    """Return in one line what the checklist would have said; below five, how many are missing."""
    many = texts.plural("{n} from memory so far.", "{n} from memory so far.", found.n)
    return " ".join([many, *_summary(found, texts)])


def _summary(found: FromMemory, texts: Texts) -> Iterator[str]:
    worst, best = found.worst, found.best
    if found.missing:
        yield texts.plural(
            "{n} more, and I'll tell you what the checklist would have said about them.",
            "{n} more, and I'll tell you what the checklist would have said about them.",
            found.missing,
        )
        return
    if worst.of:
        yield texts.plural(
            "Of your worst clients (1), the checklist would have caught {caught}.",
            "Of your {n} worst clients, the checklist would have caught {caught}.",
            worst.of,
            caught=worst.walk_away,
        )
    if best.of:
        yield texts.plural(
            "Of your best clients (1), the checklist would have refused {refused}.",
            "Of your {n} best clients, the checklist would have refused {refused}.",
            best.of,
            refused=best.walk_away,
        )
    if worst.problem or best.problem:
        yield texts(
            "It would have called {worst} of the worst and {best} of the best a problem.",
            worst=worst.problem,
            best=best.problem,
        )
    if not (worst.of or best.of):
        yield texts("Enter clients and say whether you'd sign them again. Then I'll compare.")


def about(one: Remembered, texts: Texts) -> str:
    """Return what is remembered about a client, in two lines of markup."""
    name = kit.bold(kit.markup_name(one.name))
    first = [name, texts("From memory"), texts(BECAME[one.became])]
    verdict = texts("Verdict: {verdict}.", verdict=wording.verdict_word(one.verdict, texts))
    return "\n".join([" · ".join(first), " ".join([verdict, *_outcome(one, texts)])])


def _outcome(one: Remembered, texts: Texts) -> Iterator[str]:
    for choice in (one.outcome.again, one.outcome.regret):
        if choice is not None:
            yield texts(
                "{question} {answer}.",
                question=question(ask_of(choice), texts),
                answer=choice_word(choice, texts),
            )
