"""What a one-line mention of a prospect says about its verdict: reason, next step, and card."""

from collections.abc import Iterator

from bot.domain.read_models import Brief
from bot.slack import kit
from bot.slack.texts import Texts


def lines(brief: Brief | None, texts: Texts) -> Iterator[str]:
    """Yield the reason, what would settle it, the value and the card link, as markup."""
    if brief is None:
        return
    yield kit.escape(texts.of(brief.reason))
    if brief.settle is not None:
        yield texts("To settle it: {step}", step=kit.escape(texts.of(brief.settle)))
    yield from facts(brief, texts)


def facts(brief: Brief | None, texts: Texts) -> Iterator[str]:
    """Yield the value and the card link as one line of markup, as far as they are known."""
    if brief is None:
        return
    value = [] if brief.value is None else [kit.escape(texts.money(*brief.value))]
    found = [*value, *to_card(brief.link, texts)]
    if found:
        yield " · ".join(found)


def to_card(link: str | None, texts: Texts) -> Iterator[str]:
    """Yield the card link, if it's known."""
    if link is not None:
        yield linked(texts("Open card"), link)


def linked(words: str, link: str | None) -> str:
    """Return markup as a link, if there is an address."""
    return words if link is None else f"<{kit.escape(link)}|{words}>"
