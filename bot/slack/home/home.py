"""App Home: a member's own prospects, all of them for managers, or a greeting without any."""

from collections.abc import Iterator
from typing import assert_never

from bot.domain.people import Action, OtherAction
from bot.domain.prospects import Prospect, is_undecided
from bot.domain.read_models import HomeContent, HomeOrder, HomeScope
from bot.slack import kit
from bot.slack.card import briefs, buttons, due, wording
from bot.slack.card.actions import WORDS
from bot.slack.error_messages import parts
from bot.slack.figures import four
from bot.slack.home import lists
from bot.slack.payloads import ids, payloads
from bot.slack.screening.drafts import draft_blocks
from bot.slack.texts import Texts, marked

_WORTH_SORTING = 2
"""Prospects."""


def home_view(mine: HomeContent, texts: Texts) -> kit.Block:
    """Return a member's App Home, at one page of their own or of everyone's open prospects."""
    is_empty = not (mine.drafts or mine.total or mine.decided)
    is_new = is_empty and (mine.scope is HomeScope.WHOLE or not mine.is_manager)
    blocks = _greeting(mine, texts) if is_new else _desk(mine, texts)
    return kit.home_tab(
        [*_gaps(mine, texts), *blocks], metadata=payloads.home_page(mine.at_page(mine.page))
    )


def closed_view(sentence: str, texts: Texts) -> kit.Block:
    """Return the App Home of someone who can't have one, with the reason as markup."""
    return kit.home_tab([kit.header(texts("Walkaway"), level=1), kit.section(kit.markup(sentence))])


def _gaps(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    """Return the settings missing before anything or all works, and who can name them."""
    if not mine.gaps:
        return
    yield kit.section(kit.markup(parts.not_set_up(mine.gaps, mine.managers, texts)))
    if mine.is_manager or not mine.managers:
        yield kit.actions("set_up", [kit.button(texts("Set up Walkaway"), ids.SET_UP)])


def _greeting(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    yield kit.header(texts("Hello, {name}", name=kit.plain_name(mine.member.name)), level=1)
    yield from kit.paragraphs(
        [
            texts("Walkaway helps you choose who to take on, and say no to the rest."),
            "",
            texts("• Screen a prospect: a few questions, then a verdict with its reasons."),
            texts("• Managers read it in their channel. You decide there, or here."),
            texts("• What you have to decide, and by when, will be on this page."),
        ]
    )
    yield kit.actions("begin", [_begin(texts), _remember(mine, texts)])
    yield kit.context(
        [
            kit.markup(
                texts(
                    "Works anywhere: type {command}, or choose “{shortcut}” in a message's menu.",
                    command=f"`{ids.COMMAND} Acme GmbH`",
                    shortcut=texts(lists.MESSAGE_SHORTCUT),
                )
            )
        ]
    )


def _desk(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    is_whole = mine.scope is HomeScope.WHOLE
    yield kit.header(texts("All open") if is_whole else texts("Your prospects"), level=1)
    yield kit.actions("begin", [_begin(texts), *_other_scope(mine, texts), *_orders(mine, texts)])
    yield from _figures(mine, texts)
    yield from _drafts(mine, texts)
    if mine.total:
        yield kit.header(
            texts.plural("{n} open prospect", "{n} open prospects", mine.total), level=2
        )
    yield from _whole(mine, texts) if is_whole else _own(mine, texts)
    if mine.is_manager and not mine.total:
        none = texts("No open prospects.") if is_whole else texts("You have no open prospects.")
        yield kit.section(kit.plain(none))
    yield from _pages(mine, texts)
    yield from _decided(mine, texts)
    yield kit.actions("remember", [_remember(mine, texts)])


def _own(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    for place, prospect in enumerate(mine.prospects):
        if place:
            yield kit.DIVIDER
        yield kit.section(kit.markup("\n".join(_standing(prospect, mine, texts))))
        yield _buttons(prospect, mine, texts)


def _whole(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    """Return one line for each prospect under its group's heading, and its buttons."""
    before = None
    for prospect in mine.prospects:
        group = _group(prospect, mine, texts)
        if group != before:
            yield kit.DIVIDER
            yield kit.section(kit.markup(kit.bold(group)))
        before = group
        yield kit.section(kit.markup(" · ".join(_facts(prospect, mine, texts))))
        yield _buttons(prospect, mine, texts)


def _group(prospect: Prospect, mine: HomeContent, texts: Texts) -> str:
    """Return the heading that it stands under, as markup."""
    match mine.order:
        case HomeOrder.DUE:
            today = mine.today[prospect.facts.owner]
            return texts("Undecided") if is_undecided(prospect, today) else texts("Open")
        case HomeOrder.OWNER:
            return wording.mention(prospect.facts.owner)
        case HomeOrder.VERDICT:
            words = wording.verdict_words(prospect.verdict)
            return f"{words.sign} {texts(words.title)}"
        case _:
            assert_never(mine.order)


def _facts(prospect: Prospect, mine: HomeContent, texts: Texts) -> Iterator[str]:
    """Return where it stands, why, whose it is, its value, and since when it's due."""
    owner, brief = prospect.facts.owner, mine.briefs.get(prospect.id)
    today, name = mine.today[owner], kit.markup_name(prospect.facts.name)
    headline = wording.standing_headline(prospect, today, name, texts)
    yield kit.bold(briefs.linked(headline, None if brief is None else brief.link))
    if brief is not None:
        yield kit.escape(texts.of(brief.reason))
    if mine.order is not HomeOrder.OWNER:
        yield wording.mention(owner)
    if brief is not None and brief.value is not None:
        yield kit.escape(texts.money(*brief.value))
    yield from due.standing(prospect, today, texts, mine.calendar)


def _decided(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    if not mine.decided:
        return
    lines = []
    for prospect in mine.decided:
        owner, name = prospect.facts.owner, kit.markup_name(prospect.facts.name)
        today = mine.today[owner]
        headline = kit.bold(wording.standing_headline(prospect, today, name, texts))
        lines.append(f"{headline} · {wording.mention(owner)}")
    yield kit.DIVIDER
    yield kit.section(kit.markup(kit.bold(texts("Recently decided"))))
    yield from kit.paragraphs(lines)
    yield kit.context(
        [
            kit.plain(
                texts(
                    "Decided too soon? You can undo it on the card until the end of the next "
                    "working day."
                )
            )
        ]
    )


def _buttons(prospect: Prospect, mine: HomeContent, texts: Texts) -> kit.Block:
    today = mine.today[prospect.facts.owner]
    return buttons.for_reader(prospect, today, mine.held(prospect), texts, mine.policy)


_ORDERS = (
    (HomeOrder.DUE, ids.BY_DUE, marked("Sort by due date")),
    (HomeOrder.OWNER, ids.BY_OWNER, marked("Sort by owner")),
    (HomeOrder.VERDICT, ids.BY_VERDICT, marked("Sort by verdict")),
)


def _orders(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    """Return buttons for the other orders."""
    if mine.scope is not HomeScope.WHOLE or mine.total < _WORTH_SORTING:
        return
    for order, action_id, label in _ORDERS:
        if order is not mine.order:
            page = mine.at_page(1, order=order)
            yield kit.button(texts(label), action_id, payloads.home_page(page))


def _begin(texts: Texts) -> kit.Block:
    return kit.button(texts(WORDS[Action.QUALIFY].label), Action.QUALIFY, style="primary")


def _remember(mine: HomeContent, texts: Texts) -> kit.Block:
    label = texts("Add past clients")
    if mine.remembered:
        label = texts("Add past clients ({n})", n=mine.remembered)
    return kit.button(label, OtherAction.REMEMBER)


def _other_scope(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    """Return the button with which a manager switches between all prospects and their own."""
    if not mine.is_manager:
        return
    is_whole = mine.scope is HomeScope.WHOLE
    label = texts("Show only mine") if is_whole else texts("Show everyone's")
    other = mine.at_page(1, HomeScope.OWN if is_whole else HomeScope.WHOLE)
    yield kit.button(label, ids.SCOPE, payloads.home_page(other))


def _figures(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    """Return the four figures, as soon as one of them has enough data."""
    if mine.figures is None or not mine.figures.has_any:
        return
    last = texts("Last 12 weeks")
    more = texts("More: {command}", command=kit.commands.shown(kit.commands.REPORT, texts))
    yield kit.section(kit.markup(f"{kit.bold(last)} · {more}"))
    yield four.fields(mine.figures, texts)


def _drafts(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    if not mine.drafts:
        return
    yield kit.header(texts("Drafts"), level=2)
    for draft in mine.drafts:
        yield from draft_blocks(draft, texts, mine.member.zone)
    if mine.has_more_drafts:
        more = texts("There are more. Type {command} to see them.", command=f"`{ids.COMMAND}`")
        yield kit.context([kit.markup(more)])


def _standing(prospect: Prospect, mine: HomeContent, texts: Texts) -> Iterator[str]:
    """Return verdict and name, owner, and what must be done by when."""
    owner = prospect.facts.owner
    today = mine.today[owner]
    name = kit.markup_name(prospect.facts.name)
    yield kit.bold(wording.standing_headline(prospect, today, name, texts))
    yield from due.standing(prospect, today, texts, mine.calendar)
    yield from briefs.lines(mine.briefs.get(prospect.id), texts)


def _pages(mine: HomeContent, texts: Texts) -> Iterator[kit.Block]:
    if mine.pages == 1:
        return
    where = texts("Page {page} of {pages}", page=mine.page, pages=mine.pages)
    if mine.order is HomeOrder.DUE:
        where = texts(
            "Page {page} of {pages}, sorted by due date.", page=mine.page, pages=mine.pages
        )
    yield kit.context([kit.plain(where)])
    turns = [
        (mine.page - 1, ids.EARLIER, texts("← Previous page")),
        (mine.page + 1, ids.LATER, texts("Next page →")),
    ]
    elements = [
        kit.button(
            label,
            action_id,
            payloads.home_page(mine.at_page(page)),
            spoken=texts("Go to page {page}", page=page),
        )
        for page, action_id, label in turns
        if 1 <= page <= mine.pages
    ]
    yield kit.actions("pages", elements)
