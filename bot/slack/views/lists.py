"""What `/qualify` answers without a modal: the help, and a member's open prospects."""

from collections.abc import Sequence
from typing import Final

from bot.domain.prospect import DueReason, Prospect
from bot.slack import wire
from bot.slack.texts import Texts, marked
from bot.slack.views.blocks import Rendered, header, message, paragraphs
from bot.slack.views.typed import bold, markup_name
from bot.slack.views.wording import verdict_word

MOST_LISTED: Final = 40

SHORTCUT: Final = marked("Screen a prospect")
MESSAGE_SHORTCUT: Final = marked("Screen this prospect")
"""What the shortcuts are called in Slack's menus; the manifest says so too."""


def help_text(texts: Texts) -> Rendered:
    """Return what the command can do, and who may do what."""
    lines = [
        texts("Walkaway helps you choose whom to take on as a client, and say no to the rest."),
        "",
        texts(
            "• {command}: screen the prospect Acme GmbH. A few questions, then a verdict.",
            command=_command("Acme GmbH"),
        ),
        texts("• {command}: see your open prospects.", command=_command("list")),
        texts("• {command}: see this again.", command=_command("help")),
        "",
        texts("Everybody in the team can screen prospects and look at their details."),
        texts(
            "The owner of a prospect and the managers decide about it: "
            "walk away, won, lost, or screen it again."
        ),
        texts(
            "Decided too soon? Whoever decided, or a manager, can undo it until the end of the "
            "next working day."
        ),
    ]
    return message("\n".join(lines), paragraphs(lines))


def prospect_list(prospects: Sequence[Prospect], texts: Texts, *, is_cut: bool = False) -> Rendered:
    """Return a member's open prospects, in the order given; ``is_cut`` if there are more."""
    shown = prospects[:MOST_LISTED]
    if not shown:
        command = _command("Acme GmbH")
        nothing = texts(
            "You have no open prospects. To screen one, type {command}.", command=command
        )
        return message(nothing, paragraphs([nothing]))
    title = texts.plural("Your open prospect", "Your open prospects", len(shown))
    names = [markup_name(prospect.facts.name) for prospect in shown]
    spoken = [_line(prospect, name, texts) for prospect, name in zip(shown, names, strict=True)]
    lines = [_line(each, bold(name), texts) for each, name in zip(shown, names, strict=True)]
    more = []
    if is_cut or len(prospects) > MOST_LISTED:
        more = [texts("There are more. These {n} are due first.", n=len(shown))]
    blocks = [header(title), *paragraphs([*lines, *more])]
    return message("\n".join([f"{title}:", *spoken, *more]), blocks)


def _line(prospect: Prospect, name: str, texts: Texts) -> str:
    """Name, verdict, and what is to be done by when."""
    parts = {"name": name, "verdict": verdict_word(prospect.verdict, texts)}
    if prospect.due is None:
        return texts("• {name}: {verdict}. Nothing is due.", **parts)
    date = texts.date(prospect.due.on, short=True)
    if prospect.due.reason is DueReason.CONDITION:
        return texts("• {name}: {verdict}, if the condition is met by {date}.", **parts, date=date)
    return texts("• {name}: {verdict}. Decide by {date}.", **parts, date=date)


def _command(words: str) -> str:
    return f"`{wire.COMMAND} {words}`"
