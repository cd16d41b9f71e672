"""The answers of `/qualify` without a modal: the help, and a member's open prospects."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from bot.domain.calendar import WorkingCalendar
from bot.domain.prospects import Prospect, ProspectId
from bot.slack import kit
from bot.slack.card import briefs, buttons, due, wording
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked, marked_in

SHORTCUT = marked_in("shortcut", "Screen a prospect")
"""In Slack's menu, of 24 characters at most; so it is no button's text."""
MESSAGE_SHORTCUT = marked("Screen this prospect")
"""What the shortcuts are called in Slack's menus; the manifest says so too."""


def help_text(texts: Texts) -> kit.Rendered:
    """Return what the command can do, and who may do what.

    The subcommands are in the reader's language; each works in any.
    """
    lines = [
        texts("Walkaway helps you choose who to take on, and say no to the rest."),
        "",
        texts(
            "• {command}: screen Acme GmbH. A few questions, then a verdict",
            command=_command(f"{ids.COMMAND} Acme GmbH"),
        ),
        texts(
            "• {command}: your open prospects", command=kit.commands.shown(kit.commands.LIST, texts)
        ),
        texts(
            "• {command}: no reminders until a day you choose",
            command=kit.commands.shown(kit.commands.PAUSE, texts),
        ),
        texts(
            "• {command}: channel, working days, approvals, referrals (managers only)",
            command=kit.commands.shown(kit.commands.SETTINGS, texts),
        ),
        texts(
            "• {command}: your discipline and the other figures",
            command=kit.commands.shown(kit.commands.REPORT, texts),
        ),
        texts(
            "• {command}: your past clients and walk-aways, so you have figures from day one",
            command=kit.commands.shown(kit.commands.REMEMBER, texts),
        ),
        texts("• {command}: this help", command=kit.commands.shown(kit.commands.HELP, texts)),
        "",
        texts("Everyone except guests can screen prospects and see their details."),
        texts("The prospect's owner and the managers decide: walk away, won, lost, or re-screen."),
        texts(
            "Decided too soon? You or a manager can undo it until the end of the next working day."
        ),
    ]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def prospect_list(
    prospects: Sequence[Prospect],
    texts: Texts,
    *,
    today: date,
    calendar: WorkingCalendar,
    is_cut: bool = False,
    links: Mapping[ProspectId, str] = MappingProxyType({}),
) -> kit.Rendered:
    """Return a member's open prospects in the given order; ``is_cut`` if there are more.

    Each has its card's link, as far as it's in ``links``.

    It lists forty at most, each with a button, since a message holds fifty blocks.
    """
    if not prospects:
        command = _command(f"{ids.COMMAND} Acme GmbH")
        nothing = texts(
            "You have no open prospects. Type {command} to screen one.", command=command
        )
        return kit.message(nothing, kit.paragraphs([nothing]))
    title = texts.plural("Your open prospect", "Your open prospects", len(prospects))
    more = [texts("There are more. These {n} are due first.", n=len(prospects))] if is_cut else []
    lines = [_lines(each, today, texts, calendar, links.get(each.id)) for each in prospects]
    spoken = [f"• {standing}. {told}" for standing, told in lines]
    blocks = [
        kit.header(title),
        *(
            _listed(each, f"{kit.bold(standing)}\n{told}", texts)
            for each, (standing, told) in zip(prospects, lines, strict=True)
        ),
        *kit.paragraphs(more),
    ]
    return kit.message("\n".join([f"{title}:", *spoken, *more]), blocks)


def _listed(prospect: Prospect, line: str, texts: Texts) -> kit.Block:
    """Return a prospect's lines, with the button that opens its details."""
    return kit.section(kit.markup(line), accessory=buttons.details(prospect, texts))


def _lines(
    prospect: Prospect, today: date, texts: Texts, calendar: WorkingCalendar, link: str | None
) -> tuple[str, str]:
    """Yield where it stands, when it is or was due, and the card's link."""
    name = kit.markup_name(prospect.facts.name)
    told = due.sentence(prospect, today, texts, calendar) or texts("Nothing is due.")
    standing = wording.standing_headline(prospect, today, name, texts)
    return standing, " ".join([told, *briefs.to_card(link, texts)])


def _command(words: str) -> str:
    return f"`{words}`"
