"""Private messages: to a new owner, and to a manager whose channel does not take our messages."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.domain.people import Errand
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import passages
from bot.slack.texts import Texts, marked

MEND = "mend"

_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "channel_not_found": marked(
            "I cannot see that channel. If it is private, invite me with `/invite`; if it is gone, "
            "whoever runs me names another one as `VERDICT_CHANNEL`."
        ),
        "not_in_channel": marked("I am not in that channel. Invite me there with `/invite`."),
        "is_archived": marked(
            "The channel is archived. Bring it back, or whoever runs me names another one as "
            "`VERDICT_CHANNEL`."
        ),
        "restricted_action": marked(
            "I am not allowed to post there. Let apps post in that channel, or whoever runs me "
            "names another one as `VERDICT_CHANNEL`."
        ),
        "missing_scope": marked(
            "I lack a permission to post. Whoever installed me has to install me again."
        ),
    }
)
_OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "is_inactive": "is_archived",
        "restricted_action_read_only_channel": "restricted_action",
        "no_permission": "restricted_action",
    }
)


_UNCERTAIN: Mapping[str, str] = MappingProxyType(
    {
        "unseen": marked(
            "Slack did not say whether it arrived, and I may not look: it may stand there once or "
            "twice, or not at all. Whoever installed me can install me again and let me read "
            "messages; after that, press the button, and I look."
        ),
        "looked_too_long": marked(
            "Slack did not say whether it arrived, and too much was said since for me to find it. "
            "Please look whether it is there."
        ),
    }
)


_GONE = frozenset({"cannot_dm_bot", "user_disabled", "user_not_found"})


def owner_chosen(overview: Overview, texts: Texts, revision: int | None = None) -> kit.Rendered:
    """Return what tells somebody that another member made them the owner.

    With the ``revision`` of a handing over, it was that; else the owner was named in a screening.
    """
    name = kit.markup_name(overview.qualification.facts.name)
    shown, spoken = (
        _how_it_came(overview, revision, name, texts, names) for names in (None, overview.names)
    )
    title = passages.title(overview, name, texts)
    why = passages.reasons(overview, texts)
    rest = [
        *passages.due(overview, texts),
        texts(
            "You decide: the buttons are on the card in {channel}.",
            channel=f"<#{kit.escape(overview.workspace.settings.verdict_channel)}>",
        ),
    ]
    blocks = kit.paragraphs(
        [shown, kit.bold(title), *(passage.in_markup for passage in why), *rest]
    )
    words = [spoken, title, *(passage.in_words for passage in why), *rest]
    return kit.message("\n".join(words), blocks)


def undeliverable(recipient: str, cause: str, texts: Texts) -> kit.Rendered:
    """Return what tells a manager that a message did not arrive, and what mends it.

    ``cause`` is a code of Slack, in small letters, or the class of an exception of ours.
    """
    place = kit.escape(recipient)
    mention = f"<@{place}>" if place[:1] in {"U", "W"} else f"<#{place}>"
    lines = [
        texts("A message of mine did not reach {place}.", place=mention),
        *_mend(cause, texts),
        texts(
            "Nothing is lost: the verdict is kept, and the owner finds it under `/qualify list`."
        ),
    ]
    blocks = kit.paragraphs(lines)
    if mention.startswith("<#") and _is_mendable(cause):
        label = texts("Send again")
        blocks.append(kit.actions(MEND, [kit.button(label, Errand.SEND_AGAIN, recipient)]))
    return kit.message("\n".join(lines), blocks)


def sent_again(channel: str, count: int, texts: Texts) -> kit.Rendered:
    """Return what answers a manager who has a channel sent again what it did not take."""
    place = f"<#{kit.escape(channel)}>"
    if not count:
        return kit.Rendered(texts("Nothing waits for {place} any more.", place=place), [])
    sentence = texts.plural(
        "{n} message is on its way to {place} again. If it does not arrive, I tell you.",
        "{n} messages are on their way to {place} again. If one does not arrive, I tell you.",
        count,
        place=place,
    )
    return kit.Rendered(sentence, [])


def _how_it_came(
    overview: Overview,
    revision: int | None,
    name: str,
    texts: Texts,
    names: Mapping[str, str] | None,
) -> str:
    if revision is None:
        screener = passages.who(overview.qualification.member_id, names)
        return texts("{who} screened {name} and named you as the owner.", who=screener, name=name)
    giver = next(entry.by for entry in overview.history if entry.revision == revision)
    return texts("{who} handed {name} over to you.", who=passages.who(giver, names), name=name)


def _is_mendable(cause: str) -> bool:
    return _OTHERS.get(cause, cause) in _CAUSES or cause == "unseen"


def _mend(cause: str, texts: Texts) -> Iterator[str]:
    known = _CAUSES.get(_OTHERS.get(cause, cause))
    if known is not None:
        yield texts(known)
        yield texts(
            "After that, press the button, and I post what waits. In another channel I post it "
            "when I am restarted."
        )
    elif cause in _UNCERTAIN:
        yield texts(_UNCERTAIN[cause])
    elif cause in _GONE:
        yield texts("This person gets no messages in Slack any more. The managers can decide.")
    elif cause == cause.lower():
        yield texts(
            "Slack says: {cause}. Please show this to whoever runs me.", cause=kit.escape(cause)
        )
    else:
        yield texts(
            "I could not draw it, or lost the connection while I sent it ({cause}). Please show "
            "this to whoever runs me: my log says more.",
            cause=kit.escape(cause),
        )
