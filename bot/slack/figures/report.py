"""What `/qualify report` answers: every figure of one owner, or of the whole workspace."""

from collections.abc import Iterator, Sequence

from bot.domain.figures.report import Report
from bot.slack.blocks.blocks import (
    Block,
    Rendered,
    context,
    header,
    markup,
    message,
    plain,
    section,
)
from bot.slack.blocks.escaping import bold
from bot.slack.figures import figures
from bot.slack.figures.figures import Shown
from bot.slack.texts import Texts


def report(made: Report, texts: Texts) -> Rendered:
    """Return the report; what has no figure yet says how many are missing."""
    if made.owner is None:
        title = texts("How all of us hold the standard")
    else:
        title = texts("How you hold the standard")
    since = _basis(made, texts)
    chapters = list(_chapters(made, texts))
    blocks = [header(title, level=1), context([plain(since)])]
    blocks += [block for name, shown in chapters for block in _chapter(name, shown)]
    return message("\n".join([title, since, *_spoken(chapters)]), blocks)


def _basis(made: Report, texts: Texts) -> str:
    return texts.plural(
        "As of {date}, from {n} prospect.",
        "As of {date}, from {n} prospects.",
        made.prospects,
        date=texts.date(made.on),
    )


def _chapters(made: Report, texts: Texts) -> Iterator[tuple[str, Sequence[Shown]]]:
    yield texts("The standard"), [*figures.standard(made.figures, made.noted, texts)]
    fears = [figures.fear(each, texts) for each in made.evidence]
    if not fears:
        none = (
            texts("Nobody has gone on against a verdict yet.")
            if made.owner is None
            else texts("You have not gone on against a verdict yet.")
        )
        fears = [Shown(texts("Overrides by fear"), (none,))]
    name = texts("What came of going on, and of saying no")
    yield name, [*fears, figures.regret(made.regret, texts)]
    yield texts("Whether these figures can be believed"), [*figures.doubts(made.figures, texts)]


def _chapter(name: str, shown: Sequence[Shown]) -> Iterator[Block]:
    yield header(name, level=2)
    for each in shown:
        yield section(markup("\n".join([bold(each.name), *each.lines])))


def _spoken(chapters: Sequence[tuple[str, Sequence[Shown]]]) -> Iterator[str]:
    for name, shown in chapters:
        yield f"\n{name}"
        for each in shown:
            yield " ".join([f"• {each.name}:", *each.lines])
