"""Private messages: to a new owner, and to a manager whose channel does not take our messages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.dossier import Dossier
from bot.slack.texts import Texts, marked
from bot.slack.views import passages
from bot.slack.views.blocks import Rendered, message, paragraphs
from bot.slack.views.typed import bold, escape, markup_name

_CAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "channel_not_found": marked(
            "I cannot see that channel. If it is private, invite me with `/invite`; "
            "if it is gone, name another one in my settings."
        ),
        "not_in_channel": marked("I am not in that channel. Invite me there with `/invite`."),
        "is_archived": marked(
            "The channel is archived. Bring it back, or name another one in my settings."
        ),
        "restricted_action": marked(
            "I am not allowed to post there. Let apps post in that channel, "
            "or name another one in my settings."
        ),
        "missing_scope": marked(
            "I lack a permission to post. Whoever installed me has to install me again."
        ),
    }
)
_OTHERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "is_inactive": "is_archived",
        "restricted_action_read_only_channel": "restricted_action",
        "no_permission": "restricted_action",
    }
)


def owner_chosen(dossier: Dossier, texts: Texts) -> Rendered:
    """Return what tells somebody that another member made them the owner."""
    name = markup_name(dossier.qualification.facts.name)
    shown, spoken = (
        texts(
            "{who} screened {name} and named you as the owner.",
            who=passages.who(dossier.qualification.member_id, names),
            name=name,
        )
        for names in (None, dossier.names)
    )
    title = passages.title(dossier, name, texts)
    why = passages.reasons(dossier, texts)
    rest = [
        *passages.due(dossier, texts),
        texts(
            "You decide: the buttons are on the card in {channel}.",
            channel=f"<#{escape(dossier.workspace.settings.verdict_channel)}>",
        ),
    ]
    blocks = paragraphs([shown, bold(title), *(passage.in_markup for passage in why), *rest])
    words = [spoken, title, *(passage.in_words for passage in why), *rest]
    return message("\n".join(words), blocks)


def undeliverable(recipient: str, cause: str, texts: Texts) -> Rendered:
    """Return what tells a manager that Slack does not take a message, and what mends it."""
    place = escape(recipient)
    mention = f"<@{place}>" if place[:1] in {"U", "W"} else f"<#{place}>"
    known = _CAUSES.get(_OTHERS.get(cause, cause))
    mend = (
        texts("Slack says: {cause}. Please show this to whoever runs me.", cause=escape(cause))
        if known is None
        else texts(known)
    )
    lines = [
        texts("A message of mine did not reach {place}.", place=mention),
        mend,
        texts(
            "Nothing is lost: the verdict is kept, and the owner finds it under `/qualify list`."
        ),
    ]
    return message("\n".join(lines), paragraphs(lines))
